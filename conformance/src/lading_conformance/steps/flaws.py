"""Statements with exactly one flaw, and statements at the edge of what is allowed.

Each is built on the introduction of a new participant, which the exchange would otherwise register, and is
validly signed over its own bytes. So only the check that the flaw names can refuse it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import Party
from lading_conformance.oracle import base64url, canonical, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.requirements import codes

EXTENSION: Final = "https://lading-conformance.example/extension"

Build = Callable[[Party], bytes]


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a statement, the code of the refusal, and how to build it for a newcomer."""

    what: str
    code: str
    build: Build
    narrower: str | None = None
    """The requirement, where it is not the one that the code names."""

    @property
    def requirement(self) -> str:
        """The requirement that is not met."""
        return self.narrower or codes()[self.code].requirement


def _plain(party: Party) -> bytes:
    return canonical.dumps(party.introduction())


def _header(old: bytes, new: bytes) -> Build:
    """A statement with one change in its header."""

    def build(party: Party) -> bytes:
        header = statement.header(party.key.thumbprint)
        return statement.assemble(header.replace(old, new, 1), _plain(party), party.key)

    return build


def _whole_header(header: bytes) -> Build:
    """A statement with another header."""
    return lambda party: statement.assemble(header, _plain(party), party.key)


def _payload(old: bytes, new: bytes) -> Build:
    """A statement with one change in the bytes of its payload."""

    def build(party: Party) -> bytes:
        header = statement.header(party.key.thumbprint)
        return statement.assemble(header, _plain(party).replace(old, new, 1), party.key)

    return build


def _extension(value: bytes) -> Build:
    """A statement whose extension, which nobody understands, has `value` as its bytes."""

    def build(party: Party) -> bytes:
        extended: dict[str, Json] = {EXTENSION: "VALUE"}
        payload = canonical.dumps(party.introduction(extensions=extended)).replace(b'"VALUE"', value)
        return statement.assemble(statement.header(party.key.thumbprint), payload, party.key)

    return build


def _member(name: str, value: Json) -> Build:
    """A statement with one member more, or another value of one."""
    return lambda party: party.sign(party.introduction(**{name: value}))


def _text(change: Callable[[list[str]], list[str]]) -> Build:
    """A statement with a change in the text of its segments; the signature covers the first two as changed."""

    def build(party: Party) -> bytes:
        header = statement.header(party.key.thumbprint)
        segments = [base64url.encode(header), base64url.encode(_plain(party)), ""]
        first, second, suffix = change(segments)
        return statement.seal(f"{first}.{second}", party.key) + suffix.encode("ascii")

    return build


def _trailing_bits(party: Party) -> bytes:
    """A statement whose signature is spelled with the last unused bit set."""
    jws = party.sign(party.introduction())
    return jws[:-1] + bytes([jws[-1] + 1])


def _short_signature(party: Party) -> bytes:
    jws = party.sign(party.introduction())
    head, _, signature = jws.rpartition(b".")
    return head + b"." + base64url.encode(base64url.decode(signature.decode("ascii"))[:-1]).encode("ascii")


def _list(party: Party) -> bytes:
    header = statement.header(party.key.thumbprint)
    return statement.assemble(header, b"[" + _plain(party) + b"]", party.key)


def _nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def _near_size(party: Party, total: int) -> list[bytes]:
    """Statements of growing size, the first of at most `total` bytes and the last of more."""
    bare = party.introduction(extensions={EXTENSION: ""})
    start = (total - len(party.sign(bare))) * 3 // 4 - 4
    return [party.sign({**bare, "extensions": {EXTENSION: "x" * (start + more)}}) for more in range(9)]


def _largest(party: Party) -> bytes:
    """The largest statement that is not too large. Not every length exists in base64."""
    return [jws for jws in _near_size(party, statement.MAXIMUM_BYTES) if len(jws) <= statement.MAXIMUM_BYTES][
        -1
    ]


def too_large(party: Party) -> bytes:
    """The smallest statement that is too large."""
    return next(
        jws for jws in _near_size(party, statement.MAXIMUM_BYTES) if len(jws) > statement.MAXIMUM_BYTES
    )


ENVELOPE: Final = (
    Flaw("more than 65 536 bytes", "too-large", too_large),
    Flaw("a fourth segment", "malformed-envelope", _text(lambda s: [s[0], s[1], ".AAAA"])),
    Flaw("an empty payload segment", "malformed-envelope", _text(lambda s: [s[0], "", ""])),
    Flaw("padding", "bad-base64url", _text(lambda s: [s[0], s[1], "=="])),
    Flaw("a line end after the last segment", "bad-base64url", _text(lambda s: [s[0], s[1], "\n"])),
    Flaw("a space in the payload segment", "bad-base64url", _text(lambda s: [s[0], " " + s[1], ""])),
    Flaw("the alphabet of plain base64", "bad-base64url", _text(lambda s: [s[0], s[1] + "++//", ""])),
    Flaw("trailing bits that are not zero", "bad-base64url", _trailing_bits),
    Flaw("a signature of 63 bytes", "bad-base64url", _short_signature, "LAD-STM-007"),
)

HEADER: Final = (
    Flaw("a header that is no JSON", "bad-header", _whole_header(b"Ed25519")),
    Flaw("a header that is null", "bad-header", _whole_header(b"null")),
    Flaw("a header that is a list", "bad-header", _whole_header(b'["Ed25519"]')),
    Flaw("a header without members", "bad-header", _whole_header(b"{}")),
    Flaw("alg as a number", "bad-header", _header(b'"Ed25519"', b"25519")),
    Flaw("typ as null", "bad-header", _header(b'"lading+jws"', b"null")),
    Flaw("a further header member", "bad-header", _header(b'"alg"', b'"abc":1,"alg"')),
    Flaw("a header member `crit`", "bad-header", _header(b',"kid"', b',"crit":["kid"],"kid"')),
    Flaw("white space in the header", "bad-header", _header(b",", b", ")),
    Flaw("an escaped letter in the header", "bad-header", _header(b"lading", b"l\\u0061ding")),
    Flaw("a member twice in the header", "bad-header", _header(b',"kid"', b',"alg":"Ed25519","kid"')),
    Flaw("alg EdDSA", "wrong-alg", _header(b"Ed25519", b"EdDSA")),
    Flaw("alg none", "wrong-alg", _header(b"Ed25519", b"none")),
    Flaw("alg HS256", "wrong-alg", _header(b"Ed25519", b"HS256")),
    Flaw("typ JWT", "wrong-typ", _header(b"lading+jws", b"JWT")),
)

PAYLOAD: Final = (
    Flaw("a byte order mark", "bad-json", _payload(b"{", b"\xef\xbb\xbf{")),
    Flaw("bytes that are not UTF-8", "bad-json", _extension(b'"\xff"')),
    Flaw("a lone surrogate, escaped", "bad-json", _extension(b'"\\ud800"')),
    Flaw("a lone surrogate, encoded", "bad-json", _extension(b'"\xed\xa0\x80"')),
    Flaw("NaN", "bad-json", _extension(b"NaN")),
    Flaw("a trailing comma", "bad-json", _extension(b"[1,]")),
    Flaw("a payload that is a list", "bad-json", _list),
    Flaw("the number 1.0", "bad-number", _extension(b"1.0")),
    Flaw("the number 1e3", "bad-number", _extension(b"1e3")),
    Flaw("the number -0", "bad-number", _extension(b"-0")),
    Flaw("the number 2^53", "bad-number", _extension(b"9007199254740992")),
    Flaw("the number 2^53+1", "bad-number", _extension(b"9007199254740993")),
    Flaw("a number of 400 digits", "bad-number", _extension(b"1" * 400)),
    Flaw("a name that is not ASCII", "bad-name", _extension('{"größe":1}'.encode())),
    Flaw("a name that is not ASCII, escaped", "bad-name", _extension(b'{"gr\\u00f6\\u00dfe":1}')),
    Flaw("depth 33", "too-deep", _extension(_nested(31))),
    Flaw("depth 5 000", "too-deep", _extension(_nested(5_000))),
    Flaw("a name twice, same value", "not-canonical", _extension(b'{"a":1,"a":1}')),
    Flaw("a name twice, other value", "not-canonical", _payload(b'"kind"', b'"kind":"person","kind"')),
    Flaw("white space", "not-canonical", _payload(b'"kind":', b'"kind": ')),
    Flaw("names out of order", "not-canonical", _extension(b'{"b":1,"a":1}')),
    Flaw("an escape that is not needed", "not-canonical", _extension(b'"\\u0061"')),
    Flaw("an escape in upper case", "not-canonical", _extension(b'"\\u001F"')),
)

MEMBERS: Final = (
    Flaw("version 2", "unknown-version", _member("version", 2)),
    Flaw("an act that nobody knows", "unknown-type", _member("type", "barter")),
    Flaw("a member that the act does not have", "bad-member", _member("colour", "blue")),
    Flaw("a country that does not exist", "bad-member", _member("jurisdiction", "XQ")),
    Flaw("a date that does not exist", "bad-member", _member("issued_at", "2026-02-30T00:00:00.000Z")),
    Flaw("a time without milliseconds", "bad-member", _member("issued_at", "2026-02-20T00:00:00Z")),
    Flaw("null for a member left out", "bad-member", _member("contact", None)),
    Flaw(
        "a critical extension that nobody understands",
        "unknown-critical",
        lambda party: party.sign(party.introduction(extensions={EXTENSION: 1}, critical=[EXTENSION])),
    ),
)

EDGES: Final = (
    ("depth 32", _extension(_nested(30))),
    ("the integers 2^53-1 and -(2^53-1)", _extension(b"[9007199254740991,-9007199254740991]")),
    ("text outside the basic plane", _extension(b'"\xf0\x9f\x9a\xa2"')),
    ("as many bytes as are allowed", _largest),
)
"""Statements that an exchange has to register, by what is at its limit."""
