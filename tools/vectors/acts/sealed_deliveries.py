"""What the rules of deliveries ask of sealed ones: parties, seal keys, shares, numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tools.vectors.acts.participants import successor
from tools.vectors.parcels import Parcel, of_scenario, parcel, sealed_market, sealing_keys
from tools.vectors.primitives import digest, key
from tools.vectors.scenarios import STANDING, delivery, exchange, listing, say, standing
from tools.vectors.sealing import seal_key
from tools.vectors.statements.carrier import put
from tools.vectors.world import ABSENT, DAY, DELAY, Candidates, World, effect

SEALS = ("exchange-seal", "buyer-seal", "carol-seal", "buyer-seal-2", "exchange-seal-2")


def add(cases: Candidates) -> None:
    """Add the cases."""
    _good(cases)
    _as_listed(cases)
    _parties(cases)
    _unknown_keys(cases)
    _replaced_keys(cases)
    _revoked_keys(cases)
    _shares(cases)
    _numbers(cases)


def next_parcel(world: World, name: str = "next", **members: Any) -> Parcel:
    """The next sealed delivery under the contract `deal`."""
    return parcel(world, name, "deal", 5, **members)


def sent(world: World, what: Parcel, contract: str = "deal", by: str = "acme", **members: Any) -> str:
    """A sealed delivery."""
    return world.say(by, "delivery", **{**what.delivery(world, contract), **members})


def _good(cases: Candidates) -> None:
    world = sealed_market()
    deadline = world.now + DELAY + 7 * DAY
    provided = {"custody": "provider", "url": "https://acme.example/roads"}
    shapes: dict[str, tuple[str, Parcel, dict[str, Any]]] = {
        "sealed": ("A sealed delivery.", next_parcel(world), {}),
        "sealed-empty": ("A sealed delivery of no bytes.", next_parcel(world, size=0), {}),
        "sealed-at-the-provider": ("The chunks are the provider's to keep.", next_parcel(world), provided),
    }
    for name, (situation, what, members) in shapes.items():
        text = sent(world, what, **members)
        record = {"state": "open", "form": "sealed", "custody": "exchange", "sealed": what.sealed, **members}
        made = effect("delivery", digest(text.encode()), deadline=deadline, **record)
        flags = ["boundary"] if what.size == 0 else []
        cases.accept(name, situation, world, text, made, about=["LAD-DLV-010", "LAD-DLV-015"], flags=flags)


def _as_listed(cases: Candidates) -> None:
    world = sealed_market()
    promised, other = parcel(world, "rails", "bound", 1), parcel(world, "other rails", "bound", 1)
    cases.accept(
        "sealed-as-listed",
        "The sealed content that the listing promises: its root does not depend on the shares.",
        world,
        sent(world, promised, "bound"),
        about=["LAD-DLV-004"],
    )
    situation = "The same data with other salts than the listing promises."
    cases.refuse("sealed-other-salts", situation, world, sent(world, other, "bound"), "not-as-listed")
    lifted: dict[str, dict[str, Any]] = {
        "projected": {"fields": ["id", "position"]},
        "marked": {"marked": "buyer-17"},
        "projected-and-marked": {"fields": ["id"], "marked": "buyer-17"},
    }
    for name, members in lifted.items():
        text = sent(world, other, "bound", **members)
        situation = f"Another content than the listing promises, which is {name.replace('-', ' ')}."
        cases.accept(f"sealed-{name}", situation, world, text, about=["LAD-DLV-016"])
    text = world.say("acme", "delivery", **delivery(world, "bound", 1, 999, fields=["id"]))
    situation = "Another clear content than the listing promises, which is projected."
    cases.accept("clear-projected", situation, world, text, about=["LAD-DLV-016"])


def _parties(cases: Candidates) -> None:
    world = sealed_market()
    bought = say(world, "ours", "exchange", "acceptance", **standing(world, "roads", "X-1"))
    to = parcel(bought, "next", "ours", 1, to="exchange")
    text = sent(bought, to, "ours", sealed=put(seal_key("exchange-seal").kid, ["consumer", "key"], to.sealed))
    situation = "A sealed delivery to the exchange itself."
    cases.refuse("exchange-is-consumer", situation, bought, text, "exchange-is-party")
    clear = bought.say("acme", "delivery", **delivery(bought, "ours", 1))
    situation = "A clear delivery to the exchange itself."
    cases.accept("clear-to-the-exchange", situation, bought, clear, about=["LAD-DLV-011"])
    terms = {"standing": {**STANDING, "eligible": [world.id("buyer")]}}
    shop = say(world, "shop", "exchange", "listing", **listing(title="Lists", **terms))
    shop = say(shop, "ours", "buyer", "acceptance", **standing(shop, "shop", "X-1"))
    own = parcel(shop, "next", "ours", 1)
    own = replace(own, binding=replace(own.binding, provider=shop.id("exchange")))
    situation = "A sealed delivery by the exchange itself."
    text = sent(shop, own, "ours", by="exchange")
    cases.refuse("exchange-is-provider", situation, shop, text, "exchange-is-party")


def _unknown_keys(cases: Candidates) -> None:
    world = sealed_market()
    what = next_parcel(world)
    others = {
        "nobodys": ("a seal key of nobody", seal_key("nobody-seal").kid, ("exchange", "consumer")),
        "of-another": ("the seal key of somebody else", seal_key("carol-seal").kid, ("exchange", "consumer")),
        "exchanges": ("the seal key of the exchange", seal_key("exchange-seal").kid, ("consumer",)),
        "consumers": ("the seal key of the consumer", seal_key("buyer-seal").kid, ("exchange",)),
        "signing": ("the signing key of the consumer", key("buyer").kid, ("consumer",)),
        "next": ("the key that the consumer promised", key("buyer-next").kid, ("consumer",)),
    }
    for name, (whose, kid, roles) in others.items():
        for role in roles:
            text = sent(world, what, sealed=put(kid, [role, "key"], what.sealed))
            situation = f"The share of the {role} is sealed to {whose}."
            flags = ["crossed"] if name != "nobodys" else []
            cases.refuse(f"{role}-key-{name}", situation, world, text, "unknown-seal-key", flags=flags)


def renewed(world: World, who: str, **members: Any) -> World:
    """The world after somebody replaced its seal key."""
    text = successor(world, who, key(f"{who}-next"), **_new_keys(who), **members)
    return world.joined(who, text, key(f"{who}-next"))


def _new_keys(who: str) -> dict[str, Any]:
    keys = {"keys": sealing_keys(f"{who}-next", f"{who}-seal-2")["keys"]}
    if who != "exchange":
        return keys
    its_own = {"exchange": exchange(), "kind": "exchange", "name": "Vector Exchange"}
    return {**keys, **its_own, "home": ABSENT}


def _replaced_keys(cases: Candidates) -> None:
    about = ["LAD-DLV-012"]
    for who, role in (("buyer", "consumer"), ("exchange", "exchange")):
        world = renewed(sealed_market(), who)
        what = next_parcel(world)
        situation = f"The share of the {role} is sealed to the key that it had before."
        cases.accept(f"{role}-key-before", situation, world, sent(world, what), about=about)
        kid = seal_key(f"{who}-seal-2").kid
        text = sent(world, what, sealed=put(kid, [role, "key"], what.sealed))
        situation = f"The share of the {role} is sealed to its new key."
        cases.accept(f"{role}-key-now", situation, world, text, about=about)


def _revoked_keys(cases: Candidates) -> None:
    for who, role in (("buyer", "consumer"), ("exchange", "exchange")):
        world = renewed(sealed_market(), who, revoked=[seal_key(f"{who}-seal").kid])
        situation = f"The share of the {role} is sealed to a key that it has revoked."
        text = sent(world, next_parcel(world))
        cases.refuse(f"{role}-key-revoked", situation, world, text, "revoked-key")
    world = renewed(sealed_market(), "buyer", revoked=[seal_key("exchange-seal").kid])
    situation = "The consumer has revoked the seal key of the exchange, which is none of its own."
    text = sent(world, next_parcel(world))
    cases.accept("key-revoked-by-another", situation, world, text, about=["LAD-PAR-007"])


def _shares(cases: Candidates) -> None:
    world = sealed_market()
    what = next_parcel(world)
    for name, role, earlier, of in (
        ("exchange", "exchange", "sent", "exchange"),
        ("consumer", "consumer", "sent", "consumer"),
        ("roles-swapped", "consumer", "sent", "exchange"),
        ("roles-swapped-back", "exchange", "sent", "consumer"),
        ("released", "consumer", "taken", "exchange"),
        ("lapsed", "exchange", "late", "exchange"),
    ):
        old = of_scenario(earlier).described(of)["commitment"]
        text = sent(world, what, sealed=put(old, [role, "commitment"], what.sealed))
        situation = f"The commitment of the {role} is that of the {of} in the delivery {earlier}."
        winner = world.id(earlier)
        cases.refuse(f"share-reused-{name}", situation, world, text, "share-reused", winner=winner)
    to_carol = parcel(world, "next", "other", 1, to="carol")
    sealed = put(seal_key("carol-seal").kid, ["consumer", "key"], to_carol.sealed)
    cases.accept(
        "other-contract", "To another consumer.", world, sent(world, to_carol, "other", sealed=sealed)
    )
    old = of_scenario("sent").described("exchange")["commitment"]
    text = sent(world, to_carol, "other", sealed=put(old, ["exchange", "commitment"], sealed))
    situation = "A share that was used under another contract, with another consumer."
    cases.refuse(
        "share-reused-other-contract", situation, world, text, "share-reused", winner=world.id("sent")
    )
    freed = say(world, "taken back", "acme", "withdrawal", statement=world.id("sent"))
    again = sent(freed, of_scenario("sent"))
    situation = "The number of a delivery that was withdrawn, with the shares that it had."
    cases.refuse("share-reused-withdrawn", situation, freed, again, "share-reused", winner=freed.id("sent"))
    text = sent(freed, replace(of_scenario("sent"), name="sent again"))
    record = effect("delivery", digest(text.encode()), sequence=2, state="open")
    situation = "The number of a delivery that was withdrawn, with new shares."
    cases.accept("withdrawn-number-sealed", situation, freed, text, record, about=["LAD-DLV-002"])


def _numbers(cases: Candidates) -> None:
    world = sealed_market()
    for name, sequence in (("late", 1), ("taken", 4)):
        what = parcel(world, "next", "deal", sequence)
        state = "has lapsed" if name == "late" else "was received sealed"
        situation = f"The number of a delivery that {state}."
        cases.refuse(
            f"number-of-{name}",
            situation,
            world,
            sent(world, what),
            "sequence-taken",
            pointer="/sequence",
            winner=world.id(name),
        )
