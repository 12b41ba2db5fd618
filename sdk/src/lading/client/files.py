"""Files that must survive a crash and stay private: written whole or not at all, flushed to the disk,
mode 0600.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from lading.errors import UsageProblem

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
SHARED_FILE = 0o666
"""For files that are made to be handed on; the process's umask still applies."""


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


def create(path: Path, data: bytes) -> bool:
    """Write `data` to `path` durably unless the name is taken; whether this call made the file.

    Of several processes that create one name at the same time exactly one succeeds, and the file is whole
    from the moment that its name exists.
    """
    temporary = _write_temporary(path, data)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        # FAT, as on USB sticks, has no hard links: one still wins, but a crash may leave a part.
        return _create_in_place(path, data)
    finally:
        temporary.unlink(missing_ok=True)
    flush_directory(path.parent)
    return True


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


def _create_in_place(path: Path, data: bytes) -> bool:
    try:
        _write_new(path, data)
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
