"""The attachments of an identity's claims, kept under their digest: what is sealed is sealed once, and sent again."""

from pathlib import Path
from typing import Final

from lading.client import files
from lading.client.sealings import digest
from lading.statement.words import Id

_LIMIT: Final = 32 * 2**20


class Attachments:
    """The kept attachments of one identity."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: Id) -> bytes | None:
        """The bytes with this digest, or None."""
        data = files.read(self._path(key), _LIMIT)
        return data if data is not None and digest(data) == key else None

    def keep(self, data: bytes) -> Id:
        """Keep bytes durably; their digest."""
        files.make_directory(self._folder)
        key = digest(data)
        files.replace(self._path(key), data)
        return key

    def _path(self, key: Id) -> Path:
        return self._folder / key.removeprefix("sha256:")
