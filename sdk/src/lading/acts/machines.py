"""The transition tables, generated from `spec/machines` by `tools/machines.py`; do not edit."""

from types import MappingProxyType

from lading.acts.lifecycle import Machine

ATTESTATION = Machine(
    name="attestation",
    start="absent",
    refusal="attestation-not-standing",
    table=MappingProxyType(
        {
            ("absent", "attestation"): "standing",
            ("standing", "withdrawal"): "withdrawn",
        }
    ),
)

CLAIM = Machine(
    name="claim",
    start="absent",
    refusal="claim-not-open",
    table=MappingProxyType(
        {
            ("absent", "claim"): "open",
            ("open", "answer"): "answered",
            ("open", "ruling"): "ruled",
            ("open", "withdrawal"): "withdrawn",
            ("answered", "ruling"): "ruled",
            ("answered", "withdrawal"): "withdrawn",
        }
    ),
)

CONTRACT = Machine(
    name="contract",
    start="absent",
    refusal="contract-not-active",
    table=MappingProxyType(
        {
            ("absent", "acceptance"): "active",
            ("active", "delivery"): "active",
            ("active", "amendment"): "active",
            ("active", "suspension"): "suspended",
            ("active", "termination"): "ending",
            ("suspended", "amendment"): "suspended",
            ("suspended", "resumption"): "active",
            ("suspended", "termination"): "ending",
            ("ending", "delivery"): "ending",
            ("ending", "termination"): "ending",
        }
    ),
)

DELIVERY = Machine(
    name="delivery",
    start="absent",
    refusal="delivery-not-open",
    table=MappingProxyType(
        {
            ("absent", "delivery"): "open",
            ("open", "receipt-accepted"): "received",
            ("open", "receipt-sealed"): "acknowledged",
            ("acknowledged", "release"): "received",
            ("open", "receipt-refused"): "refused",
            ("open", "withdrawal"): "withdrawn",
            ("open", "lapse"): "lapsed",
        }
    ),
)

GRANT = Machine(
    name="grant",
    start="absent",
    refusal="grant-not-open",
    table=MappingProxyType(
        {
            ("absent", "grant"): "open",
            ("open", "withdrawal"): "withdrawn",
        }
    ),
)

LISTING = Machine(
    name="listing",
    start="absent",
    refusal="listing-not-open",
    table=MappingProxyType(
        {
            ("absent", "listing"): "listed",
            ("listed", "successor"): "superseded",
            ("listed", "withdrawal"): "withdrawn",
            ("listed", "erasure"): "withdrawn",
        }
    ),
)

OFFER = Machine(
    name="offer",
    start="absent",
    refusal="offer-not-open",
    table=MappingProxyType(
        {
            ("absent", "offer"): "open",
            ("open", "acceptance"): "accepted",
            ("open", "rejection"): "rejected",
            ("open", "withdrawal"): "withdrawn",
            ("open", "counter-offer"): "countered",
            ("open", "listing-withdrawal"): "closed",
            ("open", "erasure"): "closed",
        }
    ),
)

PARTICIPANT = Machine(
    name="participant",
    start="absent",
    refusal="admission-not-in-table",
    table=MappingProxyType(
        {
            ("absent", "participant"): "pending",
            ("pending", "pend"): "pending",
            ("pending", "admit"): "admitted",
            ("pending", "expel"): "expelled",
            ("admitted", "admit"): "admitted",
            ("admitted", "suspend"): "suspended",
            ("admitted", "expel"): "expelled",
            ("suspended", "admit"): "admitted",
            ("suspended", "expel"): "expelled",
        }
    ),
)

MACHINES = (ATTESTATION, CLAIM, CONTRACT, DELIVERY, GRANT, LISTING, OFFER, PARTICIPANT)
