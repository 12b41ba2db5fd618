"""Each case about sealed deliveries fails an exchange that breaks one promise of theirs."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.tests.mutants import Spoil, broken, is_registration, members, run_against, with_members
from conformance.tests.running import RunningExchange
from lading_conformance.oracle import base64url, statement
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.oracle.sealing import Bound
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.wrong.proxy import Reply, Request


class LetsPass:
    """Answers what it should refuse with one of some codes by its last good answer to the same kind of request."""

    def __init__(self, *codes: str) -> None:
        self._codes = codes
        self._last: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        if request.method != "POST":
            return reply
        if reply.status in (200, 201):
            self._last[request.path] = reply
        elif members(reply).get("code") in self._codes:
            return self._last.get(request.path, reply)
        return reply


class GivesTheShareAway:
    """Opens each box that is uploaded for the exchange, and shows the share in the delivery's state."""

    def __init__(self, state: Path) -> None:
        seeds = [file.read_text("ascii").splitlines()[1] for file in (state / "keys").glob("seal-*.pem")]
        self._keys = [SealKey.from_seed(base64.b64decode(seed)) for seed in seeds]
        self._tickets: dict[str, Bound] = {}
        self._shares: dict[str, bytes] = {}
        self._exchange = ""

    def __call__(self, request: Request, reply: Reply) -> Reply:
        if request.path == "/.well-known/lading":
            self._exchange = str(members(reply)["id"])
        elif request.path == "/content" and reply.status == 200:
            said = statement.parse(request.body).payload
            bound = Bound(str(said["contract"]), int(str(said["sequence"])), str(said["issuer"]))
            self._tickets[str(members(reply)["content"])] = bound
        elif request.method == "PUT" and request.path.endswith("/boxes/exchange") and reply.status == 204:
            self._open(request.path.removesuffix("/boxes/exchange"), request.body)
        elif request.path.startswith("/state/") and reply.status == 200:
            return self._shown(reply)
        return reply

    def _open(self, prefix: str, box: bytes) -> None:
        bound = self._tickets[prefix]
        for key in self._keys:
            try:
                self._shares[bound.contract] = key.open(box, bound.info(self._exchange, "exchange"))
            except Rejected:
                continue

    def _shown(self, reply: Reply) -> Reply:
        record = members(reply)["record"]
        assert isinstance(record, dict)
        share = self._shares.get(str(record.get("contract")), b"")
        return with_members(reply, record=record | {"share": base64url.encode(share)})


class ShowsToEverybody:
    """Answers a hidden read of a box or an attachment by what somebody else was shown."""

    def __init__(self) -> None:
        self._shown: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
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
        if not request.path.endswith("/boxes/exchange"):
            return reply
        if request.method == "PUT" and reply.status == 204:
            self._boxes[request.path] = request.body
        if request.method == "GET" and reply.status == 404 and request.path in self._boxes:
            return Reply(200, {"Content-Type": "application/octet-stream"}, self._boxes[request.path])
        return reply


def hides_the_release(request: Request, reply: Reply) -> Reply:
    if not request.path.startswith("/events"):
        return reply
    events = members(reply)["events"]
    assert isinstance(events, list)
    return with_members(reply, events=[event for event in events if event["type"] != "release"])


def forgets_the_release_in_evidence(request: Request, reply: Reply) -> Reply:
    if not request.path.endswith("/evidence") or reply.status != 200:
        return reply
    file = json.loads(reply.body)
    for log in file["logs"]:
        kept = [item for item in log["entries"] if type_of(item.get("statement", "")) != "release"]
        log["entries"] = kept
    text = json.dumps(file, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return replace(reply, body=text.encode("utf-8"))


def type_of(jws: str) -> object:
    return statement.parse(jws.encode()).payload["type"] if jws else None


def has_a_checkpoint_that_ends_with_the_receipt(request: Request, reply: Reply) -> Reply:
    """Claims one entry less for the checkpoint in the answer to a registration; nobody signed that."""
    if is_registration(request, reply) and type_of(request.body.decode()) == "receipt":
        size = int(str(members(reply)["index"])) + 1
        proof = re.sub(r"(\n\n[^\n]+\n)[0-9]+\n", rf"\g<1>{size}\n", str(members(reply)["proof"]), count=1)
        return with_members(reply, proof=proof)
    return reply


def dates_lapses_early(request: Request, reply: Reply) -> Reply:
    if not request.path.startswith("/events"):
        return reply
    events = members(reply)["events"]
    assert isinstance(events, list)
    early = [event | {"time": event["time"] - 60_000 * (event["type"] == "lapse")} for event in events]
    return with_members(reply, events=early)


def calls_everything_open(request: Request, reply: Reply) -> Reply:
    if request.path.startswith("/state/") and reply.status == 200:
        record = members(reply)["record"]
        assert isinstance(record, dict)
        return with_members(reply, record=record | {"state": "open"})
    return reply


def names_no_winner(request: Request, reply: Reply) -> Reply:
    if request.path == "/statements" and "winner" in members(reply):
        kept = {name: value for name, value in members(reply).items() if name != "winner"}
        return replace(reply, body=json.dumps(kept).encode("utf-8"))
    return reply


def shows_chunks_that_it_does_not_keep(request: Request, reply: Reply) -> Reply:
    if request.method == "GET" and request.path.endswith("/chunks") and reply.status == 404:
        return Reply(200, {"Content-Type": "application/octet-stream"}, b"")
    return reply


def takes_any_attachment(request: Request, reply: Reply) -> Reply:
    return Reply(204) if reply.status == 422 and request.path.startswith("/attachments/") else reply


def changes_attachments(request: Request, reply: Reply) -> Reply:
    if request.method == "GET" and request.path.startswith("/attachments/") and reply.status == 200:
        return replace(reply, body=bytes([reply.body[0] ^ 1]) + reply.body[1:])
    return reply


def lets_pass(*codes: str) -> Callable[[Path], Spoil]:
    return lambda state: LetsPass(*codes)


def spoils(spoil: Spoil) -> Callable[[Path], Spoil]:
    return lambda state: spoil


MUTANTS: list[tuple[Callable[[Path], Spoil], str, str]] = [
    (lets_pass("content-missing"), "transfer_sealed", "LAD-DLV-007"),
    (lets_pass("share-reused"), "transfer_sealed", "LAD-DLV-013"),
    (GivesTheShareAway, "transfer_fairness", "LAD-SEA-013"),
    (lambda state: ShowsToEverybody(), "transfer_fairness", "LAD-HTP-010"),
    (lets_pass("wrong-issuer"), "transfer_fairness", "LAD-ADM-001"),
    (spoils(hides_the_release), "transfer_fairness", "LAD-RLS-004"),
    (spoils(has_a_checkpoint_that_ends_with_the_receipt), "transfer_fairness", "LAD-RLS-005"),
    (spoils(forgets_the_release_in_evidence), "transfer_fairness", "LAD-EVI-016"),
    (spoils(dates_lapses_early), "transfer_closing", "LAD-LPS-003"),
    (spoils(calls_everything_open), "transfer_closing", "LAD-HTP-028"),
    (spoils(names_no_winner), "transfer_closing", "LAD-DLV-013"),
    # The lapse may be there before the late receipt, and is then the reason.
    (lets_pass("deadline-passed", "delivery-not-open"), "transfer_closing", "LAD-RCP-003"),
    (lambda state: KeepsWhatWasUploaded(), "transfer_closing", "LAD-HTP-036"),
    (lets_pass("bad-member"), "transfer_variants", "LAD-DLV-015"),
    (lets_pass("revoked-key"), "transfer_variants", "LAD-PAR-007"),
    (lets_pass("bad-seal-key"), "transfer_variants", "LAD-STM-049"),
    (spoils(shows_chunks_that_it_does_not_keep), "transfer_variants", "LAD-HTP-037"),
    (spoils(takes_any_attachment), "transfer_claims", "LAD-TRF-017"),
    (spoils(changes_attachments), "transfer_claims", "LAD-TRF-019"),
    (lambda state: ShowsToEverybody(), "transfer_claims", "LAD-HTP-010"),
    (lets_pass("claim-taken"), "transfer_claims", "LAD-CLM-005"),
    (lets_pass("dispute-window-closed"), "transfer_claims", "LAD-CLM-004"),
]


def described(row: tuple[Callable[[Path], Spoil], str, str]) -> str:
    return f"{row[1]}-{row[2]}"


@pytest.mark.parametrize(("make", "name", "requirement"), MUTANTS, ids=[described(row) for row in MUTANTS])
def test_a_mutant_is_failed_by_the_case_that_names_the_requirement(
    proxied: RunningExchange, make: Callable[[Path], Spoil], name: str, requirement: str
) -> None:
    report = run_against(make(proxied.state), proxied, name)
    assert report.verdict == "fail", report.reason
    assert requirement in broken(report)
