"""Requests as bytes, and what an exchange may make of bytes that are no request.

data = wire.head(session, "GET", "/log/checkpoint", "Range: bytes=0-9")
wire.survived(session, wire.talk(session, data))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from lading_conformance.drivers import raw
from lading_conformance.drivers.answers import Answer, Closed
from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.drivers.http import Signing
from lading_conformance.drivers.raw import Heard
from lading_conformance.oracle.http_signature import Signer
from lading_conformance.requirements import codes
from lading_conformance.steps import expect
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

PROBE: Final = "/.well-known/lading"
OVERLOADED: Final = ("busy", "read-only")
"""The only refusals with a status of 500 or more that are no failure of the exchange."""


def head(session: Session, method: str, path: str, *fields: str, version: str = "HTTP/1.1") -> bytes:
    """Return the head of a request to a path below the base address, with `Host` and then these fields."""
    http = session.exchange.http
    lines = (f"{method} {http.base_path}{path} {version}", f"Host: {http.authority}", *fields, "", "")
    return "\r\n".join(lines).encode("latin-1")


def bare(session: Session, line: str, *fields: str) -> bytes:
    """Return a head whose first line stands as it is."""
    return "\r\n".join((line, f"Host: {session.exchange.http.authority}", *fields, "", "")).encode("latin-1")


def upload_head(session: Session, path: str, body: bytes, uploader: Signer) -> bytes:
    """Return the head of a signed upload of these bytes."""
    fields = session.exchange.http.signed_headers("PUT", path, body, Signing(uploader))
    lines = [f"{name}: {value}" for name, value in fields.items()]
    return head(session, "PUT", path, f"Content-Type: {OCTETS}", f"Content-Length: {len(body)}", *lines)


def chunked(*pieces: bytes) -> bytes:
    """Return a body in the chunked coding of HTTP/1.1."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def talk(
    session: Session,
    *parts: bytes,
    finish: bool = False,
    pause: float = 0.0,
    between: Callable[[], None] | None = None,
) -> Heard:
    """Send bytes and return what comes back; a connection that is closed without an answer is an empty one.

    Raises `NoAnswer` for silence and for what is no HTTP.
    """
    try:
        return raw.send(session.exchange.http, *parts, finish=finish, pause=pause, between=between)
    except Closed:
        return Heard(closed=True)


def survived(heard: Heard, code: str = "bad-request") -> None:
    """Fail unless bytes that are no good request were answered with this problem, or by closing the connection."""
    if not heard.answers:
        return
    for answer in heard.answers:
        sound(answer)
    if heard.answer.status < 400:
        raise Failed(f"it is answered with status {heard.answer.status}, as if nothing were wrong")
    # A proxy in front of an exchange may refuse what is no HTTP in words of its own.
    if heard.answer.media_type == expect.PROBLEM:
        expect.problem(heard.answer, code)
    elif heard.answer.status not in (400, 405, 408, 411, 413, 414, 417, 421, 426, 431, 501, 505):
        raise Failed(f"status {heard.answer.status}, which says nothing of a malformed request")


def sound(answer: Answer) -> Answer:
    """Return the answer unless it shows that the exchange failed or broke down."""
    if answer.status < 500 or answer.status in (501, 505):
        return answer
    code = answer.members().get("code") if answer.media_type == expect.PROBLEM else None
    if answer.status == 503 and code in OVERLOADED:
        return answer
    raise Failed(f"status {answer.status} ({code or answer.body[:80]!r}): the exchange failed over a request")


def alive(session: Session) -> None:
    """Fail unless the exchange still says who it is."""
    answer = expect.media_type(expect.status(session.exchange.well_known(), 200), expect.JSON)
    if answer.members().get("id") != session.facts.id:
        raise Failed("it says that it is another exchange")


def tells_nothing(answers: Sequence[Answer]) -> None:
    """Fail if a failure of the exchange's own is told in other words than those of LAD-HTP-016."""
    for answer in answers:
        if answer.status == codes()["internal-error"].status:
            expect.problem(answer, "internal-error")
