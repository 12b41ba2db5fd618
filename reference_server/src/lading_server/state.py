"""The state directory: where everything is, the exchange's keys, and the lock against a second process.

    lading.db            the log and the register (SQLite)
    high-water           the last checkpoint that was signed for others to see, outside the database
    destroyed            the log index up to which the boxes of closed deliveries are deleted
    journal.db           who read what by virtue of a grant or a disclosure (SQLite)
    alive                when the exchange was last there to register something
    peers.json           the exchanges that this one follows
    peers.db             what is mirrored of them (SQLite)
    keys/*.pem           statement, next and log key (PKCS #8, readable by this user only)
    keys/following.pem   during a rotation: the next key after it
    keys/seal-*.pem      seal keys: the one in use, and older ones that open deliveries name
    content/             manifests, boxes and chunks of deliveries
    attachments/         attachments of statements
    lock                 held while a process serves this directory

A copy of the directory, taken while nobody serves it, is a backup; an older one can only be read.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from lading.errors import LadingError, UsageProblem
from lading.keys.signer import Ed25519Signer
from lading_server.durable import opened, write_file

KeyName = Literal["statement", "next", "log", "following"]
KEY_NAMES: tuple[KeyName, ...] = ("statement", "next", "log")
"""The keys of a new exchange."""


class StateInUse(LadingError):
    """Another process serves this state directory."""


class StateDamaged(LadingError):
    """The state directory lacks something or holds something that this server did not write."""


@dataclass(frozen=True, slots=True)
class StateDirectory:
    """Names of the files below one directory. Touches nothing by itself."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite database."""
        return self.path / "lading.db"

    @property
    def high_water(self) -> Path:
        """The last published checkpoint."""
        return self.path / "high-water"

    @property
    def content(self) -> Path:
        """The content store."""
        return self.path / "content"

    @property
    def attachments(self) -> Path:
        """The attachment store."""
        return self.path / "attachments"

    @property
    def destroyed(self) -> Path:
        """How far the boxes of closed deliveries are deleted."""
        return self.path / "destroyed"

    @property
    def journal(self) -> Path:
        """The journal's database."""
        return self.path / "journal.db"

    @property
    def alive(self) -> Path:
        """When the exchange was last there."""
        return self.path / "alive"

    @property
    def peers(self) -> Path:
        """Whom the exchange follows."""
        return self.path / "peers.json"

    @property
    def mirror(self) -> Path:
        """What is mirrored of peers."""
        return self.path / "peers.db"

    @property
    def keys(self) -> Path:
        """The directory of the private keys."""
        return self.path / "keys"

    def key_file(self, name: KeyName) -> Path:
        """The file of one of the exchange's signing keys."""
        return self.keys / f"{name}.pem"

    def check(self) -> None:
        """Raises `UsageProblem` where this is no state directory, `StateDamaged` where a file of it is
        missing.
        """
        if not self.keys.is_dir():
            raise UsageProblem(
                f"{self.path} is not the state directory of an exchange",
                hint="Set one up first: lading exchange init.",
            )
        for path in (self.database, *(self.key_file(name) for name in KEY_NAMES if name != "next")):
            if not path.is_file():
                raise StateDamaged(
                    f"{path} is missing", hint="Restore it from a backup; it cannot be made again."
                )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory for this process; `StateInUse` where another does. It ends with the process."""
        with opened(self.path / "lock", os.O_RDWR | os.O_CREAT) as descriptor:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                raise StateInUse(
                    f"process {owner} already serves {self.path}",
                    hint="Stop it first; two processes on one log would fork its history.",
                ) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
            yield


def write_key(path: Path, signer: Ed25519Signer) -> None:
    """Store a private key, readable by this user only."""
    key = Ed25519PrivateKey.from_private_bytes(signer.seed)
    write_file(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def read_key(path: Path) -> Ed25519Signer:
    """The private key that `write_key` stored; `StateDamaged` where the file is missing or something else."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise StateDamaged(
            f"{path} is missing", hint="Restore it from its backup; it cannot be made again."
        ) from None
    except ValueError as error:
        raise StateDamaged(f"{path} holds no private key: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise StateDamaged(f"{path} holds no Ed25519 key")
    return Ed25519Signer.from_seed(key.private_bytes_raw())
