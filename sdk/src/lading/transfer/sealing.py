"""Sealed content: salts, chunk keys, ciphertexts, and the manifest of 96 bytes a chunk (`spec/sealed.md`).

    room = Room(chunk_size)
    room.data[:length] = data
    leaf = seal_chunk(keys, number, room, length)       # room.ciphertext(length) is what is uploaded
    data = open_chunk(key, number, ciphertext, leaf, length, room)
    salt = room.salt

Whatever may move in memory is `bytes`, `bytearray` or `memoryview`; a room is for one thread at a time.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from lading.errors import ContentMismatch, UsageProblem
from lading.log import tiles
from lading.problems import refuse
from lading.statement.words import Id
from lading.transfer.content import SALT_BYTES, chunk_count, chunk_length, content_root
from lading.tree import HASH_BYTES, leaf_hash, root_of

Bytes = bytes | bytearray | memoryview

SECRET_BYTES: Final = 32
KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
OVERHEAD_BYTES: Final = SALT_BYTES + TAG_BYTES
"""What a ciphertext is longer than its data: salt and tag."""
LEAF_BYTES: Final = 3 * HASH_BYTES
NONCE: Final = bytes(12)
"""The one nonce: every key encrypts one plaintext (LAD-SEA-007)."""

Ground = Literal["bad-chunk", "wrong-key"]
"""What a consumer can prove against a provider."""


class ProvableFault(ContentMismatch):
    """A chunk that the provider sealed wrongly, and that its signature proves: `ground` and `number` go in a claim."""

    def __init__(self, ground: Ground, number: int, detail: str) -> None:
        super().__init__(
            f"chunk {number}: {detail}", hint="Keep the ciphertexts: they prove it. Make a claim."
        )
        self.ground = ground
        self.number = number


class Leaf(NamedTuple):
    """What the manifest says of one chunk: SHA-256 of its ciphertext, its plain leaf, SHA-256 of its key."""

    ciphertext: bytes
    plain: bytes
    key: bytes

    @classmethod
    def of(cls, raw: bytes) -> "Leaf":
        """The leaf that 96 bytes are (LAD-SEA-008). Does not check their number."""
        return cls(raw[:32], raw[32:64], raw[64:])

    @property
    def raw(self) -> bytes:
        """The 96 bytes."""
        return self.ciphertext + self.plain + self.key


class Leaves:
    """A manifest's leaves, kept as its bytes: 96 a chunk. A leaf is made when it is asked for by its number."""

    def __init__(self, manifest: bytes) -> None:
        self.manifest = manifest

    def __len__(self) -> int:
        return len(self.manifest) // LEAF_BYTES

    def __getitem__(self, number: int) -> Leaf:
        start = range(0, len(self) * LEAF_BYTES, LEAF_BYTES)[number]
        return Leaf.of(self.manifest[start : start + LEAF_BYTES])

    def __iter__(self) -> Iterator[Leaf]:
        return map(self.__getitem__, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Leaves) and self.manifest == other.manifest

    def __hash__(self) -> int:
        return hash(self.manifest)

    def hashes(self) -> Iterator[bytes]:
        """The RFC 6962 leaf hashes of the 96-byte leaves, in order."""
        view = memoryview(self.manifest)
        return (leaf_hash(view[at : at + LEAF_BYTES]) for at in range(0, len(view), LEAF_BYTES))

    def path(self, number: int) -> bytes:
        """The inclusion path of a leaf, its sibling first, 32 bytes each, as a claim attaches it."""
        tree = tiles.MemoryTiles()
        tiles.append(tree, 0, self.hashes())
        return b"".join(tiles.inclusion(tree, number, len(self)))

    @property
    def manifest_root(self) -> Id:
        """The digest form of the root over the leaves (LAD-SEA-008)."""
        return Id("sha256:" + root_of(self.hashes()).hex())

    @property
    def content_root(self) -> Id:
        """The digest form of the root over the plain leaves (LAD-SEA-009)."""
        manifest = self.manifest
        return content_root(manifest[at : at + HASH_BYTES] for at in range(32, len(manifest), LEAF_BYTES))


class Derivation:
    """HKDF-Expand with SHA-256 (RFC 5869 section 2.3) of one key, to 32 bytes, which are one block.

    To key it costs more than to use it, and so it is keyed once for all chunks. Threads may share it.
    """

    def __init__(self, key: bytes) -> None:
        self._keyed = HMAC(key, SHA256())

    def expand(self, info: bytes) -> bytes:
        """The 32 bytes for this `info`."""
        block = self._keyed.copy()
        block.update(info + b"\x01")
        return block.finalize()


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """What a provider seals with: the delivery's content key and the version's product secret, 32 bytes each."""

    content_key: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    of_chunks: Derivation = field(init=False, repr=False, compare=False)
    of_salts: Derivation = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "of_chunks", Derivation(self.content_key))
        object.__setattr__(self, "of_salts", Derivation(self.secret))


class Room:
    """Memory for one chunk, used again and again: `plain` has salt and data, `sealed` the ciphertext.

    Either can be given, of the lengths that the chunk size needs, where it has served another room before.
    """

    def __init__(
        self, chunk_size: int, plain: memoryview | None = None, sealed: memoryview | None = None
    ) -> None:
        self.plain = memoryview(bytearray(SALT_BYTES + chunk_size)) if plain is None else plain
        self.sealed = memoryview(bytearray(chunk_size + OVERHEAD_BYTES)) if sealed is None else sealed

    @property
    def salt(self) -> memoryview:
        """The first 32 bytes of the plaintext."""
        return self.plain[:SALT_BYTES]

    @property
    def data(self) -> memoryview:
        """The rest of the plaintext, one chunk long."""
        return self.plain[SALT_BYTES:]

    def plaintext(self, length: int) -> memoryview:
        """Salt and `length` bytes of data."""
        return self.plain[: SALT_BYTES + length]

    def ciphertext(self, length: int) -> memoryview:
        """The ciphertext of `length` bytes of data."""
        return self.sealed[: length + OVERHEAD_BYTES]


def new_secret() -> bytes:
    """A new product secret, for one version of one content (LAD-SEA-012)."""
    return secrets.token_bytes(SECRET_BYTES)


def salt_of(secret: bytes | Derivation, number: int) -> bytes:
    """The 32 bytes that the plaintext of this chunk begins with (LAD-SEA-004)."""
    return _derivation(secret).expand(b"lading/1 salt" + number.to_bytes(8, "big"))


def chunk_key(content_key: bytes | Derivation, number: int, plain: bytes) -> bytes:
    """The 32-byte key of the chunk with this number and plain leaf (LAD-SEA-006)."""
    return _derivation(content_key).expand(b"lading/1 chunk" + number.to_bytes(8, "big") + plain)


def _derivation(key: bytes | Derivation) -> Derivation:
    return Derivation(key) if isinstance(key, bytes) else key


def sealed_length(size: int, chunk_size: int, number: int) -> int:
    """The length in bytes of the ciphertext of chunk `number` of `size` bytes of data."""
    return chunk_length(size, chunk_size, number) + OVERHEAD_BYTES


def sealed_offset(chunk_size: int, number: int) -> int:
    """Where the ciphertext of chunk `number` begins among the ciphertexts one after another."""
    return number * (chunk_size + OVERHEAD_BYTES)


def sealed_total(size: int, chunk_size: int) -> int:
    """The length of all ciphertexts together."""
    return size + chunk_count(size, chunk_size) * OVERHEAD_BYTES


def plain_leaf(secret: bytes | Derivation, number: int, room: Room, length: int) -> bytes:
    """Put the salt before the `length` bytes of data in the room, and hash both (LAD-SEA-004, LAD-SEA-005)."""
    room.salt[:] = salt_of(secret, number)
    return leaf_hash(room.plaintext(length))


def encrypt(key: bytes, room: Room, length: int) -> memoryview:
    """The ciphertext, in the room, of the room's salt and `length` bytes of data (LAD-SEA-007).

    `key` has to be a chunk key, derived from the leaf of exactly these bytes: the nonce is always the same.
    """
    target = room.ciphertext(length)
    AESGCM(key).encrypt_into(NONCE, room.plaintext(length), None, target)
    return target


def seal_chunk(keys: SealingKeys, number: int, room: Room, length: int) -> Leaf:
    """Seal the first `length` bytes of the room's data. The ciphertext is in the room then; the leaf describes it."""
    plain = plain_leaf(keys.of_salts, number, room, length)
    # LAD-SEA-010: from the bytes that are encrypted now, not from any that were read before
    key = chunk_key(keys.of_chunks, number, plain)
    ciphertext = encrypt(key, room, length)
    return Leaf(hashlib.sha256(ciphertext).digest(), plain, hashlib.sha256(key).digest())


def seal_again(keys: SealingKeys, number: int, room: Room, length: int, leaf: Leaf) -> memoryview:
    """The ciphertext, in the room, of the first `length` bytes of the room's data, if they are those of the leaf.

    Raises `ContentMismatch` for other data, and encrypts nothing; `UsageProblem` for other keys than the leaf's.
    """
    plain = plain_leaf(keys.of_salts, number, room, length)
    # LAD-SEA-010
    if plain != leaf.plain:
        raise ContentMismatch(
            f"chunk {number} of the file is another one than was described",
            hint="The file was changed, or its product secret was. Deliver it anew.",
        )
    key = chunk_key(keys.of_chunks, number, plain)
    # LAD-SEA-008
    if hashlib.sha256(key).digest() != leaf.key:
        raise UsageProblem("the manifest was made with another content key")
    return encrypt(key, room, length)


def check_ciphertext(ciphertext: Bytes, leaf: Leaf, number: int, length: int) -> None:
    """Refuse (`bad-chunk`) a ciphertext that is not as long as `length` bytes of data need, or not the leaf's.

    That it opens is not checked: without the key nobody can.
    """
    # LAD-TRF-003
    if len(ciphertext) != length + OVERHEAD_BYTES:
        raise refuse("bad-chunk", f"chunk {number} has not the length of its ciphertext")
    _check_hash(ciphertext, leaf, number)


def _check_hash(ciphertext: Bytes, leaf: Leaf, number: int) -> None:
    # LAD-TRF-003
    if hashlib.sha256(ciphertext).digest() != leaf.ciphertext:
        raise refuse("bad-chunk", f"chunk {number} does not have the SHA-256 that the manifest names")


def open_chunk(
    content_key: bytes | Derivation, number: int, ciphertext: Bytes, leaf: Leaf, length: int, room: Room
) -> memoryview:
    """The `length` bytes of data of a ciphertext, in the room; the salt is the room's `salt` (LAD-SEA-017).

    Raises `ProvableFault` where the provider is at fault, and `bad-chunk` where this is not the leaf's ciphertext,
    which proves nothing against anybody. Does not check that the leaf is in the manifest that was signed.
    """
    _check_hash(ciphertext, leaf, number)
    key = chunk_key(content_key, number, leaf.plain)
    # LAD-SEA-006
    if hashlib.sha256(key).digest() != leaf.key:
        raise ProvableFault("wrong-key", number, "the shares do not give the key that the manifest names")
    _decrypt(key, number, ciphertext, length, room)
    # LAD-SEA-005
    if leaf_hash(room.plaintext(length)) != leaf.plain:
        raise ProvableFault("bad-chunk", number, "it opens to something else than the manifest names")
    return room.plaintext(length)[SALT_BYTES:]


def _decrypt(key: bytes, number: int, ciphertext: Bytes, length: int, room: Room) -> None:
    # LAD-SEA-004
    if len(ciphertext) != length + OVERHEAD_BYTES:
        raise ProvableFault("bad-chunk", number, "it is not as long as it has to be")
    # LAD-SEA-007
    try:
        AESGCM(key).decrypt_into(NONCE, ciphertext, None, room.plaintext(length))
    except InvalidTag:
        raise ProvableFault("bad-chunk", number, "it does not open") from None


def parse_sealed_manifest(
    manifest: bytes, size: int, chunk_size: int, manifest_root: str, content_root: str
) -> Leaves:
    """The leaves of a manifest, if they are as many as the size needs and give both roots; else `bad-manifest`."""
    # LAD-SEA-008
    if len(manifest) != chunk_count(size, chunk_size) * LEAF_BYTES:
        raise refuse("bad-manifest", "the manifest has not 96 bytes for each chunk")
    leaves = Leaves(manifest)
    # LAD-SEA-008
    if leaves.manifest_root != manifest_root:
        raise refuse("bad-manifest", "the manifest's leaves do not give the manifest root")
    # LAD-SEA-009
    if leaves.content_root != content_root:
        raise refuse("bad-manifest", "the manifest's plain leaves do not give the content root")
    return leaves
