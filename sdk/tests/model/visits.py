"""A walk through every table: each event in each state, in an order of a seed, until none is missing.

What has to come of a pair is read from the tables of the specification and from the exceptions that its pages name.
"""

from collections import deque
from collections.abc import Callable, Mapping
from random import Random
from typing import Final, NamedTuple

from lading.acts.base import Place, Statement
from lading.acts.receipt import Receipt
from lading.problems import Refused
from lading.register.register import Registered
from lading.statement.words import Id, Millis
from sdk.tests.acts.situations import alone
from sdk.tests.core.market import DAY, HOUR
from sdk.tests.core.vectors import Log
from sdk.tests.model.drafts import Draft
from sdk.tests.model.ledger import refusals, tables
from sdk.tests.model.stage import NOWHERE, cast
from sdk.tests.model.world import Answer, World

AGAIN: Final = "registered before"
DONE: Final = "registered"
KEPT: Final = frozenset({("listing", "erasure"), ("offer", "erasure"), ("offer", "listing-withdrawal")})
"""Not refused where the table does not hold them: they are no event there, and the state stays as it is."""
POINTERS: Final = (
    "contract",
    "delivery",
    "receipt",
    "statement",
    "replies_to",
    "claim",
    "offer",
    "supersedes",
    "participant",
)
"""Where a statement names its subject."""


class Pair(NamedTuple):
    """An event in a state of a table."""

    machine: str
    state: str
    event: str


def pairs() -> list[Pair]:
    """Every state of every table with every event of it."""
    return [
        Pair(machine, state, event)
        for machine, table in tables().items()
        for state in sorted({state for state, _ in table} | set(table.values()))
        for event in sorted({event for _, event in table})
    ]


def expected(pair: Pair) -> str:
    """What has to come of it: that it is registered, for the first time or again, or the code of the refusal."""
    machine, state, event = pair
    if (state, event) in tables()[machine]:
        return DONE
    if state == "absent":
        return "unknown-participant" if machine == "participant" else "unknown-statement"
    if ("absent", event) in tables()[machine]:
        return AGAIN
    if (machine, event) in KEPT:
        return DONE
    if (machine, state) == ("delivery", "acknowledged"):
        return "release-due"
    # a release names a receipt, and there is none
    if (machine, event) == ("delivery", "release") and state in ("open", "withdrawn", "lapsed"):
        return "unknown-statement"
    return "stale-listing" if state == "superseded" else refusals()[machine]


class Walk:
    """A world that is led from pair to pair. `seen`: what came of each."""

    def __init__(self, seed: int) -> None:
        self.world = World(cast())
        self.chance = Random(seed)
        self.seen: dict[Pair, set[str]] = {}
        self.offers: dict[Id, Id] = {}

    def run(self) -> None:
        """Visit what is missing until nothing is."""
        while missing := [pair for pair in pairs() if pair not in self.seen]:
            self.visit(self.chance.choice(missing))

    def wrong(self) -> list[str]:
        """A table of the pairs of which something else came than had to."""
        rows = ((pair, expected(pair), sorted(self.seen.get(pair, ()))) for pair in pairs())
        return [
            f"{' | '.join(pair)}: {wanted}, not {came}" for pair, wanted, came in rows if came != [wanted]
        ]

    def visit(self, pair: Pair) -> None:
        """Lead a new subject to the state, and let the event happen."""
        if pair[:2] == ("delivery", "acknowledged"):
            self._while_due(pair)
            return
        subject = self._new(pair)
        if pair.state != "absent":
            self._lead(subject, pair)
            if ("absent", pair.event) in tables()[pair.machine]:
                self._note(pair, self.world.attempt(self.world.said[subject]))
                return
            self._happen(subject, pair)
            return
        if (pair.state, pair.event) not in tables()[pair.machine]:
            draft = STEPS[pair.machine, pair.event](self, subject)
            place = next(name for name in POINTERS if name in draft.members)
            self._note(pair, self._say(draft.with_members(**{place: NOWHERE})))

    def _happen(self, subject: Id, pair: Pair) -> None:
        before = self.world.ledger.state_of(pair.machine, subject)
        answer = self._say(STEPS[pair.machine, pair.event](self, subject))
        after = self.world.ledger.state_of(pair.machine, subject)
        following = tables()[pair.machine].get((pair.state, pair.event), before)
        # where a receipt of sealed content is registered, its release is
        assert after == {"acknowledged": "received"}.get(following, following), (pair, answer, after)
        self._note(pair, answer)

    def _note(self, pair: Pair, answer: Answer) -> None:
        came = answer.code if isinstance(answer, Refused) else DONE if answer.new else AGAIN
        self.seen.setdefault(pair, set()).add(came)

    def _say(self, draft: Draft) -> Answer:
        """Say it a millisecond later: what is said twice in the same words is one statement."""
        self.world.market.clock.now += 1
        return self.world.attempt(draft.signed(self.world.market))

    def put(self, draft: Draft) -> Id:
        """Say what has to be registered."""
        answer = self._say(draft)
        assert isinstance(answer, Registered), (answer, draft)
        return answer.id

    def _new(self, pair: Pair) -> Id:
        """A new subject of the table that can come upon the event."""
        subject = FIRST[pair.machine](self, pair.event)
        self.seen.setdefault(Pair(pair.machine, "absent", FIRST_EVENT[pair.machine]), set()).add(DONE)
        return subject

    def _lead(self, subject: Id, pair: Pair) -> None:
        while (state := self.world.ledger.state_of(pair.machine, subject)) != pair.state:
            self._happen(subject, Pair(pair.machine, state, self._next(subject, state, pair)))

    def _next(self, subject: Id, state: str, pair: Pair) -> str:
        """The first event on a shortest way to the state, past the event itself where there is such a way."""
        impossible = {"receipt-accepted"} if self._is_sealed(subject) else {"receipt-sealed"}
        # of an offer for a listing that was withdrawn, the listing is refused first
        impossible |= {"listing-withdrawal"} if pair[::2] == ("offer", "counter-offer") else set()
        for avoided in (impossible | {pair.event}, impossible):
            waiting, ways = deque([state]), {state: ""}
            while waiting:
                here = waiting.popleft()
                for (at, event), to in tables()[pair.machine].items():
                    if at == here and to not in ways and event not in avoided:
                        ways[to] = ways[here] or event
                        waiting.append(to)
            if pair.state in ways:
                return ways[pair.state]
        raise AssertionError(f"no way to {pair}")

    def _is_sealed(self, subject: Id) -> bool:
        return "sealed" in self.world.ledger.said[subject].members

    def _while_due(self, pair: Pair) -> None:
        """Between a receipt and its release, where no published size ever ends: in a copy of the market."""
        delivery = FIRST["delivery"](self, "receipt-sealed")
        market, said = self.world.market.copy(), self.world.drafts
        receipt = alone(market, said.receive(delivery).signed(market))
        if pair.event == "release":
            statement = market.register.prepare(market.sight.statements[receipt], market.sight).statement
            assert isinstance(statement.act, Receipt)
            at = Place(market.sight.size(), Millis(market.clock.now))
            typed = Statement(statement.jws, statement.id, statement.kid, statement.act)
            alone(market, market.release(market.sight, typed, at))
            self.seen.setdefault(pair, set()).add(DONE)
            return
        market.clock.now += 1
        if pair.event == "delivery":
            jws = self.world.said[delivery]
        else:
            jws = STEPS[pair.machine, pair.event](self, delivery).signed(market)
        answer = Log(market.store, market.clock, market.register).answer(
            market.register.prepare(jws, market.sight)
        )
        assert isinstance(answer, Refused | Registered)
        self._note(pair, answer)


# How a subject of each table begins, so that it can come upon an event


def _listing(walk: Walk, event: str) -> Id:
    return walk.put(walk.world.drafts.listing())


def _offer(walk: Walk, event: str) -> Id:
    return walk.put(
        walk.world.drafts.offer(_listing(walk, event), walk.chance.choice(("buyer", "acme", "carol")))
    )


def _contract(walk: Walk, event: str) -> Id:
    contract = walk.put(walk.world.drafts.buy(_listing(walk, event)))
    if event == "amendment":
        role = walk.chance.choice(("provider", "consumer"))
        walk.offers[contract] = walk.put(walk.world.drafts.amends(contract, role))
    return contract


def _delivery(walk: Walk, event: str) -> Id:
    sealed = event in ("receipt-sealed", "release") or (
        event != "receipt-accepted" and walk.chance.randrange(2) == 1
    )
    return walk.put(walk.world.drafts.deliver(_contract(walk, event), sealed))


def _claim(walk: Walk, event: str) -> Id:
    by = walk.chance.choice(("acme", "buyer"))
    return walk.put(walk.world.drafts.claim(_contract(walk, event), "breach", by))


def _attestation(walk: Walk, event: str) -> Id:
    return walk.put(walk.world.drafts.attest(_listing(walk, event)))


def _grant(walk: Walk, event: str) -> Id:
    return walk.put(
        walk.world.drafts.grant(_contract(walk, event), role=walk.chance.choice(("provider", "consumer")))
    )


def _participant(walk: Walk, event: str) -> Id:
    draft = walk.world.drafts.newcomer(walk.world.drafts.number())
    return walk.put(draft)


FIRST: Final[Mapping[str, Callable[[Walk, str], Id]]] = {
    "listing": _listing,
    "offer": _offer,
    "contract": _contract,
    "delivery": _delivery,
    "claim": _claim,
    "attestation": _attestation,
    "grant": _grant,
    "participant": _participant,
}
FIRST_EVENT: Final = {machine: machine for machine in FIRST} | {"contract": "acceptance"}
"""The event by which a subject of the table comes to be."""


# How each event is said


def _lapses(walk: Walk, delivery: Id) -> Draft:
    deadline = walk.world.ledger.deadline_of(delivery)
    walk.world.market.clock.now = max(walk.world.market.clock.now, (deadline or 0) + 1)
    return walk.world.drafts.lapse(delivery)


def _terminates(walk: Walk, contract: Id) -> Draft:
    later = DAY + HOUR if contract in walk.world.ledger.ends else 2 * DAY
    return walk.world.drafts.notice(contract, "terminate", effective_at=walk.world.drafts.later(later))


def _amends(walk: Walk, contract: Id) -> Draft:
    return walk.world.drafts.accept(walk.offers[contract])


def _releases(walk: Walk, delivery: Id) -> Draft:
    receipts = walk.world.ledger.of_type("receipt")
    made = [key for key in receipts if walk.world.ledger.said[key].members["delivery"] == delivery]
    return walk.world.drafts.release(made[0] if made else delivery)


def _withdraws_listing(walk: Walk, offer: Id) -> Draft:
    return walk.world.drafts.withdraw(walk.world.ledger.listing_of(offer))


STEPS: Final[Mapping[tuple[str, str], Callable[[Walk, Id], Draft]]] = {
    ("participant", "pend"): lambda walk, key: walk.world.drafts.decided(key, "pending"),
    ("participant", "admit"): lambda walk, key: walk.world.drafts.decided(key, "admitted"),
    ("participant", "suspend"): lambda walk, key: walk.world.drafts.decided(key, "suspended"),
    ("participant", "expel"): lambda walk, key: walk.world.drafts.decided(key, "expelled"),
    ("listing", "successor"): lambda walk, key: walk.world.drafts.successor_of(key),
    ("listing", "withdrawal"): lambda walk, key: walk.world.drafts.withdraw(key),
    ("listing", "erasure"): lambda walk, key: walk.world.drafts.erase(key),
    ("offer", "acceptance"): lambda walk, key: walk.world.drafts.accept(key),
    ("offer", "rejection"): lambda walk, key: walk.world.drafts.reject(key),
    ("offer", "withdrawal"): lambda walk, key: walk.world.drafts.withdraw(key),
    ("offer", "counter-offer"): lambda walk, key: walk.world.drafts.answer_offer(key),
    ("offer", "listing-withdrawal"): _withdraws_listing,
    ("offer", "erasure"): lambda walk, key: walk.world.drafts.erase(key),
    ("contract", "delivery"): lambda walk, key: walk.world.drafts.deliver(key),
    ("contract", "amendment"): _amends,
    ("contract", "suspension"): lambda walk, key: walk.world.drafts.notice(key, "suspend"),
    ("contract", "resumption"): lambda walk, key: walk.world.drafts.notice(key, "resume"),
    ("contract", "termination"): _terminates,
    ("delivery", "receipt-accepted"): lambda walk, key: walk.world.drafts.receive(key, sealed=False),
    ("delivery", "receipt-sealed"): lambda walk, key: walk.world.drafts.receive(key),
    ("delivery", "receipt-refused"): lambda walk, key: walk.world.drafts.receive(key, "refused"),
    ("delivery", "withdrawal"): lambda walk, key: walk.world.drafts.withdraw(key),
    ("delivery", "lapse"): _lapses,
    ("delivery", "release"): _releases,
    ("attestation", "withdrawal"): lambda walk, key: walk.world.drafts.withdraw(key),
    ("claim", "answer"): lambda walk, key: walk.world.drafts.answer(key),
    ("claim", "ruling"): lambda walk, key: walk.world.drafts.rule(key),
    ("claim", "withdrawal"): lambda walk, key: walk.world.drafts.withdraw(key),
    ("grant", "withdrawal"): lambda walk, key: walk.world.drafts.withdraw(key),
}
"""By table and event: what the right party says of the subject."""
