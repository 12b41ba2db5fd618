"""The schema and the rows of a Parquet file, by its footer. Needs the extra `lading[parquet]`.

    table = read_parquet(Path("roads.parquet"))

No data page is read. The footer is parsed by pyarrow in another process (`parquet_footer`), because parsers in C++ and
hostile bytes may end a process.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from lading.client.drafting.table import Field, Table, check_names
from lading.errors import UsageProblem
from lading.statement.canonical import MAX_INTEGER

MAGIC: Final = b"PAR1"
_ENCRYPTED: Final = b"PARE"
MAX_FOOTER: Final = 64 << 20
"""Bytes of a footer."""
_SECONDS: Final = 120.0
_HINT: Final = "Write the file anew, or draft it without its schema: --format other."


def is_parquet(path: Path) -> bool:
    """Whether a file begins as Parquet files do. Raises `OSError`."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_parquet(path: Path) -> Table:
    """The table in a Parquet file, as its footer describes it.

    Raises `UsageProblem` where there is no such footer or pyarrow is not installed, `OSError` where the file cannot be
    read. That the data is what the footer says is not checked.
    """
    _check_footer(path)
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageProblem(
            "the schema of a Parquet file needs pyarrow",
            hint='Install it with: pip install "lading[parquet]"; or leave the schema out: --format other.',
        )
    said = _said(path)
    if "refused" in said:
        raise UsageProblem(f"{path} has no footer that can be read: {said['refused']}", hint=_HINT)
    fields = tuple(Field(name, kind, required, form) for name, kind, form, required in said["fields"])
    check_names(path, (field.name for field in fields), _HINT)
    if not 0 <= said["rows"] <= MAX_INTEGER:
        raise UsageProblem(f"{path} says that it has {said['rows']} rows", hint=_HINT)
    return Table(fields, said["rows"])


def _check_footer(path: Path) -> None:
    """The file ends with a footer's length and magic, and is long enough for it."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        tail = file.read(8)
    if tail[4:] == _ENCRYPTED:
        raise UsageProblem(f"{path} has an encrypted footer", hint="Draft it without: --format other.")
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length > size - 12:
        raise UsageProblem(f"{path} is cut off, or no Parquet file", hint=_HINT)
    if length > MAX_FOOTER:
        raise UsageProblem(f"{path} has a footer of more than {MAX_FOOTER} bytes", hint=_HINT)


def _said(path: Path) -> dict[str, Any]:
    """What the other process says; `UsageProblem` where it ended without a word."""
    # -P: what lies in the current folder is not imported
    command = [sys.executable, "-P", "-m", "lading.client.drafting.parquet_footer", str(path.absolute())]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
        said: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise UsageProblem(f"reading the footer of {path} takes too long", hint=_HINT) from None
    except ValueError:
        raise UsageProblem(f"{path} has a footer that breaks its parser", hint=_HINT) from None
    return said
