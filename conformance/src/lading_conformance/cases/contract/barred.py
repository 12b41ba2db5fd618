"""Who is suspended or expelled makes no new contracts, and fulfils the old ones."""

from __future__ import annotations

from lading_conformance.drivers.party import Party, now, written_time
from lading_conformance.steps import agreements, deals, expect, gates, operator
from lading_conformance.steps.deals import DAY
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Suspend a provider and expel its consumer in the middle of a contract."""
    session = trial.session
    gates.need_deals(session)
    with trial.given("a provider and a consumer with a contract, and with an open offer between them"):
        provider = session.admitted("provider to be suspended", "provider")
        consumer = session.admitted("consumer to be expelled", "consumer")
        listing = gates.listed(session, provider)
        contract = deals.say(session, gates.acceptance(session, listing.id, consumer))
        terms = gates.terms(session)
        said = agreements.offer(provider, consumer, listing=listing.id, terms=terms)
        offered = deals.say(session, said)
    operator.stopped(trial, "suspend", provider)
    _suspended(trial, provider, consumer, listing, offered)
    operator.stopped(trial, "expel", consumer)
    _expelled(trial, consumer, listing)
    _goes_on(trial, provider, consumer, contract, offered)
    operator.admitted_again(trial, provider, "provider")
    with trial.check("LAD-ADM-004", "the provider is admitted again: its listing is bought as before"):
        deals.say(session, gates.acceptance(session, listing.id))


def _suspended(
    trial: Trial, provider: Party, consumer: Party, listing: Registration, offered: Registration
) -> None:
    session = trial.session
    terms = gates.terms(session)
    for what, jws in {
        "an acceptance of its standing terms": gates.acceptance(session, listing.id),
        "an acceptance of its open offer": consumer.says("acceptance", offer=offered.id),
        "an offer to it": agreements.offer(session.consumer, provider, listing=listing.id, terms=terms),
        "an offer by it": agreements.offer(provider, session.consumer, listing=listing.id, terms=terms),
    }.items():
        with trial.check("LAD-ADM-004", f"while the provider is suspended, {what}: not-admitted"):
            expect.refused(session, jws, "not-admitted")


def _expelled(trial: Trial, consumer: Party, listing: Registration) -> None:
    session = trial.session
    with trial.given("a listing of a provider that is admitted"):
        other = gates.listed(session)
    terms = gates.terms(session)
    for what, jws in {
        "an acceptance by it": gates.acceptance(session, other.id, consumer),
        "an offer by it": agreements.offer(consumer, session.provider, listing=other.id, terms=terms),
        "an offer to it": gates.offer(session, other.id, consumer),
    }.items():
        with trial.check("LAD-ADM-004", f"after the consumer is expelled, {what}: not-admitted"):
            expect.refused(session, jws, "not-admitted")


def _goes_on(
    trial: Trial, provider: Party, consumer: Party, contract: Registration, offered: Registration
) -> None:
    """What both still do: deliver, acknowledge, pay, give notice, delete, reject and take back."""
    session = trial.session
    with trial.need("LAD-REG-002", "the suspended provider delivers: registered"):
        first = deals.say(session, agreements.nothing(provider, contract.id))
        second = deals.say(session, agreements.nothing(provider, contract.id, 2))
    by = written_time(now() + DAY)
    said = {
        "the expelled consumer acknowledges": agreements.receipt(consumer, first.id),
        "the suspended provider takes a delivery back": provider.says("withdrawal", statement=second.id),
        "the expelled consumer deletes": agreements.deletion(consumer, contract.id),
        "the suspended provider calls data back": agreements.notice(
            provider, contract.id, "recall", erase_by=by
        ),
        "the expelled consumer rejects an offer": consumer.says(
            "rejection", offer=offered.id, reason="expelled"
        ),
    }
    if "trial" not in gates.terms(session):
        said["the expelled consumer pays"] = agreements.payment(session, consumer, contract.id, "paid")
    for what, jws in said.items():
        with trial.check("LAD-REG-002", f"{what}: registered"):
            deals.say(session, jws)


CASE = Case(
    name="contract_barred",
    profile="contract",
    story="In the middle of a contract the provider is suspended and the consumer expelled. Neither makes another one; "
    "both deliver, acknowledge, pay, delete and take back; and who is admitted again sells as before.",
    requirements=("LAD-ADM-004", "LAD-REG-002"),
    run=run,
    slow=True,
    needs=("suspend", "expel"),
)
