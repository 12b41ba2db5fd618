"""Taking a sealed delivery: everything that is checked before the receipt, and the opening after the release."""

import filecmp
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from lading.acts.records import DeliveryRecord, ReleaseRecord
from lading.acts.sealed import Sealed
from lading.client import files
from lading.client.address import chunks_address
from lading.client.ask import ask, get, url
from lading.client.bulk.describe import salted_root
from lading.client.bulk.download import PART, Source, mismatch, receive_into
from lading.client.dossier import Evidence
from lading.client.flow import Flow, Work
from lading.client.flows.state import state
from lading.client.outbox import Slot
from lading.client.results import Delivery
from lading.client.sealings import digest
from lading.client.session import Session
from lading.client.takings import Piece
from lading.client.transport import Request
from lading.errors import ContentMismatch, NotUnderstood, UsageProblem
from lading.problems import Refused, refuse
from lading.statement import base64url
from lading.transfer.pipeline import SealedContent, open_into
from lading.transfer.sealing import (
    LEAF_BYTES,
    OVERHEAD_BYTES,
    ProvableFault,
    check_ciphertext,
    parse_sealed_manifest,
    sealed_total,
)
from lading.transfer.shares import BOX_BYTES, Binding, content_key, open_share

T = TypeVar("T")
_ACKNOWLEDGED: Final = frozenset({"acknowledged", "received"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a delivery shall lie, and what lies beside it until then."""

    target: Path
    overwrite: bool

    @property
    def salts(self) -> Path:
        """The salts, 32 bytes a chunk: with them the file proves to be the content."""
        return self._beside(".salts")

    @property
    def sealed(self) -> Path:
        """The ciphertexts one after another, until they are opened."""
        return self._beside(".sealed" + PART)

    @property
    def part(self) -> Path:
        """The opened content while it grows."""
        return self._beside(PART)

    @property
    def salts_part(self) -> Path:
        """The salts while they grow."""
        return self._beside(".salts" + PART)

    def _beside(self, suffix: str) -> Path:
        return self.target.with_name(self.target.name + suffix)


@dataclass(frozen=True, slots=True)
class Taken:
    """A sealed delivery whose every part was checked and is kept: its manifest, and the consumer's share."""

    content: SealedContent
    share: bytes = field(repr=False)


def sealed_of(delivery: Delivery) -> Sealed:
    """What a sealed delivery signs; `UsageProblem` for a clear one."""
    if delivery.act.sealed is None:
        raise UsageProblem(f"the delivery {delivery.id} is clear", hint="This is for sealed deliveries only.")
    return delivery.act.sealed


def acquire(session: Session, delivery: Delivery, place: Place) -> Flow[Taken | None]:
    """Make every check of a sealed delivery that can be made before the receipt, and keep all of it.

    Gives None where the delivery was received before and lies in its place. Raises `ContentMismatch`, with the reason
    of a refused receipt, where something is not what the provider signed.
    """
    here = yield from _is_in_place(session, delivery, place)
    given = yield from _was_acknowledged(session, delivery)
    if here and given:
        clean(session, delivery, place)
        return None
    # LAD-SEA-016: step 1; what the evidence shows was verified before
    if not given and session.clock() > delivery.deadline:
        raise refuse("deadline-passed", "the delivery's deadline has passed by this machine's clock")
    content = yield from manifest(session, delivery)
    share = yield from own_share(session, delivery)
    # LAD-SEA-016: step 5
    yield from receive_into(session, _source(session, delivery, content), place.sealed)
    return Taken(content, share)


def manifest(session: Session, delivery: Delivery) -> Flow[SealedContent]:
    """The manifest of a delivery, which gives both signed roots; kept from now on."""
    act, signed = delivery.act, sealed_of(delivery)

    def read(data: bytes) -> SealedContent:
        # LAD-SEA-016: step 3
        leaves = parse_sealed_manifest(data, act.size, act.chunk_size, signed.manifest_root, act.content_root)
        return SealedContent(act.size, act.chunk_size, act.content_root, signed.manifest_root, leaves)

    if act.chunks == 0:
        return read(b"")
    path, bound = f"{prefix(delivery)}/manifest", act.chunks * LEAF_BYTES
    return (yield from _kept(session, delivery, "manifest", get(session, path, bound=bound + 1), read))


def own_share(session: Session, delivery: Delivery) -> Flow[bytes]:
    """The consumer's share, out of its box; the box is kept from now on."""
    signed = sealed_of(delivery).consumer
    key = session.speaker.seal_key(signed.key)
    if key is None:
        hint = "Use the identity's folder from where its keys were made, or restore it from a backup."
        raise UsageProblem(f"the delivery is sealed to a key that is not here: {signed.key}", hint=hint)

    def read(box: bytes) -> bytes:
        # LAD-SEA-016: step 4
        if digest(box) != signed.box:
            raise refuse("bad-share", "the box does not have the digest that the delivery signs")
        return open_share(key, box, bound_of(delivery).info(session.me, "consumer"), signed.commitment)

    path = f"{prefix(delivery)}/boxes/consumer"
    return (yield from _kept(session, delivery, "box", get(session, path, bound=BOX_BYTES + 1), read))


def _kept(
    session: Session, delivery: Delivery, piece: Piece, request: Request, read: Callable[[bytes], T]
) -> Flow[T]:
    """What `read` makes of a piece that is kept here, or else of the exchange's, which is kept then."""
    takings = session.speaker.takings
    kept = takings.get(delivery.id, piece)
    if kept is not None:
        with suppress(Refused):
            return (yield from _worked(lambda: read(kept)))
    data = (yield from ask(session, request)).body
    try:
        found = yield from _worked(lambda: read(data))
    except Refused as refusal:
        raise mismatch(refusal.detail, refusal.code) from None
    takings.keep(delivery.id, piece, data)
    return found


def _worked(read: Callable[[], T]) -> Flow[T]:
    """What `read` gives, read where it may take its time: a manifest can have half a million leaves."""
    found: T = yield Work(lambda transport, stop: read())
    return found


def prefix(delivery: Delivery) -> str:
    """The path of a delivery's content."""
    return f"/content/{delivery.contract}/{delivery.sequence}/{delivery.act.root}"


def bound_of(delivery: Delivery) -> Binding:
    """What the delivery's boxes and content key are tied to."""
    return Binding(delivery.contract, delivery.sequence, delivery.provider)


def unlock(
    session: Session, delivery: Delivery, place: Place, taken: Taken, evidence: Evidence
) -> Flow[None]:
    """Open a delivery by the exchange's share, which the verified evidence of the receipt holds, into its place.

    Raises `ProvableFault`, and keeps the ciphertexts, where the provider sealed something else than it signed.
    """
    if not (yield from _is_in_place(session, delivery, place)):
        key = content_key(bound_of(delivery), released_share(evidence, delivery), taken.share)
        yield Work(lambda transport, stop: _open(session, place, taken.content, key, stop))
        try:
            _put_in_place(place)
        except OSError as error:
            hint = "Make room or choose another place, and call receive again."
            raise UsageProblem(f"cannot write {place.target}: {error.strerror}", hint=hint) from None
    clean(session, delivery, place)


def released_share(evidence: Evidence, delivery: Delivery) -> bytes:
    """The exchange's share of a delivery, as its release in a verified evidence file has it."""
    released = evidence.record(DeliveryRecord, delivery.id).released_by
    if released is None:
        raise NotUnderstood(f"the evidence does not hold the release of {delivery.id}")
    return base64url.decode(evidence.record(ReleaseRecord, released).share.encode())


def clean(session: Session, delivery: Delivery, place: Place) -> None:
    """Remove what is not needed once the content is opened and in its place."""
    for path in (place.sealed, place.part, place.salts_part):
        path.unlink(missing_ok=True)
    session.speaker.takings.drop(delivery.id)


def _is_in_place(session: Session, delivery: Delivery, place: Place) -> Flow[bool]:
    """Whether the content lies in its place already; `UsageProblem` where something else does, or nothing can."""
    target, act = place.target, delivery.act
    if not target.parent.is_dir() or target.is_dir():
        raise UsageProblem(f"{target} cannot be written", hint="Name a file in a folder that exists.")
    if place.overwrite or not target.exists():
        return False
    if place.salts.is_file():
        found = yield from salted_root(session, target, place.salts, act.chunk_size)
        if (found.size, found.root) == (act.size, act.content_root):
            return True
    raise UsageProblem(f"{target} exists", hint="Choose another file, or say that it may be overwritten.")


def _was_acknowledged(session: Session, delivery: Delivery) -> Flow[bool]:
    """Whether the caller's receipt is registered, as far as this machine or the exchange knows."""
    stored = session.outbox.get(Slot("receipt", (delivery.id, "accepted")))
    if stored is not None and stored.registration is not None:
        return True
    return (yield from state(session, delivery)).name in _ACKNOWLEDGED


def _source(session: Session, delivery: Delivery, content: SealedContent) -> Source:
    act = delivery.act

    def check(chunk: memoryview, number: int) -> None:
        # LAD-SEA-016: step 5
        check_ciphertext(chunk, content.leaves[number], number, content.length(number))

    total, longest = sealed_total(act.size, act.chunk_size), act.chunk_size + OVERHEAD_BYTES
    if act.url is None:
        return Source(url(session, f"{prefix(delivery)}/chunks"), total, longest, check)
    return Source(chunks_address(act.url, session.peer.api), total, longest, check, signed=False)


def _open(session: Session, place: Place, content: SealedContent, key: bytes, stop: threading.Event) -> None:
    def report(done: int) -> None:
        session.progress("open", done, content.size)

    try:
        with files.open_part(place.part) as file, files.open_part(place.salts_part) as salts:
            file.truncate()
            salts.truncate()
            # LAD-SEA-017
            open_into(place.sealed, content, key, file, salts, progress=report, stop=stop)
            files.flush_file(file)
            files.flush_file(salts)
    except ProvableFault as fault:
        place.part.unlink(missing_ok=True)
        place.salts_part.unlink(missing_ok=True)
        fault.hint = f"Keep {place.sealed}: it proves the fault. Make a claim with it: claim(), lading claim."
        raise
    except Refused as refusal:
        hint = "Call receive again: what is not right is fetched anew."
        raise ContentMismatch(f"{place.sealed} was changed: {refusal.detail}", hint=hint) from None
    except OSError as error:
        hint = "Make room or choose another place, and call receive again."
        raise UsageProblem(
            f"cannot write {error.filename or place.part}: {error.strerror}", hint=hint
        ) from None


def _put_in_place(place: Place) -> None:
    """Salts first: a file that is in its place has them beside it."""
    if place.salts.exists() and filecmp.cmp(place.salts_part, place.salts, shallow=False):
        os.unlink(place.salts_part)  # a crash came between the two
    else:
        files.put_in_place(place.salts_part, place.salts, overwrite=place.overwrite)
    files.put_in_place(place.part, place.target, overwrite=place.overwrite)
