"""What cases of accounts are made of: deliveries, payments, and a contract."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors.files import VectorFile, accept
from tools.vectors.terms.prices import Json, money, per_unit
from tools.vectors.terms.usage import START, Row, lines
from tools.vectors.world import DAY

NOW: Final = START + 100 * DAY
ROWS: Final = per_unit(money("0.5"))


def delivery(sequence: int, **more: Any) -> Json:
    """A delivery, registered on the day of its number, received an hour later."""
    registered = START + sequence * DAY
    base = {"id": f"delivery-{sequence}", "sequence": sequence, "registered": registered}
    if more.get("state", "received") == "received":
        base["received"] = registered + 3_600_000
    return {**base, "state": "received", **more}


def window(sequence: int, first: int, last: int, **more: Any) -> Json:
    """A delivery of a window whose positions were all answered."""
    return delivery(sequence, **{"first": first, "last": last, "count": last - first + 1, **more})


def payment(name: str, kind: str, amount: str, day: int = 50, currency: str = "EUR", **more: Any) -> Json:
    """A payment statement."""
    base = {"id": name, "kind": kind, "amount": money(amount, currency), "reference": name.upper()}
    return {**base, "registered": START + day * DAY, **more}


def settled(amount: str) -> tuple[Json, ...]:
    """An amount that was paid and acknowledged."""
    return payment("p", "paid", amount), payment("r", "received", amount, 51, answers="p")


class Accounts:
    """The cases of one subject: all test `about`, for a contract at one price until told otherwise."""

    def __init__(self, made: VectorFile, *about: str) -> None:
        self.made = made
        self.about = about
        self.contract: Json = {"price": ROWS, "started": START}
        self.deliveries: tuple[Json, ...] = ()
        self.now = NOW

    def add(
        self,
        name: str,
        situation: str,
        payments: tuple[Json, ...],
        sums: str,
        found: str,
        *rows: Row,
        units: int = 0,
    ) -> None:
        """Add a case. `sums`: owed, invoiced, paid, acknowledged, balance; `found`: each a code and its statement."""
        words = ("owed", "invoiced", "paid", "acknowledged", "balance")
        findings = [
            {"code": code, "statement": shown or None}
            for code, _, shown in (each.partition(":") for each in found.split())
        ]
        expect = accept(
            units=units, lines=lines(rows), **dict(zip(words, sums.split(), strict=True)), findings=findings
        )
        given = {
            "contract": self.contract,
            "deliveries": list(self.deliveries),
            "payments": list(payments),
            "now": self.now,
        }
        self.made.add(name, situation, given, expect, about=self.about)
