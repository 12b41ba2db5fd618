"""What a deal needs to pass the gates: a listing that was declared and attested as the subject's own policy asks.

listing = listed(session, classification=...)
jws = acceptance(session, listing.id, consumer)
"""

from __future__ import annotations

import re
from typing import Final

from lading_conformance.drivers.party import Party, clear_terms
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, policy, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.outcome import Blocked
from lading_conformance.trial.session import Session

PATIENCE_SECONDS: Final = 5.0
"""The longest objection window that the suite waits for; under a longer one nothing can be agreed in a run."""

_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def seconds_of(duration: str) -> int:
    """Return the length of a duration (LAD-STM-030)."""
    match = _DURATION.fullmatch(duration)
    parts = [int(part or 0) for part in match.groups()] if match else [0, 0, 0, 0]
    return ((parts[0] * 24 + parts[1]) * 60 + parts[2]) * 60 + parts[3]


def window(session: Session) -> int:
    """Return how long the subject holds listings back, in seconds."""
    said = policy.switches(session).get("objection_window")
    return seconds_of(said) if isinstance(said, str) else 0


def need_deals(session: Session) -> None:
    """Raise `Blocked` where listings are held back for longer than a run can wait."""
    if window(session):
        raise Blocked(f"listings are held back for {window(session)} s here; no deal comes about in a run")


def terms(session: Session, **members: Json) -> dict[str, Json]:
    """Return terms that the subject's policy takes; `members` replace or add."""
    trial: dict[str, Json] = {"trial": True} if policy.switches(session).get("contracts") == "trial" else {}
    return {**clear_terms(), **trial, **members}


def listed(session: Session, provider: Party | None = None, /, **members: Json) -> Registration:
    """Publish a listing with standing terms that the policy takes, and have it attested as the policy asks."""
    listing = deals.say(session, listing_of(session, provider or session.provider, **members))
    for kind in policy.asked(session, "attestations"):
        attest(session, listing.id, kind)
    return listing


def listing_of(session: Session, provider: Party, **members: Json) -> bytes:
    """Return a listing that the policy takes, not attested to; `members` replace or add."""
    named: dict[str, Json] = {
        "kind": "dataset",
        "title": f"Gate {session.word()}",
        "standing": deals.standing(terms=terms(session)),
        **policy.declared(session),
    }
    return provider.says("listing", **{**named, **members})


def attest(session: Session, listing: str, kind: str, **members: Json) -> Registration:
    """Have the run's assessor attest to a listing."""
    return deals.say(session, recourse.attestation(session.assessor, listing, kind, **members))


def acceptance(session: Session, listing: str, consumer: Party | None = None) -> bytes:
    """Return the acceptance of a listing's standing terms."""
    return deals.acceptance(session, listing, session.word(), consumer)


def offer(session: Session, listing: str, consumer: Party | None = None, **members: Json) -> bytes:
    """Return an offer of the provider about a listing, on terms that the policy takes."""
    named: dict[str, Json] = {"listing": listing, "terms": terms(session), **members}
    return agreements.offer(session.provider, consumer or session.consumer, **named)
