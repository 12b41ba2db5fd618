"""What a provider needs to go on with a sealed delivery: both shares, the boxes and the manifest.

Durable before anything of it is sent, so that an interrupted upload continues with the same shares; destroyed when the
delivery is over. Whoever reads these files can open the delivery's ciphertexts.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from lading.acts.release import Secret
from lading.acts.sealed import Sealed, Share
from lading.client import files, profile
from lading.errors import UsageProblem
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.words import Count, Digest, Form, Id, KeyThumbprint, StatementId
from lading.transfer.content import chunk_count
from lading.transfer.pipeline import SealedContent
from lading.transfer.sealing import LEAF_BYTES, SealingKeys, parse_sealed_manifest
from lading.transfer.shares import Binding, BoxRole, commitment, content_key

_LIMIT: Final = 65_536


class Half(Form):
    """One share: its 32 bytes, the seal key that it is sealed to, and the box."""

    key: KeyThumbprint
    share: Annotated[Secret, Field(repr=False)]
    box: Annotated[str, StringConstraints(max_length=2000)]

    @property
    def share_bytes(self) -> bytes:
        """The share."""
        return base64url.decode(self.share.encode())

    @property
    def box_bytes(self) -> bytes:
        """The box."""
        return base64url.decode(self.box.encode())

    @property
    def signed(self) -> Share:
        """What the delivery signs of it."""
        return Share(key=self.key, commitment=commitment(self.share_bytes), box=digest(self.box_bytes))


class Sealing(Form):
    """A sealed delivery that is being made: number, content, product secret, shares and manifest root."""

    format: Literal["lading-sealing/1"] = "lading-sealing/1"
    contract: StatementId
    sequence: Count
    provider: StatementId
    size: int
    chunk_size: int
    content_root: Digest
    manifest_root: Digest
    secret: Annotated[Secret, Field(repr=False)]
    exchange: Half
    consumer: Half

    @property
    def keys(self) -> SealingKeys:
        """What its chunks are sealed with."""
        bound = Binding(self.contract, self.sequence, self.provider)
        content = content_key(bound, self.exchange.share_bytes, self.consumer.share_bytes)
        return SealingKeys(content, base64url.decode(self.secret.encode()))

    @property
    def signed(self) -> Sealed:
        """The member `sealed` of the delivery."""
        return Sealed(
            manifest_root=self.manifest_root, exchange=self.exchange.signed, consumer=self.consumer.signed
        )

    @property
    def boxes(self) -> Mapping[BoxRole, bytes]:
        """Both boxes by role."""
        return {"exchange": self.exchange.box_bytes, "consumer": self.consumer.box_bytes}


class Sealings:
    """The sealings of one identity, one for each contract and number. Safe for several processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def empty(self) -> bool:
        """Whether no sealed delivery is being made."""
        return not any(self._folder.glob("*.json"))

    def get(self, contract: Id, sequence: int) -> Sealing | None:
        """The sealing of a number, or None."""
        path = self._path(contract, sequence)
        data = files.read(path, _LIMIT)
        if data is None:
            return None
        try:
            return Sealing.model_validate_json(data)
        except ValidationError:
            hint = "Delete it; the delivery is then made with new shares."
            raise UsageProblem(f"{path} is damaged", hint=hint) from None

    def content(self, sealing: Sealing) -> SealedContent | None:
        """The manifest of a sealing, verified against both roots; None where it is not there, or damaged."""
        limit = LEAF_BYTES * chunk_count(sealing.size, sealing.chunk_size)
        try:
            manifest = files.read(self._manifest(sealing), limit)
            if manifest is None:
                return None
            roots = (sealing.manifest_root, sealing.content_root)
            leaves = parse_sealed_manifest(manifest, sealing.size, sealing.chunk_size, *roots)
        except (Refused, UsageProblem):
            return None
        return SealedContent(
            sealing.size, sealing.chunk_size, sealing.content_root, sealing.manifest_root, leaves
        )

    def add(self, sealing: Sealing, manifest: bytes) -> Sealing:
        """Keep a sealing and its manifest durably; the one that is there, which another process may have made."""
        files.make_directory(self._folder)
        files.replace(self._manifest(sealing), manifest)
        if files.create(self._path(sealing.contract, sealing.sequence), profile.dump(sealing)):
            return sealing
        return self.get(sealing.contract, sealing.sequence) or sealing

    def destroy(self, contract: Id, sequence: int) -> None:
        """Remove the shares of a number, and everything else of its sealing."""
        path = self._path(contract, sequence)
        files.remove(path)
        for manifest in self._folder.glob(f"{path.stem}.*.manifest"):
            files.remove(manifest)

    def _path(self, contract: Id, sequence: int) -> Path:
        words = f"{contract} {sequence}"
        return self._folder / f"{hashlib.sha256(words.encode()).hexdigest()[:40]}.json"

    def _manifest(self, sealing: Sealing) -> Path:
        root = sealing.manifest_root.removeprefix("sha256:")[:16]
        return self._path(sealing.contract, sealing.sequence).with_suffix(f".{root}.manifest")


def digest(data: bytes) -> Id:
    """The SHA-256 of some bytes, as statements write it."""
    return Id("sha256:" + hashlib.sha256(data).hexdigest())
