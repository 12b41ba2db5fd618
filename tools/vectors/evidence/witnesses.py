"""Witnesses: quorums, and the times that cosignatures bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tools.vectors.evidence import sealed
from tools.vectors.evidence.building import Cases, error, note, sheet, small, trade, unknown, witness_line
from tools.vectors.files import VectorFile
from tools.vectors.parcels import sealed_market
from tools.vectors.primitives import cosignature, key, key_id, note_line
from tools.vectors.world import DAY

_LAST = trade().entries[1].time // 1000
"""When the second entry was registered, in whole seconds."""


def file() -> VectorFile:
    """The file of witnessed evidence."""
    cases = Cases(
        "evidence/witnesses.json", "Evidence files under policies that ask for witnesses.", *sealed.KEYS
    )
    _met(cases)
    _not_met(cases)
    _forged(cases)
    _gaps(cases)
    return cases.file


def cosigned(*by: str, seconds: int = _LAST) -> Callable[[str], str]:
    """The lines of several witnesses at one time."""
    return lambda text: "".join(witness_line(name, seconds)(text) for name in by)


def _quorums() -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    one, two, three = "witness-1", "witness-2", "witness-3"
    yield "one", "one-witness", (one,), True
    yield "one-missing", "one-witness", (), False
    yield "one-other", "one-witness", (two,), False
    yield "two-of-three", "two-of-three", (one, three), True
    yield "three-of-three", "two-of-three", (one, two, three), True
    yield "one-of-three", "two-of-three", (three,), False
    yield "all", "all", (one, two, three), True
    yield "all-but-one", "all", (one, two), False
    yield "any", "any", (two,), True
    yield "none-of-any", "any", (), False
    yield "nested", "nested", (two, three), True
    yield "nested-inner-alone", "nested", (one, two), False
    yield "nested-outer-alone", "nested", (three,), False


def _met(cases: Cases) -> None:
    for name, policy, by, met in _quorums():
        if met:
            evidence = small(lines=cosigned(*by)).file()
            strangers = [note("unknown-signature")] if _strangers(policy, by) else []
            situation = f"Cosigned by {len(by)} of the witnesses; the quorum is met: {policy}."
            cases.add(f"met-{name}", situation, evidence, *strangers, policy=policy, flags=["witnessed"])
    both = small(lines=cosigned("witness-1", "witness-2")).file()
    situation = "A witness that the policy does not name has cosigned too."
    cases.add(
        "met-and-stranger",
        situation,
        both,
        note("unknown-signature"),
        policy="one-witness",
        flags=["witnessed"],
    )
    ignored = small(lines=cosigned("witness-1")).file()
    situation = "A witness has cosigned, and the policy asks for none."
    cases.add("not-asked-for", situation, ignored, note("unknown-signature"), flags=["witnessed"])


def _strangers(policy: str, by: tuple[str, ...]) -> bool:
    return policy == "one-witness" and any(name != "witness-1" for name in by)


def _not_met(cases: Cases) -> None:
    for name, policy, by, met in _quorums():
        if not met:
            evidence = small(lines=cosigned(*by)).file()
            strangers = [note("unknown-signature")] if _strangers(policy, by) else []
            situation = f"Cosigned by {len(by)} of the witnesses; the quorum is not met: {policy}."
            found = [unknown("quorum-not-met"), *strangers]
            cases.add(
                f"not-met-{name}",
                situation,
                evidence,
                *found,
                policy=policy,
                flags=["witnessed", "incomplete"],
            )
    double = small(lines=lambda text: cosigned("witness-1")(text) * 2).file()
    situation = "One witness has cosigned twice, where two are needed."
    cases.add(
        "one-witness-twice",
        situation,
        double,
        unknown("quorum-not-met"),
        policy="two-of-three",
        flags=["witnessed"],
    )


def _forged(cases: Cases) -> None:
    witness = key("witness-1")
    name, identifier = "witness-1.example", key_id("witness-1.example", 4, witness.public)
    lines: dict[str, tuple[str, Callable[[str], str]]] = {
        "other-text": (
            "The cosignature is over another text.",
            lambda text: cosignature(text + "x", name, witness, _LAST),
        ),
        "other-time": (
            "The time in the line is not the one that was signed.",
            lambda text: note_line(name, identifier, (_LAST + 1).to_bytes(8, "big") + _signature(text)),
        ),
        "plain-signature": (
            "A plain signature of the note in place of a cosignature.",
            lambda text: note_line(name, identifier, witness.sign(text.encode())),
        ),
        "other-key": (
            "Another key cosigned under the witness's name and key id.",
            lambda text: note_line(
                name, identifier, _LAST.to_bytes(8, "big") + key("witness-2").sign(text.encode())
            ),
        ),
        "truncated": (
            "The cosignature is a byte short.",
            lambda text: note_line(name, identifier, _LAST.to_bytes(8, "big") + _signature(text)[:-1]),
        ),
    }
    for label, (situation, line) in lines.items():
        evidence = small(lines=line).file()
        cases.add(
            f"forged-{label}",
            situation,
            evidence,
            error("bad-checkpoint"),
            policy="one-witness",
            about=["LAD-LOG-014"],
            flags=["witnessed", "forged"],
        )


def _signature(text: str) -> bytes:
    """The cosignature's 64 bytes at the right time."""
    return key("witness-1").sign(f"cosignature/v1\ntime {_LAST}\n{text}".encode())


def _gaps(cases: Cases) -> None:
    world = trade()
    first, second = world.entries[0], world.entries[1]
    exact = replace(
        world, entries=tuple(replace(item, time=item.time // 1000 * 1000) for item in world.entries[:2])
    )
    at = exact.entries[0].time // 1000
    situation = "Cosigned 60 seconds after the first entry: no gap."
    cases.add(
        "gap-60-seconds",
        situation,
        sheet("acme", exact, lines=cosigned("witness-1", seconds=at + 60)).file(),
        policy="one-witness",
        about=["LAD-EVI-011"],
        flags=["witnessed", "boundary"],
    )
    situation = "Cosigned 61 seconds after the first entry, and 1 after the second."
    cases.add(
        "gap-61-seconds",
        situation,
        sheet("acme", exact, lines=cosigned("witness-1", seconds=at + 61)).file(),
        note("time-gap", first.id),
        policy="one-witness",
        flags=["witnessed", "boundary"],
    )
    late = small(lines=cosigned("witness-1", seconds=at + 3600)).file()
    situation = "Cosigned an hour later: nothing hangs on it."
    gaps = [note("time-gap", first.id), note("time-gap", second.id)]
    cases.add("gap-hour", situation, late, *gaps, policy="one-witness", flags=["witnessed"])
    early = small(
        lines=lambda text: (
            cosigned("witness-1", seconds=at + 1)(text) + cosigned("witness-2", seconds=at + 3600)(text)
        )
    )
    situation = "Two of three witnesses are needed; the second one cosigned an hour later."
    cases.add(
        "gap-second-witness", situation, early.file(), *gaps, policy="two-of-three", flags=["witnessed"]
    )
    deadline = (next(item.time for item in world.entries if item.name == "delivery") + 7 * DAY) // 1000
    receipt = world.id("receipt")
    others = [note("time-gap", identifier) for identifier in sorted(sheet().closure() - {receipt})]
    for name, seconds, found in (("before", deadline, note), ("after", deadline + 1, unknown)):
        evidence = sheet(lines=cosigned("witness-1", seconds=seconds)).file()
        situation = f"Cosigned shortly {name} the deadline of the receipt, which the log registered in time."
        cases.add(
            f"deadline-{name}",
            situation,
            evidence,
            *others,
            found("time-gap", receipt),
            policy="one-witness",
            about=["LAD-RCP-003"],
            flags=["witnessed", "time", "boundary"],
        )
    sealed.add_gaps(cases, sealed_market(), _first_and_last)


def _first_and_last(first: int, last: int) -> Callable[[str], str]:
    """Cosigned at one time where the tree does not hold everything yet, and at another where it does."""
    whole = len(sealed_market().entries)

    def lines(text: str) -> str:
        size = int(text.split("\n")[1])
        return cosigned("witness-1", seconds=last if size == whole else first)(text)

    return lines
