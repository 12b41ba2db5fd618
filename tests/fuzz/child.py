"""One target under atheris, in a process of its own.

    python -m tests.fuzz.child TARGET FOLDER [option of libFuzzer]...

FOLDER is where seeds are written and what reaches new code is kept; the options are libFuzzer's own, such as
`-max_total_time=60`. With a file in place of FOLDER, only that input is tried.
"""

import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["lading"]):
    from tests.fuzz.targets import TARGETS
from tests.fuzz.corpus import inputs_of

INPUT_SECONDS: Final = 5
"""Processor time that one input may take; libFuzzer's own limit also counts the time that others had."""


def main(arguments: Sequence[str]) -> None:
    """Fuzz until libFuzzer has had enough. It ends this process, and what is raised in a target is its crash."""
    name, place, *options = arguments
    target = TARGETS[name]
    given = inputs_of(target)
    if not Path(place).is_file():
        _write(given, Path(place))

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if rng.random() < 0.3:
            return bytes(atheris.Mutate(data, most))
        changed = target.mutate(data, rng, given)
        return changed if len(changed) <= most else data[:most]

    def run(data: bytes) -> None:
        begun = time.process_time()
        target.run(data)
        took = time.process_time() - begun
        assert took < INPUT_SECONDS, f"{took:.1f} s for {len(data)} bytes"

    whole = [sys.argv[0], f"-max_len={target.limit}", *options, place]
    atheris.Setup(whole, run, custom_mutator=mutate)
    atheris.Fuzz()


def _write(given: Sequence[bytes], folder: Path) -> None:
    for number, data in enumerate(given):
        (folder / f"given-{number:04d}").write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1:])
