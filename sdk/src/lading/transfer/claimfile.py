"""The claim file: a registered claim, its evidence and attachments, for whoever is to judge it (`spec/judgement.md`).

Only its form; what it says is judged by `lading.evidence.claims`, which verifies the evidence first.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import FailFast, Field, ValidationError

from lading.acts.attachment import Attachment
from lading.acts.release import Secret
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.parts import is_within
from lading.statement.words import Digest, Form, Id

FORMAT: Final = "lading-claim/1"
MEDIA_TYPE: Final = "application/lading-claim+json"
MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_PARTS: Final = 16
"""Members of all objects and items of all lists together: four, three attachments, and two members of each."""
_MAX_MEMBERS: Final = 4


class Attached(Form):
    """An attachment's bytes, in base64url, under the digest by which the claim names it."""

    digest: Digest
    data: str

    @property
    def raw(self) -> bytes:
        """The bytes; `Refused` where `data` is not strict base64url."""
        return base64url.decode(self.data.encode())


class ClaimFile(Form):
    """The whole file. `evidence` is the text of an evidence file about the claim; `share` is the consumer's."""

    format: Literal["lading-claim/1"]
    evidence: Annotated[str, Field(min_length=1, max_length=16 * 1024 * 1024)]
    attachments: Annotated[tuple[Attached, ...], Field(max_length=3), FailFast()]
    share: Annotated[Secret | None, Field(repr=False)] = None

    def attachment(self, named: Attachment) -> bytes | None:
        """The bytes that a claim names, if they are here with the size and the digest that it says; else None."""
        for attached in self.attachments:
            data = attached.raw if attached.digest == named.digest else b""
            # LAD-JDG-003
            if len(data) == named.size and _digest(data) == named.digest:
                return data
        return None


def claim_file(evidence: bytes, attachments: Iterable[bytes], share: bytes | None = None) -> ClaimFile:
    """The file that hands a claim on: its evidence file, its attachments, and the consumer's share if that is shown."""
    return ClaimFile(
        format="lading-claim/1",
        evidence=evidence.decode(),
        attachments=tuple(Attached(digest=_digest(data), data=_text(data)) for data in attachments),
        share=None if share is None else _text(share),
    )


def parse(data: bytes) -> ClaimFile:
    """The claim file that some bytes are; `ValueError` where they are none. Judges nothing (LAD-JDG-001)."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    try:
        # What is large is looked at before forms are made of it: each part that is wrong would cost memory.
        if not is_within(orjson.loads(data), parts=_MAX_PARTS, members=_MAX_MEMBERS):
            raise ValueError("more members or items than a claim file has")
        json.loads(data, object_pairs_hook=_object)
        parsed = ClaimFile.model_validate_json(data)
        for attached in parsed.attachments:
            _ = attached.raw
    except (orjson.JSONDecodeError, RecursionError):
        raise ValueError("not JSON in UTF-8") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise ValueError(f"{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
    except Refused as refusal:
        raise ValueError(refusal.detail) from None
    return parsed


def render(file: ClaimFile) -> bytes:
    """The bytes of the file. `ValueError` where they would be too many."""
    data = file.model_dump_json(exclude_none=True).encode()
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    return data


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses what two readers could take for two things: a name that stands twice, and null for what is absent."""
    made = dict(members)
    if len(made) != len(members) or None in made.values():
        raise ValueError("a member stands twice, or is null")
    return made


def _digest(data: bytes) -> Id:
    return Id("sha256:" + hashlib.sha256(data).hexdigest())


def _text(data: bytes) -> str:
    return base64url.encode(data).decode("ascii")
