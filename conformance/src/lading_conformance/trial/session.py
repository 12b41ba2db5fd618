"""What all cases of one run share: the subject, what it says of itself, and the test participants.

Everything is made when it is first asked for, so that one case can be run alone; what failed once is not
tried again.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lading_conformance.drivers.answers import integer_of, object_of, text_of
from lading_conformance.drivers.exchange import Exchange
from lading_conformance.drivers.party import Party, now
from lading_conformance.drivers.subject import Hook, Role, Subject, SubjectFault
from lading_conformance.drivers.verifier import ask
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.note import Checkpoint, VerifierKey, parse_checkpoint, parse_vkey
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.oracle.tiles import Tiles
from lading_conformance.steps.vectors import Vector, vectors, write_questions
from lading_conformance.trial.outcome import FAULTS, OVER, Blocked, Failed


@dataclass(frozen=True)
class Facts:
    """What a run needs to know of the exchange before anything else. Taken from its own words."""

    id: str
    origin: str
    log_key: VerifierKey
    first: bytes
    """The bytes of entry 0."""


@dataclass(frozen=True)
class Verifier:
    """The vectors, the answers by file and name, and what was wrong with the answers as a whole."""

    vectors: tuple[Vector, ...]
    answers: dict[tuple[str, str], dict[str, Any]]
    fault: str | None


def _surplus(answers: Collection[tuple[str, str]]) -> str | None:
    """Say which answer is to no question, and which question has no answer."""
    asked = {(vector.file, vector.name) for vector in vectors()}
    if surplus := sorted(set(answers) - asked):
        return f"{len(surplus)} answers are to no vector, the first to {'/'.join(surplus[0])}"
    if missing := sorted(asked - set(answers)):
        return f"{len(missing)} vectors have no answer, the first is {'/'.join(missing[0])}"
    return None


@dataclass
class Session:
    """One run against one subject.

    `ends` is the moment of `time.monotonic` at which it is over. `highest` is the largest tree size that the
    subject has signed so far. `peer` is the session with the second exchange, where there is one.
    """

    exchange: Exchange
    subject: Subject
    random: random.Random
    ends: float
    highest: int = 0
    peer: Session | None = None
    _blocked: dict[str, Blocked] = field(default_factory=dict)
    _skew: int | None = None

    @cached_property
    def facts(self) -> Facts:
        """The exchange's id and log key. Raises `Blocked` where its well-known document cannot be used."""
        if "facts" in self._blocked:
            raise self._blocked["facts"]
        try:
            return self._read_facts()
        except FAULTS as fault:
            why = f"/.well-known/lading cannot be used ({fault}); case log_exchange tells more"
            self._blocked["facts"] = Blocked(why)
            raise self._blocked["facts"] from fault

    @cached_property
    def provider(self) -> Party:
        """An admitted provider, the same for all cases of the run."""
        return self.admitted("provider", "provider")

    @cached_property
    def consumer(self) -> Party:
        """An admitted consumer, the same for all cases of the run."""
        return self.admitted("consumer", "consumer")

    @cached_property
    def sealed_consumer(self) -> Party:
        """An admitted consumer that lists a seal key, the same for all cases of the run."""
        return self.admitted("consumer of sealed content", "consumer", SealKey.generate())

    @cached_property
    def assessor(self) -> Party:
        """An admitted assessor, the same for all cases of the run."""
        return self.admitted("assessor", "assessor")

    @cached_property
    def arbiter(self) -> Party:
        """An admitted arbiter, the same for all cases of the run."""
        return self.admitted("arbiter", "arbiter")

    @cached_property
    def stranger(self) -> Party:
        """A participant that is registered, not admitted, and party to nothing."""
        return self.introduced("stranger")

    @property
    def known_id(self) -> str | None:
        """The exchange's id, where it has said in this run who it is."""
        facts = self.__dict__.get("facts")
        return facts.id if isinstance(facts, Facts) else None

    def clock_skew(self) -> int:
        """Return by how many milliseconds the exchange's clock is ahead of this machine's, as a registration shows.

        Wrong by half the time that the registration takes, at most. Raises `Blocked` where there is none.
        """
        if self._skew is None:
            newcomer = self.newcomer("clock")
            jws = newcomer.sign(newcomer.introduction())
            try:
                before = now()
                answer = self.exchange.register(jws)
                after = now()
                self._skew = integer_of(answer.members(), "time") - (before + after) // 2
            except FAULTS as fault:
                raise Blocked(
                    f"no registration shows the time ({fault}); see case log_registration"
                ) from fault
        return self._skew

    @cached_property
    def verifier(self) -> Verifier:
        """What the subject's verifier answered to all vectors."""
        described = self.subject.verifier
        if described is None:
            raise Blocked("the subject's file gives no [verifier]")
        with tempfile.TemporaryDirectory(prefix="lading-vectors-") as place:
            write_questions(Path(place))
            seconds = min(described.timeout_seconds, max(1.0, self.ends - time.monotonic()))
            answers = ask(described.command, self.subject.folder, Path(place), seconds)
        return Verifier(vectors(), answers.by_case, answers.fault or _surplus(answers.by_case))

    def is_over(self) -> bool:
        """Say whether the time granted for the run is used up."""
        return time.monotonic() > self.ends

    def newcomer(self, name: str, seal: SealKey | None = None) -> Party:
        """Return a participant of which the exchange has not heard. Raises `Blocked` where there is no log to be read.

        From now on the size of the log is known: that it grew because of what this one says would show.
        """
        if not self.highest:
            self.checkpoint_size()
        return Party.new(f"{name} {self.word()}", self.facts.id, seal)

    def introduced(self, name: str, seal: SealKey | None = None, **members: Json) -> Party:
        """Return a newly registered participant; `members` replace or add. Raises `Blocked` where that fails."""
        party = self.newcomer(name, seal)
        first = party.sign(party.introduction(**members))
        try:
            answer = self.exchange.register(first)
            if answer.status != 201:
                raise Failed(f"status {answer.status}")
        except FAULTS as fault:
            raise Blocked(f"no participant can be registered ({fault}); see case log_registration") from fault
        self.checkpoint_size()
        return party.registered(first)

    def admitted(self, name: str, role: Role, seal: SealKey | None = None, **members: Json) -> Party:
        """Return a newly registered and admitted participant; `members` replace or add. Raises `Blocked`."""
        if "admission" in self._blocked:
            raise self._blocked["admission"]
        before = self.checkpoint_size()
        party = self.introduced(name, seal, **members)
        try:
            self.subject.admit(party.id, role)
            self._await_admission(party, before)
        except (SubjectFault, *FAULTS) as fault:
            self._blocked["admission"] = Blocked(f"no participant can be admitted: {fault}")
            raise self._blocked["admission"] from fault
        return party

    def operate(self, hook: Hook, **order: str) -> None:
        """Ask the subject's operator for what only it can do. Raises `Blocked` where that does not work."""
        try:
            self.subject.operate(hook, **order)
        except SubjectFault as fault:
            raise Blocked(str(fault)) from fault

    def word(self) -> str:
        """Return a word that the exchange has not seen, from the seed and the clock."""
        return f"{self.random.getrandbits(32):08x}{time.time_ns() // 1_000_000 % 2**32:08x}"

    def checkpoint(self) -> Checkpoint:
        """Fetch the newest checkpoint and verify it. Raises one of `FAULTS`, or `Blocked` as `facts` does."""
        _ = self.facts
        answer = self.exchange.log("/checkpoint")
        if answer.status != 200:
            raise Failed(f"GET /log/checkpoint answers {answer.status}")
        checkpoint = parse_checkpoint(answer.text())
        self.seen(checkpoint)
        return checkpoint

    def seen(self, checkpoint: Checkpoint) -> None:
        """Verify a checkpoint of the subject, and remember its size. Raises `Rejected` or `Failed`."""
        facts = self.facts
        if checkpoint.origin != facts.origin:
            raise Failed(f"the checkpoint's origin is {checkpoint.origin!r}, not {facts.origin!r}")
        checkpoint.note.verify(facts.log_key)
        self.highest = max(self.highest, checkpoint.size)

    def tiles(self, size: int) -> Tiles:
        """Return a view of the log's tiles at a published size."""
        return Tiles(size, self._fetch_tile)

    def checkpoint_size(self) -> int:
        """Return the size of the newest checkpoint; `Blocked` where there is none to be had."""
        try:
            return self.checkpoint().size
        except FAULTS as fault:
            raise Blocked(f"the log's checkpoint cannot be read ({fault}); see case log_history") from fault

    def ids_between(self, start: int, end: int) -> Iterator[str]:
        """Yield the statement ids of the entries from `start` to before `end`, as the log serves them."""
        tiles = self.tiles(end)
        for index in range(start, end):
            if self.is_over():
                raise Blocked(OVER)
            yield "sha256:" + tiles.entry(index)[8:].hex()

    def _read_facts(self) -> Facts:
        answer = self.exchange.well_known()
        if answer.status != 200:
            raise Failed(f"status {answer.status}")
        members = answer.members()
        log = object_of(members, "log")
        first = text_of(members, "statement").encode("utf-8")
        return Facts(text_of(members, "id"), text_of(log, "origin"), parse_vkey(text_of(log, "vkey")), first)

    def _fetch_tile(self, path: str) -> bytes:
        answer = self.exchange.log(path)
        whole, partial, _ = path.partition(".p/")
        if answer.status == 404 and partial:
            answer = self.exchange.log(whole)
        if answer.status != 200:
            raise Failed(f"GET /log{path} answers {answer.status}")
        return answer.body

    def _await_admission(self, party: Party, start: int) -> None:
        """Wait until an entry from `start` on is an admission of `party`."""
        patience = self.subject.admission.timeout_seconds
        until = time.monotonic() + patience
        while time.monotonic() < until:
            end = self.checkpoint_size()
            if any(self._admits(statement_id, party) for statement_id in self.ids_between(start, end)):
                return
            start = end
            time.sleep(0.2)
        raise SubjectFault(f"no admission of {party.id} appeared in the log within {patience:g} s")

    def _admits(self, statement_id: str, party: Party) -> bool:
        answer = self.exchange.statement(statement_id)
        if answer.status != 200:
            return False
        said = statement.parse(answer.body).payload
        about = (said.get("type"), said.get("participant"), said.get("status"))
        return about == ("admission", party.id, "admitted")
