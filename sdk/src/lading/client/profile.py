"""What an identity says about itself, without its secret: `identity.json` and, once registered,
`home.json`.
"""

import os
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import ValidationError

from lading.acts.participant import Relative
from lading.client import files, places
from lading.errors import IdentityNotFound, UsageProblem
from lading.statement.words import Country, Form, Id, Identifier, KeyThumbprint, StatementId, text

PROFILE_FILE: Final = "identity.json"
HOME_FILE: Final = "home.json"
ABROAD: Final = "abroad"
"""The folder of the exchanges that an identity visited, one file each."""
KEY_FILE: Final = "key.json"
_LIMIT: Final = 65_536

Kind = Literal["company", "public-body", "association", "person"]


class Profile(Form):
    """The public side of an identity on this machine, before and after it is registered.

    An identity that joined a participant whose keys somebody else manages knows no `next_key`.
    """

    format: Literal["lading-identity/1"] = "lading-identity/1"
    legal_name: Annotated[str, text(200)]
    kind: Kind
    jurisdiction: Country
    identifiers: tuple[Identifier, ...] | None = None
    related: tuple[Relative, ...] | None = None
    key: KeyThumbprint
    next_key: KeyThumbprint | None = None
    seal_key: KeyThumbprint | None = None
    created_at: str


class Home(Form):
    """The exchange where an identity is at home, pinned when it was registered.

    `exchange` is the exchange's participant id, `vkey` its log's verification key (C2SP signed-note), `api`
    its address. `participant` is the identity's own id; `index` and `time` (ms) are its place in the log.
    `head` is the latest statement of its chain, absent while that is the first.
    """

    format: Literal["lading-home/1"] = "lading-home/1"
    exchange: StatementId
    api: str
    origin: str
    vkey: str
    participant: StatementId
    index: int
    time: int
    head: StatementId | None = None


class Abroad(Form):
    """An exchange where an identity is a guest, pinned at the first visit; the members as in `Home`."""

    format: Literal["lading-abroad/1"] = "lading-abroad/1"
    exchange: StatementId
    api: str
    origin: str
    vkey: str


def load(name: str, directory: str | os.PathLike[str] | None = None) -> tuple[Path, Profile]:
    """Folder and profile of an identity; `IdentityNotFound` where there is none of that name."""
    folder = places.identity(name, directory)
    data = files.read(folder / PROFILE_FILE, _LIMIT)
    if data is None:
        raise _not_found(name, folder)
    try:
        return folder, Profile.model_validate_json(data)
    except ValidationError:
        hint = "Restore the identity's folder from a backup."
        raise UsageProblem(f"{folder / PROFILE_FILE} is damaged", hint=hint) from None


def load_home(folder: Path) -> Home | None:
    """The pinned exchange of the identity in `folder`, or None before it is registered."""
    data = files.read(folder / HOME_FILE, _LIMIT)
    if data is None:
        return None
    try:
        return Home.model_validate_json(data)
    except ValidationError:
        hint = "Restore the identity's folder from a backup; do not delete the file: it pins the exchange."
        raise UsageProblem(f"{folder / HOME_FILE} is damaged", hint=hint) from None


def save_home(folder: Path, home: Home) -> None:
    """Pin the exchange. Durable when it returns."""
    files.replace(folder / HOME_FILE, dump(home))


def visited(folder: Path) -> tuple[Abroad, ...]:
    """The exchanges that the identity in `folder` visited, in the order of their ids."""
    files_there = sorted((folder / ABROAD).glob("*.json"))
    return tuple(_abroad(path) for path in files_there)


def save_visited(folder: Path, abroad: Abroad) -> None:
    """Pin an exchange that is visited. Durable when it returns."""
    place = folder / ABROAD
    place.mkdir(mode=0o700, exist_ok=True)
    files.replace(place / f"{abroad.exchange.removeprefix('sha256:')}.json", dump(abroad))


def _abroad(path: Path) -> Abroad:
    try:
        return Abroad.model_validate_json(files.read(path, _LIMIT) or b"")
    except ValidationError:
        hint = "Restore the file from a backup; do not delete it: it pins the exchange."
        raise UsageProblem(f"{path} is damaged", hint=hint) from None


def names(directory: str | os.PathLike[str] | None = None) -> tuple[str, ...]:
    """The names of all identities on this machine, sorted."""
    folder = places.identities(directory)
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if (entry / PROFILE_FILE).is_file()))


def dump(form: Form) -> bytes:
    """A form as indented JSON, for files that people read too."""
    return form.model_dump_json(indent=2, exclude_none=True).encode() + b"\n"


def id_or_none(home: Home | None) -> Id | None:
    """The participant's id, or None before registration."""
    return None if home is None else home.participant


def _not_found(name: str, folder: Path) -> IdentityNotFound:
    others = names(folder.parent.parent)
    there = f"There are: {', '.join(others)}. " if others else ""
    hint = f"{there}Make it with: lading identity create {name}"
    return IdentityNotFound(f"no identity {name!r} in {folder.parent}", hint=hint)
