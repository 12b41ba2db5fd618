"""What is handed over, clear or sealed: what the delivery signs of it, and how it is uploaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lading.acts.delivery import Delivery as DeliveryAct
from lading.client.bulk.describe import sealed
from lading.client.bulk.export import export
from lading.client.bulk.upload import Upload, clear_upload, sealed_upload
from lading.client.flow import Flow
from lading.client.flows.sealkeys import Recipient, recipient
from lading.client.products import Product
from lading.client.sealings import Half, Sealing
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.statement import base64url
from lading.statement.words import Id
from lading.transfer.content import Content
from lading.transfer.pipeline import SealedContent
from lading.transfer.sealing import SealingKeys
from lading.transfer.shares import Binding, BoxRole, Shares, content_key, seal_share

CLEAR_HINT = "or deliver in clear, where both parties want that: sealed=False, on the command line --clear."


@dataclass(frozen=True, slots=True)
class Lot:
    """What a delivery says in either form: contract and number, the parties, and the members given by the caller."""

    contract: Id
    sequence: int
    consumer: Id
    path: Path
    said: Mapping[str, object]

    def prefix(self, root: str) -> str:
        """The path of the content with this root."""
        return f"/content/{self.contract}/{self.sequence}/{root}"


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery that can be signed and uploaded."""

    members: Mapping[str, object]
    upload: Upload


class Goods(Protocol):
    """One file in one form."""

    def is_of(self, act: DeliveryAct) -> bool:
        """Whether a delivery hands over this file in this form."""
        ...

    def fresh(self, session: Session) -> Flow[Job]:
        """The job of a delivery that was never begun."""
        ...

    def resumed(self, session: Session, act: DeliveryAct) -> Flow[Job | None]:
        """The job of a delivery that was signed before; None where it cannot go on as it was signed."""
        ...

    def forget(self, session: Session) -> None:
        """The delivery is over: keep nothing that could go on with it."""
        ...


@dataclass(frozen=True, slots=True)
class ClearGoods:
    """A file as it is."""

    lot: Lot
    content: Content

    def is_of(self, act: DeliveryAct) -> bool:
        """See `Goods.is_of`."""
        return act.form == "clear" and _is_of(act, self.lot, self.content.size, self.content.root)

    def fresh(self, session: Session) -> Flow[Job]:
        """See `Goods.fresh`."""
        yield from ()
        return self._job()

    def resumed(self, session: Session, act: DeliveryAct) -> Flow[Job | None]:
        """See `Goods.resumed`."""
        yield from ()
        return self._job()

    def forget(self, session: Session) -> None:
        """Nothing was kept, unless the number was to be delivered sealed before."""
        session.speaker.sealings.destroy(self.lot.contract, self.lot.sequence)

    def _job(self) -> Job:
        found = self.content
        form = {
            "form": "clear",
            "size": found.size,
            "chunk_size": found.chunk_size,
            "content_root": found.root,
        }
        return Job({**self.lot.said, **form}, clear_upload(self.lot.prefix(found.root), self.lot.path, found))


@dataclass(frozen=True, slots=True)
class SealedGoods:
    """A version of a product, sealed. In the provider's custody its ciphertexts go to the file `sealed_to`."""

    lot: Lot
    product: Product
    sealed_to: Path | None

    def is_of(self, act: DeliveryAct) -> bool:
        """See `Goods.is_of`."""
        return act.form == "sealed" and _is_of(act, self.lot, self.product.size, self.product.content_root)

    def fresh(self, session: Session) -> Flow[Job]:
        """New shares, sealed to the newest keys, and the manifest; durable before it returns."""
        if self.sealed_to is not None and self.sealed_to.exists():
            raise UsageProblem(f"{self.sealed_to} exists", hint="Name a new file for the sealed chunks.")
        self.forget(session)
        exchange, consumer = yield from self._recipients(session)
        bound, shares = Binding(self.lot.contract, self.lot.sequence, session.me), Shares.generate()
        keys = SealingKeys(content_key(bound, shares.exchange, shares.consumer), self.product.key)
        content = yield from sealed(session, self.lot.path, keys, self.product)
        sealing = Sealing(
            contract=self.lot.contract,
            sequence=self.lot.sequence,
            provider=session.me,
            size=content.size,
            chunk_size=content.chunk_size,
            content_root=content.root,
            manifest_root=content.manifest_root,
            secret=self.product.secret,
            exchange=_half(shares.exchange, exchange, bound, "exchange"),
            consumer=_half(shares.consumer, consumer, bound, "consumer"),
        )
        if session.speaker.sealings.add(sealing, content.manifest) != sealing:
            raise UsageProblem(
                "this number is being delivered by another process", hint="Wait for it to end."
            )
        return (yield from self._job(session, sealing, content))

    def resumed(self, session: Session, act: DeliveryAct) -> Flow[Job | None]:
        """The job with the shares that the signed delivery commits to, if they are still there."""
        sealing = session.speaker.sealings.get(self.lot.contract, self.lot.sequence)
        if sealing is None or sealing.signed != act.sealed:
            return None
        content = session.speaker.sealings.content(sealing)
        return None if content is None else (yield from self._job(session, sealing, content))

    def forget(self, session: Session) -> None:
        """Destroy the shares."""
        session.speaker.sealings.destroy(self.lot.contract, self.lot.sequence)

    def _recipients(self, session: Session) -> Flow[tuple[Recipient, Recipient]]:
        hint = f"Ask the exchange's operator for one; {CLEAR_HINT}"
        exchange = yield from recipient(session, session.peer.exchange, "the exchange", hint)
        hint = f"The consumer makes one with lading identity rotate; {CLEAR_HINT}"
        consumer = yield from recipient(session, self.lot.consumer, "the consumer", hint)
        return exchange, consumer

    def _job(self, session: Session, sealing: Sealing, content: SealedContent) -> Flow[Job]:
        prefix, keeps = self.lot.prefix(sealing.manifest_root), self.sealed_to is not None
        job = sealed_upload(prefix, self.lot.path, content, sealing.keys, sealing.boxes, keeps_chunks=keeps)
        if self.sealed_to is not None:
            yield from export(session, job, self.sealed_to)
        form = {
            "form": "sealed",
            "size": content.size,
            "chunk_size": content.chunk_size,
            "content_root": content.root,
            "sealed": sealing.signed.model_dump(),
        }
        return Job({**self.lot.said, **form}, job)


def _is_of(act: DeliveryAct, lot: Lot, size: int, root: str) -> bool:
    wire = act.model_dump()
    named = ("custody", "url", "fields", "marked", "units", "window", "data_schema", "corrects")
    same = all(wire[name] == lot.said.get(name) for name in named)
    return same and (act.size, act.content_root) == (size, root)


def _half(share: bytes, to: Recipient, bound: Binding, role: BoxRole) -> Half:
    box = seal_share(share, to.public, bound.info(to.id, role))
    return Half(key=to.key, share=_text(share), box=_text(box))


def _text(data: bytes) -> str:
    return base64url.encode(data).decode("ascii")
