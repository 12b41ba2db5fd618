"""The register's state: what the log's statements add up to (`spec/registration.md`)."""

from typing import ClassVar, Final, Literal

from lading.acts.base import Confidential, Record
from lading.acts.sealed import Sealed
from lading.acts.terms import Standing, Terms
from lading.statement.words import Form, Id, Millis, Thumbprint

SELF: Final = "self"
"""Key of the one `ExchangeRecord` of a log, and of its one `DueRecord`."""


class StatementRecord(Record):
    """A registered statement; key: its id."""

    kind: ClassVar[str] = "statement"
    type: str
    issuer: Id
    index: int
    time: Millis


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
    onboarding: Literal["open", "closed"]
    log_keys: tuple[LogKey, ...]


class SigningKey(Form):
    """A key as a participant listed it; `may` None: every act."""

    kid: Thumbprint
    x: str
    may: tuple[str, ...] | None = None


class VersionRecord(Record):
    """One statement of a participant's chain; key: its id. These are the keys that `under` selects."""

    kind: ClassVar[str] = "version"
    participant: Id
    keys: tuple[SigningKey, ...]
    next: tuple[Thumbprint, ...]


class ParticipantRecord(Record):
    """A participant as this log knows it now; key: its id. `statements`: the length of its chain."""

    kind: ClassVar[str] = "participant"
    head: Id
    name: str
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
    """One version of a listing; key: its id."""

    kind: ClassVar[str] = "listing"
    product: Id
    provider: Id
    kid: Thumbprint
    title: str
    state: str
    standing: Standing | None = None
    promise: Promise | None = None
    accepted: int = 0
    closed_by: Id | None = None


class OfferRecord(Confidential):
    """An offer; key: its id."""

    kind: ClassVar[str] = "offer"
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


class ContractRecord(Confidential):
    """A contract; key: the id of the acceptance that concluded it."""

    kind: ClassVar[str] = "contract"
    listing: Id
    provider: Id
    consumer: Id
    terms: Terms
    purpose: str
    state: str
    last_sequence: int = 0

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


class ClaimRecord(Confidential):
    """A claim; key: its id."""

    kind: ClassVar[str] = "claim"
    release: Id
    delivery: Id
    provider: Id
    consumer: Id
    ground: str
    index: int

    @property
    def parties(self) -> frozenset[Id]:
        """Who may know of it."""
        return frozenset({self.provider, self.consumer})


class SlotRecord(Record):
    """Something that only one statement can have; `holder` None: free again."""

    kind: ClassVar[str] = "slot"
    holder: Id | None


RECORDS: Final[tuple[type[Record], ...]] = (
    StatementRecord,
    ExchangeRecord,
    VersionRecord,
    ParticipantRecord,
    RevocationRecord,
    SealKeyRecord,
    ProductRecord,
    ListingRecord,
    OfferRecord,
    ContractRecord,
    DeliveryRecord,
    ReceiptRecord,
    DueRecord,
    ReleaseRecord,
    ClaimRecord,
    SlotRecord,
)
