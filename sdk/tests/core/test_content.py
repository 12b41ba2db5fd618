"""Content: chunks, roots, manifests, files."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.errors import ContentMismatch
from lading.problems import Refused
from lading.statement.words import Id
from lading.transfer import content
from lading.tree import leaf_hash
from sdk.tests.core.outcome import outcome
from tools.vectors import primitives as naive

CHUNKS = st.integers(1, 40)
DATA = st.binary(max_size=200)


class Dripping(io.BytesIO):
    """A file that gives less than it is asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(3, size or 0))


def described(folder: Path, data: bytes, chunk_size: int) -> content.Content:
    """What describe says of a file with this content."""
    path = folder / "content"
    path.write_bytes(data)
    return content.describe(path, chunk_size)


@given(DATA, CHUNKS)
def test_a_file_is_described_by_the_definition(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, chunk_size: int
) -> None:
    found = described(tmp_path_factory.getbasetemp(), data, chunk_size)
    pieces = [data[at : at + chunk_size] for at in range(0, len(data), chunk_size)]
    leaves = [leaf_hash(piece) for piece in pieces]
    assert found == content.Content(
        len(data), chunk_size, Id("sha256:" + naive.root(leaves).hex()), tuple(leaves)
    )
    assert found.manifest == b"".join(leaves)
    assert content.chunk_count(len(data), chunk_size) == len(pieces)
    assert [content.chunk_length(len(data), chunk_size, number) for number in range(len(pieces))] == [
        len(piece) for piece in pieces
    ]


@given(DATA, CHUNKS)
def test_a_slow_file_has_the_same_chunks(data: bytes, chunk_size: int) -> None:
    chunks = list(content.read_chunks(Dripping(data), chunk_size))
    assert chunks == list(content.read_chunks(io.BytesIO(data), chunk_size))
    assert b"".join(chunks) == data
    assert all(len(chunk) == chunk_size for chunk in chunks[:-1])


@given(DATA, CHUNKS, st.data())
def test_another_file_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, chunk_size: int, draw: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    found = described(folder, data, chunk_size)
    content.check_file(folder / "content", found.size, chunk_size, found.root)
    other = draw.draw(DATA.filter(lambda candidate: candidate != data))
    (folder / "content").write_bytes(other)
    with pytest.raises(ContentMismatch):
        content.check_file(folder / "content", found.size, chunk_size, found.root)


@given(st.binary(min_size=1, max_size=200), CHUNKS, st.data())
def test_another_manifest_is_noticed(data: bytes, chunk_size: int, draw: st.DataObject) -> None:
    leaves = tuple(leaf_hash(chunk) for chunk in content.read_chunks(io.BytesIO(data), chunk_size))
    named = (len(data), chunk_size, content.content_root(leaves))
    manifest = b"".join(leaves)
    assert content.parse_manifest(manifest, *named) == leaves
    at, bit = draw.draw(st.integers(0, len(manifest) - 1)), 1 << draw.draw(st.integers(0, 7))
    changed = manifest[:at] + bytes([manifest[at] ^ bit]) + manifest[at + 1 :]
    for wrong in (changed, manifest[:-1], manifest[32:], manifest + manifest[:32], manifest + b"\x00"):
        answer = outcome(content.parse_manifest, wrong, *named)
        assert isinstance(answer, Refused)
        assert answer.code == "bad-manifest"


@given(st.binary(min_size=1, max_size=60), st.integers(0, 59), st.integers(1, 255))
def test_another_chunk_is_noticed(chunk: bytes, at: int, change: int) -> None:
    leaf, at = leaf_hash(chunk), at % len(chunk)
    content.check_chunk(chunk, leaf, 0)
    content.check_chunk(memoryview(chunk), leaf, 0)
    for wrong in (chunk[:-1], chunk + b"\x00", chunk[:at] + bytes([chunk[at] ^ change]) + chunk[at + 1 :]):
        answer = outcome(content.check_chunk, wrong, leaf, 0)
        assert isinstance(answer, Refused)
        assert answer.code == "bad-chunk"


def test_a_node_does_not_pass_for_a_chunk() -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    two = content.content_root((left, right))
    assert two != content.content_root((leaf_hash(left + right),))
    assert two != content.content_root((leaf_hash(b"\x01" + left + right),))


def test_progress_is_told_with_every_chunk(tmp_path: Path) -> None:
    path = tmp_path / "content"
    path.write_bytes(bytes(100))
    seen: list[int] = []
    content.describe(path, 30, seen.append)
    assert seen == [30, 60, 90, 100]
