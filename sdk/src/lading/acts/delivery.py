"""`delivery`: the provider hands content over under a contract (`spec/acts/delivery.md`)."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from lading.acts.base import (
    ActType,
    IssuedAct,
    Place,
    Readers,
    Record,
    Statement,
    View,
    holds_in_part,
    known,
    known_to,
    needs_whole,
)
from lading.acts.listing import ChunkSize, check_content
from lading.acts.machines import CONTRACT, DELIVERY
from lading.acts.records import ContractRecord, DeliveryRecord, ListingRecord, SealKeyRecord, SlotRecord
from lading.acts.sealed import Role, Sealed
from lading.acts.standing import check_unrevoked, key_of
from lading.problems import refuse
from lading.statement.words import (
    Count,
    Digest,
    FileName,
    HttpUrl,
    Id,
    MediaType,
    Millis,
    Reference,
    Size,
    StatementId,
    Thumbprint,
    Unique,
    parse_duration,
    text,
)

MAX_CHUNKS: Final = 2**19
KEPT: Final = frozenset({"acknowledged", "received", "lapsed"})
"""States in which a delivery has its number for ever."""


class Delivery(IssuedAct):
    """Content of a contract, clear or sealed: its size, and the root over its chunks."""

    type: Literal["delivery"]
    contract: StatementId
    sequence: Count
    form: Literal["clear", "sealed"]
    custody: Literal["exchange", "provider"]
    url: HttpUrl | None = None
    name: FileName | None = None
    media_type: MediaType | None = None
    size: Size
    chunk_size: ChunkSize
    content_root: Digest
    fields: (
        Annotated[tuple[Annotated[str, text(200)], ...], Field(min_length=1, max_length=256), Unique] | None
    ) = None
    marked: Reference | None = None
    sealed: Sealed | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Delivery":
        check_content(self.size, self.chunk_size, self.content_root)
        if (self.sealed is not None) != (self.form == "sealed"):
            raise ValueError("a sealed delivery, and no other, has the member sealed")
        if self.sealed is not None:
            check_content(self.size, self.chunk_size, self.sealed.manifest_root)
        # LAD-DLV-015
        if (self.url is not None) != (self.custody == "provider"):
            raise ValueError("content in the provider's custody, and no other, has a url")
        if self.custody == "provider" and self.sealed is None:
            raise ValueError("clear content is in the exchange's custody")
        return self

    @property
    def chunks(self) -> int:
        """How many chunks the content has; none where it is empty."""
        return -(-self.size // self.chunk_size)

    @property
    def root(self) -> Id:
        """The root under which the content is uploaded: the manifest's where it is sealed, else the content's."""
        return self.content_root if self.sealed is None else self.sealed.manifest_root


def issuer_is_the_provider(view: View, s: Statement[Delivery], at: Place) -> None:
    """Only the contract's provider delivers."""
    # LAD-DLV-001
    if known_to(view, ContractRecord, s.act.contract, "/contract", s.issuer).provider != s.issuer:
        raise refuse("wrong-party", "the issuer is not the contract's provider", pointer="/contract")


def has_few_enough_chunks(view: View, s: Statement[Delivery], at: Place) -> None:
    """A content has at most 2^19 chunks, so that its manifest stays small."""
    # LAD-DLV-005
    if s.act.chunks > MAX_CHUNKS:
        raise refuse("too-many-chunks", f"{s.act.chunks} chunks; at most {MAX_CHUNKS}", pointer="/chunk_size")


def is_as_listed(view: View, s: Statement[Delivery], at: Place) -> None:
    """Where the contracted listing version promises content, a whole delivery has that size and root."""
    # LAD-DLV-016
    if s.act.fields is not None or s.act.marked is not None:
        return
    contract = known(view, ContractRecord, s.act.contract, "/contract")
    promise = known(view, ListingRecord, contract.listing, "/contract").promise
    delivered = (s.act.size, s.act.chunk_size, s.act.content_root)
    # LAD-DLV-004
    if promise is not None and (promise.size, promise.chunk_size, promise.content_root) != delivered:
        raise refuse("not-as-listed", "size or root differ from the listing's", pointer="/content_root")


def exchange_is_no_party(view: View, s: Statement[Delivery], at: Place) -> None:
    """A share held by a party would be no third party's."""
    contract = known(view, ContractRecord, s.act.contract, "/contract")
    # LAD-DLV-011
    if s.act.sealed is not None and s.act.home in (contract.provider, contract.consumer):
        raise refuse("exchange-is-party", "a sealed delivery has a home that is no party", pointer="/home")


def seal_keys_are_listed(view: View, s: Statement[Delivery], at: Place) -> None:
    """Each share is sealed to a key that its recipient listed at some time."""
    for role, recipient, kid in _seal_keys(view, s):
        # LAD-DLV-012
        if view.get(SealKeyRecord, key_of(recipient, kid)) is None:
            detail = f"the {role} listed no seal key {kid}"
            raise refuse("unknown-seal-key", detail, pointer=f"/sealed/{role}/key")


def seal_keys_are_unrevoked(view: View, s: Statement[Delivery], at: Place) -> None:
    """No share is sealed to a key that its owner revoked."""
    for role, recipient, kid in _seal_keys(view, s):
        check_unrevoked(view, recipient, kid, f"the {role}'s share is sealed to")


def _seal_keys(view: View, s: Statement[Delivery]) -> Iterator[tuple[Role, Id, Thumbprint]]:
    """For each share: its role, recipient, and seal key."""
    if s.act.sealed is not None:
        contract = known(view, ContractRecord, s.act.contract, "/contract")
        yield "exchange", s.act.home, s.act.sealed.exchange.key
        yield "consumer", contract.consumer, s.act.sealed.consumer.key


def shares_are_new(view: View, s: Statement[Delivery], at: Place) -> None:
    """A share that was committed to before may be known already; the refusal names that delivery."""
    for role, commitment in _commitments(s.act):
        before = view.get(SlotRecord, share_slot(commitment))
        # LAD-DLV-013
        if before is not None:
            pointer = f"/sealed/{role}/commitment"
            raise refuse("share-reused", "make new shares", pointer=pointer, winner=before.holder)


def _commitments(act: Delivery) -> Iterator[tuple[Role, Id]]:
    if act.sealed is not None:
        yield "exchange", act.sealed.exchange.commitment
        yield "consumer", act.sealed.consumer.commitment


def contract_is_active(view: View, s: Statement[Delivery], at: Place) -> None:
    """The contract is in force."""
    # LAD-DLV-006
    CONTRACT.after(known(view, ContractRecord, s.act.contract, "/contract").state, "delivery")


def received_number_stays_taken(view: View, s: Statement[Delivery], at: Place) -> None:
    """A number whose delivery was received, or lapsed, is never free again."""
    holder = _holder(view, s.act)
    delivery = None if holder is None else view.get(DeliveryRecord, holder)
    if delivery is not None and delivery.state in KEPT:
        sequence_is_free(view, s, at)


def sequence_is_free(view: View, s: Statement[Delivery], at: Place) -> None:
    """A number has one delivery; the refusal names the one that has it."""
    holder = _holder(view, s.act)
    # LAD-DLV-002
    if holder is not None:
        raise refuse("sequence-taken", "the number is taken", pointer="/sequence", winner=holder)


def _holder(view: View, act: Delivery) -> Id | None:
    slot = view.get(SlotRecord, sequence_slot(act.contract, act.sequence))
    return None if slot is None else slot.holder


def sequence_leaves_no_gap(view: View, s: Statement[Delivery], at: Place) -> None:
    """Numbers are used in order."""
    last = known(view, ContractRecord, s.act.contract, "/contract").last_sequence
    # LAD-DLV-003
    if s.act.sequence > last + 1:
        raise refuse("sequence-gap", f"the next unused number is {last + 1}", pointer="/sequence")


def sequence_slot(contract: Id, sequence: int) -> str:
    """The slot that a delivery takes: one per contract and number."""
    return f"delivery/{contract}/{sequence}"


def share_slot(commitment: Id) -> str:
    """The slot that a share takes, for ever: one per commitment."""
    return f"share/{commitment}"


def effects(view: View, s: Statement[Delivery], at: Place) -> Iterator[Record]:
    """An open delivery; its deadline is the registration time plus the contract's taking period."""
    contract = known(view, ContractRecord, s.act.contract, "/contract")
    yield contract.model_copy(
        update={
            "state": CONTRACT.after(contract.state, "delivery"),
            "last_sequence": max(contract.last_sequence, s.act.sequence),
        }
    )
    yield SlotRecord(key=sequence_slot(s.act.contract, s.act.sequence), holder=s.id)
    for _, commitment in _commitments(s.act):
        yield SlotRecord(key=share_slot(commitment), holder=s.id)
    yield DeliveryRecord(
        key=s.id,
        contract=s.act.contract,
        sequence=s.act.sequence,
        provider=contract.provider,
        consumer=contract.consumer,
        form=s.act.form,
        custody=s.act.custody,
        url=s.act.url,
        sealed=s.act.sealed,
        size=s.act.size,
        chunk_size=s.act.chunk_size,
        content_root=s.act.content_root,
        deadline=Millis(at.time + parse_duration(contract.terms.taking_period)),
        state=DELIVERY.after(DELIVERY.start, "delivery"),
    )


def references(act: Delivery) -> tuple[Id, ...]:
    """The contract."""
    return (act.contract,)


def readers(view: View, s: Statement[Delivery]) -> Readers:
    """Provider and consumer."""
    contract = known(view, ContractRecord, s.act.contract, "/contract")
    return frozenset({contract.provider, contract.consumer})


ACT = ActType(
    name="delivery",
    model=Delivery,
    rules=(
        holds_in_part(issuer_is_the_provider),
        holds_in_part(has_few_enough_chunks),
        holds_in_part(is_as_listed),
        holds_in_part(contract_is_active),
        holds_in_part(exchange_is_no_party),
        needs_whole(seal_keys_are_listed),
        holds_in_part(seal_keys_are_unrevoked),
        holds_in_part(shares_are_new),
        holds_in_part(received_number_stays_taken),
        needs_whole(sequence_is_free),
        needs_whole(sequence_leaves_no_gap),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
