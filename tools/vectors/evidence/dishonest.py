"""Evidence of a log that registered what its rules forbid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tools.vectors import scenarios
from tools.vectors.acts.participants import successor
from tools.vectors.evidence import sealed, sealed_dishonest
from tools.vectors.evidence.building import Cases, broken, error, sheet, trade
from tools.vectors.files import VectorFile
from tools.vectors.primitives import (
    Key,
    b64url,
    canonical,
    jws,
    key,
    moment,
    sha256,
    statement,
)
from tools.vectors.scenarios import listing, receipt, rotated, say, standing
from tools.vectors.world import DAY, World


def file() -> VectorFile:
    """The file of logs that broke their rules."""
    cases = Cases(
        "evidence/dishonest.json",
        "Evidence of logs that registered what they had to refuse.",
        "eve",
        *sealed.KEYS,
    )
    _statements(cases)
    _identities(cases)
    _deals(cases)
    sealed_dishonest.add(cases)
    return cases.file


def _dishonest(cases: Cases, world: World, refused: Mapping[str, tuple[str, str, str]], *also: str) -> None:
    """Logs that registered, as the last entry, what they had to refuse; `also` shows why."""
    for name, (situation, text, code) in refused.items():
        log = world.then("bad", text)
        found = broken(code, log.id("bad"))
        cases.add(
            name,
            situation,
            sheet("bad", log, also=frozenset(also)).file(),
            found,
            about=["LAD-EVI-019"],
            flags=["dishonest-log"],
        )


def _statements(cases: Cases) -> None:
    world, acme = trade(), key("acme")
    good = world.say("acme", "listing", **listing())
    head, body, _ = good.split(".")
    members = world.members("acme", "listing", **listing())
    unsorted = canonical(members).replace(b'{"home"', b'{ "home"')
    _dishonest(
        cases,
        world,
        {
            "no-envelope": ("The log registered a text that is no statement.", "hello", "malformed-envelope"),
            "spelling": ("The log registered a padded statement.", good + "==", "bad-base64url"),
            "no-json": ("The log registered a payload that is no JSON.", jws(b"hello", acme), "bad-json"),
            "not-canonical": (
                "The log registered a payload with a space.",
                jws(unsorted, acme),
                "not-canonical",
            ),
            "unknown-type": (
                "The log registered an act that does not exist.",
                world.say("acme", "gift"),
                "unknown-type",
            ),
            "bad-member": (
                "The log registered an act without a member.",
                world.say("acme", "listing"),
                "bad-member",
            ),
            "bad-signature": (
                "The log registered a statement that is not signed.",
                f"{head}.{body}.{b64url(bytes(64))}",
                "bad-signature",
            ),
            "unknown-key": (
                "The log registered a statement of a stranger's key.",
                world.say("acme", "listing", signer=key("carol"), **listing()),
                "unknown-key",
            ),
            "wrong-home": (
                "The log registered a statement of another home.",
                world.say("acme", "listing", home=trade().id("acme"), **listing()),
                "wrong-home",
            ),
            "too-old": (
                "The log registered a statement two days after its issue.",
                world.say("acme", "listing", issued_at=moment(world.now - 2 * DAY), **listing()),
                "issued-too-old",
            ),
        },
    )


def _identities(cases: Cases) -> None:
    world = trade()
    moved = rotated(world, "acme", "acme-next", "acme-next-2", revoked=[key("acme").kid])
    forked = replace(moved, heads=world.heads)
    second = _successor(forked, key("acme-next"))
    _dishonest(
        cases,
        moved,
        {
            "forked-chain": (
                "The log registered two successors of one statement: a forked identity.",
                second,
                "stale-previous",
            ),
            "stale-under": (
                "The log registered a listing under a statement that has a successor.",
                forked.say("acme", "listing", **listing()),
                "stale-under",
            ),
            "revoked-key": (
                "The log registered an acceptance of a listing whose key was revoked.",
                moved.say("buyer", "acceptance", **standing(moved, "listing", "PO-2")),
                "revoked-key",
            ),
        },
        f"acme-{len(world.entries)}",
    )
    expelled = scenarios.admit(world, "buyer", status="expelled")
    back = expelled.say("exchange", "admission", participant=world.id("buyer"), status="admitted", roles=[])
    situation = "The log registered an admission of somebody who was expelled."
    refused = {"back-from-expulsion": (situation, back, "admission-not-in-table")}
    _dishonest(cases, expelled, refused, "expelled buyer")
    stolen = _successor(world, key("carol"))
    usurped = scenarios.newcomer(world, "carol", kind="exchange", exchange=scenarios.exchange())
    usurped.pop("home")
    _dishonest(
        cases,
        world,
        {
            "taken-over": ("The log registered a successor that nothing promised.", stolen, "not-next-key"),
            "second-exchange": (
                "The log registered a second exchange.",
                statement(usurped, key("carol")),
                "not-entry-zero",
            ),
            "self-admitted": (
                "The log registered an admission by a participant.",
                world.say(
                    "acme", "admission", participant=world.id("acme"), status="admitted", roles=["consumer"]
                ),
                "wrong-issuer",
            ),
        },
    )


def _successor(world: World, signer: Key) -> str:
    return successor(world, "acme", signer, name="Another")


def _deals(cases: Cases) -> None:
    world = trade()
    _dishonest(
        cases,
        world,
        {
            "second-receipt": (
                "The log registered a second receipt.",
                world.say("buyer", "receipt", **receipt(world, "delivery")),
                "delivery-not-open",
            ),
        },
        "receipt",
    )
    _dishonest(
        cases,
        world,
        {
            "reference-used": (
                "The log registered a purchase twice.",
                world.say("buyer", "acceptance", **standing(world, "listing", "PO-1")),
                "reference-used",
            ),
        },
        "contract",
    )
    _dishonest(
        cases,
        world,
        {
            "purpose": (
                "The log registered a purchase for a purpose that is not permitted.",
                world.say("buyer", "acceptance", **standing(world, "listing", "PO-2", purpose="advertising")),
                "purpose-not-permitted",
            ),
            "not-as-listed": (
                "The log registered a delivery of another content.",
                world.say("acme", "delivery", **scenarios.delivery(world, "contract", 2, 999)),
                "not-as-listed",
            ),
            "stranger-delivers": (
                "The log registered a delivery by the consumer.",
                world.say("buyer", "delivery", **scenarios.delivery(world, "contract", 2)),
                "wrong-party",
            ),
            "withdrawn-by-another": (
                "The log registered a withdrawal by somebody else.",
                world.say("buyer", "withdrawal", statement=world.id("listing")),
                "not-author",
            ),
        },
    )
    _handover(cases, world)
    _second_acceptance(cases, world)
    _too_early(cases, world)


def _handover(cases: Cases, world: World) -> None:
    before = replace(world, entries=world.entries[:-1])
    late = replace(before, now=before.now + 8 * DAY)
    other = {**receipt(before, "delivery"), "content_root": "sha256:" + sha256(b"other").hex()}
    _dishonest(
        cases,
        before,
        {
            "receipt-mismatch": (
                "The log registered a receipt of another content.",
                before.say("buyer", "receipt", **other),
                "receipt-mismatch",
            ),
        },
    )
    _dishonest(
        cases,
        late,
        {
            "deadline-passed": (
                "The log registered a receipt after the deadline.",
                late.say("buyer", "receipt", **receipt(late, "delivery")),
                "deadline-passed",
            ),
        },
    )


def _second_acceptance(cases: Cases, world: World) -> None:
    offered = say(world, "offer", "buyer", "offer", **scenarios.offer(world, "listing", "acme"))
    taken = say(offered, "taken", "acme", "acceptance", offer=offered.id("offer"))
    _dishonest(
        cases,
        taken,
        {
            "second-acceptance": (
                "The log registered two acceptances of one offer.",
                taken.say("acme", "acceptance", offer=taken.id("offer")),
                "offer-not-open",
            ),
        },
        "taken",
    )


def _too_early(cases: Cases, world: World) -> None:
    """The receipt stands before the delivery that it names."""
    *first, handed, got = world.entries
    swapped = replace(world, entries=(*first, replace(got, time=handed.time), replace(handed, time=got.time)))
    situation = "The log registered a receipt before the delivery that it names."
    found = error("unknown-statement", world.id("receipt"))
    cases.add(
        "too-early",
        situation,
        sheet(world=swapped).file(),
        found,
        about=["LAD-REG-006"],
        flags=["dishonest-log"],
    )
