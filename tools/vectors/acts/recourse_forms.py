"""The members of payments, rulings, grants, disclosures, and claims without a proof: combinations, and others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tools.vectors.primitives import digest, moment
from tools.vectors.world import ABSENT, DAY, START

Changes = Mapping[str, Any]
Shapes = dict[str, tuple[str, Changes]]

_OTHER: Final = digest(b"lading vectors id other")
_NOW: Final = moment(START)
_LATER: Final = moment(START + 40 * DAY)
_MONEY: Final = {"amount": "100.00", "currency": "EUR"}
_DOCUMENT: Final = {
    "name": "document.pdf",
    "media_type": "application/pdf",
    "size": 1000,
    "digest": digest(b"d"),
}
_MOST: Final = [{**_DOCUMENT, "name": f"{number}.pdf"} for number in range(16)]
_PERIOD: Final = {"since": _NOW, "until": _LATER}
_RECEIVED: Final = {"kind": "received", "answers": _OTHER}
_REFUND: Final = {"kind": "refund", "amount": _MONEY}
_OPENED: Final = {"reader": _OTHER, "until": _LATER}
_PLAIN: Final = {"ground": "quality", "proof": ABSENT}
_ANSWER: Final = {
    "statement": ABSENT,
    "ground": ABSENT,
    "proof": ABSENT,
    "replies_to": _OTHER,
    "answer": "denied",
}
GROUNDS: Final = (
    "not-delivered",
    "late",
    "not-as-described",
    "quality",
    "incomplete",
    "unlawful",
    "rights",
    "personal-data",
    "objection",
    "misuse",
    "overcharged",
    "unpaid",
    "breach",
)
"""Grounds that are not proven and need no sample."""


def bodies() -> dict[str, dict[str, Any]]:
    """Each of these acts with the members that it needs, and no others."""
    words = {"authority": "Tax office", "legal_basis": "Order 17", "scope": "The statement."}
    return {
        "payment": {"contract": _OTHER, "kind": "invoice", "amount": _MONEY, "reference": "I-1"},
        "ruling": {"claim": _OTHER, "outcome": "upheld"},
        "grant": {"contract": _OTHER, "to": _OTHER, "until": _LATER},
        "disclosure": {"statement": _OTHER, **words, "response": "complied"},
    }


def optional() -> dict[str, Changes]:
    """Members that these acts can have besides those they need."""
    return {
        "payment": {"delivery": _OTHER, "document": _DOCUMENT, "units": 12, "period": _PERIOD},
        "ruling": {
            "remedy": {**_REFUND, "by": _LATER},
            "text": "Half of it\nis noise.",
            "reasons": _DOCUMENT,
        },
        "grant": {},
        "disclosure": {**_OPENED, "document": _DOCUMENT},
    }


def other_shapes() -> dict[str, Shapes]:
    """Permitted combinations besides the smallest and the largest."""
    remedies = ("redelivery", "erasure", "correction", "termination", "none")
    return {
        "payment": {
            "paid": ("Paid.", {"kind": "paid"}),
            "paid-answers": ("Paid, in answer to an invoice.", {"kind": "paid", "answers": _OTHER}),
            "received": ("Received.", _RECEIVED),
            "sales": ("Sales of a period.", {"kind": "sales", "period": _PERIOD, "units": 0}),
            "amount-0": ("An amount of nothing.", {"amount": {"amount": "0.00", "currency": "EUR"}}),
        },
        "ruling": {
            "dismissed": ("Dismissed.", {"outcome": "dismissed"}),
            "settled": ("Settled.", {"outcome": "settled"}),
            **{name: (f"The remedy {name}.", {"remedy": {"kind": name}}) for name in remedies},
            "text-longest": ("Reasons of 2000 characters.", {"text": "x" * 2000}),
        },
        "disclosure": {
            **{said: (f"The response {said}.", {"response": said}) for said in ("refused", "challenged")},
            "partly": ("A part, to a reader.", {"response": "partly", **_OPENED}),
            "longest": (
                "The longest texts.",
                {"authority": "x" * 200, "legal_basis": "x" * 400, "scope": "x" * 1000},
            ),
        },
    }


def wrong_shapes() -> dict[str, Shapes]:
    """What these acts must not look like, beside missing and unknown members."""
    return {
        "payment": _payments(),
        "ruling": _rulings(),
        "grant": {"until-absent-form": ("An end that is no time.", {"until": "2027"})},
        "disclosure": {
            "response-unknown": ("A response that the act does not have.", {"response": "ignored"}),
            "reader-alone": ("A reader without an end.", {"reader": _OTHER}),
            "until-alone": ("An end without a reader.", {"until": _LATER}),
            **{
                f"{said}-reader": (f"A reader with the response {said}.", {"response": said, **_OPENED})
                for said in ("refused", "challenged")
            },
            "authority-long": ("An authority of 201 characters.", {"authority": "x" * 201}),
            "legal-basis-long": ("A legal basis of 401 characters.", {"legal_basis": "x" * 401}),
            "scope-long": ("A scope of 1001 characters.", {"scope": "x" * 1001}),
            "document-list": ("A list of documents.", {"document": [_DOCUMENT]}),
        },
    }


def _payments() -> Shapes:
    backwards = {"since": _LATER, "until": _NOW}
    return {
        "kind-unknown": ("A kind that the act does not have.", {"kind": "refund"}),
        "received-alone": ("Received, without what was paid.", {"kind": "received"}),
        "invoice-answers": ("An invoice that answers.", {"answers": _OTHER}),
        "sales-answer": ("Sales that answer.", {"kind": "sales", "answers": _OTHER}),
        "paid-units": ("Paid, with units.", {"kind": "paid", "units": 1}),
        "paid-period": ("Paid, with a period.", {"kind": "paid", "period": _PERIOD}),
        "received-units": ("Received, with units.", {**_RECEIVED, "units": 1}),
        "received-period": ("Received, with a period.", {**_RECEIVED, "period": _PERIOD}),
        "period-backwards": ("A period that ends before it begins.", {"period": backwards}),
        "period-of-nothing": (
            "A period that ends when it begins.",
            {"period": {"since": _NOW, "until": _NOW}},
        ),
        "period-open": ("A period without an end.", {"period": {"since": _NOW}}),
        "period-unknown-member": ("A period with another member.", {"period": {**_PERIOD, "days": 40}}),
        "units-negative": ("A negative number of units.", {"units": -1}),
        "amount-negative": ("A negative amount.", {"amount": {"amount": "-1.00", "currency": "EUR"}}),
        "amount-text": ("An amount that is a text.", {"amount": "100.00 EUR"}),
        "reference-space": ("A reference with a space.", {"reference": "I 1"}),
        "document-no-digest": ("A document without a digest.", {"document": {"name": "x.pdf"}}),
    }


def _rulings() -> Shapes:
    return {
        "outcome-unknown": ("An outcome that the act does not have.", {"outcome": "undecided"}),
        "dismissed-remedy": (
            "A remedy of what is dismissed.",
            {"outcome": "dismissed", "remedy": {"kind": "none"}},
        ),
        "remedy-unknown": ("A remedy that the act does not have.", {"remedy": {"kind": "apology"}}),
        "refund-no-amount": ("A refund without amount.", {"remedy": {"kind": "refund"}}),
        "erasure-amount": ("An erasure with an amount.", {"remedy": {"kind": "erasure", "amount": _MONEY}}),
        "remedy-unknown-member": (
            "A remedy with another member.",
            {"remedy": {"kind": "none", "to": _OTHER}},
        ),
        "text-long": ("Reasons of 2001 characters.", {"text": "x" * 2001}),
    }


def claims() -> Shapes:
    """Permitted claims without a proof, and answers."""
    return {
        **{ground: (f"The ground {ground}.", {**_PLAIN, "ground": ground}) for ground in GROUNDS},
        "leak": ("A leak, with a sample.", {**_PLAIN, "ground": "leak", "evidence": [_DOCUMENT]}),
        "evidence-16": ("16 documents.", {**_PLAIN, "evidence": _MOST}),
        "text-longest": ("Words of 2000 characters.", {**_PLAIN, "text": "x" * 2000}),
        "remedy": ("What the claimant asks for.", {**_PLAIN, "remedy": "redelivery"}),
        "denied": ("An answer that denies.", _ANSWER),
        "conceded": (
            "An answer that concedes, with words and documents.",
            {**_ANSWER, "answer": "conceded", "text": "So it is.", "evidence": [_DOCUMENT]},
        ),
    }


def wrong_claims() -> Shapes:
    """What claims without a proof, and answers, must not look like."""
    return {
        "no-statement": ("The member statement is missing.", {"statement": ABSENT}),
        "no-ground": ("The member ground is missing.", {"ground": ABSENT}),
        "no-proof": ("The member proof is missing.", {"proof": ABSENT}),
        "quality-proof": ("A proof of a ground that is not proven.", {"ground": "quality"}),
        "proof-evidence": ("Documents beside a proof.", {"evidence": [_DOCUMENT]}),
        "leak-no-evidence": ("A leak without a sample.", {**_PLAIN, "ground": "leak"}),
        "evidence-empty": ("No documents.", {**_PLAIN, "evidence": []}),
        "evidence-17": ("17 documents.", {**_PLAIN, "evidence": [*_MOST, _DOCUMENT]}),
        "text-long": ("Words of 2001 characters.", {**_PLAIN, "text": "x" * 2001}),
        "claim-answer": ("A claim with an answer.", {**_PLAIN, "answer": "denied"}),
        "answer-unknown": ("An answer that the act does not have.", {**_ANSWER, "answer": "maybe"}),
        "answer-missing": ("An answer that says nothing.", {**_ANSWER, "answer": ABSENT}),
        "answer-to-nothing": ("An answer without the claim.", {**_ANSWER, "replies_to": ABSENT}),
        "answer-statement": ("An answer with a statement.", {**_ANSWER, "statement": _OTHER}),
        "answer-ground": ("An answer with a ground.", {**_ANSWER, "ground": "quality"}),
        "answer-remedy": ("An answer with a remedy.", {**_ANSWER, "remedy": "refund"}),
        "answer-proof": ("An answer with the proof of a claim.", {**_ANSWER, "proof": {"index": 0}}),
    }
