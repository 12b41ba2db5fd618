"""Wrong exchanges of sealed deliveries, closings and claims: each breaks one promise, and one case has to notice."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Final

from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import LetsPass, Row, is_registration, members, with_members
from lading_conformance.wrong.spoils_answers import names_no_winner


class ShowsToEverybody:
    """Answers a hidden read of a box or an attachment by what somebody else was shown."""

    def __init__(self) -> None:
        self._shown: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method != "GET" or not re.search("/boxes/|/attachments/", request.path):
            return reply
        if reply.status == 200:
            self._shown[request.path] = reply
        return self._shown.get(request.path, reply)


class KeepsWhatWasUploaded:
    """Shows the exchange's box for as long as anybody asks."""

    def __init__(self) -> None:
        self._boxes: dict[str, bytes] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if not request.path.endswith("/boxes/exchange"):
            return reply
        if request.method == "PUT" and reply.status == 204:
            self._boxes[request.path] = request.body
        if request.method == "GET" and reply.status == 404 and request.path in self._boxes:
            return Reply(200, {"Content-Type": "application/octet-stream"}, self._boxes[request.path])
        return reply


def hides_the_release(request: Request, reply: Reply) -> Reply:
    """Hides the release."""
    if not request.path.startswith("/events"):
        return reply
    events = members(reply)["events"]
    assert isinstance(events, list)
    return with_members(reply, events=[event for event in events if event["type"] != "release"])


def forgets_the_release_in_evidence(request: Request, reply: Reply) -> Reply:
    """Forgets the release in evidence."""
    if not request.path.endswith("/evidence") or reply.status != 200:
        return reply
    file = json.loads(reply.body)
    for log in file["logs"]:
        kept = [item for item in log["entries"] if _type_of(item.get("statement", "")) != "release"]
        log["entries"] = kept
    text = json.dumps(file, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return replace(reply, body=text.encode("utf-8"))


def has_a_checkpoint_that_ends_with_the_receipt(request: Request, reply: Reply) -> Reply:
    """Claims one entry less for the checkpoint in the answer to a registration; nobody signed that."""
    if is_registration(request, reply) and _type_of(request.body.decode()) == "receipt":
        size = int(str(members(reply)["index"])) + 1
        proof = re.sub(r"(\n\n[^\n]+\n)[0-9]+\n", rf"\g<1>{size}\n", str(members(reply)["proof"]), count=1)
        return with_members(reply, proof=proof)
    return reply


def dates_lapses_early(request: Request, reply: Reply) -> Reply:
    """Dates lapses early."""
    if not request.path.startswith("/events"):
        return reply
    events = members(reply)["events"]
    assert isinstance(events, list)
    early = [event | {"time": event["time"] - 60_000 * (event["type"] == "lapse")} for event in events]
    return with_members(reply, events=early)


def calls_everything_open(request: Request, reply: Reply) -> Reply:
    """Calls everything open."""
    if request.path.startswith("/state/") and reply.status == 200:
        record = members(reply)["record"]
        assert isinstance(record, dict)
        return with_members(reply, record=record | {"state": "open"})
    return reply


def shows_chunks_that_it_does_not_keep(request: Request, reply: Reply) -> Reply:
    """Shows chunks that it does not keep."""
    if request.method == "GET" and request.path.endswith("/chunks") and reply.status == 404:
        return Reply(200, {"Content-Type": "application/octet-stream"}, b"")
    return reply


def takes_any_attachment(request: Request, reply: Reply) -> Reply:
    """Takes any attachment."""
    return Reply(204) if reply.status == 422 and request.path.startswith("/attachments/") else reply


def changes_attachments(request: Request, reply: Reply) -> Reply:
    """Changes attachments."""
    if request.method == "GET" and request.path.startswith("/attachments/") and reply.status == 200:
        return replace(reply, body=bytes([reply.body[0] ^ 1]) + reply.body[1:])
    return reply


def _type_of(jws: str) -> object:
    payload = jws.split(".")[1] if jws else ""
    return (
        json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["type"] if payload else None
    )


MUTANTS: Final[tuple[Row, ...]] = (
    # The lapse may be there before the late receipt, and is then the reason.
    Row("lets-pass-content-missing", lambda: LetsPass("content-missing"), "transfer_sealed", "LAD-DLV-007"),
    Row("lets-pass-share-reused", lambda: LetsPass("share-reused"), "transfer_sealed", "LAD-DLV-013"),
    Row("shows-to-everybody", ShowsToEverybody, "transfer_fairness", "LAD-HTP-010"),
    Row("lets-pass-wrong-issuer", lambda: LetsPass("wrong-issuer"), "transfer_fairness", "LAD-ADM-001"),
    Row("hides-the-release", hides_the_release, "transfer_fairness", "LAD-RLS-004"),
    Row(
        "has-a-checkpoint-that-ends-with-the-receipt",
        has_a_checkpoint_that_ends_with_the_receipt,
        "transfer_fairness",
        "LAD-RLS-005",
    ),
    Row(
        "forgets-the-release-in-evidence", forgets_the_release_in_evidence, "transfer_fairness", "LAD-EVI-016"
    ),
    Row("dates-lapses-early", dates_lapses_early, "transfer_closing", "LAD-LPS-003"),
    Row("calls-everything-open", calls_everything_open, "transfer_closing", "LAD-HTP-028"),
    Row("names-no-winner-of-a-closing", names_no_winner, "transfer_closing", "LAD-DLV-013"),
    Row(
        "lets-pass-deadline-passed",
        lambda: LetsPass("deadline-passed", "delivery-not-open"),
        "transfer_closing",
        "LAD-RCP-003",
    ),
    Row("keeps-what-was-uploaded", KeepsWhatWasUploaded, "transfer_closing", "LAD-HTP-036"),
    Row("lets-pass-bad-member", lambda: LetsPass("bad-member"), "transfer_variants", "LAD-DLV-015"),
    Row("lets-pass-revoked-key", lambda: LetsPass("revoked-key"), "transfer_variants", "LAD-PAR-007"),
    Row("lets-pass-bad-seal-key", lambda: LetsPass("bad-seal-key"), "transfer_variants", "LAD-STM-049"),
    Row(
        "shows-chunks-that-it-does-not-keep",
        shows_chunks_that_it_does_not_keep,
        "transfer_variants",
        "LAD-HTP-037",
    ),
    Row("takes-any-attachment", takes_any_attachment, "transfer_claims", "LAD-TRF-017"),
    Row("changes-attachments", changes_attachments, "transfer_claims", "LAD-TRF-019"),
    Row("shows-to-everybody-claims", ShowsToEverybody, "transfer_claims", "LAD-HTP-010"),
    Row("lets-pass-claim-taken", lambda: LetsPass("claim-taken"), "transfer_claims", "LAD-CLM-005"),
    Row(
        "lets-pass-dispute-window-closed",
        lambda: LetsPass("dispute-window-closed"),
        "transfer_claims",
        "LAD-CLM-004",
    ),
)
