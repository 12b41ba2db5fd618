"""Where identities live: `$LADING_HOME`, or the platform's folder for an application's data."""

import os
import re
import sys
from pathlib import Path
from typing import Final

from lading.errors import UsageProblem

HOME_VARIABLE: Final = "LADING_HOME"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def data_home() -> Path:
    """The folder that holds all identities of this user. Reads the environment; makes nothing."""
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "lading"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "lading"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "lading"


def identities(directory: str | os.PathLike[str] | None = None) -> Path:
    """The folder of all identities below `directory`, or below the user's data home."""
    return (data_home() if directory is None else Path(directory).absolute()) / "identities"


def identity(name: str, directory: str | os.PathLike[str] | None = None) -> Path:
    """The folder of one identity. `name` is local to this machine: 1 to 64 of `a-z 0-9 . _ -`."""
    if _NAME.fullmatch(name) is None:
        raise UsageProblem(
            f"{name!r} is not a name for an identity",
            hint="Use 1 to 64 of a-z, 0-9, dot, underscore and hyphen, starting with a letter or digit.",
        )
    return identities(directory) / name
