"""Read a draft back, when a person has completed it."""

import os
from pathlib import Path
from typing import Final

import orjson

from lading.client import files
from lading.errors import UsageProblem

_LIMIT: Final = 1 << 20
_SMALLEST_CHUNK: Final = 1 << 16
_LARGEST_CHUNK: Final = 1 << 24


def read_draft(path: str | os.PathLike[str]) -> dict[str, object]:
    """The members of a draft, for `publish`. Raises `UsageProblem` where the file is no draft of a listing.

    Members but the chunk size, by which the file is read, are not checked: that is done when they are signed.
    """
    data = files.read(Path(path), _LIMIT)
    if data is None:
        raise UsageProblem(f"there is no file {path}", hint="Make a draft with: lading init FILE")
    try:
        members = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise UsageProblem(f"{path} is not JSON: {error}", hint="Correct it.") from None
    if not isinstance(members, dict) or members.pop("type", None) != "listing":
        raise UsageProblem(f"{path} is no draft of a listing", hint="Make one with: lading init FILE")
    size = members.get("chunk_size", _SMALLEST_CHUNK)
    if type(size) is not int or not _SMALLEST_CHUNK <= size <= _LARGEST_CHUNK or size & (size - 1):
        raise UsageProblem(
            f"{path} has another chunk_size than chunks may have", hint="Do not change what was drafted."
        )
    try:
        return {name: _tuples(value) for name, value in members.items()}
    except RecursionError:
        raise UsageProblem(f"{path} is nested too deep", hint="Do not change what was drafted.") from None


def read_members(path: str | os.PathLike[str]) -> dict[str, object]:
    """The members of a listing in a JSON file, as they stand there. Raises `UsageProblem` where it holds no object."""
    data = files.read(Path(path), _LIMIT)
    if data is None:
        raise UsageProblem(f"there is no file {path}", hint="Make a draft with: lading init FILE")
    try:
        members = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise UsageProblem(f"{path} is not JSON: {error}", hint="Correct it.") from None
    if not isinstance(members, dict):
        raise UsageProblem(f"{path} holds no JSON object", hint="Make a draft with: lading init FILE")
    return members


def _tuples(value: object) -> object:
    """A JSON value with tuples in the place of lists, as statements have them."""
    if isinstance(value, dict):
        return {name: _tuples(part) for name, part in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
