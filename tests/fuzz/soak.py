"""Fuzz every target for a while, each in a child process with bounds; part of `make soak`.

    python -m tests.fuzz.soak              # all targets
    python -m tests.fuzz.soak acts log     # these

`LADING_FUZZ_SECONDS` is the time for each target (60), `LADING_FUZZ_SEED` what chance follows from (1). An input that
breaks a target, takes too long or too much memory is kept in `fuzz-crashes/`, and the run fails. Put it into
`tests/fuzz/regressions/TARGET` when it is understood.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fuzz.targets import TARGETS

ROOT: Final = Path(__file__).resolve().parents[2]
CRASHES: Final = ROOT / "fuzz-crashes"
RSS_MB: Final = 2048
INPUT_SECONDS: Final = 60
"""For an input that never ends; `child` has a stricter limit, which the load of the machine does not touch."""
GRACE_SECONDS: Final = 600
"""What a child may take beyond its time: to start, and to try the seeds."""
_UNITS: Final = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_STATUS: Final = re.compile(r"^#\d+\s+\w+\s+cov: (\d+) ft: (\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """What came of one target. `edges` and `features` are libFuzzer's counts of the code that was reached."""

    name: str
    passed: bool
    executions: int
    edges: int
    features: int
    output: str

    def __str__(self) -> str:
        outcome = "ok" if self.passed else "FAILED"
        reached = f"{self.edges:>6} edges {self.features:>7} features"
        return f"{self.name:10} {self.executions:>10} executions {reached}  {outcome}"


def fuzz(name: str, seconds: int, seed: int, crashes: Path) -> Run:
    """Fuzz one target for so many seconds. Inputs that fail go to the folder `crashes`."""
    crashes.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        bounds = (f"-max_total_time={seconds}", f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={RSS_MB}")
        told = (f"-seed={seed}", f"-artifact_prefix={crashes}/{name}-", "-print_final_stats=1")
        command = [sys.executable, "-m", "tests.fuzz.child", name, folder, *bounds, *told]
        # Texts hash alike in every run, so that the same seed tries the same inputs.
        environment: Mapping[str, str] = {**os.environ, "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds + GRACE_SECONDS,
            check=False,
        )
    return read_run(name, done.returncode, done.stdout.decode("utf-8", "replace"))


def read_run(name: str, code: int, output: str) -> Run:
    """What a child's output says. A child that reached nothing did not fuzz, and fails too."""
    units, status = _UNITS.search(output), _STATUS.findall(output)
    executions = int(units[1]) if units else 0
    edges, features = map(int, status[-1]) if status else (0, 0)
    return Run(name, code == 0 and executions > 0 and edges > 0, executions, edges, features, output)


def is_supported() -> bool:
    """Whether `pyproject.toml` asks for atheris on this machine."""
    return sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 14)


def main(names: Sequence[str]) -> int:
    """Fuzz these targets, or all; 1 where one failed."""
    if not is_supported():
        print("fuzzing is left out: atheris has no build for this machine")
        return 0
    seconds = int(os.environ.get("LADING_FUZZ_SECONDS", "60"))
    seed = int(os.environ.get("LADING_FUZZ_SEED", "1"))
    failed = False
    for name in names or TARGETS:
        run = fuzz(name, seconds, seed, CRASHES)
        print(run, flush=True)
        if not run.passed:
            failed = True
            print(run.output[-6000:], flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
