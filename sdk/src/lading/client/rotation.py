"""A key rotation under way: `rotation.json` beside the keys that it will replace.

It is written before anything is sent, and holds the new keys, encrypted as the old ones are. Once the exchange has
registered the successor, `home.json` names it as head: from then on the new keys are the identity's, and whoever opens
the identity first puts them in place if a crash kept that from happening.
"""

from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from lading.client import files, profile
from lading.client.outbox import Slot
from lading.client.profile import Profile
from lading.client.vault import Box
from lading.errors import UsageProblem
from lading.statement.words import Form, Id, StatementId, Thumbprint

FILE: Final = "rotation.json"
_LIMIT: Final = 262_144


class Rotation(Form):
    """What an identity will be: its profile, its encrypted keys; and the statement that this succeeds.

    `next_key_file` is where the key that the successor promises was written.
    """

    format: Literal["lading-rotation/1"] = "lading-rotation/1"
    previous: StatementId
    profile: Profile
    box: Box
    next_key_file: str

    @property
    def promise(self) -> Thumbprint:
        """The next key that the successor promises."""
        if self.profile.next_key is None:
            raise _damaged(Path(FILE))
        return self.profile.next_key

    @property
    def slot(self) -> Slot:
        """Where the outbox keeps the successor."""
        return Slot("rotate", (self.previous,))


def load(folder: Path) -> Rotation | None:
    """The rotation under way, or None."""
    data = files.read(folder / FILE, _LIMIT)
    if data is None:
        return None
    try:
        return Rotation.model_validate_json(data)
    except ValidationError:
        raise _damaged(folder / FILE) from None


def save(folder: Path, rotation: Rotation) -> None:
    """Begin a rotation. Durable when it returns."""
    files.replace(folder / FILE, profile.dump(rotation))


def discard(folder: Path) -> None:
    """Forget a rotation: it was never registered, or is in place."""
    files.remove(folder / FILE)


def commit(folder: Path, rotation: Rotation, head: Id) -> None:
    """The successor `head` is registered: put the new keys in place. A crash in between is made up for by `settle`."""
    home = profile.load_home(folder)
    if home is not None:
        profile.save_home(folder, home.model_copy(update={"head": head}))
    settle(folder)


def settle(folder: Path) -> None:
    """Put the keys of a registered rotation in place, where there is one. Changes nothing otherwise."""
    rotation, home = load(folder), profile.load_home(folder)
    if rotation is None or home is None or (home.head or home.participant) == rotation.previous:
        return
    files.replace(folder / profile.KEY_FILE, profile.dump(rotation.box))
    files.replace(folder / profile.PROFILE_FILE, profile.dump(rotation.profile))
    discard(folder)


def _damaged(path: Path) -> UsageProblem:
    return UsageProblem(f"{path} is damaged", hint="Restore the identity's folder from a backup.")
