"""Claims about a listing: by anybody who is admitted but its provider, counted for the provider alone, ruled on."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import object_of
from lading_conformance.drivers.party import clear_terms
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, evidence, expect, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

GROUNDS: Final = ("not-as-described", "objection", "rights", "unlawful", "personal-data")
CONTEST: Final = ("objection", "rights")
"""The grounds that a listing is contested by."""
COUNTED: Final = frozenset({"accepted", "contested"})


def run(trial: Trial) -> None:
    """Claim about a listing as everybody, and rule on the claims as who may and as who may not."""
    session = trial.session
    with trial.given("a listing whose standing terms name an arbiter, and one whose terms name none"):
        listing = _listing(session, session.arbiter.id)
        plain = deals.publish(session)
    with trial.check("LAD-CLM-010", "claims of its own provider: wrong-party"):
        for ground in GROUNDS:
            expect.refused(session, recourse.claim(session.provider, listing.id, ground), "wrong-party")
    with trial.check("LAD-ADM-004", "a claim of who is not admitted: not-admitted"):
        expect.refused(session, recourse.claim(session.stranger, listing.id, "objection"), "not-admitted")
    for ground in ("quality", "breach", "leak"):
        with trial.check("LAD-REG-006", f"{ground}, which no listing can be claimed for: unknown-statement"):
            sample: dict[str, Json] = {}
            if ground == "leak":
                sample = {"evidence": [recourse.attached(session).named]}
            jws = recourse.claim(session.consumer, listing.id, ground, **sample)
            expect.refused(session, jws, "unknown-statement")
    claims = {}
    for ground in GROUNDS:
        with trial.need("LAD-REG-002", f"a consumer's claim without any contract, {ground}: registered"):
            claims[ground] = deals.say(session, recourse.claim(session.consumer, listing.id, ground))
    with trial.check("LAD-CLM-005", "a second one for the same ground: claim-taken by the first"):
        jws = recourse.claim(session.consumer, listing.id, "rights")
        expect.refused(session, jws, "claim-taken", winner=claims["rights"].id)
    _reads(trial, listing, claims["rights"])
    _counts(trial, listing, claims)
    _rules(trial, listing, plain)


def _listing(session: Session, arbiter: str) -> Registration:
    terms = clear_terms(arbiter=arbiter)
    return deals.publish(session, standing=deals.standing(terms=terms))


def _reads(trial: Trial, listing: Registration, claim: Registration) -> None:
    session = trial.session
    with trial.check("LAD-HTP-028", "its state names both sides and the arbiter, and no contract"):
        wanted = {
            "about": listing.id,
            "claimant": session.consumer.id,
            "respondent": session.provider.id,
            "arbiter": session.arbiter.id,
            "ground": "rights",
            "state": "open",
            "listing": listing.id,
            "contract": None,
        }
        for reader in (session.provider, session.consumer, session.arbiter):
            expect.state(session, reader, claim.id, "claim", **wanted)
    with trial.check("LAD-HTP-010", "to all others it is nothing, though the listing is public"):
        for signer in (session.assessor.signer, session.stranger.signer, None):
            expect.same_as_absent(session, "/statements/{}", claim.id, signer)
    with trial.check("LAD-EVI-016", "its evidence shows the arbiter the listing"):
        evidence.check(session, claim.id, {claim.id, listing.id, session.facts.id}, session.arbiter)
    with trial.check("LAD-EVI-017", "and that the exchange had admitted the listing's provider"):
        admission = evidence.admission(session, session.provider.id)
        evidence.check(session, claim.id, {admission}, session.arbiter)


def _counts(trial: Trial, listing: Registration, claims: dict[str, Registration]) -> None:
    """What the listing's record counts: for the provider, and for nobody else."""
    session = trial.session
    with trial.check(
        "LAD-HTP-048", "nobody but the provider is shown how often it is accepted and contested"
    ):
        for reader in (session.consumer, session.arbiter, session.assessor, None):
            answer = session.exchange.get(f"/state/{listing.id}", None if reader is None else reader.signer)
            record = object_of(expect.status(answer, 200).members(), "record")
            if shown := COUNTED & set(record):
                raise Failed(f"the record shows {', '.join(sorted(shown))}")
    with trial.check("LAD-HTP-028", "its provider reads that two claims contest it, and nobody accepted"):
        _is_contested(session, listing, len(CONTEST))
    with trial.check("LAD-HTP-028", "and one fewer when one of them was withdrawn"):
        deals.say(session, recourse.withdrawal(session.consumer, claims["objection"].id))
        _is_contested(session, listing, 1)
    with trial.check("LAD-HTP-028", "still one when the other was answered, and none when it was ruled on"):
        deals.say(session, recourse.answer(session.provider, claims["rights"].id))
        _is_contested(session, listing, 1)
        deals.say(session, recourse.ruling(session.arbiter, claims["rights"].id))
        _is_contested(session, listing, 0)


def _is_contested(session: Session, listing: Registration, times: int) -> None:
    wanted = {"state": "listed", "accepted": 0, "contested": times}
    expect.state(session, session.provider, listing.id, "listing", **wanted)


def _rules(trial: Trial, listing: Registration, plain: Registration) -> None:
    """Who rules on claims about a listing."""
    session = trial.session
    with trial.given(
        "a claim by the arbiter, one where nobody is to rule, and claims before would-be arbiters"
    ):
        own = deals.say(session, recourse.claim(session.arbiter, listing.id, "unlawful"))
        nobody = deals.say(session, recourse.claim(session.consumer, plain.id, "unlawful"))
        unfit = {}
        for party in (session.stranger, session.assessor):
            named = _listing(session, party.id)
            unfit[party] = deals.say(session, recourse.claim(session.consumer, named.id, "rights"))
    with trial.check("LAD-RUL-004", "the arbiter's ruling on a claim of its own: wrong-party"):
        expect.refused(session, recourse.ruling(session.arbiter, own.id), "wrong-party")
    with trial.check("LAD-RUL-002", "a ruling where the standing terms name no arbiter: no-arbiter"):
        for party in (session.consumer, session.provider):
            expect.refused(session, recourse.ruling(party, nobody.id), "no-arbiter")
    codes = {session.stranger: "not-admitted", session.assessor: "missing-role"}
    for party, code in codes.items():
        with trial.check("LAD-RUL-005", f"a ruling of a named arbiter that was not admitted as one: {code}"):
            expect.refused(session, recourse.ruling(party, unfit[party].id), code)


CASE = Case(
    name="recourse_listings",
    profile="recourse",
    story="Somebody who never bought anything objects to a listing, on each ground that there is. The provider alone "
    "sees how many claims contest it, and the arbiter of its standing terms rules on others' claims, if the exchange "
    "admitted it as one.",
    requirements=(
        "LAD-CLM-010",
        "LAD-ADM-004",
        "LAD-REG-006",
        "LAD-REG-002",
        "LAD-CLM-005",
        "LAD-HTP-028",
        "LAD-HTP-010",
        "LAD-EVI-016",
        "LAD-EVI-017",
        "LAD-HTP-048",
        "LAD-RUL-004",
        "LAD-RUL-002",
        "LAD-RUL-005",
    ),
    run=run,
)
