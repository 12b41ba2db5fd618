"""Boxes that are fixed input, since nobody can make a box twice.

    python -m tools.vectors --boxes      # make those of the vectors that are missing or not current
    python -m tools.examples --boxes     # the same for the examples of the specification

A file has each box under a name, with what it was made of. Whoever asks for a box says what it has to hold, for whom
and with which `info`; the box is opened, and must hold just that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag

from tools.vectors.sealing import SealKey, make_box, open_box, seal_key


class Unsealed(Exception):
    """A box that is not there, or not of this."""

    def __init__(self, boxes: Boxes, name: str, made_of: Mapping[str, str]) -> None:
        super().__init__(f"the box {name!r} is not current: run {boxes.command}")
        self.boxes = boxes
        self.name = name
        self.made_of = made_of


@dataclass(frozen=True)
class Boxes:
    """The boxes of one file. `key_of` gives the seal key of a name; `command` makes the boxes."""

    path: Path
    key_of: Callable[[str], SealKey]
    command: str

    def box(self, name: str, key: str, share: bytes, info: bytes) -> bytes:
        """The box of this name, which the seal key named `key` opens to the share; `Unsealed` if there is none."""
        made_of = {"key": key, "share": share.hex(), "info": info.hex()}
        row = self._read().get(name, {})
        sealed = bytes.fromhex(row.pop("box", ""))
        if row != made_of or not self._holds(key, sealed, info, share):
            raise Unsealed(self, name, made_of)
        return sealed

    def _holds(self, key: str, sealed: bytes, info: bytes, share: bytes) -> bool:
        try:
            return open_box(self.key_of(key), sealed, info) == share
        except (InvalidTag, ValueError):
            return False

    def make(self, name: str, made_of: Mapping[str, str]) -> None:
        """Make a box, and keep it."""
        share, info = bytes.fromhex(made_of["share"]), bytes.fromhex(made_of["info"])
        box = make_box(self.key_of(made_of["key"]).public, share, info)
        boxes = {**self._read(), name: {**made_of, "box": box.hex()}}
        about = f"Boxes that {self.command} made. They are random: another run would make others."
        text = json.dumps({"about": about, "boxes": dict(sorted(boxes.items()))}, indent=1)
        self.path.write_text(text + "\n", encoding="utf-8")

    def _read(self) -> dict[str, dict[str, str]]:
        if not self.path.is_file():
            return {}
        boxes: dict[str, dict[str, str]] = json.loads(self.path.read_text(encoding="utf-8"))["boxes"]
        return boxes


VECTORS = Boxes(Path(__file__).with_name("boxes.json"), seal_key, "python -m tools.vectors --boxes")
"""The boxes of the vectors."""


def remake(use: Callable[[], object]) -> None:
    """Make every box that `use` asks for and does not find."""
    while True:
        try:
            use()
        except Unsealed as missing:
            missing.boxes.make(missing.name, missing.made_of)
        else:
            return
