"""The register as a machine: four participants and an exchange say what they like, legal or not.

What is checked knows nothing of the rules' records: it counts what the registered statements say.
"""

from functools import lru_cache

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from lading.acts.records import ContractRecord, DeliveryRecord, ListingRecord, OfferRecord
from lading.problems import Refused
from lading.register.register import Registered
from lading.statement.envelope import decode, encode
from lading.statement.words import Id
from sdk.tests.core.market import DAY, HOUR, NAMES, PROMISE, Market, signer, traded
from sdk.tests.core.outcome import outcome

Answer = Registered | Refused
EVERYBODY = st.sampled_from(NAMES)
HONEST = st.sampled_from([True, True, True, False])
NOWHERE = Id("sha256:" + "0" * 64)


class Slots:
    """What only one statement can have, counted from the statements themselves."""

    def __init__(self) -> None:
        self.taken: set[tuple[object, ...]] = set()
        self.numbers: dict[Id, tuple[object, ...]] = {}

    def take(self, *slot: object) -> None:
        """A slot is taken: never a second time."""
        assert slot not in self.taken, slot
        self.taken.add(slot)

    def registered(self, key: Id, jws: bytes) -> None:
        """A statement was registered."""
        members = decode(jws).members
        act = members["type"]
        for member in ("previous", "supersedes", "replies_to"):
            if member in members:
                self.take("closed", members[member])
        if act in ("acceptance", "rejection") and "offer" in members:
            self.take("closed", members["offer"])
        if act == "acceptance" and "reference" in members:
            self.take("reference", members["issuer"], members["reference"])
        if act == "withdrawal":
            self.close(members["statement"], free=True)
        if act == "receipt":
            self.close(members["delivery"], free=members["outcome"] == "refused")
        if act == "delivery":
            self.numbers[key] = ("number", members["contract"], members["sequence"])
            self.take(*self.numbers[key])

    def close(self, subject: Id, *, free: bool) -> None:
        """A listing, an offer or a delivery is closed; a delivery may give its number back."""
        self.take("closed", subject)
        if free and subject in self.numbers:
            self.taken.remove(self.numbers[subject])


@lru_cache
def _busy() -> Market:
    market = traded()
    listing = market.id["listing"]
    market.put(market.offer("buyer", "acme", listing))
    market.put(market.offer("acme", "carol", listing))
    market.put(market.deliver(market.id["contract"], 2))
    return market


def busy() -> Market:
    """A market with something of every kind, and much of it still open."""
    return _busy().copy()


class Registering(RuleBasedStateMachine):
    """Random acts of random participants."""

    def __init__(self) -> None:
        super().__init__()
        self.market: Market = busy()
        self.slots = Slots()
        self.said: list[tuple[int, bytes, Answer]] = []
        self.known: dict[str, list[Id]] = {}
        for key, jws in self.market.sight.statements.items():
            self.registered(key, jws)

    def attempt(self, jws: bytes) -> None:
        """Say something, and check what came of it."""
        before = self.market.sight
        answer = self.market.answer(jws)
        self.said.append((self.market.clock.now, jws, answer))
        event(answer.code if isinstance(answer, Refused) else "registered")
        if isinstance(answer, Refused) or not answer.new:
            assert vars(self.market.sight) == vars(before)
            return
        assert answer.index == before.size() == self.market.sight.size() - 1
        assert answer.time >= before.last_time()
        assert self.market.sight.id_at(answer.index) == answer.id
        assert self.market.sight.statement(answer.id) == jws
        self.registered(answer.id, jws)

    def registered(self, key: Id, jws: bytes) -> None:
        """Count a statement that was registered."""
        self.slots.registered(key, jws)
        self.known.setdefault(decode(jws).members["type"], []).append(key)

    def one(self, data: st.DataObject, *acts: str) -> Id:
        """An id of some act that was registered, or of anything else."""
        wanted = [key for act in acts for key in self.known[act][-4:]]
        if data.draw(st.integers(0, 9)):
            return data.draw(st.sampled_from(wanted))
        return data.draw(st.sampled_from([NOWHERE, *(entry.id for entry in self.market.sight.entries)]))

    @rule(by=EVERYBODY, data=st.data(), newer=st.booleans(), honest=HONEST)
    def lists(self, by: str, data: st.DataObject, newer: bool, honest: bool) -> None:
        by = "acme" if honest else by
        old = {"supersedes": self.one(data, "listing")} if newer else {}
        self.attempt(self.market.listing(by, title=f"Version {len(self.said)}", **old))

    @rule(by=EVERYBODY, to=EVERYBODY, data=st.data(), honest=HONEST)
    def offers(self, by: str, to: str, data: st.DataObject, honest: bool) -> None:
        by, to = ("buyer", "acme") if honest else (by, to)
        self.attempt(self.market.offer(by, to, self.one(data, "listing")))

    @rule(by=EVERYBODY, to=EVERYBODY, data=st.data(), honest=HONEST)
    def answers(self, by: str, to: str, data: st.DataObject, honest: bool) -> None:
        answered = self.one(data, "offer")
        record = self.market.sight.get(OfferRecord, answered)
        listing = self.one(data, "listing")
        if record is not None and honest:
            by, to, listing = self.name(record.addressee), self.name(record.proposer), record.listing
        self.attempt(self.market.offer(by, to, listing, replies_to=answered))

    def name(self, participant: Id) -> str:
        """The name of a participant."""
        return next(name for name, key in self.market.id.items() if key == participant)

    @rule(
        by=EVERYBODY,
        data=st.data(),
        honest=HONEST,
        act=st.sampled_from(["acceptance", "acceptance", "rejection"]),
    )
    def decides(self, by: str, data: st.DataObject, honest: bool, act: str) -> None:
        offer = self.one(data, "offer")
        record = self.market.sight.get(OfferRecord, offer)
        by = self.name(record.addressee) if record is not None and honest else by
        said: dict[str, str] = {"offer": offer} | ({"reason": "price"} if act == "rejection" else {})
        self.attempt(encode(self.market.members(by, act, **said), self.market.key[by]))

    @rule(by=EVERYBODY, data=st.data(), reference=st.sampled_from("ABCDEF"), honest=HONEST)
    def buys(self, by: str, data: st.DataObject, reference: str, honest: bool) -> None:
        self.attempt(self.market.buy("buyer" if honest else by, self.one(data, "listing"), reference))

    @rule(by=EVERYBODY, data=st.data(), honest=HONEST)
    def withdraws(self, by: str, data: st.DataObject, honest: bool) -> None:
        subject = self.one(data, "listing", "offer", "delivery")
        listing = self.market.sight.get(ListingRecord, subject)
        by = self.name(listing.provider) if listing is not None and honest else by
        self.attempt(self.market.say(by, "withdrawal", statement=subject))

    @rule(by=EVERYBODY, data=st.data(), sequence=st.integers(1, 3), honest=HONEST)
    def delivers(self, by: str, data: st.DataObject, sequence: int, honest: bool) -> None:
        contract = self.one(data, "acceptance")
        record = self.market.sight.get(ContractRecord, contract)
        if record is not None and honest:
            by = self.name(record.provider)
        self.attempt(self.market.deliver(contract, sequence, by))

    @rule(by=EVERYBODY, data=st.data(), accepted=st.booleans(), honest=HONEST)
    def receives(self, by: str, data: st.DataObject, accepted: bool, honest: bool) -> None:
        delivery = self.one(data, "delivery")
        record = self.market.sight.get(DeliveryRecord, delivery)
        by = self.name(record.consumer) if record is not None and honest else by
        held = {"outcome": "accepted", "content_root": PROMISE["content_root"], "size": PROMISE["size"]}
        said = held if accepted else {"outcome": "refused", "reason": "quality"}
        self.attempt(self.market.say(by, "receipt", delivery=delivery, **said))

    @rule(
        whom=EVERYBODY,
        status=st.sampled_from(
            ["pending", "admitted", "admitted", "admitted", "suspended", "suspended", "expelled"]
        ),
        honest=HONEST,
    )
    def decides_upon(self, whom: str, status: str, honest: bool) -> None:
        by = "exchange" if honest else whom
        roles = ["provider", "consumer"]
        self.attempt(
            self.market.say(by, "admission", participant=self.market.id[whom], status=status, roles=roles)
        )

    @rule(by=EVERYBODY, honest=HONEST, revokes=st.booleans())
    def changes_keys(self, by: str, honest: bool, revokes: bool) -> None:
        generation = sum(name.startswith(f"{by}-") for name in self.market.head)
        promised, after = (signer(f"{by}-next" + "x" * number) for number in (generation, generation + 1))
        key = promised if honest else self.market.key[by]
        revoked = {"revoked": [self.market.key[by].thumbprint]} if revokes else {}
        jws = self.market.successor(by, key, after, **revoked)
        self.attempt(jws)
        answer = self.said[-1][2]
        if isinstance(answer, Registered) and answer.new:
            self.market.head[by] = self.market.head[f"{by}-{generation}"] = answer.id
            self.market.key[by] = key

    @rule(millis=st.sampled_from([1, 1, 1000, HOUR, DAY + 1, 8 * DAY]))
    def time_passes(self, millis: int) -> None:
        self.market.clock.now += millis

    @rule(data=st.data())
    def says_again(self, data: st.DataObject) -> None:
        if not self.said:
            return
        _, jws, before = data.draw(st.sampled_from(self.said))
        self.attempt(jws)
        answer = self.said[-1][2]
        if isinstance(before, Registered):
            assert answer == Registered(before.id, before.index, before.time, new=False)

    def teardown(self) -> None:
        """The log replays to the same state, and registering in batches is the same as one by one."""
        self.market.check_replay()
        batched = busy()
        answers: list[Answer] = []
        for moment in dict.fromkeys(now for now, _, _ in self.said):
            batched.clock.now = moment
            batch = [outcome(batched.register.prepare, jws) for now, jws, _ in self.said if now == moment]
            answers += batched.register.admit(batch)
        assert [told(answer) for answer in answers] == [told(answer) for _, _, answer in self.said]
        if self.said and isinstance(self.said[-1][2], Registered):
            assert vars(batched.sight) == vars(self.market.sight)
        assert batched.sight.records == self.market.sight.records


def told(answer: Answer) -> object:
    """What an answer says."""
    return (answer.code, answer.pointer, answer.winner) if isinstance(answer, Refused) else answer


TestRegistering = Registering.TestCase
