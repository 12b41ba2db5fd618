"""Seal keys: their form, which are sound, and boxes, also opened by an opener that shares no code with the SDK."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from lading.errors import UsageProblem
from lading.keys import seal
from lading.keys.seal import SealKey
from lading.problems import Refused
from sdk.tests.core.outcome import outcome
from sdk.tests.transfer import naive
from sdk.tests.transfer.brief import BRIEF, KEYS
from tools.vectors.primitives import b64url

SEED = hashlib.sha256(b"a seal key").digest()
KEY = SealKey.from_seed(SEED)
P = 2**255 - 19
LOW_ORDER = {
    "zero": 0,
    "one": 1,
    "order-8": 325606250916557431795983626356110631294008115727848805560023387167927233504,
    "order-8-too": 39382357235489614581723060781553021112529911719440698176882885853963445705823,
    "minus-one": P - 1,
    "zero-not-reduced": P,
    "one-not-reduced": P + 1,
}


def code(answer: object) -> str:
    """The code of a refusal."""
    assert isinstance(answer, Refused)
    return answer.code


def with_coefficient(place: int, value: int) -> bytes:
    """The public key with one of the 768 coefficients replaced."""
    at, public = place // 2 * 3, bytearray(KEY.public)
    group = int.from_bytes(public[at : at + 3], "little")
    shift = 12 * (place % 2)
    public[at : at + 3] = (group & ~(0xFFF << shift) | value << shift).to_bytes(3, "little")
    return bytes(public)


@BRIEF
@given(KEYS, st.binary(max_size=100), st.binary(max_size=200))
def test_a_box_opens_here_and_elsewhere(seed: bytes, plaintext: bytes, info: bytes) -> None:
    key = SealKey.from_seed(seed)
    box = seal.seal_to(key.public, plaintext, info)
    assert len(box) == len(plaintext) + 1136 == len(plaintext) + seal.OVERHEAD_BYTES
    assert key.open(box, info) == plaintext == naive.open_box(seed, box, info)


@BRIEF
@given(st.integers(0, 1167), st.integers(1, 255))
def test_no_byte_of_a_box_can_change(at: int, change: int) -> None:
    box = seal.seal_to(KEY.public, bytes(32), b"info")
    changed = box[:at] + bytes([box[at] ^ change]) + box[at + 1 :]
    assert code(outcome(KEY.open, changed, b"info")) == "bad-share"


@pytest.mark.parametrize("low", LOW_ORDER.values(), ids=LOW_ORDER)
def test_a_box_with_a_low_order_point_does_not_open(low: int) -> None:
    box = seal.seal_to(KEY.public, bytes(32), b"info")
    forged = box[:1088] + low.to_bytes(32, "little") + box[1120:]
    assert code(outcome(KEY.open, forged, b"info")) == "bad-share"


@pytest.mark.parametrize("length", [0, 1, 1119, 1120, 1135, 1136, 1167, 1169])
def test_a_box_of_another_length_does_not_open(length: int) -> None:
    box = (seal.seal_to(KEY.public, bytes(32), b"info") + b"\x00")[:length]
    assert code(outcome(KEY.open, box, b"info")) == "bad-share"


def test_a_box_opens_with_its_key_and_info_only() -> None:
    box = seal.seal_to(KEY.public, bytes(32), b"info")
    assert code(outcome(KEY.open, box, b"inf")) == "bad-share"
    assert code(outcome(SealKey.generate().open, box, b"info")) == "bad-share"


def test_two_boxes_of_one_plaintext_differ() -> None:
    assert seal.seal_to(KEY.public, bytes(32), b"") != seal.seal_to(KEY.public, bytes(32), b"")


def test_a_key_is_its_seed_and_is_known_by_its_hash() -> None:
    again = SealKey.from_seed(KEY.seed)
    assert (again.public, again.kid, again.seed) == (KEY.public, KEY.kid, SEED)
    assert KEY.kid == seal.kid_of(KEY.public) == b64url(hashlib.sha256(KEY.public).digest())
    assert SealKey.generate().kid != KEY.kid
    expanded = hashlib.shake_256(SEED).digest(96)
    assert (
        KEY.public[1184:]
        == X25519PrivateKey.from_private_bytes(expanded[64:]).public_key().public_bytes_raw()
    )


def test_a_key_shows_its_thumbprint_and_not_its_secret() -> None:
    assert repr(KEY) == f"SealKey({KEY.kid})"


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(UsageProblem):
        SealKey.from_seed(bytes(length))


@BRIEF
@given(KEYS)
def test_a_made_key_is_sound(seed: bytes) -> None:
    seal.check_public(SealKey.from_seed(seed).public)


@pytest.mark.parametrize("length", [0, 32, 1184, 1215, 1217])
def test_a_key_of_another_length_is_not_sound(length: int) -> None:
    assert code(outcome(seal.check_public, (KEY.public + b"\x00")[:length])) == "bad-seal-key"


@pytest.mark.parametrize("place", [0, 1, 2, 255, 256, 766, 767])
def test_a_coefficient_is_below_the_modulus(place: int) -> None:
    seal.check_public(with_coefficient(place, 3328))
    for value in (3329, 3330, 4095):
        unsound = with_coefficient(place, value)
        assert code(outcome(seal.check_public, unsound)) == "bad-seal-key"
        assert code(outcome(seal.seal_to, unsound, bytes(32), b"")) == "bad-seal-key"


@pytest.mark.parametrize("top_bit", [0, 1 << 255], ids=["top-bit-clear", "top-bit-set"])
@pytest.mark.parametrize("low", LOW_ORDER.values(), ids=LOW_ORDER)
def test_a_point_of_low_order_is_not_sound(low: int, top_bit: int) -> None:
    point = (low | top_bit).to_bytes(32, "little")
    with pytest.raises(ValueError, match="shared key"):
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(point))
    unsound = KEY.public[:1184] + point
    assert code(outcome(seal.check_public, unsound)) == "bad-seal-key"
    assert code(outcome(seal.seal_to, unsound, bytes(32), b"")) == "bad-seal-key"


def test_a_sound_point_beside_one_of_low_order_passes() -> None:
    for u in (2, 9, P - 2, P + 2):
        seal.check_public(KEY.public[:1184] + u.to_bytes(32, "little"))
