"""The content store: the bytes of deliveries, chunk by chunk, in plain files.

    content/<contract>/<sequence>/<root>/ticket       the signed delivery that last opened the upload
        boxes/                                        the boxes of sealed content
        <form>/manifest                               leaves, 32 bytes each, of sealed content 96
        <form>/data                                   the chunks so far, each at its own place
        <form>/held                                   how many chunks count, from the first

`<form>` is size and chunk size, and of sealed content the content root, so that nothing is held under a statement
that signs something else. A chunk of sealed content is its ciphertext. A chunk counts once its hash is the manifest's
and its bytes are on the disk. `held` is written after the data was synced, so a crash at any moment leaves a `held`
that is true; whatever lies behind it in `data` is overwritten. Paths are built from checked ids and numbers only.
Functions here block; the handlers call them in threads.
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
from lading.problems import refuse
from lading.statement.envelope import statement_id
from lading.statement.words import ID, Id
from lading.transfer.content import check_chunk, chunk_count, chunk_length, parse_manifest
from lading.transfer.sealing import (
    LEAF_BYTES,
    Leaf,
    check_ciphertext,
    parse_sealed_manifest,
    sealed_length,
    sealed_offset,
    sealed_total,
)
from lading.tree import EMPTY_ROOT, HASH_BYTES
from lading_server.boxes import Boxes
from lading_server.durable import Incoming, make_directories, opened, sync_directory, write_all, write_file


@dataclass(frozen=True, slots=True)
class ContentForm:
    """What a delivery says about its bytes. Sizes are in bytes of data; the last chunk may be shorter.

    `content_root` is None for clear content, whose `root` it is. `kept_here`: the chunks are in the exchange's custody.
    """

    contract: Id
    sequence: int
    root: Id
    size: int
    chunk_size: int
    content_root: Id | None = None
    kept_here: bool = True

    @classmethod
    def of(cls, delivery: Delivery | DeliveryRecord) -> "ContentForm":
        """The form that a delivery or its record describes."""
        return cls(
            contract=delivery.contract,
            sequence=delivery.sequence,
            root=delivery.root,
            size=delivery.size,
            chunk_size=delivery.chunk_size,
            content_root=None if delivery.sealed is None else Id(delivery.content_root),
            kept_here=delivery.custody == "exchange",
        )

    @property
    def is_sealed(self) -> bool:
        """Whether the chunks are ciphertexts."""
        return self.content_root is not None

    @property
    def chunks(self) -> int:
        """How many chunks there are; none where the content is empty."""
        return chunk_count(self.size, self.chunk_size)

    @property
    def leaf_bytes(self) -> int:
        """The size of one leaf in the manifest."""
        return LEAF_BYTES if self.is_sealed else HASH_BYTES

    @property
    def manifest_bytes(self) -> int:
        """The exact size of the manifest."""
        return self.chunks * self.leaf_bytes

    @property
    def total(self) -> int:
        """The size of all chunks together, as they are stored."""
        return sealed_total(self.size, self.chunk_size) if self.is_sealed else self.size

    def length(self, number: int) -> int:
        """The size of chunk `number`, as it is stored."""
        length = sealed_length if self.is_sealed else chunk_length
        return length(self.size, self.chunk_size, number)

    def offset(self, number: int) -> int:
        """Where chunk `number` begins among the chunks one after another."""
        return sealed_offset(self.chunk_size, number) if self.is_sealed else number * self.chunk_size

    @property
    def name(self) -> str:
        """What its directory is called."""
        clear = f"{self.size}-{self.chunk_size}"
        return clear if self.content_root is None else f"{clear}-{self.content_root[7:]}"

    def check_manifest(self, manifest: bytes) -> None:
        """Raises `Refused` (bad-manifest) unless its leaves are as many as the size needs and give what was signed."""
        if self.content_root is None:
            parse_manifest(manifest, self.size, self.chunk_size, self.root)
        else:
            parse_sealed_manifest(manifest, self.size, self.chunk_size, self.root, self.content_root)

    def check_chunk(self, number: int, chunk: bytes, leaf: bytes) -> None:
        """Raises `Refused` (bad-chunk) unless the chunk is the one of this leaf."""
        if self.is_sealed:
            check_ciphertext(chunk, Leaf.of(leaf), number, chunk_length(self.size, self.chunk_size, number))
        else:
            check_chunk(chunk, leaf, number)


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

    def forget_ticket(self, delivery: DeliveryRecord, statement: Id) -> None:
        """Delete the ticket of a delivery if it is this statement, which was erased; the content stays."""
        directory = self._root_directory(Id(delivery.contract), delivery.sequence, delivery.root)
        with self._one_ticket:
            ticket = directory / "ticket"
            if ticket.exists() and statement_id(ticket.read_bytes()) == statement:
                ticket.unlink()
                sync_directory(directory)

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
        return StoredContent(directory, form)

    def _root_directory(self, contract: Id, sequence: int, root: Id) -> Path:
        if ID.fullmatch(contract) is None or ID.fullmatch(root) is None or sequence < 1:
            raise ValueError("not a content address")
        return self._directory / contract[7:] / str(sequence) / root[7:]


class StoredContent:
    """The files of one content. One upload at a time may write to it; the handlers see to that."""

    def __init__(self, directory: Path, form: ContentForm) -> None:
        self.form = form
        self.boxes = Boxes(directory / "boxes")
        self._directory = directory / form.name
        self._manifest = self._directory / "manifest"
        self._data = self._directory / "data"
        self._held = self._directory / "held"

    @property
    def place(self) -> Path:
        """Where it lies; of all that are open at the same place only one may be written to at a time."""
        return self._directory

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
        """Whether all that the exchange keeps was checked and is on the disk; no bytes have one root only.

        That is the manifest, and in its own custody every chunk. Boxes are apart.
        """
        # LAD-TRF-007
        if not self.form.chunks:
            return self.form.root == EMPTY
        return self.has_manifest() and (not self.form.kept_here or self.held() == self.form.chunks)

    def incoming_manifest(self) -> Incoming:
        """A manifest that is about to arrive; `keep_manifest` ends it."""
        return Incoming(self._manifest)

    def keep_manifest(self, incoming: Incoming) -> None:
        """Check what arrived, and store it; raises `Refused` (bad-manifest)."""
        # LAD-TRF-002: before the bytes are read into memory
        if incoming.size != self.form.manifest_bytes:
            raise refuse("bad-manifest", f"the manifest has not {self.form.leaf_bytes} bytes for each chunk")
        self.form.check_manifest(incoming.read())
        if not self.has_manifest():
            incoming.keep()

    def manifest_reader(self) -> int:
        """A descriptor of the manifest, to be closed by the caller."""
        return _readable(self._manifest if self.form.chunks else None)

    def leaf(self, number: int) -> bytes:
        """The manifest's leaf of one chunk."""
        size = self.form.leaf_bytes
        with opened(self._manifest, os.O_RDONLY) as descriptor:
            return os.pread(descriptor, size, number * size)

    def keep_chunk(self, number: int, chunk: bytes) -> None:
        """Check one chunk and write it at its place; it counts only after `settle`.

        Raises `Refused` (bad-chunk) where it is not the manifest's. A chunk that counts already is only
        checked.
        """
        self.form.check_chunk(number, chunk, self.leaf(number))
        if number >= self.held():
            with opened(self._data, os.O_WRONLY | os.O_CREAT) as descriptor:
                write_all(descriptor, chunk, self.form.offset(number))

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
        return _readable(self._data if self.form.chunks else None)


def _readable(path: Path | None) -> int:
    """A descriptor of a file, or of nothing."""
    return os.open(os.devnull if path is None else path, os.O_RDONLY | os.O_CLOEXEC)
