"""Evidence with erased entries, of logs that ended, of participants that moved, and of keys with a limit."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from tools.vectors import erasing
from tools.vectors.acts.closings import after, at, text_of
from tools.vectors.acts.erasures import sold
from tools.vectors.contents import described
from tools.vectors.evidence.building import (
    ADMISSIONS,
    SIZE,
    Cases,
    Sheet,
    data,
    error,
    note,
    sheet,
    trade,
    unknown,
)
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, key, listed
from tools.vectors.scenarios import STANDING, admit, delivery, listing, market, offer, rotated, say, standing
from tools.vectors.world import DAY, World

NAMES = (
    "exchange-next",
    "exchange-next-2",
    "exchange-next-3",
    "acme-next",
    "acme-next-2",
    "buyer-next",
    "buyer-next-2",
)

SIDES = ("acme", "buyer", *ADMISSIONS)
"""Both parties of the trade, and their admissions."""


def file() -> VectorFile:
    """The file of evidence with erased entries."""
    cases = Cases(
        "evidence/erased.json",
        "Evidence files with entries whose bytes were erased; logs that ended, homes that changed, keys with a limit,"
        " and issuers who were expelled.",
        *NAMES,
    )
    _erased(cases)
    _kept(cases)
    _false(cases)
    _closing(cases)
    _others(cases)
    _expelled(cases)
    return cases.file


def _listing(world: World) -> dict[str, Any]:
    """The erasure of the listing of the trade."""
    changes = erasing.listing(world, "listing", standing=STANDING, promise=described(SIZE))
    return erasing.erasure(world, "listing", changes, sort="listing")


def _contract(world: World) -> dict[str, Any]:
    """The erasure of the acceptance of the trade."""
    changes = erasing.contract(world, "contract", "listing", "PO-1", promise=described(SIZE))
    told = {"sort": "acceptance", **erasing.parties(world, "contract")}
    return erasing.erasure(world, "contract", changes, "buyer", **told)


def _delivery(world: World, **members: Any) -> dict[str, Any]:
    """The erasure of the delivery of the trade; `members` are others than its record had."""
    changes = erasing.delivery(world, "delivery", "contract", "listing", 1, **{**described(SIZE), **members})
    return erasing.erasure(world, "delivery", changes, sort="delivery", **erasing.parties(world, "contract"))


@lru_cache
def _without(name: str) -> World:
    """The trade after one of its statements was erased."""
    told = {"listing": _listing, "contract": _contract, "delivery": _delivery}[name]
    return say(trade(), "erased", "exchange", "erasure", **told(trade()))


def _showing(world: World, subject: str, gone: str) -> Sheet:
    """What is shown where bytes are gone: the entry, and its erasure."""
    return sheet(subject, world, also=frozenset({"erased"}), withheld=frozenset({gone}))


def _erased(cases: Cases) -> None:
    about, flags = ["LAD-EVI-028", "LAD-EVI-029"], ["incomplete"]
    order = ("listing", "contract", "delivery", "receipt")
    for place, gone in enumerate(order[:3]):
        world = _without(gone)
        names = [*order[place:], "erased"]
        found = [unknown("erased", world.id(name)) for name in names]
        situation = f"What the subject rests on was erased, and everything after it can be told: {gone}."
        evidence = _showing(world, "receipt", gone).file()
        cases.add(f"erased-{gone}", situation, evidence, *found, about=about, flags=flags)
    world = _without("listing")
    found = [unknown("erased", world.id(name)) for name in ("listing", "erased")]
    situation = "The subject itself was erased."
    cases.add(
        "subject", situation, _showing(world, "listing", "listing").file(), *found, about=about, flags=flags
    )
    evidence = _showing(world, "erased", "listing").file()
    situation = "The subject is the erasure of what is gone."
    cases.add("subject-erasure", situation, evidence, *found, about=about, flags=flags)
    none = {**unknown("no-content"), "statement": world.id("listing")}
    situation = (
        "A data file beside an erased listing: that it promised this content is the exchange's word alone."
    )
    evidence = _showing(world, "listing", "listing").file()
    cases.add(
        "content", situation, evidence, *found, none, content=data(), about=["LAD-EVI-015"], flags=flags
    )


def _kept(cases: Cases) -> None:
    """What an erasure does no harm to."""
    world = _without("listing")
    both = sheet("erased", world)
    situation = "The erasure, beside the bytes that a party kept."
    cases.add("bytes-kept", situation, both.file(), about=["LAD-EVI-019"])
    both = sheet("receipt", world).showing("erased")
    situation = "A receipt, with all the bytes that it rests on, and the later erasure of one."
    cases.add("receipt-with-bytes", situation, both.file(), about=["LAD-EVI-020"])
    bought = say(market(), "erased", "exchange", "erasure", **sold(market()))
    situation = "The erasure of an offer, whose bytes a party kept; which contract it belongs to, its acceptance says."
    for name, also, found in (
        ("offer-kept", frozenset({"bound"}), ()),
        (
            "offer-kept-acceptance-not-shown",
            frozenset[str](),
            (unknown("changes-mismatch", bought.id("erased")),),
        ),
    ):
        evidence = sheet("erased", bought, also=also).file()
        cases.add(
            name, situation, evidence, *found, about=["LAD-EVI-026"], flags=["incomplete"] if found else []
        )
    world = say(world, "other", "acme", "listing", **listing(title="Other", standing=STANDING))
    shown = sheet("other", world, also=frozenset({"listing", "erased"}), withheld=frozenset({"listing"}))
    notes = [note("erased", world.id(name)) for name in ("listing", "erased")]
    situation = "Another listing; what was erased is shown, and nothing needs it."
    cases.add("elsewhere", situation, shown.file(), *notes, about=["LAD-EVI-029"])


def _false(cases: Cases) -> None:
    """Erasures that are not what they say."""
    world = trade()
    told, flags = _contract(world), ["forged"]
    by_acme = say(world, "erased", "acme", "erasure", **told)
    evidence = _showing(by_acme, "receipt", "contract")
    found = [unknown("erased", by_acme.id(name)) for name in ("contract", "delivery", "receipt")]
    wrong = error("wrong-issuer", by_acme.id("erased"))
    situation = "A party erases."
    cases.add("by-party", situation, evidence.file(), *found, wrong, about=["LAD-EVI-019"], flags=flags)
    text = world.say("exchange", "erasure", signer=key("other-log"), **told)
    forged = world.then("erased", text)
    found = [unknown("erased", forged.id(name)) for name in ("contract", "delivery", "receipt")]
    wrong = error("unknown-key", forged.id("erased"))
    situation = "An erasure that the exchange did not sign."
    evidence = _showing(forged, "receipt", "contract")
    cases.add("unsigned", situation, evidence.file(), *found, wrong, about=["LAD-EVI-019"], flags=flags)
    elsewhere = say(world, "erased", "exchange", "erasure", **{**told, "index": 3})
    found = [unknown("withheld", world.id("contract")), note("withheld", world.id("contract"))]
    situation = "An erasure that names another index: the entry counts as withheld."
    evidence = _showing(elsewhere, "receipt", "contract")
    cases.add("other-index", situation, evidence.file(), *found, about=["LAD-EVI-009"], flags=["incomplete"])
    _changes(cases)
    twice = say(
        _without("listing"), "again", "exchange", "erasure", **{**_listing(world), "ground": "unlawful"}
    )
    wrong = error("erased-already", twice.id("again"))
    both = sheet("again", twice).showing("erased")
    situation = "A log with two erasures of one statement."
    cases.add("twice", situation, both.file(), wrong, flags=["dishonest-log"])
    of_receipt = erasing.erasure(
        world, "receipt", [], "buyer", sort="receipt", **erasing.parties(world, "contract")
    )
    kept = say(world, "erased", "exchange", "erasure", **of_receipt)
    wrong = error("not-erasable", kept.id("erased"))
    situation = "A log with the erasure of a receipt."
    cases.add("receipt-erased", situation, sheet("erased", kept).file(), wrong, flags=["dishonest-log"])


def _changes(cases: Cases) -> None:
    """The exchange says of a statement what it did not change."""
    world, flags = trade(), ["dishonest-log"]
    lie = say(world, "erased", "exchange", "erasure", **_delivery(world, size=SIZE + 1))
    found = [unknown("erased", lie.id(name)) for name in ("delivery", "receipt", "erased")]
    wrong = unknown("receipt-mismatch", lie.id("receipt"))
    situation = "By the erasure of a delivery its receipt is wrong: that rests on the exchange's word."
    evidence = _showing(lie, "receipt", "delivery")
    cases.add("lie", situation, evidence.file(), *found, wrong, about=["LAD-EVI-030"], flags=flags)
    absurd = say(world, "erased", "exchange", "erasure", **_delivery(world, chunk_size=0, deadline=-1))
    found = [unknown("erased", absurd.id(name)) for name in ("delivery", "receipt", "erased")]
    wrong = unknown("deadline-passed", absurd.id("receipt"))
    situation = "By the erasure of a delivery its chunks have no size, and its deadline lay before all time."
    evidence = _showing(absurd, "receipt", "delivery")
    cases.add("absurd", situation, evidence.file(), *found, wrong, about=["LAD-EVI-030"], flags=flags)
    told = _contract(world)
    silent = say(world, "erased", "exchange", "erasure", **{**told, "changes": told["changes"][:3]})
    found = [unknown("erased", silent.id(name)) for name in ("contract", "delivery", "erased")]
    wrong = unknown("unknown-statement", silent.id("delivery"))
    situation = "By the erasure of an acceptance no contract was concluded."
    evidence = _showing(silent, "receipt", "contract")
    cases.add("silence", situation, evidence.file(), *found, wrong, about=["LAD-EVI-030"], flags=flags)
    both = sheet("erased", lie)
    situation = "The same erasure beside the bytes: whether the changes are right only the whole log decides."
    cases.add("lie-with-bytes", situation, both.file(), about=["LAD-ERA-004"], flags=flags)


def _closing(cases: Cases) -> None:
    """A log that goes on although its exchange closes."""
    world, flags = trade(), ["dishonest-log"]
    closes = world.now + 31 * DAY
    closing = after(world, **at(closes))
    head = closing.entries[-1].name
    bad = say(closing, "late", "acme", "listing", **listing(title="Late"))
    wrong = error("exchange-closing", bad.id("late"))
    situation = "A listing after the exchange said that it closes."
    cases.add("closing-listing", situation, sheet("late", bad).showing(head).file(), wrong, flags=flags)
    over = closing.later(closes - closing.now)
    bad = say(over, "late", "acme", "delivery", **delivery(over, "contract", 2, SIZE))
    doubt = unknown("exchange-closing", bad.id("late"))
    situation = "A delivery after the closing; that it was moved to later could be missing from the file."
    evidence = sheet("late", bad).showing(head).file()
    cases.add(
        "closing-delivery", situation, evidence, doubt, about=["LAD-EVI-026"], flags=["incomplete", "time"]
    )
    closed = after(over, **at(closes, closed={}))
    last = closed.entries[-1].name
    bad = say(closed, "late", "acme", "withdrawal", statement=closed.id("listing"))
    wrong = error("exchange-closed", bad.id("late"))
    situation = "A withdrawal after the end of the log."
    evidence = sheet("late", bad).showing(head, last).file()
    cases.add("after-the-end", situation, evidence, wrong, flags=flags)
    bad = world.joined("exchange", text_of(world, **at(world.now + DAY)), key("exchange-next"))
    wrong = error("wrong-closing", bad.entries[-1].id)
    shown = replace(sheet("receipt", bad), subject=bad.entries[-1].name)
    situation = "A closing that was announced a day before."
    cases.add("closing-too-soon", situation, shown.file(), wrong, flags=flags)


def _others(cases: Cases) -> None:
    """Homes and limits."""
    world, flags = trade(), ["dishonest-log"]
    moved = rotated(world, "acme", "acme-next", "acme-next-2", home=digest(b"elsewhere"))
    there = say(moved, "next", "acme", "delivery", **delivery(moved, "contract", 2, SIZE))
    situation = "A delivery by a participant that has moved."
    cases.add("moved", situation, sheet("next", there).file(), about=["LAD-PAR-026"])
    back = rotated(moved, "acme", "acme-next-2", "acme-next")
    shown = replace(sheet("receipt", back), subject=back.entries[-1].name)
    situation = "A participant that has moved comes home to its old log."
    cases.add("moved-and-back", situation, shown.file(), about=["LAD-PAR-026"])
    limit = {"amount": "99.99", "currency": "EUR"}
    narrow = rotated(
        world, "buyer", "buyer-next", "buyer-next-2", keys=[{**listed(key("buyer-next").x), "limit": limit}]
    )
    said = {
        "offer": offer(narrow, "listing", "acme"),
        "acceptance": standing(narrow, "listing", "PO-2"),
    }
    for act, members in said.items():
        bad = say(narrow, "too much", "buyer", act, **members)
        wrong = error("over-limit", bad.id("too much"))
        situation = f"A key that signs more than its limit: {act}."
        cases.add(f"limit-{act}", situation, sheet("too much", bad).file(), wrong, flags=flags)


def _expelled(cases: Cases) -> None:
    """Nobody comes back from an expulsion, so the file alone shows what the log had to refuse."""
    world = trade()
    said: dict[str, tuple[str, str, dict[str, Any]]] = {
        "listing": ("acme", "listing", listing(title="Late")),
        "offer": ("acme", "offer", offer(world, "listing", "buyer")),
        "acceptance": ("buyer", "acceptance", standing(world, "listing", "PO-2")),
    }
    for name, (by, act, members) in said.items():
        out = admit(world, by, status="expelled")
        bad = say(out, "late", by, act, **members)
        shown = sheet("late", bad).showing(*SIDES, f"expelled {by}")
        wrong = error("not-admitted", bad.id("late"))
        situation = f"What somebody begins who was expelled: {name}."
        cases.add(
            f"expelled-{name}", situation, shown.file(), wrong, about=["LAD-EVI-019"], flags=["dishonest-log"]
        )
        shown = sheet("late", bad)
        situation = f"The same, in a file without the expulsion: {name}."
        cases.add(f"expulsion-missing-{name}", situation, shown.file(), about=["LAD-EVI-019"])
    held = admit(world, "acme", status="suspended")
    late = say(held, "late", "acme", "listing", **listing(title="Late"))
    shown = sheet("late", late).showing(*SIDES, "suspended acme")
    situation = "A listing of somebody who was suspended: the admission after that could be missing."
    cases.add("suspended-listing", situation, shown.file(), about=["LAD-EVI-019"])
