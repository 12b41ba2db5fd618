"""A participant's identity on this machine.

    identity = Identity.create("acme", legal_name="Acme Maps Ltd", jurisdiction="IE", next_key="next-key.txt")
    identity = Identity.load("acme")

The everyday key, which signs, and the seal key, to which shares of sealed deliveries are sealed, are stored
encrypted: under a passphrase (argument, or the environment variable `LADING_PASSPHRASE`) or, without one, under
a random secret in the operating system's keyring. The `next` key, which alone can replace them, is written to a
file of its own and belongs offline (`lading.client.nextkey.ADVICE`).
"""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

from lading.acts.participant import Relation, Relative
from lading.client import approvals, files, nextkey, places, profile, rotation, vault
from lading.client.attachments import Attachments
from lading.client.invite import Invite
from lading.client.keychain import Keychain
from lading.client.outbox import Cursor, Outbox
from lading.client.products import Products
from lading.client.profile import Home, Kind, Profile
from lading.client.rotation import Rotation
from lading.client.sealings import Sealings
from lading.client.takings import Takings
from lading.errors import IdentityLocked, UsageProblem
from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer, Signer
from lading.statement.words import Id, Thumbprint

PASSPHRASE_VARIABLE: Final = "LADING_PASSPHRASE"
_KEY_LIMIT: Final = 65_536


class Identity:
    """An opened identity: profile, keys, and the folder with its outbox and cursors.

    `seal_keys` are newest first; an identity made before sealed transfers has none until its keys are rotated.
    `head` is the latest statement of its chain, None before it is registered and while that is the first.
    `signer` may answer `Pending`, and does where the folder says that acts wait for a second person (`load`).
    The constructor makes no keys and reads no files; use `create` or `load`. `repr` shows no secret.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        profile: Profile,
        signer: Signer,
        seal_keys: tuple[SealKey, ...] = (),
        *,
        lock: vault.Lock | None = None,
        head: Id | None = None,
    ) -> None:
        self.name = name
        self.folder = folder
        self.profile = profile
        self.signer = signer
        self.seal_keys = seal_keys
        self.head = head
        self._lock = lock

    @classmethod
    def create(
        cls,
        name: str,
        *,
        legal_name: str,
        jurisdiction: str,
        next_key: str | os.PathLike[str],
        kind: Kind = "company",
        identifiers: Sequence[str] = (),
        related: Mapping[str, Relation] = MappingProxyType({}),
        passphrase: str | None = None,
        keyring: vault.Keyring | None = None,
        directory: str | os.PathLike[str] | None = None,
    ) -> "Identity":
        """Make everyday, seal and next key and store them durably; nothing is sent anywhere.

        `name` is local; `legal_name` (at most 200 characters) and `jurisdiction` (ISO 3166-1 alpha-2) will
        be public. So will be `identifiers`, like `lei:5299…`, and `related`: parties, each by its id or an
        identifier, and what it is to this one, like `controls`. `next_key` is a path outside the identity's folder
        that does not exist yet. Without a
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
        keys, spare = Keychain.generate(), Ed25519Signer.generate()
        public = _profile(legal_name, kind, jurisdiction, keys, spare, identifiers, related)
        lock = _new_lock(_passphrase(passphrase), keyring, _entry(name, public))
        written = nextkey.write(next_key, spare, name=name, legal_name=legal_name)
        try:
            _store(folder, public, lock.close(keys.seeds))
        except BaseException:
            written.unlink(missing_ok=True)
            raise
        return cls(name, folder, public, keys.signer, keys.sealing, lock=lock)

    @classmethod
    def join(
        cls,
        name: str,
        invite: Invite,
        *,
        passphrase: str | None = None,
        keyring: vault.Keyring | None = None,
        directory: str | os.PathLike[str] | None = None,
    ) -> "Identity":
        """Make an everyday key of one's own for a participant that exists; nothing is sent anywhere.

        The key signs for the participant once whoever holds the `next` key has listed it (`add_key`). It has no seal
        key and no next key: sealed deliveries are received, and keys changed, where those are. The invite is believed:
        it names the exchange and its log key. Raises as `create`.
        """
        folder = places.identity(name, directory)
        if folder.exists():
            raise UsageProblem(
                f"the identity {name!r} exists in {folder.parent}", hint="Choose another name."
            )
        keys = Keychain(Ed25519Signer.generate(), ())
        public = _profile(invite.legal_name, invite.kind, invite.jurisdiction, keys, None)
        lock = _new_lock(_passphrase(passphrase), keyring, _entry(name, public))
        _store(folder, public, lock.close(keys.seeds), invite.home)
        return cls(name, folder, public, keys.signer, lock=lock, head=invite.home.head)

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

        Where `lading identity approvals` says so, its signer waits for a second person (`lading.client.approvals`).
        Raises `IdentityNotFound`, or `IdentityLocked` where the passphrase is missing or wrong or the
        keyring is closed.
        """
        folder, _ = profile.load(name, directory)
        rotation.settle(folder)
        folder, public = profile.load(name, directory)
        data = files.read(folder / profile.KEY_FILE, _KEY_LIMIT)
        if data is None:
            hint = "Restore the identity's folder from a backup."
            raise IdentityLocked(f"the identity {name!r} has no everyday key here", hint=hint)
        box = vault.parse(data)
        lock = _lock(box, _passphrase(passphrase), keyring, _entry(name, public), name)
        keys = Keychain.parse(lock.open(box))
        if keys.signer.thumbprint != public.key:
            hint = "Restore the identity's folder from a backup."
            raise IdentityLocked(f"the stored key of {name!r} is another identity's", hint=hint)
        home = profile.load_home(folder)
        head = None if home is None else home.head
        signer = _approved(keys.signer, folder, public)
        return cls(name, folder, public, signer, keys.sealing, lock=lock, head=head)

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

    @property
    def products(self) -> Products:
        """The product secrets of what this identity published or delivered sealed."""
        return Products(self.folder / "products")

    @property
    def sealings(self) -> Sealings:
        """The sealed deliveries that this identity is making."""
        return Sealings(self.folder / "sealings")

    @property
    def attachments(self) -> Attachments:
        """The attachments of this identity's claims."""
        return Attachments(self.folder / "attachments")

    @property
    def takings(self) -> Takings:
        """The sealed deliveries that this identity is receiving."""
        return Takings(self.folder / "takings")

    def seal_key(self, kid: Thumbprint) -> SealKey | None:
        """The seal key with this thumbprint, also an older one; None where this identity does not hold it."""
        return next((key for key in self.seal_keys if key.kid == kid), None)

    @property
    def lock(self) -> vault.Lock:
        """What this identity's keys are encrypted with; `UsageProblem` where they are not stored here."""
        if self._lock is None:
            raise UsageProblem(
                f"the keys of {self.name!r} are not stored here", hint="Open it with Identity.load."
            )
        return self._lock

    def adopt(self, successor: Rotation, head: Id) -> None:
        """Go on under the keys of a rotation whose statement `head` is registered, here and on the disk."""
        keys = Keychain.parse(self.lock.open(successor.box))
        rotation.commit(self.folder, successor, head)
        self.profile, self.head = successor.profile, head
        self.signer, self.seal_keys = _approved(keys.signer, self.folder, self.profile), keys.sealing

    def follow(self, head: Id) -> None:
        """Go on under the statement `head` of the participant's chain, which was verified: here and on the disk."""
        home = self.home
        if home is not None and home.head != head:
            profile.save_home(self.folder, home.model_copy(update={"head": head}))
        self.head = head

    def cursor(self, name: str) -> Cursor:
        """A named position in the exchange's events, kept beside the outbox."""
        return Cursor(self.folder / "cursors", name)

    def __repr__(self) -> str:
        return f"Identity({self.name!r}, key={self.profile.key})"


def _approved(signer: Signer, folder: Path, public: Profile) -> Signer:
    """The signer, asking a second person where the folder says so."""
    demand = approvals.load(folder)
    if demand is None:
        return signer
    return approvals.ApprovedSigner(signer, demand, approvals.place(folder, demand), public.legal_name)


def _passphrase(given: str | None) -> str | None:
    return given if given is not None else os.environ.get(PASSPHRASE_VARIABLE)


def _entry(name: str, public: Profile) -> str:
    """The keyring entry's user name. The thumbprint keeps identities of one name in two folders apart."""
    return f"{name}:{public.key}"


def _profile(
    legal_name: str,
    kind: Kind,
    jurisdiction: str,
    keys: Keychain,
    spare: Signer | None,
    identifiers: Sequence[str] = (),
    related: Mapping[str, Relation] = MappingProxyType({}),
) -> Profile:
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        return Profile(
            legal_name=legal_name,
            kind=kind,
            jurisdiction=jurisdiction,
            identifiers=tuple(identifiers) or None,
            related=tuple(Relative(party=party, relation=what) for party, what in related.items()) or None,
            key=keys.signer.thumbprint,
            next_key=None if spare is None else spare.thumbprint,
            seal_key=keys.sealing[0].kid if keys.sealing else None,
            created_at=created,
        )
    except ValidationError as error:
        first = error.errors()[0]
        said = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        hint = "legal_name has 1 to 200 characters, jurisdiction two letters like DE, an identifier is like lei:5299…"
        raise UsageProblem(f"the identity's particulars are not acceptable: {said}", hint=hint) from None


def _new_lock(passphrase: str | None, keyring: vault.Keyring | None, entry: str) -> vault.Lock:
    if passphrase is not None:
        return vault.passphrase_lock(passphrase)
    return vault.keyring_lock(keyring or vault.system_keyring(), entry)


def _lock(
    box: vault.Box, passphrase: str | None, keyring: vault.Keyring | None, entry: str, name: str
) -> vault.Lock:
    if box.opened_by == "keyring":
        return vault.lock_of(box, None, keyring or vault.system_keyring(), entry)
    if passphrase is None:
        hint = f"Give the passphrase as an argument or in the environment variable {PASSPHRASE_VARIABLE}."
        raise IdentityLocked(f"the identity {name!r} is locked with a passphrase", hint=hint)
    return vault.lock_of(box, passphrase, None, entry)


def _store(folder: Path, public: Profile, box: vault.Box, home: Home | None = None) -> None:
    """Put the identity's folder in place in one step, so that a crash leaves none or a whole one."""
    files.make_directory(folder.parent)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        files.replace(building / profile.KEY_FILE, profile.dump(box))
        files.replace(building / profile.PROFILE_FILE, profile.dump(public))
        if home is not None:
            profile.save_home(building, home)
        building.rename(folder)
    except OSError as error:
        shutil.rmtree(building, ignore_errors=True)
        raise UsageProblem(f"cannot store the identity in {folder}: {error.strerror}") from None
    files.flush_directory(folder.parent)
