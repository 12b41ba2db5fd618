"""Product secrets: what salts the chunks of a sealed content, one secret for each version (LAD-SEA-012).

They are kept beside the identity, found again by the file's own hash, so that the same file published or delivered
twice has the same content root. Whoever loses them can no longer deliver what a listing promises.
"""

import hashlib
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from lading.acts.release import Secret
from lading.client import files, profile
from lading.errors import UsageProblem
from lading.statement import base64url
from lading.statement.words import Digest, Form, Id
from lading.transfer.content import Content

_LIMIT: Final = 65_536


class Product(Form):
    """One version of a content: the root over its bytes as they are, its secret, and the root over salted chunks."""

    format: Literal["lading-product/1"] = "lading-product/1"
    clear_root: Digest
    size: int
    chunk_size: int
    content_root: Digest
    secret: Annotated[Secret, Field(repr=False)]

    @property
    def key(self) -> bytes:
        """The 32 bytes of the secret."""
        return base64url.decode(self.secret.encode())


class Products:
    """The product secrets of one identity. Safe for several processes: of two that add one version, one wins."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, found: Content) -> Product | None:
        """The product that a described file is a version of, or None where it was never sealed here."""
        path = self._path(found)
        data = files.read(path, _LIMIT)
        if data is None:
            return None
        try:
            product = Product.model_validate_json(data)
        except ValidationError:
            product = None
        if product is None or (product.clear_root, product.size) != (found.root, found.size):
            raise UsageProblem(f"{path} is damaged", hint="Restore the identity's folder from a backup.")
        return product

    def add(self, found: Content, secret: bytes, content_root: Id) -> Product:
        """Keep the secret of a version, durably; the product that is there, which may be somebody else's."""
        product = Product(
            clear_root=found.root,
            size=found.size,
            chunk_size=found.chunk_size,
            content_root=content_root,
            secret=base64url.encode(secret).decode("ascii"),
        )
        files.make_directory(self._folder)
        if files.create(self._path(found), profile.dump(product)):
            return product
        return self.get(found) or product

    def _path(self, found: Content) -> Path:
        words = f"{found.root} {found.size} {found.chunk_size}"
        return self._folder / f"{hashlib.sha256(words.encode()).hexdigest()[:40]}.json"
