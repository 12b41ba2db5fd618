"""What a listing says of the data: every member that it may hold, and every form that only a listing has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lading_conformance.drivers.party import clear_terms, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import forms, policy, values
from lading_conformance.steps.forms import Build, Row
from lading_conformance.steps.values import ATTACHMENTS, HEX
from lading_conformance.trial.case import Case, Trial

ATTACHED: Final[Json] = ATTACHMENTS[0]
ROOT: Final = f"sha256:{HEX}"
LATER: Final = written_time(4_000_000_000_000)


def run(trial: Trial) -> None:
    """List with each value, with every member at once, and with each member in a form that it does not have."""
    session = trial.session
    with trial.given("an admitted provider and what the policy asks of its listings"):
        _ = session.provider.id, policy.declared(session)
    session.checkpoint_size()
    for rows in (VALUES, MEMBERS, LISTS, TOGETHER):
        forms.judge(trial, rows)


def _member(name: str) -> Callable[[Json], Build]:
    return lambda value: forms.listing(**{name: value})


def _standing(**members: Json) -> dict[str, Json]:
    return {"terms": clear_terms(), "expires_at": LATER, **members}


def _lasting(value: Json) -> Build:
    """A listing whose standing terms give a duration for taking."""
    terms: dict[str, Json] = {**clear_terms(), "taking_period": value}
    return forms.listing(standing=_standing(terms=terms))


VALUES: Final = (
    *forms.both("LAD-STM-030", "a duration", values.DURATIONS, values.NO_DURATIONS, _lasting),
    *forms.both(
        "LAD-STM-039", "a media type", values.MEDIA_TYPES, values.NO_MEDIA_TYPES, _member("media_type")
    ),
    *forms.both("LAD-STM-039", "a file name", values.FILE_NAMES, values.NO_FILE_NAMES, _member("name")),
    *forms.both("LAD-STM-039", "a licence", values.LICENCES, values.NO_LICENCES, _member("licence")),
    *forms.both(
        "LAD-STM-052", "an attachment", values.ATTACHMENTS, values.NO_ATTACHMENTS, _member("data_schema")
    ),
)


SAMPLE: Final[Json] = {"index": 0, "chunk": ATTACHED, "leaf": ROOT, "path": []}
CALLS: Final[Json] = {"purpose": True, "authorisation": True}
PEOPLE: Final[dict[str, Json]] = {
    "categories": ["identification"],
    "subjects": ["citizen"],
    "children": False,
    "legal_basis": "contract",
    "people": "up-to-10000",
}

WHOLE: Final[dict[str, Json]] = {
    "description": "D" * 4000,
    "keywords": [f"{number:064d}" for number in range(32)],
    "conforms_to": [f"urn:standard:{number}" for number in range(16)],
    "documents": [{"role": "dictionary", "document": ATTACHED}],
    "rights": [
        {"right": "hold", "holder": "H" * 200, "basis": "contract", "evidence": ATTACHED, "contested": False},
        {"right": "use", "holder": "H", "basis": "law"},
        {"right": "operate", "holder": "H", "basis": "law", "contested": True},
    ],
    "authorised_by": "A" * 400,
    "provenance": {
        "source": "S" * 400,
        "collection": "software-kit",
        "method": "M" * 1000,
        "chain": ["C" * 200] * 16,
        "notice_version": "N" * 64,
    },
    "classification": {
        "grade": "important",
        "graded_by": "G" * 200,
        "reason": "R" * 1000,
        "category": "maps",
    },
    "personal_data": {
        **PEOPLE,
        "consent": ATTACHED,
        "guardian_consent": ATTACHED,
        "removal": "R" * 400,
        "residence": ["NL", "DE"],
    },
    "validity": {
        "since": "2026-01-01T00:00:00.000Z",
        "until": "2026-01-01T00:00:00.000Z",
        "freshness": "P1D",
        "rhythm": "PT1H",
    },
    "quality": [{"name": "completeness", "value": "V" * 200, "method": "M" * 400}],
    "spatial": {"crs": "EPSG:4326", "accuracy": "1 m", "countries": ["NL"]},
    "jurisdictions": {
        "storage": ["NL"],
        "processing": ["DE"],
        "excluded": ["AQ"],
        "export": {"route": "exempt", "evidence": ATTACHED},
    },
    "rows": 2**53 - 1,
    **policy.DECLARATIONS["sample"],
}
"""Every member that a data set's listing may hold but those of `VALUES`, at its largest."""

NOT: Final[dict[str, tuple[Json, ...]]] = {
    "kind": ("table", ""),
    "title": ("", "T" * 201),
    "description": ("", "D" * 4001),
    "keywords": ([], [""], ["k" * 65], [str(number) for number in range(33)]),
    "conforms_to": ([], ["colour"], [f"urn:{number}" for number in range(17)]),
    "documents": ([], [{"role": "dictionary"}], [{"role": "A dictionary", "document": ATTACHED}]),
    "rights": ([], [{"right": "own", "holder": "H", "basis": "law"}], [{"right": "hold", "holder": "H"}]),
    "authorised_by": ("", "A" * 401),
    "provenance": (
        {"source": "S"},
        {"collection": "sensor"},
        {"source": "S", "collection": "found"},
        {"source": "S" * 401, "collection": "sensor"},
        {"source": "S", "collection": "sensor", "chain": []},
        {"source": "S", "collection": "sensor", "chain": ["C"] * 17},
    ),
    "classification": ({"grade": "secret", "graded_by": "G"}, {"grade": "general"}),
    "personal_data": (
        {},
        {**PEOPLE, "categories": []},
        {**PEOPLE, "subjects": [f"s{number}" for number in range(65)]},
        {**PEOPLE, "children": "no"},
        {**PEOPLE, "legal_basis": "habit"},
        {**PEOPLE, "people": "many"},
        {**PEOPLE, "residence": ["XQ"]},
    ),
    "validity": (
        {},
        {"since": "2026-01-01"},
        {"since": "2026-01-01T00:00:00.000Z", "rhythm": "P1W"},
        {"since": "2026-01-01T00:00:00.000Z", "until": "2025-12-31T23:59:59.999Z"},
    ),
    "quality": ([], [{"name": "completeness"}], [{"name": "Completeness", "value": "1"}]),
    "spatial": ({}, {"crs": "EPSG:4326", "countries": ["XQ"]}),
    "jurisdictions": ({"storage": ["XQ"]}, {"export": {"route": "by-mail"}}, {"colour": ["NL"]}),
    "rows": (-1, "7"),
    "standing": (
        {"terms": clear_terms()},
        {"expires_at": LATER},
        _standing(maximum=0),
        _standing(maximum=2**31),
        _standing(eligible=[]),
    ),
    "colour": ("blue",),
}
"""For each member what it cannot be; `colour` is none that a listing has."""


MEMBERS: Final = (
    Row("LAD-LST-001", "every member at once, each at its largest", forms.listing(**WHOLE), None),
    *(
        Row("LAD-LST-001", f"`{name}` {value!r:.70}", forms.listing(**{name: value}))
        for name, wrong in NOT.items()
        for value in wrong
    ),
    *(
        Row("LAD-LST-001", f"a listing without `{name}`", forms.listing(**{name: None}))
        for name in ("kind", "title")
    ),
)

LISTS: Final = (
    Row("LAD-STM-036", "a keyword twice", forms.listing(keywords=["roads", "roads"])),
    Row("LAD-STM-036", "a standard twice", forms.listing(conforms_to=["urn:a", "urn:a"])),
    Row(
        "LAD-STM-036",
        "a category twice",
        forms.listing(personal_data={**PEOPLE, "categories": ["name", "name"]}),
    ),
    Row("LAD-STM-036", "a country twice", forms.listing(jurisdictions={"storage": ["NL", "NL"]})),
    Row(
        "LAD-STM-036",
        "an eligible participant twice",
        forms.listing(standing=_standing(eligible=[ROOT, ROOT])),
    ),
    Row(
        "LAD-STM-036",
        "a purpose twice",
        forms.listing(standing=_standing(terms={**clear_terms(), "purposes": ["research", "research"]})),
    ),
)

PARTS: Final[dict[str, Json]] = {"size": 1, "chunk_size": 65_536, "content_root": ROOT}

TOGETHER: Final = (
    *(
        Row(
            "LAD-LST-001",
            f"`{name}` alone of size, chunk size and content root",
            forms.bare_listing(**{name: value}),
        )
        for name, value in PARTS.items()
    ),
    Row("LAD-LST-006", "a sample without `content_root`", forms.bare_listing(sample=SAMPLE)),
    Row("LAD-LST-006", "`per_call` of a data set", forms.bare_listing(per_call=CALLS)),
    Row("LAD-LST-006", "`per_call` of a stream", forms.bare_listing(kind="stream", per_call=CALLS)),
    Row("LAD-LST-006", "`per_call` of a service", forms.listing(kind="service", per_call=CALLS), None),
)


CASE = Case(
    name="catalogue_forms",
    profile="catalogue",
    story="A provider describes a data set with every member that there is, then gets each of them wrong: a duration "
    "in weeks, a media type with parameters, a file name with a path, a grade that nobody knows, half of a promise.",
    requirements=("LAD-STM-030", "LAD-STM-039", "LAD-STM-052", "LAD-LST-001", "LAD-STM-036", "LAD-LST-006"),
    run=run,
)
