"""Evidence that proves what it says."""

from __future__ import annotations

from dataclasses import replace

from tools.vectors import scenarios
from tools.vectors.acts.exchanges import second_log_key
from tools.vectors.evidence import sealed
from tools.vectors.evidence.building import ADMISSIONS, Cases, data, note, sheet, small, trade
from tools.vectors.files import VectorFile
from tools.vectors.primitives import key, note_line
from tools.vectors.scenarios import admit, delivery, join, listing, refusal, rotated, say
from tools.vectors.world import World

NEW_KEY = f"exchange-{len(trade().entries)}"
"""The name of the exchange's second statement."""


def file() -> VectorFile:
    """The file of VALID evidence."""
    cases = Cases("evidence/valid.json", "Evidence files whose verdict is VALID.", "second-log", *sealed.KEYS)
    _subjects(cases)
    _chains(cases)
    _shown(cases)
    _checkpoints(cases)
    _contents(cases)
    sealed.add_valid(cases)
    return cases.file


def _subjects(cases: Cases) -> None:
    for name in ("exchange", "acme", "admitted acme", "listing", "contract", "delivery", "receipt"):
        world = trade()
        index = next(at for at, item in enumerate(world.entries) if item.name == name)
        until = replace(world, entries=world.entries[: index + 1])
        situation = f"The subject is the last entry: {name}."
        cases.add(name.replace(" ", "-"), situation, sheet(name, until).file(), about=["LAD-EVI-020"])
    world = trade()
    world = say(world, "offer", "buyer", "offer", **scenarios.offer(world, "listing", "acme"))
    world = say(world, "no", "acme", "rejection", offer=world.id("offer"), reason="price")
    world = say(world, "gone", "acme", "withdrawal", statement=world.id("listing"))
    cases.add("rejection", "The rejection of an offer.", sheet("no", world).file())
    cases.add("withdrawal", "The withdrawal of a listing.", sheet("gone", world).file())
    situation = "A receipt, and the withdrawal of the listing that came later."
    cases.add(
        "later-withdrawal", situation, sheet("receipt", world).showing("gone").file(), about=["LAD-EVI-021"]
    )
    world = _until("delivery")
    world = say(world, "refusal", "buyer", "receipt", **refusal(world, "delivery"))
    cases.add("refusal", "A receipt that refuses.", sheet("refusal", world).file())


def _until(name: str) -> World:
    """The trade up to an entry."""
    world = trade()
    index = next(at for at, item in enumerate(world.entries) if item.name == name)
    return replace(world, entries=world.entries[: index + 1])


def _chains(cases: Cases) -> None:
    world = rotated(trade(), "acme", "acme-next", "acme-next-2", revoked=[key("acme").kid])
    world = say(world, "newer", "acme", "listing", **listing(title="Newer"))
    situation = "A listing under the second statement of its issuer."
    cases.add("changed-keys", situation, sheet("newer", world).file(), about=["LAD-EVI-016"])
    world = say(trade(), "newer", "acme", "listing", **listing(supersedes=trade().id("listing")))
    cases.add(
        "newer-version",
        "A listing that supersedes another one.",
        sheet("newer", world).file(),
        about=["LAD-EVI-016"],
    )
    world = say(trade(), "second", "acme", "delivery", **delivery(trade(), "contract", 2))
    situation = "The second delivery of a contract, without the first one: numbers are not judged."
    cases.add(
        "number-not-judged",
        situation,
        sheet("second", world).file(),
        about=["LAD-EVI-019"],
    )
    whole = sheet().showing(*ADMISSIONS)
    situation = "With the admissions of both parties, as an exporter is to add them."
    cases.add("admissions", situation, whole.file(), about=["LAD-EVI-017", "LAD-EVI-019"])


def _shown(cases: Cases) -> None:
    bare = replace(sheet(), also=frozenset({"admitted buyer"}), withheld=frozenset({"admitted buyer"}))
    cases.add(
        "withheld-elsewhere",
        "A withheld entry that the subject does not need.",
        bare.file(),
        about=["LAD-EVI-009"],
    )
    world = admit(join(trade(), "carol"), "carol", "consumer")
    without = sheet("listing", world).showing("admitted carol")
    missing = note("missing-statement", world.id("carol"))
    situation = "An admission that the subject does not need, of a participant that the file lacks."
    cases.add("missing-elsewhere", situation, without.file(), missing, about=["LAD-EVI-008"])
    hidden = replace(without.showing("carol"), withheld=frozenset({"carol"}))
    situation = "An admission that the subject does not need, of a participant that is withheld."
    cases.add(
        "names-withheld", situation, hidden.file(), note("withheld", world.id("carol")), about=["LAD-EVI-009"]
    )


def _checkpoints(cases: Cases) -> None:
    cases.add("two-checkpoints", "The first entries under a smaller checkpoint.", sheet(cut=(4,)).file())
    stranger = small(lines=lambda text: note_line("stranger.example", b"\x01\x02\x03\x04", bytes(64)))
    situation = "A signature line by nobody in the policy."
    cases.add(
        "unknown-signature", situation, stranger.file(), note("unknown-signature"), about=["LAD-EVI-013"]
    )
    world = second_log_key(trade())
    world = say(world, "late", "acme", "listing", **listing(title="Late"))
    late = sheet("late", world, signers=(key("log-2"),)).showing(NEW_KEY)
    situation = "A checkpoint by the log key that the exchange listed later, under a policy that trusts only that one."
    cases.add("second-log-key", situation, late.file(), policy="new-key", about=["LAD-EVI-005"])
    world = second_log_key(trade(), overlap=True)
    world = say(world, "late", "acme", "listing", **listing(title="Late"))
    both = sheet("late", world, signers=(key("log"), key("log-2"))).showing(NEW_KEY)
    situation = "A checkpoint by both log keys, at a size that lies in the ranges of both."
    cases.add("both-log-keys", situation, both.file(), policy="both-keys", about=["LAD-LOG-006"])
    cases.add(
        "two-logs", "A second log of the file has a participant of its own.", two_logs(), policy="second-log"
    )


def two_logs() -> dict[str, object]:
    """A file with the parts of two logs."""
    signer, origin = key("second-log"), "second.example"
    opening = scenarios.exchange_members(exchange=scenarios.exchange_at(origin, signer))
    world = scenarios.opened("second", **opening)
    other = sheet("exchange", world, origin=origin, signers=(signer,))
    return {**small().file(), "logs": [small().log(), other.log()]}


def _contents(cases: Cases) -> None:
    for name in ("listing", "contract", "delivery", "receipt"):
        situation = f"The data file beside its evidence: {name}."
        until = sheet(name, _until(name))
        cases.add(
            f"content-{name}", situation, until.file(), content=data(), about=["LAD-EVI-014", "LAD-TRF-007"]
        )
    world = say(_until("delivery"), "taken back", "acme", "withdrawal", statement=trade().id("delivery"))
    situation = "The data file beside the withdrawal of its delivery."
    cases.add(
        "content-withdrawal",
        situation,
        sheet("taken back", world).file(),
        content=data(),
        about=["LAD-EVI-014"],
    )
