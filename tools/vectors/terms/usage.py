"""What cases of what is due are made of: some usage, and the lines that it leads to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tools.vectors.files import VectorFile, accept
from tools.vectors.terms.prices import Json
from tools.vectors.world import DAY

Row = tuple[str, int, str]
START: Final = 1_795_424_400_000
"""When the contracts of these cases are concluded: 2026-11-23T09:00:00.000Z, in milliseconds since the epoch."""


def lines(rows: Iterable[Row]) -> list[Json]:
    """Lines: kind, quantity and amount."""
    return [{"code": code, "quantity": quantity, "amount": amount} for code, quantity, amount in rows]


def usage(**given: Any) -> Json:
    """Some usage; by default, of a contract concluded a day ago, in which nothing was received."""
    return {"concluded": True, "units": 0, "started": START, "now": START + DAY, **given}


def add(
    made: VectorFile, name: str, situation: str, price: Json, used: Json, rows: Iterable[Row], **more: Any
) -> None:
    """Add a case. `more`: `committed`, `about`, `flags`."""
    about = ["LAD-TRM-010", *more.get("about", ())]
    expect = accept(currency=_currency(price), lines=lines(rows), committed=more.get("committed"))
    made.add(
        name, situation, {"price": price, "usage": used}, expect, about=about, flags=more.get("flags", ())
    )


def _currency(price: Json) -> str | None:
    if "tiers" in price:
        return str(price["tiers"][0]["price"]["currency"])
    if "currency" in price:
        return str(price["currency"])
    inner = price.get("price") or price.get("amount")
    return None if inner is None else str(inner["currency"])
