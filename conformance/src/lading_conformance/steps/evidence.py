"""What the suite asks of an evidence file: form, places in the log, and the statements that belong to it.

This is no verifier: signatures of statements and rules are not judged here.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.answers import integer_of, objects_of, text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import canonical, statement, tree
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.note import Checkpoint, parse_checkpoint
from lading_conformance.oracle.proof import entry
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.steps import expect
from lading_conformance.trial.case import Failed
from lading_conformance.trial.session import Session

MEDIA_TYPE: Final = "application/lading-evidence+json"


@dataclass(frozen=True)
class Shown:
    """What a file shows and proves: statement ids by their index in the log, and the sizes of its checkpoints."""

    entries: dict[int, str]
    sizes: frozenset[int]


def check(session: Session, subject: str, closure: Set[str], reader: Party) -> Shown:
    """Fail unless `reader` gets evidence about `subject` that shows the bytes of the whole `closure`."""
    answer = session.exchange.get(f"/statements/{subject}/evidence", reader.signer)
    members = canonical.loads(expect.media_type(expect.status(answer, 200), MEDIA_TYPE).body)
    if (members.get("format"), members.get("subject")) != ("lading-evidence/1", subject):
        raise Failed(f"`format` is {members.get('format')!r}, `subject` is {members.get('subject')!r}")
    logs = objects_of(members, "logs")
    if len(logs) != 1:
        raise Failed(f"the file holds {len(logs)} logs instead of one")
    shown = _check_log(session, logs[0])
    if missing := sorted(closure - set(shown.entries.values())):
        raise Failed(
            f"{len(missing)} statements of the closure are missing or withheld: {', '.join(missing)}"
        )
    return shown


def _check_log(session: Session, log: dict[str, Json]) -> Shown:
    notes = log.get("checkpoints")
    checkpoints = [parse_checkpoint(str(note)) for note in notes] if isinstance(notes, list) else []
    for checkpoint in checkpoints:
        session.seen(checkpoint)
    items = objects_of(log, "entries")
    entries = {integer_of(item, "index"): _check_entry(item, checkpoints) for item in items}
    return Shown(entries, frozenset(checkpoint.size for checkpoint in checkpoints))


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
