"""What the verbs return: statements with their place in the log, named as the specification names them.

Each has an `id`, so that it can be handed to any verb; an id as a string does as well.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lading import acts
from lading.acts.acceptance import Acceptance
from lading.acts.base import Act, Statement
from lading.acts.delivery import Delivery as DeliveryAct
from lading.acts.listing import Listing as ListingAct
from lading.acts.offer import Offer as OfferAct
from lading.acts.records import AgreementRecord, ContractRecord, DeliveryRecord, ListingRecord, OfferRecord
from lading.client.dossier import Evidence
from lading.errors import UsageProblem
from lading.statement.envelope import decode
from lading.statement.words import ID, Id, format_time
from lading.terms.terms import Localisation, Terms


class Identified(Protocol):
    """Anything with a statement's id."""

    @property
    def id(self) -> Id:
        """The id."""
        ...


Named = Identified | str
"""A result of a verb, or an id."""


def id_of(thing: Named) -> Id:
    """The id of a thing, or the id itself; `UsageProblem` where a string is none."""
    key = thing if isinstance(thing, str) else thing.id
    if ID.fullmatch(key) is None:
        raise UsageProblem(f"{key!r:.100} is not an id", hint='An id is "sha256:" and 64 hexadecimal digits.')
    return Id(key)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A statement of the caller's that the log has: index, and time in milliseconds since the epoch."""

    id: Id
    type: str
    index: int
    time: int

    @property
    def when(self) -> str:
        """The registration time as RFC 3339."""
        return format_time(self.time)


@dataclass(frozen=True, slots=True)
class Listing:
    """One version of a product's description.

    Found by search it is only what the exchange says that the provider signed, and `index` and `time` are
    None; every verb that relies on it fetches and verifies the evidence first. `home` is the id of the exchange where
    it is at home, if that is not the one that found it: see `visit`.
    """

    id: Id
    product: Id
    provider: Id
    act: ListingAct
    index: int | None = None
    time: int | None = None
    home: Id | None = None

    @property
    def title(self) -> str:
        """The title."""
        return str(self.act.title)

    @property
    def terms(self) -> Terms | None:
        """The standing terms, or None where the provider sells on request."""
        return None if self.act.standing is None else self.act.standing.terms


@dataclass(frozen=True, slots=True)
class Offer:
    """Terms that one party proposed to another, as verified."""

    id: Id
    provider: Id
    act: OfferAct
    issuer: Id
    index: int
    time: int


@dataclass(frozen=True, slots=True)
class Contract:
    """A concluded contract, as verified. `id` is the acceptance's id; `listing` the version that it binds.

    `terms` and `purpose` are those of the agreement that was asked for; an amendment that came later is not in them.
    """

    id: Id
    listing: Listing
    provider: Id
    consumer: Id
    terms: Terms
    purpose: str
    provider_name: str
    consumer_name: str
    index: int
    time: int

    @property
    def when(self) -> str:
        """When it was concluded, as RFC 3339."""
        return format_time(self.time)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Content handed over under a contract, as verified. `deadline` is in milliseconds since the epoch.

    `localisation` is where the terms let the data be, if they say it.
    """

    id: Id
    contract: Id
    provider: Id
    consumer: Id
    act: DeliveryAct
    deadline: int
    index: int
    time: int
    localisation: Localisation | None = None

    @property
    def sequence(self) -> int:
        """The delivery's number within its contract."""
        return self.act.sequence

    @property
    def size(self) -> int:
        """The content's size in bytes."""
        return self.act.size

    @property
    def when(self) -> str:
        """When it was registered, as RFC 3339."""
        return format_time(self.time)


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery whose content was verified, stored at `path` and acknowledged; `evidence` proves all of
    it.

    `salts` is where the salts of sealed content lie: with them anybody can compare the file with the evidence.
    """

    path: Path
    delivery: Delivery
    receipt: Acknowledged
    evidence: Evidence
    salts: Path | None = None

    @property
    def id(self) -> Id:
        """The receipt's id."""
        return self.receipt.id


@dataclass(frozen=True, slots=True)
class Claimed:
    """A registered claim: its ground, the number of the chunk at fault, and what proves it.

    `path` is where the claim file lies, for whoever is to judge it; None where none was asked for.
    """

    delivery: Delivery
    ground: str
    number: int
    registered: Acknowledged
    evidence: Evidence
    path: Path | None = None

    @property
    def id(self) -> Id:
        """The claim's id."""
        return self.registered.id


@dataclass(frozen=True, slots=True)
class Event:
    """One statement in the log that the caller may see. The exchange vouches for the order."""

    index: int
    time: int
    id: Id
    type: str
    statement: Statement[Act]

    @property
    def when(self) -> str:
        """The registration time as RFC 3339."""
        return format_time(self.time)


def listing_of(evidence: Evidence, key: Id) -> Listing:
    """A listing version in a verified evidence file."""
    record = evidence.record(ListingRecord, key)
    act, place = evidence.act(key, ListingAct), evidence.filed(key).place
    return Listing(key, record.product, record.provider, act, place.index, place.time)


def offer_of(evidence: Evidence, key: Id) -> Offer:
    """An offer in a verified evidence file."""
    filed, act = evidence.filed(key), evidence.act(key, OfferAct)
    offered = evidence.record(OfferRecord, key)
    provider = evidence.record(ListingRecord, offered.listing).provider
    return Offer(key, provider, act, filed.statement.issuer, filed.place.index, filed.place.time)


def contract_of(evidence: Evidence, key: Id) -> Contract:
    """A contract in a verified evidence file, by the acceptance that concluded or by one that amended it."""
    evidence.act(key, Acceptance)
    agreed = evidence.record(AgreementRecord, key).contract
    record, place = evidence.record(ContractRecord, agreed), evidence.filed(agreed).place
    return Contract(
        id=agreed,
        listing=listing_of(evidence, record.listing),
        provider=record.provider,
        consumer=record.consumer,
        terms=record.terms,
        purpose=record.purpose,
        provider_name=evidence.name_of(record.provider),
        consumer_name=evidence.name_of(record.consumer),
        index=place.index,
        time=place.time,
    )


def delivery_of(evidence: Evidence, key: Id) -> Delivery:
    """A delivery in a verified evidence file."""
    act = evidence.act(key, DeliveryAct)
    record, place = evidence.record(DeliveryRecord, key), evidence.filed(key).place
    return Delivery(
        id=key,
        contract=act.contract,
        provider=record.provider,
        consumer=record.consumer,
        act=act,
        deadline=record.deadline,
        index=place.index,
        time=place.time,
        localisation=evidence.record(ContractRecord, record.contract).terms.localisation,
    )


def statement_of(jws: bytes) -> Statement[Act]:
    """A statement's bytes read; `Refused` where they are none. Its signature is not checked."""
    return acts.parse(decode(jws))
