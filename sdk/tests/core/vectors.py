"""The test vectors, as the tests read them: files, cases, and the logs that cases begin with."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lading.acts.receipt import Receipt
from lading.acts.records import StatementRecord
from lading.errors import LadingError
from lading.keys.signer import Ed25519Signer
from lading.log import tiles
from lading.log.checkpoint import CheckpointSigner
from lading.log.entry import Entry
from lading.problems import Refused
from lading.register.memory import MemorySight, MemoryStore
from lading.register.register import Prepared, Register, Registered
from lading.rules import engine
from lading.statement.words import Millis

SPEC = Path(__file__).resolve().parents[3] / "spec"
FOLDER = SPEC / "vectors"
Case = Mapping[str, Any]
Outcome = dict[str, Any]


@dataclass(frozen=True)
class File:
    """One file of vectors."""

    name: str
    head: Mapping[str, Any]
    cases: tuple[Case, ...]

    @property
    def schema(self) -> str:
        """The kind of cases that it holds."""
        return str(self.head["schema"]).removeprefix("lading-vectors/1 ")


@lru_cache
def load(name: str) -> File:
    """The file of this name, without its suffix."""
    return load_from(FOLDER, name)


def load_from(folder: Path, name: str) -> File:
    """The file of this name in a folder that holds files as `spec/vectors` does.

    `show` says of which records a case shows which members; where the file does not hold it, it is taken from what the
    case expects.
    """
    whole = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return File(name, whole, tuple({"show": _show(case), **case} for case in whole["cases"]))


def _show(case: Case) -> list[Mapping[str, Any]]:
    effects = case.get("expect", {}).get("effects", [])
    return [{"kind": row["kind"], "id": row["id"], "members": list(row["record"])} for row in effects]


def agrees(expected: Outcome, got: Outcome) -> bool:
    """Whether an answer is what a vector expects: what only some implementations tell is left out."""
    told = {
        name: value for name, value in got.items() if name in expected or name not in ("pointer", "winner")
    }
    if "findings" not in expected:
        return told == expected
    rest = {name: value for name, value in told.items() if name != "findings"}
    return rest == {name: value for name, value in expected.items() if name != "findings"} and _same_findings(
        expected["findings"], got["findings"]
    )


def _same_findings(expected: list[Mapping[str, str]], got: list[Mapping[str, str]]) -> bool:
    """Whether these are the findings; the statement is compared only where the vector has it."""
    seen = []
    for finding in got:
        short = {name: value for name, value in finding.items() if name != "statement"}
        seen.append(finding if finding in expected else short)
    return all(finding in expected for finding in seen) and all(finding in seen for finding in expected)


def files() -> list[File]:
    """All files."""
    return [
        load(path.relative_to(FOLDER).with_suffix("").as_posix()) for path in sorted(FOLDER.rglob("*.json"))
    ]


def cases() -> Iterator[tuple[File, Case]]:
    """All cases but the entries of scenarios."""
    for file in files():
        if file.schema != "scenario":
            for case in file.cases:
                yield file, case


def named() -> Iterator[tuple[str, tuple[str, int]]]:
    """Each case's name, its file, and its number there."""
    for file in files():
        if file.schema != "scenario":
            for number, case in enumerate(file.cases):
                yield f"{file.name}/{case['name']}", (file.name, number)


def given_bytes(case: Case, name: str) -> bytes:
    """An input that is a text or, where it is not printable, in hexadecimal."""
    return case[name].encode() if name in case else bytes.fromhex(case[f"{name}_hex"])


def refused(refusal: Refused) -> Outcome:
    """A refusal as vectors write it."""
    problem = refusal.problem
    told = {"pointer": refusal.pointer, "winner": refusal.winner}
    said = {
        "outcome": "refuse",
        "code": problem.code,
        "layer": problem.layer,
        "requirement": problem.requirement,
    }
    return said | {name: value for name, value in told.items() if value is not None}


def judged(check: Callable[[], Outcome | None]) -> Outcome:
    """What a check that returns or refuses comes to."""
    try:
        return {"outcome": "accept"} | (check() or {})
    except Refused as refusal:
        return refused(refusal)
    except (ValueError, LadingError):
        return {"outcome": "refuse"}


class Clock:
    """A clock that shows what it is told."""

    def __init__(self, now: int = 0) -> None:
        self.now = now

    def __call__(self) -> Millis:
        return Millis(self.now)


LOG_KEY = CheckpointSigner("vectors.example/log", Ed25519Signer.from_seed(bytes(32)))


@dataclass
class Log:
    """A register with a log in it, and its clock."""

    store: MemoryStore
    clock: Clock
    register: Register

    def admit(self, time: int, statement: bytes) -> Registered:
        """Register what has to pass."""
        self.clock.now = time
        answer = self.answer(self.register.prepare(statement))
        assert isinstance(answer, Registered), answer
        return answer

    def answer(self, prepared: Prepared) -> Registered | Refused:
        """What registration says; of an accepted receipt of sealed content what the rules alone say of it.

        A register appends such a receipt together with its release, which is a case, or an entry, of its own here.
        """
        act, before = prepared.statement.act, self.store.sight.get(StatementRecord, prepared.statement.id)
        if before is None and isinstance(act, Receipt) and act.needs_release:
            return self._answer_alone(prepared)
        (answer,) = self.register.admit([prepared])
        return answer

    def _answer_alone(self, prepared: Prepared) -> Registered | Refused:
        statement = prepared.statement
        with self.store.write() as transaction:
            place = self.register.next_place(transaction)
            try:
                self.register.would_admit(transaction, prepared, place)
            except Refused as refusal:
                return refusal
            entry, readers = Entry(place.time, statement.id), engine.readers(transaction, statement)
            for record in list(engine.effects(transaction, statement, place)):
                transaction.put(record)
            transaction.append(place.index, entry, statement, readers)
            tiles.append(transaction, place.index, [entry.leaf])
        return Registered(statement.id, place.index, place.time, new=True)


def log_of(sight: MemorySight) -> Log:
    """A register with this content, to be changed apart."""
    clock, store = Clock(), MemoryStore()
    store.sight = sight.copy()
    return Log(store, clock, Register(store, LOG_KEY, clock=clock))


@lru_cache
def scenario(name: str, entries: int) -> MemorySight:
    """The first entries of a scenario, registered."""
    log = log_of(MemorySight())
    for row in load(f"scenarios/{name}").cases[:entries]:
        answer = log.admit(row["time"], row["statement"].encode())
        assert (answer.id, answer.index, answer.time) == (row["id"], row["index"], row["time"])
    return log.store.sight


def log_before(case: Case) -> Log:
    """The log of a case, before its candidate."""
    given = case["log"]
    log = log_of(scenario(given["scenario"], given["entries"]))
    for entry in given.get("then", ()):
        log.admit(entry["time"], entry["statement"].encode())
    return log
