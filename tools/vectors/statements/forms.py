"""One form of a value, shown in one member of one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tools.vectors import scenarios
from tools.vectors.primitives import key, listed
from tools.vectors.sealing import listed_seal, seal_key
from tools.vectors.statements.carrier import NAMED, SEALED, Bytes, members, pointer, put, signed
from tools.vectors.world import ABSENT


class Form:
    """Adds a case for each value that is, or is not, of the form."""

    def __init__(self, cases: Bytes, name: str, about: str, act: str, *path: str | int) -> None:
        self.cases, self.name, self.about, self.act, self.path = cases, name, about, act, path

    def _text(self, value: object) -> str:
        base = members(self.act, **self._base())
        return signed(put(value, self.path, base))

    def _base(self) -> dict[str, Any]:
        if self.path[0] == "standing":
            return {"standing": scenarios.STANDING}
        if self.path[:2] == ("keys", 1):
            return {"keys": [listed(key("acme").x), listed_seal(seal_key("buyer-seal").public)]}
        if self.path[:2] == ("sealed", "consumer"):
            return {"form": "sealed", "sealed": SEALED}
        if self.path[0] == "identifiers":
            return {"identifiers": ["lei:1"]}
        if self.path[0] == "reference":
            return {"offer": ABSENT, "listing": NAMED["other"], "purpose": "research"}
        if self.path[0] == "exchange":
            return {"kind": "exchange", "exchange": scenarios.exchange(), "home": ABSENT}
        return {}

    def judge(self, values: Mapping[str, tuple[object, bool]], *, limit: Sequence[str] = ()) -> Form:
        """Values, each with whether it is of the form."""
        self.pass_({name: value for name, (value, passes) in values.items() if passes}, limit=limit)
        return self.fail({name: value for name, (value, passes) in values.items() if not passes}, limit=limit)

    def pass_(self, values: Mapping[str, object], *, limit: Sequence[str] = ()) -> Form:
        """Values that are of the form; those named in `limit` lie on a limit."""
        for name, value in values.items():
            self.cases.accept(
                f"{self.name}-{name}",
                f"A value of the form: {self.name}, {name}.",
                self._text(value),
                about=[self.about],
                flags=["boundary"] if name in limit else (),
            )
        return self

    def fail(self, values: Mapping[str, object], *, limit: Sequence[str] = ()) -> Form:
        """Values that are not."""
        for name, value in values.items():
            self.cases.refuse(
                f"{self.name}-{name}",
                f"Not of the form: {self.name}, {name}.",
                self._text(value),
                "bad-member",
                pointer=pointer(self.path),
                about=[self.about],
                flags=["boundary"] if name in limit else (),
            )
        return self
