"""Files that must survive a crash and stay private: written whole or not at all, flushed to the disk,
mode 0600.
"""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from lading.errors import UsageProblem

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
SHARED_FILE = 0o666
"""For files that are made to be handed on; the process's umask still applies."""
_FILE_NAME = re.compile(r"[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]{0,199}")


def file_name(path: Path) -> str | None:
    """A file's name, if a listing or delivery may carry it."""
    return path.name if _FILE_NAME.fullmatch(path.name) else None


def make_directory(path: Path) -> None:
    """Make a private directory and its parents. Parents that exist keep their mode."""
    try:
        path.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(
            f"cannot make the directory {path}: {error.strerror}",
            hint="Choose another place with the environment variable LADING_HOME.",
        ) from None


def flush_directory(path: Path) -> None:
    """Make the names in a directory durable, where the platform can."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Write `data` to `path` durably. A reader sees the old bytes or the new ones, never a part."""
    temporary = _write_temporary(path, data, mode)
    try:
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    flush_directory(path.parent)


def create(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> bool:
    """Write `data` to `path` durably unless the name is taken; whether this call made the file.

    Of several processes that create one name at the same time exactly one succeeds, and the file is whole
    from the moment that its name exists.
    """
    temporary = _write_temporary(path, data, mode)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        # FAT, as on USB sticks, has no hard links: one still wins, but a crash may leave a part.
        return _create_in_place(path, data, mode)
    finally:
        temporary.unlink(missing_ok=True)
    flush_directory(path.parent)
    return True


def remove(path: Path) -> None:
    """Remove a file durably, if it is there."""
    try:
        path.unlink()
    except FileNotFoundError:
        return
    flush_directory(path.parent)


def read(path: Path, limit: int) -> bytes | None:
    """The bytes of a file, or None where there is none.

    Raises `UsageProblem` when it is larger than `limit`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageProblem(f"cannot read {path}: {error.strerror}") from None
    if len(data) > limit:
        raise UsageProblem(f"{path} is larger than {limit} bytes", hint="It is not a file that Lading wrote.")
    return data


def open_part(path: Path) -> BinaryIO:
    """Open a file that grows beside its place, for reading and writing; made where it is not there."""
    # A link that somebody put there, in a folder that others write to, would lead to another file.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(path, flags, SHARED_FILE), "r+b")


def flush_file(file: BinaryIO) -> None:
    """Make what was written to a file durable."""
    file.flush()
    os.fsync(file.fileno())


def put_in_place(part: Path, target: Path, *, overwrite: bool) -> None:
    """Give a finished file its name. `UsageProblem` where the name is taken, unless it may be overwritten."""
    if overwrite:
        os.replace(part, target)
    else:
        try:
            os.link(part, target)
        except FileExistsError:
            raise UsageProblem(f"{target} exists", hint="Choose another place, or overwrite it.") from None
        except OSError:
            # No hard links here (FAT): a file that appeared in between would be replaced.
            os.replace(part, target)
        else:
            part.unlink()
    flush_directory(target.parent)


def _create_in_place(path: Path, data: bytes, mode: int) -> bool:
    try:
        _write_new(path, data, mode)
    except FileExistsError:
        return False
    flush_directory(path.parent)
    return True


def _write_temporary(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> Path:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    _write_new(temporary, data, mode)
    return temporary


def _write_new(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
