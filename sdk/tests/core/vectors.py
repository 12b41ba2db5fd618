"""The test vectors, as the tests read them: files, cases, and the logs that cases begin with."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading.register.memory import MemorySight, MemoryStore
from lading.register.register import Register, Registered
from lading.statement.words import Millis

SPEC = Path(__file__).resolve().parents[3] / "spec"
FOLDER = SPEC / "vectors"
Case = Mapping[str, Any]


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
    whole = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return File(name, whole, tuple(whole["cases"]))


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
        (answer,) = self.register.admit([self.register.prepare(statement)])
        assert isinstance(answer, Registered), answer
        return answer


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
