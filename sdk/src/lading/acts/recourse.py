"""The register's state, what comes after and beside a trade: assurance, notices, payments, claims, who may read."""

from typing import ClassVar

from lading.acts.base import Confidential, Record
from lading.statement.words import Id, Millis, Money


class ClaimRecord(Confidential):
    """A claim; key: its id. `about`: the statement that it names; `release` and `delivery`: with a proof."""

    kind: ClassVar[str] = "claim"
    about: Id
    contract: Id | None = None
    listing: Id | None = None
    claimant: Id
    respondent: Id
    arbiter: Id | None = None
    ground: str
    release: Id | None = None
    delivery: Id | None = None
    index: int | None = None
    state: str
    closed_by: Id | None = None

    @property
    def parties(self) -> frozenset[Id]:
        """Who may know of it."""
        arbiter = frozenset[Id]() if self.arbiter is None else frozenset({self.arbiter})
        return frozenset({self.claimant, self.respondent}) | arbiter


class RulingRecord(Confidential):
    """A ruling; key: its id. `claimant` and `respondent` of the claim that it is about."""

    kind: ClassVar[str] = "ruling"
    claim: Id
    contract: Id | None = None
    claimant: Id
    respondent: Id
    arbiter: Id
    outcome: str

    @property
    def parties(self) -> frozenset[Id]:
        """Who may know of it."""
        return frozenset({self.claimant, self.respondent, self.arbiter})


class AttestationRecord(Record):
    """An attestation; key: its id. It may be read by the readers of what it is about."""

    kind: ClassVar[str] = "attestation"
    about: Id
    sort: str
    issuer: Id
    expires_at: Millis | None = None
    state: str
    closed_by: Id | None = None


class AssuranceRecord(Record):
    """The newest attestation of one kind; key: the statement's id, `#`, the kind."""

    kind: ClassVar[str] = "assurance"
    attestation: Id
    issuer: Id
    outcome: str
    expires_at: Millis | None = None
    standing: bool


class NoticeRecord(Record):
    """A notice; key: its id."""

    kind: ClassVar[str] = "notice"
    contract: Id | None = None
    sort: str
    issuer: Id


class PaymentRecord(Record):
    """A payment, invoice or sales report; key: its id."""

    kind: ClassVar[str] = "payment"
    contract: Id
    sort: str
    issuer: Id
    amount: Money
    reference: str
    delivery: Id | None = None


class GrantRecord(Confidential):
    """A grant; key: its id. `until` in ms since the epoch."""

    kind: ClassVar[str] = "grant"
    contract: Id
    granter: Id
    other: Id
    reader: Id
    until: Millis
    state: str
    closed_by: Id | None = None

    @property
    def parties(self) -> frozenset[Id]:
        """Who may know of it."""
        return frozenset({self.granter, self.other, self.reader})


class DisclosureRecord(Record):
    """A disclosure; key: its id. `reader` may read what it is `about` until then, in ms since the epoch."""

    kind: ClassVar[str] = "disclosure"
    about: Id
    issuer: Id
    reader: Id | None = None
    until: Millis | None = None
