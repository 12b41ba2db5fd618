"""The everyday key at rest: a 32-byte seed in a secretbox (XSalsa20-Poly1305), under a passphrase or a
keyring secret.

A passphrase is stretched with argon2id (RFC 9106, section 4, second recommended choice: 3 passes over 64
MiB). A secret in the operating system's keyring is 32 random bytes and needs no stretching.
"""

import secrets
from typing import Annotated, Final, Literal, Protocol

import nacl.exceptions
import nacl.pwhash
import nacl.secret
from pydantic import Field, ValidationError

from lading.errors import IdentityLocked, UsageProblem
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.words import Form

SERVICE: Final = "lading"
"""The name under which secrets stand in the operating system's keyring."""
PASSES: Final = 3
MEMORY: Final = 64 * 2**20
_SALT_BYTES: Final = nacl.pwhash.argon2id.SALTBYTES


class Keyring(Protocol):
    """Two functions of the `keyring` package; the package itself is one."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """The stored secret, or None."""
        ...

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Store a secret."""
        ...


class Box(Form):
    """`key.json`: the encrypted seed, and how its key is made. `salt` and `box` are base64url."""

    format: Literal["lading-key/1"] = "lading-key/1"
    opened_by: Literal["passphrase", "keyring"]
    # Upper bounds keep a manipulated file from asking for all memory or hours of work.
    passes: Annotated[int, Field(ge=1, le=16)] = PASSES
    memory: Annotated[int, Field(ge=8192, le=2**30)] = MEMORY
    salt: str
    box: str


def seal_with_passphrase(seed: bytes, passphrase: str) -> Box:
    """Encrypt `seed` under a passphrase.

    Does not judge the passphrase's strength, but refuses an empty one.
    """
    if not passphrase:
        raise UsageProblem("the passphrase is empty", hint="Choose a passphrase of several words.")
    salt = secrets.token_bytes(_SALT_BYTES)
    key = _stretch(passphrase, salt, PASSES, MEMORY)
    return Box(opened_by="passphrase", salt=_text(salt), box=_text(_seal(key, seed)))


def seal_with_keyring(seed: bytes, keyring: Keyring, entry: str) -> Box:
    """Encrypt `seed` under a new random secret, kept in the keyring as `entry`."""
    key = secrets.token_bytes(32)
    _store(keyring, entry, _text(key))
    return Box(opened_by="keyring", salt=_text(secrets.token_bytes(_SALT_BYTES)), box=_text(_seal(key, seed)))


def open_with_passphrase(box: Box, passphrase: str) -> bytes:
    """The seed; `IdentityLocked` where the passphrase is not the one."""
    key = _stretch(passphrase, _bytes(box.salt), box.passes, box.memory)
    return _open(box, key, "the passphrase does not open the key", "Check it: upper and lower case count.")


def open_with_keyring(box: Box, keyring: Keyring, entry: str) -> bytes:
    """The seed; `IdentityLocked` where the keyring does not hold the secret."""
    secret = _fetch(keyring, entry)
    if secret is None:
        raise IdentityLocked(
            f"the operating system's keyring holds no secret for {entry}",
            hint="Log in as the user who created the identity, or unlock the keyring.",
        )
    wrong = "the secret in the operating system's keyring does not open the key"
    return _open(box, _bytes(secret), wrong, "Restore the keyring or the identity's folder from a backup.")


def parse(data: bytes) -> Box:
    """`key.json` read; `IdentityLocked` where it is not one."""
    try:
        return Box.model_validate_json(data)
    except ValidationError:
        raise _damaged() from None


def system_keyring() -> Keyring:
    """The operating system's keyring; `IdentityLocked` where this machine has none that is usable."""
    import keyring  # looks for back ends when it is imported
    from keyring.backends import fail

    if isinstance(keyring.get_keyring(), fail.Keyring):
        raise IdentityLocked("this machine has no usable keyring", hint=NO_KEYRING)
    return keyring


NO_KEYRING: Final = (
    "Give a passphrase: as an argument, in the environment variable LADING_PASSPHRASE, or when asked."
)


def _stretch(passphrase: str, salt: bytes, passes: int, memory: int) -> bytes:
    if len(salt) != _SALT_BYTES:
        raise _damaged()
    return nacl.pwhash.argon2id.kdf(32, passphrase.encode(), salt, opslimit=passes, memlimit=memory)


def _seal(key: bytes, seed: bytes) -> bytes:
    return bytes(nacl.secret.SecretBox(key).encrypt(seed))


def _open(box: Box, key: bytes, wrong: str, hint: str) -> bytes:
    try:
        return nacl.secret.SecretBox(key).decrypt(_bytes(box.box))
    except (nacl.exceptions.CryptoError, ValueError):
        raise IdentityLocked(wrong, hint=hint) from None


def _store(keyring: Keyring, entry: str, secret: str) -> None:
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, entry, secret)
    except KeyringError as error:
        raise IdentityLocked(f"the keyring refused to store a secret: {error}", hint=NO_KEYRING) from None


def _fetch(keyring: Keyring, entry: str) -> str | None:
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, entry)
    except KeyringError as error:
        raise IdentityLocked(
            f"the keyring is locked: {error}", hint="Unlock the keyring and try again."
        ) from None


def _text(data: bytes) -> str:
    return base64url.encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64url.decode(text.encode())
    except Refused:
        raise _damaged() from None


def _damaged() -> IdentityLocked:
    return IdentityLocked("the stored key is damaged", hint="Restore the identity's folder from a backup.")
