"""`erasure`: the exchange destroys the bytes of a statement; what it changed stays (`spec/acts/erasure.md`).

restored(view, erasure)     # the records that the erased statement wrote, for a replay that no longer has its bytes
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import FailFast, Field, ValidationError, model_validator

from lading.acts.base import (
    PUBLIC,
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
    needs_whole,
)
from lading.acts.machines import LISTING, OFFER
from lading.acts.records import RECORDS, ListingRecord, OfferRecord, ProductRecord, StatementRecord
from lading.acts.recourse import NoticeRecord
from lading.acts.standing import is_the_exchanges
from lading.problems import refuse
from lading.statement import canonical
from lading.statement.words import Form, Id, Size, StatementId, Token, Unique, text

Kind = Literal[
    "agreement",
    "assurance",
    "attestation",
    "claim",
    "contract",
    "delivery",
    "disclosure",
    "grant",
    "listing",
    "notice",
    "offer",
    "payment",
    "product",
    "ruling",
    "slot",
    "statement",
]
"""The kinds of record that an erasable statement can write. None says who somebody is, or what the exchange is."""
KINDS: Final[Mapping[str, type[Record]]] = MappingProxyType(
    {record.kind: record for record in RECORDS if record.kind in get_args(Kind)}
)
NOT_ERASABLE: Final = frozenset({"admission", "erasure", "lapse", "participant", "receipt", "release"})
"""Who somebody is, what the exchange decided, and what proves that something was handed over or not."""


class Change(Form):
    """One record that the erased statement wrote, without prose and absent members."""

    kind: Kind
    record: dict[str, Any]

    @model_validator(mode="after")
    def _is_one(self) -> "Change":
        try:
            self.restored()
        except ValidationError:
            raise ValueError(f"no record of the kind {self.kind}") from None
        return self

    def restored(self, prose: Mapping[str, str] = MappingProxyType({})) -> Record:
        """The record, its prose as given, or empty."""
        kind = KINDS[self.kind]
        whole = {**self.record, **{name: prose.get(name, "") for name in kind.prose}}
        return kind.model_validate_json(json.dumps(whole))


class Erasure(IssuedAct):
    """What is erased, why, and all that a replay needs of it: what the log knew of it, and what it changed."""

    type: Literal["erasure"]
    statement: StatementId
    index: Size
    sort: Token
    author: StatementId
    readers: Annotated[tuple[StatementId, ...], Field(min_length=1, max_length=64), Unique] | None = None
    contract: StatementId | None = None
    ground: Token
    legal_basis: Annotated[str, text(400)] | None = None
    changes: Annotated[tuple[Change, ...], Field(max_length=64), FailFast()]


def is_erasable(view: View, s: Statement[Erasure], at: Place) -> None:
    """What is erased is in the log; identities, decisions, outages and the proofs of handing over stay."""
    check_erasable(view, s.act.statement)


def check_erasable(view: View, statement: Id) -> None:
    """Raises `Refused` where there is no such statement, or one that stays."""
    kept = known(view, StatementRecord, statement, "/statement").type
    notice = view.get(NoticeRecord, statement)
    # LAD-ERA-002
    if kept in NOT_ERASABLE or (notice is not None and notice.sort == "outage"):
        raise refuse("not-erasable", f"a statement of the type {kept} stays", pointer="/statement")


def is_there_still(view: View, s: Statement[Erasure], at: Place) -> None:
    """Nothing is erased twice."""
    before = known(view, StatementRecord, s.act.statement, "/statement").erased_by
    # LAD-ERA-003
    if before is not None:
        raise refuse("erased-already", "its bytes are gone", pointer="/statement", winner=before)


def repeats_the_statement(view: View, s: Statement[Erasure], at: Place) -> None:
    """Place, type and author are those of the statement."""
    record, act = known(view, StatementRecord, s.act.statement, "/statement"), s.act
    _check_repeats(
        ("index", act.index, record.index),
        ("sort", act.sort, record.type),
        ("author", act.author, record.issuer),
    )


def repeats_who_reads_it(view: View, s: Statement[Erasure], at: Place) -> None:
    """Readers and contract are those of the statement; an acceptance or amendment that a file lacks made them so."""
    record, act = known(view, StatementRecord, s.act.statement, "/statement"), s.act
    _check_repeats(("readers", act.readers, record.readers), ("contract", act.contract, record.contract))


def _check_repeats(*members: tuple[str, object, object]) -> None:
    for name, said, was in members:
        # LAD-ERA-006
        if said != was:
            raise refuse("changes-mismatch", f"{name} is not that of the statement", pointer=f"/{name}")


def changes_are_those_of_the_statement(view: View, s: Statement[Erasure], at: Place) -> None:
    """The changes are, byte for byte, those that the register saw when it admitted the statement."""
    record = known(view, StatementRecord, s.act.statement, "/statement")
    # LAD-ERA-004
    if digest_of_changes(s.act) != record.changes:
        raise refuse("changes-mismatch", "not what the statement changed", pointer="/changes")


def digest_of(changes: Iterable[Record]) -> Id:
    """SHA-256 of the changes that a statement made, without their prose, in canonical JSON (LAD-ERA-004)."""
    return _digest(bare(changes))


def digest_of_changes(act: Erasure) -> Id:
    """SHA-256 of the changes that an erasure carries."""
    return _digest([change.model_dump() for change in act.changes])


def _digest(changes: list[dict[str, Any]]) -> Id:
    return Id("sha256:" + hashlib.sha256(canonical.dumps(changes)).hexdigest())


def bare(changes: Iterable[Record]) -> list[dict[str, Any]]:
    """The changes as an erasure carries them: kind and record, without prose and absent members."""
    return [
        {"kind": change.kind, "record": change.model_dump(exclude_none=True, exclude=set(change.prose))}
        for change in changes
    ]


def restored(view: View, act: Erasure) -> Iterator[Record]:
    """What the erased statement changed, over the view of the log before it.

    Prose that another statement wrote stays; the erased statement's own is empty.
    """
    for change in act.changes:
        before = view.get(KINDS[change.kind], str(change.record["key"]))
        yield change.restored(
            {} if before is None else {name: getattr(before, name) for name in before.prose}
        )


def effects(view: View, s: Statement[Erasure], at: Place) -> Iterator[Record]:
    """The statement is erased, and its prose with it; an open listing or offer is closed."""
    key = s.act.statement
    yield known(view, StatementRecord, key, "/statement").model_copy(update={"erased_by": s.id})
    listing, offer = view.get(ListingRecord, key), view.get(OfferRecord, key)
    if listing is not None:
        yield from _without_words(view, listing, s.id)
    if offer is not None and (offer.state, "erasure") in OFFER.table:
        yield offer.model_copy(update={"state": OFFER.after(offer.state, "erasure"), "closed_by": s.id})


def _without_words(view: View, listing: ListingRecord, by: Id) -> Iterator[Record]:
    """The listing without its prose; if it was listed, it and its product are closed as by a withdrawal."""
    changes: dict[str, Any] = dict.fromkeys(listing.prose, "")
    if (listing.state, "erasure") in LISTING.table:
        changes |= {"state": LISTING.after(listing.state, "erasure"), "closed_by": by}
        product = known(view, ProductRecord, listing.product, "/statement")
        yield product.model_copy(update={"withdrawn_by": by})
    yield listing.model_copy(update=changes)


def references(act: Erasure) -> tuple[Id, ...]:
    """What is erased."""
    return (act.statement,)


def readers(view: View, s: Statement[Erasure]) -> Readers:
    """Those who could read what is erased."""
    may_read = known(view, StatementRecord, s.act.statement, "/statement").readers
    return PUBLIC if may_read is None else frozenset(may_read)


ACT = ActType(
    name="erasure",
    model=Erasure,
    rules=(
        holds_in_part(is_the_exchanges),
        holds_in_part(is_erasable),
        holds_in_part(is_there_still),
        holds_in_part(repeats_the_statement),
        doubtful_in_part(repeats_who_reads_it),
        needs_whole(changes_are_those_of_the_statement),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
