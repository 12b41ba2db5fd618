"""Who attests: the file that names a participant and where its key is.

    id = "sha256:…"                       # of its first statement
    under = "sha256:…"                    # its latest statement; absent: that is the first
    key_file = "assessor.pem"             # PKCS #8 PEM, or
    key_env = "ASSESSOR_SEED"             # an environment variable with the seed, 32 bytes in base64url
    qualification = "Independent test laboratory, accreditation 4711"
    valid_days = 365

or, instead of the first four, `identity`: the folder of an identity of the `lading` command.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lading_conformance.oracle import base64url
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.report import identity

Id = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]

SOURCES: Final = ("key_file", "key_env", "identity")


class AssessorFault(Exception):
    """The assessor's file, or what it leads to, does not work; the sentence says why."""


@dataclass(frozen=True)
class Assessor:
    """A participant that attests. `under` is its latest statement. `valid_days`: absent, it counts without end."""

    id: str
    under: str
    key: Key
    qualification: str | None
    valid_days: int | None


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id | None = None
    under: Id | None = None
    key_file: Path | None = None
    key_env: str | None = None
    identity: Path | None = None
    qualification: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    valid_days: Annotated[int, Field(ge=1, le=3660)] | None = None


def load(path: Path) -> Assessor:
    """Return the assessor that a file describes; paths in it are relative to its folder. Raises `AssessorFault`."""
    try:
        members = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AssessorFault(f"{path}: {error}") from None
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise AssessorFault(f"{path}: {faults}") from None
    given = [name for name in SOURCES if getattr(members, name) is not None]
    if len(given) != 1:
        raise AssessorFault(
            f"{path} gives {' and '.join(given) or 'no key'}; it has to give one of {', '.join(SOURCES)}"
        )
    if members.identity is not None:
        return _of_identity(members, path.parent / members.identity.expanduser())
    if members.id is None:
        raise AssessorFault(f"{path} does not give the `id` of the assessor")
    key = (
        _from_file(path.parent / members.key_file.expanduser())
        if members.key_file
        else _from_env(members.key_env or "")
    )
    return Assessor(members.id, members.under or members.id, key, members.qualification, members.valid_days)


def _of_identity(members: _File, folder: Path) -> Assessor:
    try:
        opened = identity.open_folder(folder)
    except identity.CannotOpen as error:
        raise AssessorFault(str(error)) from None
    own, under = members.id or opened.id, members.under or opened.head
    return Assessor(own, under, Key.from_seed(opened.seed), members.qualification, members.valid_days)


def _from_file(path: Path) -> Key:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise AssessorFault(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError):  # TypeError: it is encrypted
        raise AssessorFault(f"{path} is no unencrypted private key in PKCS #8 PEM") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise AssessorFault(f"{path} holds a key of another kind than Ed25519")
    return Key.from_seed(key.private_bytes_raw())


def _from_env(name: str) -> Key:
    try:
        seed = base64url.decode(os.environ.get(name, ""))
    except Rejected:
        seed = b""
    if len(seed) != 32:
        raise AssessorFault(f"the environment variable {name} does not hold 32 bytes in base64url")
    return Key.from_seed(seed)
