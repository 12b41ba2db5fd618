"""The inputs that are always tried: seeds from the vectors, and those that once showed a fault."""

from pathlib import Path
from typing import Final

from tests.fuzz.target import Target

REGRESSIONS: Final = Path(__file__).parent / "regressions"
"""A folder for each target, a file for each input that found something."""


def regressions(name: str) -> tuple[bytes, ...]:
    """The inputs that once showed a fault in a target."""
    return tuple(path.read_bytes() for path in sorted((REGRESSIONS / name).glob("*")) if path.is_file())


def inputs_of(target: Target) -> tuple[bytes, ...]:
    """Regressions and seeds that are not larger than the target takes, each once."""
    found = dict.fromkeys((*regressions(target.name), *target.seeds()))
    return tuple(data for data in found if len(data) <= target.limit)
