"""The register's state: what the log's statements add up to (`spec/registration.md`)."""

from typing import ClassVar, Final, Literal

from lading.acts.base import Confidential, Record
from lading.acts.policy import Policy
from lading.acts.recourse import (
    AssuranceRecord,
    AttestationRecord,
    ClaimRecord,
    DisclosureRecord,
    GrantRecord,
    NoticeRecord,
    PaymentRecord,
    RulingRecord,
)
from lading.acts.sealed import Sealed
from lading.acts.window import Window
from lading.statement.words import Form, Id, Millis, Money, Thumbprint
from lading.terms.terms import Standing, Terms

SELF: Final = "self"
"""Key of what a log has one of: `ExchangeRecord`, `DueRecord`, `TallyRecord`, `OutageRecord`."""


class StatementRecord(Record):
    """A registered statement; key: its id.

    `readers` None: everybody. `contract`: the contract that it belongs to. `changes`: SHA-256 of what it changed.
    """

    kind: ClassVar[str] = "statement"
    type: str
    issuer: Id
    index: int
    time: Millis
    readers: tuple[Id, ...] | None = None
    contract: Id | None = None
    changes: Id
    erased_by: Id | None = None


class TallyRecord(Record):
    """What is counted over the whole log; key: `self`. `last_time`: of the last entry."""

    kind: ClassVar[str] = "tally"
    open_sealed: int = 0
    last_time: Millis


class Pause(Form):
    """A time in which deadlines stood still; `until` None: it goes on. `notices`: those that said so."""

    since: Millis
    until: Millis | None = None
    notices: tuple[Id, ...]


class OutageRecord(Record):
    """The outages of the exchange that it gave notice of; key: `self`."""

    kind: ClassVar[str] = "outage"
    outages: tuple[Pause, ...]


class LogKey(Form):
    """A key of the log and the sizes that it signs."""

    vkey: str
    from_size: int
    until_size: int | None = None


class ExchangeRecord(Record):
    """The exchange that keeps this log; key: `self`."""

    kind: ClassVar[str] = "exchange"
    id: Id
    head: Id
    origin: str
    policy: Policy
    log_keys: tuple[LogKey, ...]
    closing_at: Millis | None = None
    closed_by: Id | None = None


class SigningKey(Form):
    """A key as a participant listed it; `may` None: every act; `limit` None: any amount."""

    kid: Thumbprint
    x: str
    may: tuple[str, ...] | None = None
    limit: Money | None = None


class VersionRecord(Record):
    """One statement of a participant's chain; key: its id. These are the keys that `under` selects.

    `succeeded_by`: the statement that took its place.
    """

    kind: ClassVar[str] = "version"
    participant: Id
    keys: tuple[SigningKey, ...]
    next: tuple[Thumbprint, ...]
    succeeded_by: Id | None = None


class ParticipantRecord(Record):
    """A participant as this log knows it now; key: its id. `statements`: the length of its chain.

    `related`: ids and identifiers of parties that it calls related. `home`: where a guest is at home.
    """

    kind: ClassVar[str] = "participant"
    prose: ClassVar[frozenset[str]] = frozenset({"name"})
    head: Id
    name: str
    organisation: str
    jurisdiction: str
    identifiers: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    home: Id | None = None
    state: str
    roles: tuple[str, ...] = ()
    statements: int = 1
    decided_by: Id | None = None


class RevocationRecord(Record):
    """A key that its owner revoked; key: participant id, `#`, thumbprint."""

    kind: ClassVar[str] = "revocation"
    by: Id


class SealKeyRecord(Record):
    """A seal key that a participant listed; key: participant id, `#`, thumbprint. `by`: the statement."""

    kind: ClassVar[str] = "seal-key"
    by: Id


class ProductRecord(Record):
    """All versions of one listing; key: the id of the first."""

    kind: ClassVar[str] = "product"
    provider: Id
    head: Id
    withdrawn_by: Id | None = None


class Promise(Form):
    """The content that a listing promises."""

    size: int
    chunk_size: int
    content_root: str


class ListingRecord(Record):
    """One version of a listing; key: its id. `listed_at`: its registration, in ms since the epoch.

    `needs`: kinds of attestation without which no contract is made about it. `excluded`: jurisdictions that it bars.
    `exceeds`: more than so many people are in it; -1: none. `export`: a route for crossing borders is declared.
    `contested`: claims that are not closed. `sales`: what it is, and so which form its deliveries have.
    """

    kind: ClassVar[str] = "listing"
    prose: ClassVar[frozenset[str]] = frozenset({"title"})
    product: Id
    provider: Id
    kid: Thumbprint
    title: str
    sales: Literal["dataset", "stream", "service"]
    state: str
    listed_at: Millis
    needs: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    exceeds: int = -1
    export: bool = False
    contested: int = 0
    schema_digest: Id | None = None
    standing: Standing | None = None
    promise: Promise | None = None
    accepted: int = 0
    closed_by: Id | None = None


class OfferRecord(Confidential):
    """An offer; key: its id. `amends`: the contract whose terms it would change, and `head` the agreement in force."""

    kind: ClassVar[str] = "offer"
    amends: Id | None = None
    head: Id | None = None
    actions: tuple[str, ...] = ("use",)
    listing: Id
    product: Id
    proposer: Id
    addressee: Id
    kid: Thumbprint
    terms: Terms
    purpose: str
    expires_at: str
    state: str
    closed_by: Id | None = None

    @property
    def parties(self) -> frozenset[Id]:
        """Who may know of it."""
        return frozenset({self.proposer, self.addressee})


class AgreementRecord(Record):
    """An acceptance that concluded or amended a contract; key: its id."""

    kind: ClassVar[str] = "agreement"
    contract: Id


class ContractRecord(Confidential):
    """A contract; key: the id of the acceptance that concluded it. `head`: the acceptance whose terms are in force.

    `deliveries`: how many were registered. `ends_at`: a termination
    takes effect then. `suspended_by`: the notice, with who gave it. Moments in ms since the epoch.
    """

    kind: ClassVar[str] = "contract"
    listing: Id
    provider: Id
    consumer: Id
    terms: Terms
    purpose: str
    actions: tuple[str, ...]
    related: bool
    head: Id
    concluded_at: Millis
    state: str
    last_sequence: int = 0
    deliveries: int = 0
    pauses: tuple[Pause, ...] = ()
    suspended_by: Id | None = None
    ends_at: Millis | None = None
    ended_by: Id | None = None

    @property
    def parties(self) -> frozenset[Id]:
        """Who may know of it."""
        return frozenset({self.provider, self.consumer})


class DeliveryRecord(Confidential):
    """A delivery; key: its id. `deadline` and `settles_at` (the end of its dispute window) in ms since the epoch."""

    kind: ClassVar[str] = "delivery"
    contract: Id
    sequence: int
    provider: Id
    consumer: Id
    form: Literal["clear", "sealed"]
    custody: Literal["exchange", "provider"]
    url: str | None = None
    size: int
    chunk_size: int
    content_root: str
    sealed: Sealed | None = None
    window: Window | None = None
    units: int | None = None
    registered_at: Millis
    deadline: Millis
    state: str
    closed_by: Id | None = None
    released_by: Id | None = None
    settles_at: Millis | None = None

    @property
    def parties(self) -> frozenset[Id]:
        """Who may know of it."""
        return frozenset({self.provider, self.consumer})

    @property
    def chunks(self) -> int:
        """How many chunks the content has; none where it is empty."""
        return -(-self.size // self.chunk_size)

    @property
    def root(self) -> Id:
        """The root under which the content lies: the manifest's where it is sealed, else the content's."""
        return Id(self.content_root) if self.sealed is None else self.sealed.manifest_root


class ReceiptRecord(Record):
    """A receipt; key: its id."""

    kind: ClassVar[str] = "receipt"
    delivery: Id


class DueRecord(Record):
    """What the next entry has to be; key: `self`. `receipt`: the receipt at `index` whose release is due, or None."""

    kind: ClassVar[str] = "due"
    receipt: Id | None
    index: int


class ReleaseRecord(Confidential):
    """A release; key: its id. `share`: the exchange's, in base64url."""

    kind: ClassVar[str] = "release"
    receipt: Id
    delivery: Id
    provider: Id
    consumer: Id
    share: str

    @property
    def parties(self) -> frozenset[Id]:
        """Who may know of it."""
        return frozenset({self.provider, self.consumer})


class SlotRecord(Record):
    """Something that only one statement can have; `holder` None: free again."""

    kind: ClassVar[str] = "slot"
    holder: Id | None = None


RECORDS: Final[tuple[type[Record], ...]] = (
    StatementRecord,
    TallyRecord,
    OutageRecord,
    ExchangeRecord,
    VersionRecord,
    ParticipantRecord,
    RevocationRecord,
    SealKeyRecord,
    ProductRecord,
    ListingRecord,
    OfferRecord,
    AgreementRecord,
    ContractRecord,
    DeliveryRecord,
    ReceiptRecord,
    DueRecord,
    ReleaseRecord,
    ClaimRecord,
    RulingRecord,
    AttestationRecord,
    AssuranceRecord,
    NoticeRecord,
    PaymentRecord,
    GrantRecord,
    DisclosureRecord,
    SlotRecord,
)
