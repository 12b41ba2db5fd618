"""The attachment store: documents that statements name by their hash, in plain files.

    attachments/<issuer>/<statement>/ticket       the signed statement, where it opened the upload
        <digest>                                  the bytes of one attachment

Paths are built from checked ids only. Functions here block; the handlers call them in threads.
"""

import os
import shutil
import threading
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from lading.acts.attachment import Attachment
from lading.problems import refuse
from lading.statement.words import ID, Id
from lading.tree import EMPTY_ROOT
from lading_server.content import GIVEN_UP_SECONDS
from lading_server.durable import Incoming, make_directories, sync_directory, write_file

QUOTA: Final = 16 * 1024**3
"""Bytes of attachments that are kept of one participant."""
_NO_BYTES: Final = "sha256:" + EMPTY_ROOT.hex()


class AttachmentStore:
    """All attachments below one directory."""

    def __init__(self, directory: Path, *, quota: int = QUOTA) -> None:
        self._directory = directory
        self._quota = quota
        self._one_ticket = threading.Lock()

    def keep_ticket(self, issuer: Id, statement: Id, jws: bytes) -> None:
        """Remember, durably, that this signed statement opens the upload of its attachments."""
        directory = self._of(issuer, statement)
        with self._one_ticket:
            if not (directory / "ticket").exists():
                make_directories(directory)
                write_file(directory / "ticket", jws)

    def ticket(self, issuer: Id, statement: Id) -> bytes | None:
        """The statement of this issuer and id, if it opened an upload."""
        try:
            return (self._of(issuer, statement) / "ticket").read_bytes()
        except FileNotFoundError:
            return None

    def check_quota(self, issuer: Id, size: int) -> None:
        """Raises `Refused` (busy) where with `size` bytes more there would be too much of this issuer."""
        directory = self._of(issuer, issuer).parent
        kept = sum(map(_size, directory.glob("*/*"))) if directory.is_dir() else 0
        # LAD-HTP-015
        if kept + size > self._quota:
            raise refuse("busy", f"at most {self._quota} bytes of attachments are kept of one participant")

    def statements(self, issuer: Id) -> list[Id]:
        """The statements of this issuer that opened an upload, registered or not."""
        directory = self._of(issuer, issuer).parent
        return [Id(f"sha256:{path.name}") for path in directory.iterdir()] if directory.is_dir() else []

    def discard_given_up(self, issuer: Id, statements: Sequence[Id]) -> int:
        """Delete what was uploaded for those of these statements to which nothing came for a day; how many.

        Whoever calls this has made sure that none of them is registered.
        """
        given_up = time.time() - GIVEN_UP_SECONDS
        old = [self._of(issuer, statement) for statement in statements]
        old = [path for path in old if all(file.stat().st_mtime < given_up for file in path.rglob("*"))]
        for path in old:
            shutil.rmtree(path)
        return len(old)

    def destroy(self, issuer: Id, statement: Id) -> None:
        """Delete everything that is kept of a statement: its attachments, and itself if it opened an upload."""
        directory = self._of(issuer, statement)
        if directory.exists():
            shutil.rmtree(directory)
            sync_directory(directory.parent)

    def holds(self, issuer: Id, statement: Id, attachment: Attachment) -> bool:
        """Whether the attachment is there; one of no bytes needs no upload."""
        if not attachment.size:
            return attachment.digest == _NO_BYTES
        return self.file(issuer, statement, attachment.digest).exists()

    def reader(self, issuer: Id, statement: Id, attachment: Attachment) -> int:
        """A descriptor of an attachment that is there, to be closed by the caller."""
        path = self.file(issuer, statement, attachment.digest)
        return os.open(path if attachment.size else os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def file(self, issuer: Id, statement: Id, digest: Id) -> Path:
        """Where an attachment lies, or will lie."""
        if ID.fullmatch(digest) is None:
            raise ValueError("not a digest")
        return self._of(issuer, statement) / digest[7:]

    def _of(self, issuer: Id, statement: Id) -> Path:
        if ID.fullmatch(issuer) is None or ID.fullmatch(statement) is None:
            raise ValueError("not an id")
        return self._directory / issuer[7:] / statement[7:]


def _size(file: Path) -> int:
    """The bytes of a file; none where it was moved meanwhile."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


class IncomingAttachment:
    """An attachment while it arrives. `write`, `keep` and `discard` block; call them in threads."""

    def __init__(self, path: Path, named: Sequence[Attachment]) -> None:
        self._incoming = Incoming(path)
        self._named = named
        self._digest = sha256()

    def write(self, piece: bytes) -> None:
        """Take a piece."""
        self._digest.update(piece)
        self._incoming.write(piece)

    def keep(self) -> None:
        """Check size and digest, and store it; raises `Refused` (bad-attachment)."""
        arrived = (self._incoming.size, f"sha256:{self._digest.hexdigest()}")
        # LAD-TRF-017
        if any((named.size, named.digest) != arrived for named in self._named):
            raise refuse("bad-attachment", "not the bytes of the size and digest that the statement names")
        self._incoming.keep()

    def discard(self) -> None:
        """End it, and delete what was not kept."""
        self._incoming.discard()
