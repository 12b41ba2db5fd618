"""Keys that change and end at home change and end abroad."""

from __future__ import annotations

from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement
from lading_conformance.steps import deals, expect, peering
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed


def run(trial: Trial) -> None:
    """Make a participant of the other exchange a guest here, and let it replace and revoke its key at home."""
    here, there = trial.session, peering.other(trial.session)
    with trial.given("the other exchange is followed"):
        peering.follows(here, there)
    with trial.given("a consumer of the other exchange that bought here"):
        resident = there.admitted("guest with keys", "consumer")
        listing = deals.publish(here)
        deals.say(here, deals.acceptance(here, listing.id, here.word(), peering.abroad(resident, here)))
    _refused_at_the_door(trial, resident)
    after = _rotated(trial, resident)
    with trial.check(
        "LAD-FED-011", "the old key signs nothing here any more: stale-under, naming the new head"
    ):
        jws = deals.acceptance(here, listing.id, here.word(), peering.abroad(resident, here))
        expect.refused(here, jws, "stale-under", winner=after.head)
    with trial.check("LAD-FED-011", "the old key reads nothing here any more: bad-request-signature"):
        expect.problem(here.exchange.get("/events?after=-1", resident.signer), "bad-request-signature")
    with trial.check("LAD-REG-002", "the new key signs here"):
        deals.say(here, deals.acceptance(here, listing.id, here.word(), peering.abroad(after, here)))


def _refused_at_the_door(trial: Trial, resident: Party) -> None:
    here, there = trial.session, peering.other(trial.session)
    with trial.check("LAD-FED-010", "a successor that its home has not registered: not-at-home"):
        _, jws = resident.succeeded()
        expect.refused(here, jws, "not-at-home")
    with trial.check("LAD-FED-010", "a newcomer that its home has not registered: not-at-home"):
        newcomer = there.newcomer("nobody")
        expect.refused(here, newcomer.sign(newcomer.introduction()), "not-at-home")
    with trial.check("LAD-FED-009", "a newcomer at home where nobody follows: unknown-home"):
        nowhere = statement.statement_id(here.random.randbytes(32))
        newcomer = peering.abroad_of(here.newcomer("nowhere"), nowhere)
        expect.refused(here, newcomer.sign(newcomer.introduction()), "unknown-home")
    with trial.check("LAD-FED-013", "an act of somebody whom its home has not registered: unknown-issuer"):
        newcomer = there.newcomer("unknown")
        unknown = newcomer.registered(newcomer.sign(newcomer.introduction()))
        listing = deals.publish(here)
        jws = deals.acceptance(here, listing.id, here.word(), peering.abroad(unknown, here))
        expect.refused(here, jws, "unknown-issuer")


def _rotated(trial: Trial, resident: Party) -> Party:
    here, there = trial.session, peering.other(trial.session)
    with trial.given("the guest replaces its key at home, and revokes the old one"):
        after, jws = resident.succeeded(revoked=[resident.key.thumbprint])
        deals.say(there, jws)
    with trial.need("LAD-FED-011", "the successor stands in this log too, with its bytes"):
        wanted = after.head
        expect.in_time(
            here,
            here.subject.news_seconds,
            lambda: _head(trial, resident) == wanted or None,
            "the successor did not arrive",
        )
        end = here.checkpoint_size()
        if wanted not in here.ids_between(max(0, end - 1024), end):
            raise Failed("the successor is the head of the chain, and stands not in the log")
    return after


def _head(trial: Trial, party: Party) -> object:
    answer = expect.status(trial.session.exchange.get(f"/state/{party.id}"), 200)
    record = answer.members().get("record")
    return record.get("head") if isinstance(record, dict) else None


CASE = Case(
    name="peering_keys",
    profile="exchange-to-exchange",
    story="A guest replaces its key at home and revokes the old one; the news arrives here, and the old key ends. What "
    "the home has not registered is not taken.",
    requirements=("LAD-FED-010", "LAD-FED-009", "LAD-FED-013", "LAD-FED-011", "LAD-REG-002"),
    run=run,
    slow=True,
)
