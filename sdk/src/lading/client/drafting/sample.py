"""One whole chunk of a content as a sample: taken with its path to the content root, and verified against a listing.

    sample = take_sample(path, content, index, salt)        # the provider; `salt` where the content root is of sealed
    verified = verify_sample(listing, chunk)                # anybody, offline, with the listing's members

The chunk is what its leaf hashes: the data, after its 32 bytes of salt where the content root is over salted chunks.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import orjson
from pydantic import Field, ValidationError

from lading.acts.description import Sample
from lading.acts.listing import ChunkSize
from lading.client import files
from lading.client.results import statement_of
from lading.client.terms import malformed
from lading.errors import ContentMismatch, UsageProblem
from lading.log import tiles
from lading.problems import Refused
from lading.statement.words import Digest, Form
from lading.transfer.content import SALT_BYTES, Content, chunk_count, chunk_length
from lading.transfer.source import Source
from lading.tree import leaf_hash, root_from_inclusion

MAX_CHUNK: Final = (16 << 20) + SALT_BYTES
_LISTING_LIMIT: Final = 1 << 20
_MEDIA_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Taken:
    """A sample that was taken: the member `sample` of a listing, and the chunk's bytes."""

    members: dict[str, object]
    chunk: bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """A chunk that a listing's content root covers: its number, of how many, and whether a salt precedes its data."""

    index: int
    chunks: int
    salted: bool
    content_root: str


class _Promised(Form):
    """What a listing says that a sample is verified against."""

    size: Annotated[int, Field(ge=1, le=2**53 - 1)]
    chunk_size: ChunkSize
    content_root: Digest
    sample: Sample


def take_sample(path: Path, content: Content, index: int, salt: bytes, name: str) -> Taken:
    """Chunk `index` of a file that was described as `content`; `name` is the name of the sample's file.

    Raises `UsageProblem` where there is no such chunk, `ContentMismatch` where the file has changed.
    """
    if not 0 <= index < len(content.leaves):
        raise UsageProblem(
            f"there is no chunk {index}", hint=f"The file has {len(content.leaves)} chunks; the first is 0."
        )
    room = bytearray(chunk_length(content.size, content.chunk_size, index))
    with Source(path) as source:
        source.read(index * content.chunk_size, memoryview(room))
    chunk = salt + bytes(room)
    if leaf_hash(chunk) != content.leaves[index]:
        raise ContentMismatch(
            f"{path} changed while it was read", hint="Call again when nobody writes to it."
        )
    tree = tiles.MemoryTiles()
    tiles.append(tree, 0, content.leaves)
    members: dict[str, object] = {
        "index": index,
        "chunk": attachment(name, _MEDIA_TYPE, chunk),
        "leaf": _digest(content.leaves[index]),
        "path": [_digest(node) for node in tiles.inclusion(tree, index, len(content.leaves))],
    }
    return Taken(members, chunk)


def attachment(name: str, media_type: str, data: bytes) -> dict[str, object]:
    """A document as a statement names it."""
    digest = _digest(hashlib.sha256(data).digest())
    return {"name": name, "media_type": media_type, "size": len(data), "digest": digest}


def read_listing(path: Path) -> dict[str, object]:
    """A listing's members: of a signed statement, of what `lading show --json` prints, or of a draft.

    Raises `UsageProblem` where the file holds none of these. No signature is checked: that is `lading show`.
    """
    data = files.read(path, _LISTING_LIMIT)
    if data is None:
        raise UsageProblem(f"there is no file {path}", hint="Check the path.")
    try:
        if not data.lstrip().startswith(b"{"):
            return statement_of(data.strip()).act.model_dump(exclude_none=True, mode="json")
        said = orjson.loads(data)
    except (Refused, orjson.JSONDecodeError) as error:
        raise UsageProblem(f"{path} holds no listing: {error}", hint=_FORMS) from None
    members = said.get("act", said)
    if not isinstance(members, dict) or members.get("type") != "listing":
        raise UsageProblem(f"{path} holds no listing", hint=_FORMS)
    return members


_FORMS: Final = "Save one with: lading show ID --json > listing.json"


def read_chunk(path: Path) -> bytes:
    """A sample's file. Raises `UsageProblem` where there is none, or a larger one than any chunk."""
    data = files.read(path, MAX_CHUNK)
    if data is None:
        raise UsageProblem(f"there is no file {path}", hint="Check the path.")
    return data


def verify_sample(listing: Mapping[str, object], chunk: bytes) -> Verified:
    """What part of the listed content a chunk is. Needs no network.

    Raises `ContentMismatch` where the chunk is not the sample's, or the sample not of the content; `UsageProblem` where
    the listing has no sample, or is malformed. That the listing is signed and registered is not checked.
    """
    promised = _promised(listing)
    sample, size, chunk_size = promised.sample, promised.size, promised.chunk_size
    chunks, leaf = chunk_count(size, chunk_size), leaf_hash(chunk)
    if (len(chunk), _digest(hashlib.sha256(chunk).digest())) != (sample.chunk.size, sample.chunk.digest):
        raise ContentMismatch(
            "the chunk is not the one that the listing names", hint="Ask the provider for it."
        )
    # LAD-LST-007
    if _digest(leaf) != sample.leaf:
        raise ContentMismatch("the chunk does not have the leaf hash that the listing says", hint=_FORGED)
    # LAD-LST-007
    if not _leads(leaf, sample, chunks, promised.content_root):
        raise ContentMismatch("the sample's path does not lead to the content root", hint=_FORGED)
    salted = len(chunk) - chunk_length(size, chunk_size, sample.index)
    if salted not in (0, SALT_BYTES):
        raise ContentMismatch("the chunk does not have the length that the content needs", hint=_FORGED)
    return Verified(sample.index, chunks, bool(salted), promised.content_root)


_FORGED: Final = "The listing contradicts itself: nothing of this content can be believed."


def _promised(listing: Mapping[str, object]) -> _Promised:
    if listing.get("sample") is None:
        raise UsageProblem("the listing has no sample", hint="Ask the provider for one.")
    picked = {name: listing[name] for name in _Promised.model_fields if name in listing}
    try:
        return _Promised.model_validate_json(orjson.dumps(picked))
    except ValidationError as error:
        raise malformed("members of the listing", error) from None


def _leads(leaf: bytes, sample: Sample, chunks: int, root: str) -> bool:
    path = [bytes.fromhex(node.removeprefix("sha256:")) for node in sample.path]
    try:
        return _digest(root_from_inclusion(leaf, sample.index, chunks, path)) == root
    except ValueError:
        return False


def _digest(data: bytes) -> str:
    return "sha256:" + data.hex()
