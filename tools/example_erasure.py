"""A listing that said too much, and a letter that nobody answered: an erasure and a notarisation."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from lading.register.erasing import told_of

if TYPE_CHECKING:
    from tools.example_trade import Trade

DAY: Final = 24 * 3600
LATER: Final = 160 * DAY
"""Seconds after the start of the trade at which this part of the story begins."""
NAMES: Final = ("erasure", "notarisation")


def tidy(trade: Trade) -> None:
    """The exchange erases a listing whose description names a person, and notarises a letter to another exchange."""
    provenance = {"source": "Drivers of Acme Roads Ltd, by name", "collection": "survey"}
    listing: dict[str, Any] = {"type": "listing", "kind": "dataset", "title": "Shifts of our drivers"}
    trade.put("too-much", "acme", LATER, {**trade.issued("acme"), **listing, "provenance": provenance})
    told = told_of(trade.sight, trade.id("too-much"))
    why = {"ground": "personal-data", "legal_basis": "Article 17 of Regulation (EU) 2016/679"}
    erasure = {**trade.issued("exchange"), "type": "erasure", **told, **why}
    trade.put("erasure", "exchange", LATER + DAY, erasure)
    letter = "sha256:" + hashlib.sha256(b"lading example letter").hexdigest()
    shown = {"digest": letter, "media_type": "application/pdf", "reader": trade.id("buyer")}
    text = {"text": "A notice of termination that its addressee's exchange did not register"}
    said = {**trade.issued("exchange"), "type": "notarisation", **shown, **text}
    trade.put("notarisation", "exchange", LATER + 2 * DAY, said)
