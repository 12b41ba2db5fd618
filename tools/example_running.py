"""A contract that runs for weeks, for the examples: suspended, resumed, ended; what is attested to, and erased."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from lading.statement.words import format_time
from tools import example_trade

if TYPE_CHECKING:
    from tools.example_trade import Trade

DAY: Final = 24 * 3600
BEGINS: Final = 8 * DAY
"""Seconds after the start of the trade."""
NAMES: Final[tuple[str, ...]] = (
    "attestation",
    "suspension",
    "resumption",
    "lapse-not-delivered",
    "deletion",
    "outage",
)
"""The statements that pages show."""
BOTH: Final = ["provider", "consumer"]
TERMS: Final[dict[str, Any]] = {
    "suspension": {"by": BOTH, "maximum": "P20D"},
    "termination": {"by": BOTH, "notice": "P10D"},
    "schedule": {"first": "P1D", "every": "P7D", "deliveries": 4},
}


def run(trade: Trade) -> None:
    """From the attestation to the outage."""
    _attested(trade)
    _contract(trade)
    _stopped(trade)
    _erased(trade)
    _down(trade)


def _say(trade: Trade, name: str, by: str, seconds: int, act: str, **members: Any) -> None:
    trade.put(name, by, BEGINS + seconds, {**trade.issued(by), "type": act, **members})


def _attested(trade: Trade) -> None:
    described = {"name": "Meridian Surveys", "kind": "company", "jurisdiction": "NO", "type": "participant"}
    keys = {
        "keys": [example_trade.key("surveyor")],
        "next": [example_trade.signer("surveyor-next").thumbprint],
    }
    trade.put("surveyor", "surveyor", BEGINS, {"home": trade.id("exchange"), **described, **keys})
    decided = {"participant": trade.id("surveyor"), "status": "admitted", "roles": ["assessor"]}
    _say(trade, "admission-surveyor", "exchange", 60, "admission", **decided)
    shown = b"lading example survey.pdf"
    digest = "sha256:" + hashlib.sha256(shown).hexdigest()
    report = {"name": "survey.pdf", "media_type": "application/pdf", "size": len(shown), "digest": digest}
    said = {
        "statement": trade.id("listing-2"),
        "kind": "surveying",
        "outcome": "passed",
        "evidence": [report],
    }
    until = {"expires_at": "2027-11-30T23:59:59.999Z", "qualification": "Chartered surveyor, no. 4711"}
    _say(trade, "attestation", "surveyor", 120, "attestation", **said, **until)


def _contract(trade: Trade) -> None:
    standing = {"terms": {**example_trade.TERMS, **TERMS}, "expires_at": "2027-06-30T23:59:59.999Z"}
    titled = {"title": "Road sensor readings, weekly", "provenance": example_trade.PROVENANCE}
    _say(trade, "listing-weekly", "acme", 200, "listing", kind="dataset", **titled, standing=standing)
    chosen = {"listing": trade.id("listing-weekly"), "purpose": "research", "reference": "PO-2026-0131"}
    _say(trade, "acceptance-weekly", "buyer", 300, "acceptance", **chosen)


def _stopped(trade: Trade) -> None:
    """Suspended from day 2 to day 5, so that number 1 is due on day 1, and number 2 on day 11; it ends on day 18."""
    contract = {"contract": trade.id("acceptance-weekly")}
    _say(trade, "lapse-not-delivered", "exchange", 300 + DAY + 10, "lapse", **contract, sequence=1)
    words = "The supervisor asked us to stop until it has looked at the purpose."
    suspends = {**contract, "kind": "suspend", "ground": "supervisor", "text": words}
    _say(trade, "suspension", "buyer", 300 + 2 * DAY, "notice", **suspends)
    resumes = {**contract, "kind": "resume", "ground": "settled"}
    _say(trade, "resumption", "buyer", 300 + 5 * DAY, "notice", **resumes)
    ends = {**contract, "kind": "terminate", "ground": "no-need"}
    effective = format_time(example_trade.START + 1000 * (BEGINS + 18 * DAY))
    _say(trade, "termination", "buyer", 300 + 6 * DAY, "notice", **ends, effective_at=effective)


def _erased(trade: Trade) -> None:
    contract = {"contract": trade.id("acceptance")}
    until = format_time(example_trade.START + 1000 * (BEGINS + 40 * DAY))
    recalls = {**contract, "kind": "recall", "ground": "privacy", "deliveries": [1], "erase_by": until}
    words = "Seven positions give away private drives."
    _say(trade, "recall", "acme", 10 * DAY, "notice", **recalls, text=words)
    done = {"recall": trade.id("recall"), "deliveries": [1], "method": "overwritten"}
    left = {"remains": "Monthly averages by district, from which no position follows."}
    when = {"deleted_at": format_time(example_trade.START + 1000 * (BEGINS + 12 * DAY - 3600))}
    _say(trade, "deletion", "buyer", 12 * DAY, "deletion", **contract, **done, **when, **left)


def _down(trade: Trade) -> None:
    since = example_trade.START + 1000 * (BEGINS + 13 * DAY)
    told = {"since": format_time(since), "until": format_time(since + 1000 * 5400)}
    _say(trade, "outage", "exchange", 13 * DAY + 5460, "notice", kind="outage", ground="power", **told)
