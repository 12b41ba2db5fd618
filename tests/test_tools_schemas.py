"""The JSON Schemas: current, closed, and of one mind with the models on every payload that is kept beside them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lading import acts
from lading.acts.base import Act, ActType
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.statement.envelope import decode, encode
from tools import schema_cases, schemas

FOLDER = schemas.TARGET
KEY = Ed25519Signer.from_seed(bytes(32))
FAULTS: list[dict[str, str]] = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))["cases"]
PASSING = sorted(path.relative_to(FOLDER).as_posix() for path in (FOLDER / "pass").rglob("*.json"))
FAILING = sorted(path.relative_to(FOLDER).as_posix() for path in (FOLDER / "fail").rglob("*.json"))


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def act_of(name: str) -> str:
    return name.split("/")[1]


def said_of(payload: dict[str, Any]) -> Refused | None:
    """What the SDK refuses a payload with, if it does."""
    try:
        acts.parse(decode(encode(payload, KEY)))
    except Refused as refusal:
        return refusal
    return None


def parts(schema: Any) -> list[Any]:
    """A schema and everything in it."""
    children = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return [schema, *(part for child in children for part in parts(child))]


@pytest.mark.parametrize("tool", [schemas, schema_cases])
def test_the_files_are_current_and_an_edit_is_noticed(
    tool: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool.main(["--check"]) == 0
    assert tool.main([], tmp_path) == 0
    assert tool.main(["--check"], tmp_path) == 0
    edited = next(iter(tmp_path.rglob("*.json")))
    edited.write_text(edited.read_text() + " ")
    assert tool.main(["--check"], tmp_path) == 1
    stray = tmp_path / ("fail/stray.json" if tool is schema_cases else "stray.json")
    stray.write_text("{}")
    assert tool.main(["--check"], tmp_path) == 1
    assert "stray.json" in capsys.readouterr().err


def test_every_act_has_a_schema() -> None:
    assert schema_cases.acts() == sorted(acts.BY_NAME)


@pytest.mark.parametrize("act", acts.ACTS, ids=lambda act: str(act.name))
def test_a_schema_says_what_it_is_and_is_closed(act: ActType[Act]) -> None:
    schema = read(f"{act.name}.json")
    schema_cases.Ecma.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (schema["$id"], schema["title"]) == (f"urn:lading:schema:1:{act.name}", act.name)
    assert schema["description"]
    assert "A schema cannot say" in schema["$comment"]
    assert schema["properties"].keys() == act.model.model_fields.keys()
    for part in parts(schema):
        if isinstance(part, dict) and "properties" in part and part.get("type") == "object":
            assert part["additionalProperties"] is False
        if isinstance(part, dict) and isinstance(part.get("pattern"), str):
            assert re.search(r"\\[AzZG]|\(\?P|\(\?<", part["pattern"]) is None
            assert part["pattern"].endswith("$")


@pytest.mark.parametrize("act", acts.ACTS, ids=lambda act: str(act.name))
def test_an_act_has_payloads_that_pass_and_three_that_fail(act: ActType[Act]) -> None:
    assert [name for name in PASSING if act_of(name) == act.name]
    assert len([name for name in FAILING if act_of(name) == act.name]) >= 3


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_the_schema_passes_the_model(name: str) -> None:
    payload = read(name)
    assert schema_cases.faults(schema_cases.validator(act_of(name)), payload) == []
    assert said_of(payload) is None


def test_every_payload_that_fails_is_listed_with_its_reason() -> None:
    assert sorted(fault["file"] for fault in FAULTS) == FAILING


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["file"]))
def test_what_fails_has_one_fault_in_the_schema_and_in_the_model(fault: dict[str, str]) -> None:
    payload = read(fault["file"])
    found = schema_cases.faults(schema_cases.validator(act_of(fault["file"])), payload)
    assert found == [(fault["keyword"], fault["pointer"])]
    refusal = said_of(payload)
    assert refusal is not None
    assert refusal.code == "bad-member"
    assert (refusal.pointer or "").startswith(fault["pointer"])


def test_a_pattern_ends_where_the_text_ends() -> None:
    validator = schema_cases.Ecma({"pattern": "^[a-z]+$"})
    assert validator.is_valid("abc")
    assert not validator.is_valid("abc\n")
    assert schemas.ecma(r"^\\z[a-z]\z") == r"^\\z[a-z]$"


def test_a_page_says_what_a_member_means() -> None:
    page = "| `a`, `b` | id, optional | the [thing](x.md) |\n| `c` | text | |\n| `a` | later | no |\n"
    assert schemas.told(page) == {
        "a": "id, optional; the thing",
        "b": "id, optional; the thing",
        "c": "text",
    }
