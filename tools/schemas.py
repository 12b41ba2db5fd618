r"""Write a JSON Schema (draft 2020-12) for the payload of each act, from its model.

    python -m tools.schemas            # write spec/schemas/<act>.json
    python -m tools.schemas --check    # exit 1 if anything on disk is not what would be written

A schema is closed as its model is: it knows every member and takes no other. Patterns are those of the models in the
syntax of ECMA 262, where `$` is the end of the text and of nothing else, as `\z` is there. What a model asks beyond
that, such as members that go together, is no part of a schema: each object names it in `$comment`, in the words of the
model's own refusals. Descriptions of members are those of the act's page.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from lading.acts import ACTS
from lading.acts.base import ActType
from lading.statement import words
from lading.statement.registries import COUNTRIES

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "spec"
TARGET = SPEC / "schemas"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
BEYOND: Final = (
    "A schema cannot say: that the payload is canonical JSON (RFC 8785), and integers are written without a fraction; "
    "that no name stands twice in an object; which members go together (see the comment of each object); and what "
    "depends on the log, which are the rules of the act. In every pattern, $ is the end of the text (ECMA 262)."
)
FORMS: Final = (
    *("StatementId", "KeyThumbprint", "Time", "Duration", "Country", "Token", "Reference", "Identifier"),
    *("Uri", "HttpUrl", "Origin", "MediaType", "Licence", "FileName", "Count", "Size"),
)
"""The forms of values that `lading.statement.words` names."""
_ROW = re.compile(r"\| (?P<names>`[a-z_]+`(?:, `[a-z_]+`)*) \| (?P<rest>.*) \|")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def ecma(pattern: str) -> str:
    r"""A pattern in the syntax of ECMA 262 with the flag `u`: there is no `\z`, and `$` is the end of the text."""
    return re.sub(r"\\z\Z", "$", pattern)


class Generator(GenerateJsonSchema):
    """Says the forms of Lading: no nulls, no defaults, unique items, countries by their list."""

    schema_dialect = DIALECT

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """LAD-STM-015: an absent member is absent, and null stands for nothing."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """What an absent member means is for its page to say."""
        return self.generate_inner(schema["schema"])

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Patterns in the syntax of ECMA 262."""
        made = super().str_schema(schema)
        return {**made, "pattern": ecma(made["pattern"])} if "pattern" in made else made

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        """What functions check: unique items and countries can be said, the others stand in the comment."""
        made, check = self.generate_inner(schema["schema"]), schema["function"]["function"]
        if check is words._check_unique:
            return {**made, "uniqueItems": True}
        if check is words._check_country:
            return {"enum": sorted(COUNTRIES)}
        if schema["schema"]["type"] == "model":
            return made
        return made | _beyond(_refusals(check))

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """An object whose names have a form, and whose values can be anything."""
        made = super().dict_schema(schema)
        names = [{"pattern": ecma(pattern)} for pattern in made.pop("patternProperties", ())]
        return made | ({"propertyNames": names[0]} if names else {})

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """One of several objects; which one, each says itself."""
        made = super().tagged_union_schema(schema)
        return {name: value for name, value in made.items() if name != "discriminator"}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """An object, and what its model asks beyond the schema."""
        made, model = super().model_schema(schema), schema["cls"]
        validators = model.__pydantic_decorators__.model_validators.values()
        made.pop("title", None)
        return made | _beyond(text for validator in validators for text in _refusals(validator.func))

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A member's name is its title."""
        return False

    def get_title_from_name(self, name: str) -> str:
        """The name as it is."""
        return name


def _beyond(refusals: Iterable[str]) -> dict[str, str]:
    """The comment on what is refused beyond a schema."""
    texts = "; ".join(f"“{text}”" for text in dict.fromkeys(refusals))
    return {"$comment": f"Refused beyond this schema, in these words: {texts}."} if texts else {}


def _refusals(check: Callable[..., Any]) -> Iterator[str]:
    """The texts with which a validator refuses, in the order of its code."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(check)))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            yield _words(node.exc.args[0])


def _words(text: ast.expr) -> str:
    """A text, with the names of what it puts in."""
    if isinstance(text, ast.JoinedStr):
        return "".join(_words(part) for part in text.values)
    if isinstance(text, ast.FormattedValue):
        return f"<{ast.unparse(text.value)}>"
    return str(ast.literal_eval(text))


@cache
def forms() -> Mapping[str, dict[str, Any]]:
    """The forms of values that have a name of their own, and their schemas."""
    return {name: TypeAdapter(getattr(words, name)).json_schema(schema_generator=Generator) for name in FORMS}


def by_name(value: Any, used: set[str]) -> Any:
    """The same schema, with references where a form has a name; the names are put into `used`."""
    if isinstance(value, list):
        return [by_name(item, used) for item in value]
    if not isinstance(value, dict):
        return value
    bare = {name: child for name, child in value.items() if name != "description"}
    named = next((name for name, form in forms().items() if form == bare), None)
    if named is not None:
        used.add(named)
        kept = {name: child for name, child in value.items() if name == "description"}
        return kept | {"$ref": f"#/$defs/{named}"}
    return {name: by_name(child, used) for name, child in value.items()}


def told(page: str) -> dict[str, str]:
    """Member to what a page says of it, from its tables; what stands first counts."""
    found: dict[str, str] = {}
    for row in _ROW.finditer(page):
        meaning = "; ".join(cell.strip() for cell in row["rest"].split(" | ") if cell.strip())
        for name in re.findall(r"`([a-z_]+)`", row["names"]):
            found.setdefault(name, _LINK.sub(r"\1", meaning).strip(" |"))
    return found


def opening(page: str) -> str:
    """The sentence with which a page opens."""
    return _LINK.sub(r"\1", " ".join(page.split("\n\n")[1].split()))


def schema(act: ActType[Any]) -> dict[str, Any]:
    """The schema of an act's payload."""
    path = SPEC / "acts" / f"{act.name}.md"
    page = path.read_text(encoding="utf-8") if path.is_file() else f"#\n\n{act.model.__doc__}\n\n"
    shared = (SPEC / "statement.md").read_text(encoding="utf-8").partition("Every act has these members")[2]
    made = act.model.model_json_schema(schema_generator=Generator)
    members = told(shared) | told(page)
    for name, form in made["properties"].items():
        if name in members:
            made["properties"][name] = {"description": members[name], **form}
    head = {
        "$schema": DIALECT,
        "$id": f"urn:lading:schema:1:{act.name}",
        "title": act.name,
        "description": f"{opening(page)} The payload of a statement; generated by tools/schemas.py.",
        "$comment": " ".join(text for text in (BEYOND, made.get("$comment")) if text),
    }
    used: set[str] = set()
    rest = {name: by_name(value, used) for name, value in made.items() if name not in head}
    defined = {**rest.pop("$defs", {}), **{name: forms()[name] for name in used}}
    return head | rest | ({"$defs": dict(sorted(defined.items()))} if defined else {})


def rendered() -> dict[str, str]:
    """Every file and its text."""
    return {f"{act.name}.json": json.dumps(schema(act), indent=2, ensure_ascii=False) + "\n" for act in ACTS}


def stale(texts: Mapping[str, str], target: Path = TARGET) -> Iterator[str]:
    """What on disk is not what would be written."""
    for name, text in texts.items():
        path = target / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield f"schemas/{name} is not current: run python -m tools.schemas"
    for path in sorted(target.glob("*.json")):
        if path.name not in texts and path.name != "cases.json":
            yield f"schemas/{path.name} is of no act"


def main(arguments: list[str], target: Path = TARGET) -> int:
    """Write, or with `--check` compare; the exit code says whether all is current."""
    texts = rendered()
    if arguments == ["--check"]:
        faults = list(stale(texts, target))
        print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
        return 1 if faults else 0
    target.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (target / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
