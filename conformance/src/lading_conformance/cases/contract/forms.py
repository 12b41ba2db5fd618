"""The members of acts: none is left out, none is added, none is null, and those that exclude each other do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import Party, now, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.deals import DAY
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

Members = dict[str, Json]
ROOT: Final = "sha256:" + 64 * "0"
WINDOW: Final[Members] = {"first": 1, "last": 10, "count": 10}


@dataclass(frozen=True)
class Act:
    """An act that is well-formed, and would be refused for nothing else than its members."""

    requirement: str
    name: str
    issuer: Party
    members: Members
    """All of its own members that it must have."""

    def with_(self, **members: Json) -> bytes:
        """Return the act with some members replaced or added."""
        return self.issuer.says(self.name, **{**self.members, **members})

    def without(self, member: str) -> bytes:
        """Return the act with one member left out."""
        kept = {name: value for name, value in self.members.items() if name != member}
        return self.issuer.says(self.name, **kept)


def run(trial: Trial) -> None:
    """Send every act of a contract with one member too few, one too many, and others that contradict each other."""
    session = trial.session
    with trial.given("a contract with a delivery received and one open, and an open offer"):
        acts = _acts(session)
    for act in acts.values():
        for requirement, what, jws in _common(act):
            with trial.check(requirement, f"{what}: bad-member"):
                expect.refused(session, jws, "bad-member")
    for requirement, what, jws in _contradictions(acts):
        with trial.check(requirement, f"{what}: bad-member"):
            expect.refused(session, jws, "bad-member")
    for name in ("offer", "acceptance", "delivery", "receipt"):
        with trial.check("LAD-REG-002", f"the {name} from which these were made is registered"):
            deals.say(session, acts[name].with_())


def _acts(session: Session) -> dict[str, Act]:
    provider, consumer = session.provider, session.consumer
    listing = deals.publish(session)
    offer = agreements.offered(session, listing.id)
    contract = agreements.agreed(session, termination={"by": ["consumer"], "notice": "P1D"})
    agreements.received(session, contract.id)
    delivery = agreements.delivered(session, contract.id, 2)
    recall: Members = {"kind": "recall", "contract": contract.id, "ground": "law", "erase_by": _time(DAY)}
    end: Members = {**recall, "kind": "terminate", "effective_at": _time(9 * DAY)}
    del end["erase_by"]
    money: Members = {
        "contract": contract.id,
        "amount": agreements.euros("1.00"),
        "reference": session.word(),
    }
    return {
        "offer": Act("LAD-OFR-001", "offer", provider, {**_offered(listing.id), "to": consumer.id}),
        "acceptance": Act(
            "LAD-ACC-001",
            "acceptance",
            consumer,
            {"listing": listing.id, "purpose": "research", "reference": session.word()},
        ),
        "rejection": Act("LAD-REJ-002", "rejection", consumer, {"offer": offer.id, "reason": "price"}),
        "withdrawal": Act("LAD-WDR-002", "withdrawal", provider, {"statement": offer.id}),
        "delivery": Act("LAD-DLV-009", "delivery", provider, _delivered(contract.id, 3)),
        "receipt": Act("LAD-RCP-006", "receipt", consumer, _received(delivery.id)),
        "recall": Act("LAD-NTC-001", "notice", provider, recall),
        "termination": Act("LAD-NTC-001", "notice", consumer, end),
        "invoice": Act("LAD-PAY-001", "payment", provider, {**money, "kind": "invoice"}),
        "deletion": Act(
            "LAD-DEL-001",
            "deletion",
            consumer,
            {"contract": contract.id, "method": "overwritten", "deleted_at": _time(-DAY)},
        ),
    }


def _time(later: int) -> str:
    return written_time(now() + later)


def _offered(listing: str) -> Members:
    terms: Members = agreements.terms()
    return {"listing": listing, "terms": terms, "purpose": "research", "expires_at": _time(DAY)}


def _delivered(contract: str, sequence: int) -> Members:
    named: Members = {"contract": contract, "sequence": sequence, "form": "clear", "custody": "exchange"}
    return {**named, **agreements.NOTHING.promise}


def _received(delivery: str) -> Members:
    promise = agreements.NOTHING.promise
    repeated: Members = {"size": promise["size"], "content_root": promise["content_root"]}
    return {"delivery": delivery, "outcome": "accepted", **repeated}


Flawed = tuple[str, str, bytes]


def _common(act: Act) -> Iterator[Flawed]:
    """Yield what is wrong with every act alike."""
    which = f"{act.name} ({act.members['kind']})" if "kind" in act.members else act.name
    for member in act.members:
        yield act.requirement, f"{which} without `{member}`", act.without(member)
    yield act.requirement, f"{which} with a member that no act has", act.with_(colour="blue")
    first = next(iter(act.members))
    yield act.requirement, f"{which} whose `{first}` is null", act.with_(**{first: None})


def _contradictions(acts: dict[str, Act]) -> Iterator[Flawed]:
    offer, acceptance, receipt = acts["offer"], acts["acceptance"], acts["receipt"]
    both = offer.with_(amends=acts["delivery"].members["contract"])
    yield "LAD-OFR-001", "an offer about a listing that amends a contract", both
    yield "LAD-OFR-001", "an offer for no action", offer.with_(actions=[])
    yield "LAD-ACC-001", "an acceptance of a listing and an offer", acceptance.with_(offer=ROOT)
    whole = acceptance.issuer.says("acceptance", offer=ROOT, purpose="research")
    yield "LAD-ACC-001", "an acceptance of an offer for a purpose of its own", whole
    action = acceptance.issuer.says("acceptance", offer=ROOT, actions=["use"])
    yield "LAD-ACC-001", "an acceptance of an offer for actions of its own", action
    yield "LAD-RCP-006", "a receipt that accepts for a reason", receipt.with_(reason="regret")
    yield "LAD-RCP-006", "a receipt that refuses a size", receipt.with_(outcome="refused", reason="regret")
    bare = receipt.issuer.says("receipt", delivery=receipt.members["delivery"], outcome="refused")
    yield "LAD-RCP-006", "a receipt that refuses without a reason", bare
    refusal: Members = {"delivery": receipt.members["delivery"], "outcome": "refused", "reason": "regret"}
    there: Json = ["NL"]
    for place in ("stored_in", "processed_in", "accessed_from"):
        kept = receipt.issuer.says("receipt", **{**refusal, place: there})
        yield "LAD-RCP-006", f"a receipt that refuses with `{place}`", kept
    yield "LAD-RCP-006", "a receipt that neither accepts nor refuses", receipt.with_(outcome="perhaps")
    yield from _of_notices(acts["recall"], acts["termination"])
    yield from _of_payments(acts["invoice"])
    yield from _of_deliveries(acts["delivery"])


def _of_notices(recall: Act, end: Act) -> Iterator[Flawed]:
    wrong: dict[str, bytes] = {
        "a recall with an end of the contract": recall.with_(effective_at=_time(DAY)),
        "a recall of the delivery 0": recall.with_(deliveries=[0]),
        "a recall of one delivery twice": recall.with_(deliveries=[1, 1]),
        "a termination with a time to erase by": end.with_(erase_by=_time(DAY)),
        "a termination by a ruling, on another ground than a breach": end.with_(ruling=ROOT, ground="law"),
        "a suspension with an end of the contract": end.with_(kind="suspend"),
        "a notice of a kind that there is not": end.with_(kind="ponder"),
    }
    for what, jws in wrong.items():
        yield "LAD-NTC-001", what, jws
    outage: Members = {"kind": "outage", "ground": "power", "since": _time(-DAY)}
    ends = {"before it begins": _time(-2 * DAY), "as it begins": outage["since"]}
    for what, until in ends.items():
        jws = end.issuer.says("notice", **outage, until=until)
        yield "LAD-NTC-001", f"an outage that ends {what}", jws


def _of_payments(invoice: Act) -> Iterator[Flawed]:
    first, last = "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"
    backwards: Members = {"since": last, "until": first}
    wrong: dict[str, bytes] = {
        "an invoice that answers a payment": invoice.with_(answers=ROOT),
        "a confirmation that answers nothing": invoice.with_(kind="received"),
        "a payment with units": invoice.with_(kind="paid", units=1),
        "a payment for a period": invoice.with_(kind="paid", period={"since": first, "until": last}),
        "an invoice for a period that ends before it begins": invoice.with_(period=backwards),
        "a payment of a kind that there is not": invoice.with_(kind="refund"),
    }
    for what, jws in wrong.items():
        yield "LAD-PAY-001", what, jws


def _of_deliveries(delivery: Act) -> Iterator[Flawed]:
    windows: dict[str, Members] = {
        "ends before it begins": {"first": 2, "last": 1, "count": 0},
        "counts more than lies in it": {**WINDOW, "count": 11},
    }
    for what, window in windows.items():
        yield "LAD-DLV-022", f"a window that {what}", delivery.with_(window=window)
    yield "LAD-DLV-009", "a window from 0", delivery.with_(window={**WINDOW, "first": 0})
    yield "LAD-DLV-009", "the delivery 0", delivery.with_(sequence=0)
    yield "LAD-DLV-009", "a form that there is not", delivery.with_(form="folded")
    yield "LAD-DLV-009", "a field twice", delivery.with_(fields=["speed", "speed"])
    for number in (3, 4):
        yield "LAD-DLV-023", f"a delivery 3 that corrects {number}", delivery.with_(corrects=number)


CASE = Case(
    name="contract_forms",
    profile="contract",
    story="Every act by which two companies trade is sent with a member left out, with one that nobody knows, and "
    "with members that contradict each other. None is repaired, and none is registered.",
    requirements=(
        "LAD-OFR-001",
        "LAD-ACC-001",
        "LAD-REJ-002",
        "LAD-WDR-002",
        "LAD-DLV-009",
        "LAD-RCP-006",
        "LAD-NTC-001",
        "LAD-PAY-001",
        "LAD-DEL-001",
        "LAD-DLV-022",
        "LAD-DLV-023",
        "LAD-REG-002",
    ),
    run=run,
)
