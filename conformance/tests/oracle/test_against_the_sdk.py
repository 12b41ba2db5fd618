"""Oracle and SDK judge the same proofs, notes and contents alike, altered ones included.

Two implementations written apart from each other: where they differ, one of them misreads the specification.
"""

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading import tree as sdk_tree
from lading.keys import seal as sdk_seal
from lading.keys import vkey as sdk_vkey
from lading.keys.signer import Ed25519Signer
from lading.log import checkpoint as sdk_checkpoint
from lading.log import proof as sdk_proof
from lading.log import tiles as sdk_tiles
from lading.problems import Refused
from lading.statement.words import Id, Millis
from lading.transfer import content as sdk_content
from lading.transfer import judge as sdk_judge
from lading.transfer import sealing as sdk_sealing
from lading.transfer import shares as sdk_shares
from lading_conformance.oracle import judgement, note, proof, sealing, sealkeys, tiles, tree
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.steps.deals import CHUNK, Content

ORIGIN = "exchange.example/log"
SIGNER = sdk_checkpoint.CheckpointSigner(ORIGIN, Ed25519Signer.from_seed(bytes(range(32))))
KEY = note.parse_vkey(str(SIGNER.key))
DIGEST = bytes(range(32))
STATEMENT = Id("sha256:" + DIGEST.hex())
ROLES: Final[tuple[sealing.Role, ...]] = ("exchange", "consumer", "arbiter")
SHARE, SECRET = bytes(range(100, 132)), bytes(range(200, 232))
ARBITER = "sha256:" + SECRET.hex()
BOUND = sealing.Bound("sha256:" + SHARE.hex(), 3, STATEMENT)
OUR_KEY, THEIR_KEY = sealkeys.SealKey.from_seed(DIGEST), sdk_seal.SealKey.from_seed(DIGEST)
BOX = sealkeys.seal(OUR_KEY.public, SHARE, b"info")
P: Final = 2**255 - 19
ORDER_8 = (
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
)

sizes = st.integers(1, 600)
digests = st.binary(min_size=32, max_size=32).map(lambda raw: "sha256:" + raw.hex())
bounds = st.builds(sealing.Bound, digests, st.integers(1, 2**31 - 1), digests)
hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=12)


def leaves_of(size: int) -> list[bytes]:
    return [tree.leaf_hash(index.to_bytes(40, "big")) for index in range(size)]


def tiles_of(size: int) -> sdk_tiles.MemoryTiles:
    stored = sdk_tiles.MemoryTiles()
    sdk_tiles.append(stored, 0, leaves_of(size))
    return stored


def fetch_from(stored: sdk_tiles.MemoryTiles) -> tiles.Fetch:
    """Serve the tiles of the SDK under the paths that the oracle asks for, as the full tiles that they become."""

    def fetch(path: str) -> bytes:
        for level in range(3):
            for number in range(4):
                for width in range(1, tiles.WIDTH + 1):
                    if path == tiles.tile_path(level, number, width):
                        return stored.tile(level, number)[: width * tiles.HASH]
        raise AssertionError(path)

    return fetch


@settings(deadline=None)
@given(sizes, st.data())
def test_roots_paths_and_tiles(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    stored, leaves = tiles_of(size), leaves_of(size)
    view = tiles.Tiles(size, fetch_from(stored))
    assert view.root() == tree.root(leaves) == sdk_tiles.root(stored, size) == sdk_tree.root_of(leaves)
    assert view.inclusion_path(index) == sdk_tiles.inclusion(stored, index, size)
    assert view.consistency_path(old) == sdk_tiles.consistency(stored, old, size)


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(0, 20), hashes)
def test_any_path_leads_both_to_the_same_root_or_nowhere(index: int, size: int, path: list[bytes]) -> None:
    try:
        ours: bytes | None = tree.root_from_path(index, size, DIGEST, path)
    except Rejected:
        ours = None
    try:
        theirs: bytes | None = sdk_tree.root_from_inclusion(DIGEST, index, size, path)
    except ValueError:
        theirs = None
    assert ours == theirs


@settings(deadline=None)
@given(st.integers(1, 40), st.data())
def test_consistency_proofs_are_judged_alike(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    leaves = leaves_of(new)
    path = tree.consistency_path(old, leaves)
    shortened = path[: data.draw(st.integers(0, len(path)))]
    candidate = data.draw(st.sampled_from([path, shortened, [*path, DIGEST]]))
    old_root, new_root = tree.root(leaves[:old]), tree.root(leaves)
    try:
        tree.check_consistency(old, new, old_root, new_root, candidate)
        ours = True
    except Rejected:
        ours = False
    try:
        theirs = sdk_tree.roots_from_consistency(old, new, old_root, candidate) == (old_root, new_root)
    except ValueError:
        theirs = False
    assert ours is theirs is (candidate == path)


def judged_by_oracle(text: str) -> bool:
    try:
        read = proof.parse_proof(text)
        extra = read.extra or b""
        read.verify(KEY, tree.leaf_hash(proof.entry(int.from_bytes(extra, "big"), DIGEST)))
        return len(extra) == 8
    except (Rejected, OverflowError):
        return False


def judged_by_sdk(text: str) -> bool:
    try:
        sdk_proof.parse(text).verify(STATEMENT, SIGNER.key)
    except ValueError:
        return False
    return True


@settings(deadline=None)
@given(st.integers(1, 20), st.integers(0, 2**41), st.data())
def test_proof_files_with_one_character_changed_are_judged_alike(
    size: int, time: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    leaves[index] = tree.leaf_hash(proof.entry(time, DIGEST))
    signed = SIGNER.sign(size, tree.root(leaves))
    text = sdk_proof.Proof(index, Millis(time), tuple(tree.inclusion_path(index, leaves)), signed).text
    assert judged_by_oracle(text) is judged_by_sdk(text) is True
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("\n 0A=—é+")) + text[at + 1 :]
    assert judged_by_oracle(changed) is judged_by_sdk(changed)


@settings(deadline=None)
@given(st.data())
def test_verifier_keys_with_one_character_changed_are_read_alike(data: st.DataObject) -> None:
    text = str(SIGNER.key)
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("\n 0A=z+")) + text[at + 1 :]
    try:
        ours: str | None = note.parse_vkey(changed).text
    except Rejected:
        ours = None
    try:
        theirs: str | None = str(sdk_vkey.parse(changed))
    except ValueError:
        theirs = None
    assert ours == theirs


@settings(deadline=None)
@given(st.integers(0, 3 * CHUNK))
def test_contents_have_one_root(size: int) -> None:
    content = Content(bytes(size))
    leaves = tuple(tree.leaf_hash(chunk) for chunk in content.chunks)
    assert content.promise["content_root"] == sdk_content.content_root(leaves)
    assert len(content.chunks) == sdk_content.chunk_count(size, CHUNK)
    assert (
        sdk_content.parse_manifest(content.manifest, size, CHUNK, str(content.promise["content_root"]))
        == leaves
    )


def sdk_binding(bound: sealing.Bound) -> sdk_shares.Binding:
    return sdk_shares.Binding(Id(bound.contract), bound.sequence, Id(bound.provider))


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), digests, bounds)
def test_a_box_of_either_is_opened_by_the_other(seed: bytes, recipient: str, bound: sealing.Bound) -> None:
    ours, theirs = sealkeys.SealKey.from_seed(seed), sdk_seal.SealKey.from_seed(seed)
    assert (ours.public, ours.thumbprint) == (theirs.public, theirs.kid)
    for role in ROLES:
        info = bound.info(recipient, role)
        assert info == sdk_binding(bound).info(Id(recipient), role)
        assert ours.open(sdk_shares.seal_share(SHARE, ours.public, info), info) == SHARE
        box = sealkeys.seal(ours.public, SHARE, info)
        assert sdk_shares.open_share(theirs, box, info, sealing.digest(SHARE)) == SHARE


@settings(deadline=None, max_examples=200)
@given(st.integers(0, sealkeys.BOX_BYTES - 1), st.integers(0, 7), st.integers(0, 3))
def test_a_box_that_was_altered_or_moved_opens_for_neither(at: int, bit: int, cut: int) -> None:
    altered = bytearray(BOX)
    altered[at] ^= 1 << bit
    tried = [(bytes(altered), b"info"), (BOX[: len(BOX) - cut - 1], b"info"), (BOX, b"info" + bytes(cut + 1))]
    for box, info in tried:
        # Also where only the bit that X25519 does not read differs: the secret is made of the bytes.
        with pytest.raises(Rejected, match="bad-share"):
            OUR_KEY.open(box, info)
        with pytest.raises(Refused):
            sdk_shares.open_share(THEIR_KEY, box, info, sealing.digest(SHARE))


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_public_seal_keys_are_judged_alike(data: st.DataObject) -> None:
    public = bytearray(OUR_KEY.public)
    at = 3 * data.draw(st.integers(0, 383))
    edges = st.sampled_from([3328, 3329, 3328 << 12, 3329 << 12]).map(lambda pair: pair.to_bytes(3, "little"))
    public[at : at + 3] = data.draw(st.binary(min_size=3, max_size=3) | edges)
    if data.draw(st.booleans()):
        u = data.draw(st.sampled_from([0, 1, 2, P - 2, P - 1, P, P + 1, P + 2, 2**255, 2**255 + P, *ORDER_8]))
        public[1184:] = u.to_bytes(32, "little")
    assert judged(sealkeys.check_public, bytes(public)) is judged(sdk_seal.check_public, bytes(public))


def judged(check: Callable[[bytes], None], public: bytes) -> bool:
    try:
        check(public)
    except (Rejected, Refused):
        return False
    return True


@settings(deadline=None)
@given(bounds, st.binary(min_size=32, max_size=32), st.integers(0, 3 * CHUNK))
def test_contents_sealed_by_either_are_opened_by_the_other(
    bound: sealing.Bound, secret: bytes, size: int
) -> None:
    key = sealing.content_key(bound, SHARE, secret)
    assert key == sdk_shares.content_key(sdk_binding(bound), SHARE, secret)
    room = sdk_sealing.Room(CHUNK)
    leaves, data = [], bytes(range(251)) * (size // 251 + 1)
    for index, start in enumerate(range(0, size, CHUNK)):
        piece = data[start : min(start + CHUNK, size)]
        chunk = sealing.seal_chunk(key, secret, index, piece)
        room.data[: len(piece)] = piece
        leaf = sdk_sealing.seal_chunk(sdk_sealing.SealingKeys(key, secret), index, room, len(piece))
        assert (chunk.ciphertext, chunk.leaf) == (bytes(room.ciphertext(len(piece))), leaf.raw)
        assert sealing.open_chunk(key, index, chunk.ciphertext, chunk.leaf)[32:] == piece
        opened = sdk_sealing.open_chunk(key, index, chunk.ciphertext, leaf, len(piece), room)
        assert bytes(opened) == piece
        leaves.append(chunk.leaf)
    roots = sealing.manifest_root(leaves), sealing.content_root(leaves)
    theirs = sdk_sealing.parse_sealed_manifest(b"".join(leaves), size, CHUNK, *roots)
    assert sealing.leaves_of(theirs.manifest) == leaves
    for index in range(len(leaves)):
        assert sealing.path_of(leaves, index) == theirs.path(index)


TWISTS = ("nothing", "noise", "short", "long", "stub", "other plaintext", "other key")


def dishonest(twist: str, key: bytes, index: int, data: bytes) -> sealing.SealedChunk:
    """A chunk with one fault, under a leaf that the provider would sign."""
    plaintext = sealing.salt_of(SECRET, index) + data
    plain_leaf = tree.leaf_hash(plaintext)
    own = sealing.chunk_key(key, index, plain_leaf) if twist != "other key" else bytes(32)
    said = {"short": plaintext[:-1], "long": plaintext + b"\0", "other plaintext": bytes(len(plaintext))}
    ciphertext = sealing.encrypt(own, said.get(twist, plaintext))
    ciphertext = {"noise": bytes(len(ciphertext)), "stub": ciphertext[:9]}.get(twist, ciphertext)
    return sealing.SealedChunk(ciphertext, sealing.leaf_of(ciphertext, plain_leaf, own), own)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(TWISTS), st.integers(1, 5), st.data())
def test_claims_are_judged_alike(twist: str, chunks: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, chunks - 1))
    key = sealing.content_key(BOUND, SHARE, SECRET)
    sealed = [dishonest(twist if at == index else "nothing", key, at, b"data") for at in range(chunks)]
    leaves = [chunk.leaf for chunk in sealed]
    claimed = data.draw(st.sampled_from([index, index, index, (index + 1) % chunks, chunks]))
    path = sealing.path_of(leaves, index)
    path = data.draw(st.sampled_from([path, path, path, path[:-1], path + bytes(32), path[32:]]))
    root = sealing.manifest_root(leaves)
    size = (chunks - 1) * CHUNK + 4
    place = judgement.Place(leaves[index], claimed, path, size, CHUNK, root)
    sdk_place = sdk_judge.Place(leaves[index], claimed, path, size, CHUNK, root)
    for chunk in (sealed[index], sealed[0]):
        for own in (sealed[index].key, SHARE):
            code = judgement.judge_bad_chunk(place, chunk.ciphertext, own)
            theirs = sdk_judge.judge_bad_chunk(sdk_place, chunk.ciphertext, own)
            assert (code, code in judgement.UPHELD) == (theirs.code, theirs.outcome == "upheld")
    arbiter, id_ = judgement.Arbiter(ARBITER, OUR_KEY), data.draw(st.sampled_from([ARBITER, BOUND.provider]))
    box = sealkeys.seal(OUR_KEY.public, SECRET, BOUND.info(id_, "arbiter"))
    committed = sealing.digest(data.draw(st.sampled_from([SECRET, SHARE])))
    given_shares = sdk_judge.GivenShares(sdk_binding(BOUND), SHARE, committed)
    code = judgement.judge_wrong_key(place, BOUND, SHARE, committed, box, arbiter)
    theirs = sdk_judge.judge_wrong_key(
        sdk_place, given_shares, sdk_judge.ArbiterBox(box, THEIR_KEY, Id(ARBITER))
    )
    assert (code, code in judgement.UPHELD) == (theirs.code, theirs.outcome == "upheld")
