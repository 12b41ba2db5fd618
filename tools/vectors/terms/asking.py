"""What cases of decisions are made of: a request, and the reasons of the decision in a short notation.

    +0      permitted at permission 0
    -0.1    constraint 1 of permission 0 does not hold
    ?0.1    constraint 1 of permission 0 is unknown
    none    no permission is about the action
    !0      prohibition 0 applies
    !0.1    prohibition 0 applies, because its constraint 1 is unknown

Before it stands the action with a colon, where it is not the first one that the request asks for.
"""

from __future__ import annotations

import re
from typing import Any, Final

from tools.vectors.files import VectorFile, accept
from tools.vectors.terms.prices import Json

_REASON: Final = re.compile(
    r"(?:(?P<action>[a-z-]+):)?(?:(?P<sign>[-+?!])(?P<rule>[0-9]+)(?:\.(?P<part>[0-9]+))?|none)"
)
_CODES: Final = {"+": "permitted", "-": "not-met", "?": "unknown", "!": "prohibited"}


def asks(*actions: str, **facts: Any) -> Json:
    """A request, by default for use."""
    return {"actions": list(actions or ("use",)), **facts}


def reason(short: str, first: str) -> Json:
    """A reason, from the short notation."""
    found = _REASON.fullmatch(short)
    if found is None:
        raise ValueError(short)
    action, sign, part = found["action"] or first, found["sign"], found["part"]
    if sign is None:
        return {"action": action, "code": "no-permission", "pointer": "/permissions"}
    code = "unknown" if sign == "!" and part else _CODES[sign]
    pointer = f"/{'prohibitions' if sign == '!' else 'permissions'}/{found['rule']}"
    return {"action": action, "code": code, "pointer": f"{pointer}/constraints/{part}" if part else pointer}


class Decisions:
    """The cases of one subject: all test `about`, and decide under the same permissions until told otherwise."""

    def __init__(self, made: VectorFile, *about: str) -> None:
        self.made = made
        self.about = ["LAD-TRM-028", *about]
        self.body: Json = {}

    def add(self, name: str, situation: str, asked: Json, reasons: str, binding: str = "") -> None:
        """Add a case. `reasons` in the short notation; `binding`: the numbers of the obligations that bind."""
        told = [reason(short, asked["actions"][0]) for short in reasons.split()]
        expect = accept(
            permitted=all(each["code"] == "permitted" for each in told),
            reasons=told,
            obligations=[f"/obligations/{number}" for number in binding.split()],
        )
        given = {"permissions": self.body, "request": asked}
        self.made.add(name, situation, given, expect, about=self.about)
