"""A provider that seals wrongly, and signs for it: its deliveries pass the exchange, which can see none of it."""

import os
from collections.abc import Generator
from typing import Any

from lading.acts.delivery import Delivery as DeliveryAct
from lading.client.bulk.upload import Upload, upload
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.issue import act_of
from lading.client.flows.register import finish, store
from lading.client.outbox import Slot
from lading.client.results import Contract, Delivery, delivery_of
from lading.client.session import Session
from lading.keys.seal import SealKey
from lading.transfer.sealing import (
    OVERHEAD_BYTES,
    Leaf,
    Leaves,
    Room,
    SealingKeys,
    encrypt,
    plain_leaf,
    seal_chunk,
)
from lading.transfer.shares import Binding, BoxRole, Shares, commitment, content_key, seal_share
from sdk.tests.client.conftest import Trade
from sdk.tests.client.stand_in_content import digest

CHUNK = 65_536


class Cheat:
    """An honest sealing of the goods, to be spoilt before it is delivered."""

    def __init__(self, trade: Trade, contract: Contract, sequence: int = 1) -> None:
        self.trade = trade
        self.contract = contract
        self.sequence = sequence
        self.data = trade.goods.read_bytes()
        self.shares = Shares.generate()
        self.bound = Binding(contract.id, sequence, trade.provider.session.me)
        self.committed: dict[str, str] = {
            "exchange": commitment(self.shares.exchange),
            "consumer": commitment(self.shares.consumer),
        }
        self.keys = SealingKeys(
            content_key(self.bound, self.shares.exchange, self.shares.consumer), os.urandom(32)
        )
        self.leaves: list[Leaf] = []
        self.chunks: list[bytes] = []
        for start in range(0, len(self.data), CHUNK):
            self.seal(start // CHUNK, self.data[start : start + CHUNK])
        self.boxes: dict[BoxRole, bytes] = {
            "exchange": self.box("exchange", self.shares.exchange),
            "consumer": self.box("consumer", self.shares.consumer),
        }

    def seal(self, number: int, data: bytes) -> None:
        room = Room(CHUNK)
        room.data[: len(data)] = data
        self.leaves.append(seal_chunk(self.keys, number, room, len(data)))
        self.chunks.append(bytes(room.ciphertext(len(data))))

    def key_of(self, role: str) -> SealKey:
        identity = self.trade.consumer.session.speaker
        return self.trade.exchange.seal_key if role == "exchange" else identity.seal_keys[0]

    def box(self, role: BoxRole, share: bytes, bound: Binding | None = None) -> bytes:
        recipient = self.trade.exchange.id if role == "exchange" else self.trade.consumer.session.me
        info = (bound or self.bound).info(recipient, role)
        return seal_share(share, self.key_of(role).public, info)

    def replace(self, number: int, chunk: bytes) -> None:
        """Other bytes in the place of a ciphertext, and signed for."""
        self.chunks[number] = chunk
        leaf = self.leaves[number]
        self.leaves[number] = Leaf(bytes.fromhex(digest(chunk)[7:]), leaf.plain, leaf.key)

    def seal_other_data(self, number: int) -> None:
        """Another plaintext, of the same length, under the key that belongs to the signed one."""
        from lading.transfer.sealing import chunk_key

        length = len(self.chunks[number]) - OVERHEAD_BYTES
        room = Room(CHUNK)
        plain_leaf(os.urandom(32), number, room, length)
        key = chunk_key(self.keys.content_key, number, self.leaves[number].plain)
        self.replace(number, bytes(encrypt(key, room, length)))

    def seal_with_another_key(self, number: int) -> None:
        """The right plaintext under a key of its own, whose hash is signed."""
        length = len(self.chunks[number]) - OVERHEAD_BYTES
        room, key = Room(CHUNK), os.urandom(32)
        start = number * CHUNK
        room.data[:length] = self.data[start : start + length]
        plain = plain_leaf(self.keys.secret, number, room, length)
        chunk = bytes(encrypt(key, room, length))
        self.chunks[number] = chunk
        self.leaves[number] = Leaf(bytes.fromhex(digest(chunk)[7:]), plain, bytes.fromhex(digest(key)[7:]))

    def deliver(self, **changes: Any) -> Delivery:
        """Sign, upload and register all of it as it is now."""
        return self.trade.provider.run(lambda session: self._deliver(session, changes))

    def _deliver(self, session: Session, changes: dict[str, Any]) -> Flow[Delivery]:
        leaves = Leaves(b"".join(leaf.raw for leaf in self.leaves))
        prefix = f"/content/{self.contract.id}/{self.sequence}/{leaves.manifest_root}"
        members: dict[str, Any] = {
            "contract": self.contract.id,
            "sequence": self.sequence,
            "form": "sealed",
            "custody": "exchange",
            "size": len(self.data),
            "chunk_size": CHUNK,
            "content_root": leaves.content_root,
            "sealed": {
                "manifest_root": leaves.manifest_root,
                "exchange": self._signed("exchange"),
                "consumer": self._signed("consumer"),
            },
        }
        slot = Slot("deliver", (self.contract.id, str(self.sequence)))
        stored = store(session, slot, lambda: act_of(session, DeliveryAct, members | changes))
        size = len(self.data)
        keeps = changes.get("custody") == "provider"
        job = Upload(prefix, size, CHUNK, CHUNK + 48, leaves.manifest, self._read, self.boxes, keeps)
        yield from upload(session, stored.jws, job)
        done = yield from finish(session, slot, stored)
        evidence = yield from study(session, done.id)
        return delivery_of(evidence, done.id)

    def _read(self, first: int, stop: object) -> Generator[bytes]:
        yield from self.chunks[first:]

    def _signed(self, role: BoxRole) -> dict[str, str]:
        kid = self.key_of(role).kid
        return {"key": kid, "commitment": self.committed[role], "box": digest(self.boxes[role])}
