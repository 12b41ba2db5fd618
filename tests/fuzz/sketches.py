"""Statements made from the forms of the acts alone, so that an act is tried from the day on which it stands in `ACTS`.

A sketch follows the JSON schema of an act's model. What only a validator knows it may get wrong; then it is refused.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from random import Random
from typing import Any, Final

from pydantic import ValidationError

from lading import acts
from lading.acts.base import ActType
from tests.fuzz.mutation import written

WELL_FORMED: Final = 20
TRIES: Final = 800
"""How many of each act are to be well formed, and after how many tries there are no more."""
NOBODY: Final = "sha256:" + "0" * 64
_TEXTS: Final = (
    NOBODY,
    "2026-11-23T09:31:00.000Z",
    "P7D",
    "PT12H",
    "100.00",
    "EUR",
    "CH",
    "research",
    "quality",
    "text/csv",
    "https://exchange.example/api",
    "urn:example:x",
    "PO-1",
    "1.00",
    "CC-BY-4.0",
    "A" * 43,
)

Schema = Mapping[str, Any]


@lru_cache
def sketches() -> Mapping[str, tuple[dict[str, Any], ...]]:
    """The members of some statements of each act, by its name."""
    found = {}
    for act in acts.ACTS:
        found[act.name] = tuple(_sketches_of(act))
    return found


def _sketches_of(act: ActType[Any]) -> Iterator[dict[str, Any]]:
    """Those that are well formed, and as many at first that are not."""
    schema, rng, good, bad = act.model.model_json_schema(), Random(act.name), 0, 0
    for _ in range(TRIES):
        sketch = _sketch(schema, schema.get("$defs", {}), rng)
        is_good = _is_well_formed(act, sketch)
        good, bad = good + is_good, bad + (not is_good)
        if is_good or bad <= WELL_FORMED:
            yield sketch
        if good == WELL_FORMED:
            return


def _is_well_formed(act: ActType[Any], sketch: dict[str, Any]) -> bool:
    try:
        act.model.model_validate_json(written(sketch))
    except ValidationError:
        return False
    return True


def _sketch(schema: Schema, forms: Schema, rng: Random) -> Any:
    """A value of a form."""
    if "$ref" in schema:
        return _sketch(forms[schema["$ref"].rpartition("/")[2]], forms, rng)
    choices = [form for form in schema.get("anyOf", schema.get("oneOf", ())) if form.get("type") != "null"]
    if choices:
        return _sketch(rng.choice(choices), forms, rng)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else rng.choice(schema["enum"])
    match schema.get("type"):
        case "object":
            return _object(schema, forms, rng)
        case "array":
            return _array(schema, forms, rng)
        case "string":
            return _text(schema, rng)
        case "integer":
            least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
            return rng.choice((least, least, least + 1, schema.get("maximum", least)))
        case "boolean":
            return rng.random() < 0.5
    return rng.choice((1, "x", None, [1], {"a": 1}))


def _object(schema: Schema, forms: Schema, rng: Random) -> dict[str, Any]:
    if "properties" not in schema:
        return {"urn:example:x": 1} if rng.random() < 0.5 else {}
    needed, chance = schema.get("required", ()), rng.choice((0.0, 0.3, 0.7))
    return {
        name: _sketch(form, forms, rng)
        for name, form in schema["properties"].items()
        if name in needed or (rng.random() < chance and name != "critical")
    }


def _array(schema: Schema, forms: Schema, rng: Random) -> list[Any]:
    if "prefixItems" in schema:
        return [_sketch(form, forms, rng) for form in schema["prefixItems"]]
    least = schema.get("minItems", 0)
    return [
        _sketch(schema["items"], forms, rng) for _ in range(rng.choice((least, max(1, least), least + 1)))
    ]


def _text(schema: Schema, rng: Random) -> str:
    if "pattern" not in schema and "minLength" not in schema:
        return "CH"
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1 << 16)
    pattern = re.compile(schema.get("pattern", "").replace(r"\z", r"\Z"))
    fitting = [text for text in (*_TEXTS, "A" * least) if least <= len(text) <= most and pattern.search(text)]
    return rng.choice(fitting[:3]) if fitting else "x"
