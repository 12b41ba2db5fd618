"""What the property tests draw from."""

import json
from typing import Any

from hypothesis import strategies as st

from lading.statement.canonical import MAX_INTEGER

NAMES = st.text(st.characters(max_codepoint=127), max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
INTEGERS = st.integers(-MAX_INTEGER, MAX_INTEGER)


def nested(names: st.SearchStrategy[str], leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """JSON values of these leaves and member names."""

    def deeper(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.lists(children, max_size=4) | st.dictionaries(names, children, max_size=4)

    return st.recursive(leaves, deeper, max_leaves=12)


VALUES = nested(NAMES, st.none() | st.booleans() | INTEGERS | TEXTS)
"""What the profile permits."""
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=5)
ANY_NUMBERS = st.integers() | st.floats() | st.sampled_from([2**53, -(2**53), 1.0, -0.0, 1e3])
ANY_TEXTS = st.text(max_size=8)
ANY_OBJECTS = st.dictionaries(
    ANY_TEXTS, nested(ANY_TEXTS, st.none() | st.booleans() | ANY_NUMBERS | ANY_TEXTS), max_size=5
)
"""What JSON libraries write."""


@st.composite
def spelled(draw: st.DrawFn) -> bytes:
    """A JSON object in one of many spellings."""
    value = draw(OBJECTS | ANY_OBJECTS)
    space = draw(st.sampled_from([(",", ":"), (", ", ": "), (",", ": ")]))
    text = json.dumps(
        value,
        ensure_ascii=draw(st.booleans()),
        sort_keys=draw(st.booleans()),
        separators=space,
        indent=draw(st.sampled_from([None, None, None, 1])),
    )
    return text.encode("utf-8", "surrogatepass")


@st.composite
def mutated(draw: st.DrawFn, source: st.SearchStrategy[bytes]) -> bytes:
    """Some bytes with a few of them replaced, left out, repeated or added."""
    data = bytearray(draw(source))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(["replace", "remove", "insert", "repeat"]))
        if kind == "insert" or at == len(data):
            data[at:at] = draw(st.binary(min_size=1, max_size=2))
        elif kind == "replace":
            data[at] = draw(st.integers(0, 255))
        elif kind == "remove":
            del data[at]
        else:
            data[at:at] = data[at : at + draw(st.integers(1, 20))]
    return bytes(data)
