"""Trust policies: what they say, and what is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.vectors.evidence.building import LOG, witness_vkey
from tools.vectors.files import VectorFile, accept
from tools.vectors.primitives import key, vkey
from tools.vectors.scenarios import ORIGIN

_LOG = f"log {vkey(ORIGIN, LOG.public)}\n"
_W = [f"witness w{number} {witness_vkey(f'witness-{number}')}\n" for number in (1, 2, 3)]


def file() -> VectorFile:
    """The file of policies."""
    made = VectorFile(
        path="evidence/policies.json",
        schema="policy",
        about="Trust policies.",
        notes=[
            "an accepted policy has these logs, witnesses and groups, and this quorum (null: none)",
            "a refused one gives no verdict at all (LAD-EVI-022)",
        ],
        keys=["log", "other-log", "witness-1", "witness-2", "witness-3"],
    )
    for name, (situation, text, expect) in _good().items():
        made.add(name, situation, {"policy": text}, accept(**expect), about=["LAD-EVI-003", "LAD-EVI-006"])
    for name, (situation, text) in _bad().items():
        made.add(name, situation, {"policy": text}, {"outcome": "refuse"}, about=["LAD-EVI-022"])
    return made


def _parsed(
    logs: int = 1, witnesses: int = 0, groups: Mapping[str, Any] | None = None, quorum: str | None = None
) -> dict[str, Any]:
    keys = [vkey(ORIGIN, LOG.public), vkey("other.example", key("other-log").public)][:logs]
    named = {f"w{number}": witness_vkey(f"witness-{number}") for number in range(1, witnesses + 1)}
    return {"logs": keys, "witnesses": named, "groups": dict(groups or {}), "quorum": quorum}


def _good() -> dict[str, tuple[str, str, dict[str, Any]]]:
    other = f"log {vkey('other.example', key('other-log').public)} https://other.example/log\n"
    group = {"g": {"needed": 2, "members": ["w1", "w2", "w3"]}}
    nested = {"a": {"needed": 1, "members": ["w1", "w2"]}, "b": {"needed": 2, "members": ["a", "w3"]}}
    return {
        "one-log": ("One log.", _LOG + "quorum none\n", _parsed()),
        "two-logs": ("Two logs, one with an address.", f"{_LOG}{other}quorum none\n", _parsed(2)),
        "no-last-line-feed": ("The last line feed is missing.", _LOG + "quorum none", _parsed()),
        "comments": (
            "Comments and empty lines.",
            f"# mine\n\n{_LOG.rstrip()} # trusted\n\n quorum\tnone # yes\n",
            _parsed(),
        ),
        "quorum-first": ("The quorum line comes first.", "quorum none\n" + _LOG, _parsed()),
        "one-witness": ("One witness.", f"{_LOG}{_W[0]}quorum w1\n", _parsed(witnesses=1, quorum="w1")),
        "group": (
            "Two of three.",
            f"{_LOG}{''.join(_W)}group g 2 w1 w2 w3\nquorum g\n",
            _parsed(1, 3, group, "g"),
        ),
        "nested": (
            "A group in a group.",
            f"{_LOG}{''.join(_W)}group a any w1 w2\ngroup b all a w3\nquorum b\n",
            _parsed(1, 3, nested, "b"),
        ),
        "group-unused": (
            "A group that the quorum does not name.",
            f"{_LOG}{''.join(_W)}group g 2 w1 w2 w3\nquorum none\n",
            _parsed(1, 3, group),
        ),
    }


def _bad() -> dict[str, tuple[str, str]]:
    good = vkey(ORIGIN, LOG.public)
    return {
        "empty": ("Nothing.", ""),
        "no-quorum": ("No quorum line.", _LOG),
        "two-quorums": ("Two quorum lines.", _LOG + "quorum none\nquorum none\n"),
        "no-log": ("No log line.", "quorum none\n"),
        "unknown-word": ("A word that it does not have.", _LOG + "trust me\nquorum none\n"),
        "capital-word": ("A word in capitals.", _LOG + "QUORUM none\n"),
        "log-no-key": ("A log without key.", "log\nquorum none\n"),
        "log-four-words": ("A log line of four words.", _LOG.rstrip() + " https://a b\nquorum none\n"),
        "log-bad-vkey": (
            "A key whose key id is wrong.",
            f"log {good.replace(ORIGIN, 'x.example')}\nquorum none\n",
        ),
        "log-witness-type": (
            "A log with a key of a witness's type.",
            f"log {vkey(ORIGIN, LOG.public, 4)}\nquorum none\n",
        ),
        "log-twice": ("A key twice.", _LOG + _LOG + "quorum none\n"),
        "witness-log-type": (
            "A witness with a key of a log's type.",
            f"{_LOG}witness w {vkey('w.example', key('witness-1').public)}\nquorum w\n",
        ),
        "witness-twice": ("A name twice.", f"{_LOG}{_W[0]}{_W[1].replace('w2', 'w1')}quorum w1\n"),
        "witness-key-twice": (
            "One key under two names.",
            f"{_LOG}{_W[0]}{_W[0].replace('w1', 'w9')}quorum w1\n",
        ),
        "witness-named-none": (
            "A witness with the name none.",
            f"{_LOG}{_W[0].replace('w1', 'none')}quorum none\n",
        ),
        "witness-key-of-log": (
            "The log's own key as a witness.",
            f"{_LOG}witness w {vkey('w.example', LOG.public, 4)}\nquorum w\n",
        ),
        **_bad_groups(),
    }


def _bad_groups() -> dict[str, tuple[str, str]]:
    all_ = "".join(_W)
    return {
        "group-undefined": ("A group of somebody who is not defined.", f"{_LOG}group g any w1\nquorum g\n"),
        "group-of-itself": ("A group of itself.", f"{_LOG}{all_}group g any g w1\nquorum g\n"),
        "group-empty": ("A group without members.", f"{_LOG}{all_}group g any\nquorum g\n"),
        "group-zero": ("A group that needs nobody.", f"{_LOG}{all_}group g 0 w1 w2\nquorum g\n"),
        "group-too-many": (
            "A group that needs more members than it has.",
            f"{_LOG}{all_}group g 3 w1 w2\nquorum g\n",
        ),
        "group-minus": ("A group that needs a negative number.", f"{_LOG}{all_}group g -1 w1 w2\nquorum g\n"),
        "member-in-two-groups": (
            "A witness in two groups.",
            f"{_LOG}{all_}group g any w1 w2\ngroup h any w2 w3\nquorum g\n",
        ),
        "member-twice": ("A witness twice in a group.", f"{_LOG}{all_}group g 2 w1 w1\nquorum g\n"),
        "quorum-undefined": ("A quorum of somebody who is not defined.", _LOG + "quorum w1\n"),
        "quorum-two-words": ("A quorum of two names.", f"{_LOG}{all_}quorum w1 w2\n"),
        "line-separator": (
            "A comment that holds a line separator of Unicode.",
            f"{_LOG}# no\u2028quorum none\n",
        ),
        "wide-space": ("A space of another width between two words.", f"{_LOG}quorum\u00a0none\n"),
        "quorum-before-definition": (
            "A quorum before the witness that it names.",
            f"{_LOG}quorum w1\n{_W[0]}",
        ),
    }
