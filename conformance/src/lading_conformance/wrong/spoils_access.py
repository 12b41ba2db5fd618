"""Answers that open too much or too little: of the journal, of what is erased, and in evidence."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import LetsPass, Row, members

Said = dict[str, Any]
"""What a statement says."""


def payload_of(jws: str) -> Said:
    """Return what a statement says; nothing is verified."""
    payload = jws.split(".")[1]
    loaded: Said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return loaded


def without_entries(dropped: Callable[[Said, list[Said]], bool], request: Request, reply: Reply) -> Reply:
    """Leave statements out of every evidence file: those of which `dropped` says so, asked with all of the file."""
    if not request.path.endswith("/evidence") or reply.status != 200:
        return reply
    file = members(reply)
    for log in file["logs"]:
        said = [payload_of(entry["statement"]) for entry in log["entries"] if "statement" in entry]
        log["entries"] = [
            entry
            for entry in log["entries"]
            if "statement" not in entry or not dropped(payload_of(entry["statement"]), said)
        ]
    written = json.dumps(file, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return replace(reply, body=written.encode("utf-8"))


def is_erasure(said: Said, others: list[Said]) -> bool:
    """An erasure."""
    return bool(said["type"] == "erasure")


def is_named_by_changes(said: Said, others: list[Said]) -> bool:
    """A delivery, in a file about something that was erased."""
    return bool(said["type"] == "delivery") and any(other["type"] == "erasure" for other in others)


def is_amendment(said: Said, others: list[Said]) -> bool:
    """An offer of other terms, or an acceptance of an offer: the suite's contracts are concluded by standing terms."""
    return bool(
        (said["type"] == "offer" and "amends" in said) or (said["type"] == "acceptance" and "offer" in said)
    )


def is_admission(said: Said, others: list[Said]) -> bool:
    """An admission."""
    return bool(said["type"] == "admission")


def forgets_the_last_reading(request: Request, reply: Reply) -> Reply:
    """Leave the last reading of each answer out of the journal, and say that it ends before it."""
    if not request.path.startswith("/journal/") or reply.status != 200:
        return reply
    file = members(reply)
    if file["readings"]:
        file["next"] = file["readings"].pop()["number"] - 1
    return replace(reply, body=json.dumps(file).encode("utf-8"))


def says_not_by_what(request: Request, reply: Reply) -> Reply:
    """Do not say by virtue of what a statement was read."""
    if not request.path.startswith("/journal/") or reply.status != 200:
        return reply
    file = members(reply)
    for reading in file["readings"]:
        reading.pop("grant", None)
        reading.pop("disclosure", None)
    return replace(reply, body=json.dumps(file).encode("utf-8"))


class ShowsTheJournal:
    """Shows a journal to everybody once a party has read it."""

    def __init__(self) -> None:
        self._seen: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        path = request.path.partition("?")[0]
        if not path.startswith("/journal/"):
            return reply
        if reply.status == 200:
            self._seen[path] = reply
        return self._seen.get(path, reply) if reply.status == 404 else reply


class TellsWhatIsGone:
    """Answers 410 to everybody, once it has answered so to somebody."""

    def __init__(self) -> None:
        self._gone: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if reply.status == 410:
            self._gone[request.path] = reply
        return self._gone.get(request.path, reply) if reply.status == 404 else reply


class CallsGoneAbsent:
    """Answers 404 to everybody, where bytes are gone."""

    def __init__(self) -> None:
        self._absent = Reply(404)

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method == "GET" and reply.status == 404:
            self._absent = reply
        return self._absent if reply.status == 410 else reply


class KeepsWhatItServed:
    """Serves for ever what it has served once at paths of one kind."""

    def __init__(self, beginning: str) -> None:
        self._beginning = beginning
        self._served: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method == "GET" and request.path.startswith(self._beginning) and reply.status == 200:
            self._served[request.path] = reply
        return self._served.get(request.path, reply) if reply.status == 410 else reply


class OpensDocuments:
    """Shows attachments to everybody, once it has shown them to somebody."""

    def __init__(self) -> None:
        self._shown: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method != "GET" or not request.path.startswith("/attachments/"):
            return reply
        if reply.status == 200:
            self._shown[request.path] = reply
        return self._shown.get(request.path, reply) if reply.status == 404 else reply


def shows_no_erasure(request: Request, reply: Reply) -> Reply:
    """Leave erasures out of the feed."""
    if not request.path.startswith("/events") or reply.status != 200:
        return reply
    file = members(reply)
    file["events"] = [event for event in file["events"] if event["type"] != "erasure"]
    return replace(reply, body=json.dumps(file).encode("utf-8"))


MUTANTS: Final = (
    Row("forgets-a-reading", forgets_the_last_reading, "access_journal", "LAD-HTP-043"),
    Row("does-not-say-by-what", says_not_by_what, "access_journal", "LAD-HTP-043"),
    Row("shows-the-journal", ShowsTheJournal, "access_journal", "LAD-GRA-007"),
    Row("tells-what-is-gone", TellsWhatIsGone, "access_erasure", "LAD-HTP-010"),
    Row("calls-gone-absent", CallsGoneAbsent, "access_erasure", "LAD-HTP-042"),
    Row("keeps-erased-bytes", lambda: KeepsWhatItServed("/statements/"), "access_erasure", "LAD-ERA-007"),
    Row(
        "keeps-erased-documents", lambda: KeepsWhatItServed("/attachments/"), "access_erasure", "LAD-HTP-042"
    ),
    Row("shows-no-erasure", shows_no_erasure, "access_erasure", "LAD-HTP-029"),
    Row("erases-without-a-word", partial(without_entries, is_erasure), "access_erasure", "LAD-EVI-016"),
    Row(
        "forgets-what-changes-name",
        partial(without_entries, is_named_by_changes),
        "access_erasure",
        "LAD-EVI-028",
    ),
    Row("lets-anybody-erase", lambda: LetsPass("wrong-issuer"), "access_erasure", "LAD-ERA-005"),
    Row("lets-anybody-notarise", lambda: LetsPass("wrong-issuer"), "access_office", "LAD-NOT-002"),
    Row("opens-documents", OpensDocuments, "recourse_answers", "LAD-TRF-019"),
    Row("forgets-amendments", partial(without_entries, is_amendment), "recourse_claims", "LAD-EVI-027"),
    Row("forgets-admissions", partial(without_entries, is_admission), "recourse_listings", "LAD-EVI-017"),
)
