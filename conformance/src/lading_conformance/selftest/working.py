"""Many mutants side by side: each worker is a process with a host of its own."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path

from lading_conformance.selftest.hosting import Host
from lading_conformance.selftest.model import Mutant, Outcome
from lading_conformance.selftest.trying import Cost, try_mutant

_HERE: dict[str, Host] = {}
"""The worker's host; in every other process nothing."""


def outcomes(mutants: Sequence[Mutant], cost: Cost, folder: Path, jobs: int) -> Iterator[Outcome]:
    """Yield what comes of each mutant, as soon as it is known."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(folder,)) as pool:
        waiting: set[Future[Outcome]] = {pool.submit(_try, mutant, dict(cost)) for mutant in mutants}
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        finally:
            for future in waiting:
                future.cancel()


def _begin(folder: Path) -> None:
    stack = ExitStack()
    name = multiprocessing.current_process().name
    _HERE["host"] = stack.enter_context(Host(folder / name))
    atexit.register(stack.close)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    """End at once when the process that gives out the mutants is gone; the host ends with its standard input."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _try(mutant: Mutant, cost: dict[str, float]) -> Outcome:
    return try_mutant(_HERE["host"], mutant, cost)
