"""What the suite asks of an evidence file: form, places in the log, and the statements that belong to it.

This is no verifier: signatures of statements and rules are not judged here.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lading_conformance.drivers.answers import integer_of, object_of, objects_of, text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import canonical, statement, tree
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.closure import closure as closure_of
from lading_conformance.oracle.closure import is_sealed_receipt
from lading_conformance.oracle.note import Checkpoint, parse_checkpoint
from lading_conformance.oracle.proof import entry
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.oracle.statement import Statement
from lading_conformance.steps import expect
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

MEDIA_TYPE: Final = "application/lading-evidence+json"
MAXIMUM_BYTES: Final = 16_777_216
ENTRY: Final = frozenset({"index", "time", "path", "checkpoint"})
"""The members of every entry, beside either `statement` or `withheld`."""


@dataclass(frozen=True)
class Shown:
    """What a file shows and proves: ids by their index in the log, and the sizes of its checkpoints.

    `entries` has an empty text where the bytes are withheld; `withheld` has the ids of those.
    """

    entries: dict[int, str]
    sizes: frozenset[int]
    withheld: frozenset[str]
    statements: dict[str, Statement]


def check(session: Session, subject: str, closure: Set[str], reader: Party | None) -> Shown:
    """Fail unless `reader` gets evidence about `subject` that shows the bytes of the whole `closure`.

    What the bytes that are shown lead to has to be in the file as well, shown or withheld.
    """
    shown = read(session, subject, reader)
    if missing := sorted(closure - set(shown.entries.values())):
        raise Failed(
            f"{len(missing)} statements of the closure are missing or withheld: {', '.join(missing)}"
        )
    return shown


def read(session: Session, subject: str, reader: Party | None) -> Shown:
    """Return what the evidence about `subject` shows to `reader`; fail unless its closure is in the file."""
    signer = None if reader is None else reader.signer
    answer = session.exchange.get(f"/statements/{subject}/evidence", signer)
    # LAD-EVI-001
    body = expect.media_type(expect.status(answer, 200), MEDIA_TYPE).body
    members = canonical.loads(body)
    if len(body) > MAXIMUM_BYTES or set(members) != {"format", "subject", "logs"}:
        raise Failed(f"the file has {len(body)} bytes, and the members {', '.join(sorted(members))}")
    if (members.get("format"), members.get("subject")) != ("lading-evidence/1", subject):
        raise Failed(f"`format` is {members.get('format')!r}, `subject` is {members.get('subject')!r}")
    logs = objects_of(members, "logs")
    if len(logs) != 1:
        raise Failed(f"the file holds {len(logs)} logs instead of one")
    shown = _check_log(session, logs[0])
    _check_closed(session, subject, shown)
    return shown


def withholds(session: Session, subject: str, hidden: Set[str], reader: Party | None) -> Shown:
    """Fail unless `reader` gets evidence about `subject` in which exactly `hidden` stands without its bytes."""
    shown = read(session, subject, reader)
    # LAD-HTP-019
    if leaked := sorted(hidden & set(shown.statements)):
        raise Failed(f"the file shows the bytes of what the caller may not read: {', '.join(leaked)}")
    if shown.withheld != hidden:
        raise Failed(f"{len(shown.withheld)} statements are withheld instead of {len(hidden)}")
    return shown


def admission(session: Session, participant: str) -> str:
    """Return the id of the admission that made a participant what it is now, as the exchange's state has it."""
    answer = expect.status(session.exchange.get(f"/state/{participant}"), 200)
    return text_of(object_of(answer.members(), "record"), "decided_by")


def _check_closed(session: Session, subject: str, shown: Shown) -> None:
    """Fail unless the file has an entry of each statement that the subject and entry 0 lead to (LAD-EVI-016)."""
    held = set(shown.statements) | shown.withheld
    needed = closure_of((subject, session.facts.id), shown.statements)
    if missing := sorted(needed - held):
        raise Failed(f"{len(missing)} statements that the file leads to are not in it: {', '.join(missing)}")
    for index, key in shown.entries.items():
        if key and is_sealed_receipt(shown.statements[key]) and index + 1 not in shown.entries:
            raise Failed(f"the entry behind the receipt {key} is not in the file")


def _check_log(session: Session, log: dict[str, Json]) -> Shown:
    notes = log.get("checkpoints")
    checkpoints = [parse_checkpoint(str(note)) for note in notes] if isinstance(notes, list) else []
    for checkpoint in checkpoints:
        session.seen(checkpoint)
    items = objects_of(log, "entries")
    _check_form(log, items, len(checkpoints))
    entries = {integer_of(item, "index"): _check_entry(item, checkpoints) for item in items}
    said = [statement.parse(text_of(item, "statement").encode()) for item in items if "statement" in item]
    withheld = [text_of(item, "withheld") for item in items if "withheld" in item]
    sizes = frozenset(checkpoint.size for checkpoint in checkpoints)
    return Shown(entries, sizes, frozenset(withheld), {one.id: one for one in said})


def _check_form(log: dict[str, Json], items: list[dict[str, Json]], checkpoints: int) -> None:
    """Fail unless a log has exactly its members, rising indices, and no checkpoint that no entry uses."""
    # LAD-EVI-001
    if set(log) != {"origin", "checkpoints", "entries"}:
        raise Failed(f"the log has the members {', '.join(sorted(log))}")
    for item in items:
        if set(item) not in (ENTRY | {"statement"}, ENTRY | {"withheld"}):
            raise Failed(f"an entry has the members {', '.join(sorted(item))}")
    indices = [integer_of(item, "index") for item in items]
    if any(one >= other for one, other in pairwise(indices)):
        raise Failed("the indices of the entries do not rise")
    if {integer_of(item, "checkpoint") for item in items} != set(range(checkpoints)):
        raise Failed(f"the entries do not use exactly the {checkpoints} checkpoints of the file")


def _check_entry(item: dict[str, Json], checkpoints: list[Checkpoint]) -> str:
    """Verify one entry's path, and return the id of its statement; empty if its bytes are withheld."""
    number, path = integer_of(item, "checkpoint"), item.get("path")
    if not 0 <= number < len(checkpoints) or not isinstance(path, list):
        raise Failed("an entry names a checkpoint that is not there, or has no path")
    shown = "statement" in item
    digest = statement.digest(text_of(item, "statement").encode()) if shown else _withheld(item)
    leaf = tree.leaf_hash(entry(integer_of(item, "time"), digest))
    checkpoint = checkpoints[number]
    nodes = [_node(text) for text in path]
    tree.check_inclusion(integer_of(item, "index"), checkpoint.size, leaf, nodes, checkpoint.root)
    return "sha256:" + digest.hex() if shown else ""


def _withheld(item: dict[str, Json]) -> bytes:
    return _node(text_of(item, "withheld").removeprefix("sha256:"))


def _node(text: Json) -> bytes:
    try:
        node = bytes.fromhex(str(text))
    except ValueError:
        raise Rejected("malformed-evidence", f"{text!r} is not hexadecimal") from None
    if len(node) != 32:
        raise Rejected("malformed-evidence", f"{text!r} is not 32 bytes")
    return node
