"""Two statements that cannot both take effect: log order decides, whichever is first, and the refusal names it."""

from collections.abc import Callable
from typing import Final

import pytest

from lading.problems import Refused
from lading.register.register import Registered
from lading.statement.words import Id, format_time
from sdk.tests.core.market import DAY, START
from sdk.tests.model.drafts import Draft, Drafts
from sdk.tests.model.stage import busy
from sdk.tests.model.world import World

Say = Callable[[Drafts], Draft]


def first_open(drafts: Drafts, sort: str, member: str | None = None) -> Id:
    """The first open subject of a table, with some member where one is named."""
    found = (key for key in drafts.ledger.of_type(sort) if drafts.ledger.state_of(sort, key) == "open")
    return next(key for key in found if member is None or member in drafts.ledger.said[key].members)


def contract(drafts: Drafts) -> Id:
    """The contract on rich terms."""
    return drafts.market.id["contract"]


def offered(drafts: Drafts) -> Id:
    """An open offer about a listing."""
    return first_open(drafts, "offer", "listing")


def standing(drafts: Drafts) -> Id:
    """The attestation that stands."""
    return drafts.ledger.of_type("attestation")[0]


def ends(drafts: Drafts) -> Draft:
    """A notice that ends the contract in three days."""
    return drafts.notice(contract(drafts), "terminate", effective_at=format_time(START + 3 * DAY))


RIVALS: Final[dict[str, tuple[Say, Say, str]]] = {
    "keys": (lambda d: d.successor("acme"), lambda d: d.fork("acme"), "stale-previous"),
    "listing": (
        lambda d: d.successor_of(d.market.id["roads"]),
        lambda d: d.successor_of(d.market.id["roads"]),
        "stale-listing",
    ),
    "offer": (lambda d: d.accept(offered(d)), lambda d: d.reject(offered(d)), "offer-not-open"),
    "offer-countered": (
        lambda d: d.answer_offer(offered(d)),
        lambda d: d.withdraw(offered(d)),
        "offer-not-open",
    ),
    "offer-accepted-twice": (
        lambda d: d.accept(offered(d)),
        lambda d: d.accept(offered(d)),
        "offer-not-open",
    ),
    "reference": (
        lambda d: d.buy(d.market.id["roads"]).with_members(reference="R-1"),
        lambda d: d.buy(d.market.id["calls"]).with_members(reference="R-1"),
        "reference-used",
    ),
    "number": (lambda d: d.deliver(contract(d)), lambda d: d.deliver(contract(d), True), "sequence-taken"),
    "share": (
        lambda d: d.deliver(contract(d), sealed=True, shares="one"),
        lambda d: d.deliver(d.market.id["plain contract"], sealed=True, shares="one"),
        "share-reused",
    ),
    "delivery": (
        lambda d: d.receive(first_open(d, "delivery")),
        lambda d: d.withdraw(first_open(d, "delivery")),
        "delivery-not-open",
    ),
    "sealed-delivery": (
        lambda d: d.receive(first_open(d, "delivery", "sealed")),
        lambda d: d.receive(first_open(d, "delivery", "sealed"), "refused"),
        "delivery-not-open",
    ),
    "attestation": (
        lambda d: d.withdraw(standing(d)),
        lambda d: d.withdraw(standing(d)),
        "attestation-not-standing",
    ),
    "end-of-contract": (ends, ends, "contract-not-active"),
    "claim": (
        lambda d: d.claim(contract(d), "breach", "buyer"),
        lambda d: d.claim(contract(d), "breach", "buyer"),
        "claim-taken",
    ),
    "answer": (
        lambda d: d.answer(first_open(d, "claim")),
        lambda d: d.answer(first_open(d, "claim"), "conceded"),
        "claim-not-open",
    ),
    "payment": (
        lambda d: d.pay(contract(d), "invoice").with_members(reference="R-1"),
        lambda d: d.pay(contract(d), "invoice").with_members(reference="R-1"),
        "reference-used",
    ),
    "grant": (
        lambda d: d.withdraw(first_open(d, "grant")),
        lambda d: d.withdraw(first_open(d, "grant")),
        "grant-not-open",
    ),
    "erasure": (lambda d: d.erase(standing(d)), lambda d: d.erase(standing(d)), "erased-already"),
}
"""By slot: two statements that want it, and the code for the second."""


@pytest.mark.parametrize("order", ["the-one-first", "the-other-first"])
@pytest.mark.parametrize("slot", RIVALS)
def test_the_second_is_refused_and_the_first_is_named(slot: str, order: str) -> None:
    world = World(busy())
    one, other, code = RIVALS[slot]
    rivals = []
    for say in (one, other):
        rivals.append(say(world.drafts).signed(world.market))
        world.market.clock.now += 1
    world.either_order(*rivals)
    first, second = rivals if order == "the-one-first" else reversed(rivals)
    winner, loser = world.attempt(first), world.attempt(second)
    assert isinstance(winner, Registered), winner
    assert isinstance(loser, Refused), loser
    assert (loser.code, loser.winner) == (code, winner.id)


def test_of_two_amendments_the_first_that_is_accepted_binds() -> None:
    world = World(busy())
    offers = []
    for role in ("provider", "consumer"):
        answer = world.attempt(world.drafts.amends(contract(world.drafts), role).signed(world.market))
        assert isinstance(answer, Registered), answer
        offers.append(answer.id)
    one, other = (world.drafts.accept(offer).signed(world.market) for offer in offers)
    late = world.drafts.amends(contract(world.drafts)).with_members(purpose="research")
    world.either_order(one, other)
    winner, loser = world.attempt(one), world.attempt(other)
    assert isinstance(winner, Registered), winner
    assert isinstance(loser, Refused), loser
    assert (loser.code, loser.winner) == ("stale-contract", winner.id)
    world.market.clock.now += 1
    stale = world.attempt(late.signed(world.market))
    assert isinstance(stale, Refused), stale
    assert (stale.code, stale.winner) == ("stale-contract", winner.id)


def test_nobody_accepts_an_offer_of_its_own() -> None:
    world = World(busy())
    offer = offered(world.drafts)
    own = world.drafts.accept(offer)
    for by in {"acme", "buyer", "carol", "dave", "gina", "zoe"} - {own.by}:
        spoiled = Draft(by, own.members).signed(world.market)
        assert isinstance(world.attempt(spoiled), Refused)
    assert isinstance(world.attempt(own.signed(world.market)), Registered)
