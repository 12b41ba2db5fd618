"""`participant`: who somebody is, and with which keys they sign (`spec/acts/participant.md`)."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from lading.acts.base import (
    PUBLIC,
    Act,
    ActType,
    Place,
    Readers,
    Record,
    Statement,
    View,
    holds_in_part,
    needs_whole,
)
from lading.acts.exchange import Exchange, check_closing, check_log_keys, check_log_succession
from lading.acts.machines import PARTICIPANT
from lading.acts.records import (
    SELF,
    ExchangeRecord,
    ParticipantRecord,
    RevocationRecord,
    SealKeyRecord,
    SigningKey,
    TallyRecord,
    VersionRecord,
)
from lading.acts.standing import key_of
from lading.keys import ed25519, seal
from lading.problems import refuse
from lading.statement import base64url
from lading.statement.words import (
    Country,
    Form,
    Id,
    Identifier,
    KeyThumbprint,
    Money,
    StatementId,
    Thumbprint,
    Token,
    Unique,
    parse_time,
    text,
)


class Jwk(Form):
    """An Ed25519 public key (RFC 8037): `x` is the 32 bytes in base64url."""

    crv: Literal["Ed25519"]
    kty: Literal["OKP"]
    x: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\z")]

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return base64url.decode(self.x.encode())


class Key(Form):
    """A key, its use, the acts that it may sign (absent: all), and to how much it may bind its owner (any amount)."""

    jwk: Jwk
    use: Literal["sign"]
    may: Annotated[tuple[Token, ...], Field(min_length=1, max_length=32), Unique] | None = None
    limit: Money | None = None

    @property
    def kid(self) -> Thumbprint:
        """The key's RFC 7638 thumbprint."""
        return ed25519.thumbprint(self.jwk.public)


class SealKey(Form):
    """A key to which shares are sealed: the 1216 bytes of an ML-KEM-768 and an X25519 public key in base64url."""

    use: Literal["seal"]
    kem: Literal["MLKEM768-X25519"]
    public: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+[AQgw]\z", min_length=1622, max_length=1622)
    ]

    @property
    def raw(self) -> bytes:
        """The 1216 bytes."""
        return base64url.decode(self.public.encode())

    @property
    def kid(self) -> Thumbprint:
        """The key's thumbprint: SHA-256 of its bytes."""
        return seal.kid_of(self.raw)


Relation = Literal["affiliate", "controlled-by", "controls", "employs", "operates", "same-operator"]
"""What a related party is to the issuer."""


class Relative(Form):
    """A related party, by its id or by an identifier, and what it is to the issuer."""

    party: StatementId | Identifier
    relation: Relation


class Participant(Act):
    """One statement of a participant's chain; the id of the first is the participant's id."""

    type: Literal["participant"]
    previous: StatementId | None = None
    name: Annotated[str, text(200)]
    kind: Literal["company", "public-body", "association", "person", "exchange"]
    jurisdiction: Country
    identifiers: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=16), Unique] | None = None
    contact: Annotated[str, text(400)] | None = None
    related: Annotated[tuple[Relative, ...], Field(min_length=1, max_length=64), Unique] | None = None
    keys: Annotated[
        tuple[Annotated[Key | SealKey, Field(discriminator="use")], ...], Field(min_length=1, max_length=32)
    ]
    next: Annotated[tuple[KeyThumbprint, ...], Field(min_length=1, max_length=8), Unique]
    revoked: Annotated[tuple[KeyThumbprint, ...], Field(min_length=1, max_length=256), Unique] | None = None
    exchange: Exchange | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Participant":
        if (self.issuer, self.under) != (
            (None, None) if self.previous is None else (self.issuer, self.previous)
        ):
            raise ValueError(
                "a first statement has no issuer and no under; a later one is under its previous"
            )
        if self.previous is not None and self.issuer is None:
            raise ValueError("a later statement names its issuer")
        # LAD-PAR-005
        if (self.home is None) != (self.exchange is not None) or (self.kind == "exchange") != (
            self.exchange is not None
        ):
            raise ValueError(
                "an exchange, and nobody else, has kind exchange, the member exchange and no home"
            )
        kids = [key.kid for key in self.keys]
        if len(set(kids)) != len(kids):
            raise ValueError("a key stands twice")
        # LAD-PAR-011
        if set(kids) & set(self.next):
            raise ValueError("an everyday key cannot be a next key")
        return self

    @property
    def signing(self) -> tuple[Key, ...]:
        """The keys that sign."""
        return tuple(key for key in self.keys if isinstance(key, Key))

    @property
    def sealing(self) -> tuple[SealKey, ...]:
        """The keys to which shares are sealed."""
        return tuple(key for key in self.keys if isinstance(key, SealKey))


def only_the_exchange_keeps_the_log(view: View, s: Statement[Participant], at: Place) -> None:
    """Entry 0 is the first statement of the log's exchange; only that chain says what an exchange says."""
    exchange = view.get(ExchangeRecord, SELF)
    opens = at.index == 0 and s.act.previous is None
    continues = exchange is not None and s.issuer == exchange.id
    # LAD-PAR-008
    if (s.act.exchange is not None) != (opens or continues) or (at.index == 0) != opens:
        raise refuse("not-entry-zero", "entry 0, and no other, is the first statement of the log's exchange")


def log_keys_are_sound(view: View, s: Statement[Participant], at: Place) -> None:
    """Log keys are distinct from statement keys, and each signs a range of sizes that was not signed before."""
    if s.act.exchange is None:
        return
    check_log_keys(s.act.exchange.log, frozenset(key.jwk.public for key in s.act.signing))
    exchange = view.get(ExchangeRecord, SELF)
    old = () if exchange is None else exchange.log_keys
    # LAD-PAR-009
    if exchange is not None and exchange.origin != s.act.exchange.log.origin:
        raise refuse("bad-log-key", "a log keeps its origin", pointer="/exchange/log/origin")
    check_log_succession(old, s.act.exchange.log.records, at.index)


def onboarding_is_open(view: View, s: Statement[Participant], at: Place) -> None:
    """A first statement is taken only while the exchange's policy says so."""
    exchange = view.get(ExchangeRecord, SELF)
    # LAD-PAR-010
    if s.act.previous is None and exchange is not None and exchange.policy.onboarding == "closed":
        raise refuse("onboarding-closed", "this exchange takes no new participants")


def extends_the_head(view: View, s: Statement[Participant], at: Place) -> None:
    """A chain is linear: `previous` is the issuer's latest statement."""
    if s.act.previous is None:
        return
    record = view.get(ParticipantRecord, s.issuer)
    # LAD-PAR-004
    if record is None or record.head != s.act.previous:
        version = view.get(VersionRecord, s.act.previous)
        winner = None if version is None else version.succeeded_by
        raise refuse(
            "stale-previous", "previous is not the head of the chain", pointer="/previous", winner=winner
        )


def closes_as_announced(view: View, s: Statement[Participant], at: Place) -> None:
    """An exchange says long before that it closes, and then only moves that to later."""
    if s.act.exchange is not None:
        check_closing(view.get(ExchangeRecord, SELF), s.act.exchange, at.time)


def nothing_sealed_is_open(view: View, s: Statement[Participant], at: Place) -> None:
    """A log does not end while the exchange holds a share for somebody."""
    if s.act.exchange is None or s.act.exchange.closed is None:
        return
    tally = view.get(TallyRecord, SELF)
    # LAD-PAR-025
    if tally is not None and tally.open_sealed > 0:
        detail = f"{tally.open_sealed} sealed deliveries are open"
        raise refuse("sealed-still-open", detail, pointer="/exchange/closed")


def keeps_revocations(view: View, s: Statement[Participant], at: Place) -> None:
    """A key that was revoked is never listed or promised again."""
    listed = {*(key.kid for key in s.act.keys), *s.act.next}
    before = (kid for kid in listed if view.get(RevocationRecord, key_of(s.issuer, kid)) is not None)
    # LAD-PAR-007
    if listed & set(s.act.revoked or ()) or any(before):
        raise refuse("revoked-key", "a key that was revoked is listed again", pointer="/keys")


def version_record(s: Statement[Participant]) -> VersionRecord:
    """The keys that statements with `under` = this statement are judged by."""
    keys = tuple(SigningKey(kid=key.kid, x=key.jwk.x, may=key.may, limit=key.limit) for key in s.act.signing)
    return VersionRecord(key=s.id, participant=s.issuer, keys=keys, next=s.act.next)


def effects(view: View, s: Statement[Participant], at: Place) -> Iterator[Record]:
    """The new head and its keys; a newcomer is pending, an exchange is admitted by its own entry 0."""
    yield version_record(s)
    previous = None if s.act.previous is None else view.get(VersionRecord, s.act.previous)
    if previous is not None:
        yield previous.model_copy(update={"succeeded_by": s.id})
    for kid in s.act.revoked or ():
        yield RevocationRecord(key=key_of(s.issuer, kid), by=s.id)
    for seal_key in s.act.sealing:
        yield SealKeyRecord(key=key_of(s.issuer, seal_key.kid), by=s.id)
    if s.act.exchange is not None:
        yield _exchange_record(s, s.act.exchange)
    before = view.get(ParticipantRecord, s.issuer)
    kept: dict[str, Any] = {"home": _elsewhere(view, s)}
    if before is not None:
        kept |= {
            "roles": before.roles,
            "statements": before.statements + 1,
            "decided_by": before.decided_by,
        }
        yield participant_record(s, before.state).model_copy(update=kept)
    elif s.act.exchange is not None:
        yield participant_record(s, "admitted").model_copy(update={"roles": EXCHANGE_ROLES})
    else:
        state = PARTICIPANT.after(PARTICIPANT.start, "participant")
        yield participant_record(s, state).model_copy(update=kept)


def _elsewhere(view: View, s: Statement[Participant]) -> Id | None:
    """The exchange at which a guest of this log is at home; None for who is at home here."""
    exchange = view.get(ExchangeRecord, SELF)
    return s.act.home if exchange is not None and s.act.home != exchange.id else None


def participant_record(s: Statement[Participant], state: str) -> ParticipantRecord:
    """What a participant says of itself, as the register keeps it."""
    return ParticipantRecord(
        key=s.issuer,
        head=s.id,
        name=s.act.name,
        organisation=s.act.kind,
        jurisdiction=s.act.jurisdiction,
        identifiers=s.act.identifiers or (),
        related=tuple(relative.party for relative in s.act.related or ()),
        state=state,
    )


def _exchange_record(s: Statement[Participant], exchange: Exchange) -> ExchangeRecord:
    return ExchangeRecord(
        key=SELF,
        id=s.issuer,
        head=s.id,
        origin=exchange.log.origin,
        policy=exchange.policy,
        log_keys=exchange.log.records,
        closing_at=None if exchange.closing_at is None else parse_time(exchange.closing_at),
        closed_by=None if exchange.closed is None else s.id,
    )


def references(act: Participant) -> tuple[Id, ...]:
    """The previous statement of the chain."""
    return () if act.previous is None else (act.previous,)


def readers(view: View, s: Statement[Participant]) -> Readers:
    """Everybody: keys must be checkable."""
    return PUBLIC


EXCHANGE_ROLES = ("provider", "consumer", "assessor", "arbiter")

ACT = ActType(
    name="participant",
    model=Participant,
    rules=(
        holds_in_part(only_the_exchange_keeps_the_log),
        needs_whole(onboarding_is_open),
        holds_in_part(extends_the_head),
        holds_in_part(log_keys_are_sound),
        holds_in_part(keeps_revocations),
        holds_in_part(closes_as_announced),
        needs_whole(nothing_sealed_is_open),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
