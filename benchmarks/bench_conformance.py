"""Runs of the conformance suite against two reference servers that follow each other, beside a trade by the SDK.

    python -m benchmarks.bench_conformance [--quick] [--json]

Each run is one call of `lading-conformance run --report`, with new exchanges, from the start of the command to its end:
- `whole`: every case, one after another;
- `whole, two jobs`: every case, two at once;
- `fast, two jobs`: the cases that are not slow, two at once: what one repeats while mending.

Reference in the same run: `lading demo`, which trades one file between two exchanges with the SDK and verifies the
evidence. Suite, exchanges and operators' commands share the machine. The second table names the cases that take
longest when nothing else runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import machine
from benchmarks.report import Bar, Table, parser, show
from lading_conformance.cases import index
from lading_conformance.runner import Target
from lading_conformance.selftest import reference

RUNS = {
    "whole": (),
    "whole, two jobs": ("--jobs", "2"),
    "fast, two jobs": ("--fast", "--jobs", "2"),
}
QUICK = ("--profile", "log", "--fast")
PROMISED_SECONDS = {"whole": 300, "fast, two jobs": 60}
SLOWEST = 15


@dataclass(frozen=True)
class Run:
    """How long a run took, and what its report says."""

    seconds: float
    report: dict[str, Any]

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(case["verdict"] == "pass" for case in self.report["cases"])


def subject_file(folder: Path, name: str, target: Target) -> Path:
    """Write the file that describes an exchange to the suite."""
    path = folder / f"{name}.toml"
    hooks = target.subject.hooks.model_dump(exclude_none=True, exclude={"timeout_seconds"})
    lines = [f"name = {json.dumps(target.subject.name)}", f"url = {json.dumps(target.url)}"]
    lines += ["[admission]", f"command = {json.dumps(target.subject.admission.command)}", "[hooks]"]
    lines += [f"{hook} = {json.dumps(command)}" for hook, command in hooks.items()]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def run(folder: Path, *words: str) -> Run:
    """Run the suite once against two new exchanges."""
    folder.mkdir()
    with reference.two_serving(folder) as (target, peer):
        one, other = subject_file(folder, "one", target), subject_file(folder, "other", peer)
        command = [sys.executable, "-m", "lading_conformance", "run", "--report", str(folder / "report")]
        command += ["--subject", str(one), "--peer", peer.url, "--peer-subject", str(other), *words]
        begun = time.perf_counter()
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - begun
    return Run(seconds, json.loads((folder / "report" / "report.json").read_text("utf-8")))


def demo(folder: Path) -> float:
    """Seconds that a trade by the SDK takes."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "lading.cli", "demo", "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    options = parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trade = demo(folder / "demo")
        modes = {"log, quick": QUICK} if options.quick else RUNS
        runs = {mode: run(folder / str(number), *words) for number, (mode, words) in enumerate(modes.items())}
    table = Table("runs of the suite", ("run", "cases", "passed", "seconds", "trades"))
    table.add("a trade by the SDK (lading demo)", 1, 1, round(trade, 1), 1.0)
    for mode, ran in runs.items():
        table.add(
            mode, len(ran.report["cases"]), ran.passed, round(ran.seconds, 1), round(ran.seconds / trade, 1)
        )
    slow = {case.name for case in index.CASES if case.slow}
    alone = next(iter(runs.values())).report["cases"]
    slowest = Table("the slowest cases, alone", ("case", "slow", "seconds"))
    for case in sorted(alone, key=lambda case: -case["seconds"])[:SLOWEST]:
        slowest.add(case["name"], "yes" if case["name"] in slow else "no", round(case["seconds"], 1))
    bars = [
        Bar(f"{mode}: seconds permitted / seconds taken", 1.0, seconds / runs[mode].seconds)
        for mode, seconds in PROMISED_SECONDS.items()
        if mode in runs
    ]
    show(machine("httpx", "pytest"), [table, slowest], bars, as_json=options.json)


if __name__ == "__main__":
    main()
