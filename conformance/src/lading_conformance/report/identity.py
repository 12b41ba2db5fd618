"""Opens the folder of an identity that the `lading` command made, to sign as that participant.

Two files are read: `home.json` (who it is, and its latest statement) and `key.json` (its everyday key, encrypted with
XSalsa20-Poly1305 under a passphrase stretched by Argon2id, or under a secret in the operating system's keyring), both
of format 1. Nothing is written, and nothing else of the SDK is relied on.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lading_conformance.oracle import base64url
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.rejected import Rejected

PASSPHRASE: Final = "LADING_PASSPHRASE"
_SERVICE: Final = "lading"
_SEED: Final = 32
_MOST_PASSES: Final = 16
_MOST_MEMORY: Final = 2**30


class CannotOpen(Exception):
    """The folder holds no identity that can be opened; the sentence says why."""


@dataclass(frozen=True)
class Opened:
    """An opened identity: the participant's id, its latest statement, and the seed of its everyday key."""

    id: str
    head: str
    seed: bytes = field(repr=False)


def open_folder(folder: Path) -> Opened:
    """Return the identity in a folder. The passphrase is in `LADING_PASSPHRASE`. Raises `CannotOpen`."""
    home, box = _read(folder / "home.json", "lading-home/1"), _read(folder / "key.json", "lading-key/1")
    try:
        own = _text(home, "participant")
        head = home.get("head") or own
        seeds = _decrypted(base64url.decode(_text(box, "box")), _key(box))
    except Rejected:
        raise CannotOpen(f"{folder / 'key.json'} is damaged") from None
    if len(seeds) < _SEED or not isinstance(head, str):
        raise CannotOpen(f"{folder} is damaged")
    return Opened(own, head, seeds[:_SEED])


def _read(path: Path, form: str) -> dict[str, Json]:
    try:
        members = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotOpen(f"there is no {path}: no identity, or one that is registered nowhere yet") from None
    except (OSError, ValueError) as error:
        raise CannotOpen(f"{path}: {error}") from None
    if not isinstance(members, dict) or members.get("format") != form:
        raise CannotOpen(f"{path} is not of format {form}")
    return members


def _key(box: dict[str, Json]) -> bytes:
    if box.get("opened_by") == "keyring":
        return _from_keyring(_text(box, "entry"))
    passphrase = os.environ.get(PASSPHRASE)
    if not passphrase:
        raise CannotOpen(f"the identity's passphrase is not in the environment variable {PASSPHRASE}")
    return _stretched(passphrase, base64url.decode(_text(box, "salt")), box.get("passes"), box.get("memory"))


def _stretched(passphrase: str, salt: bytes, passes: Json, memory: Json) -> bytes:
    import nacl.exceptions
    import nacl.pwhash

    if not isinstance(passes, int) or not isinstance(memory, int):
        raise CannotOpen("key.json does not say how its key is made")
    if passes > _MOST_PASSES or memory > _MOST_MEMORY:
        raise CannotOpen("key.json asks for more work than any identity needs")
    try:
        return nacl.pwhash.argon2id.kdf(32, passphrase.encode(), salt, opslimit=passes, memlimit=memory)
    except (nacl.exceptions.CryptoError, ValueError):
        raise CannotOpen("key.json does not say how its key is made") from None


def _decrypted(box: bytes, key: bytes) -> bytes:
    import nacl.exceptions
    import nacl.secret

    try:
        return nacl.secret.SecretBox(key).decrypt(box)
    except (nacl.exceptions.CryptoError, ValueError):
        raise CannotOpen(
            "the passphrase, or the secret in the keyring, does not open the identity's key"
        ) from None


def _from_keyring(entry: str) -> bytes:
    import keyring
    from keyring.errors import KeyringError

    try:
        secret = keyring.get_password(_SERVICE, entry)
    except KeyringError as error:
        raise CannotOpen(f"the operating system's keyring is locked: {error}") from None
    if secret is None:
        raise CannotOpen(f"the operating system's keyring holds no secret for {entry}")
    return base64url.decode(secret)


def _text(members: dict[str, Json], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise CannotOpen(f"the identity's files do not give `{name}`")
    return value
