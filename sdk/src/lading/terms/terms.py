"""Terms of a trade (`spec/terms.md`): what a listing offers to everybody and an offer to one party."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from lading.problems import refuse
from lading.statement.words import (
    Count,
    Country,
    Duration,
    Form,
    Millis,
    StatementId,
    Time,
    Token,
    Unique,
    Uri,
    parse_duration,
    text,
)
from lading.terms.permissions import Permissions
from lading.terms.price import Price

Party = Literal["provider", "consumer"]
Parties = Annotated[tuple[Party, ...], Field(min_length=1, max_length=2), Unique]
Countries = Annotated[tuple[Country, ...], Field(min_length=1, max_length=250), Unique]

MOST_DELIVERIES: Final = 65_536
"""Of one schedule: as many lapses as a contract can cost its exchange when nothing is delivered."""


class Schedule(Form):
    """When deliveries are due: the first so long after the conclusion, then one each `every`; `deliveries` in all."""

    first: Duration
    every: Duration | None = None
    deliveries: Annotated[int, Field(ge=1, le=MOST_DELIVERIES)]

    @model_validator(mode="after")
    def _agrees(self) -> "Schedule":
        # LAD-TRM-052
        if (self.every is None) != (self.deliveries == 1):
            raise ValueError("several deliveries, and only several, have every")
        return self

    def due(self, concluded: int, sequence: int) -> Millis:
        """When delivery `sequence` is due, in milliseconds since the epoch, if the contract never stands still."""
        every = 0 if self.every is None else parse_duration(self.every)
        return Millis(concluded + parse_duration(self.first) + (sequence - 1) * every)


class Suspension(Form):
    """Who may suspend the contract, and for how long at most."""

    by: Parties
    maximum: Duration | None = None


class Termination(Form):
    """Who may end the contract, and how long before."""

    by: Parties
    notice: Duration


class Localisation(Form):
    """The countries in which the data may be stored, processed and looked at from afar; absent: any."""

    storage: Countries | None = None
    processing: Countries | None = None
    access: Countries | None = None


class Instrument(Form):
    """A legal instrument that the contract is made under. `reopen`: its change lets either party suspend."""

    id: Uri
    version: Annotated[str, text(64)]
    status: Literal["draft", "trial", "in-force"]
    reopen: bool | None = None


class Terms(Form):
    """What the parties owe each other; purposes absent: any."""

    price: Price
    tax: Literal["included", "excluded", "exempt"] | None = None
    purposes: Annotated[tuple[Token, ...], Field(min_length=1, max_length=64), Unique] | None = None
    permissions: Permissions | None = None
    taking_period: Duration
    dispute_window: Duration
    schedule: Schedule | None = None
    term: Duration | None = None
    compatibility: Literal["exact", "backward"] | None = None
    suspension: Suspension | None = None
    termination: Termination | None = None
    localisation: Localisation | None = None
    sub_licence_depth: Annotated[int, Field(ge=0, le=8)] | None = None
    law: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(?:-[A-Z0-9]{1,3})?\z")] | None = None
    forum: Annotated[str, text(200)] | None = None
    arbiter: StatementId | None = None
    instruments: Annotated[tuple[Instrument, ...], Field(min_length=1, max_length=32)] | None = None
    trial: bool | None = None


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
