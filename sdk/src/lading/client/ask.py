"""Asking an exchange: sign, send, send again where that is safe, and tell a refusal from nonsense.

Every request of the client is idempotent (statements are their own idempotency keys), so each may be sent
again after silence; pauses between attempts are random, so that many clients do not come back at the same
moment.
"""

import random
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

import orjson
from pydantic import ConfigDict, ValidationError

from lading.client.flow import Flow, Pause
from lading.client.hints import hint_for
from lading.client.session import Session
from lading.client.transport import Request, Response
from lading.codes import LATER
from lading.errors import LadingError, NotUnderstood, Unreachable
from lading.http.digest import content_digest
from lading.http.media import PROBLEM
from lading.http.signature import NONCE_BYTES, request_parts, sign_request
from lading.problems import PROBLEMS, ProblemType, Refused
from lading.statement import base64url
from lading.statement.parts import is_within
from lading.statement.words import Form

_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_FRESH_SIGNATURE: Final = frozenset({"nonce-used", "request-expired"})
_DETAIL_LIMIT: Final = 500
_MOST_PARTS: Final = 20_000
"""Members and items of one answer; a page of a hundred events has a few hundred."""
_MOST_MEMBERS: Final = 1_000
DIGEST: Final = "Content-Digest"
"""The header; set beforehand where the body was hashed elsewhere."""


class Answer(Form):
    """Base of what an exchange answers in JSON. Members of later versions are ignored (LAD-HTP-033)."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


F = TypeVar("F", bound=Form)


class _Problem(Answer):
    """An RFC 9457 problem in Lading's form."""

    status: int
    code: str
    requirement: str = ""
    retry: str = "never"
    detail: str = ""
    pointer: str | None = None
    winner: str | None = None


def ask(session: Session, request: Request, *accepted: int) -> Flow[Response]:
    """The answer to a request with one of the `accepted` statuses (default 200), sent again where that may
    help.

    Raises `Refused` for a problem, `Unreachable` where no attempt brought an answer, `NotUnderstood` for
    anything that the protocol does not hold, redirects included: they are never followed.
    """
    attempt = 1
    while True:
        wait = 0.0
        try:
            response = yield signed(session, request)
            wait = _retry_after(response)
            return judge(request, response, accepted)
        except (Unreachable, Refused) as error:
            if (
                attempt >= session.config.attempts
                or not passing(error)
                or wait > session.config.answer_seconds
            ):
                raise
        yield pause(session, attempt, wait)
        attempt += 1


def ask_once(session: Session, request: Request, *accepted: int) -> Flow[Response]:
    """As `ask`, with one attempt only."""
    response = yield signed(session, request)
    return judge(request, response, accepted)


def passing(error: LadingError) -> bool:
    """Whether the same request may pass in a moment: silence, a busy exchange, a request signature grown
    stale.
    """
    if isinstance(error, Refused):
        return error.code in _FRESH_SIGNATURE or (error.retry == LATER and error.status in _PASSING)
    return isinstance(error, Unreachable)


def pause(session: Session, attempt: int, at_least: float = 0.0) -> Pause:
    """A random pause before attempt number `attempt` + 1; longer each time, within the configured bounds."""
    # LAD-HTP-031
    most = min(session.config.longest_pause, session.config.first_pause * 2 ** (attempt - 1))
    return Pause(at_least + random.uniform(most / 4, most))


def fetch(
    session: Session, path: str, *, bound: int | None = None, **query: str | int | None
) -> Flow[Response]:
    """GET a resource of the exchange, in at most `bound` bytes; signed where the caller has an identity."""
    response = yield from ask(session, get(session, path, bound=bound, **query))
    return response


def get(session: Session, path: str, *, bound: int | None = None, **query: str | int | None) -> Request:
    """A GET request below the exchange's API. Query values that are None are left out."""
    asked = {name: value for name, value in query.items() if value is not None}
    return Request(
        "GET",
        url(session, path, asked),
        limit=bound or session.config.answer_bytes,
        seconds=session.config.answer_seconds,
        signed=session.signs,
    )


def url(session: Session, path: str, query: Mapping[str, str | int] | None = None) -> str:
    """The absolute URL of a path that starts with a slash."""
    asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return session.peer.api.rstrip("/") + path + asked


def signed(session: Session, request: Request) -> Request:
    """The request with its digest, and with a fresh RFC 9421 signature where it asks for one."""
    headers = dict(request.headers)
    digest = headers.get(DIGEST)
    if digest is None and request.body:
        digest = headers[DIGEST] = content_digest(request.body)
    if request.signed:
        headers |= sign_request(
            request_parts(request.method, request.url, digest),
            participant=session.me,
            signer=session.speaker.signer,
            created=session.clock() // 1000,
            nonce=base64url.encode(secrets.token_bytes(NONCE_BYTES)).decode("ascii"),
        )
    return replace(request, headers=headers)


def answer(kind: type[F], response: Response, where: str) -> F:
    """What an answer says, in a form; `NotUnderstood` where it says something else."""
    try:
        return _read(kind, response)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        message = f"{where} did not answer as the protocol asks: {place}: {first['msg']}"
        raise NotUnderstood(message, hint=NOT_LADING) from None


def _read(kind: type[F], response: Response) -> F:
    """The form in an answer; `NotUnderstood` or `ValidationError` where there is none."""
    try:
        value = orjson.loads(response.body)
    except orjson.JSONDecodeError as error:
        raise NotUnderstood(f"an answer that should be JSON is none: {error.msg}", hint=NOT_LADING) from None
    if not is_within(value, parts=_MOST_PARTS, members=_MOST_MEMBERS):
        raise NotUnderstood("an answer has more parts than any that the protocol knows", hint=NOT_LADING)
    return kind.model_validate_json(response.body)


NOT_LADING: Final = "Check that the address is a Lading exchange's, and tell its operator."


def judge(request: Request, response: Response, accepted: tuple[int, ...]) -> Response:
    """The response, if its status is one of `accepted` (none: 200); otherwise the error that it stands
    for.
    """
    if response.status in (accepted or (200,)):
        return response
    if response.status >= 400:
        problem = _problem(response)
        if problem is not None:
            raise problem
    what = f"{request.method} {request.url} answered {response.status}"
    if response.status >= 500 or response.status in _PASSING:
        raise Unreachable(f"{what} without a reason", hint="Wait and repeat the same call.")
    if 300 <= response.status < 400:
        hint = "Redirects are never followed. Use the address under which the exchange publishes itself."
        raise NotUnderstood(f"{what}, a redirect", hint=hint)
    raise NotUnderstood(f"{what}, which the protocol does not hold here", hint=NOT_LADING)


def _retry_after(response: Response) -> float:
    """The seconds that an answer asks to wait before the next attempt; 0 where it does not."""
    said = response.headers.get("retry-after", "")
    return float(said) if re.fullmatch(r"[0-9]{1,5}", said, re.ASCII) else 0.0


def _problem(response: Response) -> Refused | None:
    """The refusal that an answer states, or None where it states none in the protocol's form."""
    if response.headers.get("content-type", "").partition(";")[0].strip().lower() != PROBLEM:
        return None
    try:
        said = _read(_Problem, response)
    except (ValidationError, NotUnderstood):
        return None
    if said.status != response.status:
        return None
    refused = Refused(_type(said), _plain(said.detail), said.pointer and _plain(said.pointer), said.winner)
    refused.hint = hint_for(refused)
    return refused


def _type(said: _Problem) -> ProblemType:
    """The known problem type of this code; a later version's code is kept with what the exchange says of
    it.
    """
    # LAD-COD-002
    known = PROBLEMS.get(said.code)
    if known is not None:
        return known
    retry = said.retry if said.retry in ("later", "after-change") else "never"
    return ProblemType(_plain(said.code), "request", said.status, retry, _plain(said.requirement), "")  # type: ignore[arg-type]


def _plain(text: str) -> str:
    """A foreign text without control characters, so that it cannot talk to a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:_DETAIL_LIMIT])
