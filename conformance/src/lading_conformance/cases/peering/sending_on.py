"""Statements that are at home at the other exchange are sent on, once, and nothing else is."""

from __future__ import annotations

from lading_conformance.oracle import statement
from lading_conformance.steps import deals, expect, peering
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed


def run(trial: Trial) -> None:
    """Post at the subject what is at home at its peer."""
    here, there = peering.other(trial.session), trial.session
    with trial.given("a provider here, and a consumer here, of an exchange that the other one follows"):
        provider, consumer = here.provider, here.consumer
        peering.follows(there, here)
        listing = deals.publish(here)
    with trial.need("LAD-FED-007", "an acceptance posted at the other exchange is registered at its home"):
        jws = deals.acceptance(here, listing.id, here.word(), consumer)
        expect.registered(here, jws, there.exchange.register(jws))
    with trial.check("LAD-FED-007", "a refusal of its home comes back, and nothing was stored"):
        jws = provider.says("withdrawal", statement=statement.statement_id(here.random.randbytes(32)))
        expect.problem(there.exchange.register(jws), "unknown-statement")
        expect.not_stored(here, jws)
    jws = deals.acceptance(here, listing.id, here.word(), consumer)
    with trial.check("LAD-FED-007", "what came with Lading-Forwarded is not sent on: wrong-home"):
        forwarded = peering.send(there, jws, Lading_Forwarded=here.facts.id)
        expect.problem(forwarded, "wrong-home")
        expect.not_stored(here, jws)
    with trial.check("LAD-HTP-004", "a Lading-Forwarded of another form: bad-request"):
        expect.problem(peering.send(there, jws, Lading_Forwarded="somebody"), "bad-request")
    with trial.check("LAD-FED-007", "a line of a batch is not sent on: wrong-home"):
        results = expect.status(there.exchange.register_batch([jws]), 200).members().get("results")
        problem = (
            results[0].get("problem") if isinstance(results, list) and isinstance(results[0], dict) else None
        )
        if not isinstance(problem, dict) or problem.get("code") != "wrong-home":
            raise Failed(f"the line was answered with {str(results)[:200]}")


CASE = Case(
    name="peering_sending_on",
    profile="exchange-to-exchange",
    story="A consumer posts its acceptance at an exchange where it is not at home. It is sent on once; what "
    "was sent on before, or comes in a batch, is not.",
    requirements=("LAD-FED-007", "LAD-HTP-004"),
    run=run,
)
