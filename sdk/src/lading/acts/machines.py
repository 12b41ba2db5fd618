"""The transition tables, generated from `spec/machines` by `tools/machines.py`; do not edit."""

from types import MappingProxyType

from lading.acts.lifecycle import Machine

CONTRACT = Machine(
    name="contract",
    start="absent",
    refusal="contract-not-active",
    table=MappingProxyType(
        {
            ("absent", "acceptance"): "active",
            ("active", "delivery"): "active",
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

LISTING = Machine(
    name="listing",
    start="absent",
    refusal="listing-not-open",
    table=MappingProxyType(
        {
            ("absent", "listing"): "listed",
            ("listed", "successor"): "superseded",
            ("listed", "withdrawal"): "withdrawn",
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

MACHINES = (CONTRACT, DELIVERY, LISTING, OFFER, PARTICIPANT)
