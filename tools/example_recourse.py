"""A contract with an arbiter, for the examples: it is paid, disputed, decided on, and opened to others."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from lading.statement.words import format_time
from tools import example_trade

if TYPE_CHECKING:
    from tools.example_trade import Trade

BEGINS: Final = 60 * 24 * 3600
"""Seconds after the start of the trade."""
NAMES: Final[tuple[str, ...]] = (
    "payment-invoice",
    "payment-paid",
    "payment",
    "claim-leak",
    "claim-answer",
    "ruling",
    "grant",
    "disclosure",
)
"""The statements that pages show."""
PRICE: Final = {"amount": "250.00", "currency": "EUR"}


def dispute(trade: Trade) -> None:
    """From the contract to the ruling, and who reads about it."""
    _people(trade)
    _contract(trade)
    _payments(trade)
    _claim(trade)
    _openings(trade)


def _say(trade: Trade, name: str, by: str, seconds: int, act: str, **members: Any) -> None:
    trade.put(name, by, BEGINS + seconds, {**trade.issued(by), "type": act, **members})


def _people(trade: Trade) -> None:
    described = {"kind": "company", "jurisdiction": "CH", "home": trade.id("exchange"), "type": "participant"}
    for seconds, name, title in ((0, "court", "Data Arbitration Chamber"), (1, "auditor", "Audit & Sons AG")):
        keys = {"keys": [example_trade.key(name)], "next": [example_trade.signer(f"{name}-next").thumbprint]}
        trade.put(name, name, BEGINS + seconds, {**described, "name": title, **keys})
    decided = {"participant": trade.id("court"), "status": "admitted", "roles": ["arbiter"]}
    _say(trade, "admission-court", "exchange", 60, "admission", **decided)


def _contract(trade: Trade) -> None:
    terms = {**example_trade.TERMS, "price": PRICE, "arbiter": trade.id("court")}
    standing = {"terms": terms, "expires_at": "2027-06-30T23:59:59.999Z"}
    described = {
        "kind": "dataset",
        "title": "Tunnel sensor positions",
        "provenance": example_trade.PROVENANCE,
    }
    _say(trade, "listing-judged", "acme", 100, "listing", **described, standing=standing)
    chosen = {"listing": trade.id("listing-judged"), "purpose": "research", "reference": "PO-2027-0004"}
    _say(trade, "acceptance-judged", "buyer", 200, "acceptance", **chosen)
    handed = {
        "contract": trade.id("acceptance-judged"),
        "sequence": 1,
        "form": "clear",
        "custody": "exchange",
    }
    _say(trade, "delivery-judged", "acme", 300, "delivery", **handed, **example_trade.clear_content())
    held = {name: value for name, value in example_trade.clear_content().items() if name != "chunk_size"}
    taken = {"delivery": trade.id("delivery-judged"), "outcome": "accepted", **held}
    _say(trade, "receipt-judged", "buyer", 400, "receipt", **taken)


def _payments(trade: Trade) -> None:
    said = {"contract": trade.id("acceptance-judged"), "amount": PRICE}
    invoice = {"kind": "invoice", "reference": "R-2027-0031", "delivery": trade.id("delivery-judged")}
    shown = {"document": _attachment("invoice.pdf", "application/pdf")}
    _say(trade, "payment-invoice", "acme", 500, "payment", **said, **invoice, **shown)
    paid = {"kind": "paid", "reference": "B-77120", "answers": trade.id("payment-invoice")}
    _say(trade, "payment-paid", "buyer", 600, "payment", **said, **paid)
    received = {"kind": "received", "reference": "K-2027-0019", "answers": trade.id("payment-paid")}
    _say(trade, "payment", "acme", 700, "payment", **said, **received)


def _claim(trade: Trade) -> None:
    sample = [_attachment("found.csv", "text/csv")]
    leak = {"statement": trade.id("delivery-judged"), "ground": "leak", "evidence": sample}
    words = "These lines stand on a public site; the mark in them is that of this delivery."
    _say(trade, "claim-leak", "acme", 800, "claim", **leak, text=words, remedy="erasure")
    answer = {
        "replies_to": trade.id("claim-leak"),
        "answer": "denied",
        "text": "The lines were public before.",
    }
    _say(trade, "claim-answer", "buyer", 900, "claim", **answer)
    remedy = {"kind": "erasure", "by": format_time(trade.time + 30 * 24 * 3_600_000)}
    decided = {"claim": trade.id("claim-leak"), "outcome": "upheld", "remedy": remedy}
    reasons = {"text": "Every marked line is among those delivered.", "reasons": _attachment("reasons.pdf")}
    _say(trade, "ruling", "court", 1000, "ruling", **decided, **reasons)


def _openings(trade: Trade) -> None:
    until = format_time(trade.time + 90 * 24 * 3_600_000)
    opened = {"contract": trade.id("acceptance-judged"), "to": trade.id("auditor"), "until": until}
    _say(trade, "grant", "buyer", 1100, "grant", **opened)
    demand = {
        "statement": trade.id("acceptance-judged"),
        "authority": "Cantonal tax office",
        "legal_basis": "Order of 18 January 2027 under the tax procedure act",
        "scope": "The contract and its price; the acceptance was shown on paper.",
        "response": "complied",
        "document": _attachment("order.pdf"),
    }
    _say(trade, "disclosure", "acme", 1200, "disclosure", **demand)


def _attachment(name: str, media_type: str = "application/pdf") -> dict[str, Any]:
    shown = f"lading example {name}".encode()
    digest = "sha256:" + hashlib.sha256(shown).hexdigest()
    return {"name": name, "media_type": media_type, "size": len(shown), "digest": digest}
