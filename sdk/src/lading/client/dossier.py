"""Evidence as the client reads it: fetched from the exchange, verified offline, then asked for what it says.

The client believes nothing about other parties' statements that it has not verified like this.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lading import acts
from lading.acts.base import Act, Place, R, Statement
from lading.acts.participant import Participant
from lading.acts.records import SELF, ExchangeRecord
from lading.client import files
from lading.client.peer import Peer, dishonest
from lading.errors import Insufficient, NotUnderstood, UsageProblem
from lading.evidence import file as evidence_file
from lading.evidence.verdict import Status, Verdict
from lading.evidence.verify import verify
from lading.register.memory import MemoryView
from lading.rules import engine
from lading.statement.envelope import decode
from lading.statement.words import Id, Millis

A = TypeVar("A", bound=Act)


@dataclass(frozen=True, slots=True)
class Filed:
    """A verified statement and its place in the log."""

    statement: Statement[Act]
    place: Place


class Evidence:
    """A verified evidence file: its bytes, the verdict, and what its statements add up to.

    `verdict` was reached with the log key that the identity has pinned; an auditor reaches their own with
    their own policy.
    """

    def __init__(
        self, data: bytes, subject: Id, verdict: Verdict, filed: Mapping[Id, Filed], view: MemoryView
    ) -> None:
        self.data = data
        self.subject = subject
        self.verdict = verdict
        self._filed = filed
        self._view = view

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the file durably, replacing an older one; the path."""
        target = Path(path).absolute()
        try:
            files.replace(target, self.data, files.SHARED_FILE)
        except OSError as error:
            hint = "Name a file in a folder that exists and that you may write to."
            raise UsageProblem(f"cannot write {target}: {error.strerror}", hint=hint) from None
        return target

    def filed(self, key: str) -> Filed:
        """A statement of the file; `NotUnderstood` where it is not there."""
        found = self._filed.get(Id(key))
        if found is None:
            raise NotUnderstood(f"the evidence does not hold {key}")
        return found

    def act(self, key: str, kind: type[A]) -> A:
        """The act that a statement of the file says; `UsageProblem` where it is another than `kind`."""
        act = self.filed(key).statement.act
        if not isinstance(act, kind):
            named = kind.__name__.lower()
            raise UsageProblem(f"{key} is a {act.type}, not a {named}", hint=f"Give the id of a {named}.")
        return act

    def record(self, kind: type[R], key: str) -> R:
        """What the file's statements add up to for one subject."""
        record = self._view.get(kind, key)
        if record is None:
            raise NotUnderstood(f"the evidence does not show the {kind.kind} {key}")
        return record

    def name_of(self, participant: str) -> str:
        """The name under which a participant was registered first; its id where the file does not say."""
        found = self._filed.get(Id(participant))
        act = None if found is None else found.statement.act
        return str(act.name) if isinstance(act, Participant) else participant


def read(data: bytes, subject: Id, peer: Peer) -> Evidence:
    """Verify an evidence file about `subject` with the exchange's log keys.

    Raises `Dishonest` where it is INVALID or about something else, `Insufficient` where it is INDETERMINATE.
    """
    verdict = verify(data, peer.policy)
    if verdict.status is Status.INVALID:
        raise dishonest(f"the exchange's evidence on {subject} is INVALID: {verdict.summary}")
    if verdict.status is not Status.VALID:
        raise Insufficient(
            f"the exchange's evidence on {subject} does not suffice: {verdict.summary}",
            data,
            hint="What is withheld, a party of its contract can let you read (lading grant); what is erased is gone.",
        )
    if verdict.subject != subject:
        raise dishonest(f"the exchange answered with evidence on {verdict.subject}, not on {subject}")
    filed, view = _fold(data)
    exchange = view.get(ExchangeRecord, SELF)
    if exchange is None or exchange.id != peer.exchange:
        raise dishonest(f"the exchange's evidence on {subject} is of a log of another exchange")
    return Evidence(data, subject, verdict, filed, view)


def _fold(data: bytes) -> tuple[dict[Id, Filed], MemoryView]:
    """The statements of a file that was found VALID, and the state that they add up to."""
    filed: dict[Id, Filed] = {}
    folded: set[Id] = set()
    view = MemoryView()
    for log in evidence_file.parse(data).logs:
        for entry in log.entries:
            if entry.statement is None:
                continue
            statement = acts.parse(decode(entry.statement.encode()))
            place = Place(entry.index, Millis(entry.time))
            filed[statement.id] = Filed(statement, place)
            if folded.issuperset(engine.references(statement)):
                for record in list(engine.effects(view, statement, place)):
                    view.put(record)
                folded.add(statement.id)
    return filed, view
