"""Whatever an exchange answers, the suite judges it and is never itself in error."""

import json
import random
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from conformance.tests.running import RunningExchange
from lading_conformance import runner
from lading_conformance.cases import index
from lading_conformance.report.model import Report
from lading_conformance.wrong.proxy import Reply, Request, Wrong, serving

ODD: list[object] = [
    None,
    True,
    -1,
    1.5,
    2**70,
    "",
    "\ud800",
    "é\n\x1b[31m",
    "sha256:" + 64 * "0",
    [],
    [[]],
    {},
    {"a": 1},
]


class Noisy(Wrong):
    """Changes one answer in `every` at random: status, a header, a byte, or one value of its JSON."""

    def __init__(self, seed: int, every: int) -> None:
        self._random = random.Random(seed)
        self._every = every

    def spoil(self, request: Request, reply: Reply) -> Reply:
        if self._random.randrange(self._every):
            return reply
        return self._random.choice([self._status, self._headers, self._byte, self._value, self._value])(reply)

    def _status(self, reply: Reply) -> Reply:
        return replace(reply, status=self._random.choice([200, 201, 204, 206, 302, 404, 409, 422, 500, 503]))

    def _headers(self, reply: Reply) -> Reply:
        kept = dict(reply.headers)
        if kept:
            kept[self._random.choice(list(kept))] = "odd"
        return replace(reply, headers=kept)

    def _byte(self, reply: Reply) -> Reply:
        data = bytearray(reply.body or b"x")
        data[self._random.randrange(len(data))] = self._random.randrange(256)
        return replace(reply, body=bytes(data))

    def _value(self, reply: Reply) -> Reply:
        try:
            value = json.loads(reply.body)
        except ValueError:
            return self._byte(reply)
        return replace(reply, body=json.dumps(self._changed(value)).encode())

    def _changed(self, value: object) -> object:
        if isinstance(value, dict) and value and self._random.random() < 0.9:
            name = self._random.choice(list(value))
            return {**value, name: self._changed(value[name])}
        if isinstance(value, list) and value and self._random.random() < 0.9:
            at = self._random.randrange(len(value))
            return [*value[:at], self._changed(value[at]), *value[at + 1 :]]
        return self._random.choice(ODD)


def run_with_noise(running: RunningExchange, seed: int, every: int) -> Report:
    port = urlsplit(running.api).port
    assert port is not None
    admission = running.subject.admission.model_copy(update={"timeout_seconds": 2.0})
    subject = running.subject.model_copy(update={"admission": admission})
    with serving(Noisy(seed, every), running.listens, port) as proxy:
        return runner.run(proxy.url, subject, runner.Plan(index.CASES, seed))


def assert_is_judged(report: Report) -> None:
    errors = [(case.name, case.reason) for case in report.cases if case.verdict == "error"]
    assert errors == []
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize(("seed", "every"), [(1, 40), (2, 12)])
def test_noise_is_judged(proxied: RunningExchange, seed: int, every: int) -> None:
    report = run_with_noise(proxied, seed, every)
    assert_is_judged(report)
    assert report.verdict == "fail"


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_much_noise_is_judged(proxied: RunningExchange, seed: int) -> None:
    assert_is_judged(run_with_noise(proxied, seed, every=5 + seed % 60))
