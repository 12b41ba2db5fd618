"""Contracts that are answered wrongly: their states, their terms, their feeds, and what passes and is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from lading_conformance.oracle import base64url, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import Row, Spoil, is_registration, members, with_members


def _now() -> str:
    """The time as statements write it."""
    return f"{datetime.now(UTC).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


LOST: Final = "lost"
"""A state that no table has."""


class Tires:
    """Takes an act so many times, and then refuses what it has registered."""

    def __init__(self, act: str, count: int) -> None:
        self._act = act
        self._left = count

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if not is_registration(request, reply) or _said(request.body).get("type") != self._act:
            return reply
        self._left -= 1
        if self._left >= 0:
            return reply
        problem = {"title": "No", "status": 422, "code": "not-permitted", "requirement": "LAD-TRM-060"}
        body = json.dumps({**problem, "retry": "after-change", "detail": "no more"}).encode()
        return Reply(422, {"Content-Type": "application/problem+json"}, body)


class ForgetsAfterRefusals:
    """Loses the states of offers, contracts and deliveries as soon as it has refused something."""

    def __init__(self) -> None:
        self._refused = False

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        self._refused = self._refused or (request.method == "POST" and reply.status >= 400)
        return loses_states(request, reply) if self._refused else reply


class ShowsLapsesToOne:
    """Shows lapses in the feed of the first reader who sees one, and in no other."""

    def __init__(self) -> None:
        self._reader: str | None = None

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        events = _events(request, reply)
        if not any(event["type"] == "lapse" for event in events):
            return reply
        reader = request.headers.get("signature-input", "").partition('keyid="')[2].partition('"')[0]
        self._reader = self._reader or reader
        if reader == self._reader:
            return reply
        return with_members(reply, events=[event for event in events if event["type"] != "lapse"])


class LapsesEverything:
    """Shows in every feed a lapse of number 1 of every contract that it saw concluded."""

    def __init__(self) -> None:
        self._contracts: list[str] = []

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if is_registration(request, reply) and _said(request.body)["type"] == "acceptance":
            self._contracts.append(members(reply)["id"])
        if not (events := _events(request, reply)):
            return reply
        return with_members(reply, events=[*events, *(_lapse(events[-1], one) for one in self._contracts)])


def _lapse(last: dict[str, Any], contract: str) -> dict[str, Any]:
    """Return the event of a lapse that nobody registered."""
    said: dict[str, Json] = {"version": 1, "type": "lapse", "issued_at": _now()}
    named: dict[str, Json] = dict.fromkeys(("home", "issuer", "under", "contract"), contract)
    jws = statement.sign({**said, **named, "sequence": 1}, Key.generate())
    return {**last, "id": statement.statement_id(jws), "type": "lapse", "statement": jws.decode("ascii")}


def _said(jws: bytes) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(base64url.decode(jws.split(b".")[1].decode("ascii")))
    return payload


def _events(request: Request, reply: Reply) -> list[dict[str, Any]]:
    if not request.path.startswith("/events") or reply.status != 200:
        return []
    events: list[dict[str, Any]] = members(reply)["events"]
    return events


def _records(kinds: str, spoil: Callable[[dict[str, Any]], dict[str, Any]]) -> Spoil:
    """Return what changes the records of these kinds in answers about states."""

    def spoilt(request: Request, reply: Reply) -> Reply:
        if not request.path.startswith("/state/") or reply.status != 200:
            return reply
        if (found := members(reply))["kind"] not in kinds.split():
            return reply
        return with_members(reply, record={**found["record"], **spoil(found["record"])})

    return spoilt


def _closed_when_expired(record: dict[str, Any]) -> dict[str, Any]:
    over = record["state"] == "open" and str(record["expires_at"]) < _now()
    return {"state": "closed"} if over else {}


loses_states: Final = _records("offer contract delivery", lambda record: {"state": LOST})
loses_contracts: Final = _records("contract", lambda record: {"state": LOST})
closes_what_has_expired: Final = _records("offer", _closed_when_expired)
shows_other_terms: Final = _records("contract", lambda record: {"terms": {"price": {"model": "free"}}})
shows_other_amounts: Final = _records(
    "payment", lambda record: {"amount": {"amount": "0.00", "currency": "EUR"}}
)


def moves_no_deadline(request: Request, reply: Reply) -> Reply:
    """Say nothing of deadlines that stand still or lie further off."""
    if not request.path.startswith("/state/") or reply.status != 200:
        return reply
    kept = {name: value for name, value in members(reply).items() if name != "moved"}
    return Reply(reply.status, reply.headers, json.dumps(kept).encode("utf-8"))


def names_another_entry_for_the_same_bytes(request: Request, reply: Reply) -> Reply:
    """Answer bytes that are registered already with the index behind their own."""
    if is_registration(request, reply) and reply.status == 200:
        return with_members(reply, index=int(members(reply)["index"]) + 1)
    return reply


def has_no_latest_statement(request: Request, reply: Reply) -> Reply:
    """Show something else as the exchange's latest statement."""
    return with_members(reply, head="not.a.statement") if request.path == "/.well-known/lading" else reply


def dates_lapses_back(request: Request, reply: Reply) -> Reply:
    """Show lapses in feeds as ten seconds older than they are."""
    events = _events(request, reply)
    for event in events:
        event["time"] -= 10_000 if event["type"] == "lapse" else 0
    return with_members(reply, events=events) if events else reply


MUTANTS: Final[tuple[Row, ...]] = (
    Row("tires-of-offers", lambda: Tires("offer", 1), "contract_negotiation", "LAD-REG-002"),
    Row("closes-what-has-expired", closes_what_has_expired, "contract_negotiation", "LAD-LIF-002"),
    Row("shows-other-terms", shows_other_terms, "contract_negotiation", "LAD-TRM-053"),
    Row("shows-other-terms-amended", shows_other_terms, "contract_amendment", "LAD-TRM-053"),
    Row("tires-of-amendments", lambda: Tires("acceptance", 3), "contract_amendment", "LAD-REG-002"),
    Row("tires-of-acceptances", lambda: Tires("acceptance", 0), "contract_standing", "LAD-REG-002"),
    Row("tires-of-a-second-offer", lambda: Tires("offer", 1), "contract_forms", "LAD-REG-002"),
    Row("loses-suspended-contracts", loses_contracts, "contract_notices", "LAD-LIF-002"),
    Row("tires-of-receipts", lambda: Tires("receipt", 0), "contract_notices", "LAD-REG-002"),
    Row("moves-no-deadline", moves_no_deadline, "contract_pauses", "LAD-HTP-047"),
    Row("tires-of-payments", lambda: Tires("payment", 0), "contract_payments", "LAD-REG-002"),
    Row("shows-other-amounts", shows_other_amounts, "contract_payments", "LAD-HTP-028"),
    Row("loses-paid-contracts", loses_contracts, "contract_payments", "LAD-LIF-002"),
    Row("tires-of-deletions", lambda: Tires("deletion", 0), "contract_deletion", "LAD-REG-002"),
    Row("loses-contracts-of-what-is-deleted", loses_contracts, "contract_deletion", "LAD-LIF-002"),
    Row("loses-states", loses_states, "contract_lifecycle", "LAD-LIF-001"),
    Row("forgets-after-refusals", ForgetsAfterRefusals, "contract_lifecycle", "LAD-LIF-002"),
    Row("names-another-entry", names_another_entry_for_the_same_bytes, "contract_race", "LAD-REG-005"),
    Row("tires-of-receipts-of-places", lambda: Tires("receipt", 0), "transfer_agreed", "LAD-REG-002"),
    Row("tires-of-windows", lambda: Tires("delivery", 0), "transfer_stream", "LAD-REG-002"),
    Row("tires-of-deliveries", lambda: Tires("delivery", 0), "transfer_schedule", "LAD-REG-002"),
    Row("loses-scheduled-contracts", loses_contracts, "transfer_schedule", "LAD-LIF-002"),
    Row("shows-lapses-to-one", ShowsLapsesToOne, "transfer_schedule", "LAD-LPS-001"),
    Row("has-no-latest-statement", has_no_latest_statement, "transfer_schedule", "LAD-LPS-002"),
    Row("dates-lapses-back", dates_lapses_back, "transfer_schedule", "LAD-LPS-003"),
    Row("lapses-everything", LapsesEverything, "transfer_schedule", "LAD-LPS-005"),
)
"""The rows about contracts, and about the schedules and windows of their deliveries."""
