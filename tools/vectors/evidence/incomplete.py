"""Evidence that lacks something, or is asked for more than it knows."""

from __future__ import annotations

from dataclasses import replace

from tools.vectors.evidence import sealed
from tools.vectors.evidence.building import Cases, data, note, sheet, small, trade, unknown
from tools.vectors.evidence.valid import two_logs
from tools.vectors.files import VectorFile
from tools.vectors.primitives import key
from tools.vectors.scenarios import listing, rotated, say


def file() -> VectorFile:
    """The file of INDETERMINATE evidence."""
    cases = Cases(
        "evidence/indeterminate.json",
        "Evidence files whose verdict is INDETERMINATE.",
        "second-log",
        *sealed.KEYS,
    )
    _trust(cases)
    _missing(cases)
    _withheld(cases)
    _not_understood(cases)
    _contents(cases)
    sealed.add_incomplete(cases)
    return cases.file


def _trust(cases: Cases) -> None:
    about = ["LAD-EVI-003"]
    policies = {
        "other-key": "The policy has another key for this origin: the key of another exchange.",
        "other-log": "The policy trusts another log.",
    }
    found = (unknown("untrusted-log"), note("unknown-signature"))
    for policy, situation in policies.items():
        cases.add(f"untrusted-{policy}", situation, sheet().file(), *found, policy=policy, about=about)
    situation = "The log that the policy does not know holds nothing that the subject needs."
    cases.add(
        "untrusted-second",
        situation,
        two_logs(),
        unknown("untrusted-log"),
        note("unknown-signature"),
        about=about,
    )
    forged = small(signers=(key("other-log"),))
    situation = "A checkpoint by another key, under the log's name."
    cases.add(
        "stranger",
        situation,
        forged.file(),
        unknown("untrusted-log"),
        note("unknown-signature"),
        about=about,
        flags=["forged"],
    )


def _missing(cases: Cases) -> None:
    world, flags = trade(), ["incomplete"]
    for name in ("exchange", "acme", "buyer", "listing", "contract", "delivery", "receipt"):
        found = unknown("missing-statement", world.id(name))
        evidence = sheet().without(name)
        if name == "exchange":
            found = unknown("missing-statement")
        cases.add(
            f"missing-{name}",
            f"The statement is missing: {name}.",
            evidence.file(),
            found,
            about=["LAD-EVI-016"],
            flags=flags,
        )
    moved = rotated(world, "acme", "acme-next", "acme-next-2")
    moved = rotated(moved, "acme", "acme-next-2", "acme-next-3")
    moved = say(moved, "newer", "acme", "listing", **listing(title="Newer"))
    second = next(item for item in moved.entries if item.name.startswith("acme-"))
    found = unknown("missing-statement", second.id)
    situation = "The second of three statements of a chain is missing."
    cases.add(
        "missing-previous", situation, sheet("newer", moved).without(second.name).file(), found, flags=flags
    )


def _withheld(cases: Cases) -> None:
    world, flags = trade(), ["incomplete"]
    for name in ("exchange", "acme", "listing", "contract", "delivery", "receipt"):
        found = unknown("withheld", world.id(name))
        evidence = replace(sheet(), withheld=frozenset({name}))
        cases.add(
            f"withheld-{name}", f"The statement is withheld: {name}.", evidence.file(), found, flags=flags
        )


def _not_understood(cases: Cases) -> None:
    world = trade()
    later = say(world, "later", "acme", "listing", **{**listing(), "version": 2})
    found = unknown("unknown-version", later.id("later"))
    situation = "The subject is of a version that this verifier does not know."
    cases.add("version", situation, sheet("later", later).file(), found, about=["LAD-EVI-019"])
    critical = {"extensions": {"urn:example:x": 1}, "critical": ["urn:example:x"]}
    later = say(world, "later", "acme", "listing", **listing(**critical))
    found = unknown("unknown-critical", later.id("later"))
    situation = "The subject has a critical extension that this verifier does not know."
    cases.add("critical", situation, sheet("later", later).file(), found, about=["LAD-EVI-019"])


def _contents(cases: Cases) -> None:
    found = unknown("no-content")
    situation = "A data file beside evidence about a participant."
    cases.add(
        "no-content", situation, small().file(), {**found, "statement": trade().id("acme")}, content=data()
    )
    world = say(trade(), "bare", "acme", "listing", **listing(title="Bare"))
    situation = "A data file beside evidence about a listing that promises no content."
    found = unknown("no-content", world.id("bare"))
    cases.add("no-content-listing", situation, sheet("bare", world).file(), found, content=data())
