"""How a command ends that was called wrongly."""

from __future__ import annotations

import sys
from typing import Final

import typer

USAGE: Final = 2
"""The exit code where the suite was called wrongly, or the subject's file does not work."""


def usage(sentence: str) -> typer.Exit:
    """Say on standard error what is wrong with a call, and return what to raise."""
    print(sentence, file=sys.stderr)
    return typer.Exit(USAGE)
