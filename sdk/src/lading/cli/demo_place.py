"""The demo's folder: built beside its place, and put there only when the demo has succeeded.

A folder is replaced only if an earlier demo made it, which the mark inside it says. Nothing else is ever
removed.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lading.errors import UsageProblem

MARK: Final = ".lading-demo"
_WORDS: Final = "Made by `lading demo`, which replaces this folder when it is run again.\n"


@contextmanager
def building(out: Path) -> Iterator[Path]:
    """A new folder beside `out`, which takes its place when the block ends well and disappears when it
    does not.
    """
    place = out.absolute()
    check_replaceable(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    except OSError as error:
        raise UsageProblem(
            f"cannot make {place}: {error.strerror}", hint="Choose another place with --out."
        ) from None
    try:
        (folder / MARK).write_text(_WORDS)
        folder.chmod(0o755)
        yield folder
        put_in_place(folder, place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_replaceable(place: Path) -> None:
    """`UsageProblem` unless nothing is at `place`, or an empty folder, or a folder that a demo made."""
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise UsageProblem(f"{place} exists and is no folder", hint="Choose another place with --out.")
    if place.is_dir() and not (place / MARK).is_file() and any(place.iterdir()):
        hint = "Choose another place with --out; only a folder that a demo made is replaced."
        raise UsageProblem(f"{place} exists, and no demo made it", hint=hint)


def put_in_place(folder: Path, place: Path) -> None:
    """Exchange what is at `place` for `folder`. Looks again at what it removes."""
    check_replaceable(place)
    if place.is_dir():
        old = Path(tempfile.mkdtemp(prefix=f".{place.name}.old.", dir=place.parent))
        os.replace(place, old / place.name)
        os.rename(folder, place)
        shutil.rmtree(old)
    else:
        os.rename(folder, place)
