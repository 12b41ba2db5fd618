"""What is at fault with a sealed delivery, and the pieces that prove it."""

import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from lading.acts.delivery import Delivery as DeliveryAct
from lading.acts.receipt import Receipt
from lading.acts.records import DeliveryRecord
from lading.acts.release import Release
from lading.client.dossier import Evidence
from lading.client.flow import Flow, Work
from lading.client.flows.evidence import study
from lading.client.flows.sealkeys import recipient
from lading.client.flows.state import state
from lading.client.flows.take import bound_of, manifest, own_share, released_share
from lading.client.peer import dishonest
from lading.client.results import Delivery, Named, delivery_of, id_of
from lading.client.sealings import digest
from lading.client.session import Session
from lading.client.transport import Transport
from lading.errors import ContentMismatch, NotUnderstood, UsageProblem
from lading.http.media import OCTETS
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.words import ID, Id
from lading.transfer.pipeline import SealedContent, opened_chunks
from lading.transfer.sealing import ProvableFault, chunk_key, sealed_length, sealed_offset
from lading.transfer.shares import content_key, seal_share


@dataclass(frozen=True, slots=True)
class Released:
    """A delivery after its release: everything that its consumer has of it but the data."""

    delivery: Delivery
    release: Id
    content: SealedContent
    share: bytes = field(repr=False)
    key: bytes = field(repr=False)


def released(session: Session, thing: Named) -> Flow[Released]:
    """The delivery that a thing is, or names as its receipt or release, with manifest, share and content key."""
    asked = id_of(thing)
    evidence, receipt = yield from _receipt(session, asked)
    delivery = delivery_of(evidence, evidence.act(receipt, Receipt).delivery)
    release = evidence.record(DeliveryRecord, delivery.id).released_by
    if asked not in (delivery.id, receipt, release):
        raise dishonest(f"the exchange showed the receipt of {delivery.id} as that of {asked}")
    if release is None or delivery.consumer != session.me:
        raise UsageProblem(
            f"{delivery.id} is no sealed delivery that you acknowledged",
            hint="A claim is about a delivery that was received and does not open.",
        )
    content = yield from manifest(session, delivery)
    share = yield from own_share(session, delivery)
    key = content_key(bound_of(delivery), released_share(evidence, delivery), share)
    return Released(delivery, release, content, share, key)


def _receipt(session: Session, key: Id) -> Flow[tuple[Evidence, Id]]:
    """The verified evidence on the receipt that a thing is, or belongs to."""
    evidence = yield from study(session, key)
    act = evidence.filed(key).statement.act
    if isinstance(act, DeliveryAct):
        key = yield from _closing(session, key)
        evidence = yield from study(session, key)
    elif isinstance(act, Release):
        key = act.receipt
        evidence = yield from study(session, key)
    evidence.act(key, Receipt)
    return evidence, key


def _closing(session: Session, delivery: Id) -> Flow[Id]:
    """What closed a delivery, by the exchange's word; whether it is a receipt is seen then."""
    closed_by = (yield from state(session, delivery)).record.get("closed_by")
    if closed_by is None:
        raise UsageProblem(f"{delivery} was not received yet", hint="Receive it first: lading receive.")
    if not isinstance(closed_by, str) or ID.fullmatch(closed_by) is None:
        raise NotUnderstood(f"the exchange did not say what closed {delivery}")
    return Id(closed_by)


def find(session: Session, case: Released, sealed: Path) -> Flow[ProvableFault | None]:
    """The first chunk in a file of ciphertexts that is provably at fault; None where all open to what was signed.

    Raises `ContentMismatch` where the file does not hold the ciphertexts of this delivery.
    """

    def work(transport: Transport, stop: threading.Event) -> ProvableFault | None:
        size, done = case.content.size, 0
        try:
            with closing(opened_chunks(sealed, case.content, case.key, stop=stop)) as chunks:
                for opened in chunks:
                    done += len(opened.data)
                    session.progress("open", done, size)
        except ProvableFault as fault:
            return fault
        except Refused as refusal:
            hint = "Give the .sealed.part file that was left beside the place of this delivery."
            raise ContentMismatch(f"{sealed} is of other content: {refusal.detail}", hint=hint) from None
        except OSError as error:
            raise UsageProblem(f"cannot read {sealed}: {error.strerror}", hint="Check the path.") from None
        return None

    fault: ProvableFault | None = yield Work(work)
    return fault


def proof(
    session: Session, case: Released, fault: ProvableFault, sealed: Path, arbiter: Id | None
) -> Flow[Mapping[str, object]]:
    """The member `proof` of a claim; the attachments that it names are kept durably beside the identity."""
    number, leaf = fault.number, case.content.leaves[fault.number]
    keep = session.speaker.attachments.keep
    path = case.content.leaves.path(number)
    keep(path)
    common = {"index": number, "leaf": _text(leaf.raw), "path": _attachment("path.bin", path)}
    if fault.ground == "bad-chunk":
        chunk = _ciphertext(case, sealed, number)
        keep(chunk)
        key = chunk_key(case.key, number, leaf.plain)
        return common | {"chunk": _attachment("chunk.bin", chunk), "key": _text(key)}
    if arbiter is None:
        hint = "Name who is to judge: arbiter=, on the command line --arbiter. Your share is sealed to them alone."
        raise UsageProblem("a claim that a key does not derive needs an arbiter", hint=hint)
    to = yield from recipient(session, arbiter, "the arbiter", "They make one with lading identity rotate.")
    box = seal_share(case.share, to.public, bound_of(case.delivery).info(arbiter, "arbiter"))
    keep(box)
    return common | {"share": _attachment("share.bin", box), "arbiter": arbiter, "sealed_to": to.key}


def _ciphertext(case: Released, sealed: Path, number: int) -> bytes:
    chunk_size = case.content.chunk_size
    with sealed.open("rb") as file:
        file.seek(sealed_offset(chunk_size, number))
        return file.read(sealed_length(case.content.size, chunk_size, number))


def _attachment(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "media_type": OCTETS, "size": len(data), "digest": digest(data)}


def _text(data: bytes) -> str:
    return base64url.encode(data).decode("ascii")
