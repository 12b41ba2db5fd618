"""What somebody finds who looks for the traded file in everything that the exchange holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SAMPLE: Final = 48
_SAMPLES: Final = 16
_DIFFERENT: Final = 12
"""A sample with fewer different bytes could stand in any file by chance."""
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Look:
    """How many samples of the file were looked for, in how many bytes, and how many were found."""

    samples: int
    searched: int
    found: int


def look(file: Path, held: Path) -> Look:
    """Search all files below `held` for samples of `file`."""
    samples = frozenset(_samples(file))
    found, searched = set[bytes](), 0
    for path in held.rglob("*"):
        if path.is_file():
            for block in _blocks(path):
                found |= {sample for sample in samples - found if sample in block}
            searched += path.stat().st_size
    return Look(len(samples), searched, len(found))


def _samples(file: Path) -> Iterator[bytes]:
    """Some bytes from evenly spread places of a file, where they are peculiar enough."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        for number in range(_SAMPLES):
            opened.seek(max(0, size - _SAMPLE) * number // (_SAMPLES - 1))
            sample = opened.read(_SAMPLE)
            if len(sample) == _SAMPLE and len(set(sample)) >= _DIFFERENT:
                yield sample


def _blocks(path: Path) -> Iterator[bytes]:
    """A file in blocks that overlap by a sample, so that none is cut in two."""
    before = b""
    with path.open("rb") as opened:
        while block := opened.read(_BLOCK):
            yield before + block
            before = block[1 - _SAMPLE :]
