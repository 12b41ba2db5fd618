"""The boxes of the vectors: fixed input, since nobody can make a box twice.

    python -m tools.vectors --boxes     # make those that are missing or do not hold what they have to

`boxes.json` beside this file has each box under a name, with what it was made of. Whoever asks for a box says what it
has to hold, for whom and with which `info`; the box is opened, and must hold just that.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag

from tools.vectors.sealing import make_box, open_box, seal_key

FILE = Path(__file__).with_name("boxes.json")
_ABOUT = "Boxes that python -m tools.vectors --boxes made. They are random: another run would make others."


class Unsealed(Exception):
    """A box that is not there, or not of this."""

    def __init__(self, name: str, made_of: dict[str, str]) -> None:
        super().__init__(f"the box {name!r} is not current: run python -m tools.vectors --boxes")
        self.name = name
        self.made_of = made_of


def box(name: str, key: str, share: bytes, info: bytes) -> bytes:
    """The box of this name, which the seal key named `key` opens to the share; `Unsealed` if there is none."""
    made_of = {"key": key, "share": share.hex(), "info": info.hex()}
    row = _read().get(name, {})
    sealed = bytes.fromhex(row.pop("box", ""))
    if row != made_of or not _holds(key, sealed, info, share):
        raise Unsealed(name, made_of)
    return sealed


def _holds(key: str, sealed: bytes, info: bytes, share: bytes) -> bool:
    try:
        return open_box(seal_key(key), sealed, info) == share
    except (InvalidTag, ValueError):
        return False


def _read() -> dict[str, dict[str, str]]:
    if not FILE.is_file():
        return {}
    boxes: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))["boxes"]
    return boxes


def _write(boxes: dict[str, dict[str, str]]) -> None:
    text = json.dumps({"about": _ABOUT, "boxes": dict(sorted(boxes.items()))}, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


def remake(use: Callable[[], object]) -> list[str]:
    """Make every box that `use` asks for and does not find; the names of those made."""
    made: list[str] = []
    while True:
        try:
            use()
        except Unsealed as missing:
            of = missing.made_of
            share, info = bytes.fromhex(of["share"]), bytes.fromhex(of["info"])
            new = {**of, "box": make_box(seal_key(of["key"]).public, share, info).hex()}
            _write({**_read(), missing.name: new})
            made.append(missing.name)
        else:
            return made
