"""Who may do what here, as the rules of several acts ask it (LAD-ADM-001, LAD-ADM-004, LAD-ADM-005, LAD-PAR-007)."""

from lading.acts.base import A, Place, Statement, View
from lading.acts.records import SELF, ExchangeRecord, ParticipantRecord, RevocationRecord, StatementRecord
from lading.problems import refuse
from lading.statement.words import Id, Thumbprint


def is_the_exchanges(view: View, s: Statement[A], at: Place) -> None:
    """Only the exchange that keeps the log issues this act."""
    exchange = view.get(ExchangeRecord, SELF)
    # LAD-ADM-001
    if exchange is None or s.issuer != exchange.id:
        raise refuse(
            "wrong-issuer",
            f"only the exchange issues a statement of the type {s.act.type}",
            pointer="/issuer",
        )


def check_admitted(view: View, participant: Id, who: str, role: str | None = None) -> None:
    """Refuse unless this log's exchange admits the participant now, and in `role` if one is named."""
    record = view.get(ParticipantRecord, participant)
    # LAD-ADM-004
    if record is None or record.state != "admitted":
        state = "unknown here" if record is None else record.state
        raise refuse("not-admitted", f"the {who} is {state}")
    # LAD-ADM-005
    if role is not None and role not in record.roles:
        raise refuse("missing-role", f"the {who} is not admitted as {role}")


def issuer_is_not_expelled(view: View, s: Statement[A], at: Place) -> None:
    """Who was expelled begins nothing any more: no admission that a file lacks can undo that."""
    record = view.get(ParticipantRecord, s.issuer)
    # LAD-ADM-004
    if record is not None and record.state == "expelled":
        raise refuse("not-admitted", "the issuer is expelled")


def check_arbiter(view: View, arbiter: Id | None, parties: frozenset[Id], pointer: str) -> None:
    """Refuse where the terms name an arbiter that is a party, or not admitted as an arbiter."""
    if arbiter is None:
        return
    record = view.get(ParticipantRecord, arbiter)
    fit = record is not None and record.state == "admitted" and "arbiter" in record.roles
    # LAD-TRM-054
    if arbiter in parties or not fit:
        raise refuse("arbiter-not-fit", "the arbiter is a party, or not admitted as arbiter", pointer=pointer)


def readable(view: View, key: Id, pointer: str, issuer: Id) -> StatementRecord:
    """The statement of any type that is named, if the issuer may read it; for who may not it does not exist.

    Its exchange may read every statement; what a grant or disclosure opens is for reading alone.
    """
    record, exchange = view.get(StatementRecord, key), view.get(ExchangeRecord, SELF)
    keeper = exchange is not None and issuer == exchange.id
    # LAD-REG-006
    if record is None or not (keeper or record.readers is None or issuer in record.readers):
        raise refuse("unknown-statement", f"{key} is no statement of this log", pointer=pointer)
    return record


def check_unrevoked(view: View, participant: Id, kid: Thumbprint, what: str) -> None:
    """Refuse where the key that did `what` was revoked by its owner since (LAD-PAR-007)."""
    # LAD-PAR-007
    if view.get(RevocationRecord, key_of(participant, kid)) is not None:
        raise refuse("revoked-key", f"the key that {what} was revoked by its owner")


def key_of(participant: Id, kid: Thumbprint) -> str:
    """Where a participant's seal key, and the revocation of any key of it, is recorded."""
    return f"{participant}#{kid}"
