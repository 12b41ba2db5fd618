"""The members of listings, offers, and of what is delivered under their terms: what they can and cannot look like."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors import scenarios
from tools.vectors.contents import described as content
from tools.vectors.primitives import digest
from tools.vectors.statements.carrier import NAMED
from tools.vectors.world import ABSENT

Shapes = dict[str, tuple[str, dict[str, Any]]]

_OTHER = NAMED["other"]
_STANDING = scenarios.STANDING
DOCUMENT: Final[dict[str, Any]] = {
    "name": "document.pdf",
    "media_type": "application/pdf",
    "size": 120_000,
    "digest": digest(b"document"),
}
PEOPLE: Final[dict[str, Any]] = {
    "categories": ["contact", "location"],
    "subjects": ["customer"],
    "children": True,
    "legal_basis": "consent",
    "people": "up-to-100000",
    "consent": DOCUMENT,
    "guardian_consent": DOCUMENT,
    "removal": "privacy@acme.example",
    "residence": ["NL", "BE"],
}
DECLARED: Final[dict[str, Any]] = {
    "rows": 40,
    "sample": {"index": 0, "chunk": DOCUMENT, "leaf": digest(b"leaf"), "path": [digest(b"step")]},
    "data_schema": {**DOCUMENT, "url": "https://acme.example/schema.json"},
    "conforms_to": ["https://standards.example/roads/2.1"],
    "documents": [{"role": "dictionary", "document": DOCUMENT}],
    "rights": [
        {
            "right": "hold",
            "holder": "Acme",
            "basis": "own-production",
            "evidence": DOCUMENT,
            "contested": False,
        },
        {"right": "operate", "holder": "City", "basis": "public-task"},
    ],
    "authorised_by": "Decision 114",
    "provenance": {
        "source": "Own sensors",
        "collection": "software-kit",
        "method": "Every hour",
        "chain": ["App 4.2", "Kit 1.0"],
        "notice_version": "2026-03",
    },
    "classification": {
        "grade": "general",
        "graded_by": "Acme",
        "reason": "aggregated",
        "category": "transport",
    },
    "personal_data": PEOPLE,
    "validity": {
        "since": "2026-01-01T00:00:00.000Z",
        "until": "2026-12-31T23:59:59.999Z",
        "freshness": "P1D",
        "rhythm": "PT1H",
    },
    "quality": [{"name": "completeness", "value": "99.2 %", "method": "counted"}],
    "spatial": {"crs": "EPSG:4326", "accuracy": "0.5 m", "countries": ["NL"]},
    "jurisdictions": {
        "storage": ["NL"],
        "processing": ["NL", "DE"],
        "excluded": ["KP"],
        "export": {"route": "standard-contract", "evidence": DOCUMENT},
    },
}
"""Every declaration that a dataset can make."""
TERMS: Final[dict[str, Any]] = {
    **scenarios.TERMS,
    "tax": "excluded",
    "permissions": {
        "permissions": [
            {"action": "use", "constraints": [{"left": "purpose", "operator": "eq", "right": "research"}]}
        ]
    },
    "schedule": {"first": "P1D", "every": "P7D", "deliveries": 4},
    "term": "P365D",
    "compatibility": "backward",
    "suspension": {"by": ["consumer", "provider"], "maximum": "P30D"},
    "termination": {"by": ["consumer"], "notice": "P30D"},
    "localisation": {"storage": ["NL"], "processing": ["NL"], "access": ["NL", "DE"]},
    "sub_licence_depth": 1,
    "law": "NL",
    "forum": "Netherlands Commercial Court",
    "arbiter": _OTHER,
    "instruments": [{"id": "urn:law:data-act", "version": "2023/2854", "status": "in-force", "reopen": True}],
    "trial": False,
}
"""Every member that terms can have."""
WINDOW: Final = {"first": 1, "last": 40, "count": 38}


def optional() -> dict[str, dict[str, Any]]:
    """Every member that these acts can have besides those they need."""
    return {
        "listing": {
            "supersedes": _OTHER,
            "description": "One line a sensor.\nUpdated daily.",
            "keywords": ["roads", "sensors"],
            "licence": "CC-BY-4.0",
            "media_type": "text/csv",
            "name": "roads.csv",
            **content(1000),
            **DECLARED,
            "standing": {**_STANDING, "terms": TERMS, "eligible": [_OTHER]},
        },
        "offer": {"replies_to": _OTHER, "terms": TERMS, "actions": ["use", "distribute"]},
    }


def other_shapes() -> dict[str, Shapes]:
    """Permitted combinations besides the smallest and the largest."""
    calls = {"kind": "service", "per_call": {"purpose": True, "authorisation": False}}
    standing = {"offer": ABSENT, "listing": _OTHER, "purpose": "research", "reference": "PO-1"}
    free = {**scenarios.TERMS, "price": {"model": "free"}}
    places = {"stored_in": ["NL"], "processed_in": ["NL", "DE"], "accessed_from": ["BE"]}
    return {
        "listing": {
            "service": ("A service.", calls),
            "stream": ("A stream.", {"kind": "stream"}),
            "sample-of-one": (
                "The sample of a content of one chunk.",
                {**content(1000), "sample": {**DECLARED["sample"], "path": []}},
            ),
        },
        "offer": {
            "amends": ("An offer that amends a contract.", {"listing": ABSENT, "amends": _OTHER}),
            "free": ("An offer for nothing.", {"terms": free}),
            "one-delivery": (
                "A schedule of one delivery.",
                {"terms": {**scenarios.TERMS, "schedule": {"first": "P1D", "deliveries": 1}}},
            ),
        },
        "acceptance": {
            "standing": ("The acceptance of standing terms.", standing),
            "standing-actions": ("The same, with actions.", {**standing, "actions": ["train"]}),
        },
        "receipt": {
            "places": ("With the places where the data is.", places),
            "excepted": ("With calls that are not acknowledged.", {"excepted": [3, 9]}),
        },
        "delivery": {
            "window": ("A window.", {"window": WINDOW}),
            "window-of-one": (
                "A window of one call that was not answered.",
                {"window": {**WINDOW, "last": 1, "count": 0}},
            ),
            "units": ("With units and a schema.", {"units": 38, "data_schema": digest(b"schema")}),
            "correction": ("A correction of an earlier delivery.", {"sequence": 2, "corrects": 1}),
        },
    }


def wrong_shapes() -> dict[str, Shapes]:
    """What these acts must not look like, beside missing and unknown members."""
    return {
        "listing": _listing(),
        "offer": _offer(),
        "delivery": {
            "window-backwards": ("A window that ends before it begins.", {"window": {**WINDOW, "first": 41}}),
            "window-overfull": (
                "A window that counts more than lies in it.",
                {"window": {**WINDOW, "count": 41}},
            ),
            "window-from-0": ("A window from 0.", {"window": {**WINDOW, "first": 0}}),
            "corrects-itself": ("A delivery that corrects itself.", {"corrects": 1}),
        },
        "receipt": {
            "excepted-twice": ("A call that is excepted twice.", {"excepted": [3, 3]}),
            "stored-nowhere": ("Stored in no country.", {"stored_in": []}),
            "refused-stored": (
                "Refused, and stored.",
                {
                    "outcome": "refused",
                    "reason": "quality",
                    "content_root": ABSENT,
                    "size": ABSENT,
                    "stored_in": ["NL"],
                },
            ),
        },
    }


def _listing() -> Shapes:
    return {**_promises(), **_standing_terms(), **_declarations()}


def _promises() -> Shapes:
    terms = scenarios.TERMS
    return {
        "kind-unknown": ("A kind that does not exist.", {"kind": "rumour"}),
        "size-alone": ("A size without root and chunk size.", {"size": 1000}),
        "no-chunk-size": ("Size and root without chunk size.", {**content(1000), "chunk_size": ABSENT}),
        "no-root": ("Size and chunk size without root.", {**content(1000), "content_root": ABSENT}),
        "standing-no-terms": ("Standing terms without terms.", {"standing": {"expires_at": scenarios.LATE}}),
        "standing-no-expiry": ("Standing terms without expiry.", {"standing": {"terms": terms}}),
        "maximum-0": ("A maximum of 0.", {"standing": {**_STANDING, "maximum": 0}}),
        "eligible-empty": ("eligible is empty.", {"standing": {**_STANDING, "eligible": []}}),
        "keyword-long": ("A keyword of 65 characters.", {"keywords": ["x" * 65]}),
        "sample-alone": ("A sample of a content that is not promised.", {"sample": DECLARED["sample"]}),
        "validity-backwards": (
            "A validity that ends before it begins.",
            {"validity": {"since": "2026-02-01T00:00:00.000Z", "until": "2026-01-01T00:00:00.000Z"}},
        ),
        "calls-of-a-dataset": (
            "per_call of a dataset.",
            {"per_call": {"purpose": True, "authorisation": True}},
        ),
    }


def _standing_terms() -> Shapes:
    terms = scenarios.TERMS
    shapes: Shapes = {}
    for name, situation, members in (
        ("no-price", "Terms without price.", {"price": ABSENT}),
        ("unknown-member", "Terms with a member that they do not have.", {"discount": "3"}),
        ("law-long", "The law of no country.", {"law": "Netherlands"}),
        ("depth-9", "Sub-licences through nine hands.", {"sub_licence_depth": 9}),
        ("tax-unknown", "Taxes that are neither in nor out.", {"tax": "perhaps"}),
        ("trial-text", "Whether it is for trial, as a text.", {"trial": "yes"}),
    ):
        changed = {member: value for member, value in {**terms, **members}.items() if value is not ABSENT}
        shapes[f"terms-{name}"] = (situation, {"standing": {**_STANDING, "terms": changed}})
    shapes["purposes-empty"] = (
        "purposes is empty.",
        {"standing": {**_STANDING, "terms": {**terms, "purposes": []}}},
    )
    return shapes


def _declarations() -> Shapes:
    people = {name: PEOPLE[name] for name in ("categories", "subjects", "children", "legal_basis", "people")}
    shapes: Shapes = {}
    for name, situation, member, value in (
        ("provenance-no-collection", "Provenance without collection.", "provenance", {"source": "Somewhere"}),
        (
            "collection-unknown",
            "A collection method that does not exist.",
            "provenance",
            {"source": "-", "collection": "x"},
        ),
        (
            "grade-unknown",
            "A grade that does not exist.",
            "classification",
            {"grade": "secret", "graded_by": "Acme"},
        ),
        ("grade-by-nobody", "A grade that nobody gave.", "classification", {"grade": "general"}),
        ("band-unknown", "A band that does not exist.", "personal_data", {**people, "people": "many"}),
        (
            "basis-unknown",
            "A legal basis that does not exist.",
            "personal_data",
            {**people, "legal_basis": "hope"},
        ),
        (
            "right-own",
            "A right that nobody has here.",
            "rights",
            [{"right": "own", "holder": "Acme", "basis": "x"}],
        ),
        ("route-unknown", "A route that does not exist.", "jurisdictions", {"export": {"route": "by-night"}}),
        (
            "document-no-digest",
            "A document without digest.",
            "data_schema",
            {"name": "a.json", "media_type": "a/b", "size": 1},
        ),
    ):
        shapes[name] = (situation, {member: value})
    return shapes


def _offer() -> Shapes:
    def terms(**members: Any) -> dict[str, Any]:
        return {"terms": {**scenarios.TERMS, **members}}

    return {
        "neither": ("Neither a listing nor a contract.", {"listing": ABSENT}),
        "both": ("A listing and a contract.", {"amends": _OTHER}),
        "schedule-no-every": (
            "Two deliveries, and no time between them.",
            terms(schedule={"first": "P1D", "deliveries": 2}),
        ),
        "schedule-every-of-one": (
            "One delivery, and a time between deliveries.",
            terms(schedule={"first": "P1D", "every": "P1D", "deliveries": 1}),
        ),
        "schedule-too-long": (
            "One delivery more than a schedule can have.",
            terms(schedule={"first": "P1D", "every": "P1D", "deliveries": 65_537}),
        ),
        "action-unknown": ("An action that does not exist.", {"actions": ["burn"]}),
        "actions-empty": ("No action.", {"actions": []}),
        "suspended-by-nobody": ("Nobody may suspend.", terms(suspension={"by": []})),
        "instrument-status": (
            "An instrument whose status does not exist.",
            terms(instruments=[{"id": "urn:a", "version": "1", "status": "rumoured"}]),
        ),
        "terms-no-price": (
            "Terms without price.",
            {"terms": {"taking_period": "P1D", "dispute_window": "P1D"}},
        ),
    }
