"""The members of erasures and notarisations, and of exchanges that close: combinations, and others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tools.vectors import scenarios
from tools.vectors.primitives import digest, moment
from tools.vectors.world import ABSENT, DAY, START

Changes = Mapping[str, Any]
Shapes = dict[str, tuple[str, Changes]]

_OTHER: Final = digest(b"lading vectors id other")
_SLOT: Final[dict[str, Any]] = {"kind": "slot", "record": {"key": "delivery/x/1", "holder": _OTHER}}
_FREED: Final = {"kind": "slot", "record": {"key": "delivery/x/1"}}
_AGREED: Final = {"kind": "agreement", "record": {"key": _OTHER, "contract": _OTHER}}
_LISTED: Final = {
    "key": _OTHER,
    "product": _OTHER,
    "provider": _OTHER,
    "kid": "x",
    "sales": "dataset",
    "state": "listed",
    "listed_at": START,
}


def bodies() -> dict[str, dict[str, Any]]:
    """Each of these acts with the members that it needs, and no others."""
    return {
        "erasure": {
            "statement": _OTHER,
            "index": 7,
            "sort": "listing",
            "author": _OTHER,
            "ground": "unlawful",
            "changes": [],
        },
        "notarisation": {"digest": _OTHER},
    }


def optional() -> dict[str, Changes]:
    """Members that these acts can have besides those they need."""
    return {
        "erasure": {"readers": [_OTHER], "contract": _OTHER, "legal_basis": "Order 17"},
        "notarisation": {"media_type": "application/pdf", "reader": _OTHER, "text": "A letter."},
    }


def other_shapes() -> dict[str, Shapes]:
    """Permitted combinations besides the smallest and the largest."""
    ids = sorted(digest(f"reader {number}".encode()) for number in range(64))
    return {
        "erasure": {
            "changes": ("Three changes, of which one frees a slot.", {"changes": [_SLOT, _FREED, _AGREED]}),
            "changes-64": ("64 changes.", {"changes": [_SLOT] * 64}),
            "listing-without-title": (
                "The change of a listing, without its prose.",
                {"changes": [{"kind": "listing", "record": _LISTED}]},
            ),
            "readers-64": ("64 readers.", {"readers": ids}),
            "index-0": ("Index 0.", {"index": 0}),
            "legal-basis-longest": ("A legal basis of 400 characters.", {"legal_basis": "x" * 400}),
        },
        "notarisation": {"text-longest": ("Words of 400 characters.", {"text": "x" * 400})},
    }


def wrong_shapes() -> dict[str, Shapes]:
    """What these acts must not look like, beside missing and unknown members."""
    ids = sorted(digest(f"reader {number}".encode()) for number in range(65))
    kinds = (
        "participant",
        "version",
        "exchange",
        "tally",
        "due",
        "receipt",
        "release",
        "revocation",
        "outage",
    )
    records: dict[str, tuple[str, Any]] = {
        "no-record": ("A change without its record.", {"kind": "slot"}),
        "record-no-key": ("A record without a key.", {"kind": "slot", "record": {"holder": _OTHER}}),
        "record-unknown-member": (
            "A record with a member that it does not have.",
            {"kind": "slot", "record": {**_SLOT["record"], "more": 1}},
        ),
        "record-of-another-kind": (
            "The record of another kind.",
            {"kind": "agreement", "record": _SLOT["record"]},
        ),
        "record-number": ("A key that is a number.", {"kind": "slot", "record": {"key": 1}}),
        "kind-unknown": ("A kind that does not exist.", {"kind": "ledger", "record": {"key": "x"}}),
        "prose-missing": (
            "The change of a listing without its provider.",
            {"kind": "listing", "record": {name: _LISTED[name] for name in _LISTED if name != "provider"}},
        ),
        **{
            f"kind-{kind}": (
                f"A kind that no erasable statement writes: {kind}.",
                {"kind": kind, "record": {"key": "x"}},
            )
            for kind in kinds
        },
    }
    return {
        "erasure": {
            **{name: (situation, {"changes": [change]}) for name, (situation, change) in records.items()},
            "changes-65": ("65 changes.", {"changes": [_SLOT] * 65}),
            "changes-object": ("Changes that are no list.", {"changes": {}}),
            "readers-none": ("An empty list of readers.", {"readers": []}),
            "readers-65": ("65 readers.", {"readers": ids}),
            "readers-twice": ("A reader that stands twice.", {"readers": [_OTHER, _OTHER]}),
            "index-negative": ("A negative index.", {"index": -1}),
            "legal-basis-long": ("A legal basis of 401 characters.", {"legal_basis": "x" * 401}),
        },
        "notarisation": {
            "digest-short": ("A digest that lacks a digit.", {"digest": _OTHER[:-1]}),
            "text-long": ("Words of 401 characters.", {"text": "x" * 401}),
            "media-type-plain": ("A media type without a slash.", {"media_type": "pdf"}),
            "readers": ("A list of readers.", {"reader": [_OTHER]}),
        },
    }


def exchanges() -> tuple[Shapes, Shapes]:
    """Of an exchange that closes, or goes on from another one: permitted shapes, and others."""
    closing = {"closing_at": moment(START + 60 * DAY)}
    succeeds = {"exchange": _OTHER, "checkpoint": "other.example\n7\nAAAA\n"}

    def said(**members: Any) -> Changes:
        exchange = {**scenarios.exchange(), **members}
        return {"kind": "exchange", "home": ABSENT, "exchange": exchange}

    good: Shapes = {
        "exchange-closing": ("An exchange that says when it closes.", said(**closing)),
        "exchange-closed": ("An exchange that has closed.", said(**closing, closed={})),
        "exchange-successor": ("It names a successor.", said(**closing, closed={"successor": _OTHER})),
        "exchange-succeeds": ("An exchange that goes on from another one.", said(succeeds=succeeds)),
    }
    wrong: Shapes = {
        "closed-without-closing": ("It has closed, and does not say when it was to.", said(closed={})),
        "closed-flag": ("That it has closed is no object.", said(**closing, closed=True)),
        "closed-unknown-member": ("A member that closed does not have.", said(**closing, closed={"at": "x"})),
        "closing-no-time": ("A closing that is no time.", said(closing_at="2027")),
        "succeeds-no-checkpoint": ("It goes on from no checkpoint.", said(succeeds={"exchange": _OTHER})),
        "succeeds-long": (
            "A checkpoint of 16 385 characters.",
            said(succeeds={**succeeds, "checkpoint": "x" * 16_385}),
        ),
    }
    return good, wrong
