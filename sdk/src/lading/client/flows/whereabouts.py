"""`whereabouts`: at which address another exchange answers, by the word of the one that follows it."""

from lading.client.ask import Answer, answer, fetch
from lading.client.flow import Flow
from lading.client.results import Listing
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.statement.words import Id, StatementId


class _Peer(Answer):
    id: StatementId
    api: str


class _Peers(Answer):
    """What `/peers` answers (LAD-FED-001)."""

    peers: tuple[_Peer, ...]


def whereabouts(session: Session, thing: Listing | Id | str) -> Flow[tuple[Id, str]]:
    """Id and address of the exchange at which a listing is at home, or of the exchange of an id.

    Raises `UsageProblem` where this exchange follows none of that id.
    """
    exchange = (thing.home or session.peer.exchange) if isinstance(thing, Listing) else Id(thing)
    if exchange == session.peer.exchange:
        return exchange, session.peer.api
    response = yield from fetch(session, "/peers", bound=session.config.page_bytes)
    for peer in answer(_Peers, response, "/peers").peers:
        if peer.id == exchange:
            return exchange, peer.api
    hint = "Connect to it by its address: connect(url, identity, guest=True)."
    raise UsageProblem(f"{session.peer.api} follows no exchange {exchange}", hint=hint)
