"""Clear content: chunks, their leaf hashes, the content root, and the manifest that lists the leaves.

described = describe(path)                      # size, chunk size, content root, leaves; one pass, flat memory
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from lading.errors import ContentMismatch
from lading.problems import refuse
from lading.statement.words import Id
from lading.tree import HASH_BYTES, leaf_hash, root_of

DEFAULT_CHUNK_SIZE: Final = 1 << 20
SALT_BYTES: Final = 32
"""What the plaintext of a sealed chunk begins with (LAD-SEA-004)."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a delivery signs of its content, and the leaf hashes that it does not."""

    size: int
    chunk_size: int
    root: Id
    leaves: tuple[bytes, ...]

    @property
    def manifest(self) -> bytes:
        """The leaf hashes one after another, as they are uploaded."""
        return b"".join(self.leaves)


def chunk_count(size: int, chunk_size: int) -> int:
    """The number of chunks of a content; 0 where it is empty."""
    return -(-size // chunk_size)


def chunk_length(size: int, chunk_size: int, number: int) -> int:
    """The length in bytes of chunk `number`: the chunk size, or what is left for the last."""
    return min(chunk_size, size - number * chunk_size)


def content_root(leaves: tuple[bytes, ...] | Iterator[bytes]) -> Id:
    """The digest form of the RFC 6962 root over leaf hashes (LAD-TRF-007)."""
    return Id("sha256:" + root_of(leaves).hex())


def describe(
    path: Path,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
    progress: Callable[[int], None] | None = None,
    salts: BinaryIO | None = None,
) -> Content:
    """Read a file once and describe it. `progress` is called with the bytes read so far.

    With `salts`, 32 bytes for each chunk, it is described as sealed content (LAD-SEA-009): each leaf is over salt and
    chunk. Salts that end early count as shorter ones, and so give another root.
    """
    leaves: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        for chunk in read_chunks(file, chunk_size):
            salt = b"" if salts is None else salts.read(SALT_BYTES)
            leaves.append(leaf_hash(salt + chunk if salt else chunk))
            size += len(chunk)
            if progress is not None:
                progress(size)
    return Content(size, chunk_size, content_root(tuple(leaves)), tuple(leaves))


def read_chunks(file: BinaryIO, chunk_size: int) -> Iterator[bytes]:
    """The chunks of a file from its current position; only the last is shorter."""
    while chunk := file.read(chunk_size):
        while len(chunk) < chunk_size and (more := file.read(chunk_size - len(chunk))):
            chunk += more
        yield chunk


def parse_manifest(manifest: bytes, size: int, chunk_size: int, root: str) -> tuple[bytes, ...]:
    """The leaf hashes of a manifest, if they are as many as the size needs and give the root; else `bad-manifest`."""
    # LAD-TRF-002
    if len(manifest) != chunk_count(size, chunk_size) * HASH_BYTES:
        raise refuse("bad-manifest", "the manifest has not one leaf hash for each chunk")
    leaves = tuple(manifest[i : i + HASH_BYTES] for i in range(0, len(manifest), HASH_BYTES))
    if content_root(leaves) != root:
        raise refuse("bad-manifest", "the manifest's leaves do not give the content root")
    return leaves


def check_chunk(chunk: bytes | memoryview, leaf: bytes, number: int) -> None:
    """Refuse (`bad-chunk`) a chunk that is not the one whose leaf hash the manifest names."""
    # LAD-TRF-003
    if leaf_hash(chunk) != leaf:
        raise refuse("bad-chunk", f"chunk {number} does not have the leaf hash that the manifest names")


def check_file(path: Path, size: int, chunk_size: int, root: str, salts: Path | None = None) -> None:
    """Raise `ContentMismatch` unless the file is exactly the content with this size and root.

    `salts` is the file of the salts of sealed content: with it, the root is one over salted chunks.
    """
    if path.stat().st_size != size:
        raise ContentMismatch(f"the file has {path.stat().st_size} bytes; {size} were signed")
    if salts is None:
        described = describe(path, chunk_size)
    else:
        with salts.open("rb") as file:
            described = describe(path, chunk_size, salts=file)
            if file.read(1):
                raise ContentMismatch("the salts file has more than 32 bytes for each chunk")
    if described.root != root:
        raise ContentMismatch("the file's bytes are not those that were signed")
