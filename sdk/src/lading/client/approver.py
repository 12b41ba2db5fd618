"""The key of somebody who approves: theirs alone, encrypted on their machine, and no participant's key.

approver = ApproverKey.create("ben", passphrase="…")     # ben.approver.json goes to whoever proposes
approver = ApproverKey.load("ben", passphrase="…")
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from lading.client import files, places, profile, vault
from lading.client.approvals import Approver
from lading.errors import IdentityLocked, IdentityNotFound, UsageProblem
from lading.keys.signer import Ed25519Signer
from lading.statement import base64url
from lading.statement.words import Form

PASSPHRASE_VARIABLE: Final = "LADING_PASSPHRASE"
_LIMIT: Final = 65_536
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class _File(Form):
    format: Literal["lading-approver-key/1"] = "lading-approver-key/1"
    public: Approver
    box: vault.Box


@dataclass(frozen=True, slots=True)
class ApproverKey:
    """An opened approver key: its public side, and the signer. `repr` shows no secret."""

    public: Approver
    signer: Ed25519Signer

    @classmethod
    def create(
        cls,
        name: str,
        *,
        passphrase: str | None = None,
        keyring: vault.Keyring | None = None,
        directory: str | os.PathLike[str] | None = None,
    ) -> "ApproverKey":
        """Make a key and store it encrypted, as an identity's. `UsageProblem` where the name is taken or is none."""
        path = _path(name, directory)
        if path.exists():
            raise UsageProblem(f"the approver {name!r} exists in {path.parent}", hint="Choose another name.")
        signer = Ed25519Signer.generate()
        public = Approver(name=name, x=base64url.encode(signer.public).decode("ascii"))
        given = _passphrase(passphrase)
        entry = f"approver {name}:{public.thumbprint}"
        if given is None:
            lock = vault.keyring_lock(keyring or vault.system_keyring(), entry)
        else:
            lock = vault.passphrase_lock(given)
        files.make_directory(path.parent)
        if not files.create(path, profile.dump(_File(public=public, box=lock.close(signer.seed)))):
            raise UsageProblem(f"the approver {name!r} exists in {path.parent}", hint="Choose another name.")
        return cls(public, signer)

    @classmethod
    def load(
        cls,
        name: str,
        passphrase: str | None = None,
        *,
        keyring: vault.Keyring | None = None,
        directory: str | os.PathLike[str] | None = None,
    ) -> "ApproverKey":
        """Open a stored key. `IdentityNotFound`, or `IdentityLocked` where the passphrase is missing or wrong."""
        path = _path(name, directory)
        data = files.read(path, _LIMIT)
        if data is None:
            hint = f"Make it with: lading identity approver {name}"
            raise IdentityNotFound(f"no approver {name!r} in {path.parent}", hint=hint)
        try:
            stored = _File.model_validate_json(data)
        except ValidationError:
            raise _damaged(path) from None
        given = _passphrase(passphrase)
        by_keyring = stored.box.opened_by == "keyring"
        ring = (keyring or vault.system_keyring()) if by_keyring else None
        lock = vault.lock_of(stored.box, given, ring, f"approver {name}:{stored.public.thumbprint}")
        seed = lock.open(stored.box)
        if len(seed) != 32 or Ed25519Signer(seed).public != stored.public.public:
            raise _damaged(path)
        return cls(stored.public, Ed25519Signer(seed))


def names(directory: str | os.PathLike[str] | None = None) -> tuple[str, ...]:
    """The names of all approver keys on this machine, sorted."""
    folder = _folder(directory)
    return tuple(sorted(path.stem for path in folder.glob("*.json"))) if folder.is_dir() else ()


def _folder(directory: str | os.PathLike[str] | None) -> Path:
    return places.identities(directory).parent / "approvers"


def _path(name: str, directory: str | os.PathLike[str] | None) -> Path:
    if _NAME.fullmatch(name) is None:
        hint = "Use 1 to 64 of a-z, 0-9, dot, underscore and hyphen, starting with a letter or digit."
        raise UsageProblem(f"{name!r} is not a name for an approver", hint=hint)
    return _folder(directory) / f"{name}.json"


def _passphrase(given: str | None) -> str | None:
    return given if given is not None else os.environ.get(PASSPHRASE_VARIABLE)


def _damaged(path: Path) -> IdentityLocked:
    return IdentityLocked(f"{path} is damaged", hint="Restore it from a backup.")
