"""What happened after the trade, act by act, for the examples that the trade itself has no place for.

    NAMES                # the statements that have an example of their name on a page
    more(trade)          # registers them, and what they need, after everything that `continued` registers

A page shows a statement by its name here (`<!-- example: NAME -->`). Each function below is one part of the story; a
part may use the statements of the parts before it. Nothing of this is in `spec/examples`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from tools import example_erasure, example_recourse, example_running

if TYPE_CHECKING:
    from tools.example_trade import Trade

PARTS: Final[tuple[Callable[[Trade], None], ...]] = (
    example_running.run,
    example_recourse.dispute,
    example_erasure.tidy,
)
"""The parts of the story, in their order; each registers at later times than the one before."""

NAMES: Final[tuple[str, ...]] = (*example_running.NAMES, *example_recourse.NAMES, *example_erasure.NAMES)
"""The statements that a page shows."""


def more(trade: Trade) -> None:
    """Register every part."""
    for part in PARTS:
        part(trade)
