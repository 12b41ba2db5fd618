"""What was agreed of a delivery: its schema, where the data is kept, and what it corrects."""

from __future__ import annotations

from typing import Final

from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

PLACES: Final[dict[str, Json]] = {"storage": ["NL", "DE"], "processing": ["NL"], "access": ["NL", "FR"]}
KEPT: Final[dict[str, Json]] = {"stored_in": ["DE", "NL"], "processed_in": ["NL"], "accessed_from": ["FR"]}
"""A receipt's words that keep to these places."""


def run(trial: Trial) -> None:
    """Deliver and acknowledge what was agreed, and something else."""
    with trial.given("an admitted provider and an admitted consumer"):
        _ = trial.session.provider, trial.session.consumer
    _schemas(trial)
    _places(trial)
    _places_amended(trial)
    _corrections(trial)


def _digest(session: Session) -> str:
    return "sha256:" + session.random.randbytes(32).hex()


def _schemas(trial: Trial) -> None:
    session = trial.session
    listed, other = _digest(session), _digest(session)
    with trial.given("two contracts about data of one schema: that stays as it is, and that may grow"):
        exact, growing = (_compatible(session, listed, word) for word in ("exact", "backward"))
    for what, contract in {"stays as it is": exact, "may grow": growing}.items():
        with trial.check("LAD-DLV-019", f"a schema that {what}, and a delivery without one: schema-mismatch"):
            expect.refused(session, agreements.nothing(session.provider, contract.id), "schema-mismatch")
    with trial.check(
        "LAD-DLV-019", "a schema that stays as it is, and a delivery of another: schema-mismatch"
    ):
        jws = agreements.nothing(session.provider, exact.id, data_schema=other)
        expect.refused(session, jws, "schema-mismatch")
    with trial.check(
        "LAD-DLV-019", "the listed schema under both, and another one where it may grow: registered"
    ):
        for contract in (exact, growing):
            agreements.delivered(session, contract.id, data_schema=listed)
        agreements.delivered(session, growing.id, 2, data_schema=other)


def _compatible(session: Session, digest: str, compatibility: str) -> Registration:
    document: dict[str, Json] = {
        "digest": digest,
        "media_type": "application/schema+json",
        "name": "schema.json",
        "size": 100,
    }
    standing = deals.standing(terms=agreements.terms(compatibility=compatibility))
    return deals.contract(session, standing=standing, data_schema=document)


def _places(trial: Trial) -> None:
    session, consumer = trial.session, trial.session.consumer
    with trial.given("a contract that bounds where the data may be, with two deliveries"):
        contract = agreements.agreed(session, localisation=PLACES)
        first, second = (agreements.delivered(session, contract.id, number) for number in (1, 2))
    for member in KEPT:
        kept = {name: value for name, value in KEPT.items() if name != member}
        with trial.check("LAD-RCP-008", f"a receipt that does not say `{member}`: stored-elsewhere"):
            expect.refused(session, agreements.receipt(consumer, first.id, **kept), "stored-elsewhere")
        with trial.check("LAD-RCP-008", f"a receipt with one country more in `{member}`: stored-elsewhere"):
            wider: dict[str, Json] = {**KEPT, member: ["NL", "BE"]}
            expect.refused(session, agreements.receipt(consumer, first.id, **wider), "stored-elsewhere")
    with trial.check("LAD-REG-002", "a receipt that keeps to these places: registered"):
        deals.say(session, agreements.receipt(consumer, first.id, **KEPT))
    with trial.check("LAD-RCP-008", "a receipt that refuses says nothing of them: registered"):
        deals.say(session, agreements.refusal(consumer, second.id))


def _places_amended(trial: Trial) -> None:
    """Only what the terms in force bound has to be said."""
    session, consumer = trial.session, trial.session.consumer
    with trial.given("a contract that bounds nothing, with a delivery, amended to bound the storage"):
        contract = agreements.agreed(session)
        first = agreements.delivered(session, contract.id)
        agreements.amended(session, contract.id, localisation={"storage": ["NL"]})
    with trial.check("LAD-RCP-008", "a receipt after that, stored elsewhere: stored-elsewhere"):
        expect.refused(session, agreements.receipt(consumer, first.id, stored_in=["DE"]), "stored-elsewhere")
    with trial.check("LAD-REG-002", "stored there, and processed wherever: registered"):
        there: dict[str, Json] = {"stored_in": ["NL"], "processed_in": ["DE"]}
        deals.say(session, agreements.receipt(consumer, first.id, **there))


def _corrections(trial: Trial) -> None:
    session = trial.session
    with trial.given("a contract with a delivery received"):
        contract = agreements.agreed(session)
        agreements.received(session, contract.id)
    for number in (2, 3):
        with trial.check("LAD-DLV-023", f"a delivery 2 that corrects number {number}: bad-member"):
            jws = agreements.nothing(session.provider, contract.id, 2, corrects=number)
            expect.refused(session, jws, "bad-member")
    with trial.check("LAD-REG-002", "a delivery 2 that corrects number 1: registered"):
        agreements.delivered(session, contract.id, 2, corrects=1)


CASE = Case(
    name="transfer_agreed",
    profile="transfer",
    story="Two companies agreed on the schema of the data and on the countries where it is kept, worked on and "
    "looked at. Deliveries of another schema, and receipts that say another place or none, are refused.",
    requirements=("LAD-DLV-019", "LAD-RCP-008", "LAD-REG-002", "LAD-DLV-023"),
    run=run,
)
