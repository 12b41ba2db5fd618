"""Chunks and manifests of sealed content, against the specification made a second time."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.errors import ContentMismatch, UsageProblem
from lading.problems import Refused
from lading.transfer import sealing
from lading.transfer.sealing import Leaf, Leaves, ProvableFault, Room, SealingKeys
from sdk.tests.core.outcome import outcome
from sdk.tests.transfer import naive
from sdk.tests.transfer.brief import BRIEF, KEYS, contents
from tools.vectors import primitives

CONTENT_KEY, SECRET = primitives.sha256(b"content key"), primitives.sha256(b"product secret")
KEYS_OF_ALL = SealingKeys(CONTENT_KEY, SECRET)
DATA = bytes(range(100))
SEALED = naive.seal(DATA, 30, CONTENT_KEY, SECRET)


def code(answer: object) -> str:
    """The code of a refusal."""
    assert isinstance(answer, Refused)
    return answer.code


def pieces(data: bytes, chunk_size: int) -> list[bytes]:
    """The data of each chunk."""
    return [data[at : at + chunk_size] for at in range(0, len(data), chunk_size)]


def room_with(data: bytes, chunk_size: int) -> Room:
    """A room that was used before and now holds this data."""
    room = Room(chunk_size)
    room.plaintext(chunk_size)[:] = b"\xaa" * (32 + chunk_size)
    room.data[: len(data)] = data
    return room


def changed(data: bytes, at: int, change: int) -> bytes:
    """The data with one byte changed."""
    return data[:at] + bytes([data[at] ^ change]) + data[at + 1 :]


def opening(number: int, ciphertext: bytes, leaf: Leaf, key: bytes = CONTENT_KEY) -> bytes | str | Refused:
    """The data of a chunk of `SEALED`, the ground of a provable fault, or the refusal."""
    length = len(pieces(DATA, 30)[number])
    try:
        return bytes(sealing.open_chunk(key, number, ciphertext, leaf, length, Room(30)))
    except ProvableFault as fault:
        return fault.ground if fault.number == number else "another number"
    except Refused as refusal:
        return refusal


@BRIEF
@given(contents(), KEYS, KEYS)
def test_chunks_are_sealed_by_the_definition(content: tuple[bytes, int], key: bytes, secret: bytes) -> None:
    data, chunk_size = content
    sealed = naive.seal(data, chunk_size, key, secret)
    for number, piece in enumerate(pieces(data, chunk_size)):
        room = room_with(piece, chunk_size)
        leaf = sealing.seal_chunk(SealingKeys(key, secret), number, room, len(piece))
        assert leaf.raw == sealed.leaves[number]
        assert bytes(room.ciphertext(len(piece))) == sealed.ciphertexts[number]
        assert bytes(room.salt) == sealed.salts[number * 32 : number * 32 + 32]
        again = sealing.seal_again(SealingKeys(key, secret), number, room, len(piece), leaf)
        assert bytes(again) == sealed.ciphertexts[number]


@BRIEF
@given(contents(), KEYS, KEYS)
def test_chunks_open_to_what_was_sealed(content: tuple[bytes, int], key: bytes, secret: bytes) -> None:
    data, chunk_size = content
    sealed = naive.seal(data, chunk_size, key, secret)
    leaves = Leaves(sealed.manifest)
    for number, piece in enumerate(pieces(data, chunk_size)):
        room, length = room_with(b"", chunk_size), len(piece)
        ciphertext = sealed.ciphertexts[number]
        sealing.check_ciphertext(ciphertext, leaves[number], number, length)
        opened = sealing.open_chunk(key, number, memoryview(ciphertext), leaves[number], length, room)
        assert bytes(opened) == piece
        assert bytes(room.salt) == sealed.salts[number * 32 : number * 32 + 32]


@BRIEF
@given(contents())
def test_lengths_and_offsets(content: tuple[bytes, int]) -> None:
    data, chunk_size = content
    sealed = naive.seal(data, chunk_size, CONTENT_KEY, SECRET)
    whole, size = b"".join(sealed.ciphertexts), len(data)
    assert sealing.sealed_total(size, chunk_size) == len(whole)
    for number, ciphertext in enumerate(sealed.ciphertexts):
        assert sealing.sealed_length(size, chunk_size, number) == len(ciphertext)
        start = sealing.sealed_offset(chunk_size, number)
        assert whole[start : start + len(ciphertext)] == ciphertext


@BRIEF
@given(contents(least=1), KEYS, KEYS)
def test_salts_hide_that_content_is_equal(content: tuple[bytes, int], one: bytes, two: bytes) -> None:
    data, chunk_size = content
    twice = data + data if len(data) % chunk_size == 0 else data[:chunk_size] * 2
    sealed = naive.seal(twice, chunk_size, CONTENT_KEY, one)
    plain = [leaf.plain for leaf in Leaves(sealed.manifest)]
    assert len(set(plain)) == len(plain)
    assert not set(plain) & {primitives.leaf(piece) for piece in pieces(twice, chunk_size)}
    if one != two:
        other = naive.seal(twice, chunk_size, CONTENT_KEY, two)
        assert not set(plain) & {leaf.plain for leaf in Leaves(other.manifest)}


@BRIEF
@given(st.integers(0, 3), st.integers(0, 77), st.integers(1, 255))
def test_a_changed_ciphertext_is_noticed_and_proves_nothing(number: int, at: int, change: int) -> None:
    leaf, ciphertext = Leaf.of(SEALED.leaves[number]), SEALED.ciphertexts[number]
    other = changed(ciphertext, at % len(ciphertext), change)
    assert code(opening(number, other, leaf)) == "bad-chunk"
    assert code(outcome(sealing.check_ciphertext, other, leaf, number, len(other) - 48)) == "bad-chunk"


@BRIEF
@given(st.integers(0, 3), st.integers(0, 95), st.integers(1, 255))
def test_a_changed_leaf_is_noticed(number: int, at: int, change: int) -> None:
    leaf = Leaf.of(changed(SEALED.leaves[number], at, change))
    answer = opening(number, SEALED.ciphertexts[number], leaf)
    # The plain leaf is part of what the key derives from.
    assert answer == "wrong-key" if at >= 32 else code(answer) == "bad-chunk"


@BRIEF
@given(st.integers(0, 3), st.integers(0, 31), st.integers(1, 255))
def test_another_content_key_is_noticed(number: int, at: int, change: int) -> None:
    leaf, ciphertext = Leaf.of(SEALED.leaves[number]), SEALED.ciphertexts[number]
    assert opening(number, ciphertext, leaf, changed(CONTENT_KEY, at, change)) == "wrong-key"


def test_a_chunk_does_not_open_in_another_place() -> None:
    assert opening(1, SEALED.ciphertexts[0], Leaf.of(SEALED.leaves[0])) == "wrong-key"
    assert code(opening(1, SEALED.ciphertexts[0], Leaf.of(SEALED.leaves[1]))) == "bad-chunk"


@pytest.mark.parametrize(
    ("twist", "ground"),
    [
        ("noise", "bad-chunk"),
        ("stub", "bad-chunk"),
        ("short", "bad-chunk"),
        ("long", "bad-chunk"),
        ("other-plaintext", "bad-chunk"),
        ("other-key", "wrong-key"),
    ],
)
@pytest.mark.parametrize("number", [0, 2, 3])
def test_what_the_provider_sealed_wrongly_is_a_provable_fault(
    number: int, twist: naive.Twist, ground: str
) -> None:
    sealed = naive.seal(DATA, 30, CONTENT_KEY, SECRET, {number: twist})
    assert opening(number, sealed.ciphertexts[number], Leaf.of(sealed.leaves[number])) == ground


@pytest.mark.parametrize("twist", ["short", "long", "stub"])
def test_a_ciphertext_of_another_length_is_refused_before_it_can_be_opened(twist: naive.Twist) -> None:
    sealed = naive.seal(DATA, 30, CONTENT_KEY, SECRET, {1: twist})
    leaf = Leaf.of(sealed.leaves[1])
    answer = outcome(sealing.check_ciphertext, sealed.ciphertexts[1], leaf, 1, 30)
    assert code(answer) == "bad-chunk"


@BRIEF
@given(st.integers(0, 3), st.integers(0, 29), st.integers(1, 255))
def test_changed_data_is_not_encrypted_under_an_old_key(number: int, at: int, change: int) -> None:
    piece = pieces(DATA, 30)[number]
    room = room_with(changed(piece, at % len(piece), change), 30)
    with pytest.raises(ContentMismatch, match=f"chunk {number} "):
        sealing.seal_again(KEYS_OF_ALL, number, room, len(piece), Leaf.of(SEALED.leaves[number]))
    assert bytes(room.ciphertext(30)) == bytes(78)


def test_other_keys_than_the_manifests_encrypt_nothing() -> None:
    room, leaf = room_with(DATA[:30], 30), Leaf.of(SEALED.leaves[0])
    with pytest.raises(ContentMismatch):
        sealing.seal_again(SealingKeys(CONTENT_KEY, CONTENT_KEY), 0, room, 30, leaf)
    with pytest.raises(UsageProblem):
        sealing.seal_again(SealingKeys(SECRET, SECRET), 0, room, 30, leaf)
    assert bytes(room.ciphertext(30)) == bytes(78)


@BRIEF
@given(contents())
def test_a_manifest_gives_its_leaves_and_roots(content: tuple[bytes, int]) -> None:
    data, chunk_size = content
    sealed = naive.seal(data, chunk_size, CONTENT_KEY, SECRET)
    named = (len(data), chunk_size, sealed.manifest_root, sealed.content_root)
    leaves = sealing.parse_sealed_manifest(sealed.manifest, *named)
    assert leaves == Leaves(sealed.manifest)
    assert [leaf.raw for leaf in leaves] == list(sealed.leaves)
    assert [leaves[number].raw for number in range(len(leaves))] == list(sealed.leaves)
    hashes = [primitives.leaf(leaf) for leaf in sealed.leaves]
    for number in range(len(leaves)):
        assert leaves.path(number) == b"".join(primitives.inclusion(number, hashes))
    with pytest.raises(IndexError):
        leaves[len(leaves)]


def test_the_roots_of_no_chunks_are_those_of_no_bytes() -> None:
    nothing = "sha256:" + hashlib.sha256(b"").hexdigest()
    assert len(sealing.parse_sealed_manifest(b"", 0, 65536, nothing, nothing)) == 0


@BRIEF
@given(contents(least=1), st.data())
def test_another_manifest_is_noticed(content: tuple[bytes, int], draw: st.DataObject) -> None:
    data, chunk_size = content
    sealed = naive.seal(data, chunk_size, CONTENT_KEY, SECRET)
    manifest, named = sealed.manifest, (len(data), chunk_size, sealed.manifest_root, sealed.content_root)
    at = draw.draw(st.integers(0, len(manifest) - 1))
    other = changed(manifest, at, draw.draw(st.integers(1, 255)))
    for wrong in (other, manifest[:-1], manifest[96:], manifest + manifest[:96], manifest + b"\x00"):
        assert code(outcome(sealing.parse_sealed_manifest, wrong, *named)) == "bad-manifest"


@pytest.mark.parametrize("size", [90, 121], ids=["a-chunk-less", "a-chunk-more"])
def test_a_manifest_has_as_many_leaves_as_the_size_needs(size: int) -> None:
    roots = (SEALED.manifest_root, SEALED.content_root)
    answer = outcome(sealing.parse_sealed_manifest, SEALED.manifest, size, 30, *roots)
    assert code(answer) == "bad-manifest"


@pytest.mark.parametrize("root", ["manifest", "content"])
def test_both_roots_have_to_agree(root: str) -> None:
    other = primitives.digest(b"another root")
    roots = (SEALED.manifest_root, SEALED.content_root)
    wrong = (other, roots[1]) if root == "manifest" else (roots[0], other)
    answer = outcome(sealing.parse_sealed_manifest, SEALED.manifest, 100, 30, *wrong)
    assert code(answer) == "bad-manifest"


def test_secrets_are_new_and_not_shown() -> None:
    assert len({sealing.new_secret() for _ in range(8)}) == 8
    assert len(sealing.new_secret()) == 32
    assert repr(KEYS_OF_ALL) == "SealingKeys()"
