"""The register as a machine: everybody says anything, legal or not, and the log never holds what it must not.

What is checked knows nothing of the rules: see `ledger`, `counting` and `world`.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from lading.acts import ACTS
from lading.problems import Refused
from lading.register.register import Registered
from lading.statement.envelope import decode
from sdk.tests.core.market import DAY, HOUR
from sdk.tests.model.anything import ever
from sdk.tests.model.stage import busy
from sdk.tests.model.visits import Walk
from sdk.tests.model.world import World

CHANCE = st.randoms(use_true_random=False)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
BRIEF = settings(
    max_examples=25, stateful_step_count=16, deadline=None, derandomize=True, suppress_health_check=SLOW
)
LONG = settings(
    max_examples=2000, stateful_step_count=60, deadline=None, print_blob=True, suppress_health_check=SLOW
)
EVIDENCE = 6
"""How many of the last statements of a run are looked at as evidence."""


class Saying(RuleBasedStateMachine):
    """Random statements of everybody, one by one and in batches, while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(busy())
        self.begun = self.world.market.sight.size()
        self.said: list[tuple[bytes, Registered | Refused]] = []

    @rule(chance=CHANCE)
    def says(self, chance: Random) -> None:
        jws = ever(self.world.drafts, chance)
        self.take(jws)

    def take(self, jws: bytes) -> None:
        """Say it, and remember what came of it."""
        answer = self.world.attempt(jws)
        self.said.append((jws, answer))
        event(answer.code if isinstance(answer, Refused) else f"registered {decode(jws).members['type']}")

    @rule(chance=CHANCE)
    def says_more(self, chance: Random) -> None:
        for _ in range(4):
            self.says(chance)

    @rule(chance=CHANCE, number=st.integers(2, 5))
    def says_together(self, chance: Random, number: int) -> None:
        batch = [ever(self.world.drafts, chance) for _ in range(number)]
        self.world.attempt_together([*batch, *batch[:1]])

    @rule(chance=CHANCE)
    def says_in_either_order(self, chance: Random) -> None:
        one, other = ever(self.world.drafts, chance), ever(self.world.drafts, chance)
        self.world.either_order(one, other)
        self.take(one)
        self.take(other)

    @rule(chance=CHANCE)
    def says_again(self, chance: Random) -> None:
        if self.said:
            jws, before = chance.choice(self.said)
            answer = self.world.attempt(jws)
            if isinstance(before, Registered):
                assert answer == Registered(before.id, before.index, before.time, new=False)

    @rule(millis=st.sampled_from([1, 1, 1000, HOUR, DAY + 1, 8 * DAY]))
    def time_passes(self, millis: int) -> None:
        self.world.market.clock.now += millis

    @rule(chance=CHANCE, more=st.sampled_from([-1, 0, 1]))
    def time_passes_until_something_ends(self, chance: Random, more: int) -> None:
        now = self.world.market.clock.now
        later = [moment + more for moment in self.world.ledger.boundaries() if moment + more >= now]
        if later:
            self.world.market.clock.now = chance.choice(later[:4])

    def teardown(self) -> None:
        """The log replays to the same state, and what was admitted can be proven."""
        self.world.check_states()
        self.world.market.check_replay()
        self.world.check_evidence(list(self.world.ledger.said)[self.begun :][-EVIDENCE:])


def pass_time(world: World, chance: Random) -> None:
    """Some time passes, or all that is left until something ends, and a millisecond more or less."""
    now = world.market.clock.now
    around = [
        end + more for end in world.ledger.boundaries()[:20] for more in (-1, 0, 1) if end + more >= now
    ]
    if around and chance.randrange(3):
        world.market.clock.now = chance.choice(around[:9])
    else:
        world.market.clock.now += chance.choice((1, 1000, HOUR, DAY + 1))


def announce(world: World) -> None:
    """The exchange says that it closes in thirty days."""
    draft = world.drafts.successor("exchange")
    said = {**draft.members["exchange"], "closing_at": world.drafts.later(30 * DAY)}
    assert isinstance(world.attempt(draft.with_members(exchange=said).signed(world.market)), Registered)


def lived(seed: int, statements: int, shown: int = 1) -> tuple[set[str], set[str]]:
    """Which acts were admitted and which refused in a world in which so much was said.

    Of every so-manieth statement the evidence is looked at.
    """
    world, chance = World(busy()), Random(seed)
    refused = set[str]()
    begun = world.market.sight.size()
    if seed % 4 == 3:
        announce(world)
    for number in range(statements):
        if number % 8 == 0:
            pass_time(world, chance)
        if number == statements // 2 and world.ledger.closing is not None:
            world.market.clock.now = max(world.market.clock.now, world.ledger.closing + chance.choice((0, 1)))
        jws = ever(world.drafts, chance)
        if isinstance(world.attempt(jws), Refused):
            refused.add(decode(jws).members["type"])
    world.check_states()
    world.market.check_replay()
    said = list(world.ledger.said)[begun:]
    world.check_evidence(said[::shown])
    return {world.ledger.said[key].type for key in said}, refused


def test_every_act_is_admitted_and_refused() -> None:
    admitted, refused = set[str](), set[str]()
    for number in range(6):
        more, fewer = lived(number, 200, shown=4)
        admitted |= more
        refused |= fewer
    assert admitted == refused == {act.name for act in ACTS}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10_000, 10_400))
def test_a_long_life_of_everybody(seed: int) -> None:
    lived(seed, 400)


def walked(seed: int) -> Walk:
    """Every pair of state and event was come upon."""
    walk = Walk(seed)
    walk.run()
    assert not walk.wrong(), "\n".join(["what came of these pairs is not what has to:", *walk.wrong()])
    walk.world.check_states()
    walk.world.market.check_replay()
    return walk


def test_every_event_in_every_state_comes_to_what_the_tables_say() -> None:
    walk = walked(1)
    walk.world.check_evidence(list(walk.world.ledger.said)[::5])


def test_whatever_is_said_the_log_holds() -> None:
    run_state_machine_as_test(Saying, settings=BRIEF)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
def test_every_event_in_every_state_in_another_order(seed: int) -> None:
    walk = walked(seed)
    walk.world.check_evidence(list(walk.world.ledger.said))


@pytest.mark.soak
def test_whatever_is_said_for_long_the_log_holds() -> None:
    run_state_machine_as_test(Saying, settings=LONG)
