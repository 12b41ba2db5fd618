"""Judge one statement at one place of one log.

    authenticate(view, envelope, statement)      # layer signature: home, issuer, key, signature
    judge(view, statement, place)                # layer rule; raises Refused at the first rule that is broken
    changes = effects(view, statement, place)    # the records that admitting it changes

Exchanges admit with these functions; auditors replay and verify with the same ones.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from lading import acts
from lading.acts.base import PUBLIC, Act, Place, Readers, Record, Scope, Statement, View
from lading.acts.participant import Participant, version_record
from lading.acts.records import (
    SELF,
    AgreementRecord,
    DeliveryRecord,
    DueRecord,
    ExchangeRecord,
    ParticipantRecord,
    SigningKey,
    StatementRecord,
    TallyRecord,
    VersionRecord,
)
from lading.acts.release import Release
from lading.keys import ed25519, seal
from lading.problems import refuse
from lading.statement import base64url, canonical
from lading.statement.envelope import Envelope
from lading.statement.words import Id, parse_time

MAX_AGE: Final = 24 * 3600 * 1000
MAX_AHEAD: Final = 5 * 60 * 1000
OPEN: Final = frozenset({"open", "acknowledged"})
"""States in which the exchange may still hold a share of a sealed delivery."""


def check_home(view: View, statement: Statement[Act]) -> None:
    """The statement is at home in this log; an exchange's own chain has no home member."""
    exchange = view.get(ExchangeRecord, SELF)
    home = statement.act.home
    if exchange is None or (home is None and statement.act.issuer in (None, exchange.id)):
        return
    # LAD-STM-020
    if home != exchange.id:
        raise refuse("wrong-home", f"this log's exchange is {exchange.id}", pointer="/home")


def signing_key(view: View, statement: Statement[Act]) -> SigningKey:
    """The issuer's key that signed the statement, as `under` lists it; `Refused` where there is none."""
    act = statement.act
    if isinstance(act, Participant):
        return _own_key(view, statement, act)
    # LAD-STM-021
    if view.get(ParticipantRecord, statement.issuer) is None:
        raise refuse("unknown-issuer", "the issuer is not registered here", pointer="/issuer")
    version = view.get(VersionRecord, act.under or "")
    # LAD-STM-022
    if version is None or version.participant != statement.issuer:
        raise refuse("stale-under", "under is no statement of the issuer's chain here", pointer="/under")
    return _select(version.keys, statement, "unknown-key")


def _own_key(view: View, statement: Statement[Act], act: Participant) -> SigningKey:
    """A participant statement is signed by a key that it lists and that its previous one promised."""
    key = _select(
        version_record(Statement(statement.jws, statement.id, statement.kid, act)).keys,
        statement,
        "unlisted-key",
    )
    for listed in act.signing:
        ed25519.check_public(listed.jwk.public)
    for sealing in act.sealing:
        seal.check_public(sealing.raw)
    if act.previous is None:
        return key
    # LAD-STM-021
    if view.get(ParticipantRecord, statement.issuer) is None:
        raise refuse("unknown-issuer", "the issuer is not registered here", pointer="/issuer")
    previous = view.get(VersionRecord, act.previous)
    # LAD-PAR-004
    if previous is None or previous.participant != statement.issuer:
        raise refuse(
            "stale-previous", "previous is no statement of the issuer's chain here", pointer="/previous"
        )
    # LAD-PAR-003
    if statement.kid not in previous.next:
        raise refuse(
            "not-next-key", "previous does not promise the key that signed this one", pointer="/previous"
        )
    return key


def _select(keys: tuple[SigningKey, ...], statement: Statement[Act], unknown: str) -> SigningKey:
    key = next((key for key in keys if key.kid == statement.kid), None)
    # LAD-STM-023, LAD-PAR-002
    if key is None:
        raise refuse(unknown, f"the issuer has no key {statement.kid} there")
    # LAD-STM-024
    if key.may is not None and statement.act.type not in key.may:
        raise refuse("key-not-allowed", f"the key may not sign the act {statement.act.type}")
    return key


def check_signature(envelope: Envelope, key: SigningKey) -> None:
    """The signature verifies under the key (LAD-STM-018). Needs no view, so many can be checked side by side."""
    ed25519.verify(_public(key.x), envelope.signing_input, envelope.signature)


@lru_cache(maxsize=4096)
def _public(x: str) -> bytes:
    return base64url.decode(x.encode())


def authenticate(
    view: View, envelope: Envelope, statement: Statement[Act], verified_with: str | None = None
) -> None:
    """Raise `Refused` unless the statement is at home here and its issuer's own.

    `verified_with` is the key (its `x`) that the signature was verified with before, so that it need not be again.
    """
    check_home(view, statement)
    key = signing_key(view, statement)
    if verified_with != key.x:
        check_signature(envelope, key)


def judge(view: View, statement: Statement[Act], at: Place) -> None:
    """Raise `Refused` at the first rule that the statement breaks at this place, where the view knows the whole log."""
    judge_common(view, statement, at)
    check_act(view, statement, at)


def check_act(view: View, statement: Statement[Act], at: Place, scope: Scope = "whole") -> None:
    """The rules of the act alone, in their order (step 11 of `spec/registration.md`).

    Where the view knows just a part of the log, ask with the scope `part` for refusals that are sound there, and then
    with the scope `doubt` for those that a statement outside the view could undo.
    """
    for rule in acts.BY_NAME[statement.act.type].rules:
        if scope in ("whole", rule.scope):
            rule.check(view, statement, at)


def judge_common(view: View, statement: Statement[Act], at: Place) -> None:
    """The rules of every act (steps 8 to 10): the head, the time of issue, and whether a release comes first."""
    check_under_is_head(view, statement)
    check_issued_at(statement, at)
    check_nothing_is_due(view, statement, at)


def check_under_is_head(view: View, statement: Statement[Act]) -> None:
    """`under` is the latest statement of the issuer's chain; a participant's own `previous` is judged by its rules."""
    if isinstance(statement.act, Participant):
        return
    issuer = view.get(ParticipantRecord, statement.issuer)
    # LAD-STM-022
    if issuer is None or issuer.head != statement.act.under:
        winner = None if issuer is None else issuer.head
        raise refuse("stale-under", "the issuer has a later statement", pointer="/under", winner=winner)


def check_issued_at(statement: Statement[Act], at: Place) -> None:
    """Issued at most 24 h before and 5 min after registration; a participant's own statements at any time."""
    if isinstance(statement.act, Participant):
        return
    issued = parse_time(statement.act.issued_at)
    # LAD-STM-025
    if issued < at.time - MAX_AGE:
        raise refuse("issued-too-old", "issued more than 24 h before registration", pointer="/issued_at")
    # LAD-STM-026
    if issued > at.time + MAX_AHEAD:
        raise refuse("issued-in-future", "issued more than 5 min after registration", pointer="/issued_at")


def check_nothing_is_due(view: View, statement: Statement[Act], at: Place) -> None:
    """The entry after an accepted receipt of sealed content is its release."""
    due = view.get(DueRecord, SELF)
    if due is None or due.receipt is None or at.index != due.index + 1:
        return
    act = statement.act
    # LAD-RLS-004
    if not isinstance(act, Release) or act.receipt != due.receipt:
        raise refuse("release-due", f"the release of the receipt {due.receipt} comes first")


def effects(view: View, statement: Statement[Act], at: Place) -> Iterable[Record]:
    """The records that the statement writes, itself included; to be stored together or not at all."""
    changes = tuple(acts.BY_NAME[statement.act.type].effects(view, statement, at))
    may_read = readers(view, statement)
    yield StatementRecord(
        key=statement.id,
        type=statement.act.type,
        issuer=statement.issuer,
        index=at.index,
        time=at.time,
        readers=None if may_read == PUBLIC else tuple(sorted(may_read)),
        contract=contract_of(view, statement, changes),
        changes=digest_of(changes),
    )
    yield from changes
    yield _tally(view, changes, at)


def contract_of(view: View, statement: Statement[Act], changes: Sequence[Record]) -> Id | None:
    """The contract that a statement belongs to: the one that it concludes or amends, or that of what it names."""
    for change in changes:
        if isinstance(change, AgreementRecord):
            return change.contract
    for named in acts.BY_NAME[statement.act.type].references(statement.act):
        record = view.get(StatementRecord, named)
        if record is not None and record.contract is not None:
            return record.contract
    return None


def digest_of(changes: Iterable[Record]) -> Id:
    """SHA-256 of the changes that a statement made, without their prose, in canonical JSON (LAD-ERA-004)."""
    return Id("sha256:" + hashlib.sha256(canonical.dumps(bare(changes))).hexdigest())


def bare(changes: Iterable[Record]) -> list[dict[str, Any]]:
    """The changes as an erasure carries them: kind and record, without prose and absent members."""
    return [
        {"kind": change.kind, "record": change.model_dump(exclude_none=True, exclude=set(change.prose))}
        for change in changes
    ]


def _tally(view: View, changes: Iterable[Record], at: Place) -> TallyRecord:
    """The counts over the whole log after the changes."""
    before = view.get(TallyRecord, SELF)
    opened = 0 if before is None else before.open_sealed
    for change in changes:
        if isinstance(change, DeliveryRecord) and change.sealed is not None:
            known = view.get(DeliveryRecord, change.key)
            opened += (change.state in OPEN) - (known is not None and known.state in OPEN)
    return TallyRecord(key=SELF, open_sealed=opened, last_time=at.time)


def readers(view: View, statement: Statement[Act]) -> Readers:
    """Who may read an admitted statement besides the exchange."""
    return acts.BY_NAME[statement.act.type].readers(view, statement)


def references(statement: Statement[Act]) -> tuple[Id, ...]:
    """The ids that the statement names besides its home, with `under` last: what evidence must hold too."""
    named = acts.BY_NAME[statement.act.type].references(statement.act)
    own = () if statement.act.under is None else (statement.act.under,)
    first = () if statement.act.issuer is None else (statement.act.issuer,)
    return tuple(dict.fromkeys((*named, *first, *own)))
