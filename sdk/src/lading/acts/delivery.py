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
    doubtful_in_part,
    holds_in_part,
    known,
    known_to,
    needs_whole,
)
from lading.acts.closing import comes_before_the_closing
from lading.acts.listing import ChunkSize, check_content
from lading.acts.machines import CONTRACT, DELIVERY
from lading.acts.records import ContractRecord, DeliveryRecord, ListingRecord, SealKeyRecord, SlotRecord
from lading.acts.sealed import Role, Sealed
from lading.acts.standing import check_unrevoked, key_of
from lading.acts.uses import Use, check_permitted
from lading.acts.window import Window
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
    data_schema: Digest | None = None
    units: Size | None = None
    window: Window | None = None
    corrects: Count | None = None
    sealed: Sealed | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Delivery":
        check_content(self.size, self.chunk_size, self.content_root)
        # LAD-DLV-010
        if (self.sealed is not None) != (self.form == "sealed"):
            raise ValueError("a sealed delivery, and no other, has the member sealed")
        if self.sealed is not None:
            check_content(self.size, self.chunk_size, self.sealed.manifest_root)
        # LAD-DLV-015
        if (self.url is not None) != (self.custody == "provider"):
            raise ValueError("content in the provider's custody, and no other, has a url")
        if self.custody == "provider" and self.sealed is None:
            raise ValueError("clear content is in the exchange's custody")
        # LAD-DLV-023
        if self.corrects is not None and self.corrects >= self.sequence:
            raise ValueError("a correction corrects an earlier number")
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
    if s.act.fields is not None or s.act.marked is not None or s.act.corrects is not None:
        return
    contract = known(view, ContractRecord, s.act.contract, "/contract")
    promise = known(view, ListingRecord, contract.listing, "/contract").promise
    delivered = (s.act.size, s.act.chunk_size, s.act.content_root)
    # LAD-DLV-004
    if promise is not None and (promise.size, promise.chunk_size, promise.content_root) != delivered:
        raise refuse("not-as-listed", "size or root differ from the listing's", pointer="/content_root")


def form_is_the_products(view: View, s: Statement[Delivery], at: Place) -> None:
    """Deliveries of streams and services are windows; those of datasets are not."""
    sales = known(view, ListingRecord, _contract(view, s.act).listing, "/contract").sales
    # LAD-DLV-021
    if (s.act.window is not None) != (sales != "dataset"):
        raise refuse("wrong-form", f"the product is a {sales}", pointer="/window")


def window_follows_the_last(view: View, s: Statement[Delivery], at: Place) -> None:
    """Windows leave no gap and do not overlap: one lies right between those of the numbers before and after."""
    if s.act.window is None:
        return
    before, missing = _neighbour(view, s.act, -1)
    after, waiting = _neighbour(view, s.act, 1)
    first = 1 if before is None else before.last + 1
    # LAD-DLV-020
    if missing or s.act.window.first != first:
        raise refuse("window-gap", f"the window begins at {first}", pointer="/window/first")
    # LAD-DLV-020
    ends = None if after is None else after.first - 1 - waiting
    if ends is not None and (s.act.window.last > ends or (not waiting and s.act.window.last < ends)):
        raise refuse("window-gap", f"the window ends at {ends}", pointer="/window/last")


def _neighbour(view: View, act: Delivery, step: int) -> tuple[Window | None, int]:
    """The next window in a direction, and how many numbers on the way to it are free.

    Numbers that lapsed with nothing delivered are neither.
    """
    number, free = act.sequence + step, 0
    while (slot := view.get(SlotRecord, sequence_slot(act.contract, number))) is not None:
        found = None if slot.holder is None else view.get(DeliveryRecord, slot.holder)
        if found is not None:
            return found.window, free
        free += slot.holder is None
        number += step
    return None, free


def schema_is_as_agreed(view: View, s: Statement[Delivery], at: Place) -> None:
    """Where the terms say how far the schema may change, the delivery names it; exactly means not at all."""
    contract = _contract(view, s.act)
    compatibility = contract.terms.compatibility
    listed = known(view, ListingRecord, contract.listing, "/contract").schema_digest
    changed = compatibility == "exact" and s.act.data_schema != listed
    # LAD-DLV-019
    if compatibility is not None and (s.act.data_schema is None or changed):
        raise refuse("schema-mismatch", f"the schema is {compatibility}: {listed}", pointer="/data_schema")


def schedule_is_kept(view: View, s: Statement[Delivery], at: Place) -> None:
    """A scheduled contract has as many deliveries as its schedule."""
    schedule = _contract(view, s.act).terms.schedule
    # LAD-DLV-018
    if schedule is not None and s.act.sequence > schedule.deliveries:
        detail = f"the terms schedule {schedule.deliveries} deliveries"
        raise refuse("schedule-exhausted", detail, pointer="/sequence")


def contract_runs(view: View, s: Statement[Delivery], at: Place) -> None:
    """The contract's term is not over, and no termination has taken effect."""
    contract = _contract(view, s.act)
    term = contract.terms.term
    # LAD-DLV-017
    if term is not None and at.time > contract.concluded_at + parse_duration(term):
        raise refuse("contract-over", f"the term of {term} is over", pointer="/contract")
    # LAD-DLV-006
    if contract.ends_at is not None and at.time > contract.ends_at:
        raise refuse(
            "contract-not-active", "the contract has ended", pointer="/contract", winner=contract.ended_by
        )


def use_is_permitted(view: View, s: Statement[Delivery], at: Place) -> None:
    """The terms in force permit the use for which the data is handed over, now and under this number."""
    contract = _contract(view, s.act)
    use = Use(
        contract.terms,
        contract.actions,
        contract.purpose,
        contract.consumer,
        since=at.time - contract.concluded_at,
        count=s.act.sequence,
    )
    check_permitted(view, use, at, "/contract")


def _contract(view: View, act: Delivery) -> ContractRecord:
    return known(view, ContractRecord, act.contract, "/contract")


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
    contract = _contract(view, s.act)
    CONTRACT.after(contract.state, "delivery", winner=contract.suspended_by)


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
            "deliveries": contract.deliveries + 1,
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
        window=s.act.window,
        units=s.act.units,
        registered_at=at.time,
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
        doubtful_in_part(contract_is_active),
        doubtful_in_part(comes_before_the_closing),
        holds_in_part(form_is_the_products),
        doubtful_in_part(contract_runs),
        doubtful_in_part(schedule_is_kept),
        doubtful_in_part(schema_is_as_agreed),
        needs_whole(use_is_permitted),
        holds_in_part(exchange_is_no_party),
        needs_whole(seal_keys_are_listed),
        holds_in_part(seal_keys_are_unrevoked),
        holds_in_part(shares_are_new),
        holds_in_part(received_number_stays_taken),
        needs_whole(sequence_is_free),
        needs_whole(sequence_leaves_no_gap),
        needs_whole(window_follows_the_last),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
