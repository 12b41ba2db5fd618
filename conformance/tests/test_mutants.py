"""Each case fails an exchange that gives one kind of wrong answer, and names the requirement that it breaks.

The wrong exchanges of the package are whole stories; these here are single answers, spoilt on their way.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from conformance.tests import test_sealed_mutants
from conformance.tests.mutants import (
    Spoil,
    broken,
    is_registration,
    members,
    name_of,
    run_against,
    with_members,
)
from conformance.tests.running import RunningExchange
from lading_conformance.cases import index
from lading_conformance.oracle import base64url
from lading_conformance.wrong.proxy import Reply, Request


def another_id(request: Request, reply: Reply) -> Reply:
    if request.path == "/.well-known/lading":
        return with_members(reply, id="sha256:" + 64 * "0")
    return reply


def a_latest_statement_of_nobody(request: Request, reply: Reply) -> Reply:
    if request.path == "/.well-known/lading":
        return with_members(reply, head="not.a.statement")
    return reply


def another_log_key(request: Request, reply: Reply) -> Reply:
    if request.path == "/log/checkpoint":
        text = reply.body.decode("utf-8")
        head, _, signature = text.rstrip("\n").rpartition(" ")
        data = bytearray(base64.b64decode(signature))
        data[:4] = b"\0\0\0\0"
        return replace(reply, body=f"{head} {base64.b64encode(data).decode()}\n".encode())
    return reply


def another_time_for_the_same_bytes(request: Request, reply: Reply) -> Reply:
    if is_registration(request, reply) and reply.status == 200:
        return with_members(reply, time=int(str(members(reply)["time"])) + 1)
    return reply


def registers_a_batch_in_another_order(request: Request, reply: Reply) -> Reply:
    if request.path == "/statements/batch":
        results = members(reply)["results"]
        assert isinstance(results, list)
        return with_members(reply, results=results[::-1])
    return reply


class TakesAnySignature:
    """Answers a statement with a bad signature by the registration of the last good one."""

    def __init__(self) -> None:
        self.last = Reply(201)

    def __call__(self, request: Request, reply: Reply) -> Reply:
        if is_registration(request, reply):
            self.last = reply
        elif request.path == "/statements" and members(reply).get("code") == "bad-signature":
            return self.last
        return reply


def finds_nothing(request: Request, reply: Reply) -> Reply:
    return with_members(reply, listings=[]) if request.path.startswith("/listings") else reply


def is_never_too_old(request: Request, reply: Reply) -> Reply:
    if request.path == "/statements" and members(reply).get("code") == "issued-too-old":
        return with_members(
            replace(reply, status=409), code="stale-under", status=409, requirement="LAD-STM-022"
        )
    return reply


def names_no_winner(request: Request, reply: Reply) -> Reply:
    if request.path == "/statements" and "winner" in members(reply):
        kept = {name: value for name, value in members(reply).items() if name != "winner"}
        return replace(reply, body=json.dumps(kept).encode("utf-8"))
    return reply


class AnswersTheSameRequestAgain:
    """A cache that does not look at nonces."""

    def __init__(self) -> None:
        self.seen: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        signature = request.headers.get("signature")
        return self.seen.setdefault(signature, reply) if signature else reply


def says_hidden(request: Request, reply: Reply) -> Reply:
    """Tells a caller who signs from one who does not."""
    if reply.status == 404 and "signature" in request.headers and request.path.startswith("/statements/"):
        return with_members(reply, detail=f"You may not see {request.path}.")
    return reply


def counts_bad_chunks(request: Request, reply: Reply) -> Reply:
    if reply.status == 422 and "/chunks/" in request.path:
        return Reply(200, {"Content-Type": "application/json"}, b'{"held":1}')
    return reply


def takes_any_manifest(request: Request, reply: Reply) -> Reply:
    return Reply(204) if reply.status == 422 and request.path.endswith("/manifest") else reply


def changes_one_byte_of_the_content(request: Request, reply: Reply) -> Reply:
    if request.method == "GET" and request.path.endswith("/chunks") and reply.status == 200:
        return replace(reply, body=b"\0" + reply.body[1:] if reply.body[0] else b"\1" + reply.body[1:])
    return reply


def gives_less_time(request: Request, reply: Reply) -> Reply:
    if request.path.startswith("/state/") and reply.status == 200:
        record = members(reply)["record"]
        assert isinstance(record, dict)
        if "deadline" in record:
            return with_members(reply, record=record | {"deadline": record["deadline"] - 1})
    return reply


def withholds_from_evidence(request: Request, reply: Reply) -> Reply:
    if request.path.endswith("/evidence") and reply.status == 200:
        logs = members(reply)["logs"]
        assert isinstance(logs, list)
        logs[0]["entries"].pop()
        body = json.dumps(
            members(reply) | {"logs": logs}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return replace(reply, body=body.encode("utf-8"))
    return reply


class KeepsTheFirstCheckpoint:
    """Serves the first checkpoint that it saw for ever."""

    def __init__(self) -> None:
        self.first: Reply | None = None

    def __call__(self, request: Request, reply: Reply) -> Reply:
        if request.path != "/log/checkpoint":
            return reply
        self.first = self.first or reply
        return self.first


def rewrites_entry_zero(request: Request, reply: Reply) -> Reply:
    if request.path.startswith("/log/tile/0/000") and reply.status == 200:
        return replace(reply, body=bytes(32) + reply.body[32:])
    return reply


def rewrites_the_entries(request: Request, reply: Reply) -> Reply:
    if request.path.startswith("/log/tile/entries/") and reply.status == 200:
        return replace(reply, body=reply.body[:-1] + bytes([reply.body[-1] ^ 1]))
    return reply


def releases_another_share(request: Request, reply: Reply) -> Reply:
    """Shows a release with one bit of its share altered."""
    if request.path.startswith("/statements/") and reply.status == 200 and reply.body.count(b".") == 2:
        header, payload, signature = reply.body.split(b".")
        said = json.loads(base64url.decode(payload.decode("ascii")))
        if said["type"] == "release":
            share = base64url.decode(said["share"])
            said["share"] = base64url.encode(bytes([share[0] ^ 1]) + share[1:])
            written = json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")
            payload = base64url.encode(written).encode("ascii")
            return replace(reply, body=b".".join((header, payload, signature)))
    return reply


class KeepsItsBox:
    """Shows the exchange's box for ever to who has read it once."""

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str], Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        reader = re.search('keyid="([^"]*)"', request.headers.get("signature-input", ""))
        if request.method != "GET" or not request.path.endswith("/boxes/exchange") or reader is None:
            return reply
        seen = (request.path, reader[1])
        return self.shown.setdefault(seen, reply) if reply.status == 200 else self.shown.get(seen, reply)


class TakesAnyShare:
    """Answers a delivery whose box does not hold the share by the registration of the last good statement."""

    def __init__(self) -> None:
        self.last = Reply(201)

    def __call__(self, request: Request, reply: Reply) -> Reply:
        if is_registration(request, reply):
            self.last = reply
        elif request.path == "/statements" and members(reply).get("code") == "bad-share":
            return self.last
        return reply


def calls_a_bad_share_missing(request: Request, reply: Reply) -> Reply:
    if request.path == "/statements" and members(reply).get("code") == "bad-share":
        changed = with_members(reply, status=409, code="content-missing", requirement="LAD-DLV-007")
        return replace(with_members(changed, retry="after-change", title="Conflict"), status=409)
    return reply


def takes_any_box(request: Request, reply: Reply) -> Reply:
    return Reply(204) if reply.status == 422 and "/boxes/" in request.path else reply


MUTANTS: list[tuple[Callable[[], Spoil], str, str]] = [
    (lambda: another_id, "log_exchange", "LAD-PAR-006"),
    (lambda: a_latest_statement_of_nobody, "log_exchange", "LAD-PAR-002"),
    (lambda: another_log_key, "log_exchange", "LAD-LOG-006"),
    (lambda: another_time_for_the_same_bytes, "log_registration", "LAD-REG-005"),
    (lambda: registers_a_batch_in_another_order, "log_registration", "LAD-REG-007"),
    (TakesAnySignature, "statement_signature", "LAD-STM-018"),
    (lambda: finds_nothing, "catalogue_listing", "LAD-HTP-027"),
    (lambda: is_never_too_old, "catalogue_listing", "LAD-STM-025"),
    (lambda: names_no_winner, "contract_slots", "LAD-ACC-007"),
    (AnswersTheSameRequestAgain, "contract_privacy", "LAD-HTP-009"),
    (lambda: says_hidden, "contract_privacy", "LAD-HTP-010"),
    (lambda: counts_bad_chunks, "transfer_upload", "LAD-TRF-003"),
    (lambda: takes_any_manifest, "transfer_upload", "LAD-TRF-002"),
    (lambda: changes_one_byte_of_the_content, "transfer_trade", "LAD-TRF-006"),
    (lambda: gives_less_time, "transfer_trade", "LAD-HTP-028"),
    (lambda: withholds_from_evidence, "transfer_trade", "LAD-EVI-016"),
    (lambda: releases_another_share, "transfer_sealed", "LAD-RLS-003"),
    (KeepsItsBox, "transfer_sealed", "LAD-HTP-036"),
    (TakesAnyShare, "transfer_sealed", "LAD-DLV-014"),
    (lambda: calls_a_bad_share_missing, "transfer_sealed", "LAD-DLV-014"),
    (lambda: takes_any_box, "transfer_sealed", "LAD-TRF-016"),
    (KeepsTheFirstCheckpoint, "log_history", "LAD-LOG-016"),
    (lambda: rewrites_entry_zero, "log_history", "LAD-LOG-003"),
    (lambda: rewrites_the_entries, "log_history", "LAD-LOG-001"),
]


@pytest.mark.parametrize(("make", "name", "requirement"), MUTANTS, ids=[name_of(row[0]) for row in MUTANTS])
def test_a_mutant_is_failed_by_the_case_that_names_the_requirement(
    proxied: RunningExchange, make: Callable[[], Spoil], name: str, requirement: str
) -> None:
    report = run_against(make(), proxied, name)
    assert report.verdict == "fail", report.reason
    assert requirement in broken(report)


def test_every_case_has_a_mutant_here_or_among_the_wrong_exchanges() -> None:
    named = {name for _, name, _ in MUTANTS} | {name for _, name, _ in test_sealed_mutants.MUTANTS}
    assert named | {"statement_codec"} == {case.name for case in index.CASES}
