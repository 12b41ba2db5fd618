"""An exchange that is reached by plain HTTP from elsewhere is failed: what no proxy on a loopback address can show."""

import pytest

from conformance.tests.running import RunningExchange
from lading_conformance import runner
from lading_conformance.cases import index


@pytest.mark.parametrize(("host", "verdict"), [("127.0.0.1", "pass"), ("0.0.0.0", "fail")])
def test_plain_http_is_for_loopback_addresses(exchange: RunningExchange, host: str, verdict: str) -> None:
    case = index.named("statement_http")
    assert case is not None
    address = exchange.api.replace("127.0.0.1", host)
    (report,) = runner.run(address, exchange.subject, runner.Plan((case,), seed=1)).cases
    assert {check.verdict for check in report.checks if check.requirement == "LAD-HTP-032"} == {verdict}
