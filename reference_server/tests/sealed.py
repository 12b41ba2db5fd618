"""Sealed content as a provider makes it, and its way through an exchange. For tests of the server."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx

from lading import acts
from lading.acts.participant import Participant
from lading.keys.seal import kid_of
from lading.statement.envelope import decode
from lading.statement.words import Id
from lading.transfer.sealing import Leaves, Room, SealingKeys, new_secret, seal_chunk
from lading.transfer.shares import Binding, BoxRole, Shares, commitment, content_key, seal_share
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.trader import Market, Trader

CHUNK: Final = 65_536
ROLES: Final[tuple[BoxRole, ...]] = ("exchange", "consumer")


def digest_of(data: bytes) -> Id:
    """SHA-256 as a digest."""
    return Id("sha256:" + hashlib.sha256(data).hexdigest())


def exchange_key(api: str) -> bytes:
    """The public seal key that the exchange lists now."""
    with httpx.Client(base_url=api, trust_env=False) as http:
        head = http.get("/.well-known/lading").json()["head"]
    act = acts.parse(decode(head.encode())).act
    assert isinstance(act, Participant)
    return act.sealing[0].raw


class SealedContent:
    """Some bytes, sealed for one delivery. What a test wants otherwise, it changes before it signs."""

    def __init__(
        self,
        market: Market,
        contract: Id,
        data: bytes,
        *,
        sequence: int = 1,
        chunk_size: int = CHUNK,
        shares: Shares | None = None,
    ) -> None:
        self.market = market
        self.data = data
        self.chunk_size = chunk_size
        self.bound = Binding(contract, sequence, market.provider.id)
        self.shares = shares or Shares.generate()
        self.commitments = {"exchange": self.shares.exchange, "consumer": self.shares.consumer}
        self.public = {"exchange": exchange_key(market.api), "consumer": market.consumer.seal.public}
        self.ids = {"exchange": market.exchange.id, "consumer": market.consumer.id}
        self.boxes = {role: self.box(role) for role in ROLES}
        self.chunks, self.manifest = self._seal()
        leaves = Leaves(self.manifest)
        self.root, self.content_root = leaves.manifest_root, leaves.content_root

    def box(self, role: BoxRole, share: bytes | None = None) -> bytes:
        """A box for the recipient of this role; with the share of that role unless told otherwise."""
        info = self.bound.info(self.ids[role], role)
        return seal_share(share or self.commitments[role], self.public[role], info)

    def _seal(self) -> tuple[list[bytes], bytes]:
        key = content_key(self.bound, self.shares.exchange, self.shares.consumer)
        keys, room = SealingKeys(key, new_secret()), Room(self.chunk_size)
        chunks, leaves = [], []
        for number, start in enumerate(range(0, len(self.data), self.chunk_size)):
            data = self.data[start : start + self.chunk_size]
            room.data[: len(data)] = data
            leaves.append(seal_chunk(keys, number, room, len(data)).raw)
            chunks.append(bytes(room.ciphertext(len(data))))
        return chunks, b"".join(leaves)

    @property
    def prefix(self) -> str:
        """Where it is uploaded and read."""
        return f"/content/{self.bound.contract}/{self.bound.sequence}/{self.root}"

    @property
    def members(self) -> dict[str, Any]:
        """What a delivery signs."""
        shares = {
            role: {
                "key": kid_of(self.public[role]),
                "commitment": commitment(self.commitments[role]),
                "box": digest_of(self.boxes[role]),
            }
            for role in ROLES
        }
        return {
            "contract": self.bound.contract,
            "sequence": self.bound.sequence,
            "form": "sealed",
            "custody": "exchange",
            "size": len(self.data),
            "chunk_size": self.chunk_size,
            "content_root": self.content_root,
            "sealed": {"manifest_root": self.root, **shares},
        }

    def delivery(self, **members: object) -> bytes:
        """The signed delivery."""
        return self.market.provider.sign("delivery", **(self.members | members))

    def opened(self, *, boxes: bool = True, chunks: bool = True, ticket: bytes | None = None) -> bytes:
        """Open the upload and bring manifest, boxes and chunks, as far as wanted; the ticket."""
        jws = ticket or self.delivery()
        answer = self.market.provider.open_upload(jws)
        assert answer.status_code == 200, answer.text
        self.put("manifest", self.manifest)
        for role in ROLES if boxes else ():
            self.put(f"boxes/{role}", self.boxes[role])
        if chunks:
            self.put("chunks/0", b"".join(self.chunks))
        return jws

    def put(self, path: str, body: bytes) -> None:
        """An upload that must work."""
        answer = self.market.provider.put(f"{self.prefix}/{path}", body)
        assert answer.is_success, answer.text

    def refused(self, path: str, body: bytes) -> str:
        """The code of an upload that must be refused."""
        answer = self.market.provider.put(f"{self.prefix}/{path}", body)
        assert not answer.is_success
        return str(answer.json()["code"])

    def delivered(self) -> Id:
        """Upload and register; the delivery's id."""
        return self.market.provider.register(self.opened())

    def receipt(self, delivery: Id) -> bytes:
        """The consumer's signed receipt."""
        return self.market.consumer.sign(
            "receipt",
            delivery=delivery,
            outcome="accepted",
            content_root=self.content_root,
            manifest_root=self.root,
            size=len(self.data),
        )

    def has_box(self, role: BoxRole, reader: Trader | None = None) -> bool:
        """Whether a party can read the box of this role."""
        answer = (reader or self.market.consumer).get(f"{self.prefix}/boxes/{role}")
        assert answer.status_code in (200, 404)
        assert answer.status_code == 404 or answer.content == self.boxes[role]
        return answer.status_code == 200


def box_file(exchange: ExchangeProcess, content: SealedContent) -> Path:
    """Where the exchange's box of this content lies, or lay."""
    (directory,) = (exchange.directory / "content").rglob(content.root[7:])
    return directory / "boxes" / f"exchange-{digest_of(content.boxes['exchange'])[7:]}"


def box_files(exchange: ExchangeProcess) -> list[Path]:
    """The boxes for the exchange that lie in its directory."""
    return sorted((exchange.directory / "content").rglob("exchange-*"))


def seal_files(exchange: ExchangeProcess) -> list[Path]:
    """The exchange's private seal keys."""
    return sorted((exchange.directory / "keys").glob("seal-*.pem"))


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Until it is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never became so"
        time.sleep(0.02)
