"""Canonical JSON: RFC 8785 in the profile of LAD-STM-008 to LAD-STM-012.

In this profile (integers only, ASCII member names) a sorted, compact dump is the RFC 8785 form, so one comparison of
bytes refuses every second spelling: white space, order, escapes and duplicate names. The comparison alone would let
`1.0` and 2^53+1 through, which is why numbers, names and depth are looked at first.
"""

import json
import re
from typing import Any, Final

import orjson

from lading.problems import refuse

MAX_DEPTH: Final = 32
MAX_INTEGER: Final = 2**53 - 1
MAX_DIGITS: Final = 17
_BACKSLASH: Final = 0x5C
_NO_BRACKETS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[^\[\]{}"]++', re.DOTALL)

_Container = dict[Any, Any] | list[Any] | tuple[Any, ...]
_CONTAINERS: Final = (dict, list, tuple)


def dumps(value: object) -> bytes:
    """The canonical bytes of a JSON value built of dict, list, tuple, str, int, bool and None.

    Raises `Refused` where the value lies outside the profile, so that nothing is signed that nobody would accept.
    """
    _inspect((value,), 0, True)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise refuse("bad-json", f"not a JSON value: {error}") from None


def loads(data: bytes) -> dict[str, Any]:
    """The JSON object that `data` canonically spells; anything else is `Refused` with its own code."""
    return loads_noting_null(data)[0]


def loads_noting_null(data: bytes) -> tuple[dict[str, Any], bool]:
    """As `loads`, and whether there is a null anywhere in the object."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        _check_tokens(data)
        # LAD-STM-008
        raise refuse("bad-json", f"not JSON in UTF-8: {error.msg}") from None
    if type(value) is not dict:
        # LAD-STM-008
        raise refuse("bad-json", "not a JSON object")
    # Bytes that are ASCII and hold no escape cannot spell any other name.
    has_null = _inspect(value, 1, not data.isascii() or _BACKSLASH in data)
    # LAD-STM-012
    if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != data:
        _check_tokens(data)
        raise refuse("not-canonical", "the bytes are not the RFC 8785 form of what they say")
    return value, has_null


def _check_tokens(data: bytes) -> None:
    """Look again at a document that is about to be refused: its numbers and depth decide before its form does.

    Finds `-0`, numbers that a duplicate name had hidden, and what is larger or deeper than a parser takes.
    """
    # LAD-STM-011
    if _is_too_deep(data):
        raise refuse("too-deep", f"nested deeper than {MAX_DEPTH}")

    def refuse_number(token: str) -> None:
        raise refuse("bad-number", f"{token:.40} is not a plain integer")

    def check_integer(token: str) -> None:
        if token == "-0" or len(token) > MAX_DIGITS or abs(int(token)) > MAX_INTEGER:
            refuse_number(token)

    try:
        # LAD-STM-009
        json.loads(data.decode("utf-8"), parse_int=check_integer, parse_float=refuse_number)
    except ValueError:
        return


def _is_too_deep(data: bytes) -> bool:
    """Whether the brackets outside of texts are nested too deep. Asks no parser, which would have its own limit."""
    depth = 0
    for bracket in _NO_BRACKETS.sub(b"", data):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _inspect(value: _Container, depth: int, names: bool) -> bool:
    """Refuse numbers, depths and, where `names` asks for it, member names outside the profile.

    `depth` is that of `value`; the outermost object has depth 1. Returns whether there is a null in `value`.
    """
    if names and isinstance(value, dict):
        _check_names(value)
    # LAD-STM-011
    if depth > MAX_DEPTH:
        raise refuse("too-deep", f"nested deeper than {MAX_DEPTH}")
    has_null = False
    for child in value.values() if isinstance(value, dict) else value:
        if type(child) is str or type(child) is bool:
            continue
        if isinstance(child, int):
            # LAD-STM-009
            if not -MAX_INTEGER <= child <= MAX_INTEGER:
                raise refuse("bad-number", f"the integer {child!r:.40} lies beyond 2^53-1 in size")
        elif isinstance(child, _CONTAINERS):
            has_null |= _inspect(child, depth + 1, names)
        elif child is None:
            has_null = True
        elif isinstance(child, float):
            # LAD-STM-009
            raise refuse("bad-number", "a number has a fraction, an exponent or too many digits")
        elif not isinstance(child, str):
            # LAD-STM-008
            raise refuse("bad-json", f"{type(child).__name__} is no JSON value")
    return has_null


def _check_names(members: dict[Any, Any]) -> None:
    for name in members:
        # LAD-STM-010
        if not isinstance(name, str) or not name.isascii():
            raise refuse("bad-name", f"member name {name!r:.80} is not ASCII")
