"""A market and the ledger of its log, side by side: whatever is said, both must agree on what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from lading.acts.base import PUBLIC, Confidential, Record
from lading.acts.offer import as_it_stands
from lading.acts.records import ContractRecord, DeliveryRecord, ListingRecord, OfferRecord, ParticipantRecord
from lading.acts.recourse import AttestationRecord, ClaimRecord, GrantRecord
from lading.evidence.verdict import Status
from lading.problems import Refused
from lading.register.register import Registered
from lading.statement import base64url
from lading.statement.envelope import decode, statement_id
from lading.statement.words import Id
from lading.transfer.shares import commitment
from sdk.tests.acts.erasing import judged
from sdk.tests.core.market import Market, signer
from sdk.tests.core.outcome import outcome
from sdk.tests.model.counting import Counting
from sdk.tests.model.drafts import Drafts
from sdk.tests.model.ledger import Event, tables

Answer = Registered | Refused
BARRED: Final = frozenset({"listing", "offer", "acceptance", "attestation"})
"""Acts that need an admission. Nothing else is ever refused for that, but for what follows."""
ABOUT_LISTINGS: Final = frozenset({"claim", "ruling"})
"""They need one where the claim is about a listing; a disclosure, where it is about what is public."""
ADMISSION: Final = frozenset({"not-admitted", "missing-role"})
REFUSALS: Final = {
    "offer": "offer-not-open",
    "delivery": "delivery-not-open",
    "listing": "listing-not-open",
    "attestation": "attestation-not-standing",
    "claim": "claim-not-open",
    "grant": "grant-not-open",
}
"""By table: the code that it refuses with, and that nothing else is refused with."""
WINNERS: Final = frozenset(
    {
        *REFUSALS.values(),
        "claim-taken",
        "erased-already",
        "exchange-closed",
        "reference-used",
        "sequence-taken",
        "share-reused",
        "stale-contract",
        "stale-listing",
    }
)
"""Codes of slots: the refusal names who has it."""
RECORDS: Final[Mapping[str, type[Record]]] = {
    "participant": ParticipantRecord,
    "listing": ListingRecord,
    "contract": ContractRecord,
    "delivery": DeliveryRecord,
    "attestation": AttestationRecord,
    "claim": ClaimRecord,
    "grant": GrantRecord,
}


class Order(NamedTuple):
    """What came of statements in one order: answers, and the state without places."""

    answers: list[Answer]
    records: object


class World:
    """What is said goes to the register; what comes of it is held against the ledger."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.ledger = Counting()
        self.drafts = Drafts(market, self.ledger)
        self.said: dict[Id, bytes] = {}
        self._begun = market.sight.size()
        self._count(0)

    def attempt(self, jws: bytes) -> Answer:
        """Say something, and check what came of it."""
        before = self.market.sight
        self.said[statement_id(jws)] = jws
        answer = self.market.answer(jws)
        self._check(jws, answer)
        if isinstance(answer, Refused) or not answer.new:
            assert vars(self.market.sight) == vars(before)
        self._count(before.size())
        return answer

    def attempt_together(self, batch: Sequence[bytes]) -> None:
        """Say several things in one batch: the same comes of it as one by one."""
        other, before = self.market.copy(), self.market.sight
        self.said.update({statement_id(jws): jws for jws in batch})
        alone = [other.answer(jws) for jws in batch]
        prepared = [outcome(self.market.register.prepare, jws, before) for jws in batch]
        together = self.market.register.admit(prepared)
        assert [told(answer) for answer in together] == [told(answer) for answer in alone]
        assert vars(self.market.sight) == vars(other.sight)
        self._count(before.size())

    def either_order(self, one: bytes, other: bytes) -> None:
        """Log order decides: what the first took the second finds taken by it; what is apart comes to the same."""
        ahead, behind = self._in_order(one, other), self._in_order(other, one)
        for alone, after, rival in (
            (behind.answers[0], ahead.answers[1], one),
            (ahead.answers[0], behind.answers[1], other),
        ):
            if isinstance(after, Refused) and isinstance(alone, Registered) and after.code in WINNERS:
                assert after.winner == statement_id(rival), (after, decode(rival).members)
        if self.are_independent(one, other):
            answers = [told(answer, place=False) for answer in ahead.answers]
            assert answers == [told(answer, place=False) for answer in reversed(behind.answers)]
            assert ahead.records == behind.records

    def _in_order(self, *statements: bytes) -> "Order":
        market = self.market.copy()
        answers = [market.answer(jws) for jws in statements]
        return Order(answers, unplaced(market))

    def are_independent(self, one: bytes, other: bytes) -> bool:
        """Whether two statements name nothing, directly or through others, that is the same."""
        members = [decode(jws).members for jws in (one, other)]
        if any(
            each["type"] in ("participant", "admission") or each.get("kind") == "outage" for each in members
        ):
            return False
        people = set(self.ledger.of_type("participant", "admission"))
        return not (self._touched(members[0]) - people) & (self._touched(members[1]) - people)

    def _touched(self, members: Mapping[str, Any]) -> set[str]:
        waiting, found = list(texts(members)), set[str]()
        while waiting:
            text = waiting.pop()
            if text not in found and text.startswith("sha256:"):
                found.add(text)
                said = self.ledger.said.get(Id(text))
                waiting.extend(() if said is None else texts(said.members))
        return found - {self.market.id["exchange"]}

    def _count(self, since: int) -> None:
        """Take the new entries into the ledger, and compare the states and readers that they led to."""
        sight, events = self.market.sight, list[Event]()
        for entry in sight.entries[since:]:
            members = decode(sight.statements.get(entry.id) or self.said[entry.id]).members
            events += self.ledger.events_of(entry.id, members)
            self.ledger.registered(entry.id, members, entry.time)
            if members["type"] == "release":
                self._check_share(members)
            self._rotate(entry.id, members)
            readers, counted = sight.readers[entry.id], self.ledger.readers[entry.id]
            assert readers == (PUBLIC if counted is None else counted), members
        assert self.ledger.due is None
        for machine, subject, _ in events:
            assert self.recorded(machine, subject) == self.ledger.state_of(machine, subject), (
                machine,
                subject,
            )

    def _rotate(self, key: Id, members: Mapping[str, Any]) -> None:
        """From now on a participant signs with the key that it has changed to."""
        market = self.market
        if members["type"] == "participant" and "issuer" in members and len(self.ledger.said) > self._begun:
            name = self.drafts.name(members["issuer"])
            generation = sum(other.startswith(f"{name}-") for other in market.head)
            market.head[name] = market.head[f"{name}-{generation}"] = key
            market.key[name] = signer(f"{name}-next" + "x" * generation)

    def _check_share(self, members: Mapping[str, Any]) -> None:
        delivery = self.ledger.said[self.ledger.said[members["receipt"]].members["delivery"]]
        signed = delivery.members["sealed"]["exchange"]["commitment"]
        assert commitment(base64url.decode(members["share"].encode())) == signed

    def recorded(self, machine: str, subject: Id) -> str:
        """The state that the register has of a subject."""
        sight = self.market.sight
        if machine == "offer":
            offer = sight.get(OfferRecord, subject)
            return "absent" if offer is None else as_it_stands(sight, offer).state
        record = sight.get(RECORDS[machine], subject)
        return "absent" if record is None else str(record.model_dump(include={"state"})["state"])

    def _check(self, jws: bytes, answer: Answer) -> None:
        """What may be refused with which code, as the pages have it."""
        if isinstance(answer, Registered):
            return
        said = decode(jws).members
        if answer.code in ADMISSION and said["type"] == "disclosure":
            assert self.market.sight.readers[said["statement"]] == PUBLIC, said
        elif answer.code in ADMISSION:
            claim = self.ledger.said[said["claim"]].members if said["type"] == "ruling" else said
            listed = self.ledger.said.get(claim.get("statement", Id("")))
            assert said["type"] in BARRED or (said["type"] in ABOUT_LISTINGS and listed is not None), said
            assert said["type"] in BARRED or (listed is not None and listed.type == "listing"), said
        if answer.code in WINNERS:
            assert answer.winner in self.ledger.said, (answer, said)
        self._check_table(statement_id(jws), said, answer)
        self._check_deadline(said, answer)

    def _check_table(self, key: Id, said: Mapping[str, Any], answer: Refused) -> None:
        """A table's code is for what the table does not hold, and for nothing else."""
        if answer.code in REFUSALS.values():
            held = [
                (self.ledger.state_of(event.machine, event.subject), event.event) in tables()[event.machine]
                for event in self.ledger.events_of(key, said)
                if REFUSALS.get(event.machine) == answer.code
            ]
            named = said.get("listing", Id(""))
            unlisted = self.ledger.state_of("listing", named) == "withdrawn"
            assert not all(held) or (answer.code == "listing-not-open" and unlisted), (answer, said)

    def _check_deadline(self, said: Mapping[str, Any], answer: Refused) -> None:
        """A receipt is late, and a lapse early, by the clock that stands still while its contract is suspended."""
        delivery, now = (
            said.get("delivery", Id("")),
            max(self.market.clock.now, self.market.sight.last_time()),
        )
        if answer.code == "deadline-passed":
            deadline = self.ledger.deadline_of(delivery)
            assert deadline is not None, said
            assert now > deadline, said
        if answer.code == "deadline-not-passed" and said["type"] == "lapse" and delivery in self.ledger.said:
            deadline = self.ledger.deadline_of(delivery)
            assert deadline is None or now <= deadline, said

    def check_states(self) -> None:
        """Every subject is in the state that its table leads to; nobody reads what is not theirs."""
        for machine, subject in self.ledger.state:
            assert self.recorded(machine, subject) == self.ledger.state_of(machine, subject), (
                machine,
                subject,
            )
        everybody = set(self.market.sight.records)
        for record in self.market.sight.records.values():
            if isinstance(record, Confidential):
                assert all(("participant", party) in everybody for party in record.parties), record

    def check_evidence(self, subjects: Sequence[Id]) -> None:
        """Evidence of what was admitted is VALID; INDETERMINATE only where something was erased."""
        for subject in subjects:
            verdict = judged(self.market, subject)
            found = [finding for finding in verdict.findings if finding.severity != "note"]
            assert verdict.status is not Status.INVALID, (self.ledger.said[subject].members, found)
            if not self.ledger.erased:
                assert verdict.status is Status.VALID, (self.ledger.said[subject].members, found)


def texts(value: object) -> list[str]:
    """Every text in the members of a statement."""
    if isinstance(value, str):
        return [value]
    children = (
        value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    )
    return [text for child in children for text in texts(child)]


def told(answer: Answer, *, place: bool = True) -> object:
    """What an answer says; without the place, that too where it is registered is left out."""
    if isinstance(answer, Refused):
        return (answer.code, answer.pointer, answer.winner)
    return answer if place else (answer.id, answer.new)


def unplaced(market: Market) -> object:
    """The state without the order in which it came about."""
    return {
        address: record.model_dump(exclude={"index", "changes"})
        for address, record in market.sight.records.items()
    }
