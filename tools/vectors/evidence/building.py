"""Evidence files about a small trade, made by hand so that they can be wrong in any way."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from tools.vectors import scenarios
from tools.vectors.contents import content, described
from tools.vectors.files import VectorFile, given_bytes
from tools.vectors.primitives import (
    Key,
    canonical,
    checkpoint_text,
    cosignature,
    entry,
    inclusion,
    key,
    key_id,
    leaf,
    note_line,
    root,
    vkey,
)
from tools.vectors.scenarios import ORIGIN, admit, join, listing, say, standing
from tools.vectors.world import World

SIZE: Final = 1000
"""Bytes of the content that is traded."""
LOG: Final = key("log")
FILE: Final = "lading-evidence/1"
NOTES: Final = (
    "`policies` of the head of the file holds the trust policies by name; a case names one",
    "`content_hex` is a data file handed in beside the evidence, and `salts_hex` its salts file",
    "`findings` is the set of all (code, severity, statement): those of severity error and unknown have to be there and"
    " no others; notes that a verifier only SHOULD make can be missing",
    "`statement` is left out of a finding that is about no single one",
)

Finding = Mapping[str, str]


@lru_cache
def trade() -> World:
    """From the exchange to the receipt: nine entries."""
    world = scenarios.opened("evidence")
    world = join(join(world, "acme"), "buyer")
    world = admit(admit(world, "acme", "provider"), "buyer", "consumer")
    offered = listing(standing=scenarios.STANDING, **described(SIZE))
    world = say(world, "listing", "acme", "listing", **offered)
    world = say(world, "contract", "buyer", "acceptance", **standing(world, "listing", "PO-1"))
    world = say(world, "delivery", "acme", "delivery", **scenarios.delivery(world, "contract", 1, SIZE))
    return say(world, "receipt", "buyer", "receipt", **scenarios.receipt(world, "delivery", SIZE))


def data() -> bytes:
    """The data file that was traded."""
    return content(SIZE)


_NAMING: Final[Mapping[str, Sequence[str]]] = {
    "participant": ("previous",),
    "admission": ("participant",),
    "listing": ("supersedes",),
    "offer": ("listing", "amends", "to", "replies_to"),
    "acceptance": ("offer", "listing"),
    "rejection": ("offer",),
    "withdrawal": ("statement",),
    "delivery": ("contract",),
    "receipt": ("delivery",),
    "release": ("receipt",),
    "lapse": ("delivery", "contract"),
    "claim": ("statement",),
    "attestation": ("statement", "grant"),
    "notice": ("contract", "ruling"),
    "deletion": ("contract", "recall"),
    "erasure": ("statement",),
    "notarisation": ("reader",),
}


def payload(statement: str) -> dict[str, Any]:
    """The members of a statement; none where it cannot be read."""
    try:
        text = statement.split(".")[1]
        members: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, IndexError):
        return {}
    return members


def named(statement: str) -> list[str]:
    """The ids that a statement puts into the closure; none where it cannot be read."""
    members = payload(statement)
    names = ("issuer", "under", *_NAMING.get(str(members.get("type")), ()))
    return [members[name] for name in names if name in members]


@dataclass(frozen=True)
class Sheet:
    """An evidence file in the making: a world, what is shown of it, and the checkpoints.

    Shown are the closure of the subject and `also`, but for `gone`. `cut` are the tree sizes of further checkpoints: an
    entry stands under the first one that is large enough.
    """

    world: World
    subject: str
    also: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    cut: tuple[int, ...] = ()
    origin: str = ORIGIN
    signers: tuple[Key, ...] = (LOG,)
    lines: Callable[[str], str] = field(default=lambda text: "")

    def closure(self) -> set[str]:
        """The ids in the closure of the subject."""
        statements = {item.id: item.statement for item in self.world.entries}
        said = [(item.id, payload(item.statement)) for item in self.world.entries]
        releases = {members["receipt"]: key for key, members in said if members.get("type") == "release"}
        waiting, found = [self.world.id(self.subject), self.world.entries[0].id], set[str]()
        while waiting:
            identifier = waiting.pop()
            if identifier not in found:
                found.add(identifier)
                waiting += named(statements.get(identifier, ""))
                waiting += [releases[identifier]] if identifier in releases else []
        return found

    def leaves(self) -> list[bytes]:
        """The leaf hashes of the world's log."""
        return [leaf(entry(item.time, item.id)) for item in self.world.entries]

    def note(self, size: int) -> str:
        """The checkpoint of this size."""
        text = checkpoint_text(self.origin, size, root(self.leaves()[:size]))
        signed = (
            note_line(self.origin, key_id(self.origin, 1, signer.public), signer.sign(text.encode()))
            for signer in self.signers
        )
        return text + "\n" + "".join(signed) + self.lines(text)

    def entries(self) -> list[dict[str, Any]]:
        """The entries that are shown."""
        sizes, leaves, closure = (*self.cut, len(self.world.entries)), self.leaves(), self.closure()
        rows = []
        for index, item in enumerate(self.world.entries):
            if (item.id in closure or item.name in self.also) and item.name not in self.gone:
                number = next(at for at, size in enumerate(sizes) if index < size)
                path = [node.hex() for node in inclusion(index, leaves[: sizes[number]])]
                what = {"withheld": item.id} if item.name in self.withheld else {"statement": item.statement}
                rows.append({"index": index, "time": item.time, **what, "path": path, "checkpoint": number})
        return rows

    def log(self) -> dict[str, Any]:
        """The part of one log."""
        notes = [self.note(size) for size in (*self.cut, len(self.world.entries))]
        return {"origin": self.origin, "checkpoints": notes, "entries": self.entries()}

    def file(self) -> dict[str, Any]:
        """The file."""
        return {"format": FILE, "subject": self.world.id(self.subject), "logs": [self.log()]}

    def without(self, *names: str) -> Sheet:
        """The same, and these are not shown."""
        return replace(self, gone=self.gone | set(names))

    def showing(self, *names: str) -> Sheet:
        """The same, and these are shown too."""
        return replace(self, also=self.also | set(names))


ADMISSIONS: Final = ("admitted acme", "admitted buyer")


def sheet(subject: str = "receipt", world: World | None = None, **members: Any) -> Sheet:
    """The evidence about one statement of a world, by default of the trade."""
    return Sheet(trade() if world is None else world, subject, **members)


def small(**members: Any) -> Sheet:
    """A small file: a participant and its exchange."""
    whole = trade()
    return Sheet(replace(whole, entries=whole.entries[:2]), "acme", **members)


def witness_line(name: str, seconds: int) -> Callable[[str], str]:
    """A cosignature of a witness, whose key has the witness's name."""
    return lambda text: cosignature(text, f"{name}.example", key(name), seconds)


def witness_vkey(name: str) -> str:
    """The verifier key of a witness."""
    return vkey(f"{name}.example", key(name).public, 4)


def policies() -> dict[str, str]:
    """The trust policies that cases name."""
    log = f"log {vkey(ORIGIN, LOG.public)} https://vectors.example/log\n"
    witnesses = "".join(f"witness w{n} {witness_vkey(f'witness-{n}')}\n" for n in (1, 2, 3))
    return {
        "plain": log + "quorum none\n",
        "other-key": f"log {vkey(ORIGIN, key('other-log').public)}\nquorum none\n",
        "other-log": f"log {vkey('other.example', key('other-log').public)}\nquorum none\n",
        "both-keys": f"log {vkey(ORIGIN, LOG.public)}\nlog {vkey(ORIGIN, key('log-2').public)}\nquorum none\n",
        "new-key": f"log {vkey(ORIGIN, key('log-2').public)}\nquorum none\n",
        "second-log": f"{log}log {vkey('second.example', key('second-log').public)}\nquorum none\n",
        "one-witness": f"{log}witness w1 {witness_vkey('witness-1')}\nquorum w1\n",
        "two-of-three": f"{log}{witnesses}group g 2 w1 w2 w3\nquorum g\n",
        "all": f"{log}{witnesses}group g all w1 w2 w3\nquorum g\n",
        "any": f"{log}{witnesses}group g any w1 w2 w3\nquorum g\n",
        "nested": f"{log}{witnesses}group inner any w1 w2\ngroup outer all inner w3\nquorum outer\n",
    }


KEYS: Final = (
    "exchange",
    "log",
    "acme",
    "buyer",
    "log-2",
    "other-log",
    "witness-1",
    "witness-2",
    "witness-3",
)
_VERDICTS: Final = {"error": ("INVALID", 1), "unknown": ("INDETERMINATE", 2), "note": ("VALID", 0)}
BY_LOG_ONLY: Final = {"code": "time-by-log-only", "severity": "note"}


def error(code: str, statement: str | None = None) -> Finding:
    """A finding that makes a file INVALID."""
    return _finding(code, "error", statement)


DOUBTS: Final = frozenset(
    {
        "contract-not-active",
        "contract-over",
        "deadline-not-passed",
        "deadline-passed",
        "dispute-window-closed",
        "effective-too-soon",
        "no-schedule",
        "schedule-exhausted",
        "suspension-not-agreed",
    }
)
"""Refusals that a notice or an amendment outside the file could undo."""


def broken(code: str, statement: str | None = None) -> Finding:
    """The finding about a statement that the log had to refuse: an error, or a doubt."""
    return unknown(code, statement) if code in DOUBTS else error(code, statement)


def unknown(code: str, statement: str | None = None) -> Finding:
    """A finding that leaves a file INDETERMINATE."""
    return _finding(code, "unknown", statement)


def note(code: str, statement: str | None = None) -> Finding:
    """A finding that changes nothing."""
    return _finding(code, "note", statement)


def _finding(code: str, severity: str, statement: str | None) -> Finding:
    found = {"code": code, "severity": severity}
    return found if statement is None else {**found, "statement": statement}


class Cases:
    """Adds cases to a file: evidence, a policy, and the findings."""

    def __init__(self, path: str, about: str, *keys: str) -> None:
        given = {"policies": policies()}
        names = (*KEYS, *keys)
        self.file = VectorFile(path, "evidence", about, notes=NOTES, keys=names, given=given)

    def add(
        self,
        name: str,
        situation: str,
        evidence: Mapping[str, Any] | bytes,
        *findings: Finding,
        policy: str = "plain",
        content: bytes | None = None,
        salts: bytes | None = None,
        about: Sequence[str] = (),
        flags: Iterable[str] = (),
    ) -> None:
        """A file and what is found; that only the log vouches for times is added where it has to be."""
        data = evidence if isinstance(evidence, bytes) else canonical(evidence)
        files = {"content_hex": content, "salts_hex": salts}
        handed = {name: file.hex() for name, file in files.items() if file is not None}
        readable = all(item["code"] != "malformed-evidence" for item in findings)
        whole = [*findings, *([BY_LOG_ONLY] if readable and "quorum none" in policies()[policy] else [])]
        worst = next(
            severity
            for severity in ("error", "unknown", "note")
            if severity == "note" or _has(whole, severity)
        )
        verdict, exit_code = _VERDICTS[worst]
        expect = {"verdict": verdict, "exit_code": exit_code, "findings": whole}
        given = {**given_bytes("evidence", data), "policy": policy, **handed}
        self.file.add(name, situation, given, expect, about=about, flags=flags)


def _has(findings: Iterable[Finding], severity: str) -> bool:
    return any(item["severity"] == severity for item in findings)
