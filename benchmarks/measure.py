"""Measure several ways of doing one thing side by side, so that their ratios hold on a machine that others use too.

    timing = interleaved({"raw": verify, "lading": check}, rounds=200, round_seconds=0.004)
    timing.ratio("lading", "raw")        # median over rounds of (raw seconds / lading seconds)

Every round runs every contender for a few milliseconds, in turn, so that a busy neighbour slows all of them. Time is
the thread's own processor time: what the system gives to others is not counted. Ratios are medians of the ratios of
single rounds; rates are medians of the rates of single rounds.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

Work = Callable[[], object]


@dataclass(frozen=True)
class Timing:
    """Processor seconds for one call, by contender and round."""

    seconds: Mapping[str, Sequence[float]]

    def rate(self, name: str) -> float:
        """Calls in a second of one processor: the median over the rounds."""
        return 1 / statistics.median(self.seconds[name])

    def micros(self, name: str) -> float:
        """Processor microseconds for one call: the median over the rounds."""
        return 1e6 * statistics.median(self.seconds[name])

    def ratio(self, name: str, reference: str) -> float:
        """The rate of `name` as a multiple of that of `reference`: the median of the rounds' ratios."""
        return statistics.median(self._ratios(name, reference))

    def calm_ratio(self, name: str, reference: str) -> float:
        """The same ratio of each one's fastest twentieth of rounds: what it is while no neighbour interferes."""
        return _fastest(self.seconds[reference]) / _fastest(self.seconds[name])

    def _ratios(self, name: str, reference: str) -> list[float]:
        return [r / n for n, r in zip(self.seconds[name], self.seconds[reference], strict=True)]


def _fastest(seconds: Sequence[float]) -> float:
    return statistics.median(sorted(seconds)[: max(1, len(seconds) // 20)])


def interleaved(contenders: Mapping[str, Work], *, rounds: int, round_seconds: float = 0.004) -> Timing:
    """Run each contender for about `round_seconds` in each of `rounds` rounds, after a warm-up of the same kind."""
    calls = {name: _calls_in(work, round_seconds) for name, work in contenders.items()}
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        start = number % len(names)
        for name in (*names[start:], *names[:start]):
            seconds[name].append(_time(contenders[name], calls[name]))
    return Timing(seconds)


def _calls_in(work: Work, seconds: float) -> int:
    """How many calls take about that long, after some to warm up."""
    calls = 1
    while (one := _time(work, calls)) * calls < seconds:
        calls *= 2
    return max(1, round(seconds / one))


def _time(work: Work, calls: int) -> float:
    """Processor seconds for one call, over `calls` of them."""
    start = time.thread_time()
    for _ in range(calls):
        work()
    return (time.thread_time() - start) / calls


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine(*packages: str) -> dict[str, object]:
    """What the numbers were measured on: processor, cores, load, Python, and the packages' versions."""
    return {
        "cpu": _cpu_name(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{package: version(package) for package in packages},
    }


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )
