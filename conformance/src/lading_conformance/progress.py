"""What the console shows while a run goes on: each case as it ends, and on a terminal those that run at the moment."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status

from lading_conformance.report import console as shown
from lading_conformance.report.model import CaseReport


class Patient(Console):
    """A console whose reader may go away, as `head` does; the run goes on, and its exit code is what it comes to."""

    def on_broken_pipe(self) -> None:
        """Say no more."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class Progress:
    """Counts the cases of a run."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total = console, total
        self._ended = 0
        self._running: list[str] = []
        self._status = Status("", console=console)

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    def begins(self, name: str) -> None:
        """A case begins."""
        self._running.append(name)
        self._update()

    def ends(self, report: CaseReport) -> None:
        """A case has ended."""
        self._ended += 1
        if report.name in self._running:
            self._running.remove(report.name)
        self._console.print(f"[dim]{self._ended} of {self._total}[/dim]", end="  ", highlight=False)
        shown.show_case(report, self._console, whole=False)
        self._update()

    def _update(self) -> None:
        self._status.update(f"{self._ended} of {self._total}: {', '.join(self._running)}")
