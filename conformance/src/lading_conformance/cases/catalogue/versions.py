"""A product is a line of versions, each in the one state that its table gives it."""

from __future__ import annotations

import time
from typing import Final

from lading_conformance.drivers.answers import objects_of
from lading_conformance.drivers.party import now, written_time
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, expect, gates
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

BRIEF_MILLISECONDS: Final = 1_000


def run(trial: Trial) -> None:
    """Replace a listing twice, take the product back, and try every way around the line."""
    session = trial.session
    with trial.given("a listing of the run's provider"):
        first = gates.listed(session)
    second = _superseded(trial, first)
    _overtaken(trial, first, second)
    _withdrawn(trial, first, second)
    _others(trial)
    _expiry(trial)


def _version(session: Session, of: str, **members: Json) -> bytes:
    named: dict[str, Json] = {"supersedes": of, **members}
    return gates.listing_of(session, session.provider, **named)


def _is(session: Session, listing: Registration, state: str, **wanted: object) -> None:
    expect.state(session, session.provider, listing.id, "listing", state=state, **wanted)


def _superseded(trial: Trial, first: Registration) -> Registration:
    session = trial.session
    with trial.check("LAD-LIF-002", "a listing is listed, and its own product"):
        _is(session, first, "listed", product=first.id, provider=session.provider.id, listed_at=first.time)
    with trial.need("LAD-REG-002", "a newer version is registered"):
        second = deals.say(session, _version(session, first.id))
    with trial.check("LAD-LIF-002", "the older version is superseded, by the newer one, which is listed"):
        _is(session, first, "superseded", closed_by=second.id)
        _is(session, second, "listed", product=first.id)
    return second


def _overtaken(trial: Trial, first: Registration, second: Registration) -> None:
    session = trial.session
    with trial.check("LAD-LST-002", "another version instead of the first: stale-listing, naming the second"):
        expect.refused(session, _version(session, first.id), "stale-listing", winner=second.id)
    with trial.check("LAD-LST-002", "the withdrawal of the first: stale-listing, naming the second"):
        jws = session.provider.says("withdrawal", statement=first.id)
        expect.refused(session, jws, "stale-listing", winner=second.id)
    with trial.check("LAD-LST-003", "the withdrawal of the second by somebody else: not-author"):
        jws = session.stranger.says("withdrawal", statement=second.id)
        expect.refused(session, jws, "not-author")
    with trial.check("LAD-LIF-002", "what was refused changed no state"):
        _is(session, first, "superseded", closed_by=second.id)
        _is(session, second, "listed")


def _withdrawn(trial: Trial, first: Registration, second: Registration) -> None:
    session = trial.session
    with trial.need("LAD-REG-002", "the newest version is withdrawn by its author"):
        withdrawal = deals.say(session, session.provider.says("withdrawal", statement=second.id))
    with trial.check("LAD-LIF-002", "it is withdrawn, and the older one is superseded as before"):
        _is(session, second, "withdrawn", closed_by=withdrawal.id)
        _is(session, first, "superseded", closed_by=second.id)
    with trial.check("LAD-LIF-001", "a version after the withdrawn one: listing-not-open"):
        expect.refused(session, _version(session, second.id), "listing-not-open")
    with trial.check("LAD-LIF-001", "a second withdrawal: listing-not-open"):
        jws = session.provider.says("withdrawal", statement=second.id)
        expect.refused(session, jws, "listing-not-open")
    with trial.check("LAD-LST-002", "of a withdrawn product, a version after the first: stale-listing"):
        expect.refused(session, _version(session, first.id), "stale-listing", winner=second.id)


def _others(trial: Trial) -> None:
    """What is no listing, and what is not there."""
    session = trial.session
    provider = session.provider
    never = statement.statement_id(session.random.randbytes(32))
    with trial.check("LAD-REG-006", "a version after what never was: unknown-statement"):
        expect.refused(session, _version(session, never), "unknown-statement")
    with trial.check("LAD-REG-006", "a version after what is no listing: unknown-statement"):
        expect.refused(session, _version(session, provider.head), "unknown-statement")
    with trial.check("LAD-WDR-001", "the withdrawal of its own first statement: not-withdrawable"):
        jws = provider.says("withdrawal", statement=provider.id)
        expect.refused(session, jws, "not-withdrawable")


def _expiry(trial: Trial) -> None:
    """Terms end by time, and no state changes by time."""
    session = trial.session
    word = session.word()
    with trial.given("a listing whose standing terms end in a moment"):
        end = now() + BRIEF_MILLISECONDS
        standing: dict[str, Json] = {"terms": gates.terms(session), "expires_at": written_time(end)}
        jws = gates.listing_of(session, session.provider, title=f"Brief {word}", standing=standing)
        listing = deals.say(session, jws)
    with trial.check("LAD-LIF-002", "a listing whose terms have ended is listed, and found"):
        time.sleep(max(0, end - now() + 200) / 1000)
        _is(session, listing, "listed")
        found = expect.status(session.exchange.listings(q=word), 200).members()
        if [item.get("id") for item in objects_of(found, "listings")] != [listing.id]:
            raise Failed("the search does not show it")


CASE = Case(
    name="catalogue_versions",
    profile="catalogue",
    story="A product has three states in its line of versions, and each follows from a statement: listed, superseded "
    "by a newer one, withdrawn with the newest. Nobody goes around the line, and no state changes by time.",
    requirements=(
        "LAD-LIF-002",
        "LAD-REG-002",
        "LAD-LST-002",
        "LAD-LST-003",
        "LAD-LIF-001",
        "LAD-REG-006",
        "LAD-WDR-001",
    ),
    run=run,
)
