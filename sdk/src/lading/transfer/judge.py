"""Whether a provider sealed what it said: judgement by arithmetic (`spec/judgement.md`, LAD-JDG-004 to LAD-JDG-014).

    judgement = judge_bad_chunk(place, chunk, key)
    judgement = judge_wrong_key(place, shares, share)

Pure: no network, no clock, no opinion. That the values are those of a registered claim, its release and its delivery
is for the caller to see to (LAD-JDG-001 to LAD-JDG-003).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lading.keys.seal import SealKey
from lading.problems import Refused
from lading.statement.words import Id
from lading.transfer.content import SALT_BYTES, chunk_count, chunk_length
from lading.transfer.sealing import KEY_BYTES, LEAF_BYTES, NONCE, Leaf, chunk_key
from lading.transfer.shares import Binding, commitment, content_key, open_share
from lading.tree import HASH_BYTES, leaf_hash, root_from_inclusion

Outcome = Literal["upheld", "dismissed", "undecided"]
"""The provider is at fault; the claim proves no fault; something needed is missing."""

CODES: Final[Mapping[str, tuple[Outcome, str]]] = MappingProxyType(
    {
        "malformed-claim": ("undecided", "LAD-JDG-001"),
        "evidence-not-valid": ("undecided", "LAD-JDG-002"),
        "attachment-missing": ("undecided", "LAD-JDG-003"),
        "not-in-manifest": ("dismissed", "LAD-JDG-004"),
        "other-chunk": ("dismissed", "LAD-JDG-005"),
        "other-key": ("dismissed", "LAD-JDG-006"),
        "does-not-open": ("upheld", "LAD-JDG-007"),
        "wrong-length": ("upheld", "LAD-JDG-008"),
        "other-plaintext": ("upheld", "LAD-JDG-009"),
        "opens": ("dismissed", "LAD-JDG-010"),
        "share-missing": ("undecided", "LAD-JDG-011"),
        "other-share": ("dismissed", "LAD-JDG-012"),
        "key-derives": ("dismissed", "LAD-JDG-013"),
        "key-does-not-derive": ("upheld", "LAD-JDG-014"),
    }
)
"""Every code of a judgement: the outcome that it stands for, and its requirement."""

_EXIT_CODES: Final[Mapping[Outcome, int]] = MappingProxyType({"upheld": 0, "dismissed": 1, "undecided": 2})


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to a claim. Compare `outcome`; a judgement has no truth value."""

    outcome: Outcome
    code: str
    detail: str

    def __bool__(self) -> NoReturn:
        raise TypeError("a judgement is upheld, dismissed or undecided: compare judgement.outcome")

    @property
    def requirement(self) -> str:
        """The id of the step that decided."""
        return CODES[self.code][1]

    @property
    def exit_code(self) -> int:
        """0 upheld, 1 dismissed, 2 undecided."""
        return _EXIT_CODES[self.outcome]

    @property
    def summary(self) -> str:
        """One sentence for people."""
        return f"{self.outcome.upper()}: {self.detail}"


def judged(code: str, detail: str) -> Judgement:
    """The judgement with this code, and the outcome that belongs to it."""
    return Judgement(CODES[code][0], code, detail)


@dataclass(frozen=True, slots=True)
class Place:
    """A leaf of 96 bytes, its number and inclusion path as claimed; size, chunk size and manifest root as delivered."""

    leaf: bytes
    index: int
    path: bytes
    size: int
    chunk_size: int
    manifest_root: str


@dataclass(frozen=True, slots=True)
class GivenShares:
    """What a claim `wrong-key` is measured by: delivery and parties, the released share, the signed commitment.

    `bound` and `committed` (to the consumer's share) are the delivery's, `released` is the release's 32 bytes.
    """

    bound: Binding
    released: bytes
    committed: str


@dataclass(frozen=True, slots=True)
class ArbiterBox:
    """The consumer's share as the arbiter finds it: in the claim's box, with the private key that it is sealed to."""

    box: bytes = field(repr=False)
    key: SealKey
    arbiter: Id


def judge_bad_chunk(place: Place, chunk: bytes, key: bytes) -> Judgement:
    """Whether a chunk opens, under the key that the provider signed for, to what the provider signed for."""
    leaf = _leaf_in_manifest(place)
    if isinstance(leaf, Judgement):
        return leaf
    # LAD-JDG-005
    if hashlib.sha256(chunk).digest() != leaf.ciphertext:
        return judged("other-chunk", "the chunk is not the one that the leaf names")
    # LAD-JDG-006
    if len(key) != KEY_BYTES or hashlib.sha256(key).digest() != leaf.key:
        return judged("other-key", "the key is not the one that the leaf names")
    # LAD-JDG-007
    try:
        plaintext = AESGCM(key).decrypt(NONCE, chunk, None)
    except InvalidTag:
        return judged("does-not-open", "the chunk does not open under the key that the leaf names")
    # LAD-JDG-008
    if len(plaintext) != SALT_BYTES + chunk_length(place.size, place.chunk_size, place.index):
        return judged("wrong-length", "the chunk opens to another length than the delivery says")
    # LAD-JDG-009
    if leaf_hash(plaintext) != leaf.plain:
        return judged("other-plaintext", "the chunk opens to something else than the leaf says")
    # LAD-JDG-010
    return judged("opens", "the chunk opens to what the leaf says")


def judge_wrong_key(place: Place, given: GivenShares, share: bytes | ArbiterBox | None) -> Judgement:
    """Whether both shares give the chunk key that the provider signed for.

    `share` is the consumer's: its 32 bytes, or the box for an arbiter who holds the key, or None if it is not at hand.
    """
    leaf = _leaf_in_manifest(place)
    if isinstance(leaf, Judgement):
        return leaf
    # LAD-JDG-011
    if share is None:
        return judged("share-missing", "the consumer's share is not at hand")
    opened = _opened(share, given)
    # LAD-JDG-012
    if opened is None or commitment(opened) != given.committed:
        return judged("other-share", "the share is not the one that the delivery commits to")
    key = chunk_key(content_key(given.bound, given.released, opened), place.index, leaf.plain)
    # LAD-JDG-013
    if hashlib.sha256(key).digest() == leaf.key:
        return judged("key-derives", "the shares give the key that the leaf names")
    # LAD-JDG-014
    return judged("key-does-not-derive", "the shares give another key than the leaf names")


def _opened(share: bytes | ArbiterBox, given: GivenShares) -> bytes | None:
    if isinstance(share, bytes):
        return share
    try:
        info = given.bound.info(share.arbiter, "arbiter")
        return open_share(share.key, share.box, info, given.committed)
    except Refused:
        return None


def _leaf_in_manifest(place: Place) -> Leaf | Judgement:
    """The leaf, if its path leads from its place to the root that the provider signed."""
    path = [place.path[at : at + HASH_BYTES] for at in range(0, len(place.path), HASH_BYTES)]
    chunks = chunk_count(place.size, place.chunk_size)
    try:
        root = root_from_inclusion(leaf_hash(place.leaf), place.index, chunks, path).hex()
    except ValueError:
        root = ""
    # LAD-JDG-004
    whole = len(place.leaf) == LEAF_BYTES and len(place.path) % HASH_BYTES == 0
    if not whole or f"sha256:{root}" != place.manifest_root:
        return judged("not-in-manifest", f"the leaf is not number {place.index} of the delivery's manifest")
    return Leaf.of(place.leaf)
