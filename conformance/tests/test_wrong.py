"""Each deliberately wrong exchange is failed by the case that names the broken promise."""

import ast
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conformance.tests.running import RunningExchange
from lading_conformance import runner, wrong
from lading_conformance.cases import index
from lading_conformance.report.model import Report
from lading_conformance.wrong.proxy import serving

# The exchange, the case that has to notice, and requirements that it has to find broken.
NOTICED = [
    ("forged-proof", "log_registration", {"LAD-REG-004"}),
    ("leaky", "contract_privacy", {"LAD-HTP-010"}),
    ("lenient", "statement_codec", {"LAD-STM-003", "LAD-STM-009", "LAD-STM-012"}),
    ("crashing", "statement_codec", {f"LAD-STM-{number:03d}" for number in range(1, 17)}),
    ("wrong-reason", "statement_codec", {f"LAD-STM-{number:03d}" for number in range(2, 17)}),
    ("wrong-reason", "contract_slots", {"LAD-OFR-004", "LAD-ACC-007", "LAD-RCP-002"}),
    ("keyless", "transfer_fairness", {"LAD-RLS-004"}),
]
HERE = Path(__file__).parent
WRONG = Path(wrong.__file__).parent


def run_behind(name: str, running: RunningExchange, *cases: str) -> Report:
    chosen = tuple(case for case in index.CASES if case.name in cases)
    port = urlsplit(running.api).port
    assert port is not None
    with serving(wrong.EXCHANGES[name](), running.listens, port) as proxy:
        assert proxy.url == running.api
        return runner.run(proxy.url, running.subject, runner.Plan(chosen, seed=1))


@pytest.mark.parametrize(("name", "case", "broken"), NOTICED, ids=[f"{row[0]}-{row[1]}" for row in NOTICED])
def test_a_wrong_exchange_is_failed_for_the_broken_requirement(
    proxied: RunningExchange, name: str, case: str, broken: set[str]
) -> None:
    (report,) = run_behind(name, proxied, case).cases
    failed = {check.requirement for check in report.checks if check.verdict == "fail"}
    assert report.verdict == "fail"
    assert broken <= failed


def test_an_honest_proxy_passes_where_the_wrong_ones_fail(proxied: RunningExchange) -> None:
    report = run_behind("honest", proxied, *{row[1] for row in NOTICED}, "transfer_upload", "transfer_trade")
    assert {case.name: case.verdict for case in report.cases} == {case.name: "pass" for case in report.cases}


def test_every_wrong_exchange_is_noticed_by_some_case() -> None:
    assert {row[0] for row in NOTICED} == set(wrong.EXCHANGES) - {"honest"}


def test_wrong_exchanges_know_nothing_of_the_suite_but_its_oracle() -> None:
    known = ("lading_conformance.wrong", "lading_conformance.oracle")
    for file in WRONG.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and "lading" in node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
                assert all(name.startswith(known) for name in names), file.name


def test_the_suite_imports_neither_sdk_nor_server() -> None:
    for file in WRONG.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            assert not {name.partition(".")[0] for name in names} & {"lading", "lading_server"}, file.name
