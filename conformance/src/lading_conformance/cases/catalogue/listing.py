"""Listings are published, found, superseded and withdrawn by their author only."""

from __future__ import annotations

from lading_conformance.drivers.answers import integer_of, objects_of, text_of
from lading_conformance.drivers.party import Party, clear_terms, now, written_time
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, expect, policy
from lading_conformance.steps.deals import DAY
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

MINUTE = 60_000


def run(trial: Trial) -> None:
    """Publish, search, supersede, withdraw; and try what only the author may do in time."""
    session = trial.session
    with trial.given("an admitted provider and an admitted consumer"):
        provider, consumer = session.provider, session.consumer
    word = session.word()
    first = _publish(trial, provider, word)
    _refused_listings(trial, provider, consumer)
    second = _supersede(trial, provider, first, word)
    _withdraw(trial, provider, second, word)


def _publish(trial: Trial, provider: Party, word: str) -> Registration:
    session = trial.session
    jws = provider.says("listing", kind="dataset", title=f"Road sensors {word}", **policy.declared(session))
    with trial.need("LAD-REG-002", "a listing of an admitted provider is registered"):
        first = deals.say(session, jws)
    with trial.check("LAD-HTP-019", "everybody can read it"):
        expect.stored(session, jws)
    with trial.check("LAD-HTP-027", "it is found by the words of its title"):
        found = _found(trial, f"{word.upper()} road")
        if [(item["id"], item["product"]) for item in found] != [(first.id, first.id)]:
            raise Failed(f"{len(found)} listings found instead of the one")
        if text_of(found[0], "statement").encode("utf-8") != jws or found[0].get("provider") != provider.id:
            raise Failed("`statement` or `provider` of the listing found is not right")
    return first


def _refused_listings(trial: Trial, provider: Party, consumer: Party) -> None:
    declared = policy.declared(trial.session)
    named: dict[str, Json] = {"kind": "dataset", "title": "Never to be seen", **declared}
    old, soon = written_time(now() - DAY - MINUTE), written_time(now() + 6 * MINUTE)
    past = deals.standing(expires_at=written_time(now() - MINUTE))
    wrong_amount = deals.standing(terms=clear_terms(price="100.0"))
    tried = {
        "issued over 24 hours ago": ("issued-too-old", provider.says("listing", **named, issued_at=old)),
        "issued in 6 minutes": ("issued-in-future", provider.says("listing", **named, issued_at=soon)),
        "terms that have expired": ("already-expired", provider.says("listing", **named, standing=past)),
        "100.0 EUR": ("bad-member", provider.says("listing", **named, standing=wrong_amount)),
        "issued by a consumer": ("missing-role", consumer.says("listing", **named)),
        "issued by a newcomer": ("not-admitted", trial.session.stranger.says("listing", **named)),
    }
    for what, (code, jws) in tried.items():
        with trial.check(expect.requirement(code), f"{what}: {code}, nothing stored"):
            expect.refused(trial.session, jws, code)


def _supersede(trial: Trial, provider: Party, first: Registration, word: str) -> Registration:
    session = trial.session
    named: dict[str, Json] = {"kind": "dataset", "supersedes": first.id, **policy.declared(session)}
    with trial.check("LAD-LST-003", "a newer version by somebody else: not-author, nothing stored"):
        other = session.admitted("rival", "provider")
        expect.refused(session, other.says("listing", **named, title="Taken over"), "not-author")
    with trial.need("LAD-HTP-027", "the author's newer version takes the place of the older one"):
        second = deals.say(session, provider.says("listing", **named, title=f"Road sensors 2 {word}"))
        found = _found(trial, word)
        if [(item["id"], item["product"]) for item in found] != [(second.id, first.id)]:
            raise Failed("the search does not show exactly the newer version of the same product")
    with trial.check(
        "LAD-LST-002", "another version instead of the older one: stale-listing, naming the winner"
    ):
        third = provider.says("listing", **named, title=f"Road sensors 3 {word}")
        expect.refused(session, third, "stale-listing", winner=second.id)
    return second


def _withdraw(trial: Trial, provider: Party, listing: Registration, word: str) -> None:
    session = trial.session
    with trial.need("LAD-HTP-027", "a withdrawn listing is not found any more"):
        deals.say(session, provider.says("withdrawal", statement=listing.id))
        if _found(trial, word):
            raise Failed("the search still shows it")
    with trial.check("LAD-LST-005", "a second withdrawal: listing-not-open, nothing stored"):
        expect.refused(session, provider.says("withdrawal", statement=listing.id), "listing-not-open")
    with trial.check("LAD-REG-006", "a withdrawal of what never was: unknown-statement, nothing stored"):
        nothing = statement.statement_id(session.random.randbytes(32))
        expect.refused(session, provider.says("withdrawal", statement=nothing), "unknown-statement")


def _found(trial: Trial, words: str) -> list[dict[str, Json]]:
    members = expect.media_type(
        expect.status(trial.session.exchange.listings(q=words), 200), expect.JSON
    ).members()
    if integer_of(members, "as_of") > trial.session.checkpoint().size:
        raise Failed("`as_of` is above the size of the published log")
    return objects_of(members, "listings")


CASE = Case(
    name="catalogue_listing",
    profile="catalogue",
    story="A provider lists a data set, everybody finds it, a newer version replaces it, and it is withdrawn. A listing"
    " signed too long ago or ahead of time, a rival's version, and a listing by who may not list are refused.",
    requirements=(
        "LAD-REG-002",
        "LAD-HTP-019",
        "LAD-HTP-027",
        "LAD-STM-025",
        "LAD-STM-026",
        "LAD-LST-004",
        "LAD-STM-015",
        "LAD-ADM-005",
        "LAD-ADM-004",
        "LAD-LST-003",
        "LAD-LST-002",
        "LAD-LST-005",
        "LAD-REG-006",
    ),
    run=run,
)
