"""`peers`, and at which address another exchange answers, by the word of the one that follows it."""

from collections.abc import Mapping

from lading.client.ask import Answer, answer, fetch
from lading.client.flow import Flow
from lading.client.flows.state import statement
from lading.client.results import Listing
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.problems import Refused
from lading.statement.words import Id, StatementId


class _Peer(Answer):
    id: StatementId
    api: str


class _Peers(Answer):
    """What `/peers` answers (LAD-FED-001)."""

    peers: tuple[_Peer, ...]


def peers(session: Session) -> Flow[Mapping[Id, str]]:
    """Whom this exchange follows: the address of each by its id. The exchange's word alone; `visit` checks the id."""
    response = yield from fetch(session, "/peers", bound=session.config.page_bytes)
    return {peer.id: peer.api for peer in answer(_Peers, response, "/peers").peers}


def whereabouts(session: Session, thing: Listing | Id | str) -> Flow[tuple[Id, str]]:
    """Id and address of the exchange at which a listing is at home, or of the exchange of an id.

    Raises `UsageProblem` where this exchange follows none of that id.
    """
    exchange = (thing.home or session.peer.exchange) if isinstance(thing, Listing) else Id(thing)
    if exchange == session.peer.exchange:
        return exchange, session.peer.api
    followed = yield from peers(session)
    if exchange in followed:
        return exchange, followed[exchange]
    hint = "Connect to it by its address: connect(url, identity, guest=True)."
    raise UsageProblem(f"{session.peer.api} follows no exchange {exchange}", hint=hint)


def check_home(session: Session, key: Id) -> Flow[None]:
    """Raises `UsageProblem`, saying where to go, if this exchange shows the statement and another one registered it."""
    try:
        home = (yield from statement(session, key)).act.home
    except Refused:
        return
    if home is not None and home != session.peer.exchange:
        _, api = yield from whereabouts(session, home)
        hint = f"Go there: --exchange {api}, or visit(listing) in Python."
        raise UsageProblem(f"{key} is at home at another exchange, {api}", hint=hint)
