"""Oracle and SDK judge the same proofs, notes and contents alike, altered ones included.

Two implementations written apart from each other: where they differ, one of them misreads the specification.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from lading.keys import vkey as sdk_vkey
from lading.keys.signer import Ed25519Signer
from lading.log import checkpoint as sdk_checkpoint
from lading.log import proof as sdk_proof
from lading.log import tiles as sdk_tiles
from lading.log import tree as sdk_tree
from lading.statement.words import Id, Millis
from lading.transfer import content as sdk_content
from lading_conformance.cases.deals import CHUNK, Content
from lading_conformance.oracle import note, proof, tiles, tree
from lading_conformance.oracle.rejected import Rejected

ORIGIN = "exchange.example/log"
SIGNER = sdk_checkpoint.CheckpointSigner(ORIGIN, Ed25519Signer.from_seed(bytes(range(32))))
KEY = note.parse_vkey(str(SIGNER.key))
DIGEST = bytes(range(32))
STATEMENT = Id("sha256:" + DIGEST.hex())

sizes = st.integers(1, 600)
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
