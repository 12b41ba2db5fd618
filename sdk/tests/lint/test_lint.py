"""What the linter says beforehand is what the exchange says afterwards, and all of it at once."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.acts.listing import Listing
from lading.acts.records import SELF, ExchangeRecord, ListingRecord, ParticipantRecord
from lading.lint.lint import ASKS_FOR_NOTHING, Fault, Report, Setting, lint, somebody
from lading.lint.mends import MENDS
from lading.problems import PROBLEMS, Refused
from lading.rules.engine import KEY
from lading.statement.envelope import decode
from lading.statement.words import Millis
from sdk.tests.core.vectors import Case, load, log_before

NOW: Final = Millis(1_795_426_200_000)
BAD: Final[dict[str, Any]] = {
    "kind": "dataset",
    "title": "Registry extract",
    "licence": "CC BY;",
    "classification": {"grade": "core", "graded_by": "City data office"},
    "personal_data": {
        "categories": ["criminal-record"],
        "subjects": ["citizen"],
        "children": True,
        "legal_basis": "legal-obligation",
        "people": "up-to-10000",
    },
}
GOOD: Final[dict[str, Any]] = {
    "kind": "dataset",
    "title": "Road sensors",
    "provenance": {"source": "Own sensors along the road", "collection": "sensor"},
}
TERMS: Final = {
    "price": {"amount": "10.00", "currency": "EUR"},
    "taking_period": "P7D",
    "dispute_window": "P7D",
}


def codes(report: Report) -> list[str]:
    """The codes of the faults, in their order."""
    return [fault.code for fault in report.faults]


def test_a_listing_with_five_faults_is_told_all_five_with_how_to_mend_them() -> None:
    report = lint(BAD, Setting(now=NOW))
    assert codes(report) == [
        "bad-member",
        "core-not-listable",
        "provenance-missing",
        "guardian-consent-missing",
        "removal-path-missing",
    ]
    assert [fault.pointer for fault in report.faults] == [
        "/licence",
        "/classification/grade",
        "/provenance",
        "/personal_data/guardian_consent",
        "/personal_data/removal",
    ]
    for fault in report.faults:
        assert fault.requirement == PROBLEMS[fault.code].requirement
        assert fault.mend
        assert fault.detail


def test_a_good_listing_has_no_faults_and_no_notes() -> None:
    assert lint(GOOD, Setting(now=NOW)) == Report((), ())


def test_several_malformed_members_are_named_one_by_one() -> None:
    report = lint({**GOOD, "title": "", "keywords": [], "rows": -1, "colour": "red"}, Setting(now=NOW))
    assert sorted((fault.code, fault.pointer) for fault in report.faults) == [
        ("bad-member", "/colour"),
        ("bad-member", "/keywords"),
        ("bad-member", "/rows"),
        ("bad-member", "/title"),
    ]


def test_what_is_malformed_is_not_reported_as_missing_too() -> None:
    report = lint({**GOOD, "provenance": {"source": "Somewhere"}}, Setting(now=NOW))
    assert [(fault.code, fault.pointer) for fault in report.faults] == [
        ("bad-member", "/provenance/collection")
    ]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"rows": 1.5}, "bad-number"),
        ({"rows": 2**60}, "bad-number"),
        ({"größe": 1}, "bad-name"),
        ({"description": None}, "bad-member"),
        ({"version": 2}, "unknown-version"),
        ({"type": "offer"}, "unknown-type"),
        ({"extensions": {"urn:x": 1}, "critical": ["urn:x"]}, "unknown-critical"),
        ({"documents": [{"role": "x" * 60_000}]}, "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_what_no_statement_may_be_is_told_alone(members: dict[str, Any], code: str) -> None:
    assert code in codes(lint({**GOOD, **members}, Setting(now=NOW)))


def test_depth_is_told() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    assert codes(lint({**GOOD, "extensions": {"urn:x": deep}}, Setting(now=NOW))) == ["too-deep"]


def test_a_public_body_is_told_what_only_public_bodies_need() -> None:
    report = lint(GOOD, Setting(now=NOW, issuer=somebody("public-body")))
    assert codes(report) == ["authorisation-missing"]


def test_the_policy_of_an_exchange_is_applied() -> None:
    asks = ASKS_FOR_NOTHING.model_copy(update={"declarations": ("schema", "licence")})
    found = lint(GOOD, Setting(now=NOW, policy=asks)).faults
    assert [(fault.code, fault.pointer) for fault in found] == [
        ("declaration-missing", "/data_schema"),
        ("declaration-missing", "/licence"),
    ]


def test_standing_terms_of_a_draft_may_leave_their_end_to_publishing() -> None:
    assert lint({**GOOD, "standing": {"terms": TERMS}}, Setting(now=NOW)).faults == ()
    over = {"terms": TERMS, "expires_at": "2020-01-01T00:00:00.000Z"}
    assert codes(lint({**GOOD, "standing": over}, Setting(now=NOW))) == ["already-expired"]


def test_notes_say_what_would_keep_contracts_away() -> None:
    asks = ASKS_FOR_NOTHING.model_copy(
        update={"objection_window": "P3D", "attestations": ("compliance",), "contracts": "trial"}
    )
    important = {**GOOD, "classification": {"grade": "important", "graded_by": "Acme"}}
    standing = {"terms": TERMS, "expires_at": "2027-01-01T00:00:00.000Z"}
    report = lint({**important, "standing": standing}, Setting(now=NOW, policy=asks))
    assert report.faults == ()
    assert [note.code for note in report.notes] == [
        "objection-window",
        "assessment-missing",
        "attestation-missing",
        "trial-only",
    ]
    assert all(note.mend for note in report.notes)


def _listings() -> Iterator[tuple[str, Case]]:
    """Every vector of registration whose statement is a listing."""
    for name in ("listing/rules", "listing/gates", "listing/offers"):
        for case in load(name).cases:
            yield f"{name}/{case['name']}", case


LISTINGS: Final = dict(_listings())


def _setting(case: Case, act: Listing) -> Setting | None:
    """What a client would have learnt from the exchange of the vector; None where it could not submit at all."""
    view = log_before(case).store.sight
    exchange, issuer = view.get(ExchangeRecord, SELF), view.get(ParticipantRecord, act.issuer)
    if exchange is None or issuer is None:
        return None
    return Setting(
        now=Millis(case["clock"]),
        policy=exchange.policy,
        issuer=issuer,
        exchange=exchange.id,
        superseded=view.get(ListingRecord, act.supersedes or ""),
    )


@pytest.mark.parametrize("name", LISTINGS)
def test_the_linter_says_what_the_exchange_says(name: str) -> None:
    case = LISTINGS[name]
    members = decode(case["statement"].encode()).members
    setting = _setting(case, Listing.model_validate_json(decode(case["statement"].encode()).payload))
    assert setting is not None
    told = codes(lint(members, setting))
    expected = case["expect"]
    if expected["outcome"] == "refuse":
        assert expected["code"] in told
    else:
        assert told == []


def test_every_code_that_a_listing_can_be_refused_with_has_a_mend() -> None:
    by_rules = {case["expect"]["code"] for case in LISTINGS.values() if case["expect"]["outcome"] == "refuse"}
    layers = ("payload", "members")
    by_form = {code for code, problem in PROBLEMS.items() if problem.layer in layers} - {"not-canonical"}
    assert by_rules | by_form | {"too-large"} <= MENDS.keys()
    assert MENDS.keys() <= PROBLEMS.keys()
    assert KEY  # keys are the signer's matter: nothing of a draft mends them


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES: Final = st.sampled_from(sorted(Listing.model_fields)) | st.text(max_size=8)


@pytest.mark.parametrize(
    ("member", "value", "word"),
    [
        ("licence", "CC BY;", "SPDX"),
        ("media_type", "csv", "text/csv"),
        ("content_root", "sha256:" + "X" * 64, "hexadecimal"),
        ("conforms_to", ["standards"], "URI"),
        ("validity", {"since": "yesterday"}, "2026-11-23T09:30:00.000Z"),
        ("validity", {"since": "2026-11-23T09:30:00.000Z", "rhythm": "daily"}, "P7D"),
        (
            "standing",
            {
                "expires_at": "2027-01-01T00:00:00.000Z",
                "terms": {**TERMS, "price": {"amount": "1,5", "currency": "EUR"}},
            },
            "100.00",
        ),
    ],
    ids=["licence", "media-type", "digest", "uri", "time", "duration", "amount"],
)
def test_a_value_of_another_form_is_told_its_form(member: str, value: Any, word: str) -> None:
    faults = lint({**GOOD, member: value}, Setting(now=NOW)).faults
    assert any(word in fault.mend for fault in faults), faults


@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_whatever_the_members_are_there_is_a_report(members: dict[str, Any]) -> None:
    report = lint({**GOOD, **members}, Setting(now=NOW))
    assert isinstance(report, Report)
    assert all(isinstance(fault, Fault) for fault in (*report.faults, *report.notes))


@given(st.dictionaries(st.sampled_from(sorted(Listing.model_fields)), JSON, min_size=1, max_size=3))
def test_a_fault_of_form_is_found_exactly_where_the_exchange_finds_one(members: dict[str, Any]) -> None:
    from lading import acts
    from lading.keys.signer import Ed25519Signer
    from lading.lint.lint import completed
    from lading.statement.envelope import encode

    whole = completed({**GOOD, **members}, Setting(now=NOW))
    told = codes(lint({**GOOD, **members}, Setting(now=NOW)))
    found = None
    try:
        acts.parse(decode(encode(whole, Ed25519Signer.from_seed(bytes(32)))))
    except Refused as refusal:
        found = refusal.code
    if found is None:
        assert {PROBLEMS[code].layer for code in told} <= {"rule"}
    else:
        assert found in told
