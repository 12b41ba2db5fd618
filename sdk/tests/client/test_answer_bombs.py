"""Answers within their size limit that are made of as many wrong parts as fit."""

import subprocess
import sys

import pytest

ANSWER = """
import resource, sys
from lading.client.ask import answer
from lading.client.flows.events import _Events
from lading.client.flows.search import _Listings
from lading.client.flows.state import State
from lading.client.transport import Response
from lading.errors import NotUnderstood
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, resource.RLIM_INFINITY))
body = eval(sys.argv[2]).encode()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    answer(globals()[sys.argv[1]], Response(200, {}, body), "there")
except NotUnderstood:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""
PAGE = 8 * 1024 * 1024
BOMBS = {
    "_Events": """'{"events":[' + ",".join(["{}"] * 2_700_000) + '],"next":1,"as_of":1}'""",
    "_Listings": """'{"listings":[' + ",".join(["{}"] * 2_700_000) + ']}'""",
    "State": """'{"record":{' + ",".join('"%05x":{}' % n for n in range(95_000)) + '}}'""",
}


@pytest.mark.skipif(sys.platform != "linux", reason="bounds memory as Linux does")
@pytest.mark.parametrize(("form", "body"), BOMBS.items(), ids=BOMBS.keys())
def test_an_answer_of_wrong_parts_is_not_understood_in_little_memory(form: str, body: str) -> None:
    command = [sys.executable, "-c", ANSWER, form, body]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr[-500:]
    assert int(done.stdout) < 64 * PAGE
