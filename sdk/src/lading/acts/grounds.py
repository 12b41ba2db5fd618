"""The grounds of claims, and what each of them is about (`spec/acts/claim.md`)."""

from dataclasses import dataclass
from typing import Final, Literal

from lading.acts.base import View, known
from lading.acts.records import ContractRecord, DeliveryRecord, ListingRecord, ReleaseRecord, StatementRecord
from lading.problems import Refused, refuse
from lading.statement.words import Id

Ground = Literal[
    "bad-chunk",
    "wrong-key",
    "not-delivered",
    "late",
    "not-as-described",
    "quality",
    "incomplete",
    "unlawful",
    "rights",
    "personal-data",
    "objection",
    "misuse",
    "leak",
    "overcharged",
    "unpaid",
    "breach",
]
PROVABLE: Final = frozenset({"bad-chunk", "wrong-key"})
"""Grounds about a release, which a proof decides."""
OF_GOODS: Final = frozenset({"not-as-described", "quality", "incomplete"})
"""Grounds of the consumer about a delivery, while it can be disputed."""
OF_LISTINGS: Final = frozenset({"not-as-described", "rights", "unlawful", "personal-data", "objection"})
"""Grounds of anybody about a listing."""
OF_CONTRACTS: Final = frozenset(
    {
        "rights",
        "unlawful",
        "personal-data",
        "not-delivered",
        "late",
        "misuse",
        "overcharged",
        "unpaid",
        "breach",
    }
)
"""Grounds of a party about what happened under a contract."""
CONTRACTUAL: Final = frozenset(
    {"acceptance", "delivery", "receipt", "release", "lapse", "notice", "payment", "deletion"}
)
"""The acts that such a claim is about."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a claim is about: a listing, or something of a contract; then perhaps a delivery of it."""

    listing: ListingRecord | None = None
    contract: ContractRecord | None = None
    delivery: DeliveryRecord | None = None

    @property
    def arbiter(self) -> Id | None:
        """Whom the terms name to rule, if anybody."""
        if self.contract is not None:
            return self.contract.terms.arbiter
        standing = None if self.listing is None else self.listing.standing
        return None if standing is None else standing.terms.arbiter

    def respondent(self, claimant: Id) -> Id:
        """Whom the claim is against."""
        if self.contract is None:
            return Id("") if self.listing is None else self.listing.provider
        provider, consumer = self.contract.provider, self.contract.consumer
        return consumer if claimant == provider else provider


def nothing(statement: Id, ground: str) -> Refused:
    """The refusal of a claim about what is not there, is not what the ground is about, or others hide."""
    # LAD-REG-006
    detail = f"{statement} is nothing of this log that {ground} is about"
    return refuse("unknown-statement", detail, pointer="/statement")


def subject_of(view: View, statement: Id, ground: str) -> Subject:
    """What a claim is about; `unknown-statement` where the ground is not about such a thing."""
    if ground in PROVABLE:
        release = view.get(ReleaseRecord, statement)
        if release is None:
            raise nothing(statement, ground)
        return _of_delivery(view, release.delivery, ground)
    listing = view.get(ListingRecord, statement)
    if listing is not None and ground in OF_LISTINGS:
        return Subject(listing=listing)
    if ground in OF_GOODS or ground == "leak":
        return _of_delivery(view, statement, ground)
    record = view.get(StatementRecord, statement)
    fits = record is not None and record.type in CONTRACTUAL and ground in OF_CONTRACTS
    contract = view.get(ContractRecord, record.contract or "") if record is not None and fits else None
    if contract is None:
        raise nothing(statement, ground)
    return Subject(contract=contract)


def _of_delivery(view: View, key: Id, ground: str) -> Subject:
    delivery = view.get(DeliveryRecord, key)
    if delivery is None:
        raise nothing(key, ground)
    return Subject(contract=known(view, ContractRecord, delivery.contract, "/statement"), delivery=delivery)
