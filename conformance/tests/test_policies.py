"""The cases that go by the subject's own policy, against exchanges that ask for something."""

from pathlib import Path

import pytest

from conformance.tests.running import free_port, serving
from lading_conformance import runner
from lading_conformance.cases import index

DECLARATIONS = [
    "classification",
    "jurisdictions",
    "licence",
    "quality",
    "rights",
    "sample",
    "schema",
    "validity",
]
DEALS = "contract_policy"
LISTINGS = ("catalogue_declarations", "catalogue_forms", "catalogue_samples", "catalogue_listing")

POLICIES = [
    ({"declarations": DECLARATIONS}, LISTINGS, "declaration-missing"),
    ({"attestations": ["quality", "surveying"]}, (DEALS,), "attestation-missing"),
    ({"excluded": ["KP", "DE"]}, (DEALS,), "jurisdiction-excluded"),
    ({"related_parties": "refused"}, (DEALS,), "related-parties"),
    ({"contracts": "trial"}, (DEALS,), "trial-only"),
]


@pytest.mark.parametrize(("switches", "names", "code"), POLICIES, ids=[row[2] for row in POLICIES])
def test_what_the_policy_asks_for_is_tried_by_its_code(
    tmp_path: Path, switches: dict[str, object], names: tuple[str, ...], code: str
) -> None:
    port = free_port()
    cases = tuple(case for case in index.CASES if case.name in names)
    with serving(tmp_path, port, port, {"onboarding": "open", **switches}) as exchange:
        report = runner.run(exchange.api, exchange.subject, runner.Plan(cases, seed=4))
    assert [(case.name, case.verdict) for case in report.cases] == [(case.name, "pass") for case in cases]
    assert [check for case in report.cases for check in case.checks if check.what.endswith(code)]


@pytest.mark.parametrize(("window", "waits"), [("PT2S", True), ("P7D", False)])
def test_an_objection_window_is_tried_and_what_it_stops_is_blocked(
    tmp_path: Path, window: str, waits: bool
) -> None:
    port = free_port()
    case = index.named(DEALS)
    assert case is not None
    with serving(tmp_path, port, port, {"onboarding": "open", "objection_window": window}) as exchange:
        (report,) = runner.run(exchange.api, exchange.subject, runner.Plan((case,), seed=4)).cases
    assert report.verdict == "blocked"
    assert {check.verdict for check in report.checks} == {"pass"}
    assert any("after its registration" in check.what for check in report.checks) == waits


def test_where_nobody_is_taken_in_that_is_all_that_is_tried(tmp_path: Path) -> None:
    port = free_port()
    case = index.named("statement_participant")
    assert case is not None
    with serving(tmp_path, port, port, {"onboarding": "closed"}) as exchange:
        (report,) = runner.run(exchange.api, exchange.subject, runner.Plan((case,), seed=4)).cases
    assert report.verdict == "blocked"
    assert [(check.requirement, check.verdict) for check in report.checks] == [("LAD-PAR-010", "pass")]
