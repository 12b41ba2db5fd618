"""Drafts of listings, which people write, and what `lading lint` says of them."""

from typing import Final

from lading.acts.policy import Policy
from lading.client.drafting.draft_file import read_draft, read_members
from lading.codes import TABLE
from lading.errors import UsageProblem
from lading.lint.lint import Setting, lint
from lading.statement.words import Millis
from sdk.tests.core.outcome import reading
from tests.fuzz import inputs
from tests.fuzz.handed import file_of
from tests.fuzz.mutation import mutate_json, written
from tests.fuzz.sketches import sketches
from tests.fuzz.target import Target

_CODES: Final = frozenset(row[0] for row in TABLE)
_SETTING: Final = Setting(now=Millis(1_800_000_000_000), policy=Policy(onboarding="open"))


def draft(data: bytes) -> None:
    """The draft of a listing: a `UsageProblem`, or faults and notes with codes that there are."""
    with file_of(data) as path:
        told = reading(read_draft, path)
        members = reading(read_members, path)
    assert isinstance(told, dict | UsageProblem), told
    assert isinstance(members, dict | UsageProblem), members
    for given in (told, members):
        if isinstance(given, dict):
            report = lint(given, _SETTING)
            assert {fault.code for fault in (*report.faults, *report.notes)} <= _CODES


def _drafts() -> tuple[bytes, ...]:
    listings = [payload for payload in inputs.payloads() if b'"type":"listing"' in payload]
    sketched = [written(sketch) for sketch in sketches()["listing"]]
    bare = {"type": "listing", "kind": "dataset", "title": "Roads"}
    unhashable = {**bare, "critical": [{}]}
    deep = b'{"title":' + b"[" * 1010 + b"]" * 1010 + b',"type":"listing"}'
    return (*listings, *sketched, written(bare), written(unhashable), deep)


TARGETS: Final = (
    Target("draft", "drafts of listings, and what `lading lint` says of them", draft, _drafts, mutate_json),
)
