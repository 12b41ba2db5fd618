"""Canonical JSON: RFC 8785 in the restricted profile of a statement's payload (LAD-STM-008 to LAD-STM-012).

In this profile (integers only, ASCII names) the canonical form is what the standard library writes with
sorted names, no spaces and no needless escapes, so no other library is needed.
"""

from __future__ import annotations

import json
import re
from typing import Final

from lading_conformance.oracle.rejected import Rejected

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""A JSON value as the standard library holds it."""

MAXIMUM_DEPTH: Final = 32
MAXIMUM_INTEGER: Final = 2**53 - 1

_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,15}")


def dumps(value: Json) -> bytes:
    """Return the canonical bytes of a value of the profile. Does not check that it is one: `loads` does."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def loads(data: bytes) -> dict[str, Json]:
    """Return the object that `data` is the canonical form of, or raise `Rejected` with the code of the
    first flaw.

    Checked in this order: well-formed JSON in UTF-8 and an object, numbers, names, depth, canonical form.
    """
    numbers: list[str] = []
    names: list[str] = []
    value = _parse(data, numbers, names)
    if not isinstance(value, dict):
        raise Rejected("bad-json", "the payload is not an object")
    _check_numbers(numbers)
    if any(not name.isascii() for name in names):
        raise Rejected("bad-name", "a member name is not ASCII")
    if depth(value) > MAXIMUM_DEPTH:
        raise Rejected("too-deep", f"deeper than {MAXIMUM_DEPTH}")
    if dumps(value) != data:
        raise Rejected("not-canonical", "not equal to its own canonical form")
    return value


def depth(value: Json) -> int:
    """Return how deep objects and arrays are nested: 1 for an empty object, 0 for what is neither."""
    deepest, level = 0, [value]
    while nested := [item for item in level if isinstance(item, dict | list)]:
        deepest += 1
        level = [child for item in nested for child in (item.values() if isinstance(item, dict) else item)]
    return deepest


def _parse(data: bytes, numbers: list[str], names: list[str]) -> Json:
    def number(token: str) -> int:
        numbers.append(token)
        return int(token) if _NUMBER.fullmatch(token) else 0

    def constant(token: str) -> Json:
        raise Rejected("bad-json", f"{token} is not JSON")

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        names.extend(name for name, _ in pairs)
        return dict(pairs)

    try:
        parsed: Json = json.loads(
            data.decode("utf-8"),
            parse_int=number,
            parse_float=number,
            parse_constant=constant,
            object_pairs_hook=members,
        )
        dumps(parsed)
    except RecursionError:
        raise Rejected("too-deep", "deeper than this parser goes") from None
    except ValueError as error:  # also bytes that are not UTF-8, and escapes that spell half a surrogate pair
        raise Rejected("bad-json", str(error)) from None
    return parsed


def _check_numbers(tokens: list[str]) -> None:
    for token in tokens:
        if not _NUMBER.fullmatch(token) or abs(int(token)) > MAXIMUM_INTEGER:
            raise Rejected("bad-number", f"{token[:40]} is not a plain integer within 2^53-1")
