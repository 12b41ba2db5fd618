"""`evidence`: fetch the evidence on a statement and verify it before anything in it is believed."""

from lading.client.ask import fetch
from lading.client.dossier import Evidence, read
from lading.client.flow import Flow, Work
from lading.client.flows.whereabouts import check_home
from lading.client.results import Named, id_of
from lading.client.session import Session
from lading.problems import Refused
from lading.statement.words import Id


def evidence(session: Session, thing: Named) -> Flow[Evidence]:
    """The evidence on a statement, verified offline with the exchange's log keys.

    Raises `UsageProblem` for what another exchange registered, `Refused` (`not-found`) for what the caller may not
    read, `Dishonest` where the exchange's file does not hold, `NotUnderstood` where it does not suffice.
    """
    return (yield from study(session, id_of(thing)))


def study(session: Session, key: Id) -> Flow[Evidence]:
    """As `evidence`, for an id that was checked."""
    bound = session.config.evidence_bytes
    try:
        response = yield from fetch(session, f"/statements/{key}/evidence", bound=bound)
    except Refused as refusal:
        if refusal.code == "not-found":
            yield from check_home(session, key)
        raise
    found: Evidence = yield Work(lambda transport, stop: read(response.body, key, session.peer))
    return found


def proof(session: Session, thing: Named) -> Flow[str]:
    """The tlog-proof of a statement: a text that proves, with the log's key, its index and time. Verified."""
    key = id_of(thing)
    response = yield from fetch(session, f"/statements/{key}/proof")
    text = response.body.decode("utf-8", "replace")
    session.peer.check_proof(key, text)
    return text
