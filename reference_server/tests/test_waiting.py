"""Nonces and the feed: bounded, and never forgetting too early."""

import asyncio

import pytest

from lading.problems import Refused
from lading.statement.words import Id
from lading_server.budget import Budget
from lading_server.feed import Audience, Feed
from lading_server.nonces import Nonces
from lading_server.sight import Caller

A, B = Id("sha256:" + "a" * 64), Id("sha256:" + "b" * 64)
EXCHANGE = Id("sha256:" + "e" * 64)
NONCE = "N" * 22
PUBLIC = Audience(True, frozenset())


def test_a_nonce_counts_once_per_participant() -> None:
    nonces = Nonces(1000)
    nonces.use(A, NONCE, 1000)
    nonces.use(B, NONCE, 1000)
    with pytest.raises(Refused) as refused:
        nonces.use(A, NONCE, 1001)
    assert refused.value.code == "nonce-used"


@pytest.mark.parametrize("seen", [0, 60, 120, 120.9, 121, 200])
def test_a_nonce_is_remembered_while_its_request_could_be_fresh(seen: float) -> None:
    nonces = Nonces(1000)
    nonces.use(A, NONCE, 1000 + seen)
    for later in range(0, 121, 10):
        nonces.use(B, f"{later:022d}", 1000 + seen + later)
        with pytest.raises(Refused):
            nonces.use(A, NONCE, 1000 + seen + later)


def test_nonces_are_forgotten_in_the_end() -> None:
    nonces = Nonces(1000)
    nonces.use(A, NONCE, 1000)
    nonces.use(B, NONCE, 1200)
    nonces.use(A, NONCE, 1400)


def test_one_participant_cannot_use_up_the_memory() -> None:
    nonces = Nonces(1000, per_participant=3)
    for number in range(3):
        nonces.use(A, f"{number:022d}", 1000)
    with pytest.raises(Refused) as refused:
        nonces.use(A, NONCE, 1000)
    assert refused.value.code == "busy"
    nonces.use(B, NONCE, 1000)


def test_nobody_can_take_all_of_the_memory() -> None:
    budget = Budget(100)
    unsigned, a, b = Caller(None), Caller(A), Caller(B)
    with budget.taken(50, unsigned), budget.taken(25, a):
        for amount, caller in ((1, unsigned), (1, a), (26, b)):
            with pytest.raises(Refused) as refused, budget.taken(amount, caller):
                pass
            assert refused.value.code == "busy"
        with budget.taken(25, b), pytest.raises(Refused), budget.taken(1, Caller(EXCHANGE)):
            pass
    with budget.taken(25, a):
        pass


def test_only_those_wake_who_may_see_the_news() -> None:
    async def scenario() -> tuple[bool, bool, bool]:
        feed = Feed(1)
        with (
            feed.following(Caller(A)) as a,
            feed.following(Caller(B)) as b,
            feed.following(Caller(None)) as anybody,
        ):
            feed.publish(2, Audience(False, frozenset({A})))
            return a.is_set(), b.is_set(), anybody.is_set()

    assert asyncio.run(scenario()) == (True, False, False)


def test_the_exchange_wakes_for_all_news_but_not_for_none() -> None:
    feed = Feed(1)
    with feed.following(Caller(B, is_exchange=True)) as exchange:
        feed.publish(1, Audience(False, frozenset()))
        assert not exchange.is_set()
        feed.publish(2, Audience(False, frozenset({A})))
        assert exchange.is_set()


def test_everybody_wakes_for_public_news_and_at_the_end() -> None:
    async def scenario() -> None:
        feed = Feed(1)
        with feed.following(Caller(A)) as a, feed.following(Caller(None)) as anybody:
            feed.publish(2, PUBLIC)
            assert a.is_set()
            assert anybody.is_set()
            a.clear()
            feed.close()
            assert a.is_set()

    asyncio.run(scenario())


def test_an_answer_waits_until_what_it_shows_is_published() -> None:
    async def scenario() -> None:
        feed = Feed(1)
        await feed.reach(1)
        waiting = asyncio.create_task(feed.reach(3))
        for size in (2, 3):
            await asyncio.sleep(0)
            assert not waiting.done()
            feed.publish(size, PUBLIC)
        await waiting

    asyncio.run(scenario())


def test_an_answer_that_can_never_be_published_is_refused() -> None:
    async def scenario() -> str:
        feed = Feed(1)
        waiting = asyncio.create_task(feed.reach(2))
        await asyncio.sleep(0)
        feed.close()
        with pytest.raises(Refused) as refused:
            await waiting
        return refused.value.code

    assert asyncio.run(scenario()) == "read-only"


def test_the_number_of_followers_is_bounded() -> None:
    feed = Feed(1, max_waiting=1)
    with feed.following(Caller(None)), pytest.raises(Refused) as refused, feed.following(Caller(A)):
        pass
    assert refused.value.code == "busy"
    with feed.following(Caller(A)):
        pass
