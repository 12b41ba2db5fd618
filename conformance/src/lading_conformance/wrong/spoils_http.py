"""Answers that break what holds for every request, every problem and every feed."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from functools import partial
from typing import Any, Final

from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import Row, is_registration, members, with_members

JSON: Final = {"Content-Type": "application/json"}
PROBLEM: Final = "application/problem+json"
TRACE: Final = b'Traceback (most recent call last):\n  File "/srv/exchange/app.py", line 7\nValueError: no\n'
LATE_SECONDS: Final = 3.0
SILENT_SECONDS: Final = 12.0


def code_of(reply: Reply) -> str | None:
    """Return the code of a problem, None where the reply is none."""
    is_problem = reply.headers.get("content-type", "").startswith(PROBLEM) and reply.body
    return str(members(reply).get("code")) if is_problem else None


def takes(code: str, status: int, request: Request, reply: Reply) -> Reply:
    """Take what it should refuse with a code."""
    return Reply(status, JSON, b"{}") if code_of(reply) == code else reply


def other(code: str, instead: tuple[str, int, str], request: Request, reply: Reply) -> Reply:
    """Refuse with another code than the right one."""
    if code_of(reply) != code:
        return reply
    name, status, requirement = instead
    return replace(with_members(reply, code=name, status=status, requirement=requirement), status=status)


def of_problems(request: Request, reply: Reply, **changed: object) -> Reply:
    """Change members of every problem; None leaves one out."""
    if code_of(reply) is None:
        return reply
    said = {name: value for name, value in {**members(reply), **changed}.items() if value is not None}
    return replace(reply, body=json.dumps(said).encode("utf-8"))


def calls_problems_json(request: Request, reply: Reply) -> Reply:
    """Give every problem the media type of other answers."""
    return (
        replace(reply, headers={**reply.headers, **_typed(reply, "application/json")})
        if code_of(reply)
        else reply
    )


def _typed(reply: Reply, media_type: str) -> dict[str, str]:
    return {"content-type": media_type}


def has_two_media_types(request: Request, reply: Reply) -> Reply:
    """Name two media types for every problem."""
    return replace(reply, more=(("Content-Type", "text/html"),)) if code_of(reply) else reply


def answers_every_method(request: Request, reply: Reply) -> Reply:
    """Answer what it has no method for."""
    return takes("method-not-allowed", 200, request, reply)


def is_silent_to_strange_methods(request: Request, reply: Reply) -> Reply:
    """Say nothing, for longer than anybody waits, to a method that a resource does not have."""
    return replace(reply, waits=SILENT_SECONDS) if code_of(reply) == "method-not-allowed" else reply


def has_other_heads(request: Request, reply: Reply) -> Reply:
    """Answer HEAD with a header that GET does not have."""
    return replace(reply, more=(("X-Method", "HEAD"),)) if request.method == "HEAD" else reply


def says_200_to_new_ones(request: Request, reply: Reply) -> Reply:
    """Say of a new statement that it was registered before."""
    return replace(reply, status=200) if is_registration(request, reply) else reply


def reads_digests_by_any_algorithm(request: Request, reply: Reply) -> Reply:
    """Pass over a digest that it does not understand."""
    if "sha-512" in request.headers.get("content-digest", ""):
        return takes("bad-digest", 201, request, reply)
    return reply


def decodes_paths(request: Request, reply: Reply) -> Reply:
    """Decode paths before it looks at them."""
    if "%" in request.path.partition("?")[0]:
        return other("bad-request", ("not-found", 404, "LAD-HTP-010"), request, reply)
    return reply


def redirects_reads(request: Request, reply: Reply) -> Reply:
    """Send the readers of statements elsewhere."""
    if request.method == "GET" and request.path.startswith("/statements/") and reply.status == 200:
        return Reply(302, {"Location": f"http://127.0.0.1:9{request.path}"})
    return reply


def answers_with_a_bomb(request: Request, reply: Reply) -> Reply:
    """Pack an endless answer into some kilobytes."""
    if request.method == "GET" and request.path.startswith("/statements/") and reply.status == 200:
        return Reply(200, {**reply.headers, "Content-Encoding": "gzip"}, gzip.compress(bytes(64 * 2**20)))
    return reply


def looks_at_methods_first(request: Request, reply: Reply) -> Reply:
    """Ask for the method before the path's form."""
    if request.method == "DELETE":
        return other("bad-request", ("method-not-allowed", 405, "LAD-HTP-012"), request, reply)
    return reply


def counts_what_it_refused(request: Request, reply: Reply) -> Reply:
    """Count a refused statement among those of a participant."""
    if request.path.startswith("/state/") and reply.status == 200:
        record = members(reply)["record"]
        if "statements" in record:
            return with_members(reply, record={**record, "statements": record["statements"] + 1})
    return reply


def breaks_down_over_expectations(request: Request, reply: Reply) -> Reply:
    """Break down over a field that it does not understand, and show where."""
    if "expect" in request.headers and request.method == "GET":
        return Reply(500, {"Content-Type": "text/plain"}, TRACE)
    return reply


def takes_other_hosts(request: Request, reply: Reply) -> Reply:
    """Answer requests that are signed for somebody else."""
    return takes("wrong-authority", 200, request, reply)


def takes_any_algorithm(request: Request, reply: Reply) -> Reply:
    """Answer a request whose signature names an algorithm."""
    if "alg=" in request.headers.get("signature-input", ""):
        return takes("bad-request-signature", 200, request, reply)
    return reply


def signs_paths_alone(request: Request, reply: Reply) -> Reply:
    """Take a signature over one query for another."""
    if request.path.startswith("/events"):
        return takes("bad-request-signature", 200, request, reply)
    return reply


def _feed(request: Request, reply: Reply) -> list[Any] | None:
    """The events of a page, None where the reply is none."""
    is_page = request.path.startswith("/events") and request.method == "GET" and reply.status == 200
    return list(members(reply)["events"]) if is_page else None


def reorders_the_feed(request: Request, reply: Reply) -> Reply:
    """Show the newest event first."""
    events = _feed(request, reply)
    return reply if events is None else with_members(reply, events=events[::-1])


def repeats_an_event(request: Request, reply: Reply) -> Reply:
    """Show the last event of a page twice."""
    events = _feed(request, reply)
    return reply if not events else with_members(reply, events=[*events, events[-1]])


def leaves_out_an_event(request: Request, reply: Reply) -> Reply:
    """Leave the last event of a page out."""
    events = _feed(request, reply)
    return reply if not events else with_members(reply, events=events[:-1])


def overlaps_pages(request: Request, reply: Reply) -> Reply:
    """Begin the next page with the last event of this one."""
    events = _feed(request, reply)
    return reply if not events else with_members(reply, next=members(reply)["next"] - 1)


def misnames_an_event(request: Request, reply: Reply) -> Reply:
    """Say of every event that it is of another type."""
    events = _feed(request, reply)
    return (
        reply if not events else with_members(reply, events=[{**event, "type": "notice"} for event in events])
    )


def tells_late(request: Request, reply: Reply) -> Reply:
    """Tell those who wait some seconds later."""
    return replace(reply, waits=LATE_SECONDS) if _feed(request, reply) and "wait=" in request.path else reply


class CachesFeeds:
    """Answers everybody with the page that the first reader got."""

    def __init__(self) -> None:
        self._pages: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if _feed(request, reply) is None or "wait=" in request.path:
            return reply
        return self._pages.setdefault(request.path, reply)


class AnswersANonceAgain:
    """Forgets nonces where the request is not the same."""

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.path.endswith("/proof"):
            return takes("nonce-used", 200, request, reply)
        return reply


HTTP: Final = "statement_http"
FEED: Final = "contract_events"
SIGNED: Final = "contract_requests"

MUTANTS: Final[tuple[Row, ...]] = (
    Row("takes-any-media-type", lambda: partial(takes, "wrong-media-type", 201), HTTP, "LAD-HTP-003"),
    Row("takes-any-digest", lambda: partial(takes, "bad-digest", 201), HTTP, "LAD-HTP-014"),
    Row("reads-digests-by-any-algorithm", reads_digests_by_any_algorithm, HTTP, "LAD-HTP-022"),
    Row("advises-to-try-again", lambda: partial(of_problems, retry="later"), HTTP, "LAD-HTP-017"),
    Row("adds-a-member-to-problems", lambda: partial(of_problems, trace="0a1b"), HTTP, "LAD-HTP-017"),
    Row("leaves-out-the-detail", lambda: partial(of_problems, detail=None), HTTP, "LAD-HTP-017"),
    Row("points-nowhere", lambda: partial(of_problems, pointer="/"), HTTP, "LAD-HTP-017"),
    Row("calls-problems-json", calls_problems_json, HTTP, "LAD-HTP-017"),
    Row("has-two-media-types", has_two_media_types, HTTP, "LAD-HTP-017"),
    Row("answers-every-method", answers_every_method, HTTP, "LAD-HTP-012"),
    Row("is-silent-to-strange-methods", is_silent_to_strange_methods, HTTP, "LAD-HTP-012"),
    Row("has-other-heads", has_other_heads, HTTP, "LAD-HTP-001"),
    Row("says-200-to-new-ones", says_200_to_new_ones, HTTP, "LAD-HTP-025"),
    Row("decodes-paths", decodes_paths, HTTP, "LAD-HTP-004"),
    Row("redirects-reads", redirects_reads, "log_registration", "LAD-HTP-001"),
    Row("answers-with-a-bomb", answers_with_a_bomb, "log_registration", "LAD-HTP-001"),
    Row("looks-at-methods-first", looks_at_methods_first, "statement_order", "LAD-HTP-023"),
    Row(
        "looks-at-payloads-first",
        lambda: partial(other, "wrong-alg", ("not-canonical", 400, "LAD-STM-012")),
        "statement_order",
        "LAD-REG-001",
    ),
    Row("counts-what-it-refused", counts_what_it_refused, "statement_order", "LAD-REG-003"),
    Row("breaks-down-over-expectations", breaks_down_over_expectations, "statement_framing", "LAD-HTP-001"),
    Row("shows-where-it-broke-down", breaks_down_over_expectations, "statement_framing", "LAD-HTP-016"),
    Row("takes-other-hosts", takes_other_hosts, SIGNED, "LAD-HTP-011"),
    Row("takes-any-algorithm", takes_any_algorithm, SIGNED, "LAD-HTP-020"),
    Row("signs-paths-alone", signs_paths_alone, SIGNED, "LAD-HTP-021"),
    Row("takes-old-requests", lambda: partial(takes, "request-expired", 200), SIGNED, "LAD-HTP-008"),
    Row("answers-a-nonce-again", AnswersANonceAgain, SIGNED, "LAD-HTP-009"),
    Row("reorders-the-feed", reorders_the_feed, FEED, "LAD-HTP-029"),
    Row("repeats-an-event", repeats_an_event, FEED, "LAD-HTP-029"),
    Row("leaves-out-an-event", leaves_out_an_event, FEED, "LAD-HTP-029"),
    Row("overlaps-pages", overlaps_pages, FEED, "LAD-HTP-029"),
    Row("misnames-an-event", misnames_an_event, FEED, "LAD-HTP-029"),
    Row("caches-feeds", CachesFeeds, FEED, "LAD-HTP-019"),
    Row("tells-late", tells_late, FEED, "LAD-HTP-030"),
    Row(
        "names-itself-the-winner",
        lambda: partial(of_problems, winner="sha256:" + 64 * "0"),
        "contract_winners",
        "LAD-REG-013",
    ),
    Row(
        "asks-for-numbers-first",
        lambda: partial(other, "wrong-party", ("sequence-gap", 409, "LAD-DLV-003")),
        "contract_order",
        "LAD-REG-001",
    ),
)
