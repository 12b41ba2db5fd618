"""A consumer says that it erased what it had received, by itself or after a recall."""

from __future__ import annotations

from lading_conformance.drivers.party import now, written_time
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.agreements import SECOND
from lading_conformance.steps.deals import DAY
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Erase what was recalled, more than once; and what cannot have been erased."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    by = written_time(now() + DAY)
    with trial.given(
        "two contracts with a delivery received, both recalled, and one delivery more that is open"
    ):
        contract, other = agreements.agreed(session), agreements.agreed(session)
        for each in (contract, other):
            agreements.received(session, each.id)
        agreements.delivered(session, contract.id, 2)
        recall, elsewhere = (
            deals.say(session, agreements.notice(provider, each.id, "recall", erase_by=by))
            for each in (contract, other)
        )
    with trial.check("LAD-DEL-004", "the provider says that it is erased: wrong-party"):
        expect.refused(session, agreements.deletion(provider, contract.id), "wrong-party")
    with trial.check("LAD-REG-006", "a stranger says so: unknown-statement"):
        expect.refused(session, agreements.deletion(session.stranger, contract.id), "unknown-statement")
    never = statement.statement_id(session.random.randbytes(32))
    named = {"of another contract": elsewhere.id, "that never was": never, "that is a contract": contract.id}
    for what, answered in named.items():
        with trial.check("LAD-DEL-005", f"an answer to a recall {what}: unknown-statement"):
            jws = agreements.deletion(consumer, contract.id, recall=answered)
            expect.refused(session, jws, "unknown-statement")
    numbers: dict[str, list[Json]] = {"that is open": [1, 2], "that never was": [3]}
    for what, deliveries in numbers.items():
        with trial.check("LAD-DEL-003", f"the deletion of a delivery {what}: unknown-delivery"):
            jws = agreements.deletion(consumer, contract.id, deliveries=deliveries)
            expect.refused(session, jws, "unknown-delivery")
    with trial.check("LAD-DEL-002", "a deletion in an hour: deleted-in-future"):
        ahead = written_time(now() + 3_600 * SECOND)
        expect.refused(
            session, agreements.deletion(consumer, contract.id, deleted_at=ahead), "deleted-in-future"
        )
    with trial.check("LAD-REG-002", "the answer to the recall, and what was left later: registered"):
        words: dict[str, Json] = {"recall": recall.id, "deliveries": [1], "remains": "Backups until May"}
        deals.say(session, agreements.deletion(consumer, contract.id, **words))
        deals.say(session, agreements.deletion(consumer, contract.id, method="destroyed"))
    with trial.check("LAD-LIF-002", "contract and delivery are as they were"):
        expect.state(session, consumer, contract.id, "contract", state="active", last_sequence=2)


CASE = Case(
    name="contract_deletion",
    profile="contract",
    story="A provider calls back what it delivered, and the consumer says that it is erased, and later that the "
    "backups are gone too. The word of anybody else, about what was not received, or about tomorrow, is "
    "refused.",
    requirements=(
        "LAD-DEL-004",
        "LAD-REG-006",
        "LAD-DEL-005",
        "LAD-DEL-003",
        "LAD-DEL-002",
        "LAD-REG-002",
        "LAD-LIF-002",
    ),
    run=run,
)
