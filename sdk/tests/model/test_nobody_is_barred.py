"""What nobody can be barred from: whoever was suspended or expelled still fulfils, pays, disputes and takes back."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import pytest

from lading.register.register import Registered
from lading.statement.words import Id
from sdk.tests.model.drafts import Draft, Drafts
from sdk.tests.model.stage import busy
from sdk.tests.model.world import World

Say = Callable[[Drafts], Draft]


def opened(sort: str, drafts: Drafts) -> Id:
    """The last delivery, offer, claim or grant of the first contract that is still open."""
    found = [key for key in drafts.ledger.of_type(sort) if drafts.ledger.state_of(sort, key) == "open"]
    return found[-1]


def clear(drafts: Drafts) -> Id:
    """An open delivery of clear content."""
    members = drafts.ledger.said
    return next(
        key
        for key in drafts.ledger.of_type("delivery")
        if drafts.ledger.state_of("delivery", key) == "open" and "sealed" not in members[key].members
    )


def sealed(drafts: Drafts) -> Id:
    """An open delivery of sealed content."""
    members = drafts.ledger.said
    return next(
        key
        for key in drafts.ledger.of_type("delivery")
        if drafts.ledger.state_of("delivery", key) == "open" and "sealed" in members[key].members
    )


def contract(drafts: Drafts) -> Id:
    """The first contract."""
    return drafts.market.id["contract"]


def last(drafts: Drafts, *sorts: str) -> Id:
    """The last statement of some types."""
    return drafts.ledger.of_type(*sorts)[-1]


ACTS: Final[dict[str, Say]] = {
    "delivery": lambda drafts: drafts.deliver(contract(drafts)),
    "sealed-delivery": lambda drafts: drafts.deliver(contract(drafts), sealed=True),
    "receipt": lambda drafts: drafts.receive(clear(drafts)),
    "receipt-of-sealed": lambda drafts: drafts.receive(sealed(drafts)),
    "refusal": lambda drafts: drafts.receive(clear(drafts), "refused"),
    "claim-of-the-consumer": lambda drafts: drafts.claim(contract(drafts), "not-delivered", "buyer"),
    "claim-of-the-provider": lambda drafts: drafts.claim(contract(drafts), "unpaid", "acme"),
    "claim-with-a-proof": lambda drafts: drafts.prove(last(drafts, "release")),
    "answer": lambda drafts: drafts.answer(drafts.market.id["claim"]),
    "ruling": lambda drafts: drafts.rule(drafts.market.id["claim"]),
    "suspension": lambda drafts: drafts.notice(contract(drafts), "suspend", "consumer"),
    "termination-by-the-provider": lambda drafts: drafts.notice(contract(drafts), "terminate", "provider"),
    "termination-by-the-consumer": lambda drafts: drafts.notice(contract(drafts), "terminate", "consumer"),
    "recall": lambda drafts: drafts.notice(contract(drafts), "recall"),
    "invoice": lambda drafts: drafts.pay(contract(drafts), "invoice"),
    "paid": lambda drafts: drafts.pay(contract(drafts), "paid"),
    "received": lambda drafts: drafts.pay(contract(drafts), "received", answers=drafts.market.id["paid"]),
    "deletion": lambda drafts: drafts.delete(contract(drafts)),
    "keys-of-the-provider": lambda drafts: drafts.successor("acme"),
    "keys-of-the-consumer": lambda drafts: drafts.successor("buyer"),
    "rejection": lambda drafts: drafts.reject(opened("offer", drafts)),
    "withdrawal-of-an-offer": lambda drafts: drafts.withdraw(opened("offer", drafts)),
    "withdrawal-of-a-listing": lambda drafts: drafts.withdraw(drafts.market.id["roads"]),
    "withdrawal-of-a-delivery": lambda drafts: drafts.withdraw(clear(drafts)),
    "withdrawal-of-a-claim": lambda drafts: drafts.withdraw(drafts.market.id["claim"]),
    "withdrawal-of-a-grant": lambda drafts: drafts.withdraw(opened("grant", drafts)),
    "grant": lambda drafts: drafts.grant(contract(drafts), "carol"),
    "disclosure": lambda drafts: drafts.disclose(contract(drafts), "buyer"),
}


@lru_cache
def _running() -> World:
    world = World(busy())
    ids, drafts = world.market.id, world.drafts
    for name, draft in (
        ("claim", drafts.claim(contract(drafts), "breach", "buyer")),
        ("paid", drafts.pay(contract(drafts), "paid")),
    ):
        answer = world.attempt(draft.signed(world.market))
        assert isinstance(answer, Registered), answer
        ids[name] = answer.id
    return world


def running() -> World:
    """A world with a contract between acme and buyer under which everything is possible, and a claim about it."""
    return World(_running().market.copy())


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("provider", ["admitted", "suspended", "expelled"])
@pytest.mark.parametrize("consumer", ["admitted", "suspended", "expelled"])
def test_it_is_registered_whatever_the_exchange_decided_upon_the_parties(
    act: str, provider: str, consumer: str
) -> None:
    world = running()
    for name, status in (("acme", provider), ("buyer", consumer), ("finn", consumer)):
        if status != "admitted":
            decision = world.drafts.decided(world.market.id[name], status)
            assert isinstance(world.attempt(decision.signed(world.market)), Registered)
    answer = world.attempt(ACTS[act](world.drafts).signed(world.market))
    assert isinstance(answer, Registered), answer
    assert answer.new
    world.check_evidence([answer.id])


@pytest.mark.parametrize("status", ["suspended", "expelled"])
def test_a_contract_is_taken_up_again_by_who_suspended_it_and_was_barred_since(status: str) -> None:
    world = running()
    for draft in (
        world.drafts.notice(contract(world.drafts), "suspend", "consumer"),
        world.drafts.decided(world.market.id["buyer"], status),
        world.drafts.notice(contract(world.drafts), "resume", "consumer"),
    ):
        assert isinstance(world.attempt(draft.signed(world.market)), Registered)
