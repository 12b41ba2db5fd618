"""The application: every path on one screen.

    app = application(exchange)          # ASGI; its lifespan starts and stops the exchange

To mount it elsewhere, mount the same object below the path of the exchange's API address and enter
`exchange.running()` in the host's lifespan.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from lading.problems import Refused
from lading_server.checks import ROLES
from lading_server.exchange import Exchange
from lading_server.problems import answer_problem, on_bug, on_http_exception, on_refused
from lading_server.request import check_head
from lading_server.resource import Resource
from lading_server.resources import (
    attachments,
    content,
    events,
    journal,
    listings,
    log,
    peers,
    state,
    statements,
    tickets,
    wellknown,
)
from lading_server.searching import FACETS

READS = ("GET", "HEAD")
SIGNED = (*READS, "PUT")
"""The methods of resources that are always signed."""
PREFIX = "/content/{contract}/{sequence}/{root}"

ROUTES = (
    Route("/.well-known/lading", Resource(GET=wellknown.describe)),
    Route("/statements", Resource(POST=statements.register)),
    Route("/statements/batch", Resource(POST=statements.register_batch)),
    Route("/statements/{id}", Resource(GET=statements.read)),
    Route("/statements/{id}/evidence", Resource(GET=statements.evidence)),
    Route("/statements/{id}/proof", Resource(GET=statements.proof)),
    Route("/listings", Resource(query=("q", *FACETS, "limit", "cursor"), GET=listings.search)),
    Route("/peers", Resource(GET=peers.read)),
    Route("/state/{id}", Resource(GET=state.read)),
    Route("/events", Resource(query=("after", "limit", "wait"), GET=events.follow)),
    Route("/journal/{contract}", Resource(signed=READS, query=("after", "limit"), GET=journal.read)),
    Route("/content", Resource(POST=tickets.open_upload)),
    Route(f"{PREFIX}/manifest", Resource(signed=SIGNED, GET=content.get_manifest, PUT=content.put_manifest)),
    Route(f"{PREFIX}/chunks", Resource(signed=SIGNED, GET=content.get_chunks, HEAD=content.count_chunks)),
    Route(f"{PREFIX}/chunks/{{first}}", Resource(signed=SIGNED, PUT=content.put_chunks)),
    *(
        Route(
            f"{PREFIX}/boxes/{role}",
            Resource(signed=SIGNED, GET=partial(content.get_box, role), PUT=partial(content.put_box, role)),
        )
        for role in ROLES
    ),
    Route(
        "/attachments/{statement}/{digest}",
        Resource(signed=("PUT",), GET=attachments.get, PUT=attachments.put),
    ),
    Route("/log/checkpoint", Resource(GET=log.checkpoint)),
    Route("/log/tile/{level}/{number:path}", Resource(GET=log.tile)),
)


def application(exchange: Exchange) -> Starlette:
    """The exchange as one ASGI application."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with exchange.running():
            yield

    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(Gate)],
        exception_handlers={Refused: on_refused, HTTPException: on_http_exception, Exception: on_bug},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.exchange = exchange
    return app


class Gate:
    """Refuses what is no well-formed request before any path is looked at."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] == "http":
            try:
                check_head(Request(scope))
            except Refused as refused:
                await answer_problem(refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)
