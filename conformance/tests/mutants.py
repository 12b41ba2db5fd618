"""What mutants are made of: one function that spoils answers, put between the suite and a real exchange."""

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from conformance.tests.running import RunningExchange
from lading_conformance import runner
from lading_conformance.cases import index
from lading_conformance.report.model import CaseReport
from lading_conformance.wrong.proxy import Reply, Request, Wrong, serving

Spoil = Callable[[Request, Reply], Reply]


class Mutant(Wrong):
    """Spoils answers by one function."""

    def __init__(self, spoil: Spoil) -> None:
        self._spoil = spoil

    def spoil(self, request: Request, reply: Reply) -> Reply:
        return self._spoil(request, reply)


def members(reply: Reply) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(reply.body)
    return loaded


def with_members(reply: Reply, **changed: object) -> Reply:
    return replace(reply, body=json.dumps(members(reply) | changed).encode("utf-8"))


def is_registration(request: Request, reply: Reply) -> bool:
    return request.path == "/statements" and reply.status in (200, 201)


def run_against(spoil: Spoil, running: RunningExchange, name: str) -> CaseReport:
    """Run one case against a mutant of the exchange, which is reached by the address that it calls itself."""
    case = index.named(name)
    port = urlsplit(running.api).port
    assert case is not None
    assert port is not None
    with serving(Mutant(spoil), running.listens, port) as proxy:
        (report,) = runner.run(proxy.url, running.subject, runner.Plan((case,), seed=1)).cases
    return report


def broken(report: CaseReport) -> set[str]:
    """The requirements that the case found broken."""
    return {check.requirement for check in report.checks if check.verdict == "fail"}


def name_of(make: Callable[..., Spoil]) -> str:
    """The name of a mutant's function or class."""
    return str(getattr(make(), "__name__", type(make()).__name__))
