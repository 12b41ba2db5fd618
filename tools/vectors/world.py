"""Logs to judge candidates against: who is in them, and what was said so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tools.vectors import primitives
from tools.vectors.files import VectorFile, accept, refuse
from tools.vectors.primitives import Key, digest, key, listed, moment

START: Final = 1_795_426_200_000
"""2026-11-23T09:30:00.000Z."""
STEP: Final = 60_000
"""Milliseconds between one statement of a log and the next."""
DELAY: Final = 40
"""Milliseconds from signing to registration."""
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
ABSENT: Final = object()
"""As a value of a member: leave the member out."""


@dataclass(frozen=True)
class Entry:
    """A registered statement, by a name that only the vectors know."""

    name: str
    time: int
    statement: str

    @property
    def id(self) -> str:
        """The statement's id."""
        return digest(self.statement.encode())


@dataclass(frozen=True)
class Head:
    """A participant at some point: its id, its latest statement, and the key that signs for it."""

    id: str
    under: str
    key: Key


@dataclass(frozen=True)
class World:
    """A scenario's entries, further entries of one case, and the participants' heads."""

    scenario: str
    entries: tuple[Entry, ...] = ()
    base: int = 0
    now: int = START
    heads: Mapping[str, Head] = field(default_factory=dict)

    def id(self, name: str) -> str:
        """The id of a statement, or of a participant."""
        if name in self.heads:
            return self.heads[name].id
        return next(entry.id for entry in self.entries if entry.name == name)

    def statement(self, name: str) -> str:
        """The bytes of a statement."""
        return next(entry.statement for entry in self.entries if entry.name == name)

    def members(self, by: str, act: str, **members: Any) -> dict[str, Any]:
        """The members of an act, with those that all acts share; `ABSENT` leaves one out."""
        head = self.heads[by]
        shared = {
            "version": 1,
            "type": act,
            "home": self.heads["exchange"].id,
            "issuer": head.id,
            "under": head.under,
            "issued_at": moment(self.now),
        }
        return {name: value for name, value in {**shared, **members}.items() if value is not ABSENT}

    def say(self, by: str, act: str, *, signer: Key | None = None, **members: Any) -> str:
        """A statement of a participant, by its key or another one."""
        signed = self.members(by, act, **members)
        return primitives.statement(signed, self.heads[by].key if signer is None else signer)

    def then(self, name: str, statement: str, *, after: int = STEP, time: int | None = None) -> World:
        """The world after the registration of a statement; `after`: milliseconds until the next one is signed."""
        entry = Entry(name, self.now + DELAY if time is None else time, statement)
        return replace(self, entries=(*self.entries, entry), now=self.now + after)

    def joined(self, name: str, statement: str, signer: Key) -> World:
        """The world after a participant's statement, the first one or a successor."""
        identifier = digest(statement.encode())
        first = self.heads[name].id if name in self.heads else identifier
        heads = {**self.heads, name: Head(first, identifier, signer)}
        label = name if first == identifier else f"{name}-{len(self.entries)}"
        return replace(self.then(label, statement), heads=heads)

    def later(self, millis: int) -> World:
        """The same, some time later."""
        return replace(self, now=self.now + millis)

    def without_later(self, name: str) -> World:
        """The log as it was before the entry of this name."""
        at = next(number for number, entry in enumerate(self.entries) if entry.name == name)
        return replace(self, entries=self.entries[:at], base=min(self.base, at))

    def fixed(self) -> World:
        """This world as a scenario: cases refer to its entries by number."""
        return replace(self, base=len(self.entries))

    def log(self) -> dict[str, Any]:
        """The log of a case: a scenario's first entries, and those that stand in the case itself."""
        given: dict[str, Any] = {"scenario": self.scenario, "entries": self.base}
        then = [{"time": entry.time, "statement": entry.statement} for entry in self.entries[self.base :]]
        return {**given, "then": then} if then else given


def described(name: str, next_key: str, *keys: dict[str, Any], **members: Any) -> dict[str, Any]:
    """What a participant says of itself: the name, keys (its own by default), and one next key."""
    return {
        "name": f"{name.capitalize()} Data Ltd",
        "kind": "company",
        "jurisdiction": "NL",
        "keys": list(keys) or [listed(key(name).x)],
        "next": [key(next_key).kid],
        **members,
    }


NOTES: Final = (
    "steps 1 to 11 of registration; admission checks are left out, as in a replay",
    "`log` is the log before: the first `entries` entries of the scenario, and then those of the case itself",
    "`clock` is what the exchange's clock shows, in ms since the epoch",
    "`effects` says what some subjects have come to, in the words of `GET /state`; records have more members",
    "a refusal leaves log and state as they were",
    "an accepted receipt of sealed content is judged alone; the release that an exchange appends with it is an entry of"
    " its own",
)


class Candidates:
    """Adds cases to a file: a candidate, the log before it, the exchange's clock, and what has to happen."""

    def __init__(self, path: str, about: str, *keys: str) -> None:
        names = ("exchange", "acme", "buyer", "carol", "dave", *keys)
        self.file = VectorFile(path=path, schema="registration", about=about, notes=NOTES, keys=names)

    def accept(
        self,
        name: str,
        situation: str,
        world: World,
        statement: str,
        *effects: Mapping[str, Any],
        clock: int | None = None,
        about: Sequence[str] = (),
        flags: Sequence[str] = (),
    ) -> None:
        """A candidate that is registered, with these effects."""
        clock = world.now + DELAY if clock is None else clock
        last = world.entries[-1].time if world.entries else 0
        expect = accept(
            id=digest(statement.encode()),
            index=len(world.entries),
            time=max(clock, last),
            effects=list(effects),
        )
        given = {"log": world.log(), "clock": clock, "statement": statement}
        self.file.add(name, situation, given, expect, about=about, flags=flags)

    def refuse(
        self,
        name: str,
        situation: str,
        world: World,
        statement: str,
        code: str,
        *,
        pointer: str | None = None,
        winner: str | None = None,
        clock: int | None = None,
        about: Sequence[str] = (),
        flags: Sequence[str] = (),
    ) -> None:
        """A candidate that is refused, and leaves log and state as they were."""
        clock = world.now + DELAY if clock is None else clock
        given = {"log": world.log(), "clock": clock, "statement": statement}
        flags = [*flags, *(["slot"] if winner else [])]
        expect = refuse(code, pointer=pointer, winner=winner)
        self.file.add(name, situation, given, expect, about=about, flags=flags)


def effect(kind: str, identifier: str, **record: Any) -> dict[str, Any]:
    """What a subject has come to, in the words of `GET /state`: some members of its record."""
    return {"kind": kind, "id": identifier, "record": record}
