"""The ledger as a log grows: each statement takes its place in it, or AssertionError says why it cannot."""

from collections.abc import Mapping
from typing import Any, Final

from lading.statement.words import Id, parse_time
from sdk.tests.model import authority
from sdk.tests.model.ledger import Event, Ledger, Said, tables

PUBLIC_ACTS: Final = ("participant", "admission", "listing")
ONCE: Final = ("previous", "supersedes")


class Counting(Ledger):
    """A ledger that takes statements in log order."""

    def registered(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        """A statement was registered."""
        act = members["type"]
        # no release without the accepted receipt right before it, and every such receipt has one
        assert (act == "release") == (self.due is not None), (act, self.due)
        assert self.due in (None, members.get("receipt")), self.due
        authority.check(self, key, members, time)
        events = list(self.events_of(key, members))
        self.said[key] = Said(members, time)
        for event in events:
            self._follow(event)
        self.due = key if "manifest_root" in members and act == "receipt" else None
        for member in ONCE:
            if member in members:
                self._take("successor", members[member])
        getattr(self, f"_{act}", lambda *_: None)(key, members, time)
        self.readers[key] = self._readers_of(key, members)

    def _follow(self, event: Event) -> None:
        table, address = tables()[event.machine], (event.machine, event.subject)
        following = table.get((self.state_of(*address), event.event))
        assert following is not None, f"{event} in the state {self.state_of(*address)}"
        self.state[address] = following

    def _take(self, *slot: object) -> None:
        assert slot not in self.taken, slot
        self.taken.add(slot)

    def _participant(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        exchange, issuer = members.get("exchange", {}), Id(members.get("issuer", key))
        self.chain[issuer] = key
        self.revoked |= {(issuer, kid) for kid in members.get("revoked", ())}
        assert not {(issuer, kid) for kid in members["next"]} & self.revoked
        assert self.is_open or "previous" in members, "onboarding is closed"
        self.is_open = exchange["policy"]["onboarding"] == "open" if exchange else self.is_open
        if "closing_at" in exchange:
            closing = parse_time(exchange["closing_at"])
            assert closing >= (time + 30 * 24 * 3_600_000 if self.closing is None else self.closing)
            self.closing = closing
        if "closed" in exchange:
            assert self.closing is not None
            assert time > self.closing
            self._take("closed")

    def _acceptance(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        if "offer" in members:
            self.accepted[members["offer"]] = key
            self._take("accepted", members["offer"])
        else:
            self._take("reference", members["issuer"], members["reference"])
        contract = self.contract_of(key)
        assert contract is not None
        if contract != key:
            assert self.said[members["offer"]].members["amends"] == self.head[contract]
        self.head[contract] = key

    def _delivery(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        self._number(members["contract"], members["sequence"], key)
        for role in ("exchange", "consumer") if "sealed" in members else ():
            self._take("share", members["sealed"][role]["commitment"])
        assert self.closing is None or time <= self.closing
        ends = self.ends.get(members["contract"])
        assert ends is None or time <= ends

    def _number(self, contract: Id, sequence: int, key: Id) -> None:
        assert (contract, sequence) not in self.numbers, "the number is taken"
        others = [self.said[other].members for other in self.of_type("delivery", "lapse") if other != key]
        used = [said["sequence"] for said in others if said.get("contract") == contract]
        assert sequence <= max(used, default=0) + 1, "a gap"
        self.numbers[contract, sequence] = key

    def _free(self, delivery: Id) -> None:
        members = self.said[delivery].members
        assert self.numbers.pop((members["contract"], members["sequence"])) == delivery

    def _receipt(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        delivery = Id(members["delivery"])
        self._take("closed", delivery)
        deadline = self.deadline_of(delivery)
        assert deadline is None or time <= deadline, "a receipt after the deadline"
        if members["outcome"] == "refused":
            self._free(delivery)

    def _release(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        self._take("released", members["receipt"])
        assert self.said[members["receipt"]].time == time

    def _lapse(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        if "delivery" not in members:
            self._number(members["contract"], members["sequence"], key)
            deadline = self.due_of(members["contract"], members["sequence"])
        else:
            self._take("closed", members["delivery"])
            deadline = self.deadline_of(members["delivery"])
        assert deadline is not None, "the contract is suspended"
        assert time > deadline, "a lapse before the deadline"

    def _withdrawal(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        subject = Id(members["statement"])
        assert self.said[subject].members["issuer"] == members["issuer"]
        self._take("withdrawn", subject)
        if self.said[subject].type == "delivery":
            self._take("closed", subject)
            self._free(subject)

    def _claim(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        if "replies_to" in members:
            self._take("answered", members["replies_to"])
            return
        index = members.get("proof", {}).get("index")
        self._take("claim", members["statement"], members["issuer"], members["ground"], index)

    def _ruling(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        self._take("ruled", members["claim"])
        assert members["issuer"] == self.arbiter_of(members["claim"])

    def _payment(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        self._take("payment", members["contract"], members["issuer"], members["reference"])

    def _erasure(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        self._take("erased", members["statement"])
        self.erased.add(members["statement"])

    def _notice(self, key: Id, members: Mapping[str, Any], time: int) -> None:
        contract, kind = Id(members.get("contract", "")), members["kind"]
        if kind == "outage":
            before = self.said[list(self.said)[-2]].time
            since, until = parse_time(members["since"]), parse_time(members["until"])
            assert before <= since < until <= time
            self.outages.append((since, until))
            return
        pauses = self.pauses.setdefault(contract, [])
        if kind == "suspend":
            pauses.append((time, None))
            self.suspender[contract] = members["issuer"]
        elif pauses and pauses[-1][1] is None and kind in ("resume", "terminate"):
            pauses[-1] = (pauses[-1][0], time)
        if kind == "terminate":
            ends = parse_time(members["effective_at"])
            assert time <= ends < self.ends.get(contract, ends + 1)
            self.ends[contract] = ends

    def arbiter_of(self, claim: Id) -> Id | None:
        """Whom the terms named when a claim was made."""
        about = Id(self.said[claim].members["statement"])
        contract = self.contract_of(about)
        if contract is None:
            terms = self.said[about].members.get("standing", {}).get("terms", {})
        else:
            terms = self.terms_of(self.agreement_before(contract, claim))
        return Id(terms["arbiter"]) if "arbiter" in terms else None

    def _readers_of(self, key: Id, members: Mapping[str, Any]) -> frozenset[Id] | None:
        """Who may read a statement, as the pages of the acts say it; None: everybody."""
        act = members["type"]
        if act in PUBLIC_ACTS:
            return None
        if act == "offer":
            return frozenset({members["issuer"], members["to"]})
        if act == "claim":
            return self._concerned(Id(members.get("replies_to", key)))
        if act == "ruling":
            return self.readers[members["claim"]]
        if act == "notarisation":
            return frozenset({members["reader"]}) if "reader" in members else None
        if act in ("rejection", "withdrawal", "erasure", "attestation", "disclosure"):
            about = self.readers[members["offer"] if act == "rejection" else members["statement"]]
            more = {"attestation": [members["issuer"]], "disclosure": [members.get("reader")]}.get(act, [])
            return None if about is None else about | {reader for reader in more if reader is not None}
        contract = self.contract_of(key)
        if contract is None:
            assert members.get("kind") == "outage", members
            return None
        return self.parties_of(contract) | ({members["to"]} if act == "grant" else set())

    def _concerned(self, claim: Id) -> frozenset[Id]:
        """Claimant, respondent and arbiter."""
        members = self.said[claim].members
        contract, arbiter = self.contract_of(claim), self.arbiter_of(claim)
        against = {self.said[members["statement"]].members["issuer"]}
        parties = self.parties_of(contract) if contract is not None else frozenset(against)
        return parties | {members["issuer"]} | ({arbiter} if arbiter is not None else frozenset())
