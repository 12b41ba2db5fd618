"""Who joins a log, how a chain goes on, and what an exchange says of its log keys."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors.edwards import decoded, torsion
from tools.vectors.primitives import Key, b64url, digest, key, listed, moment, statement
from tools.vectors.scenarios import admit, closed, market, newcomer, rotated
from tools.vectors.world import ABSENT, DAY, START, Candidates, World, effect

EVE: Final = key("eve")


def candidates(*names: str) -> Candidates:
    """The rules of participant statements but for those about seal keys, whose `names` are told."""
    cases = Candidates(
        "participant/rules.json",
        "Participant statements: chains, keys, revocations.",
        *names,
        *("eve", "eve-next", "acme-next", "acme-next-2", "acme-everyday", "exchange-next", "log", "log-2"),
    )
    _newcomers(cases)
    _keys(cases)
    _chains(cases)
    _broken_chains(cases)
    _revocations(cases)
    return cases


def first(world: World, signer: Key = EVE, **members: Any) -> str:
    """The first statement of a newcomer."""
    whole = {**newcomer(world, "eve"), **members}
    return statement({name: value for name, value in whole.items() if value is not ABSENT}, signer)


def successor(world: World, whose: str, signer: Key, **members: Any) -> str:
    """A successor in somebody's chain, listing the key that signs it."""
    head = world.heads[whose]
    links = {"issuer": head.id, "under": head.under, "previous": head.under}
    whole = {
        **newcomer(world, whose),
        **links,
        "keys": [listed(signer.x)],
        "next": [key(f"{whose}-next-2").kid],
    }
    whole |= members
    return statement({name: value for name, value in whole.items() if value is not ABSENT}, signer)


def _newcomers(cases: Candidates) -> None:
    world = market()
    eve = first(world)
    pending = effect(
        "participant", digest(eve.encode()), state="pending", roles=[], head=digest(eve.encode())
    )
    cases.accept("newcomer", "Somebody registers.", world, eve, pending, about=["LAD-PAR-006"])
    old = first(world, issued_at=moment(START - 400 * DAY))
    cases.accept(
        "issued-long-ago",
        "A first statement that was issued long ago: no window applies.",
        world,
        old,
        about=["LAD-STM-025"],
        flags=["time"],
    )
    ahead = first(world, issued_at=moment(START + 400 * DAY))
    cases.accept(
        "issued-ahead",
        "A first statement that claims to be issued in a year.",
        world,
        ahead,
        about=["LAD-STM-026"],
        flags=["time"],
    )
    same = first(world, key("acme"), keys=[listed(key("acme").x)])
    cases.accept(
        "same-key",
        "A newcomer that lists the key of somebody else, and signs with it.",
        world,
        same,
        about=["LAD-STM-045"],
    )
    cases.refuse(
        "closed", "A newcomer where nobody is taken in.", closed(), first(closed()), "onboarding-closed"
    )


def _keys(cases: Candidates) -> None:
    world = market()
    own = listed(EVE.x)
    stranger = first(world, key("carol"))
    cases.refuse(
        "unlisted",
        "Signed by a key that it does not list.",
        world,
        stranger,
        "unlisted-key",
        flags=["forged"],
    )
    narrow = first(world, keys=[listed(EVE.x, ["delivery"])])
    cases.refuse(
        "may-not", "Signed by a listed key that may sign deliveries only.", world, narrow, "key-not-allowed"
    )
    wide = first(world, keys=[listed(EVE.x, ["participant"])])
    cases.accept(
        "may",
        "Signed by a listed key that may sign participant statements only.",
        world,
        wide,
        about=["LAD-STM-024"],
    )
    points = torsion()
    mixed = decoded(EVE.public) + points[1]
    bad = {
        "neutral": ("the neutral element", points[0].encoded, ["low-order"]),
        "order-8": ("a point of order 8", points[1].encoded, ["low-order"]),
        "mixed": ("a key of mixed order", mixed.encoded, ["mixed-order"]),
        "not-on-the-curve": ("32 bytes that are no point", (2).to_bytes(32, "little"), []),
        "large-y": (
            "a point in a second spelling",
            (2**255 - 19 + 1).to_bytes(32, "little"),
            ["second-spelling"],
        ),
    }
    for name, (what, public, flags) in bad.items():
        text = first(world, keys=[own, listed(b64url(public))])
        cases.refuse(f"unsound-{name}", f"It also lists {what}.", world, text, "bad-key", flags=flags)
    head, body, _ = first(world).split(".")
    swapped = ".".join((head, body, first(world, name="Eve").split(".")[2]))
    cases.refuse(
        "signature-of-another",
        "The signature of another statement of the same key.",
        world,
        swapped,
        "bad-signature",
        flags=["crossed"],
    )


def _chains(cases: Candidates) -> None:
    world = market()
    acme = world.heads["acme"].id
    promised = key("acme-next")
    good = successor(world, "acme", promised)
    changed = effect("participant", acme, head=digest(good.encode()), state="admitted", roles=["provider"])
    cases.accept("successor", "A participant changes its keys.", world, good, changed, about=["LAD-PAR-003"])
    everyday = successor(world, "acme", key("acme"))
    cases.refuse(
        "everyday-key",
        "A successor signed by the everyday key, which nothing promised.",
        world,
        everyday,
        "not-next-key",
        flags=["forged"],
    )
    unknown = successor(world, "acme", EVE)
    cases.refuse(
        "stolen",
        "A successor signed by a key of a stranger.",
        world,
        unknown,
        "not-next-key",
        flags=["forged"],
    )
    after = rotated(world, "acme", "acme-next", "acme-next-2")
    winner = after.heads["acme"].under
    second = successor(world, "acme", promised, name="Acme, too")
    cases.refuse(
        "second-successor",
        "A second successor of one statement.",
        after,
        second,
        "stale-previous",
        pointer="/previous",
        winner=winner,
    )


def _broken_chains(cases: Candidates) -> None:
    world = market()
    acme = world.heads["acme"].id
    promised = key("acme-next")
    nowhere = digest(b"nowhere")
    lost = successor(world, "acme", promised, previous=nowhere, under=nowhere)
    cases.refuse(
        "previous-unknown",
        "A previous that is not registered.",
        world,
        lost,
        "stale-previous",
        pointer="/previous",
    )
    other = world.heads["buyer"].id
    crossed = successor(world, "acme", promised, previous=other, under=other)
    cases.refuse(
        "previous-of-another",
        "A previous of another participant.",
        world,
        crossed,
        "stale-previous",
        pointer="/previous",
        flags=["crossed"],
    )
    listing = world.id("roads")
    odd = successor(world, "acme", promised, previous=listing, under=listing)
    cases.refuse(
        "previous-no-participant",
        "A previous that is a listing.",
        world,
        odd,
        "stale-previous",
        pointer="/previous",
    )
    nobody = successor(world, "acme", promised, issuer=nowhere)
    cases.refuse(
        "issuer-unknown",
        "An issuer that is not registered.",
        world,
        nobody,
        "unknown-issuer",
        pointer="/issuer",
    )
    suspended = admit(world, "acme", status="suspended")
    effect_ = effect("participant", acme, state="suspended")
    cases.accept(
        "suspended",
        "A suspended participant changes its keys.",
        suspended,
        successor(suspended, "acme", promised),
        effect_,
        about=["LAD-ADM-004"],
    )


def _revocations(cases: Candidates) -> None:
    world, promised = market(), key("acme-next")
    acme = world.heads["acme"].id
    revoking = successor(world, "acme", promised, revoked=[key("acme").kid])
    effect_ = effect("participant", acme, statements=2)
    cases.accept("revokes", "A successor revokes the key that was used before.", world, revoking, effect_)
    own = successor(world, "acme", promised, revoked=[promised.kid])
    cases.refuse("revokes-itself", "A successor revokes the key that it lists.", world, own, "revoked-key")
    next_key = successor(world, "acme", promised, revoked=[key("acme-next-2").kid])
    cases.refuse(
        "revokes-next", "A successor revokes the key that it promises.", world, next_key, "revoked-key"
    )
    newborn = first(world, revoked=[EVE.kid])
    cases.refuse(
        "newcomer-revokes-itself", "A newcomer revokes the key that it lists.", world, newborn, "revoked-key"
    )
    after = rotated(world, "acme", "acme-next", "acme-next-2", revoked=[key("acme").kid])
    keys = [listed(key("acme-next-2").x), listed(key("acme").x)]
    again = successor(after, "acme", key("acme-next-2"), keys=keys, next=[key("acme-next-3").kid])
    cases.refuse(
        "lists-again", "A successor lists a key that an earlier one revoked.", after, again, "revoked-key"
    )
    promise = successor(after, "acme", key("acme-next-2"), next=[key("acme").kid])
    cases.refuse(
        "promises-again",
        "A successor promises a key that an earlier one revoked.",
        after,
        promise,
        "revoked-key",
    )
    elsewhere = first(after, key("acme"), keys=[listed(key("acme").x)])
    cases.accept(
        "revoked-by-another",
        "A newcomer lists a key that somebody else revoked.",
        after,
        elsewhere,
        about=["LAD-STM-045", "LAD-PAR-007"],
    )
