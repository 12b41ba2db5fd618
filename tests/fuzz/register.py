"""Statements that are changed and signed anew: what a register does with them, and what an auditor says of the log."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

from lading import acts
from lading.acts.claim import Claim
from lading.evidence.claims import judge
from lading.evidence.file import EvidenceEntry, EvidenceFile, EvidenceLog, render
from lading.evidence.verify import verify
from lading.log import checkpoint, tiles
from lading.log.checkpoint import CheckpointSigner
from lading.log.entry import Entry
from lading.log.policy import Policy
from lading.problems import Refused
from lading.register.memory import MemorySight, MemoryStore
from lading.register.register import Register, Registered
from lading.register.replay import Inadmissible, replay
from lading.statement.envelope import decode, statement_id
from lading.statement.words import Id, Millis
from lading.transfer.claimfile import claim_file
from lading.transfer.claimfile import render as render_claim
from lading.transfer.judge import CODES
from lading.tree import root_of
from sdk.tests.core.vectors import LOG_KEY, Clock
from tests.fuzz import inputs, story
from tests.fuzz.mutation import mutate_json, written
from tests.fuzz.target import Target

MAX_SHOWN: Final = 64


def register(data: bytes) -> None:
    """Statements in a row: each is registered or refused; what is refused changes nothing; the log replays."""
    document = story.read(data)
    if document is None:
        return
    log = _Log(story.base(document))
    for step in story.steps(document):
        log.clock.now = min(log.clock.now + inputs.number(step, "wait", 0, story.LAST_TIME), story.LAST_TIME)
        jws = story.statement(step, log.said)
        if jws is not None:
            log.said.append(log.say(jws, step["say"].get("type") == "release"))
    log.check()


class _Log:
    """A register with a log in it, its clock, and the ids of what was said."""

    def __init__(self, sight: MemorySight) -> None:
        self.clock, self.store = Clock(sight.last_time()), MemoryStore()
        self.store.sight = sight.copy()
        self.register = Register(self.store, LOG_KEY, releaser=story.Releaser(), clock=self.clock)
        self.said = [entry.id for entry in sight.entries]
        self.first = sight.size()

    def say(self, jws: bytes, is_release: bool) -> Id:
        """Hand a statement in. The id by which later steps name it: a release's is that of the register's own."""
        before = self.store.sight
        try:
            (answer,) = self.register.admit([self.register.prepare(jws, before)])
        except Refused as refusal:
            answer = refusal
        sight = self.store.sight
        if isinstance(answer, Refused) or not answer.new:
            assert vars(sight) == vars(before), answer
            return before.entries[-1].id if is_release and before.entries else statement_id(jws)
        self._check_registered(answer, jws, before)
        return answer.id

    def _check_registered(self, answer: Registered, jws: bytes, before: MemorySight) -> None:
        sight = self.store.sight
        assert (answer.id, answer.index) == (statement_id(jws), before.size())
        assert sight.entries[: before.size()] == before.entries
        assert sight.entries[answer.index] == Entry(answer.time, answer.id)
        assert sight.statement(answer.id) == jws
        assert sight.size() - before.size() == 1 + _brings_release(jws)
        again = self.register.admit([self.register.prepare(jws)])
        assert again == [Registered(answer.id, answer.index, answer.time, new=False)]

    def check(self) -> None:
        """The log replays to the state that is stored, under the checkpoint that was signed."""
        sight = self.store.sight
        if sight.size() == self.first:
            return
        rows = [(entry, sight.statements[entry.id]) for entry in sight.entries]
        assert replay(rows).records == sight.records
        said, _ = checkpoint.open_signed(sight.note, LOG_KEY.key)
        assert (said.size, said.root) == (sight.size(), root_of([entry.leaf for entry in sight.entries]))


def _brings_release(jws: bytes) -> bool:
    act = acts.parse(decode(jws)).act
    return act.type == "receipt" and "manifest_root" in act.model_fields_set


def audit(data: bytes) -> None:
    """A log of an exchange that takes everything, or a part of it, as evidence: there is a verdict, and it is just.

    What replays as a whole is VALID as a whole, and no part of it is INVALID: a rule that a part of the log decides
    refuses nothing that the whole log would admit.
    """
    document = story.read(data)
    if document is None:
        return
    rows = _rows(document)
    if not rows:
        return
    subject = rows[inputs.number(document, "subject", 0, len(rows) - 1)][0].id
    hidden, withheld = _indices(document, "hidden"), _indices(document, "withheld")
    evidence = _evidence(rows, subject, hidden, withheld)
    verdict = verify(evidence, POLICY)
    assert verdict.subject == subject
    if _replays(rows):
        # An exchange may have said that from here on it signs with another key.
        wrong = {finding for finding in verdict.findings if finding.severity != "note"}
        wrong = {finding for finding in wrong if finding.code != "log-key-mismatch"}
        assert all(finding.severity == "unknown" for finding in wrong), wrong
        assert hidden or withheld or not wrong, wrong
    _judge(evidence, rows, subject)


LOG: Final = CheckpointSigner(LOG_KEY.origin, inputs.signers()["log"])
"""The key of the scenarios' logs."""
POLICY: Final = Policy((LOG.key,), {}, {}, None)


def _rows(document: Mapping[str, Any]) -> list[tuple[Entry, bytes]]:
    """The entries of the scenario, and the steps, whatever they are, each in its place; none stands twice."""
    sight = story.base(document)
    rows = [(entry, sight.statements[entry.id]) for entry in sight.entries]
    said, time = [entry.id for entry in sight.entries], int(sight.last_time())
    for step in story.steps(document):
        time = min(time + inputs.number(step, "wait", 0, story.LAST_TIME), story.LAST_TIME)
        jws = story.statement(step, said)
        if jws is not None:
            key = statement_id(jws)
            rows += [(Entry(Millis(time), key), jws)] if key not in said else []
            said.append(key)
    return rows[:MAX_SHOWN]


def _indices(document: Mapping[str, Any], name: str) -> set[int]:
    value = document.get(name)
    return {item for item in value if isinstance(item, int)} if isinstance(value, list) else set()


def _evidence(rows: list[tuple[Entry, bytes]], subject: Id, hidden: set[int], withheld: set[int]) -> bytes:
    tree = tiles.MemoryTiles()
    size = tiles.append(tree, 0, [entry.leaf for entry, _ in rows])
    shown = [
        EvidenceEntry(
            index=index,
            time=entry.time,
            statement=None if index in withheld else jws.decode(),
            withheld=entry.id if index in withheld else None,
            path=tuple(node.hex() for node in tiles.inclusion(tree, index, size)),
            checkpoint=0,
        )
        for index, (entry, jws) in enumerate(rows)
        if index not in hidden or entry.id == subject
    ]
    note = LOG.sign(size, tiles.root(tree, size))
    log = EvidenceLog(origin=LOG.origin, checkpoints=(note,), entries=tuple(shown))
    return render(EvidenceFile(format="lading-evidence/1", subject=subject, logs=(log,)))


def _replays(rows: list[tuple[Entry, bytes]]) -> bool:
    try:
        replay(rows)
    except Inadmissible:
        return False
    return True


def _judge(evidence: bytes, rows: list[tuple[Entry, bytes]], subject: Id) -> None:
    """Where the subject is a claim, it is judged too, on what pieces there are."""
    try:
        act = acts.parse(decode(next(jws for entry, jws in rows if entry.id == subject))).act
    except Refused:
        return
    if isinstance(act, Claim):
        assert judge(render_claim(claim_file(evidence, ())), POLICY, keys=inputs.seal_keys()).code in CODES


def mutate_audit(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Another log, or another part of it."""
    document = story.read(data)
    if document is None or rng.random() < 0.5:
        return mutate_json(data, rng, others)
    size = story.base(document).size() + len(document["steps"])
    document["subject"] = rng.randrange(size) if rng.random() < 0.5 else size - 1
    for name, chance in (("hidden", 0.6), ("withheld", 0.2)):
        first = rng.choice((0, size - len(document["steps"])))
        some = rng.sample(range(first, size), rng.randint(0, min(size - first, rng.choice((1, 3, size)))))
        document[name] = sorted(some) if rng.random() < chance else []
    return written(document)


TARGETS: Final = (
    Target("register", "a register, and statements in a row", register, story.stories, mutate_json),
    Target(
        "audit", "evidence from logs that took everything", audit, lambda: story.stories()[::3], mutate_audit
    ),
)
