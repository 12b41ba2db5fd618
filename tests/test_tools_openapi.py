"""The OpenAPI document: current, valid, and of one mind with page, server and codes; a difference is noticed."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from lading.problems import PROBLEMS, refuse
from lading_server.problems import problem
from tools import openapi

PAGE = openapi.PAGE.read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = yaml.safe_load(openapi.rendered())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


def codes_at(answer: dict[str, Any]) -> list[str]:
    """The codes of a problem answer; none where it is no problem."""
    schema = answer.get("content", {}).get("application/problem+json", {}).get("schema")
    return [] if schema is None else list(schema["allOf"][1]["properties"]["code"]["enum"])


def test_the_document_is_current_and_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert openapi.main(["--check"]) == 0, capsys.readouterr().err


def test_an_edit_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "openapi.yaml"
    assert openapi.main([], target) == 0
    target.write_text(target.read_text() + "\n")
    assert openapi.main(["--check"], target) == 1
    assert "not current" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("### `POST /content`", "### Uploads", "POST /content [] is not in spec/http.md"),
        ("### `POST /content`", "### `POST /content`, `GET /content`", "GET /content [] is not in tools/openapi.yaml"),
        ("?after=&limit=&wait=", "?after=&limit=", "GET /events ['after', 'limit', 'wait'] is not in spec/http.md"),
    ],
)  # fmt: skip
def test_a_page_that_says_something_else_is_noticed(old: str, new: str, fault: str) -> None:
    assert old in PAGE
    assert fault in list(openapi.disagreements(PAGE.replace(old, new)))


def test_the_server_is_read_from_its_routes() -> None:
    served = openapi.served()
    box = openapi.Endpoint("put", f"{openapi.PREFIX}/boxes/exchange", frozenset())
    assert served[box]
    assert not served[openapi.Endpoint("post", "/statements", frozenset())]
    assert served.keys() == openapi.described().keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_each_code_at_its_status(name: str) -> None:
    operation = OPERATIONS[name]
    codes = set()
    for status, answer in operation["responses"].items():
        for code in codes_at(answer):
            assert PROBLEMS[code].status == int(status)
            codes.add(code)
    assert codes >= {"bad-request", "busy", "internal-error", "nonce-used"}
    assert ("signature-required" in codes) == (operation["x-signature"] == "required")
    assert ("wrong-media-type" in codes) == ("requestBody" in operation)
    assert any(int(status) < 300 for status in operation["responses"])


def test_operation_ids_are_unique_and_what_is_named_is_there() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(ids)) == len(ids)
    text = json.dumps(DOCUMENT)
    for kind in ("parameters", "schemas"):
        for name in DOCUMENT["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text, name


def test_a_statement_that_is_too_large_has_the_code_of_statements() -> None:
    codes = openapi.codes_of(openapi.source()["paths"]["/statements"]["post"])
    assert "too-large" in codes
    assert "body-too-large" not in codes
    assert {"reference-used", "content-missing", "read-only"} <= set(codes)


def test_a_code_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        openapi._refusals(["no-such-code"])


def test_the_problem_of_the_server_is_the_problem_of_the_document() -> None:
    schema = {**DOCUMENT["components"]["schemas"]["Problem"], "additionalProperties": False}
    whole = {**schema, "components": DOCUMENT["components"]}
    refused = refuse("reference-used", "used", pointer="/reference", winner="sha256:" + "0" * 64)
    for told in (problem(refused), problem(refuse("busy", "later"))):
        Draft202012Validator(whole).validate(told)
        assert told["title"] == HTTPStatus(PROBLEMS[str(told["code"])].status).phrase
