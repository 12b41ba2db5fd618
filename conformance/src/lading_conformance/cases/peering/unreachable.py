"""A home that answers nothing of use: who sends on says so, and passes on nothing else."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.decoy import Decoy, Sent, Served
from lading_conformance.oracle import statement
from lading_conformance.steps import expect, peering
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

PROBLEM: Final = (
    b'{"title":"Conflict","status":409,"code":"reference-used","requirement":"LAD-ACC-007","retry":"never",'
    b'"detail":"the reference is used"}'
)
USELESS: Final = {
    "a redirect": Served(302, "text/plain", b""),
    "a page of text": Served(200, "text/html", b"<p>Under construction</p>"),
    "an answer without end": Served(201, "application/json", b" " * 2**25),
    "bytes that are no JSON": Served(201, "application/json", b"\x00\xff"),
}


def run(trial: Trial) -> None:
    """Be the home of a statement, and answer what no exchange answers."""
    session = trial.session
    with Decoy.serving() as decoy:
        with trial.given("an exchange of the suite's own that the subject follows"):
            peering.follow(session, decoy)
            peering.caught_up(session, decoy)
        newcomer = peering.abroad_of(session.newcomer("guest"), decoy.id)
        first = newcomer.sign(newcomer.introduction())
        party = newcomer.registered(first)
        jws = party.says("withdrawal", statement=decoy.id)
        _sent_on(trial, decoy, jws)
        for what, served in USELESS.items():
            decoy.answer = lambda sent, served=served: served  # type: ignore[misc]
            with trial.check("LAD-FED-008", f"the home answers with {what}: home-unreachable"):
                expect.problem(session.exchange.register(jws), "home-unreachable")
        with trial.check("LAD-FED-007", "malformed statements and participant statements are not sent on"):
            decoy.sent.clear()
            expect.problem(session.exchange.register(jws + b"="), "bad-base64url")
            expect.problem(session.exchange.register(first), "not-at-home")
            if decoy.sent:
                raise Failed(f"{len(decoy.sent)} of them arrived")
    with trial.check("LAD-FED-008", "nobody answers at the home's address any more: home-unreachable"):
        expect.problem(session.exchange.register(jws), "home-unreachable")


def _sent_on(trial: Trial, decoy: Decoy, jws: bytes) -> None:
    session = trial.session
    decoy.answer = lambda sent: Served(409, expect.PROBLEM, PROBLEM)
    with trial.need(
        "LAD-FED-007", "the home gets the bytes once, with the id of who sends on, and is answered for"
    ):
        answer = session.exchange.register(jws)
        if (answer.status, answer.media_type, answer.body) != (409, expect.PROBLEM, PROBLEM):
            raise Failed(f"status {answer.status} and {len(answer.body)} bytes came back")
        if [_as_it_came(sent) for sent in decoy.sent] != [(jws, statement.MEDIA_TYPE, session.facts.id)]:
            raise Failed(f"the home got {len(decoy.sent)} requests, or other bytes or header fields")


def _as_it_came(sent: Sent) -> tuple[bytes, str | None, str | None]:
    return sent.body, sent.headers.get("content-type"), sent.headers.get(peering.FORWARDED.lower())


CASE = Case(
    name="peering_unreachable",
    profile="exchange-to-exchange",
    story="The suite keeps an exchange of its own, and answers nonsense to what is sent on to it. Nobody gets to see "
    "the nonsense.",
    requirements=("LAD-FED-007", "LAD-FED-008"),
    run=run,
    needs=("follow",),
)
