"""Files within the size limit that are made of as many wrong parts as fit; each must be refused in little memory."""

import subprocess
import sys

import pytest

MIB = 1024 * 1024
HEAD = '{"format":"lading-evidence/1","logs":[{"checkpoints":["x"],"entries":'
TAIL = ',"origin":"o"}],"subject":"sha256:' + "0" * 64 + '"}'
ENTRY = '{"checkpoint":0,"index":0,"path":%s,"time":1,"withheld":"sha256:' + "0" * 64 + '"}'
LIMIT = 1024 * MIB
"""Resident memory beside the interpreter and the file: generous, and a tenth of what was once taken."""
VERIFY = """
import resource, sys
from lading.evidence.verify import verify
from lading.log.policy import Policy
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, resource.RLIM_INFINITY))
data = eval(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
verdict = verify(data, Policy((), {}, {}, None))
taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(verdict.status.name, verdict.findings[0].code, taken * 1024)
"""


def many(item: str, length: int = 16 * MIB - 500) -> str:
    """An expression for a list of as many items as fit."""
    count = length // (len(item) + 1)
    return f'"[" + ",".join(["""{item}"""] * {count}) + "]"'


BOMBS = {
    "objects for entries": f"({HEAD!r} + {many('{}')} + {TAIL!r}).encode()",
    "lists for entries": f"({HEAD!r} + {many('[]')} + {TAIL!r}).encode()",
    "numbers for entries": f"({HEAD!r} + {many('1')} + {TAIL!r}).encode()",
    "lists in a path": f"({HEAD!r} + '[' + {ENTRY!r} % ({many('[]')}) + ']' + {TAIL!r}).encode()",
    "texts in a path": f"({HEAD!r} + '[' + {ENTRY!r} % ({many(chr(34) * 2)}) + ']' + {TAIL!r}).encode()",
    "objects beside": """('{"a":' + """ + many("{}") + """ + '}').encode()""",
    "members": """('{' + ",".join('"%06x":0' % n for n in range(1_100_000)) + '}').encode()""",
    "wrong entries, as many as permitted": f"({HEAD!r} + {many('{}', 3 * 65_536)} + {TAIL!r}).encode()",
}


@pytest.mark.skipif(sys.platform != "linux", reason="bounds memory as Linux does")
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_file_of_wrong_parts_is_refused_in_little_memory(bomb: str) -> None:
    command = [sys.executable, "-c", VERIFY, bomb]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    *said, taken = done.stdout.split() or [done.stderr[-500:]]
    assert said == ["INVALID", "malformed-evidence"], taken
    assert int(taken) < LIMIT
