"""The members of attestations, notices, deletions and lapses: permitted combinations, and others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tools.vectors.primitives import b64url, digest, moment
from tools.vectors.world import ABSENT, DAY, START

Changes = Mapping[str, Any]
Shapes = dict[str, tuple[str, Changes]]

_OTHER: Final = digest(b"lading vectors id other")
_LATER: Final = moment(START + 40 * DAY)
_DOCUMENT: Final = {
    "name": "report.pdf",
    "media_type": "application/pdf",
    "size": 1000,
    "digest": digest(b"r"),
}
_SIGNED: Final = {"suite": "ml-dsa-65", "signature": b64url(b"signature")}
_SECOND: Final = {"kind": "second-signature", "outcome": "noted", **_SIGNED}
_TERMINATE: Final = {"kind": "terminate", "effective_at": _LATER}
_RECALL: Final = {"kind": "recall", "erase_by": _LATER}
_OUTAGE: Final = {"kind": "outage", "contract": ABSENT, "since": moment(START), "until": _LATER}
_NUMBERED: Final = {"delivery": ABSENT, "contract": _OTHER, "sequence": 1}


def bodies() -> dict[str, dict[str, Any]]:
    """Each of these acts with the members that it needs, and no others."""
    return {
        "attestation": {"statement": _OTHER, "kind": "quality", "outcome": "passed"},
        "notice": {"kind": "suspend", "contract": _OTHER, "ground": "law"},
        "deletion": {"contract": _OTHER, "method": "destroyed", "deleted_at": moment(START)},
    }


def optional() -> dict[str, Changes]:
    """Members that these acts can have besides those they need."""
    found = {
        "grant": _OTHER,
        "evidence": [_DOCUMENT],
        "expires_at": _LATER,
        "qualification": "Chartered surveyor.",
    }
    left = {"recall": _OTHER, "deliveries": [1, 2], "remains": "A backup.", "document": _DOCUMENT}
    return {
        "attestation": found,
        "notice": {"text": "An order\nof the supervisor.", "instrument": "urn:example:law"},
        "deletion": left,
    }


def other_shapes() -> dict[str, Shapes]:
    """Permitted combinations besides the smallest and the largest."""
    most = [{**_DOCUMENT, "name": f"{number}.pdf"} for number in range(16)]
    kinds = ("authorisation", "compliance", "conformance", "export-assessment", "provenance")
    more = ("security-assessment", "surveying", "valuation")
    return {
        "attestation": {
            **{kind: (f"The kind {kind}.", {"kind": kind}) for kind in (*kinds, *more)},
            **{said: (f"The outcome {said}.", {"outcome": said}) for said in ("failed", "noted")},
            "second-signature": ("A second signature.", _SECOND),
            "second-signature-longest": (
                "A second signature of 16384 characters.",
                {**_SECOND, "signature": "A" * 16_384},
            ),
            "evidence-16": ("16 attachments.", {"evidence": most}),
            "evidence-url": (
                "An attachment that lies elsewhere too.",
                {"evidence": [{**_DOCUMENT, "url": "https://dave.example/r.pdf"}]},
            ),
        },
        "notice": {
            "resume": ("A resumption.", {"kind": "resume"}),
            "terminate": ("A termination.", _TERMINATE),
            "terminate-breach": ("After a ruling.", {**_TERMINATE, "ground": "breach", "ruling": _OTHER}),
            "breach-alone": ("A breach without a ruling.", {**_TERMINATE, "ground": "breach"}),
            "recall": ("A recall of everything.", _RECALL),
            "recall-most": ("A recall of 1024 numbers.", {**_RECALL, "deliveries": [*range(1, 1025)]}),
            "outage": ("An outage.", _OUTAGE),
            "outage-shortest": ("An outage of a millisecond.", {**_OUTAGE, "until": moment(START + 1)}),
        },
        "deletion": {
            "largest-number": ("The largest number.", {"deliveries": [2_147_483_647]}),
        },
        "lapse": {"numbered": ("By contract and number.", _NUMBERED)},
    }


def wrong_shapes() -> dict[str, Shapes]:
    """What these acts must not look like, beside missing and unknown members."""
    return {
        "attestation": _attestations(),
        "notice": {**_notices(), **_of_another_kind()},
        "deletion": _deletions(),
        "lapse": {
            "nothing": ("Neither delivery nor contract.", {"delivery": ABSENT}),
            "both": ("A delivery, and a contract with a number.", {**_NUMBERED, "delivery": _OTHER}),
            "no-sequence": ("A contract without number.", {**_NUMBERED, "sequence": ABSENT}),
            "no-contract": ("A number without contract.", {**_NUMBERED, "contract": ABSENT}),
            "sequence-beside-delivery": ("A number beside a delivery.", {"sequence": 1}),
            "sequence-0": ("Number 0.", {**_NUMBERED, "sequence": 0}),
        },
    }


def _attestations() -> Shapes:
    few = [{**_DOCUMENT, "name": f"{number}.pdf"} for number in range(17)]
    return {
        "kind-unknown": ("A kind that the act does not have.", {"kind": "audit"}),
        "outcome-unknown": ("An outcome that the act does not have.", {"outcome": "partly"}),
        "evidence-empty": ("No evidence.", {"evidence": []}),
        "evidence-17": ("17 attachments.", {"evidence": few}),
        "evidence-no-digest": (
            "An attachment without digest.",
            {"evidence": [{name: value for name, value in _DOCUMENT.items() if name != "digest"}]},
        ),
        "qualification-empty": ("An empty qualification.", {"qualification": ""}),
        "qualification-401": ("A qualification of 401 characters.", {"qualification": "x" * 401}),
        "suite-alone": ("A suite without signature.", {**_SECOND, "signature": ABSENT}),
        "signature-alone": ("A signature without suite.", {**_SECOND, "suite": ABSENT}),
        "second-signature-unsigned": (
            "A second signature without suite and signature.",
            {**_SECOND, "suite": ABSENT, "signature": ABSENT},
        ),
        "signed-opinion": ("Another kind with suite and signature.", _SIGNED),
        "second-signature-passed": ("A second signature that passed.", {**_SECOND, "outcome": "passed"}),
        "second-signature-evidence": ("With evidence.", {**_SECOND, "evidence": [_DOCUMENT]}),
        "second-signature-grant": ("With a grant.", {**_SECOND, "grant": _OTHER}),
        "second-signature-expires": ("With an end.", {**_SECOND, "expires_at": _LATER}),
        "signature-16385": (
            "A signature of 16385 characters.",
            {**_SECOND, "signature": "A" * 16_385},
        ),
        "signature-padded": ("A signature with padding.", {**_SECOND, "signature": "QQ=="}),
    }


def _notices() -> Shapes:
    same = moment(START)
    return {
        "no-contract": ("A suspension without contract.", {"contract": ABSENT}),
        "kind-unknown": ("A kind that the act does not have.", {"kind": "pause"}),
        "text-1001": ("A text of 1001 characters.", {"text": "x" * 1001}),
        "terminate-no-end": ("A termination without end.", {**_TERMINATE, "effective_at": ABSENT}),
        "terminate-no-contract": ("A termination without contract.", {**_TERMINATE, "contract": ABSENT}),
        "ruling-no-breach": ("A ruling, with another ground.", {**_TERMINATE, "ruling": _OTHER}),
        "recall-no-end": ("A recall without date.", {**_RECALL, "erase_by": ABSENT}),
        "recall-nothing": ("A recall of no numbers.", {**_RECALL, "deliveries": []}),
        "recall-1025": ("A recall of 1025 numbers.", {**_RECALL, "deliveries": [*range(1, 1026)]}),
        "recall-twice": ("A number stands twice.", {**_RECALL, "deliveries": [1, 1]}),
        "recall-0": ("Number 0 is called back.", {**_RECALL, "deliveries": [0]}),
        "outage-no-since": ("An outage without beginning.", {**_OUTAGE, "since": ABSENT}),
        "outage-no-until": ("An outage without end.", {**_OUTAGE, "until": ABSENT}),
        "outage-of-nothing": ("An outage that ends as it begins.", {**_OUTAGE, "until": same}),
        "outage-backwards": ("It ends first.", {**_OUTAGE, "since": _LATER, "until": same}),
        "outage-of-a-contract": ("An outage with contract.", {**_OUTAGE, "contract": _OTHER}),
    }


def _of_another_kind() -> Shapes:
    """Each kind with each member that only others have."""
    own: dict[str, tuple[Changes, tuple[str, ...]]] = {
        "suspend": ({}, ("instrument",)),
        "resume": ({"kind": "resume"}, ()),
        "terminate": (_TERMINATE, ("effective_at", "ruling")),
        "recall": (_RECALL, ("erase_by", "deliveries")),
        "outage": (_OUTAGE, ("since", "until")),
    }
    every: Changes = {
        "instrument": "urn:example:law",
        "effective_at": _LATER,
        "ruling": _OTHER,
        "erase_by": _LATER,
        "deliveries": [1],
        "since": moment(START),
        "until": _LATER,
    }
    return {
        f"{kind}-with-{member}": (
            f"A notice of the kind {kind} with {member}.",
            {**changes, "ground": "breach", member: every[member]},
        )
        for kind, (changes, members) in own.items()
        for member in every
        if member not in members
    }


def _deletions() -> Shapes:
    return {
        "deliveries-empty": ("No numbers.", {"deliveries": []}),
        "deliveries-1025": ("1025 numbers.", {"deliveries": [*range(1, 1026)]}),
        "deliveries-twice": ("A number stands twice.", {"deliveries": [2, 2]}),
        "delivery-0": ("Number 0.", {"deliveries": [0]}),
        "remains-401": ("A text of 401 characters.", {"remains": "x" * 401}),
        "method-spaces": ("A method in words.", {"method": "shredded twice"}),
        "document-no-size": (
            "A document without size.",
            {"document": {name: value for name, value in _DOCUMENT.items() if name != "size"}},
        ),
    }
