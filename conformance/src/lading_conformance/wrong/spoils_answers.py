"""Single answers, spoilt on their way: each breaks one promise, and one case has to notice."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Final

from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import Row, is_registration, members, with_members


def another_id(request: Request, reply: Reply) -> Reply:
    """Another id."""
    if request.path == "/.well-known/lading":
        return with_members(reply, id="sha256:" + 64 * "0")
    return reply


def a_latest_statement_of_nobody(request: Request, reply: Reply) -> Reply:
    """A latest statement of nobody."""
    if request.path == "/.well-known/lading":
        return with_members(reply, head="not.a.statement")
    return reply


def another_log_key(request: Request, reply: Reply) -> Reply:
    """Another log key."""
    if request.path == "/log/checkpoint":
        text = reply.body.decode("utf-8")
        head, _, signature = text.rstrip("\n").rpartition(" ")
        data = bytearray(base64.b64decode(signature))
        data[:4] = b"\0\0\0\0"
        return replace(reply, body=f"{head} {base64.b64encode(data).decode()}\n".encode())
    return reply


def another_time_for_the_same_bytes(request: Request, reply: Reply) -> Reply:
    """Another time for the same bytes."""
    if is_registration(request, reply) and reply.status == 200:
        return with_members(reply, time=int(str(members(reply)["time"])) + 1)
    return reply


def registers_a_batch_in_another_order(request: Request, reply: Reply) -> Reply:
    """Registers a batch in another order."""
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
        """Spoil an answer."""
        if is_registration(request, reply):
            self.last = reply
        elif request.path == "/statements" and members(reply).get("code") == "bad-signature":
            return self.last
        return reply


def finds_nothing(request: Request, reply: Reply) -> Reply:
    """Finds nothing."""
    return with_members(reply, listings=[]) if request.path.startswith("/listings") else reply


def is_never_too_old(request: Request, reply: Reply) -> Reply:
    """Is never too old."""
    if request.path == "/statements" and members(reply).get("code") == "issued-too-old":
        return with_members(
            replace(reply, status=409), code="stale-under", status=409, requirement="LAD-STM-022"
        )
    return reply


def names_no_winner(request: Request, reply: Reply) -> Reply:
    """Names no winner."""
    if request.path == "/statements" and "winner" in members(reply):
        kept = {name: value for name, value in members(reply).items() if name != "winner"}
        return replace(reply, body=json.dumps(kept).encode("utf-8"))
    return reply


class AnswersTheSameRequestAgain:
    """A cache that does not look at nonces."""

    def __init__(self) -> None:
        self.seen: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        signature = request.headers.get("signature")
        return self.seen.setdefault(signature, reply) if signature else reply


def says_hidden(request: Request, reply: Reply) -> Reply:
    """Tells a caller who signs from one who does not."""
    if reply.status == 404 and "signature" in request.headers and request.path.startswith("/statements/"):
        return with_members(reply, detail=f"You may not see {request.path}.")
    return reply


def counts_bad_chunks(request: Request, reply: Reply) -> Reply:
    """Counts bad chunks."""
    if reply.status == 422 and "/chunks/" in request.path:
        return Reply(200, {"Content-Type": "application/json"}, b'{"held":1}')
    return reply


def takes_any_manifest(request: Request, reply: Reply) -> Reply:
    """Takes any manifest."""
    return Reply(204) if reply.status == 422 and request.path.endswith("/manifest") else reply


def changes_one_byte_of_the_content(request: Request, reply: Reply) -> Reply:
    """Changes one byte of the content."""
    if request.method == "GET" and request.path.endswith("/chunks") and reply.status == 200:
        return replace(reply, body=b"\0" + reply.body[1:] if reply.body[0] else b"\1" + reply.body[1:])
    return reply


def gives_less_time(request: Request, reply: Reply) -> Reply:
    """Gives less time."""
    if request.path.startswith("/state/") and reply.status == 200:
        record = members(reply)["record"]
        assert isinstance(record, dict)
        if "deadline" in record:
            return with_members(reply, record=record | {"deadline": record["deadline"] - 1})
    return reply


def withholds_from_evidence(request: Request, reply: Reply) -> Reply:
    """Withholds from evidence."""
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
        """Spoil an answer."""
        if request.path != "/log/checkpoint":
            return reply
        self.first = self.first or reply
        return self.first


def rewrites_entry_zero(request: Request, reply: Reply) -> Reply:
    """Rewrites entry zero."""
    if request.path.startswith("/log/tile/0/000") and reply.status == 200:
        return replace(reply, body=bytes(32) + reply.body[32:])
    return reply


def rewrites_the_entries(request: Request, reply: Reply) -> Reply:
    """Rewrites the entries."""
    if request.path.startswith("/log/tile/entries/") and reply.status == 200:
        return replace(reply, body=reply.body[:-1] + bytes([reply.body[-1] ^ 1]))
    return reply


def releases_another_share(request: Request, reply: Reply) -> Reply:
    """Shows a release with one bit of its share altered."""
    if request.path.startswith("/statements/") and reply.status == 200 and reply.body.count(b".") == 2:
        header, payload, signature = reply.body.split(b".")
        said = json.loads(_decoded(payload))
        if said["type"] == "release":
            share = _decoded(said["share"].encode("ascii"))
            said["share"] = _encoded(bytes([share[0] ^ 1]) + share[1:]).decode("ascii")
            written = json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")
            payload = _encoded(written)
            return replace(reply, body=b".".join((header, payload, signature)))
    return reply


class KeepsItsBox:
    """Shows the exchange's box for ever to who has read it once."""

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str], Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
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
        """Spoil an answer."""
        if is_registration(request, reply):
            self.last = reply
        elif request.path == "/statements" and members(reply).get("code") == "bad-share":
            return self.last
        return reply


def calls_a_bad_share_missing(request: Request, reply: Reply) -> Reply:
    """Calls a bad share missing."""
    if request.path == "/statements" and members(reply).get("code") == "bad-share":
        changed = with_members(reply, status=409, code="content-missing", requirement="LAD-DLV-007")
        return replace(with_members(changed, retry="after-change", title="Conflict"), status=409)
    return reply


def takes_any_box(request: Request, reply: Reply) -> Reply:
    """Takes any box."""
    return Reply(204) if reply.status == 422 and "/boxes/" in request.path else reply


def _decoded(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


MUTANTS: Final[tuple[Row, ...]] = (
    Row("another-id", another_id, "log_exchange", "LAD-PAR-006"),
    Row("a-latest-statement-of-nobody", a_latest_statement_of_nobody, "log_exchange", "LAD-PAR-002"),
    Row("another-log-key", another_log_key, "log_exchange", "LAD-LOG-006"),
    Row(
        "another-time-for-the-same-bytes", another_time_for_the_same_bytes, "log_registration", "LAD-REG-005"
    ),
    Row(
        "registers-a-batch-in-another-order",
        registers_a_batch_in_another_order,
        "log_registration",
        "LAD-REG-007",
    ),
    Row("takes-any-signature", TakesAnySignature, "statement_signature", "LAD-STM-018"),
    Row("finds-nothing", finds_nothing, "catalogue_listing", "LAD-HTP-027"),
    Row("is-never-too-old", is_never_too_old, "catalogue_listing", "LAD-STM-025"),
    Row("names-no-winner", names_no_winner, "contract_slots", "LAD-ACC-007"),
    Row("answers-the-same-request-again", AnswersTheSameRequestAgain, "contract_privacy", "LAD-HTP-009"),
    Row("says-hidden", says_hidden, "contract_privacy", "LAD-HTP-010"),
    Row("counts-bad-chunks", counts_bad_chunks, "transfer_upload", "LAD-TRF-003"),
    Row("takes-any-manifest", takes_any_manifest, "transfer_upload", "LAD-TRF-002"),
    Row("changes-one-byte-of-the-content", changes_one_byte_of_the_content, "transfer_trade", "LAD-TRF-006"),
    Row("gives-less-time", gives_less_time, "transfer_trade", "LAD-HTP-028"),
    Row("withholds-from-evidence", withholds_from_evidence, "transfer_trade", "LAD-EVI-016"),
    Row("releases-another-share", releases_another_share, "transfer_sealed", "LAD-RLS-003"),
    Row("keeps-its-box", KeepsItsBox, "transfer_sealed", "LAD-HTP-036"),
    Row("takes-any-share", TakesAnyShare, "transfer_sealed", "LAD-DLV-014"),
    Row("calls-a-bad-share-missing", calls_a_bad_share_missing, "transfer_sealed", "LAD-DLV-014"),
    Row("takes-any-box", takes_any_box, "transfer_sealed", "LAD-TRF-016"),
    Row("keeps-the-first-checkpoint", KeepsTheFirstCheckpoint, "log_history", "LAD-LOG-016"),
    Row("rewrites-entry-zero", rewrites_entry_zero, "log_history", "LAD-LOG-003"),
    Row("rewrites-the-entries", rewrites_the_entries, "log_history", "LAD-LOG-001"),
)
