"""Answers that break what uploads, downloads and hidden reads promise."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import Row
from lading_conformance.wrong.spoils_http import code_of, other, takes

OCTETS: Final = {"Content-Type": "application/octet-stream"}
JSON: Final = {"Content-Type": "application/json"}


def cuts_downloads_off(request: Request, reply: Reply) -> Reply:
    """Close the connection in the middle of the content."""
    if request.method == "GET" and request.path.endswith("/chunks") and reply.status == 200:
        return replace(reply, cut=len(reply.body) // 2)
    return reply


def is_one_byte_off(request: Request, reply: Reply) -> Reply:
    """Say of every range that it is another one."""
    if reply.status == 206 and "content-range" in reply.headers:
        said = reply.headers["content-range"].replace("bytes ", "bytes 1", 1)
        return replace(reply, headers={**reply.headers, "content-range": said})
    return reply


def takes_any_range(request: Request, reply: Reply) -> Reply:
    """Answer a range that is none with no bytes."""
    return Reply(206, OCTETS) if code_of(reply) == "wrong-range" else reply


def counts_a_chunk_too_many(request: Request, reply: Reply) -> Reply:
    """Say that it holds what has not come."""
    held = reply.headers.get("lading-chunks-held")
    if held is None:
        return reply
    return replace(reply, headers={**reply.headers, "lading-chunks-held": str(int(held) + 1)})


def takes_another_attachment(request: Request, reply: Reply) -> Reply:
    """Take other bytes than a statement names."""
    return Reply(204) if code_of(reply) == "bad-attachment" else reply


class ShowsAttachments:
    """Shows every attachment to everybody, from the moment that it has come."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method == "PUT" and reply.status == 204 and request.path.startswith("/attachments/"):
            self._kept[request.path] = request.body
        if request.method == "GET" and reply.status == 404 and request.path in self._kept:
            return Reply(200, OCTETS, self._kept[request.path])
        return reply


def knows_tags_of_others(request: Request, reply: Reply) -> Reply:
    """Say to who names a tag, and may not read, that nothing has changed."""
    return Reply(304) if reply.status == 404 and "if-none-match" in request.headers else reply


class ForbidsHeads:
    """Answers HEAD of a statement that it knows, and does not show, in another way than of one that it does not."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method == "GET" and request.path.startswith("/statements/") and reply.status == 200:
            self._known.add(request.path)
        if request.method == "HEAD" and reply.status == 404 and request.path in self._known:
            return replace(reply, status=403)
        return reply


def echoes_the_path(request: Request, reply: Reply) -> Reply:
    """Repeat in a refusal what was asked for."""
    if code_of(reply) == "not-found":
        return replace(reply, headers={**reply.headers, "X-Path": request.path})
    return reply


MUTANTS: Final[tuple[Row, ...]] = (
    Row("cuts-downloads-off", cuts_downloads_off, "transfer_ranges", "LAD-TRF-018"),
    Row("is-one-byte-off", is_one_byte_off, "transfer_ranges", "LAD-TRF-018"),
    Row("takes-any-range", takes_any_range, "transfer_ranges", "LAD-TRF-005"),
    Row("counts-a-chunk-too-many", counts_a_chunk_too_many, "transfer_interrupted", "LAD-TRF-010"),
    Row("takes-another-attachment", takes_another_attachment, "transfer_attachments", "LAD-TRF-017"),
    Row("shows-attachments", ShowsAttachments, "transfer_attachments", "LAD-TRF-019"),
    Row("knows-tags-of-others", knows_tags_of_others, "transfer_attachments", "LAD-HTP-010"),
    Row("forbids-heads", ForbidsHeads, "transfer_hidden", "LAD-HTP-010"),
    Row("echoes-the-path", echoes_the_path, "transfer_hidden", "LAD-HTP-010"),
    Row(
        "takes-large-bodies", lambda: partial(takes, "body-too-large", 204), "transfer_limits", "LAD-HTP-005"
    ),
    Row(
        "opens-any-upload", lambda: partial(takes, "content-too-large", 200), "transfer_limits", "LAD-DLV-008"
    ),
    Row(
        "calls-many-chunks-large",
        lambda: partial(other, "too-many-chunks", ("content-too-large", 413, "LAD-DLV-008")),
        "transfer_limits",
        "LAD-DLV-005",
    ),
)
