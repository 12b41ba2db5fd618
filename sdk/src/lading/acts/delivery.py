"""`delivery`: the provider hands content over under a contract (`spec/acts/delivery.md`)."""

from collections.abc import Iterator
from typing import Final, Literal

from pydantic import model_validator

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
from lading.acts.records import ContractRecord, DeliveryRecord, ListingRecord, SlotRecord
from lading.problems import refuse
from lading.statement.words import (
    Count,
    Digest,
    FileName,
    Id,
    MediaType,
    Millis,
    Size,
    StatementId,
    parse_duration,
)

MAX_CHUNKS: Final = 2**19


class Delivery(IssuedAct):
    """Content of a contract in clear: its size and the root over its chunks."""

    type: Literal["delivery"]
    contract: StatementId
    sequence: Count
    form: Literal["clear"]
    custody: Literal["exchange"]
    name: FileName | None = None
    media_type: MediaType | None = None
    size: Size
    chunk_size: ChunkSize
    content_root: Digest

    @model_validator(mode="after")
    def _agrees(self) -> "Delivery":
        check_content(self.size, self.chunk_size, self.content_root)
        return self

    @property
    def chunks(self) -> int:
        """How many chunks the content has; none where it is empty."""
        return -(-self.size // self.chunk_size)


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
    """Where the contracted listing version promises content, the delivery has that size and root."""
    contract = known(view, ContractRecord, s.act.contract, "/contract")
    promise = known(view, ListingRecord, contract.listing, "/contract").promise
    delivered = (s.act.size, s.act.chunk_size, s.act.content_root)
    # LAD-DLV-004
    if promise is not None and (promise.size, promise.chunk_size, promise.content_root) != delivered:
        raise refuse("not-as-listed", "size or root differ from the listing's", pointer="/content_root")


def contract_is_active(view: View, s: Statement[Delivery], at: Place) -> None:
    """The contract is in force."""
    # LAD-DLV-006
    CONTRACT.after(known(view, ContractRecord, s.act.contract, "/contract").state, "delivery")


def received_number_stays_taken(view: View, s: Statement[Delivery], at: Place) -> None:
    """A number whose delivery was received is never free again."""
    holder = _holder(view, s.act)
    delivery = None if holder is None else view.get(DeliveryRecord, holder)
    if delivery is not None and delivery.state == "received":
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
    yield DeliveryRecord(
        key=s.id,
        contract=s.act.contract,
        sequence=s.act.sequence,
        provider=contract.provider,
        consumer=contract.consumer,
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
        holds_in_part(received_number_stays_taken),
        needs_whole(sequence_is_free),
        needs_whole(sequence_leaves_no_gap),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
