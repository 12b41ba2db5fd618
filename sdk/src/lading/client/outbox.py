"""Statements are stored durably before they are sent, and the same bytes are sent again after a crash or
timeout (LAD-STM-040). What waits for somebody's approval is stored before it is signed.

A signer can always make a second signature over the same words, and it would be another statement. So each
intent ("deliver number 1 of this contract") has one slot, a file; whoever repeats the intent finds the
bytes of the first attempt. When the exchange refuses the bytes for good the slot is emptied, so that the
next attempt signs anew.

A signer may have to ask somebody. So a slot can hold the bytes to be signed first, stored before the signer is
asked. Whoever repeats the intent asks for the signature of the same bytes; they go once the statement is stored.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from lading.client import files
from lading.errors import UsageProblem
from lading.statement import canonical
from lading.statement.envelope import statement_id
from lading.statement.words import Digest, Form, StatementId

UNSIGNED_AGE: Final = 20 * 3_600_000
"""For how long after `issued_at` bytes that wait are signed, in milliseconds: exchanges take statements of 24 hours,
and sending may take its time."""
_LIMIT: Final = 1 << 20
_CURSOR = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Slot:
    """An intent: the verb, and the words that make two calls the same intent."""

    verb: str
    words: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """A name that any file system takes; the words go in by their hash."""
        digest = hashlib.sha256(canonical.dumps(self.words)).hexdigest()[:40]
        return f"{self.verb}-{digest}.json"

    @property
    def unsigned_name(self) -> str:
        """The name of the file beside it, for what is not signed yet."""
        return self.file_name.removesuffix(".json") + ".unsigned"


class Registration(Form):
    """Where the exchange registered a statement, and its tlog-proof. Verified before it is stored."""

    id: StatementId
    index: int
    time: int
    proof: str


class Stored(Form):
    """One slot's file: the intent in words, the statement's bytes, and the registration once it is known."""

    format: Literal["lading-outbox/1"] = "lading-outbox/1"
    intent: tuple[str, ...]
    id: StatementId
    statement: str
    registration: Registration | None = None

    @property
    def jws(self) -> bytes:
        """The statement's bytes, exactly as they were signed."""
        return self.statement.encode("ascii")


class Unsigned(Form):
    """What waits to be signed: the intent in words, and the exact bytes, with their SHA-256."""

    format: Literal["lading-unsigned/1"] = "lading-unsigned/1"
    intent: tuple[str, ...]
    digest: Digest
    signing_input: str

    @property
    def to_sign(self) -> bytes:
        """The bytes that the signer is asked to sign: header and payload of the statement."""
        return self.signing_input.encode("ascii")


class Outbox:
    """The slots of one identity. Safe for several processes: of two that fill one slot, one wins and
    both get its bytes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, slot: Slot) -> Stored | None:
        """What the slot holds, or None."""
        path = self._folder / slot.file_name
        data = files.read(path, _LIMIT)
        return None if data is None else _parse(path, data)

    def put(self, slot: Slot, sign: Callable[[], bytes]) -> Stored:
        """What the slot holds; where it is empty, sign a statement and store it durably first."""
        held = self.get(slot)
        if held is not None:
            files.remove(self._folder / slot.unsigned_name)  # left where a crash came between the two
            return held
        files.make_directory(self._folder)
        jws = sign()
        stored = Stored(intent=(slot.verb, *slot.words), id=statement_id(jws), statement=jws.decode("ascii"))
        files.create(self._folder / slot.file_name, _dump(stored))
        return self.put(slot, sign)

    def unsigned(self, slot: Slot) -> Unsigned | None:
        """What waits in the slot to be signed, or None. Not looked at where the slot holds a statement."""
        path = self._folder / slot.unsigned_name
        data = files.read(path, _LIMIT)
        return None if data is None else _parse_unsigned(path, data)

    def prepare(self, slot: Slot, make: Callable[[], bytes]) -> Unsigned:
        """What waits in the slot to be signed; where nothing does, what `make` gives, stored durably first."""
        held = self.unsigned(slot)
        if held is not None:
            return held
        files.make_directory(self._folder)
        to_sign = make()
        left = Unsigned(
            intent=(slot.verb, *slot.words),
            digest=statement_id(to_sign),
            signing_input=to_sign.decode("ascii"),
        )
        files.create(self._folder / slot.unsigned_name, _dump(left))
        return self.prepare(slot, make)

    def discard(self, slot: Slot) -> None:
        """Forget what waits in the slot: it was refused, became too old, or is not wanted any more."""
        files.remove(self._folder / slot.unsigned_name)

    def confirm(self, slot: Slot, stored: Stored, registration: Registration) -> None:
        """Store a verified registration beside the statement."""
        confirmed = stored.model_copy(update={"registration": registration})
        files.replace(self._folder / slot.file_name, _dump(confirmed))

    def drop(self, slot: Slot, stored: Stored) -> None:
        """Empty the slot, if it still holds this statement. The bytes are kept under their id, out of use."""
        held = self.get(slot)
        if held is None or held.id != stored.id:
            return
        self.discard(slot)
        path = self._folder / slot.file_name
        os.replace(path, path.with_name(f"{path.stem}.{stored.id.removeprefix('sha256:')[:16]}.dropped"))
        files.flush_directory(self._folder)

    def pending(self) -> Iterator[Stored]:
        """Statements that were stored and whose registration is not known: what a crash or timeout left
        behind.
        """
        for path in sorted(self._folder.glob("*.json")):
            data = files.read(path, _LIMIT)
            stored = None if data is None else _parse(path, data)
            if stored is not None and stored.registration is None:
                yield stored


class Cursor:
    """A position in the exchange's events: the index of the last one that was dealt with, -1 before the
    first.
    """

    def __init__(self, folder: Path, name: str) -> None:
        if _CURSOR.fullmatch(name) is None:
            raise UsageProblem(
                f"{name!r} is not a name for a cursor", hint="Use a-z, 0-9, dot, underscore, hyphen."
            )
        self._path = folder / name

    def get(self) -> int:
        """The stored position."""
        data = files.read(self._path, 64)
        if data is None:
            return -1
        if re.fullmatch(rb"-1|[0-9]{1,16}", data.strip()) is None:
            raise UsageProblem(
                f"{self._path} is damaged", hint="Delete it to read the events from the start again."
            )
        return int(data)

    def set(self, index: int) -> None:
        """Store a position durably."""
        files.make_directory(self._path.parent)
        files.replace(self._path, f"{index}\n".encode())


def _dump(stored: Stored | Unsigned) -> bytes:
    return stored.model_dump_json(indent=2, exclude_none=True).encode() + b"\n"


def _parse_unsigned(path: Path, data: bytes) -> Unsigned:
    try:
        left = Unsigned.model_validate_json(data)
    except ValidationError:
        left = None
    if left is None or not left.signing_input.isascii() or statement_id(left.to_sign) != left.digest:
        raise UsageProblem(f"{path} is damaged", hint="Delete it: what waited there was not signed.")
    return left


def _parse(path: Path, data: bytes) -> Stored:
    try:
        stored = Stored.model_validate_json(data)
    except ValidationError:
        stored = None
    if stored is None or not stored.statement.isascii() or statement_id(stored.jws) != stored.id:
        hint = "Restore it from a backup. Deleting it makes a new statement of the same intent possible."
        raise UsageProblem(f"{path} is damaged", hint=hint)
    return stored
