"""Files that are either the old or the new one after a crash, and still there after a power cut."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DIRECTORY_MODE = 0o700
FILE_MODE = 0o600


def write_file(path: Path, data: bytes) -> None:
    """Replace the file's bytes. When this returns they are on the disk; a crash before leaves the old ones.

    Only one writer per path: the temporary file's name is fixed, so that crashes leave no litter behind.
    """
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(temporary, path)
    sync_directory(path.parent)


class Incoming:
    """A file that arrives in pieces beside its place, and takes that place when `keep` says so, durably.

    Only one at a time for each path. `discard` ends it in any case; a crash leaves a part that the next one replaces.
    """

    def __init__(self, path: Path) -> None:
        make_directories(path.parent)
        self.size = 0
        self._path = path
        self._part = path.with_name(path.name + ".part")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        self._descriptor = os.open(self._part, flags, FILE_MODE)

    def write(self, piece: bytes) -> None:
        """Append a piece."""
        self.size += len(piece)
        write_all(self._descriptor, piece)

    def read(self) -> bytes:
        """All that arrived."""
        return self._part.read_bytes()

    def keep(self) -> None:
        """Put the file in its place; it is on the disk when this returns."""
        os.fsync(self._descriptor)
        os.rename(self._part, self._path)
        sync_directory(self._path.parent)

    def discard(self) -> None:
        """Close it, and delete what was not kept."""
        os.close(self._descriptor)
        self._part.unlink(missing_ok=True)


def overwrite(path: Path, offset: int, data: bytes) -> None:
    """Put bytes in place of others in a file that is there; they are on the disk when this returns."""
    with opened(path, os.O_WRONLY) as descriptor:
        write_all(descriptor, data, offset)
        os.fdatasync(descriptor)


def write_all(descriptor: int, data: bytes | memoryview, offset: int | None = None) -> None:
    """Write all of `data`, at the file's position or at `offset`; the kernel may take it in several parts."""
    rest = memoryview(data)
    while rest:
        written = os.write(descriptor, rest) if offset is None else os.pwrite(descriptor, rest, offset)
        rest = rest[written:]
        offset = None if offset is None else offset + written


def make_directories(path: Path) -> None:
    """Create the directory and its missing parents, each entry synced into the directory above it."""
    if path.is_dir():
        return
    make_directories(path.parent)
    path.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the directory's entries (new names, renames) survive a power cut."""
    with opened(path, os.O_RDONLY | os.O_DIRECTORY) as descriptor:
        os.fsync(descriptor)


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """A descriptor, closed at the end; new files are readable by this user only."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, FILE_MODE)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
