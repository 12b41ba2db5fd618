"""Bytes that are no request, or two at a time, are refused; and the exchange goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from lading_conformance.drivers import raw
from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.http import Exchanged
from lading_conformance.oracle.statement import MEDIA_TYPE
from lading_conformance.steps import expect, wire
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

ID: Final = "sha256:" + 64 * "a"
TYPE: Final = f"Content-Type: {MEDIA_TYPE}"
CHUNKED: Final = "Transfer-Encoding: chunked"
LATE_SECONDS: Final = 0.5
"""How long the suite waits for what must not come: a registration after the connection ended."""
SMUGGLED: Final = "a newcomer's statement behind it is not registered"

Build = Callable[[Session], bytes]


def _get(*fields: str, path: str = wire.PROBE) -> Build:
    return lambda session: wire.head(session, "GET", path, *fields)


def _post(body: bytes, *fields: str) -> Build:
    return lambda session: wire.head(session, "POST", "/statements", TYPE, *fields) + body


def _line(line: str, *fields: str) -> Build:
    return lambda session: wire.bare(session, line, *fields)


HEADS: Final[Mapping[str, Build]] = {
    "two Host fields": _get("Host: other.example"),
    "two Signature fields": _get("Signature: a", "Signature: b"),
    "two media types": _post(b"x", "Content-Type: application/json", "Content-Length: 1"),
    "no Host at all": lambda session: b"GET " + wire.PROBE.encode("ascii") + b" HTTP/1.1\r\n\r\n",
    "a space before a colon": _get("Content-Length : 0"),
    "a field without a colon": _get("Signature"),
    "a folded field": _get("Signature: a", " b"),
    "a NUL in a field": _get("Signature: a\0b"),
    "a NUL in the path": _line(f"GET {wire.PROBE}\0 HTTP/1.1"),
    "a percent sign in the path": _get(path=f"/statements/..%2f..%2f{ID}"),
    "a NUL in the path, encoded": _get(path=f"/statements/{ID}%00"),
    "a path of 100 000 characters": _get(path=f"/statements/{'a' * 100_000}"),
    "a query of 100 000 characters": _get(path=f"/statements/{ID}?x={'a' * 100_000}"),
    "a path in letters beyond ASCII": _get(path="/statements/\xff\xfe"),
    "a method that nobody knows": _line("BREW /statements HTTP/1.1"),
    "a version that nobody knows": _line(f"GET {wire.PROBE} HTTP/9.9"),
    "a line of three words too many": _line(f"GET {wire.PROBE} HTTP/1.1 and more of it"),
    "the beginning of TLS": lambda session: (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n"
    ),
    "noise": lambda session: session.random.randbytes(200) + b"\r\n\r\n",
    "CONNECT to somewhere else": _line("CONNECT elsewhere.example:443 HTTP/1.1"),
}
"""Heads that are refused, by what is wrong with them; each has its end."""

BODIES: Final[Mapping[str, Build]] = {
    "a length that is no number": _post(b"", "Content-Length: ten"),
    "a negative length": _post(b"", "Content-Length: -1"),
    "a length with a sign": _post(b"x", "Content-Length: +1"),
    "two lengths in one field": _post(b"xx", "Content-Length: 1, 2"),
    "a chunk size that is no number": _post(b"zz\r\nabc\r\n0\r\n\r\n", CHUNKED),
    "a negative chunk size": _post(b"-1\r\nabc\r\n0\r\n\r\n", CHUNKED),
    "a chunk size with a prefix": _post(b"0x3\r\nabc\r\n0\r\n\r\n", CHUNKED),
    "a chunk size of 40 digits": _post(b"f" * 40 + b"\r\nabc\r\n0\r\n\r\n", CHUNKED),
    "a chunk longer than it says": _post(b"3\r\nabcdef\r\n0\r\n\r\n", CHUNKED),
    "a coding that nobody knows": _post(b"3\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: brewed"),
    "a body that breaks off": _post(b"abc", "Content-Length: 10"),
    "chunks that break off": _post(b"5\r\nabc", CHUNKED),
}
"""Bodies that are refused, by what is wrong with them."""
CUT_OFF: Final[Mapping[str, Callable[[bytes], Build]]] = {
    "in a body that should be a byte longer": lambda jws: _post(jws, f"Content-Length: {len(jws) + 1}"),
    "without the last chunk": lambda jws: _post(wire.chunked(jws).removesuffix(b"0\r\n\r\n"), CHUNKED),
}
"""Bodies of a statement that break off behind it."""


def run(trial: Trial) -> None:
    """Say everything to the exchange that is no request, and after each ask whether it is still there."""
    session = trial.session
    session.checkpoint_size()
    answered = len(trial.messages)
    for rows, finish in ((HEADS, False), (BODIES, True)):
        for what, build in rows.items():
            with trial.check("LAD-HTP-004", f"{what}: bad-request or no answer, and the exchange goes on"):
                # Whoever closes its side behind a whole request may not hear what it is answered.
                wire.survived(wire.talk(session, build(session), finish=finish))
                wire.alive(session)
    _smuggled(trial)
    _cut_off(trial)
    _tolerated(trial)
    _in_pieces(trial)
    _floods(trial)
    with trial.check("LAD-HTP-016", "whatever it failed over, it told nobody what failed"):
        wire.tells_nothing(_answers(trial.messages[answered:]))


def _answers(messages: list[Exchanged]) -> list[Answer]:
    return [message.answer for message in messages if message.answer is not None]


def _smuggled(trial: Trial) -> None:
    """Hide a registration where one of two readers of a connection would see the body of another request."""
    session = trial.session
    for what, fields, closing in (
        ("two lengths", ("Content-Length: {all}", "Content-Length: 0"), b""),
        ("two lengths, the first one short", ("Content-Length: 0", "Content-Length: {all}"), b""),
        ("a length and chunks", ("Content-Length: {all}", CHUNKED), b"0\r\n\r\n"),
        ("chunks and a length", (CHUNKED, "Content-Length: {all}"), b"0\r\n\r\n"),
        (
            "chunks under a second name",
            ("Transfer-Encoding: brewed", CHUNKED, "Content-Length: {all}"),
            b"0\r\n\r\n",
        ),
        ("chunks behind a space", ("Transfer-Encoding : chunked", "Content-Length: {all}"), b"0\r\n\r\n"),
    ):
        newcomer = session.newcomer("smuggled")
        jws = newcomer.sign(newcomer.introduction())
        inner = wire.head(session, "POST", "/statements", TYPE, f"Content-Length: {len(jws)}") + jws
        body = closing + inner
        outer = tuple(field.format(all=len(body)) for field in (TYPE, *fields))
        with trial.check("LAD-HTP-004", f"{what}: refused, and {SMUGGLED}"):
            wire.survived(
                wire.talk(session, wire.head(session, "POST", "/statements", *outer) + body, finish=True)
            )
            expect.not_stored(session, jws)


def _cut_off(trial: Trial) -> None:
    """Break off behind a statement that came whole, in a body that did not."""
    session, sent = trial.session, {}
    for what, build in CUT_OFF.items():
        newcomer = session.newcomer("cut off")
        sent[what] = jws = newcomer.sign(newcomer.introduction())
        with trial.check("LAD-HTP-004", f"a whole statement {what}: bad-request or no answer"):
            wire.survived(wire.talk(session, build(jws)(session), finish=True))
    time.sleep(LATE_SECONDS)
    for what, jws in sent.items():
        with trial.check("LAD-HTP-004", f"a whole statement {what}: not registered"):
            expect.not_stored(session, jws)


def _tolerated(trial: Trial) -> None:
    """What an HTTP server may take or refuse, as long as it neither fails nor falls silent."""
    session = trial.session
    http = session.exchange.http
    path = http.base_path + wire.PROBE
    tolerable = {
        "HTTP/1.0": wire.head(session, "GET", wire.PROBE, version="HTTP/1.0"),
        "HTTP/0.9": f"GET {path}\r\n\r\n".encode("ascii"),
        "line feeds alone": wire.head(session, "GET", wire.PROBE).replace(b"\r\n", b"\n"),
        "its own address as the target": wire.bare(session, f"GET {http.base}{wire.PROBE} HTTP/1.1"),
        "another address as the target": wire.bare(session, f"GET http://other.example{path} HTTP/1.1"),
        "OPTIONS of everything": wire.bare(session, "OPTIONS * HTTP/1.1"),
        "an expectation that nobody knows": wire.head(session, "GET", wire.PROBE, "Expect: the-best"),
        "an upgrade": wire.head(session, "GET", wire.PROBE, "Connection: Upgrade", "Upgrade: websocket"),
        "a field behind the last chunk": _post(b"3\r\nabc\r\n0\r\nSignature: x\r\n\r\n", CHUNKED)(session),
        "an extension of a chunk": _post(b"3;a=b\r\nabc\r\n0\r\n\r\n", CHUNKED)(session),
        "more bytes than were announced": _post(b"abcdef\r\n\r\n", "Content-Length: 3")(session),
    }
    for what, data in tolerable.items():
        with trial.check("LAD-HTP-001", f"{what}: answered, refused or closed, and the exchange goes on"):
            for answer in wire.talk(session, data, finish=True).answers:
                wire.sound(answer)
            wire.alive(session)


def _in_pieces(trial: Trial) -> None:
    session = trial.session
    probe = wire.head(session, "GET", wire.PROBE)
    with trial.check("LAD-HTP-001", "three requests in one piece: answered in their order"):
        absent = wire.head(session, "GET", f"/statements/{ID}")
        heard = raw.send(session.exchange.http, probe + absent + probe, answers=3)
        if [answer.status for answer in heard.answers] != [200, 404, 200][: len(heard.answers)]:
            raise Failed(f"they are answered with {[answer.status for answer in heard.answers]}")
    with trial.check("LAD-HTP-001", "a request, byte by byte: answered like any other"):
        pieces = [probe[at : at + 1] for at in range(len(probe))]
        expect.status(raw.send(session.exchange.http, *pieces, pause=0.002).answer, 200)
    for what, expected, pause in (("slowly", (), 0.3), ("after a question", ("Expect: 100-continue",), 0.2)):
        newcomer = session.newcomer(what)
        jws = newcomer.sign(newcomer.introduction())
        fields = (TYPE, f"Content-Length: {len(jws)}", *expected)
        head = wire.head(session, "POST", "/statements", *fields)
        with trial.check("LAD-HTP-025", f"a statement that comes {what}: registered"):
            heard = raw.send(session.exchange.http, head, jws[:100], jws[100:200], jws[200:], pause=pause)
            expect.registered(session, jws, heard.answer)


def _floods(trial: Trial) -> None:
    session = trial.session
    piece = b"8000\r\n" + b"a" * 0x8000 + b"\r\n"
    floods = {
        "a field of 1 MiB": _get("X: " + "a" * 2**20)(session),
        "20 000 fields": _get(*(f"X-{number}: {number}" for number in range(20_000)))(session),
        "a statement of 4 MiB, in chunks": _post(128 * piece + b"0\r\n\r\n", CHUNKED)(session),
        "chunks of one byte, each with an extension of 1 000": _post(
            2_000 * (b"1;" + b"x" * 1_000 + b"\r\na\r\n") + b"0\r\n\r\n", CHUNKED
        )(session),
    }
    for what, data in floods.items():
        with trial.check(
            "LAD-HTP-015", f"{what}: answered, refused or closed in time, and the exchange goes on"
        ):
            for answer in wire.talk(session, data).answers:
                wire.sound(answer)
                if answer.status < 300 and data.startswith(b"POST"):
                    raise Failed(f"it is taken, with status {answer.status}")
            wire.alive(session)


CASE = Case(
    name="statement_framing",
    profile="statement",
    story="Somebody talks to the exchange's port without any manners: two lengths, two bodies in one, sizes that are "
    "no numbers, heads that never end, bytes that are no HTTP. It is refused or cut off, smuggles nothing in, and the "
    "exchange answers the next caller as if nothing had been.",
    requirements=("LAD-HTP-004", "LAD-HTP-001", "LAD-HTP-025", "LAD-HTP-015", "LAD-HTP-016"),
    run=run,
)
