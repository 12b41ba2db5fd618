"""Of two faults in an act the earlier rule tells, and rules tell before what an exchange happens to hold."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import integer_of, object_of
from lading_conformance.drivers.party import Party, listed, now, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.deals import CHUNK, DAY
from lading_conformance.steps.two_faults import NEVER
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

MOST_CHUNKS: Final = 524_288


def run(trial: Trial) -> None:
    """Send acts with a fault at two steps from 9 on, or at two rules of their own."""
    session = trial.session
    with trial.given("a contract, and a consumer with a key that may bind it to ten euros"):
        contract = deals.contract(session).id
        modest = _modest(session)
    for what, (code, jws) in {**_steps(session, contract, modest), **_rules(session, contract)}.items():
        with trial.check("LAD-REG-001", f"{what}: {code}, nothing stored"):
            expect.refused(session, jws, code)


def _modest(session: Session) -> Party:
    """Return a participant whose key may bind it to ten euros at a time."""
    party = session.newcomer("modest")
    keys: list[Json] = [listed(party.key.public, limit=agreements.euros("10.00"))]
    jws = party.sign(party.introduction(keys=keys))
    deals.say(session, jws)
    return party.registered(jws)


def _steps(session: Session, contract: str, modest: Party) -> dict[str, tuple[str, bytes]]:
    """Faults at two steps of the table."""
    late: dict[str, Json] = {"issued_at": written_time(now() - 2 * DAY)}
    to: Json = session.consumer.id
    unknown: dict[str, Json] = {"to": to, "listing": NEVER}
    dear = agreements.offer(modest, session.consumer, **unknown)
    old = agreements.offer(modest, session.consumer, **unknown, **late)
    return {
        "9 before 10: too old, and above the limit of the key": ("issued-too-old", old),
        "9 before 11: too old, and about no contract": (
            "issued-too-old",
            agreements.nothing(session.provider, NEVER, 1, **late),
        ),
        "10 before 11: above the limit of the key, about no listing, by somebody who is not admitted": (
            "over-limit",
            dear,
        ),
        "11 before 12: number 3 of a contract without deliveries, and not uploaded": (
            "sequence-gap",
            deals.delivery(session.provider, contract, deals.new_content(session, 1_000), 3),
        ),
        "11 before 12: too many chunks, and more than it stores": (
            "too-many-chunks",
            agreements.nothing(session.provider, contract, size=_too_much(session), content_root=NEVER),
        ),
    }


def _too_much(session: Session) -> int:
    limits = object_of(expect.status(session.exchange.well_known(), 200).members(), "limits")
    return max(integer_of(limits, "content_bytes"), MOST_CHUNKS * CHUNK) + 1


def _rules(session: Session, contract: str) -> dict[str, tuple[str, bytes]]:
    """Faults at two rules of a delivery, in the order of its page."""
    large: dict[str, Json] = {"size": _too_much(session), "content_root": NEVER}
    return {
        "by a stranger, and number 3": (
            "unknown-statement",
            agreements.nothing(session.stranger, contract, 3),
        ),
        "about no contract, and number 3": (
            "unknown-statement",
            agreements.nothing(session.provider, NEVER, 3),
        ),
        "by the consumer, and number 3": ("wrong-party", agreements.nothing(session.consumer, contract, 3)),
        "by the consumer, and too many chunks": (
            "wrong-party",
            agreements.nothing(session.consumer, contract, 1, **large),
        ),
        "too many chunks, and number 3": (
            "too-many-chunks",
            agreements.nothing(session.provider, contract, 3, **large),
        ),
    }


CASE = Case(
    name="contract_order",
    profile="contract",
    story="Parties and strangers send acts with two faults each. The earlier step or rule gives the code, and what an "
    "exchange happens to hold is asked last.",
    requirements=("LAD-REG-001",),
    run=run,
)
