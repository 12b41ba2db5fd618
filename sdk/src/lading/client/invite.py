"""Files that two persons of one organisation hand each other so that both can act for it. Neither holds a secret.

invite      who the participant is and where it is at home; the second person makes a key of their own from it
key file    that key's public side; whoever holds the participant's next key lists it
"""

from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import StringConstraints, ValidationError

from lading.client import files, profile
from lading.client.profile import Home, Kind, Profile
from lading.errors import UsageProblem
from lading.keys import ed25519
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.words import Country, Form, StatementId, Thumbprint, text

_LIMIT: Final = 65_536
F = TypeVar("F", bound=Form)


class Invite(Form):
    """What a second person needs to know of a participant: who it is, its exchange and log key, its latest statement.

    All of it is public, and none of it is signed: hand it over in a way that you both trust.
    """

    format: Literal["lading-invite/1"] = "lading-invite/1"
    legal_name: Annotated[str, text(200)]
    kind: Kind
    jurisdiction: Country
    home: Home


class KeyFile(Form):
    """The public everyday key of a second person, for the participant that they were invited to."""

    format: Literal["lading-public-key/1"] = "lading-public-key/1"
    participant: StatementId
    name: Annotated[str, text(64)]
    x: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\z")]

    @property
    def thumbprint(self) -> Thumbprint:
        """The key's RFC 7638 thumbprint, to be compared by telephone."""
        return ed25519.thumbprint(base64url.decode(self.x.encode()))


def invite_of(about: Profile, home: Home | None) -> Invite:
    """The invite to a registered identity; `UsageProblem` before it is registered."""
    if home is None:
        raise UsageProblem(
            "nobody can be invited before the identity is registered", hint="Register it first."
        )
    return Invite(legal_name=about.legal_name, kind=about.kind, jurisdiction=about.jurisdiction, home=home)


def read_invite(path: Path) -> Invite:
    """The invite in a file; `UsageProblem` where it is none."""
    return _read(path, Invite, "an invite", "It is made with: lading identity invite NAME.")


def read_key(path: Path) -> KeyFile:
    """The public key in a file; `UsageProblem` where it is none, or is no sound key."""
    hint = "The second person makes it with: lading identity join."
    found = _read(path, KeyFile, "a public key file", hint)
    try:
        ed25519.check_public(base64url.decode(found.x.encode()))
    except Refused as refusal:
        raise UsageProblem(f"{path} does not hold a sound key: {refusal.detail}", hint=hint) from None
    return found


def write(path: Path, form: Form) -> Path:
    """Write such a file, which holds no secret; never over another file."""
    target = path.absolute()
    try:
        made = files.create(target, profile.dump(form), files.SHARED_FILE)
    except OSError as error:
        raise UsageProblem(f"cannot write {target}: {error.strerror}", hint="Name another place.") from None
    if not made:
        raise UsageProblem(f"{target} exists", hint="Name a file that does not exist yet.")
    return target


def _read(path: Path, kind: type[F], what: str, hint: str) -> F:
    data = files.read(path, _LIMIT)
    try:
        return kind.model_validate_json(data or b"")
    except ValidationError:
        raise UsageProblem(f"{path} is not {what}", hint=hint) from None
