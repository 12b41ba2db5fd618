"""The reference server answers as the OpenAPI document says: status, media type, members and codes, over real HTTP."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator

from lading.statement.words import format_time
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.trader import BATCH, STATEMENT, Content, Market, Trader, now_ms
from tools import openapi

DOCUMENT: dict[str, Any] = yaml.safe_load(openapi.TARGET.read_text(encoding="utf-8"))
CONTENT = Content(b"x" * 65_536 + b"y" * 10)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[httpx.Response]]:
    """Every answer to a trade, to reads of it, and to requests that are refused."""
    server = ExchangeProcess(tmp_path_factory.mktemp("exchange") / "state").start()
    market = Market(server.api, server.id, server.directory)
    found: list[httpx.Response] = []

    def keep(answer: httpx.Response) -> None:
        answer.read()
        found.append(answer)

    for trader in (market.provider, market.consumer):
        trader.http.event_hooks["response"].append(keep)
    trade(market)
    refusals(market.provider)
    yield found
    market.close()
    server.end()


def trade(market: Market) -> None:
    provider, consumer = market.provider, market.consumer
    contract = market.contract(market.listing())
    ticket = CONTENT.delivery(provider, contract)
    provider.open_upload(ticket)
    prefix = f"/content/{contract}/1/{CONTENT.root}"
    provider.put(f"{prefix}/manifest", CONTENT.manifest)
    provider.put(f"{prefix}/chunks/0", CONTENT.data)
    provider.head_request(f"{prefix}/chunks")
    delivery = provider.register(ticket)
    for path in (f"{prefix}/manifest", f"{prefix}/chunks", f"/state/{delivery}", f"/state/{contract}"):
        consumer.get(path)
    consumer.get(f"{prefix}/chunks", Range="bytes=0-9")
    until = format_time(now_ms() + 60_000)
    consumer.issue("grant", contract=contract, to=market.stranger.id, until=until)
    market.stranger.get(f"/statements/{delivery}")
    provider.get(f"/journal/{contract}?after=0&limit=5")
    provider.get("/peers")
    consumer.get("/listings?kind=dataset&grade=general&jurisdiction=DE")
    for path in ("", "/evidence", "/proof"):
        consumer.get(f"/statements/{delivery}{path}")
    one, two = (provider.sign("listing", kind="dataset", title=title) for title in ("One", "Two"))
    lines = b"\n".join((one, two, one[:-4] + b"AAAA"))
    provider.http.post("/statements/batch", content=lines, headers={"Content-Type": BATCH})
    for path in ("/.well-known/lading", "/listings?limit=1", "/events?limit=2", "/log/checkpoint"):
        provider.http.get(path)
    provider.http.get("/log/tile/entries/000.p/1")


def refusals(trader: Trader) -> None:
    nothing = "sha256:" + "0" * 64
    for path in (f"/statements/{nothing}", f"/state/{nothing}", "/listings?limit=0", "/events?after=x"):
        trader.http.get(path)
    for path in ("boxes/exchange", "manifest", "chunks"):
        trader.get(f"/content/{nothing}/1/{nothing}/{path}")
    for path in (f"/attachments/{nothing}/{nothing}", f"/journal/{nothing}"):
        trader.http.get(path)
    trader.put(f"/attachments/{nothing}/{nothing}", b"x")
    trader.put(f"/content/{nothing}/1/{nothing}/boxes/consumer", b"x")
    trader.post(b"no statement")
    trader.post(b"x" * 70_000)
    trader.http.post("/statements", content=b"x", headers={"Content-Type": "text/plain"})
    trader.http.post("/content", content=b"x", headers={"Content-Type": STATEMENT})


def operation_of(answer: httpx.Response) -> tuple[str, dict[str, Any]]:
    """The operation that an answer is of, by its name."""
    for path, item in DOCUMENT["paths"].items():
        form = re.sub(r"\\\{number\\\}", ".+", re.escape(path))
        form = re.sub(r"\\\{\w+\\\}", "[^/]+", form)
        method = answer.request.method.lower()
        if re.fullmatch(form, answer.request.url.path) and method in item and not _is_longer(path, answer):
            return f"{method} {path}", item[method]
    raise AssertionError(f"{answer.request.method} {answer.request.url} is in no path")


def _is_longer(path: str, answer: httpx.Response) -> bool:
    """Whether a path with a parameter matched where one without it is meant."""
    literal = answer.request.url.path
    return path != literal and literal in DOCUMENT["paths"]


def closed(schema: Any) -> Any:
    """The same schema, in which no object has members that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(child) for name, child in schema.items()}
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        made.setdefault("unevaluatedProperties", False)
    return made


def check(answer: httpx.Response) -> str:
    """Compare one answer with the document; the name of its operation."""
    name, operation = operation_of(answer)
    described = operation["responses"].get(str(answer.status_code))
    assert described is not None, (name, answer.status_code, answer.text[:200])
    content = described.get("content", {})
    kind = answer.headers.get("content-type", "")
    assert (kind in content) or (not content and not answer.content), (name, answer.status_code, kind)
    schema = content.get(kind, {}).get("schema")
    if kind.startswith("application/problem"):
        told, (problem, only) = json.loads(answer.content), schema["allOf"]
        validate(problem, told)
        validate({**only, "type": "object"}, told, is_open=True)
    elif kind == "application/json":
        validate(schema, json.loads(answer.content))
    for field, header in described.get("headers", {}).items():
        assert not header["required"] or field in answer.headers
    return name


def validate(schema: Any, told: Any, *, is_open: bool = False) -> None:
    """Against a schema of the document; what it does not name is a fault, unless it is one part of several."""
    components = closed(DOCUMENT["components"])
    whole = {**(schema if is_open else closed(schema)), "components": components}
    Draft202012Validator(whole).validate(told)


def test_every_answer_is_one_that_the_document_describes(answers: list[httpx.Response]) -> None:
    assert len(answers) > 30
    assert {answer.status_code for answer in answers} >= {200, 201, 204, 206, 400, 401, 404, 413, 415}
    for answer in answers:
        check(answer)


def test_every_operation_was_asked(answers: list[httpx.Response]) -> None:
    asked = {operation_of(answer)[0] for answer in answers}
    there = {f"{method} {path}" for path, item in DOCUMENT["paths"].items() for method in item}
    assert there - asked == set()


def test_an_answer_that_the_document_does_not_describe_is_noticed(answers: list[httpx.Response]) -> None:
    seen = next(answer for answer in answers if answer.request.url.path == "/.well-known/lading")
    other = json.loads(seen.content) | {"motto": "none"}
    forged = httpx.Response(200, json=other, request=seen.request)
    with pytest.raises(Exception, match="motto"):
        check(forged)
    with pytest.raises(AssertionError):
        check(httpx.Response(418, request=seen.request))
