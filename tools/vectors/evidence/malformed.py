"""Files that are no evidence files."""

from __future__ import annotations

import json
from typing import Any

from tools.vectors.evidence.building import Cases, error, small, trade
from tools.vectors.files import VectorFile
from tools.vectors.primitives import canonical
from tools.vectors.statements.carrier import put
from tools.vectors.world import ABSENT

Path = list[str | int]
_LOG: Path = ["logs", 0]
_ENTRY: Path = ["logs", 0, "entries", 1]


def file() -> VectorFile:
    """The file of malformed evidence."""
    cases = Cases("evidence/malformed.json", "Files that are not of the form of evidence.")
    _bytes(cases)
    for name, (situation, value, path) in {**_heads(), **_logs(), **_entries()}.items():
        _malformed(cases, name, situation, canonical(put(value, path, small().file())))
    _repetitions(cases)
    return cases.file


def _malformed(cases: Cases, name: str, situation: str, data: bytes, *flags: str) -> None:
    cases.add(name, situation, data, error("malformed-evidence"), about=["LAD-EVI-001"], flags=flags)


def _bytes(cases: Cases) -> None:
    good = canonical(small().file())
    pretty = json.dumps(small().file(), indent=1).encode()
    index = good.replace(b'"index":1', b'"index":1.0')
    twice = good.replace(b'"subject":', b'"subject":"x","subject":')
    odd: dict[str, tuple[str, bytes, list[str]]] = {
        "no-bytes": ("No bytes.", b"", ["truncated"]),
        "truncated": ("The last byte is missing.", good[:-1], ["truncated"]),
        "half": ("The second half is missing.", good[: len(good) // 2], ["truncated"]),
        "line-feed-after": ("A line feed follows.", good + b"\n", ["second-spelling"]),
        "space-before": ("A space precedes.", b" " + good, ["second-spelling"]),
        "indented": ("It is indented.", pretty, ["second-spelling"]),
        "byte-order-mark": ("A byte order mark precedes.", b"\xef\xbb\xbf" + good, ["parser"]),
        "not-utf-8": ("It is not UTF-8.", good.replace(b"logs", b"\xff\xff\xff\xff"), ["parser"]),
        "member-twice": ("A member stands twice.", twice, ["parser"]),
        "fraction": ("An index of 1.0.", index, ["parser"]),
        "large-integer": (
            "An index of 2^53.",
            good.replace(b'"index":1', b'"index":9007199254740992'),
            ["parser"],
        ),
        "list": ("It is a list.", b"[" + good + b"]", []),
        "text": ("It is a text.", b'"lading-evidence/1"', []),
        "statement": ("It is a statement.", trade().statement("receipt").encode(), []),
    }
    for name, (situation, data, flags) in odd.items():
        _malformed(cases, name, situation, data, *flags)


Changes = dict[str, tuple[str, Any, Path]]


def _heads() -> Changes:
    return {
        "format-2": ("Another version of the format.", "lading-evidence/2", ["format"]),
        "no-format": ("The format is missing.", ABSENT, ["format"]),
        "no-subject": ("The subject is missing.", ABSENT, ["subject"]),
        "subject-no-id": ("The subject is no id.", "receipt", ["subject"]),
        "no-logs": ("The logs are missing.", ABSENT, ["logs"]),
        "logs-empty": ("There is no log.", [], ["logs"]),
        "unknown-member": ("A member that the file does not have.", "x", ["comment"]),
        "null-member": ("A member that is null.", None, ["comment"]),
    }


def _logs() -> Changes:
    log = small().log()
    return {
        "no-origin": ("The origin is missing.", ABSENT, [*_LOG, "origin"]),
        "origin-empty": ("The origin is empty.", "", [*_LOG, "origin"]),
        "no-checkpoints": ("The checkpoints are missing.", ABSENT, [*_LOG, "checkpoints"]),
        "checkpoints-empty": ("There is no checkpoint.", [], [*_LOG, "checkpoints"]),
        "checkpoint-unused": (
            "A checkpoint is used by no entry.",
            log["checkpoints"] * 2,
            [*_LOG, "checkpoints"],
        ),
        "entries-empty": ("There is no entry.", [], [*_LOG, "entries"]),
        "entries-reversed": ("Indices fall.", log["entries"][::-1], [*_LOG, "entries"]),
        "log-unknown-member": ("A log with a member that it does not have.", 2, [*_LOG, "size"]),
    }


def _entries() -> Changes:
    entry = small().log()["entries"][1]
    return {
        "index-twice": ("Two entries with one index.", 0, [*_ENTRY, "index"]),
        "index-minus": ("A negative index.", -1, [*_ENTRY, "index"]),
        "index-text": ("An index that is a text.", "1", [*_ENTRY, "index"]),
        "time-minus": ("A negative time.", -1, [*_ENTRY, "time"]),
        "time-text": ("A time that is a text.", "2026-11-23T09:30:00.000Z", [*_ENTRY, "time"]),
        "no-time": ("The time is missing.", ABSENT, [*_ENTRY, "time"]),
        "no-path": ("The path is missing.", ABSENT, [*_ENTRY, "path"]),
        "path-capitals": ("A path in capitals.", [node.upper() for node in entry["path"]], [*_ENTRY, "path"]),
        "path-short-hash": ("A hash of 31 bytes.", [node[:62] for node in entry["path"]], [*_ENTRY, "path"]),
        "path-64": ("A path of 64 hashes.", entry["path"] * 64, [*_ENTRY, "path"]),
        "checkpoint-beyond": ("A checkpoint that is not there.", 1, [*_ENTRY, "checkpoint"]),
        "checkpoint-minus": ("A negative checkpoint.", -1, [*_ENTRY, "checkpoint"]),
        "no-checkpoint": ("The checkpoint's number is missing.", ABSENT, [*_ENTRY, "checkpoint"]),
        "neither": ("Neither a statement nor its id.", ABSENT, [*_ENTRY, "statement"]),
        "both": ("A statement, and its id as withheld.", trade().id("acme"), [*_ENTRY, "withheld"]),
        "statement-null": ("A statement that is null.", None, [*_ENTRY, "statement"]),
        "statement-empty": ("A statement that is empty.", "", [*_ENTRY, "statement"]),
        "entry-unknown-member": ("An entry with a member that it does not have.", "x", [*_ENTRY, "id"]),
    }


def _repetitions(cases: Cases) -> None:
    log = small().log()
    whole = small().file()
    again = {**log["entries"][1], "index": 2}
    twice = put([*log["entries"], again], [*_LOG, "entries"], whole)
    _malformed(cases, "statement-twice", "A statement stands twice.", canonical(twice))
    hidden = {name: value for name, value in again.items() if name != "statement"}
    once = put([*log["entries"], {**hidden, "withheld": trade().id("acme")}], [*_LOG, "entries"], whole)
    _malformed(
        cases,
        "statement-and-withheld",
        "A statement stands once in clear and once as withheld.",
        canonical(once),
    )
    logs = canonical({**whole, "logs": [log, log]})
    _malformed(cases, "one-origin-twice", "Two logs of one origin.", logs)
    one = {**log, "entries": [{**log["entries"][0], "withheld": trade().id("exchange")}]}
    del one["entries"][0]["statement"]
    many = canonical({**whole, "logs": [{**one, "origin": f"log-{number}.example"} for number in range(17)]})
    _malformed(cases, "seventeen-logs", "Seventeen logs.", many, "boundary")
