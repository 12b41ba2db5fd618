"""Keys: signatures, sound points, signers."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from lading.errors import UsageProblem
from lading.keys import ed25519
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from sdk.tests.core.outcome import outcome
from tools.vectors.edwards import BASE, NEUTRAL, L, decoded, torsion

SEEDS = st.binary(min_size=32, max_size=32)


@given(SEEDS, st.binary(max_size=100))
def test_a_signature_verifies_here_and_elsewhere(seed: bytes, message: bytes) -> None:
    signer = Ed25519Signer.from_seed(seed)
    signature = signer.sign(message)
    ed25519.check_public(signer.public)
    ed25519.verify(signer.public, message, signature)
    Ed25519PublicKey.from_public_bytes(signer.public).verify(signature, message)
    assert Ed25519PrivateKey.from_private_bytes(seed).sign(message) == signature
    assert signer.seed == seed


@given(SEEDS, st.binary(min_size=1, max_size=40), st.integers(0, 63), st.integers(1, 255))
def test_no_byte_of_a_signature_can_change(seed: bytes, message: bytes, at: int, change: int) -> None:
    signer = Ed25519Signer.from_seed(seed)
    signature = signer.sign(message)
    changed = signature[:at] + bytes([signature[at] ^ change]) + signature[at + 1 :]
    assert refused(signer.public, message, changed)
    assert refused(signer.public, message + b"\x00", signature)
    assert refused(signer.public, message[1:], signature)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(signer.public).verify(changed, message)


def refused(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is refused, with its own code."""
    answer = outcome(ed25519.verify, public, message, signature)
    assert not isinstance(answer, Refused) or answer.code == "bad-signature"
    return isinstance(answer, Refused)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=20), st.binary(min_size=64, max_size=64))
def test_random_bytes_are_no_signature(public: bytes, message: bytes, signature: bytes) -> None:
    assert refused(public, message, signature)


@given(st.binary(min_size=32, max_size=32) | st.integers(0, 2**20).map(lambda y: y.to_bytes(32, "little")))
def test_a_sound_key_is_a_point_of_prime_order(public: bytes) -> None:
    answer = outcome(ed25519.check_public, public)
    assert (answer is None) == is_sound(public)
    assert answer is None or answer.code == "bad-key"


def is_sound(public: bytes) -> bool:
    """Whether 32 bytes are the canonical encoding of a point of prime order, by own arithmetic."""
    try:
        point = decoded(public)
    except ValueError:
        return False
    return point.encoded == public and point != NEUTRAL and L * point == NEUTRAL


@pytest.mark.parametrize("number", range(1, 8))
def test_a_sound_key_plus_a_point_of_low_order_is_none(number: int) -> None:
    mixed = (12345 * BASE + torsion()[number]).encoded
    assert outcome(ed25519.check_public, (12345 * BASE).encoded) is None
    answer = outcome(ed25519.check_public, mixed)
    assert isinstance(answer, Refused)
    assert answer.code == "bad-key"


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_public_key_has_32_bytes(length: int) -> None:
    assert isinstance(outcome(ed25519.check_public, BASE.encoded[:1] * length), Refused)


@pytest.mark.parametrize("length", [0, 63, 65, 96])
def test_a_signature_has_64_bytes(length: int) -> None:
    signer = Ed25519Signer.from_seed(bytes(32))
    whole = signer.sign(b"m") * 2
    assert refused(signer.public, b"m", whole[:length])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(UsageProblem):
        Ed25519Signer.from_seed(bytes(length))


def test_a_signer_shows_its_thumbprint_and_not_its_secret() -> None:
    signer = Ed25519Signer.generate()
    assert signer.thumbprint in repr(signer)
    assert signer.seed.hex() not in repr(signer)
    assert signer.seed != Ed25519Signer.generate().seed
    assert hashlib.sha256(signer.public).digest() not in repr(signer).encode()
