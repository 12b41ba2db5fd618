"""Answers about statements, participants and listings, spoilt on their way: what no missing rule could break."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import Row, members, with_members

JSON: Final = {"Content-Type": "application/json"}


def _is_search(request: Request, reply: Reply) -> bool:
    return request.path.startswith("/listings") and reply.status == 200


def _without(reply: Reply, name: str) -> Reply:
    kept = {key: value for key, value in members(reply).items() if key != name}
    return replace(reply, body=json.dumps(kept).encode("utf-8"))


def _record(request: Request, reply: Reply) -> dict[str, Any] | None:
    """The record of an answered state, or None for every other reply."""
    if not request.path.startswith("/state/") or reply.status != 200:
        return None
    record: dict[str, Any] = members(reply)["record"]
    return record


def shows_the_oldest_first(request: Request, reply: Reply) -> Reply:
    """Sorts what it finds the other way round."""
    if _is_search(request, reply):
        return with_members(reply, listings=members(reply)["listings"][::-1])
    return reply


def always_promises_more(request: Request, reply: Reply) -> Reply:
    """Gives a cursor where there is no more."""
    if _is_search(request, reply) and "cursor" not in members(reply):
        return with_members(reply, cursor="more")
    return reply


def finds_without_bytes(request: Request, reply: Reply) -> Reply:
    """Shows listings without the statement that says them."""
    if _is_search(request, reply):
        found = [
            {key: item[key] for key in item if key != "statement"} for item in members(reply)["listings"]
        ]
        return with_members(reply, listings=found)
    return reply


def finds_one_too_few(request: Request, reply: Reply) -> Reply:
    """Leaves the last listing out of each page."""
    if _is_search(request, reply):
        return with_members(reply, listings=members(reply)["listings"][:-1])
    return reply


def searches_for_anything(request: Request, reply: Reply) -> Reply:
    """Finds nothing, and is content, where the query is malformed."""
    if request.path.startswith("/listings") and reply.status == 400:
        return Reply(200, dict(JSON), b'{"as_of":1,"listings":[]}')
    return reply


def keeps_every_version_listed(request: Request, reply: Reply) -> Reply:
    """Says of a superseded listing that it is listed."""
    record = _record(request, reply)
    if record is not None and record.get("state") == "superseded":
        return with_members(reply, record=record | {"state": "listed"})
    return reply


def closes_listings_by_time(request: Request, reply: Reply) -> Reply:
    """Says of a listing whose standing terms are brief that it is withdrawn."""
    record = _record(request, reply)
    if record is not None and str(record.get("title", "")).startswith("Brief"):
        return with_members(reply, record=record | {"state": "withdrawn"})
    return reply


def admits_whom_it_likes(request: Request, reply: Reply) -> Reply:
    """Says of who is pending that it is admitted."""
    record = _record(request, reply)
    if record is not None and record.get("state") == "pending":
        return with_members(reply, record=record | {"state": "admitted"})
    return reply


def relates_nobody(request: Request, reply: Reply) -> Reply:
    """Says of no contract that its parties are related."""
    record = _record(request, reply)
    if record is not None and record.get("related") is True:
        return with_members(reply, record=record | {"related": False})
    return reply


def forgets_the_chain(request: Request, reply: Reply) -> Reply:
    """Says of every participant that it has one statement."""
    record = _record(request, reply)
    if record is not None and "statements" in record:
        return with_members(reply, record=record | {"statements": 1})
    return reply


def verifies_in_batches(request: Request, reply: Reply) -> Reply:
    """Takes a bad signature that is sent among good ones."""
    if request.path != "/statements/batch" or reply.status != 200:
        return reply
    results = members(reply)["results"]
    good = next((result for result in results if "registration" in result), None)
    taken = [good if good and "problem" in result else result for result in results]
    return with_members(reply, results=taken)


def always_says_later(request: Request, reply: Reply) -> Reply:
    """Advises to try every refused request again later."""
    return with_members(reply, retry="later") if _is_problem(reply) else reply


def names_another_requirement(request: Request, reply: Reply) -> Reply:
    """Names one requirement in every refusal."""
    return with_members(reply, requirement="LAD-REG-001") if _is_problem(reply) else reply


def points_at_no_member(request: Request, reply: Reply) -> Reply:
    """Does not say which member is wrong."""
    return _without(reply, "pointer") if _is_problem(reply) and "pointer" in members(reply) else reply


def _is_problem(reply: Reply) -> bool:
    kind = next((value for name, value in reply.headers.items() if name.lower() == "content-type"), "")
    return kind.startswith("application/problem+json")


def serves_with_a_line_end(request: Request, reply: Reply) -> Reply:
    """Ends the bytes of a statement with a line feed."""
    if request.method == "GET" and request.path.startswith("/statements/") and reply.body.count(b".") == 2:
        return replace(reply, body=reply.body + b"\n")
    return reply


def places_itself_elsewhere(request: Request, reply: Reply) -> Reply:
    """Proves a statement to stand one entry after its own."""
    if request.path.endswith("/proof") and reply.status == 200:
        lines = reply.body.split(b"\n")
        moved = [b"index %d" % (int(line[6:]) + 1) if line.startswith(b"index ") else line for line in lines]
        return replace(reply, body=b"\n".join(moved))
    return reply


MUTANTS: Final = (
    Row("shows-the-oldest-first", shows_the_oldest_first, "catalogue_search", "LAD-HTP-027"),
    Row("always-promises-more", always_promises_more, "catalogue_search", "LAD-HTP-027"),
    Row("finds-without-bytes", finds_without_bytes, "catalogue_search", "LAD-HTP-027"),
    Row("finds-one-too-few", finds_one_too_few, "catalogue_search", "LAD-HTP-027"),
    Row("searches-for-anything", searches_for_anything, "catalogue_search", "LAD-HTP-004"),
    Row("keeps-every-version-listed", keeps_every_version_listed, "catalogue_versions", "LAD-LIF-002"),
    Row("closes-listings-by-time", closes_listings_by_time, "catalogue_versions", "LAD-LIF-002"),
    Row("admits-whom-it-likes", admits_whom_it_likes, "catalogue_admission", "LAD-LIF-002"),
    Row("relates-nobody", relates_nobody, "contract_policy", "LAD-GAT-014"),
    Row("forgets-the-chain", forgets_the_chain, "statement_rotation", "LAD-PAR-006"),
    Row("verifies-in-batches", verifies_in_batches, "statement_signed_bytes", "LAD-STM-046"),
    Row("always-says-later", always_says_later, "statement_codes", "LAD-COD-001"),
    Row("names-another-requirement", names_another_requirement, "statement_codes", "LAD-COD-001"),
    Row("points-at-no-member", points_at_no_member, "statement_participant", "LAD-STM-015"),
    Row("serves-with-a-line-end", serves_with_a_line_end, "statement_signed_bytes", "LAD-STM-017"),
    Row("places-itself-elsewhere", places_itself_elsewhere, "statement_own_chain", "LAD-PAR-004"),
)
