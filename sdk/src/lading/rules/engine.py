"""Judge one statement at one place of one log.

    authenticate(view, envelope, statement)      # layer signature: home, issuer, key, signature
    judge(view, statement, place)                # layer rule; raises Refused at the first rule that is broken
    changes = effects(view, statement, place)    # the records that admitting it changes

Exchanges admit with these functions; auditors replay and verify with the same ones.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from lading import acts
from lading.acts.base import (
    PUBLIC,
    Act,
    Place,
    Readers,
    Record,
    Rule,
    Scope,
    Statement,
    View,
    holds_in_part,
)
from lading.acts.closing import check_business_is_open, check_log_is_open
from lading.acts.erasure import Erasure, digest_of, digest_of_changes, restored
from lading.acts.limits import check_within_limit
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
from lading.statement import base64url
from lading.statement.envelope import Envelope
from lading.statement.words import Id, parse_time

MAX_AGE: Final = 24 * 3600 * 1000
MAX_AHEAD: Final = 5 * 60 * 1000
OPEN: Final = frozenset({"open", "acknowledged"})
"""States in which the exchange may still hold a share of a sealed delivery."""


def check_home(view: View, statement: Statement[Act]) -> None:
    """The statement is at home in this log. What participants say of themselves may be at home elsewhere: they are
    guests here. An exchange's own chain has no home member.
    """
    exchange = view.get(ExchangeRecord, SELF)
    act = statement.act
    if exchange is None or (act.home is None and act.issuer in (None, exchange.id)):
        return
    if isinstance(act, Participant) and act.home is not None:
        return
    # LAD-STM-020
    if act.home != exchange.id:
        raise refuse("wrong-home", f"this log's exchange is {exchange.id}", pointer="/home")


class Signed(NamedTuple):
    """A statement, and what the log has of who signed it.

    `issuer`: the participant that the statement names. `version`: the statement of its chain that `under` names, or
    `previous` in a participant's own statement. `keys`: those that may have signed: what `version` lists, or what a
    participant's own statement lists itself.
    """

    statement: Statement[Act]
    issuer: ParticipantRecord | None
    version: VersionRecord | None
    keys: tuple[SigningKey, ...]

    @property
    def signers(self) -> tuple[SigningKey, ...]:
        """The key that the statement's header names, if it is one of them."""
        return tuple(key for key in self.keys if key.kid == self.statement.kid)


def signing_key(view: View, statement: Statement[Act]) -> SigningKey:
    """The issuer's key that signed the statement, as `under` lists it; `Refused` where there is none."""
    act = statement.act
    issuer = None if act.issuer is None else view.get(ParticipantRecord, act.issuer)
    if isinstance(act, Participant):
        checks, keys = (
            OWN_KEY,
            version_record(Statement(statement.jws, statement.id, statement.kid, act)).keys,
        )
        version = None if act.previous is None else view.get(VersionRecord, act.previous)
    else:
        checks, version = KEY, view.get(VersionRecord, act.under or "")
        keys = () if version is None else version.keys
    signed = Signed(statement, issuer, version, keys)
    for check in checks:
        check(signed)
    return signed.signers[0]


def check_issuer_is_registered(signed: Signed) -> None:
    """Who speaks has a statement in the log, but for who speaks first."""
    # LAD-STM-021
    if signed.issuer is None and signed.statement.act.issuer is not None:
        raise refuse("unknown-issuer", "the issuer is not registered here", pointer="/issuer")


def check_under_is_of_the_chain(signed: Signed) -> None:
    """`under` names a statement of the issuer's chain."""
    # LAD-STM-022
    if signed.version is None or signed.version.participant != signed.statement.issuer:
        raise refuse("stale-under", "under is no statement of the issuer's chain here", pointer="/under")


def check_key_is_known(signed: Signed) -> None:
    """The statement that `under` names lists the key."""
    # LAD-STM-023
    if not signed.signers:
        raise refuse("unknown-key", f"the issuer has no key {signed.statement.kid} there")


def check_key_is_listed(signed: Signed) -> None:
    """A participant's own statement lists the key that signed it."""
    # LAD-PAR-002
    if not signed.signers:
        raise refuse("unlisted-key", f"the issuer has no key {signed.statement.kid} there")


def check_key_may_sign(signed: Signed) -> None:
    """The key's `may` has the act."""
    # LAD-STM-024
    if any(key.may is not None and signed.statement.act.type not in key.may for key in signed.signers):
        raise refuse("key-not-allowed", f"the key may not sign the act {signed.statement.act.type}")


def check_keys_are_sound(signed: Signed) -> None:
    """Every key that a participant lists is sound."""
    act = signed.statement.act
    if isinstance(act, Participant):
        for listed in act.signing:
            ed25519.check_public(listed.jwk.public)
        for sealing in act.sealing:
            seal.check_public(sealing.raw)


def check_previous_is_of_the_chain(signed: Signed) -> None:
    """`previous` names a statement of the issuer's chain."""
    if signed.statement.act.issuer is None:
        return
    # LAD-PAR-004
    if signed.version is None or signed.version.participant != signed.statement.issuer:
        raise refuse(
            "stale-previous", "previous is no statement of the issuer's chain here", pointer="/previous"
        )


def check_key_was_promised(signed: Signed) -> None:
    """A later statement of a participant is signed by a next key of the one before it."""
    # LAD-PAR-003
    if signed.version is not None and signed.statement.kid not in signed.version.next:
        raise refuse(
            "not-next-key", "previous does not promise the key that signed this one", pointer="/previous"
        )


KeyCheck = Callable[[Signed], None]
KEY: Final[tuple[KeyCheck, ...]] = (
    check_issuer_is_registered,
    check_under_is_of_the_chain,
    check_key_is_known,
    check_key_may_sign,
)
"""The checks of the key in their order (step 6 of `spec/registration.md`)."""
OWN_KEY: Final[tuple[KeyCheck, ...]] = (
    check_key_is_listed,
    check_key_may_sign,
    check_keys_are_sound,
    check_issuer_is_registered,
    check_previous_is_of_the_chain,
    check_key_was_promised,
)
"""Those of a participant's own statement (step 6p)."""


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
    """The rules of every act (steps 8 to 10), each refusal sound on a part of the log too."""
    for rule in COMMON:
        rule.check(view, statement, at)


def check_under_is_head(view: View, statement: Statement[Act], at: Place) -> None:
    """`under` is the latest statement of the issuer's chain; a participant's own `previous` is judged by its rules."""
    if isinstance(statement.act, Participant):
        return
    issuer = view.get(ParticipantRecord, statement.issuer)
    # LAD-STM-022
    if issuer is None or issuer.head != statement.act.under:
        winner = None if issuer is None else issuer.head
        raise refuse("stale-under", "the issuer has a later statement", pointer="/under", winner=winner)


def check_issued_lately(view: View, statement: Statement[Act], at: Place) -> None:
    """Issued at most 24 h before registration; a participant's own statements at any time."""
    if isinstance(statement.act, Participant):
        return
    # LAD-STM-025
    if parse_time(statement.act.issued_at) < at.time - MAX_AGE:
        raise refuse("issued-too-old", "issued more than 24 h before registration", pointer="/issued_at")


def check_not_issued_ahead(view: View, statement: Statement[Act], at: Place) -> None:
    """Issued at most 5 min after registration; a participant's own statements at any time."""
    if isinstance(statement.act, Participant):
        return
    # LAD-STM-026
    if parse_time(statement.act.issued_at) > at.time + MAX_AHEAD:
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


COMMON: Final[tuple[Rule[Act], ...]] = (
    holds_in_part(check_under_is_head),
    holds_in_part(check_issued_lately),
    holds_in_part(check_not_issued_ahead),
    holds_in_part(check_nothing_is_due),
    holds_in_part(check_log_is_open),
    holds_in_part(check_business_is_open),
    holds_in_part(check_within_limit),
)
"""The rules of every act, in their order."""


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


def effects_of_erased(view: View, erasure: Statement[Erasure], at: Place) -> Iterable[Record]:
    """The records that an erased statement wrote at its place, as its erasure has them (LAD-REG-014)."""
    act = erasure.act
    changes = tuple(restored(view, act))
    yield StatementRecord(
        key=act.statement,
        type=act.sort,
        issuer=act.author,
        index=at.index,
        time=at.time,
        readers=act.readers,
        contract=act.contract,
        changes=digest_of_changes(act),
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
