"""Lading: signed listings, contracts and transfer receipts, verifiable offline by anyone.

    import lading

    with lading.connect("https://exchange.example", lading.Identity.load("acme")) as x:
        listing = x.publish(
            "roads.csv",
            title="Road sensors",
            source="Our own sensors",
            collection="sensor",
            terms=lading.Terms("100.00 EUR"),
        )

    verdict = lading.verify("roads.lading.json", trust="trust.policy")

Names are loaded when they are first used, so that importing the package costs nothing.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lading.client.aexchange import AsyncExchange
    from lading.client.config import ClientConfig
    from lading.client.connect import aconnect, connect
    from lading.client.dossier import Evidence
    from lading.client.drafting.draft import Draft, draft
    from lading.client.exchange import Exchange
    from lading.client.identity import Identity
    from lading.client.prices import Free, PerUnit, RevenueShare, Subscription, Tiered
    from lading.client.results import (
        Claimed,
        Contract,
        Delivery,
        Listing,
        Offer,
        Received,
    )
    from lading.client.terms import Terms
    from lading.errors import (
        ApprovalPending,
        ApprovalRefused,
        ContentMismatch,
        Dishonest,
        IdentityLocked,
        IdentityNotFound,
        Insufficient,
        LadingError,
        NotUnderstood,
        TimedOut,
        Unreachable,
        UsageProblem,
    )
    from lading.evidence.claims import judge
    from lading.evidence.verdict import Finding, Status, Verdict
    from lading.evidence.verify import verify
    from lading.problems import Refused
    from lading.statement.words import Money
    from lading.transfer.judge import Judgement
    from lading.transfer.sealing import ProvableFault

_HOMES = {
    "ApprovalPending": "lading.errors",
    "ApprovalRefused": "lading.errors",
    "AsyncExchange": "lading.client.aexchange",
    "Claimed": "lading.client.results",
    "ClientConfig": "lading.client.config",
    "ContentMismatch": "lading.errors",
    "Contract": "lading.client.results",
    "Delivery": "lading.client.results",
    "Dishonest": "lading.errors",
    "Draft": "lading.client.drafting.draft",
    "Evidence": "lading.client.dossier",
    "Exchange": "lading.client.exchange",
    "Finding": "lading.evidence.verdict",
    "Free": "lading.client.prices",
    "Identity": "lading.client.identity",
    "IdentityLocked": "lading.errors",
    "IdentityNotFound": "lading.errors",
    "Insufficient": "lading.errors",
    "LadingError": "lading.errors",
    "Judgement": "lading.transfer.judge",
    "Listing": "lading.client.results",
    "Money": "lading.statement.words",
    "NotUnderstood": "lading.errors",
    "Offer": "lading.client.results",
    "PerUnit": "lading.client.prices",
    "ProvableFault": "lading.transfer.sealing",
    "Received": "lading.client.results",
    "Refused": "lading.problems",
    "RevenueShare": "lading.client.prices",
    "Status": "lading.evidence.verdict",
    "Subscription": "lading.client.prices",
    "Terms": "lading.client.terms",
    "Tiered": "lading.client.prices",
    "TimedOut": "lading.errors",
    "Unreachable": "lading.errors",
    "UsageProblem": "lading.errors",
    "Verdict": "lading.evidence.verdict",
    "aconnect": "lading.client.connect",
    "connect": "lading.client.connect",
    "draft": "lading.client.drafting.draft",
    "judge": "lading.evidence.claims",
    "verify": "lading.evidence.verify",
}

__all__ = [
    "ApprovalPending",
    "ApprovalRefused",
    "AsyncExchange",
    "Claimed",
    "ClientConfig",
    "ContentMismatch",
    "Contract",
    "Delivery",
    "Dishonest",
    "Draft",
    "Evidence",
    "Exchange",
    "Finding",
    "Free",
    "Identity",
    "IdentityLocked",
    "IdentityNotFound",
    "Insufficient",
    "Judgement",
    "LadingError",
    "Listing",
    "Money",
    "NotUnderstood",
    "Offer",
    "PerUnit",
    "ProvableFault",
    "Received",
    "Refused",
    "RevenueShare",
    "Status",
    "Subscription",
    "Terms",
    "Tiered",
    "TimedOut",
    "Unreachable",
    "UsageProblem",
    "Verdict",
    "aconnect",
    "connect",
    "draft",
    "judge",
    "verify",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'lading' has no attribute {name!r}")
    value: object = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
