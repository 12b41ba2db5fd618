"""The codec: what it writes it reads, and all else it refuses, in agreement with two libraries of others."""

import base64
import json
import math
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from joserfc import jws as jose
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey

from lading.keys import ed25519
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.register.register import Registered
from lading.statement import base64url, canonical
from lading.statement.envelope import decode, encode, statement_id
from sdk.tests.core.market import opened
from sdk.tests.core.outcome import outcome
from sdk.tests.core.strategies import OBJECTS, mutated, spelled

SIGNER = Ed25519Signer.from_seed(bytes(range(32)))
KEY = OKPKey.import_key(
    {
        "crv": "Ed25519",
        "kty": "OKP",
        "x": base64url.encode(SIGNER.public).decode(),
        "d": base64url.encode(SIGNER.seed).decode(),
    }
)


@given(OBJECTS)
def test_what_is_written_is_read(value: dict[str, Any]) -> None:
    data = canonical.dumps(value)
    assert canonical.loads(data) == value


@given(OBJECTS)
def test_the_canonical_form_is_that_of_rfc_8785(value: dict[str, Any]) -> None:
    assert canonical.dumps(value) == rfc8785.dumps(value)


def has_profile(value: object, depth: int = 1) -> bool:
    """Whether a value that a lenient parser read lies in the profile, apart from its spelling."""
    if isinstance(value, dict):
        return depth <= 32 and all(
            name.isascii() and has_profile(child, depth + 1) for name, child in value.items()
        )
    if isinstance(value, list):
        return depth <= 32 and all(has_profile(child, depth + 1) for child in value)
    if isinstance(value, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value is None or isinstance(value, bool) or (type(value) is int and abs(value) < 2**53)


def lenient(data: bytes) -> object:
    """What the standard library reads; None where it reads nothing."""
    try:
        return json.loads(data.decode("utf-8"))
    except ValueError:
        return None


@given(spelled() | mutated(spelled()) | st.binary(max_size=40))
@example(b'{"a":1.0}')
@example(b'{"a":-0}')
@example(b'{"a":1e400}')
@example(b'{"a":9007199254740993}')
@example(b'{"a":1,"a":1}')
@example(b"\xef\xbb\xbf{}")
@example(b'{"a":"\\ud800"}')
@example(b'{"a":"\\/"}')
@example('{"é":1}'.encode())
def test_bytes_are_their_own_canonical_form_or_refused(data: bytes) -> None:
    """In agreement with a lenient parser and the writer of another library, in both directions."""
    value = lenient(data)
    expected = isinstance(value, dict) and has_profile(value) and rfc8785.dumps(value) == data
    loaded = outcome(canonical.loads, data)
    if isinstance(loaded, Refused):
        assert loaded.problem.layer == "payload"
        assert not expected
    else:
        assert expected
        assert canonical.dumps(loaded) == data
        assert loaded == value


@given(st.integers(0, 60), st.booleans())
def test_depth_is_counted_exactly(levels: int, objects: bool) -> None:
    inner = b'{"a":' * levels + b"1" + b"}" * levels if objects else b"[" * levels + b"1" + b"]" * levels
    data = b'{"x":' + inner + b"}"
    if levels <= 31:
        assert canonical.dumps(canonical.loads(data)) == data
    else:
        with pytest.raises(Refused) as refusal:
            canonical.loads(data)
        assert refusal.value.code == "too-deep"


@pytest.mark.parametrize("levels", [33, 1000, 1025, 5000, 100_000])
def test_no_depth_is_too_deep_to_be_refused(levels: int) -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        with pytest.raises(Refused) as refusal:
            canonical.loads(b'{"x":' + opening * levels + b"1" + closing * levels + b"}")
        assert refusal.value.code == "too-deep"


def test_brackets_in_texts_are_no_depth() -> None:
    with pytest.raises(Refused) as refusal:
        canonical.loads(b'{"a":"' + b"[" * 100 + b'\\"' + b"{" * 100 + b'",}')
    assert refusal.value.code == "bad-json"


@given(
    st.recursive(
        st.floats() | st.integers(2**53) | st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=4
    )
)
def test_nothing_outside_the_profile_is_written(value: Any) -> None:
    data = outcome(canonical.dumps, {"a": value})
    if isinstance(data, Refused):
        assert data.problem.layer == "payload"
        assert not has_profile(value)
    else:
        assert has_profile(value)
        assert canonical.loads(data) == {"a": value}


@pytest.mark.parametrize("value", [math.nan, math.inf, b"bytes", object(), {1: 2}, {("a",): 1}])
def test_what_is_no_json_is_not_written(value: object) -> None:
    with pytest.raises(Refused):
        canonical.dumps({"a": value})


def test_a_value_that_holds_itself_is_not_written() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(Refused) as refusal:
        canonical.dumps({"a": value})
    assert refusal.value.code == "too-deep"


@given(st.binary(max_size=70))
def test_base64url_has_one_spelling(data: bytes) -> None:
    text = base64url.encode(data)
    assert text == base64.urlsafe_b64encode(data).rstrip(b"=")
    assert base64url.decode(text) == data


@given(st.binary(max_size=12) | st.text("ABCDwxyz0189-_+/= \n", min_size=1, max_size=12).map(str.encode))
def test_base64url_refuses_every_other_spelling(text: bytes) -> None:
    data = outcome(base64url.decode, text)
    if isinstance(data, Refused):
        assert data.code == "bad-base64url"
        assert text not in lenient_spellings(text)
    else:
        assert base64url.encode(data) == text


def lenient_spellings(text: bytes) -> list[bytes]:
    """How the standard library would spell what it reads; nothing where it reads nothing."""
    try:
        return [
            base64url.encode(base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True))
        ]
    except ValueError:
        return []


@given(OBJECTS)
def test_joserfc_verifies_what_the_sdk_signs(members: dict[str, Any]) -> None:
    signed = encode(members, SIGNER)
    read = jose.deserialize_compact(signed, KEY, algorithms=["Ed25519"])
    assert read.payload == canonical.dumps(members)
    assert read.headers() == {"alg": "Ed25519", "kid": SIGNER.thumbprint, "typ": "lading+jws"}


@given(OBJECTS)
def test_joserfc_signs_the_same_bytes(members: dict[str, Any]) -> None:
    header = {"alg": "Ed25519", "kid": SIGNER.thumbprint, "typ": "lading+jws"}
    theirs = jose.serialize_compact(header, canonical.dumps(members), KEY, algorithms=["Ed25519"])
    assert theirs.encode() == encode(members, SIGNER)


@given(OBJECTS, st.binary(min_size=64, max_size=64))
def test_joserfc_and_the_sdk_refuse_the_same_signatures(members: dict[str, Any], signature: bytes) -> None:
    signing_input = encode(members, SIGNER).rpartition(b".")[0]
    forged = signing_input + b"." + base64url.encode(signature)
    envelope = decode(forged)
    with pytest.raises(Refused):
        ed25519.verify(SIGNER.public, envelope.signing_input, envelope.signature)
    with pytest.raises(BadSignatureError):
        jose.deserialize_compact(forged, KEY, algorithms=["Ed25519"])


LISTING = opened().listing(
    title="Roads", description="One line\na sensor.", extensions={"urn:x:y": [1, "é", None]}
)


@given(mutated(st.just(LISTING)) | st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_an_envelope_or_refused(data: bytes) -> None:
    envelope = outcome(decode, data)
    if isinstance(envelope, Refused):
        assert envelope.problem.layer in ("envelope", "payload")
    else:
        assert envelope.id == statement_id(data)
        head, body, signature = data.split(b".")
        rebuilt = b".".join(base64url.encode(base64url.decode(part)) for part in (head, body, signature))
        assert rebuilt == data
        assert canonical.dumps(envelope.members) == envelope.payload


@given(mutated(st.just(LISTING)))
def test_a_changed_statement_is_another_one_or_none(data: bytes) -> None:
    """No change leaves a statement registered: not under its id, and not under another one."""
    market = opened()
    answer = market.answer(data)
    assert isinstance(answer, Registered) == (data == LISTING)
    assert isinstance(market.answer(LISTING), Registered)


@pytest.mark.parametrize("bit", [1, 4, 32, 128])
def test_every_byte_of_a_statement_counts(bit: int) -> None:
    market = opened()
    for at in range(len(LISTING)):
        changed = LISTING[:at] + bytes([LISTING[at] ^ bit]) + LISTING[at + 1 :]
        assert isinstance(market.answer(changed), Refused)
