"""The register as a machine: four participants and an exchange say what they like, legal or not.

What is checked knows nothing of the rules' records: it counts what the registered statements say.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from lading.acts.records import ContractRecord, DeliveryRecord, ListingRecord, OfferRecord, ReleaseRecord
from lading.problems import Refused
from lading.register.register import Registered
from lading.statement import base64url
from lading.statement.envelope import decode, encode
from lading.statement.words import Id
from lading.transfer.shares import commitment
from sdk.tests.core.market import DAY, HOUR, NAMES, PROMISE, Market, share, signer, traded
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
        if act in ("receipt", "lapse"):
            self.close(members["delivery"], free=members.get("outcome") == "refused")
        if act == "release":
            self.take("answer", members["receipt"])
        if act == "claim":
            self.take("claim", members["statement"], members["ground"], members["proof"]["index"])
        if act == "delivery":
            self.delivered(key, members)

    def delivered(self, key: Id, members: Mapping[str, Any]) -> None:
        """A delivery was registered: its number is taken while it is not given back, its shares are for ever."""
        self.numbers[key] = ("number", members["contract"], members["sequence"])
        self.take(*self.numbers[key])
        for role in ("exchange", "consumer") if "sealed" in members else ():
            self.take("share", members["sealed"][role]["commitment"])

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
    market.id.update(market.sealed_trade("busy", 3))
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
        assert answer.index == before.size()
        assert answer.time >= before.last_time()
        assert self.market.sight.id_at(answer.index) == answer.id
        assert self.market.sight.statement(answer.id) == jws
        self.registered(answer.id, jws)
        self.check_release(decode(jws).members, answer)

    def check_release(self, members: Mapping[str, Any], answer: Registered) -> None:
        """An accepted receipt of sealed content brings its release along, and nothing else brings anything."""
        sight = self.market.sight
        if "manifest_root" not in members:
            assert sight.size() == answer.index + 1
            return
        assert sight.size() == answer.index + 2
        entry = sight.entries[-1]
        said = decode(sight.statements[entry.id]).members
        signed = decode(sight.statements[members["delivery"]]).members["sealed"]["exchange"]["commitment"]
        assert (said["type"], said["receipt"], entry.time) == ("release", answer.id, answer.time)
        assert commitment(base64url.decode(said["share"].encode())) == signed
        self.registered(entry.id, sight.statements[entry.id])

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

    @rule(
        by=EVERYBODY,
        data=st.data(),
        sequence=st.integers(1, 5),
        shares=st.sampled_from(["busy", *"abcdefgh"]),
        honest=HONEST,
    )
    def delivers_sealed(self, by: str, data: st.DataObject, sequence: int, shares: str, honest: bool) -> None:
        contract = self.one(data, "acceptance")
        record = self.market.sight.get(ContractRecord, contract)
        if record is not None and honest:
            by, last = self.name(record.provider), record.last_sequence
            sequence = min(sequence, last + 1)
        self.attempt(self.market.deliver_sealed(contract, sequence, by, shares))

    @rule(by=EVERYBODY, data=st.data(), accepted=st.booleans(), honest=HONEST)
    def receives(self, by: str, data: st.DataObject, accepted: bool, honest: bool) -> None:
        delivery = self.one(data, "delivery")
        record = self.market.sight.get(DeliveryRecord, delivery)
        by = self.name(record.consumer) if record is not None and honest else by
        held = {"outcome": "accepted", "content_root": PROMISE["content_root"], "size": PROMISE["size"]}
        if record is not None and record.sealed is not None and honest:
            held |= {"content_root": record.content_root, "manifest_root": record.sealed.manifest_root}
        said = held if accepted else {"outcome": "refused", "reason": "quality"}
        self.attempt(self.market.say(by, "receipt", delivery=delivery, **said))

    @rule(by=EVERYBODY, data=st.data(), honest=HONEST)
    def lapses(self, by: str, data: st.DataObject, honest: bool) -> None:
        self.attempt(self.market.lapse(self.one(data, "delivery"), "exchange" if honest else by))

    @rule(data=st.data(), name=st.sampled_from(["busy", "a", "b"]))
    def releases_again(self, data: st.DataObject, name: str) -> None:
        secret = base64url.encode(share(name, "exchange")).decode()
        self.attempt(self.market.say("exchange", "release", receipt=self.one(data, "receipt"), share=secret))
        assert isinstance(self.said[-1][2], Refused)

    @rule(by=EVERYBODY, data=st.data(), index=st.sampled_from([0, 0, 0, 1]), honest=HONEST)
    def claims(self, by: str, data: st.DataObject, index: int, honest: bool) -> None:
        release = self.one(data, "release")
        record = self.market.sight.get(ReleaseRecord, release)
        by = self.name(record.consumer) if record is not None and honest else by
        self.attempt(self.market.claim(release, index, by))

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
        batched.shares.update(self.market.shares)
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
