"""Change inputs so that much of them still makes sense: parts of JSON documents, lines of texts, bytes of anything.

Everything follows from the `Random` that is handed in, so that a run can be repeated.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, Final

Mutator = Callable[[bytes, Random, Sequence[bytes]], bytes]
"""Makes another input of one: the input, the source of chance, and inputs to take parts from."""

NUMBERS: Final = (
    0,
    1,
    -1,
    2,
    63,
    64,
    65_535,
    65_536,
    65_537,
    2**31 - 1,
    2**31,
    2**53 - 1,
    2**53,
    -(2**53),
    2**63,
)
TEXTS: Final = (
    "",
    " ",
    "\n",
    "\x00",
    "\x7f",
    "é",
    "\U0001f69a",
    "\u2028",
    "a" * 300,
    "P1D",
    "PT0S",
    "P99999D",
    "0.00",
    "EUR",
    "XXX",
    "CH",
    "2026-11-23T09:30:00.000Z",
    "2999-12-31T23:59:59.999Z",
    "2024-02-30T00:00:00.000Z",
    "sha256:" + "0" * 64,
    "urn:example:x",
    "A" * 43,
    "@0",
    "@1",
)
ODD: Final[tuple[Any, ...]] = (
    *NUMBERS,
    *TEXTS,
    None,
    True,
    False,
    [],
    {},
    1.0,
    1e300,
    [[]],
    {"": None},
    {"a": 1},
)
_BREAKERS: Final = (
    b"\xff",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\xef\xbb\xbf",
    b"[" * 40,
    b"1e3",
    b"-0",
    b"\\u0061",
    b"\n",
)

Path = tuple[str | int, ...]


def mutate_json(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Another document: one to three of its parts changed, mostly still written canonically."""
    if rng.random() < 0.1:
        return mutate_bytes(data, rng, others)
    whole = _read(data)
    if whole is None:
        return rng.choice(others) if others else mutate_bytes(data, rng, others)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        whole = _changed(whole, rng, others)
    if rng.random() < 0.9:
        return written(whole)
    text = json.dumps(whole, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1)))
    return text.encode("utf-8", "surrogatepass")


def written(value: object) -> bytes:
    """A JSON value, compact and in the order of its names: canonical, if it can be."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def mutate_text(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Another text: its lines moved, repeated, left out or taken from another one, or its words, or its bytes."""
    if rng.random() < 0.3:
        return mutate_bytes(data, rng, others)
    separator = rng.choice((b"\n", b"\n", b" ", b"+", b";", b'"'))
    parts = data.split(separator)
    given = (rng.choice(others) if others else data).split(separator)
    return separator.join(_shuffled(parts, rng, given))


def mutate_bytes(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Other bytes: a few replaced, left out, repeated, or put in."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randint(0, len(changed))
        match rng.randrange(5):
            case 0 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 1:
                del changed[at : at + rng.choice((1, 1, 2, 16, 256))]
            case 2:
                changed[at:at] = changed[at : at + rng.randint(1, 64)]
            case 3:
                changed[at:at] = rng.choice(_BREAKERS)
            case _:
                changed[at:at] = rng.randbytes(rng.choice((1, 2, 8)))
    return bytes(changed)


def _shuffled(parts: list[bytes], rng: Random, given: list[bytes]) -> list[bytes]:
    at, other = rng.randrange(len(parts)), rng.randrange(len(parts))
    match rng.randrange(5):
        case 0:
            del parts[at]
        case 1:
            parts[at], parts[other] = parts[other], parts[at]
        case 2:
            parts.insert(at, parts[other])
        case 3:
            parts.insert(at, rng.choice(given))
        case _:
            parts[at] = rng.choice(given)
    return parts


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _changed(whole: Any, rng: Random, others: Sequence[bytes]) -> Any:
    """The value with one part, anywhere in it, replaced, left out, moved or repeated."""
    places = list(_paths(whole))
    path = rng.choice(places)
    if not path:
        return whole if rng.random() < 0.9 else rng.choice(ODD)
    parent = _part(whole, path[:-1])
    match rng.randrange(6):
        case 0:
            del parent[path[-1]]
        case 1:
            parent[path[-1]] = _donated(path, rng, others, whole)
        case 2:
            parent[path[-1]] = _copied(_part(whole, rng.choice(places)))
        case 3 if isinstance(parent, list):
            parent.insert(rng.randint(0, len(parent)), _copied(rng.choice(parent)))
        case 3:
            parent[rng.choice(("zone", "extensions", "critical", "share", *parent))] = _copied(
                parent[path[-1]]
            )
        case _:
            parent[path[-1]] = _nudged(parent[path[-1]], rng)
    return whole


def _donated(path: Path, rng: Random, others: Sequence[bytes], whole: Any) -> Any:
    """A part of another document, one of the same name if it has that."""
    other = _read(rng.choice(others)) if others else whole
    places = [place for place in _paths(other) if place]
    alike = [place for place in places if place[-1] == path[-1]]
    return _copied(_part(other, rng.choice(alike or places))) if places else rng.choice(ODD)


def _nudged(value: Any, rng: Random) -> Any:
    """A value near this one, or an odd one."""
    if rng.random() < 0.25:
        return _copied(rng.choice(ODD))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return rng.choice((value + 1, value - 1, -value, value * 2, rng.choice(NUMBERS), str(value)))
    if isinstance(value, str):
        return _reworded(value, rng)
    if isinstance(value, list):
        return rng.choice((value[::-1], value + value, value[:-1], value * 20, [value]))
    if isinstance(value, dict) and value:
        name = rng.choice(list(value))
        return {**value, rng.choice((name + "x", name.upper(), "é", "", "/~")): value[name]}
    return rng.choice(ODD)


def _reworded(text: str, rng: Random) -> str:
    at = rng.randint(0, len(text))
    piece = rng.choice((*TEXTS, chr(rng.randrange(32, 127)), "+", "-", "Z", "0", "9"))
    return rng.choice(
        (
            text[:at] + piece + text[at:],
            text[:at] + piece + text[at + 1 :],
            text[:at],
            text + text,
            text.swapcase(),
        )
    )


def _paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """The way to every part of a JSON value, from the outside in."""
    yield at
    if len(at) > 40:
        return
    children: Any = (
        enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    )
    for name, child in children:
        yield from _paths(child, (*at, name))


def _part(value: Any, path: Path) -> Any:
    for name in path:
        value = value[name]
    return value


def _copied(value: Any) -> Any:
    """The same value, sharing nothing; a large one becomes null, so that documents do not grow without end."""
    try:
        text = json.dumps(value)
        return json.loads(text) if len(text) < 20_000 else None
    except RecursionError:
        return None
