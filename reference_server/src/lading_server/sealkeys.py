"""The exchange's seal keys: their files, and which of them are in this process's memory.

keys = SealKeys.load(state)
key = keys.get(thumbprint)              # None where it is not at hand
"""

import base64
import logging
from pathlib import Path
from typing import Final

from lading.errors import UsageProblem
from lading.keys.seal import SealKey
from lading.statement.words import Thumbprint
from lading_server.durable import sync_directory, write_file
from lading_server.state import StateDamaged, StateDirectory

_BEGIN: Final = "-----BEGIN LADING SEAL KEY SEED-----"
_END: Final = "-----END LADING SEAL KEY SEED-----"
_LOG = logging.getLogger("lading_server")


class SealKeys:
    """Private seal keys by thumbprint. A retired key opens no new delivery, and what it opened before still."""

    def __init__(self, state: StateDirectory, keys: dict[Thumbprint, SealKey]) -> None:
        self._state = state
        self._keys = keys
        self._retired: set[Thumbprint] = set()

    @classmethod
    def load(cls, state: StateDirectory) -> "SealKeys":
        """All keys that have a file. `StateDamaged` where one holds something else than its name says."""
        return cls(state, {kid: _read(path, kid) for kid, path in files(state).items()})

    @property
    def at_hand(self) -> frozenset[Thumbprint]:
        """The thumbprints of all keys at hand."""
        return frozenset(self._keys)

    def get(self, kid: Thumbprint) -> SealKey | None:
        """The key, also if it is retired; None where it is not at hand."""
        return self._keys.get(kid)

    def takes(self, kid: Thumbprint) -> bool:
        """Whether a new delivery may name this key."""
        return kid in self._keys and kid not in self._retired

    def retire(self, kid: Thumbprint) -> None:
        """Take no new delivery that names the key."""
        self._retired.add(kid)

    def reinstate(self, kid: Thumbprint) -> None:
        """Take them again."""
        self._retired.discard(kid)

    def destroy(self, kid: Thumbprint) -> None:
        """Forget the key and delete its file; what is sealed to it opens nowhere any more."""
        self._keys.pop(kid, None)
        delete(self._state, kid)
        _LOG.info("seal key destroyed", extra={"key": kid})


def files(state: StateDirectory) -> dict[Thumbprint, Path]:
    """The files of seal keys by the thumbprint in their names."""
    paths = sorted(state.keys.glob("seal-*.pem"))
    return {Thumbprint(path.stem.removeprefix("seal-")): path for path in paths}


def write(state: StateDirectory, key: SealKey) -> None:
    """Store a private seal key, readable by this user only."""
    seed = base64.b64encode(key.seed).decode()
    write_file(_file(state, key.kid), f"{_BEGIN}\n{seed}\n{_END}\n".encode())


def delete(state: StateDirectory, kid: Thumbprint) -> None:
    """Delete a key's file; it does not come back after a power cut."""
    _file(state, kid).unlink(missing_ok=True)
    sync_directory(state.keys)


def _file(state: StateDirectory, kid: Thumbprint) -> Path:
    return state.keys / f"seal-{kid}.pem"


def _read(path: Path, kid: Thumbprint) -> SealKey:
    try:
        begin, seed, end = path.read_text("ascii").splitlines()
        key = SealKey.from_seed(base64.b64decode(seed, validate=True))
        sound = (begin, end, key.kid) == (_BEGIN, _END, kid)
    except (ValueError, UsageProblem):
        sound = False
    if not sound:
        raise StateDamaged(
            f"{path} does not hold the seal key of its name", hint="Restore it from its backup."
        )
    return key
