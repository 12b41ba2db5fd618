"""Ed25519 as the oracle judges it, against published vectors and the SDK."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.keys import ed25519 as sdk
from lading.problems import Refused
from lading_conformance.oracle import edwards, hostile, keys
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.rejected import Rejected

# RFC 8032 section 7.1, tests 1 and 2: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


def verdict(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        keys.verify(public, message, signature)
    except Rejected:
        return False
    return True


def sdk_verdict(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        sdk.check_public(public)
        sdk.verify(public, message, signature)
    except Refused:
        return False
    return True


def sound(public: bytes) -> bool:
    try:
        keys.check_public(public)
    except Rejected:
        return False
    return True


def sdk_sound(public: bytes) -> bool:
    try:
        sdk.check_public(public)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_published_signatures(seed: str, public: str, message: str, signature: str) -> None:
    key = Key.from_seed(bytes.fromhex(seed))
    assert key.public.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    keys.verify(key.public, bytes.fromhex(message), bytes.fromhex(signature))


def test_the_thumbprint_of_rfc_8037() -> None:
    key = Key.from_seed(bytes.fromhex(RFC_8032[0][0]))
    assert key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("name", hostile.LOW_ORDER_KEYS)
def test_low_order_keys_are_what_they_are_called(name: str) -> None:
    public = hostile.LOW_ORDER_KEYS[name]
    point = edwards.decode(public)
    assert point is not None
    assert edwards.encode(point) == public
    assert edwards.is_low_order(point)
    with pytest.raises(Rejected, match="bad-key"):
        keys.check_public(public)


def test_a_signature_of_a_low_order_key_satisfies_the_cofactored_equation() -> None:
    key = hostile.LowOrderKey(hostile.LOW_ORDER_KEYS["a point of order 8"])
    assert cofactored(key.public, b"any message", key.sign(b"any message"))


def test_the_non_canonical_key_is_a_second_encoding_of_a_point() -> None:
    reduced = (int.from_bytes(hostile.NON_CANONICAL_KEY, "little") - edwards.P).to_bytes(32, "little")
    point = edwards.decode(reduced)
    assert point is not None
    assert not edwards.is_low_order(point)
    with pytest.raises(Rejected, match="bad-key"):
        keys.check_public(hostile.NON_CANONICAL_KEY)


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64))
def test_adding_the_group_order_makes_a_second_signature_that_is_refused(seed: bytes, message: bytes) -> None:
    key = Key.from_seed(seed)
    second = hostile.add_group_order(key.sign(message))
    assert cofactored(key.public, message, second)
    assert not verdict(key.public, message, second)


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64))
def test_a_low_order_r_satisfies_the_equation_and_is_refused(seed: bytes, message: bytes) -> None:
    key = Key.from_seed(seed)
    signature = hostile.sign_with_low_order_r(key, message)
    Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    assert not verdict(key.public, message, signature)
    assert not sdk_verdict(key.public, message, signature)


def test_a_second_signature_over_the_same_message_is_valid() -> None:
    key, message = Key.from_seed(bytes(32)), b"the same words"
    assert hostile.sign_again(key, message) != key.sign(message)
    keys.verify(key.public, message, hostile.sign_again(key, message))


def test_an_r_of_mixed_order_satisfies_the_cofactored_equation_only() -> None:
    key, message = Key.from_seed(bytes(32)), b"a message"
    signature = hostile.sign_with_mixed_order_r(key, message)
    with pytest.raises(Rejected, match="does not verify"):
        keys.verify(key.public, message, signature)
    assert cofactored(key.public, message, signature)
    r = edwards.decode(signature[:32])
    assert r is not None
    assert not edwards.is_low_order(r)


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64))
def test_a_second_encoding_of_r_is_refused(seed: bytes, message: bytes) -> None:
    key = Key.from_seed(seed)
    second = (edwards.P + 1).to_bytes(32, "little")  # the identity, y not reduced
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    k = int.from_bytes(hashlib.sha512(second + key.public + message).digest(), "little")
    signature = second + (k * scalar % edwards.L).to_bytes(32, "little")
    assert not verdict(key.public, message, signature)
    assert not sdk_verdict(key.public, message, signature)


@pytest.mark.parametrize("s", [edwards.L, edwards.L + 1, 2**255, 2**256 - 1])
def test_s_is_below_the_group_order(s: int) -> None:
    key = Key.from_seed(bytes(32))
    signature = key.sign(b"")[:32] + s.to_bytes(32, "little")
    assert not verdict(key.public, b"", signature)
    assert not sdk_verdict(key.public, b"", signature)


def test_y_coordinates_that_are_not_reduced_are_no_keys() -> None:
    for y in range(19):
        public = (edwards.P + y).to_bytes(32, "little")
        assert not verdict(public, b"", bytes(64))
        assert not sdk_verdict(public, b"", bytes(64))


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_any_32_bytes_are_judged_alike_as_a_key(public: bytes) -> None:
    assert sound(public) is sdk_sound(public)


@settings(deadline=None)
@given(st.integers(1, edwards.L - 1), st.integers(0, 7))
def test_a_key_is_sound_without_a_component_of_low_order(scalar: int, torsion: int) -> None:
    order_eight = edwards.decode(hostile.LOW_ORDER_KEYS["a point of order 8"])
    assert order_eight is not None
    point = edwards.add(edwards.multiply(scalar, edwards.BASE), edwards.multiply(torsion, order_eight))
    public = edwards.encode(point)
    assert sound(public) is sdk_sound(public) is (torsion == 0)


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64))
def test_a_mixed_order_signature_needs_the_cofactor(seed: bytes, message: bytes) -> None:
    key = hostile.MixedOrderKey.from_seed(seed)
    signature = key.sign(message)
    assert cofactored(key.public, message, signature)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    with pytest.raises(Rejected, match="bad-key"):
        keys.verify(key.public, message, signature)


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64), st.integers(0, 95), st.integers(1, 255))
def test_the_sdk_gives_the_same_answer(seed: bytes, message: bytes, at: int, change: int) -> None:
    key = Key.from_seed(seed)
    signature = key.sign(message)
    assert sdk.thumbprint(key.public) == key.thumbprint
    assert verdict(key.public, message, signature) is sdk_verdict(key.public, message, signature) is True
    flipped = bytearray(key.public + signature)
    flipped[at] ^= change
    public, signature = bytes(flipped[:32]), bytes(flipped[32:])
    assert verdict(public, message, signature) is sdk_verdict(public, message, signature) is False


def cofactored(public: bytes, message: bytes, signature: bytes) -> bool:
    """The lax equation: [8][S]B = [8]R + [8][k]A, any S, any points."""
    a, r = edwards.decode(public), edwards.decode(signature[:32])
    assert a is not None
    assert r is not None
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % edwards.L
    left = edwards.multiply(int.from_bytes(signature[32:], "little"), edwards.BASE)
    right = edwards.add(r, edwards.multiply(k, a))
    return edwards.multiply(8, left) == edwards.multiply(8, right)
