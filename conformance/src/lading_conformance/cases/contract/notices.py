"""Notices: a contract is suspended, taken up again and ended, and data is called back."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.party import Party, now, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.agreements import SECOND
from lading_conformance.steps.deals import DAY
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

Wanted = dict[str, object]
URI: Final = "https://law.example/act"
MOST_SUSPENSIONS: Final = 64
MARGIN: Final = 60 * SECOND
"""How far a notice period is missed or kept, so that no clock decides."""


def run(trial: Trial) -> None:
    """Tell the story of four contracts: one is suspended, one too often, one ends, one is called back."""
    session = trial.session
    with trial.given("a provider, a consumer, and somebody else"):
        _ = session.provider, session.consumer
        other = session.stranger
    _strangers(trial, other)
    _suspensions(trial)
    _too_many(trial)
    _instrument(trial)
    _terminations(trial)
    _usual_period(trial)
    _recalls(trial)


def _strangers(trial: Trial, other: Party) -> None:
    session = trial.session
    with trial.given("a contract"):
        contract = agreements.agreed(session)
    with trial.check("LAD-NTC-006", "an outage by a participant: wrong-issuer"):
        times = {"since": written_time(now() - SECOND), "until": written_time(now())}
        jws = session.consumer.says("notice", kind="outage", ground="power", **times)
        expect.refused(session, jws, "wrong-issuer")
    everything = {
        "suspends": agreements.notice(other, contract.id, "suspend"),
        "resumes": agreements.notice(other, contract.id, "resume"),
        "ends": agreements.termination(other, contract.id, now() + 60 * DAY),
        "recalls": _recall(other, contract.id),
    }
    for what, jws in everything.items():
        with trial.check("LAD-NTC-007", f"a stranger {what} a contract: unknown-statement"):
            expect.refused(session, jws, "unknown-statement")
    with trial.check("LAD-NTC-007", "the consumer recalls: wrong-party"):
        expect.refused(session, _recall(session.consumer, contract.id), "wrong-party")
    for party in (session.provider, session.consumer):
        with trial.check(
            "LAD-NTC-002", "a suspension to which the terms give no right: suspension-not-agreed"
        ):
            expect.refused(session, agreements.notice(party, contract.id, "suspend"), "suspension-not-agreed")


def _suspensions(trial: Trial) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("a contract that the consumer may suspend, and a delivery under it"):
        contract = agreements.agreed(session, suspension={"by": ["consumer"]})
        delivery = agreements.delivered(session, contract.id)
    with trial.check("LAD-NTC-002", "the provider suspends it: suspension-not-agreed"):
        expect.refused(session, agreements.notice(provider, contract.id, "suspend"), "suspension-not-agreed")
    with trial.need("LAD-LIF-002", "the consumer suspends it: it is suspended, and a pause has begun"):
        pause = deals.say(session, agreements.notice(consumer, contract.id, "suspend"))
        pauses = [{"since": pause.time, "notices": [pause.id]}]
        wanted: Wanted = {"state": "suspended", "suspended_by": pause.id, "pauses": pauses}
        expect.state(session, provider, contract.id, "contract", **wanted)
    with trial.check("LAD-DLV-006", "a delivery meanwhile: contract-not-active"):
        expect.refused(session, agreements.nothing(provider, contract.id, 2), "contract-not-active")
    with trial.check("LAD-DLV-006", "a second suspension: contract-not-active"):
        expect.refused(session, agreements.notice(consumer, contract.id, "suspend"), "contract-not-active")
    with trial.check("LAD-REG-002", "a receipt of what was delivered before: registered"):
        deals.say(session, agreements.receipt(consumer, delivery.id))
    with trial.check("LAD-NTC-008", "the other party resumes: wrong-party"):
        expect.refused(session, agreements.notice(provider, contract.id, "resume"), "wrong-party")
    with trial.need("LAD-LIF-002", "the consumer resumes: it is active, and the pause is over"):
        end = deals.say(session, agreements.notice(consumer, contract.id, "resume"))
        pauses = [{"since": pause.time, "until": end.time, "notices": [pause.id, end.id]}]
        wanted = {"state": "active", "suspended_by": None, "pauses": pauses}
        expect.state(session, provider, contract.id, "contract", **wanted)
    with trial.check("LAD-REG-002", "a delivery after that: registered"):
        agreements.delivered(session, contract.id, 2)


def _too_many(trial: Trial) -> None:
    session, consumer = trial.session, trial.session.consumer
    with trial.given(f"a contract that was suspended and resumed {MOST_SUSPENSIONS} times"):
        contract = agreements.agreed(session, suspension={"by": ["consumer"]})
        for _ in range(MOST_SUSPENSIONS):
            for kind in ("suspend", "resume"):
                deals.say(session, agreements.notice(consumer, contract.id, kind))
    with trial.check("LAD-NTC-005", "once more: too-many-notices"):
        expect.refused(session, agreements.notice(consumer, contract.id, "suspend"), "too-many-notices")


def _instrument(trial: Trial) -> None:
    """An instrument with `reopen` gives either party the right to suspend."""
    session, provider = trial.session, trial.session.provider
    listed: dict[str, Json] = {"id": URI, "version": "1", "status": "in-force", "reopen": True}
    closed: dict[str, Json] = {"id": URI + "/2", "version": "1", "status": "in-force"}
    with trial.given("a contract that relies on two instruments, one with `reopen`"):
        contract = agreements.agreed(session, instruments=[listed, closed])
    wrong = {"none of the terms": URI + "/3", "one without `reopen`": URI + "/2"}
    for what, name in wrong.items():
        with trial.check(
            "LAD-NTC-002", f"a suspension by an instrument that is {what}: suspension-not-agreed"
        ):
            jws = agreements.notice(provider, contract.id, "suspend", instrument=name)
            expect.refused(session, jws, "suspension-not-agreed")
    with trial.check("LAD-NTC-002", "a suspension by the one with `reopen`: registered"):
        deals.say(session, agreements.notice(provider, contract.id, "suspend", instrument=URI))
        expect.state(session, provider, contract.id, "contract", state="suspended")


def _terminations(trial: Trial) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("a contract that the consumer may end with ten days' notice"):
        contract = agreements.agreed(session, termination={"by": ["consumer"], "notice": "P10D"})
    with trial.check("LAD-NTC-009", "the provider ends it: wrong-party"):
        jws = agreements.termination(provider, contract.id, now() + 20 * DAY)
        expect.refused(session, jws, "wrong-party")
    early = {"before the notice period is over": now() + 10 * DAY - MARGIN, "in the past": now() - MARGIN}
    for what, moment in early.items():
        with trial.check("LAD-NTC-003", f"the consumer ends it {what}: effective-too-soon"):
            jws = agreements.termination(consumer, contract.id, moment)
            expect.refused(session, jws, "effective-too-soon")
    end = now() + 20 * DAY
    with trial.need("LAD-LIF-002", "the consumer ends it in twenty days: it is ending"):
        first = deals.say(session, agreements.termination(consumer, contract.id, end))
        _ending(trial, contract, end, first)
    for what, moment in {"later": end + DAY, "at the same moment": end}.items():
        with trial.check("LAD-NTC-011", f"it is ended {what}: contract-not-active, naming the first notice"):
            jws = agreements.termination(consumer, contract.id, moment)
            expect.refused(session, jws, "contract-not-active", winner=first.id)
    with trial.check("LAD-REG-002", "it takes deliveries until its end"):
        agreements.delivered(session, contract.id)
    with trial.check("LAD-NTC-011", "it is ended earlier: registered, and that is its end"):
        second = deals.say(session, agreements.termination(consumer, contract.id, end - DAY))
        _ending(trial, contract, end - DAY, second)


def _ending(trial: Trial, contract: Registration, moment: int, by: Registration) -> None:
    wanted = {"state": "ending", "ends_at": moment, "ended_by": by.id}
    for party in (trial.session.provider, trial.session.consumer):
        expect.state(trial.session, party, contract.id, "contract", **wanted)


def _usual_period(trial: Trial) -> None:
    """Without `termination` either party ends a contract with thirty days' notice."""
    session = trial.session
    for who, party in {"provider": session.provider, "consumer": session.consumer}.items():
        with trial.given("a contract that says nothing of its end"):
            contract = agreements.agreed(session)
        with trial.check("LAD-NTC-003", f"the {who} ends it in less than thirty days: effective-too-soon"):
            soon = agreements.termination(party, contract.id, now() + 30 * DAY - MARGIN)
            expect.refused(session, soon, "effective-too-soon")
        with trial.check("LAD-NTC-009", f"the {who} ends it in more than thirty days: registered"):
            deals.say(session, agreements.termination(party, contract.id, now() + 30 * DAY + MARGIN))


def _recall(party: Party, contract: str, **members: Json) -> bytes:
    named: dict[str, Json] = {"ground": "law", "erase_by": written_time(now() + DAY)}
    return agreements.notice(party, contract, "recall", **{**named, **members})


def _recalls(trial: Trial) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("a contract with one delivery received, and one open"):
        contract = agreements.agreed(session)
        agreements.received(session, contract.id)
        agreements.delivered(session, contract.id, 2)
    with trial.check("LAD-DEL-003", "the recall of a delivery that was not received: unknown-delivery"):
        expect.refused(session, _recall(provider, contract.id, deliveries=[1, 2]), "unknown-delivery")
    with trial.check("LAD-NTC-012", "a recall whose `erase_by` is past: already-expired"):
        late = _recall(provider, contract.id, erase_by=written_time(now() - MARGIN))
        expect.refused(session, late, "already-expired")
    with trial.check("LAD-REG-002", "the recall of what was received: registered, and the contract goes on"):
        recall = deals.say(session, _recall(provider, contract.id, deliveries=[1]))
        expect.state(session, consumer, recall.id, "notice", contract=contract.id, sort="recall")
        expect.state(session, consumer, contract.id, "contract", state="active")
    with trial.check("LAD-REG-002", "a recall of all that was delivered: registered"):
        if deals.say(session, _recall(provider, contract.id)).index <= recall.index:
            raise Failed("the second recall does not stand behind the first")


CASE = Case(
    name="contract_notices",
    profile="contract",
    story="A consumer suspends a contract and takes it up again, ends another one, and the provider calls back what it "
    "delivered. Who has no right to, keeps no notice period, or does it for the sixty-fifth time, is refused.",
    requirements=(
        "LAD-NTC-006",
        "LAD-NTC-007",
        "LAD-NTC-002",
        "LAD-LIF-002",
        "LAD-DLV-006",
        "LAD-REG-002",
        "LAD-NTC-008",
        "LAD-NTC-005",
        "LAD-NTC-009",
        "LAD-NTC-003",
        "LAD-NTC-011",
        "LAD-DEL-003",
        "LAD-NTC-012",
    ),
    run=run,
)
