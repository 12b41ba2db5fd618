"""The content store: the bytes of deliveries, chunk by chunk, in plain files.

    content/<contract>/<sequence>/<root>/ticket       the signed delivery that last opened the upload
        <size>-<chunk size>/manifest                  leaf hashes, 32 bytes each
        <size>-<chunk size>/data                      the chunks so far, each at its own place
        <size>-<chunk size>/held                      how many chunks count, from the first

A chunk counts once its hash is the manifest's leaf and its bytes are on the disk. `held` is written after
the data was synced, so a crash at any moment leaves a `held` that is true; whatever lies behind it in
`data` is overwritten. Paths are built from checked ids and numbers only. Functions here block; the handlers
call them in threads.
"""

import os
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lading.acts.delivery import Delivery
from lading.acts.records import DeliveryRecord
from lading.log.tree import EMPTY_ROOT, HASH_BYTES
from lading.problems import refuse
from lading.statement.words import ID, Id
from lading.transfer.content import check_chunk, chunk_count, chunk_length
from lading_server.durable import make_directories, opened, sync_directory, write_all, write_file


@dataclass(frozen=True, slots=True)
class ContentForm:
    """What a delivery says about its bytes. Sizes are in bytes; the last chunk may be shorter."""

    contract: Id
    sequence: int
    root: Id
    size: int
    chunk_size: int

    @classmethod
    def of(cls, delivery: Delivery | DeliveryRecord) -> "ContentForm":
        """The form that a delivery or its record describes."""
        return cls(
            contract=delivery.contract,
            sequence=delivery.sequence,
            root=Id(delivery.content_root),
            size=delivery.size,
            chunk_size=delivery.chunk_size,
        )

    @property
    def chunks(self) -> int:
        """How many chunks there are; none where the content is empty."""
        return chunk_count(self.size, self.chunk_size)

    @property
    def manifest_bytes(self) -> int:
        """The exact size of the manifest."""
        return self.chunks * HASH_BYTES

    def length(self, number: int) -> int:
        """The size of chunk `number`."""
        return chunk_length(self.size, self.chunk_size, number)


EMPTY: Final = Id("sha256:" + EMPTY_ROOT.hex())
"""The content root of no bytes."""
GIVEN_UP_SECONDS: Final = 24 * 3600
"""How long after its last upload a content that was not delivered is kept at least (LAD-TRF-012)."""
RESERVE_BYTES: Final = 256 * 1024 * 1024
"""Free space that uploads leave on the disk, so that the register can always write."""


class ContentStore:
    """All content below one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._one_ticket = threading.Lock()

    def check_room(self, amount: int) -> None:
        """Raises `Refused` (busy) unless `amount` bytes fit and leave the reserve, which the register lives
        on.
        """
        # LAD-HTP-015
        if shutil.disk_usage(self._directory.parent).free < amount + RESERVE_BYTES:
            raise refuse("busy", "the exchange has no room for more content at present")

    def keep_ticket(self, form: ContentForm, jws: bytes) -> None:
        """Remember, durably, that this signed delivery opens the upload; the newest ticket counts."""
        directory = self._root_directory(form.contract, form.sequence, form.root)
        ticket = directory / "ticket"
        with self._one_ticket:
            make_directories(directory)
            if not ticket.exists() or ticket.read_bytes() != jws:
                write_file(ticket, jws)

    def ticket(self, contract: Id, sequence: int, root: Id) -> bytes | None:
        """The signed delivery that last opened this upload."""
        try:
            return (self._root_directory(contract, sequence, root) / "ticket").read_bytes()
        except FileNotFoundError:
            return None

    def roots(self, contract: Id, sequence: int) -> list[Id]:
        """The contents under one delivery number, delivered or not."""
        directory = self._root_directory(contract, sequence, EMPTY).parent
        return [Id(f"sha256:{path.name}") for path in directory.iterdir()] if directory.is_dir() else []

    def discard_given_up(self, contract: Id, sequence: int, roots: Sequence[Id]) -> int:
        """Delete those of these contents, none of them delivered, to which nothing came for a day; how many.

        Whoever calls this has made sure that no registered delivery names them.
        """
        given_up = time.time() - GIVEN_UP_SECONDS
        old = [self._root_directory(contract, sequence, root) for root in roots]
        old = [path for path in old if all(file.stat().st_mtime < given_up for file in path.rglob("*"))]
        for path in old:
            shutil.rmtree(path)
        return len(old)

    def open(self, form: ContentForm) -> "StoredContent":
        """The files of this content, whether or not they are there yet."""
        directory = self._root_directory(form.contract, form.sequence, form.root)
        return StoredContent(directory / f"{form.size}-{form.chunk_size}", form)

    def _root_directory(self, contract: Id, sequence: int, root: Id) -> Path:
        if ID.fullmatch(contract) is None or ID.fullmatch(root) is None or sequence < 1:
            raise ValueError("not a content address")
        return self._directory / contract[7:] / str(sequence) / root[7:]


class StoredContent:
    """The files of one content. One upload at a time may write to it; the handlers see to that."""

    def __init__(self, directory: Path, form: ContentForm) -> None:
        self.form = form
        self._directory = directory
        self._manifest = directory / "manifest"
        self._data = directory / "data"
        self._held = directory / "held"

    def has_manifest(self) -> bool:
        """Whether the manifest is there; an empty content needs none."""
        return self.form.chunks == 0 or self._manifest.exists()

    def held(self) -> int:
        """How many chunks count, from the first on."""
        try:
            return int(self._held.read_bytes())
        except FileNotFoundError:
            return 0

    def is_complete(self) -> bool:
        """Whether every byte of the content was checked and is on the disk; no bytes have one root only."""
        # LAD-TRF-007
        return self.held() == self.form.chunks and (self.form.chunks > 0 or self.form.root == EMPTY)

    def keep_manifest(self, manifest: bytes) -> None:
        """Store leaf hashes that the caller has checked against the content root."""
        make_directories(self._directory)
        write_file(self._manifest, manifest)

    def manifest(self) -> bytes:
        """The leaf hashes; empty for an empty content."""
        return self._manifest.read_bytes() if self.form.chunks else b""

    def leaf(self, number: int) -> bytes:
        """The manifest's hash of one chunk."""
        with opened(self._manifest, os.O_RDONLY) as descriptor:
            return os.pread(descriptor, HASH_BYTES, number * HASH_BYTES)

    def keep_chunk(self, number: int, chunk: bytes) -> None:
        """Check one chunk and write it at its place; it counts only after `settle`.

        Raises `Refused` (bad-chunk) where it is not the manifest's. A chunk that counts already is only
        checked.
        """
        check_chunk(chunk, self.leaf(number), number)
        if number >= self.held():
            with opened(self._data, os.O_WRONLY | os.O_CREAT) as descriptor:
                write_all(descriptor, chunk, number * self.form.chunk_size)

    def settle(self, held: int) -> int:
        """Make chunks below `held` count, durably; the number that counts now. Never lowers it."""
        if held <= self.held():
            return self.held()
        with opened(self._data, os.O_WRONLY) as descriptor:
            os.fsync(descriptor)
        sync_directory(self._directory)
        write_file(self._held, b"%d" % held)
        return held

    def reader(self) -> int:
        """A descriptor of the data, to be closed by the caller."""
        if self.form.chunks == 0:
            return os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        return os.open(self._data, os.O_RDONLY | os.O_CLOEXEC)
