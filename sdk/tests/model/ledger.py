"""What a log says, counted from the members of its statements, the pages of the specification and the tables alone.

No rule and no record is asked. `Ledger.registered` takes statements in log order and raises AssertionError where one
cannot stand there.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from lading.statement.words import Id, parse_duration, parse_time
from sdk.tests.core.vectors import SPEC

STATUS: Final = {"pending": "pend", "admitted": "admit", "suspended": "suspend", "expelled": "expel"}
NOTICES: Final = {"suspend": "suspension", "resume": "resumption", "terminate": "termination"}
WITHDRAWN: Final = ("listing", "offer", "delivery", "attestation", "claim", "grant")
"""What can be withdrawn; its table has the same name."""
POINTS: Final = ("contract", "delivery", "receipt", "statement", "replies_to", "claim", "offer")
"""The members by which a statement belongs to the contract of another one."""
Table = Mapping[tuple[str, str], str]


@lru_cache
def _machines() -> tuple[dict[str, Any], ...]:
    paths = sorted((SPEC / "machines").glob("*.json"))
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in paths)


@lru_cache
def tables() -> Mapping[str, Table]:
    """The transition tables of the specification, by name."""
    return {
        each["machine"]: {(row["from"], row["event"]): row["to"] for row in each["transitions"]}
        for each in _machines()
    }


@lru_cache
def refusals() -> Mapping[str, str]:
    """The code with which each table refuses, by its name."""
    return {each["machine"]: each["refusal"] for each in _machines()}


class Said(NamedTuple):
    """A registered statement: its members, and its registration time."""

    members: Mapping[str, Any]
    time: int

    @property
    def type(self) -> str:
        """The act."""
        return str(self.members["type"])


class Event(NamedTuple):
    """What a statement is in a table, and for which subject of it."""

    machine: str
    subject: Id
    event: str


class Ledger:
    """The statements so far, the state of every subject, what is taken for ever, and who may read what."""

    def __init__(self) -> None:
        self.said: dict[Id, Said] = {}
        self.state: dict[tuple[str, Id], str] = {}
        self.readers: dict[Id, frozenset[Id] | None] = {}
        self.accepted: dict[Id, Id] = {}
        self.head: dict[Id, Id] = {}
        self.ends: dict[Id, int] = {}
        self.pauses: dict[Id, list[tuple[int, int | None]]] = {}
        self.outages: list[tuple[int, int | None]] = []
        self.closing: int | None = None
        self.numbers: dict[tuple[Id, int], Id] = {}
        self.taken: set[tuple[object, ...]] = set()
        self.erased: set[Id] = set()
        self.due: Id | None = None
        self.is_open = True
        self.chain: dict[Id, Id] = {}
        self.suspender: dict[Id, Id] = {}
        self.revoked: set[tuple[Id, str]] = set()

    def of_type(self, *types: str) -> list[Id]:
        """The ids of statements of some types, in log order."""
        return [key for key, said in self.said.items() if said.type in types]

    def state_of(self, machine: str, subject: Id) -> str:
        """The state of a subject; `absent` where there is no such subject."""
        return self.state.get((machine, subject), "absent")

    def contract_of(self, key: Id) -> Id | None:
        """The contract that a statement belongs to, if any."""
        said = self.said.get(key)
        if said is None:
            return None
        if said.type == "acceptance":
            offer = self.said.get(said.members.get("offer", Id("")))
            amended = None if offer is None else offer.members.get("amends")
            return key if amended is None else self.contract_of(amended)
        if said.type == "offer":
            return self.contract_of(self.accepted[key]) if key in self.accepted else None
        named = (said.members.get(name) for name in POINTS)
        through = next((name for name in named if name is not None), None)
        return None if through is None else self.contract_of(through)

    def listing_of(self, contract: Id) -> Id:
        """The listing version that a contract, or an offer, binds."""
        members = self.said[contract].members
        if "listing" in members:
            return Id(members["listing"])
        return self.listing_of(members["offer"] if "offer" in members else members["amends"])

    def product_of(self, listing: Id) -> Id:
        """The first version of a listing."""
        older = self.said[listing].members.get("supersedes")
        return listing if older is None else self.product_of(older)

    def provider_of(self, contract: Id) -> Id:
        """Who provides under a contract."""
        return Id(self.said[self.listing_of(contract)].members["issuer"])

    def consumer_of(self, contract: Id) -> Id:
        """Who consumes under a contract."""
        members = self.said[contract].members
        offer = self.said[members["offer"]].members if "offer" in members else members
        parties = {members["issuer"], offer["issuer"], offer.get("to", members["issuer"])}
        (consumer,) = parties - {self.provider_of(contract)}
        return Id(consumer)

    def parties_of(self, contract: Id) -> frozenset[Id]:
        """Both parties of a contract."""
        return frozenset({self.provider_of(contract), self.consumer_of(contract)})

    def terms_of(self, agreement: Id) -> Mapping[str, Any]:
        """The terms of an acceptance."""
        members = self.said[agreement].members
        if "offer" in members:
            return dict(self.said[members["offer"]].members["terms"])
        return dict(self.said[members["listing"]].members["standing"]["terms"])

    def in_force(self, contract: Id) -> Mapping[str, Any]:
        """The terms in force."""
        return self.terms_of(self.head[contract])

    def deadline_of(self, delivery: Id) -> int | None:
        """Until when a delivery can be taken; None: not while its contract is suspended.

        The taking period is that of the terms in force at its registration.
        """
        said = self.said[delivery]
        contract = Id(said.members["contract"])
        terms = self.terms_of(self.agreement_before(contract, delivery))
        deadline = self.run_down(contract, said.time, parse_duration(terms["taking_period"]))
        if self.closing is None:
            return deadline
        return self.closing if deadline is None else min(deadline, self.closing)

    def due_of(self, contract: Id, sequence: int) -> int | None:
        """When a scheduled delivery is due; None: not while its contract is suspended."""
        schedule = self.in_force(contract)["schedule"]
        period = parse_duration(schedule["first"]) + (sequence - 1) * parse_duration(schedule["every"])
        return self.run_down(contract, self.said[contract].time, period)

    def run_down(self, contract: Id, start: int, period: int) -> int | None:
        """When a time is over that runs outside the pauses alone; None: not before the present one ends."""
        left, at = period, start
        for since, until in sorted(
            (*self.pauses.get(contract, ()), *self.outages), key=lambda pause: pause[0]
        ):
            if left < since - at:
                break
            if until is None:
                return None
            left -= max(since - at, 0)
            at = max(at, until)
        return at + left

    def agreement_before(self, contract: Id, key: Id) -> Id:
        """The acceptance whose terms were in force when a statement was registered."""
        made = [other for other in self.of_type("acceptance") if self.contract_of(other) == contract]
        return [other for other in made if self.precedes(other, key)][-1]

    def precedes(self, one: Id, other: Id) -> bool:
        """Whether one statement stands before another in the log."""
        order = list(self.said)
        return order.index(one) < order.index(other)

    def events_of(self, key: Id, members: Mapping[str, Any]) -> Iterator[Event]:
        """What a statement is in the tables; what an erasure or withdrawal does to others only where it does it."""
        act = members["type"]
        if act == "participant" and "issuer" not in members and "home" in members:
            yield Event("participant", key, "participant")
        elif act == "admission":
            yield Event("participant", members["participant"], STATUS[members["status"]])
        elif act == "offer":
            yield Event("offer", key, "offer")
            if "replies_to" in members:
                yield Event("offer", members["replies_to"], "counter-offer")
        elif act == "acceptance":
            yield from self._agreed(key, members)
        elif act == "listing":
            yield Event("listing", key, "listing")
            if "supersedes" in members:
                yield Event("listing", members["supersedes"], "successor")
        elif act == "claim" and "replies_to" in members:
            yield Event("claim", members["replies_to"], "answer")
        elif act in ("claim", "attestation", "grant"):
            yield Event(act, key, act)
        elif act == "notice" and members["kind"] in NOTICES:
            yield Event("contract", members["contract"], NOTICES[members["kind"]])
        elif act == "rejection":
            yield Event("offer", members["offer"], "rejection")
        elif act == "ruling":
            yield Event("claim", members["claim"], "ruling")
        elif act == "delivery":
            yield Event("delivery", key, "delivery")
            yield Event("contract", members["contract"], "delivery")
        elif act == "receipt":
            sort = "sealed" if "manifest_root" in members else members["outcome"]
            yield Event("delivery", members["delivery"], f"receipt-{sort}")
        elif act == "release" and members["receipt"] in self.said:
            yield Event("delivery", self.said[members["receipt"]].members.get("delivery", ""), "release")
        elif act == "lapse" and "delivery" in members:
            yield Event("delivery", members["delivery"], "lapse")
        elif act in ("withdrawal", "erasure"):
            yield from self._ended(members["statement"], act)

    def _agreed(self, key: Id, members: Mapping[str, Any]) -> Iterator[Event]:
        offer = members.get("offer")
        amended = None
        if offer is not None:
            yield Event("offer", offer, "acceptance")
            amended = self.said[offer].members.get("amends") if offer in self.said else None
        contract = None if amended is None else self.contract_of(amended)
        yield (
            Event("contract", key, "acceptance")
            if contract is None
            else Event("contract", contract, "amendment")
        )

    def _ended(self, subject: Id, act: str) -> Iterator[Event]:
        """A withdrawal or erasure, and what hangs on the listing that it is about."""
        said = self.said.get(subject)
        if (
            said is None
            or said.type not in WITHDRAWN
            or (act == "erasure" and said.type not in ("listing", "offer"))
        ):
            return
        if said.type == "claim" and "replies_to" in said.members:
            return
        happens = (self.state_of(said.type, subject), act) in tables()[said.type]
        if happens or act == "withdrawal":
            yield Event(said.type, subject, act)
        if happens and said.type == "listing":
            for offer in self.of_type("offer"):
                members = self.said[offer].members
                if "listing" not in members or self.state_of("offer", offer) != "open":
                    continue
                if self.product_of(members["listing"]) == self.product_of(subject):
                    yield Event("offer", offer, "listing-withdrawal")

    def boundaries(self) -> list[int]:
        """The moments at which something that is open ends."""
        open_deliveries = [
            key for key in self.of_type("delivery") if self.state_of("delivery", key) == "open"
        ]
        deadlines = [self.deadline_of(key) for key in open_deliveries[-4:]]
        said = [self.said[key] for key in list(self.said)[-40:]]
        names = ("expires_at", "effective_at", "until", "erase_by")
        moments = [parse_time(each.members[name]) for each in said for name in names if name in each.members]
        windows = [each.time + 24 * 3_600_000 for each in said if each.type in ("receipt", "release")]
        more = [moment for moment in (*deadlines, self.closing) if moment is not None]
        return sorted({*more, *moments, *windows})
