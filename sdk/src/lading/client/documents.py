"""Documents that statements name by digest: described from a file, kept until they were sent."""

import mimetypes
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from lading.client.sealings import digest
from lading.client.session import Session
from lading.errors import UsageProblem

AnyPath = str | os.PathLike[str]
MOST_BYTES: Final = 32 * 2**20
"""Of one document."""


def describe(session: Session, path: AnyPath) -> dict[str, Any]:
    """A document as a statement names it: name, media type, size and digest. Its bytes are kept beside the identity.

    Raises `UsageProblem` where it cannot be read, is empty, or is larger than 32 MiB.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageProblem(f"cannot read {file}: {error.strerror}", hint="Check the path.") from None
    if not 0 < len(data) <= MOST_BYTES:
        raise UsageProblem(f"{file} has {len(data)} bytes or more", hint="A document has 1 byte to 32 MiB.")
    session.speaker.attachments.keep(data)
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return {"name": file.name, "media_type": media_type, "size": len(data), "digest": digest(data)}


def describe_all(session: Session, paths: Iterable[AnyPath]) -> tuple[dict[str, Any], ...] | None:
    """Several of them; None where there are none."""
    return tuple(describe(session, path) for path in paths) or None
