"""Evidence about sealed deliveries, what follows on them, and their contents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from tools.vectors.acts.sealed_deliveries import next_parcel, renewed
from tools.vectors.acts.sealed_deliveries import sent as delivered
from tools.vectors.contents import content
from tools.vectors.evidence.building import Cases, Sheet, error, note, sheet, unknown
from tools.vectors.parcels import acknowledged, of_scenario, sealed_market, wrong_key
from tools.vectors.primitives import seed
from tools.vectors.scenarios import DELIVERED, say
from tools.vectors.sealing import salt, seal_key
from tools.vectors.statements.carrier import put
from tools.vectors.world import DAY, World

KEYS: Final = ("carol", "exchange-seal", "buyer-seal", "carol-seal")
_DATA: Final = content(DELIVERED)


@lru_cache
def handed_over() -> World:
    """The scenario, in which the delivery `sent` was received and released too."""
    return acknowledged(sealed_market(), of_scenario("sent"), "got-sent", "released-sent")


def about(subject: str, world: World | None = None) -> Sheet:
    """The evidence about a statement of the scenario, or of a log that goes on from it."""
    return sheet(subject, sealed_market() if world is None else world)


def index_of(world: World, name: str) -> int:
    """The place of an entry."""
    return next(at for at, entry in enumerate(world.entries) if entry.name == name)


def add_valid(cases: Cases) -> None:
    """What is VALID."""
    subjects = {
        "sent": "A sealed delivery.",
        "got": "The receipt of a sealed delivery, with its release.",
        "released": "A release.",
        "lapsed": "The lapse of a sealed delivery.",
        "claimed": "A claim: that its proof is right is not asked.",
    }
    for name, situation in subjects.items():
        tested = ["LAD-EVI-016", "LAD-EVI-020"]
        cases.add(f"sealed-{name}", situation, about(name).file(), about=tested)
    world = sealed_market()
    claim = wrong_key(of_scenario("taken"), world.id("released"), 0, world.id("carol"))
    world = say(world, "wrong key", "buyer", "claim", **claim)
    situation = "A claim whose arbiter the file does not show."
    cases.add("sealed-wrong-key", situation, about("wrong key", world).file(), about=["LAD-EVI-016"])
    _checkpoints(cases)
    _keys_not_shown(cases)
    for name, subject, salts in _contents():
        situation = f"The data file with its salts beside the evidence: {name}."
        evidence = subject.file()
        tested = ["LAD-EVI-014", "LAD-SEA-009"]
        cases.add(f"salts-{name}", situation, evidence, content=_DATA, salts=salts, about=tested)
    situation = "Salts beside the data file of a clear delivery: they are not asked for."
    salts = of_scenario("sent").content.salts
    cases.add(
        "salts-clear", situation, about("plain").file(), content=_DATA, salts=salts, about=["LAD-EVI-014"]
    )


def _checkpoints(cases: Cases) -> None:
    receipt = index_of(sealed_market(), "got")
    sizes = {"before-the-receipt": receipt, "after-the-release": receipt + 2}
    for name, size in sizes.items():
        situation = f"A smaller checkpoint {name.replace('-', ' ')}."
        evidence = replace(about("claimed"), cut=(size,)).file()
        cases.add(f"checkpoint-{name}", situation, evidence, about=["LAD-EVI-024"], flags=["boundary"])


def _keys_not_shown(cases: Cases) -> None:
    world = renewed(sealed_market(), "buyer")
    what = next_parcel(world)
    kid = seal_key("buyer-seal-2").kid
    text = delivered(world, what, sealed=put(kid, ["consumer", "key"], what.sealed))
    log = world.then("next", text)
    situation = "A delivery to a seal key that is listed in a statement which the file does not show."
    cases.add("seal-key-not-shown", situation, about("next", log).file(), about=["LAD-EVI-019"])


def _contents() -> Iterator[tuple[str, Sheet, bytes]]:
    """Subjects whose content is sealed data of one chunk, and the salts."""
    world, sent, late = handed_over(), of_scenario("sent"), of_scenario("late")
    for subject in ("sent", "got-sent", "released-sent"):
        yield subject, about(subject, world), sent.content.salts
    yield "late", about("late"), late.content.salts
    yield "lapsed", about("lapsed"), late.content.salts
    claim = wrong_key(sent, world.id("released-sent"), 0, world.id("carol"))
    yield "claim", about("bad", say(world, "bad", "buyer", "claim", **claim)), sent.content.salts
    yield "listing", about("rails"), salt(seed("rails secret"), 0)
    yield "contract", about("bound"), salt(seed("rails secret"), 0)


def add_incomplete(cases: Cases) -> None:
    """What leaves a file INDETERMINATE."""
    world, flags = sealed_market(), ["incomplete"]
    found = unknown("missing-release", world.id("got"))
    bare = about("got").without("released")
    cases.add("missing-release", "The release of a receipt is missing.", bare.file(), found, flags=flags)
    situation = "The release of a receipt is missing, and a later statement is shown."
    cases.add("missing-release-later", situation, bare.showing("rails", "late").file(), found, flags=flags)
    situation = "The release of a receipt is withheld."
    hidden = replace(about("got"), withheld=frozenset({"released"}))
    cases.add("withheld-release", situation, hidden.file(), found, flags=flags)
    for name, subject in (("subject", "released"), ("claim", "claimed")):
        found = unknown("missing-statement", world.id("released"))
        situation = f"A release that is missing from evidence about it, or about a claim: {name}."
        cases.add(
            f"missing-release-of-{name}",
            situation,
            about(subject).without("released").file(),
            found,
            flags=flags,
        )
    elsewhere = about("roads").showing(*_shown("got")).without("released")
    situation = "A receipt without its release, which the subject does not need."
    cases.add("missing-release-elsewhere", situation, elsewhere.file(), about=["LAD-EVI-023"])
    for name, sealed_subject, _ in _contents():
        if name in ("sent", "got-sent", "lapsed", "claim"):
            subject = sealed_subject.world.id(sealed_subject.subject)
            situation = f"A data file without its salts beside evidence about sealed content: {name}."
            cases.add(
                f"no-salts-{name}",
                situation,
                sealed_subject.file(),
                unknown("no-salts", subject),
                content=_DATA,
                flags=flags,
            )


def _shown(subject: str) -> list[str]:
    """The names of what is in the closure of a statement."""
    closure = about(subject).closure()
    return [entry.name for entry in sealed_market().entries if entry.id in closure]


def add_invalid(cases: Cases) -> None:
    """Contents and salts that are not those that were signed."""
    world = handed_over()
    salts, subject = of_scenario("sent").content.salts, world.id("got-sent")
    changed = bytes([_DATA[0] ^ 1]) + _DATA[1:]
    files = {
        "other-salts": ("The salts of another delivery.", _DATA, of_scenario("late").content.salts),
        "salt-bit": ("A salt with one bit changed.", _DATA, bytes([salts[0] ^ 1]) + salts[1:]),
        "salts-short": ("A salt that is a byte short.", _DATA, salts[:-1]),
        "salts-empty": ("An empty salts file.", _DATA, b""),
        "salts-long": ("A byte after the last salt.", _DATA, salts + b"\0"),
        "sealed-bit": ("The right salts, and data with one bit changed.", changed, salts),
        "salted-data": ("Data with its salt before it.", salts + _DATA, salts),
    }
    for name, (situation, data, handed) in files.items():
        found = error("content-mismatch", subject)
        evidence = about("got-sent", world).file()
        flags = ["truncated"] if name == "salts-short" else []
        cases.add(name, situation, evidence, found, content=data, salts=handed, flags=flags)
    found = error("content-mismatch", world.id("rails"))
    situation = "Data without salts beside a listing whose promise is of sealed content."
    cases.add(
        "listing-without-salts", situation, about("rails").file(), found, content=_DATA, about=["LAD-EVI-014"]
    )
    found = error("content-mismatch", world.id("plain"))
    situation = "The data of a clear delivery with one bit changed, and salts."
    cases.add("clear-bit-salts", situation, about("plain").file(), found, content=changed, salts=salts)


def add_gaps(cases: Cases, world: World, lines: Callable[[int, int], Callable[[str], str]]) -> None:
    """A claim that witnesses saw within its dispute window, or after it; `lines` cosign the two checkpoints then."""
    released = next(entry.time for entry in world.entries if entry.name == "released")
    early, end = released // 1000 + 1, (released + 14 * DAY) // 1000
    claim, shown = world.id("claimed"), about("claimed", world)
    earlier = {entry.id for entry in world.entries if early * 1000 - entry.time > 60_000}
    others = [note("time-gap", identifier) for identifier in sorted(shown.closure() & earlier)]
    for name, seconds, found in (("before", end, note), ("after", end + 1, unknown)):
        evidence = replace(shown, cut=(index_of(world, "claimed"),), lines=lines(early, seconds))
        cases.add(
            f"dispute-window-{name}",
            f"A claim that the log registered in time, cosigned shortly {name} the end of its dispute window.",
            evidence.file(),
            *others,
            found("time-gap", claim),
            policy="one-witness",
            about=["LAD-CLM-004", "LAD-EVI-011"],
            flags=["witnessed", "time", "boundary"],
        )
