"""Build the evidence file of one statement from a register (`spec/evidence.md`, part Closure)."""

from collections.abc import Callable, Iterator

from lading.acts.acceptance import Acceptance
from lading.acts.records import (
    SELF,
    ContractRecord,
    DeliveryRecord,
    ExchangeRecord,
    OfferRecord,
    OutageRecord,
    ParticipantRecord,
    ReceiptRecord,
    StatementRecord,
)
from lading.evidence.file import MAX_BYTES, EvidenceEntry, EvidenceFile, EvidenceLog, render
from lading.log import checkpoint, note, tiles
from lading.problems import refuse
from lading.register.erasing import erasure_of, statement_of
from lading.register.store import Reader
from lading.rules import engine
from lading.statement.words import ID, Id


def build(reader: Reader, subject: Id, may_read: Callable[[Id], bool] = lambda key: True) -> bytes:
    """The evidence file of a registered statement, under the reader's checkpoint.

    `may_read` decides which statements are given; the others are named as withheld. Raises `Refused` (`not-found`)
    where the subject is not registered.
    """
    record = reader.get(StatementRecord, subject)
    if record is None:
        raise refuse("not-found", "no such statement is registered here")
    wanted = closure(reader, subject)
    wanted |= admissions(reader, wanted, record.index)
    for contract in sorted(wanted):
        wanted |= beside(reader, contract, record.index)
    entries = sorted((_entry(reader, key, may_read(key)) for key in wanted), key=lambda entry: entry.index)
    signed = reader.checkpoint()
    origin = checkpoint.parse(note.parse(signed).text).origin
    log = EvidenceLog(origin=origin, checkpoints=(signed,), entries=tuple(entries))
    data = render(EvidenceFile(format="lading-evidence/1", subject=subject, logs=(log,)))
    # LAD-HTP-034
    if len(data) > MAX_BYTES:
        raise refuse("evidence-too-large", f"{len(data)} bytes; an evidence file has at most {MAX_BYTES}")
    return data


def closure(reader: Reader, subject: Id) -> set[Id]:
    """The subject, what it names and so on, a receipt's release, each issuer's chain, entry 0, the exchange's head."""
    exchange = reader.get(ExchangeRecord, SELF)
    waiting = [subject, reader.id_at(0)] + ([] if exchange is None else [exchange.head])
    found: set[Id] = set()
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(_named(reader, key))
            waiting.extend(_release_of(reader, key))
    return found


def _named(reader: Reader, key: Id) -> Iterator[Id]:
    """What a statement names; of an erased one its author, its erasure, and the statements that the changes name."""
    erasure = erasure_of(reader, key)
    if erasure is None:
        yield from engine.references(statement_of(reader, key))
        return
    # LAD-EVI-028
    yield from (erasure.act.author, erasure.id)
    for text in _texts([change.record for change in erasure.act.changes]):
        record = reader.get(StatementRecord, text) if ID.fullmatch(text) else None
        if record is not None and record.index < erasure.act.index:
            yield Id(text)


def _texts(value: object) -> Iterator[str]:
    """Every text in a JSON value but names of members."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for child in value.values() for text in _texts(child))
    elif isinstance(value, list):
        yield from (text for child in value for text in _texts(child))


def _release_of(reader: Reader, key: Id) -> tuple[Id, ...]:
    """The release of a receipt, where it has one."""
    receipt = reader.get(ReceiptRecord, key)
    delivery = None if receipt is None else reader.get(DeliveryRecord, receipt.delivery)
    return () if delivery is None or delivery.released_by is None else (delivery.released_by,)


def admissions(reader: Reader, wanted: set[Id], before: int) -> set[Id]:
    """The admissions in force of every issuer among `wanted`, where they stand before index `before`."""
    decisions: set[Id] = set()
    for key in wanted:
        participant = reader.get(ParticipantRecord, key)
        decided = None if participant is None else participant.decided_by
        record = None if decided is None else reader.get(StatementRecord, decided)
        if record is not None and record.index < before:
            decisions |= closure(reader, Id(record.key))
    return decisions


def beside(reader: Reader, contract: Id, before: int) -> set[Id]:
    """LAD-EVI-027: what changed a contract's terms and deadlines before an index; nothing of any other statement.

    These are the last amendment, which names those before it, the notices, and the outages since the conclusion.
    """
    record = reader.get(ContractRecord, contract)
    if record is None:
        return set()
    outages = reader.get(OutageRecord, SELF)
    pauses = [*record.pauses, *(() if outages is None else outages.outages)]
    since = [pause for pause in pauses if pause.until is None or pause.until > record.concluded_at]
    named = [_amendment(reader, record, before), *(notice for pause in since for notice in pause.notices)]
    named += [] if record.ended_by is None else [record.ended_by]
    return set().union(*(closure(reader, key) for key in named if _index(reader, key) < before))


def _amendment(reader: Reader, contract: ContractRecord, before: int) -> Id:
    """The acceptance whose terms were in force at an index: the contract's own, or that of its last amendment then."""
    head = contract.head
    while head != contract.key and _index(reader, head) >= before:
        head = Id(_offer_of(reader, head).head or contract.key)
    return head


def _offer_of(reader: Reader, acceptance: Id) -> OfferRecord:
    """The offer that an acceptance accepts which amends a contract."""
    erasure = erasure_of(reader, acceptance)
    if erasure is None:
        act = statement_of(reader, acceptance).act
        key = act.offer or "" if isinstance(act, Acceptance) else ""
    else:
        key = next((change.record["key"] for change in erasure.act.changes if change.kind == "offer"), "")
    offer = reader.get(OfferRecord, key)
    if offer is None:
        raise LookupError(f"{acceptance} amends a contract without an offer")
    return offer


def _index(reader: Reader, key: Id) -> int:
    record = reader.get(StatementRecord, key)
    if record is None:
        raise LookupError(f"{key} is named in the log but not stored")
    return record.index


def _entry(reader: Reader, key: Id, readable: bool) -> EvidenceEntry:
    record, jws = reader.get(StatementRecord, key), reader.statement(key)
    if record is None or (jws is None and record.erased_by is None):
        raise LookupError(f"{key} is named in the log but not stored")
    path = tuple(node.hex() for node in tiles.inclusion(reader, record.index, reader.size()))
    return EvidenceEntry(
        index=record.index,
        time=record.time,
        statement=jws.decode("ascii") if readable and jws is not None else None,
        withheld=None if readable and jws is not None else key,
        path=path,
        checkpoint=0,
    )
