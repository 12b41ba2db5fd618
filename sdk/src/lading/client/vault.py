"""The private keys at rest: 32-byte seeds in a secretbox (XSalsa20-Poly1305), under a passphrase or a
keyring secret.

lock = passphrase_lock("a passphrase")
box = lock.close(seeds)
assert lock_of(box, "a passphrase", None, "").open(box) == seeds

A passphrase is stretched with argon2id (RFC 9106, section 4, second recommended choice: 3 passes over 64
MiB). A secret in the operating system's keyring is 32 random bytes and needs no stretching.
"""

import secrets
from dataclasses import dataclass, field
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
    """`key.json`: the encrypted seeds, and how their key is made. `salt` and `box` are base64url.

    `entry` names the secret in the keyring where it is not the one that belongs to the identity's key.
    """

    format: Literal["lading-key/1"] = "lading-key/1"
    opened_by: Literal["passphrase", "keyring"]
    # Upper bounds keep a manipulated file from asking for all memory or hours of work.
    passes: Annotated[int, Field(ge=1, le=16)] = PASSES
    memory: Annotated[int, Field(ge=8192, le=2**30)] = MEMORY
    salt: str
    entry: str | None = None
    box: str


@dataclass(frozen=True, slots=True)
class Lock:
    """What opens and closes the boxes of one identity, without asking again. `repr` shows no key."""

    key: bytes = field(repr=False)
    opened_by: Literal["passphrase", "keyring"]
    salt: str
    passes: int = PASSES
    memory: int = MEMORY
    entry: str | None = None

    def close(self, seeds: bytes) -> Box:
        """Encrypt seeds."""
        sealed = bytes(nacl.secret.SecretBox(self.key).encrypt(seeds))
        return Box(
            opened_by=self.opened_by,
            passes=self.passes,
            memory=self.memory,
            salt=self.salt,
            entry=self.entry,
            box=_text(sealed),
        )

    def open(self, box: Box) -> bytes:
        """The seeds; `IdentityLocked` where this is not the box's lock."""
        try:
            return nacl.secret.SecretBox(self.key).decrypt(_bytes(box.box))
        except (nacl.exceptions.CryptoError, ValueError):
            what, hint = _WRONG[self.opened_by]
            raise IdentityLocked(f"{what} does not open the key", hint=hint) from None


_WRONG: Final = {
    "passphrase": ("the passphrase", "Check it: upper and lower case count."),
    "keyring": (
        "the secret in the operating system's keyring",
        "Restore the keyring or the identity's folder from a backup.",
    ),
}


def passphrase_lock(passphrase: str) -> Lock:
    """A new lock under a passphrase.

    Does not judge the passphrase's strength, but refuses an empty one.
    """
    if not passphrase:
        raise UsageProblem("the passphrase is empty", hint="Choose a passphrase of several words.")
    salt = secrets.token_bytes(_SALT_BYTES)
    return Lock(_stretch(passphrase, salt, PASSES, MEMORY), "passphrase", _text(salt))


def keyring_lock(keyring: Keyring, entry: str) -> Lock:
    """A new lock under a new random secret, kept in the keyring as `entry`."""
    key = secrets.token_bytes(32)
    _store(keyring, entry, _text(key))
    return Lock(key, "keyring", _text(secrets.token_bytes(_SALT_BYTES)), entry=entry)


def lock_of(box: Box, passphrase: str | None, keyring: Keyring | None, entry: str) -> Lock:
    """The lock of a box: made of the passphrase, or of the secret in the keyring; one of the two is needed.

    `entry` is where the keyring has the secret unless the box names another. `IdentityLocked` where there is none.
    """
    if box.opened_by == "passphrase":
        if passphrase is None:
            raise IdentityLocked("no passphrase was given", hint=NO_KEYRING)
        key = _stretch(passphrase, _bytes(box.salt), box.passes, box.memory)
        return Lock(key, "passphrase", box.salt, box.passes, box.memory)
    where = box.entry or entry
    secret = None if keyring is None else _fetch(keyring, where)
    if secret is None:
        raise IdentityLocked(
            f"the operating system's keyring holds no secret for {where}",
            hint="Log in as the user who created the identity, or unlock the keyring.",
        )
    return Lock(_bytes(secret), "keyring", box.salt, box.passes, box.memory, where)


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
