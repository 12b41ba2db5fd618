"""What comes back from a subject: an answer, or none."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import cast

from lading_conformance.oracle.canonical import MAXIMUM_INTEGER, Json


class NoAnswer(Exception):
    """The subject gave no HTTP answer that could be judged: silence, a broken connection, too many bytes."""


class Closed(NoAnswer):
    """The subject closed the connection instead of answering."""


class BadAnswer(Exception):
    """The subject answered, and the answer is not of the form that the specification gives."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. `headers` keep their order; names are lower-case. `body` is complete and decoded."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the header's value, or None if it is absent. Raises `BadAnswer` if it stands there twice."""
        values = [value for key, value in self.headers if key == name.lower()]
        if len(values) > 1:
            raise BadAnswer(f"the header {name} stands there {len(values)} times")
        return values[0] if values else None

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case; empty if there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def text(self) -> str:
        """Return the body as UTF-8 text, or raise `BadAnswer`."""
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            raise BadAnswer("the body is not UTF-8 text") from None

    def members(self) -> dict[str, Json]:
        """Return the body as a JSON object, or raise `BadAnswer`."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise BadAnswer(f"the body is not JSON: {error}") from None
        if not isinstance(value, dict):
            raise BadAnswer("the body is not a JSON object")
        return cast("dict[str, Json]", value)


def text_of(members: dict[str, Json], name: str) -> str:
    """Return a member that has to be a text, or raise `BadAnswer`. Half a surrogate pair is no text."""
    value = members.get(name)
    if not isinstance(value, str):
        raise BadAnswer(f"{name!r} is {_kind(value)}, not a text")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadAnswer(f"{name!r} holds half a surrogate pair")
    return value


def integer_of(members: dict[str, Json], name: str) -> int:
    """Return a member that has to be an integer from 0 to 2^53-1, or raise `BadAnswer`."""
    value = members.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadAnswer(f"{name!r} is {_kind(value)}, not an integer")
    if not 0 <= value <= MAXIMUM_INTEGER:
        raise BadAnswer(f"{name!r} is not between 0 and 2^53-1")
    return value


def object_of(members: dict[str, Json], name: str) -> dict[str, Json]:
    """Return a member that has to be an object, or raise `BadAnswer`."""
    value = members.get(name)
    if not isinstance(value, dict):
        raise BadAnswer(f"{name!r} is {_kind(value)}, not an object")
    return value


def objects_of(members: dict[str, Json], name: str) -> list[dict[str, Json]]:
    """Return a member that has to be a list of objects, or raise `BadAnswer`."""
    value = members.get(name)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise BadAnswer(f"{name!r} is {_kind(value)}, not a list of objects")
    return cast("list[dict[str, Json]]", value)


def gunzip(data: bytes, limit: int) -> bytes:
    """Return what gzip packed, at most `limit` bytes of it; raise `BadAnswer` for more or for what is no
    gzip.
    """
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(data, limit)
    except zlib.error:
        raise BadAnswer("the body is marked as gzip and is not") from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise BadAnswer(f"the unpacked body is larger than {limit} bytes, or breaks off")
    return unpacked


def _kind(value: Json) -> str:
    return "absent or null" if value is None else f"a JSON {type(value).__name__}"
