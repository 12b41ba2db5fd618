"""What somebody can find out from what they hold: with the real primitives, by trying everything.

An attacker here opens every box with every key in every role, takes every secret for either share, and tries every
chunk. What it then reads or knows is what it can derive.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

from lading.acts.records import ReleaseRecord
from lading.errors import LadingError
from lading.keys.seal import SealKey
from lading.statement import base64url
from lading.transfer.sealing import Room, open_chunk
from lading.transfer.shares import BoxRole, content_key
from sdk.tests.model.exchange import State
from sdk.tests.model.parties import CHUNK, Parcel, cast, seal_key

ROLES: Final[tuple[BoxRole, ...]] = ("exchange", "consumer", "arbiter")


@dataclass(frozen=True)
class Holding:
    """Names of seal keys, 32-byte secrets, and parcels whose boxes, manifest and ciphertext are at hand."""

    keys: frozenset[str]
    secrets: frozenset[bytes]
    parcels: frozenset[str]


def consumer(state: State) -> Holding:
    """What the consumer holds: its key, what it may download, the releases in the log, and what leaked."""
    registered = frozenset(item.name for item in cast().parcels.values() if state.delivery(item) is not None)
    return Holding(frozenset({"buyer"}), released(state) | state.leaked, registered)


def exchange(state: State) -> Holding:
    """What the exchange ever held: its key, every upload, all shares that it opened, everything in its log."""
    return Holding(frozenset({"exchange"}), released(state), frozenset(cast().parcels))


def released(state: State) -> frozenset[bytes]:
    """The shares that stand in the log."""
    records = [item for (kind, _), item in state.sight.records.items() if kind == ReleaseRecord.kind]
    return frozenset(base64url.decode(str(vars(item)["share"]).encode()) for item in records)


@cache
def shares(holding: Holding) -> frozenset[bytes]:
    """Every share that the holder knows: given, or out of a box."""
    found = set(holding.secrets)
    for name, key in product(holding.parcels, holding.keys):
        found |= set(_opened(cast().parcels[name], key))
    return frozenset(found)


@cache
def _opened(item: Parcel, name: str) -> tuple[bytes, ...]:
    key = seal_key(name)
    infos = [item.bound.info(who, role) for who in cast().market.id.values() for role in ROLES]
    return tuple(share for box in item.boxes.values() for info in infos for share in _try(key, box, info))


def _try(key: SealKey, box: bytes, info: bytes) -> list[bytes]:
    try:
        return [key.open(box, info)]
    except LadingError:
        return []


@cache
def readable(holding: Holding) -> frozenset[str]:
    """The names of the parcels whose content the holder can read."""
    known = shares(holding)
    return frozenset(name for name in holding.parcels if _reads(cast().parcels[name], known))


@cache
def _reads(item: Parcel, known: frozenset[bytes]) -> bool:
    return any(_opens(item, first, second) for first, second in product(known, known))


@cache
def _opens(item: Parcel, first: bytes, second: bytes) -> bool:
    key = content_key(item.bound, first, second)
    try:
        data = open_chunk(key, 0, item.ciphertext, item.leaves[0], len(item.data), Room(CHUNK))
    except LadingError:
        return False
    return bytes(data) == item.data
