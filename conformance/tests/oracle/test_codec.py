"""The oracle's codec, against RFC 8785 written by others and against the SDK."""

import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.problems import Refused
from lading.statement import canonical as sdk_canonical
from lading.statement import envelope as sdk_envelope
from lading_conformance.oracle import base64url, canonical, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.rejected import Rejected

KEY = Key.from_seed(bytes(32))
HEADER = statement.header(KEY.thumbprint)
GOOD = statement.sign({"type": "example", "version": 1}, KEY)

ascii_names = st.text(st.characters(max_codepoint=127), max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
integers = st.integers(-canonical.MAXIMUM_INTEGER, canonical.MAXIMUM_INTEGER)
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ascii_names, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(ascii_names, values, max_size=5)


def code_of_oracle(jws: bytes) -> str:
    try:
        statement.parse(jws)
    except Rejected as rejected:
        return rejected.code
    return "accepted"


def code_of_sdk(jws: bytes) -> str:
    try:
        sdk_envelope.decode(jws)
    except Refused as refused:
        return refused.code
    return "accepted"


def with_payload(payload: bytes) -> bytes:
    return statement.assemble(HEADER, payload, KEY)


def with_header(header: bytes) -> bytes:
    return statement.assemble(header, b"{}", KEY)


def nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


FIRST, SECOND, THIRD = GOOD.split(b".")
KID = KEY.thumbprint.encode()

CASES = {
    "accepted": [GOOD, with_payload(nested(32)), with_payload(b'{"a":9007199254740991}')],
    "too-large": [with_payload(b'{"a":"' + b"a" * 49_000 + b'"}')],
    "malformed-envelope": [b"", b"a.b", GOOD + b".", GOOD + b".a", b"." + GOOD, GOOD + "ü".encode()],
    "bad-base64url": [
        GOOD + b"=",
        GOOD + b"\n",
        b" " + GOOD,
        FIRST + b"=." + SECOND + b"." + THIRD,
        FIRST + b"." + SECOND + b"." + b"/" + THIRD[1:],
        FIRST + b"." + SECOND + b"." + THIRD[:-1] + bytes([THIRD[-1] + 1]),
        FIRST + b"." + SECOND + b"." + THIRD[:-3],
        FIRST + b"." + SECOND + b"." + THIRD + b"AA",
    ],
    "bad-header": [
        with_header(HEADER.replace(b"{", b'{"a":1,')),
        with_header(HEADER.replace(b",", b", ")),
        with_header(b'{"kid":"' + KID + b'","alg":"Ed25519","typ":"lading+jws"}'),
        with_header(HEADER.replace(b'"Ed25519"', b"1")),
        with_header(HEADER.replace(b'"lading+jws"', b"null")),
        with_header(HEADER.replace(KID, KID[:-1])),
        with_header(HEADER.replace(KID, KID[:-1] + b"B")),
        with_header(HEADER.replace(b"Ed", b"\\u0045d")),
        with_header(b"[]"),
        with_header(b"\xff"),
    ],
    "wrong-alg": [
        with_header(HEADER.replace(b"Ed25519", b"EdDSA")),
        with_header(HEADER.replace(b"Ed25519", b"none")),
        with_header(HEADER.replace(b"Ed25519", b"none").replace(b"lading+jws", b"JWT")),
    ],
    "wrong-typ": [
        with_header(HEADER.replace(b"lading+jws", b"JWT")),
        with_header(HEADER.replace(b"lading+jws", b"JWT").replace(KID, b"x")),
    ],
    "bad-json": [
        with_payload(payload)
        for payload in (
            b" ",
            b"[]",
            b"1",
            b'\xef\xbb\xbf{"a":1}',
            b'{"a":"\xff"}',
            b'{"a":"\xed\xa0\x80"}',
            b'{"a":"\\ud800"}',
            b'{"\\ud800":1}',
            b'{"a":NaN}',
            b'{"a":-Infinity}',
            b'{"a":1,}',
            b'{"a":1}x',
            b'{"a":"\n"}',
            b"{'a':1}",
        )
    ],
    "bad-number": [
        with_payload(b'{"a":' + token + b"}")
        for token in (
            b"1.0",
            b"1e3",
            b"-0",
            b"0.1",
            b"9007199254740992",
            b"9007199254740993",
            b"-9007199254740992",
            b"1" * 400,
            b"1e999",
            b"-0.0",
        )
    ],
    "bad-name": [with_payload('{"ü":1}'.encode()), with_payload(b'{"\\u00fc":1}')],
    "too-deep": [with_payload(nested(33)), with_payload(b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}")],
    "not-canonical": [
        with_payload(payload)
        for payload in (
            b'{"a":1,"a":1}',
            b'{"a":1,"a":2}',
            b'{"b":1,"a":2}',
            b'{"a": 1}',
            b' {"a":1}',
            b'{"a":1}\n',
            b'{"a":"\\/"}',
            b'{"a":"\\u0061"}',
            b'{"a":"\\u000A"}',
            b'{"a":"\\u001F"}',
            b'{"\\u0061":1}',
        )
    ],
}
FLAT = [(code, jws) for code, statements in CASES.items() for jws in statements]


@pytest.mark.parametrize(("code", "jws"), FLAT)
def test_each_flaw_has_its_code_in_oracle_and_sdk(code: str, jws: bytes) -> None:
    assert code_of_oracle(jws) == code
    assert code_of_sdk(jws) == code


@settings(deadline=None)
@given(objects)
def test_canonical_form_is_that_of_rfc_8785(value: dict[str, Json]) -> None:
    written = canonical.dumps(value)
    assert written == rfc8785.dumps(value) == sdk_canonical.dumps(value)
    assert canonical.loads(written) == value == json.loads(written)


@settings(deadline=None)
@given(objects, st.data())
def test_payloads_with_one_byte_changed_are_judged_alike(value: dict[str, Json], data: st.DataObject) -> None:
    written = bytearray(canonical.dumps(value))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] = data.draw(st.integers(0, 255))
    jws = with_payload(bytes(written))
    assert (code_of_oracle(jws) == "accepted") is (code_of_sdk(jws) == "accepted")


@settings(deadline=None)
@given(st.data())
def test_statements_with_one_byte_changed_are_judged_alike(data: st.DataObject) -> None:
    changed = bytearray(GOOD)
    changed[data.draw(st.integers(0, len(GOOD) - 1))] = data.draw(st.integers(0, 255))
    assert code_of_oracle(bytes(changed)) == code_of_sdk(bytes(changed))


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_base64url_has_one_spelling(data: bytes) -> None:
    text = base64url.encode(data)
    assert base64url.decode(text) == data


@pytest.mark.parametrize("data", [b"a", b"ab", b"abcd"])
def test_trailing_bits_make_no_second_spelling(data: bytes) -> None:
    text = base64url.encode(data)
    with pytest.raises(Rejected, match="bad-base64url"):
        base64url.decode(text[:-1] + chr(ord(text[-1]) + 1))


def test_a_parsed_statement_knows_its_key() -> None:
    parsed = statement.parse(GOOD)
    parsed.verify(KEY.public)
    assert parsed.id == sdk_envelope.statement_id(GOOD)
    with pytest.raises(Rejected, match="unknown-key"):
        parsed.verify(Key.generate().public)


def test_a_statement_signed_by_the_sdk_is_read_and_the_other_way_round() -> None:
    assert sdk_envelope.decode(GOOD).members == statement.parse(GOOD).payload
