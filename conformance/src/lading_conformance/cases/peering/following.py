"""Each exchange follows the other's log, and says so."""

from __future__ import annotations

from lading_conformance.drivers.answers import text_of
from lading_conformance.oracle import statement
from lading_conformance.steps import deals, expect, peering
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed


def run(trial: Trial) -> None:
    """Look at both; then list something at the peer, and look for it at the subject."""
    here, there = peering.other(trial.session), trial.session
    for one, followed in ((there, here), (here, there)):
        with trial.check("LAD-FED-001", "the peers are shown in their form, and the other exchange is one"):
            peering.peer(one, followed.facts.id)
        with trial.need(
            "LAD-FED-004", "the newest checkpoint of the other is verified, and shown as it was signed"
        ):
            peering.follows(one, followed)
    with trial.given("a provider"):
        _ = here.provider
    word = here.word()
    with trial.given("a listing of a word of its own"):
        jws = here.provider.says(
            "listing", kind="dataset", title=f"Listing {word}", standing=deals.standing()
        )
        listing = deals.say(here, jws)
    _mirrored(trial, jws, listing.id, word)
    _taken_back(trial, listing.id, word)


def _mirrored(trial: Trial, jws: bytes, listing: str, word: str) -> None:
    here, there = peering.other(trial.session), trial.session
    with trial.need("LAD-FED-002", "a search at the other exchange finds it, with its home and a proof"):
        result = peering.mirrored(there, listing, word)
        if result.get("home") != here.facts.id or result.get("statement") != jws.decode("ascii"):
            raise Failed(f"its home is {result.get('home')!r}, or its bytes are others")
        peering.proven(text_of(result, "proof"), here.facts.log_key, jws)
    with trial.check("LAD-FED-002", "a search at home finds it without home and proof"):
        result = expect.in_time(here, 1, lambda: peering.found(here, listing, word), "it was not found")
        if {"home", "proof"} & set(result):
            raise Failed("the exchange's own listing has a home or a proof")
    with trial.check("LAD-FED-003", "its bytes are read at the other exchange, and a proof of its own log"):
        expect.stored(there, jws)
        answer = expect.status(there.exchange.get(f"/statements/{listing}/proof"), 200)
        peering.proven(answer.text(), here.facts.log_key, jws)
    with trial.check("LAD-FED-005", "no entry of the other log is this statement"):
        end = there.checkpoint_size()
        if listing in there.ids_between(max(0, end - 256), end):
            raise Failed("the other exchange appended to its own log what it mirrors")


def _taken_back(trial: Trial, listing: str, word: str) -> None:
    here, there = peering.other(trial.session), trial.session
    with trial.given("its withdrawal"):
        deals.say(here, here.provider.says("withdrawal", statement=listing))
    with trial.check("LAD-FED-002", "a search at the other exchange does not find it any more"):
        expect.in_time(
            there,
            there.subject.news_seconds,
            lambda: peering.found(there, listing, word) is None or None,
            "the withdrawn listing was still found",
        )
    with trial.check("LAD-FED-003", "its bytes are still read there"):
        expect.status(there.exchange.statement(listing), 200)
    with trial.check("LAD-HTP-010", "what stands in neither log is not found there"):
        never = statement.statement_id(here.random.randbytes(32))
        expect.problem(there.exchange.get(f"/statements/{never}/proof"), "not-found")


CASE = Case(
    name="peering_following",
    profile="exchange-to-exchange",
    story="A provider lists something at one exchange. It is found at the other, with a proof of the log where it "
    "stands, until it is withdrawn.",
    requirements=(
        "LAD-FED-001",
        "LAD-FED-004",
        "LAD-FED-002",
        "LAD-FED-003",
        "LAD-FED-005",
        "LAD-HTP-010",
    ),
    run=run,
)
