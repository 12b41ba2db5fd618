"""What a body says where it is a statement, or several. For people who read a report: lenient, and no judgement."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Final

from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.statement import MAXIMUM_BYTES, statement_id

SHOWN: Final = 3
"""How many statements of a batch are shown."""

_ID: Final = re.compile(r"sha256:[0-9a-f]{64}")
_TYPE: Final = re.compile(r"[a-z-]{1,40}")


@dataclass(frozen=True)
class Said:
    """One decoded statement. `issuer` is who says it, by its own word; of a first `participant` statement, that one."""

    id: str
    act: str | None
    issuer: str | None
    payload: dict[str, Json]

    @property
    def text(self) -> str:
        """The payload, indented."""
        return json.dumps(self.payload, indent=2, ensure_ascii=False)

    @property
    def name(self) -> str | None:
        """The name that a participant gives itself; None of any other statement."""
        name = self.payload.get("name")
        return name if self.act == "participant" and isinstance(name, str) else None


def statements(body: bytes | None) -> tuple[Said, ...]:
    """Return the statements that a body is made of; none where its beginning is no statement."""
    found = []
    for line in (body or b"")[: MAXIMUM_BYTES * SHOWN].split(b"\n")[:SHOWN]:
        payload = _payload(line)
        if payload is None:
            break
        found.append(_said(line, payload))
    return tuple(found)


def _said(jws: bytes, payload: dict[str, Json]) -> Said:
    act, issuer, own = payload.get("type"), payload.get("issuer"), statement_id(jws)
    if issuer is None and act == "participant":
        issuer = own
    return Said(own, _matching(_TYPE, act), _matching(_ID, issuer), payload)


def _matching(form: re.Pattern[str], value: Json) -> str | None:
    return value if isinstance(value, str) and form.fullmatch(value) else None


def _payload(jws: bytes) -> dict[str, Json] | None:
    segments = jws.split(b".")
    if len(segments) != 3:
        return None
    try:
        value = json.loads(base64.urlsafe_b64decode(segments[1] + b"=" * (-len(segments[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
