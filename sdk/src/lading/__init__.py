"""Lading: signed listings, contracts and transfer receipts, verifiable offline by anyone.

    import lading

    with lading.connect("https://exchange.example", lading.Identity.load("acme")) as x:
        listing = x.publish("roads.csv", title="Road sensors", terms=lading.Terms(price="100.00 EUR"))

    verdict = lading.verify("roads.lading.json", trust="trust.policy")

Names are loaded when they are first used, so that importing the package costs nothing.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lading.acts.terms import Standing, Terms
    from lading.client.aio import aconnect
    from lading.client.exchange import connect
    from lading.client.identity import Identity
    from lading.errors import (
        ContentMismatch,
        Dishonest,
        IdentityLocked,
        IdentityNotFound,
        LadingError,
        NotUnderstood,
        Unreachable,
        UsageProblem,
    )
    from lading.evidence.verdict import Finding, Status, Verdict
    from lading.evidence.verify import verify
    from lading.problems import Refused
    from lading.statement.words import Money

_HOMES = {
    "ContentMismatch": "lading.errors",
    "Dishonest": "lading.errors",
    "Finding": "lading.evidence.verdict",
    "Identity": "lading.client.identity",
    "IdentityLocked": "lading.errors",
    "IdentityNotFound": "lading.errors",
    "LadingError": "lading.errors",
    "Money": "lading.statement.words",
    "NotUnderstood": "lading.errors",
    "Refused": "lading.problems",
    "Standing": "lading.acts.terms",
    "Status": "lading.evidence.verdict",
    "Terms": "lading.acts.terms",
    "Unreachable": "lading.errors",
    "UsageProblem": "lading.errors",
    "Verdict": "lading.evidence.verdict",
    "aconnect": "lading.client.aio",
    "connect": "lading.client.exchange",
    "verify": "lading.evidence.verify",
}

__all__ = [
    "ContentMismatch",
    "Dishonest",
    "Finding",
    "Identity",
    "IdentityLocked",
    "IdentityNotFound",
    "LadingError",
    "Money",
    "NotUnderstood",
    "Refused",
    "Standing",
    "Status",
    "Terms",
    "Unreachable",
    "UsageProblem",
    "Verdict",
    "aconnect",
    "connect",
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
