"""A participant's identity on this machine.

    identity = Identity.create("acme", legal_name="Acme Maps Ltd", jurisdiction="IE", next_key="next-key.txt")
    identity = Identity.load("acme")

The everyday key is stored encrypted: under a passphrase (argument, or the environment variable
`LADING_PASSPHRASE`) or, without one, under a random secret in the operating system's keyring. The `next`
key, which alone can replace the everyday key, is written to a file of its own and belongs offline
(`lading.client.nextkey.ADVICE`).
"""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from lading.client import files, nextkey, places, profile, vault
from lading.client.outbox import Cursor, Outbox
from lading.client.profile import Home, Kind, Profile
from lading.errors import IdentityLocked, UsageProblem
from lading.keys.signer import Ed25519Signer, Signer
from lading.statement.words import Id

PASSPHRASE_VARIABLE: Final = "LADING_PASSPHRASE"
_KEY_LIMIT: Final = 65_536


class Identity:
    """An opened identity: profile, everyday key, and the folder with its outbox and cursors.

    The constructor makes no keys and reads no files; use `create` or `load`. `repr` shows no secret.
    """

    def __init__(self, name: str, folder: Path, profile: Profile, signer: Signer) -> None:
        self.name = name
        self.folder = folder
        self.profile = profile
        self.signer = signer

    @classmethod
    def create(
        cls,
        name: str,
        *,
        legal_name: str,
        jurisdiction: str,
        next_key: str | os.PathLike[str],
        kind: Kind = "company",
        passphrase: str | None = None,
        keyring: vault.Keyring | None = None,
        directory: str | os.PathLike[str] | None = None,
    ) -> "Identity":
        """Make both keys and store them durably; nothing is sent anywhere.

        `name` is local; `legal_name` (at most 200 characters) and `jurisdiction` (ISO 3166-1 alpha-2) will
        be public. `next_key` is a path outside the identity's folder that does not exist yet. Without a
        passphrase, argument or environment, the secret goes to `keyring`, or else to the operating
        system's. Raises `UsageProblem` where the name or path is taken or a value is malformed,
        `IdentityLocked` where there is neither passphrase nor keyring. Does not check that the legal name
        is yours: the exchange may.
        """
        folder = places.identity(name, directory)
        if folder.exists():
            raise UsageProblem(
                f"the identity {name!r} exists in {folder.parent}", hint="Choose another name."
            )
        everyday, spare = Ed25519Signer.generate(), Ed25519Signer.generate()
        public = _profile(legal_name, kind, jurisdiction, everyday, spare)
        box = _seal(everyday, _passphrase(passphrase), keyring, _entry(name, public))
        written = nextkey.write(next_key, spare, name=name, legal_name=legal_name)
        try:
            _store(folder, public, box)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
        return cls(name, folder, public, everyday)

    @classmethod
    def load(
        cls,
        name: str,
        passphrase: str | None = None,
        *,
        keyring: vault.Keyring | None = None,
        directory: str | os.PathLike[str] | None = None,
    ) -> "Identity":
        """Open a stored identity. Takes about 0.1 s where a passphrase is stretched.

        Raises `IdentityNotFound`, or `IdentityLocked` where the passphrase is missing or wrong or the
        keyring is closed.
        """
        folder, public = profile.load(name, directory)
        data = files.read(folder / profile.KEY_FILE, _KEY_LIMIT)
        if data is None:
            hint = "Restore the identity's folder from a backup."
            raise IdentityLocked(f"the identity {name!r} has no everyday key here", hint=hint)
        seed = _open(vault.parse(data), _passphrase(passphrase), keyring, _entry(name, public), name)
        signer = Ed25519Signer.from_seed(seed)
        if signer.thumbprint != public.key:
            hint = "Restore the identity's folder from a backup."
            raise IdentityLocked(f"the stored key of {name!r} is another identity's", hint=hint)
        return cls(name, folder, public, signer)

    @property
    def home(self) -> Home | None:
        """The exchange where this identity is registered, as pinned then; None before.

        Reads the file each time.
        """
        return profile.load_home(self.folder)

    @property
    def id(self) -> Id | None:
        """The participant's id; None before it is registered."""
        return profile.id_or_none(self.home)

    @property
    def outbox(self) -> Outbox:
        """The statements that this identity signed, stored before they were sent."""
        return Outbox(self.folder / "outbox")

    def cursor(self, name: str) -> Cursor:
        """A named position in the exchange's events, kept beside the outbox."""
        return Cursor(self.folder / "cursors", name)

    def __repr__(self) -> str:
        return f"Identity({self.name!r}, key={self.profile.key})"


def _passphrase(given: str | None) -> str | None:
    return given if given is not None else os.environ.get(PASSPHRASE_VARIABLE)


def _entry(name: str, public: Profile) -> str:
    """The keyring entry's user name. The thumbprint keeps identities of one name in two folders apart."""
    return f"{name}:{public.key}"


def _profile(legal_name: str, kind: Kind, jurisdiction: str, key: Signer, spare: Signer) -> Profile:
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        return Profile(
            legal_name=legal_name,
            kind=kind,
            jurisdiction=jurisdiction,
            key=key.thumbprint,
            next_key=spare.thumbprint,
            created_at=created,
        )
    except ValidationError as error:
        first = error.errors()[0]
        said = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        hint = "legal_name has 1 to 200 characters, jurisdiction two letters like DE."
        raise UsageProblem(f"the identity's particulars are not acceptable: {said}", hint=hint) from None


def _seal(key: Ed25519Signer, passphrase: str | None, keyring: vault.Keyring | None, entry: str) -> vault.Box:
    if passphrase is not None:
        return vault.seal_with_passphrase(key.seed, passphrase)
    return vault.seal_with_keyring(key.seed, keyring or vault.system_keyring(), entry)


def _open(
    box: vault.Box, passphrase: str | None, keyring: vault.Keyring | None, entry: str, name: str
) -> bytes:
    if box.opened_by == "keyring":
        return vault.open_with_keyring(box, keyring or vault.system_keyring(), entry)
    if passphrase is None:
        hint = f"Give the passphrase as an argument or in the environment variable {PASSPHRASE_VARIABLE}."
        raise IdentityLocked(f"the identity {name!r} is locked with a passphrase", hint=hint)
    return vault.open_with_passphrase(box, passphrase)


def _store(folder: Path, public: Profile, box: vault.Box) -> None:
    """Put the identity's folder in place in one step, so that a crash leaves none or a whole one."""
    files.make_directory(folder.parent)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        files.replace(building / profile.KEY_FILE, profile.dump(box))
        files.replace(building / profile.PROFILE_FILE, profile.dump(public))
        building.rename(folder)
    except OSError as error:
        shutil.rmtree(building, ignore_errors=True)
        raise UsageProblem(f"cannot store the identity in {folder}: {error.strerror}") from None
    files.flush_directory(folder.parent)
