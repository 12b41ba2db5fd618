"""Problem answers (RFC 9457): every refusal of this server, and the 404 that tells nothing."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from lading.http import media
from lading.problems import Refused, refuse

_LOG = logging.getLogger("lading_server")
_EXTRA_HEADERS: Final[Mapping[int, Mapping[str, str]]] = MappingProxyType(
    {
        401: {"WWW-Authenticate": 'Signature realm="lading"'},
        429: {"Retry-After": "60"},
        503: {"Retry-After": "1"},
    }
)


def not_found() -> Refused:
    """The one 404: the same bytes for what is hidden, what never was, and paths that lead nowhere."""
    # LAD-HTP-010
    return refuse("not-found", "There is nothing here that you may see.")


def gone() -> Refused:
    """The answer to whoever could read what was erased; to all others there is nothing."""
    # LAD-HTP-042
    return refuse("gone", "The bytes of this statement were erased.")


def problem(refused: Refused) -> dict[str, object]:
    """The problem object of a refusal, as an answer's body or as a line of a batch."""
    kind = refused.problem
    members: dict[str, object] = {
        "title": HTTPStatus(kind.status).phrase,
        "status": kind.status,
        "code": kind.code,
        "requirement": kind.requirement,
        "retry": kind.retry,
        "detail": refused.detail,
    }
    if refused.pointer is not None:
        members["pointer"] = refused.pointer
    if refused.winner is not None:
        members["winner"] = refused.winner
    return members


def problem_bytes(refused: Refused) -> bytes:
    """The problem object as JSON."""
    return orjson.dumps(problem(refused))


def answer_problem(refused: Refused, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP answer of a refusal. Never cached: what is refused now may pass later."""
    return Response(
        problem_bytes(refused),
        refused.status,
        {"Cache-Control": "no-store", **_EXTRA_HEADERS.get(refused.status, {}), **(headers or {})},
        media_type=media.PROBLEM,
    )


def internal_error(error: BaseException) -> Refused:
    """The refusal that stands for an error that nobody foresaw: logged here, and not explained to the
    caller.
    """
    _LOG.error("unforeseen error", exc_info=error)
    return refuse("internal-error", "The exchange failed. Whether the request took effect is not known.")


async def on_refused(request: Request, error: Exception) -> Response:
    """A handler or the core refused the request."""
    assert isinstance(error, Refused)
    return answer_problem(error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """The router knows no such path, or no such method there."""
    assert isinstance(error, HTTPException)
    # LAD-HTP-012
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        refused = refuse("method-not-allowed", f"{request.method:.20} is not a method of this resource")
        return answer_problem(refused, error.headers)
    return answer_problem(not_found())


async def on_bug(request: Request, error: Exception) -> Response:
    """Something that nobody foresaw. The caller learns that it was not their fault, and nothing more."""
    return answer_problem(internal_error(error))
