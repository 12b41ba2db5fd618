"""Seal keys where keys are listed, and where a key signs."""

from __future__ import annotations

from typing import Final

from tools.vectors.acts.participants import EVE, candidates, first, successor
from tools.vectors.acts.sealed_deliveries import renewed
from tools.vectors.files import VectorFile
from tools.vectors.parcels import of_scenario, received, sealed_market, sealing_keys
from tools.vectors.primitives import canonical, digest, header, jws, key, listed, moment
from tools.vectors.scenarios import listing, market, newcomer
from tools.vectors.sealed.keys import ORDER_8, changed, coefficient
from tools.vectors.sealing import listed_seal, seal_key
from tools.vectors.world import DAY, Candidates, World, effect

NAMES: Final = ("buyer-seal", "buyer-seal-2", "buyer-next", "eve-seal", "exchange-seal-2", "exchange-next")
NOWHERE: Final = digest(b"nowhere")


def participants() -> VectorFile:
    """The rules of participant statements."""
    cases = candidates(*NAMES)
    _add_participants(cases)
    return cases.file


def _add_participants(cases: Candidates) -> None:
    """Who lists seal keys, and replaces and revokes them."""
    world, own = market(), listed(EVE.x)
    with_key = first(world, **sealing_keys("eve", "eve-seal"))
    record = effect("participant", digest(with_key.encode()), state="pending")
    cases.accept("seal-key", "A newcomer has a seal key.", world, with_key, record, about=["LAD-PAR-001"])
    two = first(world, **sealing_keys("eve", "eve-seal", "buyer-seal"))
    situation = "Two seal keys, one of which somebody else lists too."
    cases.accept("seal-keys-two", situation, world, two, about=["LAD-STM-049"])
    points = {"0": 0, "p-minus-1": 2**255 - 20, "order-8": ORDER_8[0]}
    unsound = {
        "coefficient": ("a coefficient of 3329", changed(*coefficient(700, 3329)), ["boundary"]),
        **{
            f"u-{name}": (f"an X25519 key of low order: {name}", _with_u(u), ["low-order"])
            for name, u in points.items()
        },
    }
    for name, (what, public, flags) in unsound.items():
        text = first(world, keys=[own, listed_seal(public)])
        situation = f"It lists a seal key with {what}."
        cases.refuse(f"unsound-seal-key-{name}", situation, world, text, "bad-seal-key", flags=flags)
    alone = first(world, keys=[listed_seal(seal_key("eve-seal").public)])
    cases.refuse("seal-key-alone", "It lists a seal key and no other.", world, alone, "unlisted-key")
    text = _signed_by_seal_key(world)
    situation = "The header names a seal key that is listed, as if it could sign."
    cases.refuse("signed-by-seal-key", situation, world, text, "unlisted-key", flags=["crossed"])
    _chains(cases)


def _with_u(u: int) -> bytes:
    return changed(1184, u.to_bytes(32, "little"))


def _signed_by_seal_key(world: World) -> str:
    members = {**newcomer(world, "eve"), **sealing_keys("eve", "eve-seal")}
    return jws(canonical(members), EVE, header(seal_key("eve-seal").kid))


def _chains(cases: Candidates) -> None:
    world = sealed_market()
    after = renewed(world, "buyer")
    record = effect("participant", world.id("buyer"), head=after.heads["buyer"].under, statements=2)
    text = after.entries[-1].statement
    cases.accept("seal-key-replaced", "A participant replaces its seal key.", world, text, record)
    kid = seal_key("buyer-seal").kid
    text = renewed(world, "buyer", revoked=[kid]).entries[-1].statement
    cases.accept("seal-key-revoked", "A participant replaces and revokes its seal key.", world, text)
    keys = sealing_keys("buyer-next", "buyer-seal")
    text = successor(world, "buyer", key("buyer-next"), **keys, revoked=[kid])
    situation = "A successor revokes the seal key that it lists."
    cases.refuse("seal-key-revokes-itself", situation, world, text, "revoked-key")
    gone = renewed(world, "buyer", revoked=[kid])
    keys = sealing_keys("buyer-next-2", "buyer-seal")
    text = successor(gone, "buyer", key("buyer-next-2"), **keys, next=[key("buyer-next-3").kid])
    situation = "A successor lists a seal key that an earlier one revoked."
    cases.refuse("seal-key-lists-again", situation, gone, text, "revoked-key")


def add_exchange(cases: Candidates) -> None:
    """An exchange replaces its seal key."""
    world = sealed_market()
    text = renewed(world, "exchange").entries[-1].statement
    head = effect("participant", world.id("exchange"), head=digest(text.encode()), state="admitted")
    situation = "An exchange replaces its seal key; its log key stays."
    cases.accept("seal-key-replaced", situation, world, text, head, about=["LAD-PAR-009"])


def add_identity(cases: Candidates) -> None:
    """A seal key as the key of a statement."""
    world = sealed_market()
    members = world.members("buyer", "receipt", **of_scenario("sent").receipt(world))
    text = jws(canonical(members), key("buyer"), header(seal_key("buyer-seal").kid))
    situation = "The header names a seal key of the issuer, as if it could sign."
    cases.refuse("seal-key", situation, world, text, "unknown-key", flags=["crossed"])


def two_faults() -> dict[str, tuple[World, str, str]]:
    """Statements with two faults at the end of a log in which a release is due."""
    world = received(sealed_market(), of_scenario("sent"))
    long_ago = moment(world.now - 2 * DAY)
    return {
        "signature-before-due": (world, _forged(world), "bad-signature"),
        "time-before-due": (
            world,
            world.say("acme", "listing", **listing(issued_at=long_ago)),
            "issued-too-old",
        ),
        "due-before-reference": (
            world,
            world.say("acme", "listing", **listing(supersedes=NOWHERE)),
            "release-due",
        ),
        "due-before-issuer": (
            world,
            world.say("acme", "lapse", delivery=world.id("plain")),
            "release-due",
        ),
    }


def _forged(world: World) -> str:
    head, body, _ = world.say("acme", "listing", **listing()).split(".")
    return f"{head}.{body}.{world.say('acme', 'listing', signer=EVE, **listing()).split('.')[2]}"
