"""Two reference servers that follow each other pass the cases of `exchange-to-exchange`, both ways."""

from collections.abc import Iterator

import pytest

from conformance.tests.running import RunningExchange, two_exchanges
from lading_conformance import runner
from lading_conformance.cases import index, peering
from lading_conformance.report.model import CaseReport
from lading_conformance.runner import Plan, Target
from lading_conformance.trial.case import Case

Pair = tuple[RunningExchange, RunningExchange]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with two_exchanges(tmp_path_factory.mktemp("pair")) as exchanges:
        yield exchanges


def run(case: Case, subject: RunningExchange, peer: RunningExchange) -> CaseReport:
    plan = Plan((case,), seed=1, peer=Target(peer.api, peer.subject))
    (report,) = runner.run(subject.api, subject.subject, plan).cases
    return report


@pytest.mark.parametrize("case", peering.CASES, ids=[case.name for case in peering.CASES])
def test_a_case_passes_the_other_way(pair: Pair, case: Case) -> None:
    """The one way is told in `test_reference`."""
    peer, subject = pair
    report = run(case, subject, peer)
    broken = [
        (check.requirement, check.what, check.detail) for check in report.checks if check.verdict != "pass"
    ]
    assert (report.verdict, report.reason, broken) == ("pass", None, [])
    assert {check.requirement for check in report.checks} == set(case.requirements)


def test_the_cases_of_two_exchanges_are_in_the_index() -> None:
    assert set(peering.CASES) <= set(index.CASES)
