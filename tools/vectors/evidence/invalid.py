"""Evidence in which something that is shown is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tools.vectors import scenarios
from tools.vectors.acts.exchanges import second_log_key
from tools.vectors.evidence import sealed
from tools.vectors.evidence.building import Cases, data, error, sheet, small, trade
from tools.vectors.evidence.valid import NEW_KEY
from tools.vectors.files import VectorFile
from tools.vectors.primitives import (
    checkpoint_text,
    key,
    key_id,
    note_line,
    root,
)
from tools.vectors.scenarios import ORIGIN, join, listing, say
from tools.vectors.statements.carrier import put
from tools.vectors.world import World


def file() -> VectorFile:
    """The file of INVALID evidence, but for malformed files and for what a log had to refuse."""
    cases = Cases("evidence/invalid.json", "Evidence files whose verdict is INVALID.", *sealed.KEYS)
    _checkpoints(cases)
    _log_keys(cases)
    _inclusion(cases)
    _times(cases)
    _contents(cases)
    sealed.add_invalid(cases)
    return cases.file


def _checkpoints(cases: Cases) -> None:
    world = small().world
    text = checkpoint_text(ORIGIN, 2, bytes.fromhex(_root()))
    identifier, log = key_id(ORIGIN, 1, key("log").public), key("log")
    line = note_line(ORIGIN, identifier, log.sign(text.encode()))
    forged = note_line(ORIGIN, identifier, key("other-log").sign(text.encode()))
    longer = text + "extension\n"
    second = text.replace("=\n", "\n")
    other = checkpoint_text("other.example", 2, bytes.fromhex(_root()))
    notes = {
        "forged-signature": (
            "The line of the log's key is made by another one.",
            f"{text}\n{forged}",
            ["forged"],
        ),
        "second-line-forged": (
            "A second line of the log's key does not verify.",
            f"{text}\n{line}{forged}",
            ["forged"],
        ),
        "size-changed": ("The size is changed.", f"{text}\n{line}".replace("\n2\n", "\n3\n"), ["forged"]),
        "extension-line": ("A fourth line.", f"{longer}\n{_line(longer)}", []),
        "second-spelling": ("The root without padding.", f"{second}\n{_line(second)}", ["second-spelling"]),
        "other-origin": ("The first line is another origin.", f"{other}\n{_line(other)}", ["crossed"]),
        "no-note": ("It is no note.", "hello", []),
        "empty": ("It is empty.", "", []),
        "no-line-feed": ("The last line feed is missing.", f"{text}\n{line}"[:-1], ["truncated"]),
    }
    for name, (situation, note, flags) in notes.items():
        evidence = put([note], ["logs", 0, "checkpoints"], small().file())
        cases.add(
            f"checkpoint-{name}",
            f"A checkpoint: {situation[0].lower()}{situation[1:]}",
            evidence,
            error("bad-checkpoint"),
            about=["LAD-LOG-013", "LAD-LOG-014"],
            flags=flags,
        )
    _split_view(cases, world)


def _line(text: str) -> str:
    return note_line(ORIGIN, key_id(ORIGIN, 1, key("log").public), key("log").sign(text.encode()))


def _root() -> str:
    return root(small().leaves()).hex()


def _split_view(cases: Cases, world: World) -> None:
    """Two checkpoints of one size: the second one is of a log with another second entry."""
    rewritten = join(replace(world, entries=world.entries[:1]), "carol")
    other = sheet("carol", rewritten)
    mine, theirs = small().log(), other.log()
    entries = [{**mine["entries"][0]}, {**theirs["entries"][1], "checkpoint": 1}]
    notes = [*mine["checkpoints"], *theirs["checkpoints"]]
    log = {"origin": ORIGIN, "checkpoints": notes, "entries": entries}
    evidence = {**small().file(), "subject": rewritten.id("carol"), "logs": [log]}
    situation = "Two checkpoints of one size with two roots, both signed by the log."
    cases.add(
        "split-view",
        situation,
        evidence,
        error("bad-checkpoint"),
        about=["LAD-LOG-007"],
        flags=["dishonest-log"],
    )


def _log_keys(cases: Cases) -> None:
    about = ["LAD-LOG-006"]
    other = small(signers=(key("other-log"),))
    situation = "A policy that trusts another key under the log's name, and a checkpoint by that key."
    found = error("log-key-mismatch")
    cases.add(
        "log-key-of-another",
        situation,
        other.file(),
        found,
        policy="other-key",
        about=about,
        flags=["forged"],
    )
    world = second_log_key(trade())
    late = say(world, "late", "acme", "listing", **listing(title="Late"))
    situation = "A checkpoint by the old log key, at a size above its range."
    cases.add(
        "log-key-ended",
        situation,
        sheet("late", late).showing(NEW_KEY).file(),
        found,
        about=about,
        flags=["dishonest-log"],
    )
    early = sheet(world=trade(), signers=(key("log-2"),))
    situation = "A checkpoint by a log key that the exchange did not list."
    cases.add("log-key-unlisted", situation, early.file(), found, policy="new-key", about=about)
    signer = key("log")
    opening = scenarios.exchange_members(exchange=scenarios.exchange_at("other.example", signer))
    renamed = sheet("exchange", scenarios.opened("renamed", **opening))
    situation = "Entry 0 opens a log of another origin."
    cases.add("other-origin", situation, renamed.file(), found, about=about, flags=["crossed"])


def _inclusion(cases: Cases) -> None:
    flags = ["forged"]
    whole = sheet().file()
    last = len(whole["logs"][0]["entries"]) - 1
    at: list[str | int] = ["logs", 0, "entries", last]
    receipt_ = whole["logs"][0]["entries"][last]
    node = receipt_["path"][0]
    subject = trade().id("receipt")
    changes: dict[str, tuple[str, Any, list[str | int]]] = {
        "path-bit": (
            "One bit of a path is changed.",
            f"{int(node[0], 16) ^ 1:x}{node[1:]}",
            [*at, "path", 0],
        ),
        "path-short": ("The last hash of a path is missing.", receipt_["path"][:-1], [*at, "path"]),
        "path-long": ("A path has a hash too many.", [*receipt_["path"], node], [*at, "path"]),
        "path-empty": ("A path is empty.", [], [*at, "path"]),
        "time": ("A time is a millisecond later.", receipt_["time"] + 1, [*at, "time"]),
        "index": ("An index that the tree does not have.", 9, [*at, "index"]),
    }
    for name, (situation, value, path) in changes.items():
        found = error("not-included", subject)
        cases.add(f"not-included-{name}", situation, put(value, path, whole), found, flags=flags)
    two = sheet(cut=(4,)).file()
    situation = "An entry is shown under the checkpoint of a smaller tree."
    wrong = put(0, [*at, "checkpoint"], put(1, ["logs", 0, "entries", 2, "checkpoint"], two))
    found_both = [error("not-included", subject), error("not-included", trade().entries[2].id)]
    cases.add("not-included-smaller-tree", situation, wrong, *found_both, flags=flags)
    stranger = join(replace(trade(), entries=trade().entries[:1]), "carol").statement("carol")
    smuggled = put(stranger, ["logs", 0, "entries", 1, "statement"], small().file())
    carol = join(replace(trade(), entries=trade().entries[:1]), "carol").id("carol")
    smuggled = {**smuggled, "subject": carol}
    situation = "A statement that was never registered, in the place of one that was."
    cases.add("not-included-statement", situation, smuggled, error("not-included", carol), flags=flags)


def _times(cases: Cases) -> None:
    world = trade()
    last = world.entries[-1]
    earlier = replace(last, time=world.entries[-2].time - 1)
    rewritten = replace(world, entries=(*world.entries[:-1], earlier))
    situation = "The log registered an entry a millisecond before the one that precedes it."
    cases.add(
        "time-order",
        situation,
        sheet(world=rewritten).file(),
        error("time-order", last.id),
        about=["LAD-LOG-002"],
        flags=["dishonest-log", "boundary"],
    )


def _contents(cases: Cases) -> None:
    subject = trade().id("receipt")
    changed = bytes([data()[0] ^ 1]) + data()[1:]
    files: Sequence[tuple[str, str, bytes]] = (
        ("bit", "A data file with one bit changed.", changed),
        ("short", "A data file without its last byte.", data()[:-1]),
        ("long", "A data file with a byte more.", data() + b"\x00"),
        ("empty", "An empty data file.", b""),
    )
    for name, situation, handed in files:
        found = error("content-mismatch", subject)
        cases.add(
            f"content-{name}",
            situation,
            sheet().file(),
            found,
            content=handed,
            flags=["truncated"] if name == "short" else (),
        )
