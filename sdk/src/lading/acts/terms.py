"""Terms of a trade (`spec/acts/listing.md`): what a listing offers to everybody and an offer to one party."""

from typing import Annotated

from pydantic import Field

from lading.problems import refuse
from lading.statement.words import Count, Duration, Form, Money, StatementId, Time, Token, Unique


class Terms(Form):
    """Price, permitted purposes (absent: any), how long a delivery may be taken, how long it may be disputed."""

    price: Money
    purposes: Annotated[tuple[Token, ...], Field(min_length=1, max_length=64), Unique] | None = None
    taking_period: Duration
    dispute_window: Duration


class Standing(Form):
    """Terms that anyone eligible may accept until `expires_at`, at most `maximum` times."""

    terms: Terms
    expires_at: Time
    maximum: Count | None = None
    eligible: Annotated[tuple[StatementId, ...], Field(min_length=1, max_length=256), Unique] | None = None


def check_purpose(terms: Terms, purpose: str, pointer: str) -> None:
    """LAD-OFR-003: the purpose is one that the terms permit."""
    if terms.purposes is not None and purpose not in terms.purposes:
        permitted = ", ".join(terms.purposes)
        raise refuse("purpose-not-permitted", f"{purpose!r} is not among: {permitted}", pointer=pointer)
