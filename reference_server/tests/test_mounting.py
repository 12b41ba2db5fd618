"""The exchange inside another application, below a path of its own."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from lading.http.signature import request_parts, sign_request
from lading_server import operate
from lading_server.app import application
from lading_server.exchange import Exchange
from lading_server.state import StateDirectory
from reference_server.tests.trader import Content, Trader

API = "https://platform.example/lading"


async def _hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def platform(exchange: Exchange) -> Starlette:
    """A host with a page of its own."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with exchange.running():
            yield

    routes = [Route("/hello", _hello), Mount("/lading", application(exchange))]
    return Starlette(routes=routes, lifespan=lifespan)


def test_the_exchange_works_below_a_path_of_a_host(tmp_path: Path) -> None:
    exchange_id = operate.init(tmp_path / "state", name="Platform", jurisdiction="DE", api=API)
    exchange = Exchange.open(StateDirectory(tmp_path / "state"))
    host = platform(exchange)
    operator = Trader.exchange(API, exchange_id, tmp_path / "state", exchange_id)
    operator.http.close()

    def signed(path: str) -> dict[str, str]:
        return sign_request(
            request_parts("GET", API + path),
            participant=operator.id,
            signer=operator.signer,
            created=int(time.time()),
            nonce=secrets.token_urlsafe(16),
        )

    async def scenario() -> None:
        transport = httpx.ASGITransport(host)
        async with host.router.lifespan_context(host), httpx.AsyncClient(transport=transport) as http:
            assert (await http.get("https://platform.example/hello")).text == "hello"
            described = (await http.get(f"{API}/.well-known/lading")).json()
            assert (described["id"], described["api"]) == (exchange_id, API)
            assert (await http.get(f"{API}/nothing")).json()["code"] == "not-found"
            assert (await http.get(f"{API}/events", headers=signed("/events"))).status_code == 200
            wrong = await http.get(f"{API}/events?limit=1", headers=signed("/events"))
            assert wrong.json()["code"] == "bad-request-signature"
            assert (await http.get(f"{API}/log/tile/0/000.p/1")).status_code == 200
            ticket = Content(b"x").delivery(operator, "sha256:" + "0" * 64)
            headers = {"Content-Type": "application/lading+jws"}
            answer = await http.post(f"{API}/content", content=ticket, headers=headers)
            assert answer.json()["code"] == "unknown-statement"

    asyncio.run(scenario())
