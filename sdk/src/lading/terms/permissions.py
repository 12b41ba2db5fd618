"""Permissions: the forms of what the recipient of data may do with it (`spec/terms.md`, Permissions).

A closed subset of ODRL 2.2, with words for data: permissions, prohibitions and obligations over closed lists of
actions and constraints, without nesting. `lading.terms.decision` decides requests under them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from lading.statement.words import Country, Duration, Form, Size, StatementId, Time, Token, Unique

Action: TypeAlias = Literal[
    "use",
    "read",
    "reproduce",
    "derive",
    "aggregate",
    "anonymize",
    "train",
    "generate",
    "display",
    "index",
    "look-up",
    "distribute",
    "sub-license",
    "transfer",
    "give",
    "sell",
]
"""What a recipient may do (LAD-TRM-021)."""

Duty: TypeAlias = Literal[
    "anonymize",
    "attribute",
    "compensate",
    "correct",
    "delete",
    "inform",
    "obtain-consent",
    "report-sales",
    "watermark",
]
"""What a recipient can be obliged to do (LAD-TRM-022)."""

IMPLIED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "use": frozenset(
            "aggregate anonymize derive display generate index look-up read reproduce train".split()
        ),
        "transfer": frozenset({"give", "sell"}),
    }
)
"""LAD-TRM-023: the actions that a rule about this one is about, too."""

Names: TypeAlias = Literal["eq", "neq", "isAnyOf", "isNoneOf"]
Orders: TypeAlias = Literal["eq", "neq", "lt", "lteq", "gt", "gteq"]
PurposeList = Annotated[tuple[Token, ...], Field(min_length=1, max_length=64), Unique]
CountryList = Annotated[tuple[Country, ...], Field(min_length=1, max_length=256), Unique]
RecipientList = Annotated[tuple[StatementId | Token, ...], Field(min_length=1, max_length=64), Unique]


class _Named(Form):
    """A constraint on a name: `right` is a list exactly where the operator asks for one (LAD-TRM-025)."""

    operator: Names
    right: str | tuple[str, ...]

    @model_validator(mode="after")
    def _list_where_asked(self) -> "_Named":
        if isinstance(self.right, tuple) != (self.operator in ("isAnyOf", "isNoneOf")):
            raise ValueError("isAnyOf and isNoneOf take a list, the other operators one value")
        return self


class OnPurpose(_Named):
    """What the data is used for. A purpose of the registry is also each broader one (LAD-TRM-026)."""

    left: Literal["purpose"]
    right: Token | PurposeList


class OnPlace(_Named):
    """The country in which the data is used or kept."""

    left: Literal["spatial"]
    right: Country | CountryList


class OnRecipient(_Named):
    """Who has the data: a participant's id, or a word for the kind of organisation that it is."""

    left: Literal["recipient"]
    right: StatementId | Token | RecipientList


class OnTime(Form):
    """The moment of the request."""

    left: Literal["dateTime"]
    operator: Orders
    right: Time


class OnElapsed(Form):
    """The time since the contract was concluded."""

    left: Literal["elapsedTime"]
    operator: Orders
    right: Duration


class OnCount(Form):
    """The number of the contract's deliveries."""

    left: Literal["count"]
    operator: Orders
    right: Size


LEFTS: Final = ("purpose", "spatial", "recipient", "dateTime", "elapsedTime", "count")


def _left_of(constraint: Any) -> str | None:  # noqa: ANN401 - pydantic hands over whatever stands there
    """Which form of constraint is meant; nothing where `left` is unknown."""
    left = constraint.get("left") if isinstance(constraint, dict) else getattr(constraint, "left", None)
    return left if left in LEFTS else None


Constraint: TypeAlias = Annotated[
    Annotated[OnPurpose, Tag("purpose")]
    | Annotated[OnPlace, Tag("spatial")]
    | Annotated[OnRecipient, Tag("recipient")]
    | Annotated[OnTime, Tag("dateTime")]
    | Annotated[OnElapsed, Tag("elapsedTime")]
    | Annotated[OnCount, Tag("count")],
    Discriminator(
        _left_of,
        custom_error_type="constraint_left",
        custom_error_message="left is one of purpose, spatial, recipient, dateTime, elapsedTime and count",
    ),
]
"""One condition of a rule (LAD-TRM-024)."""

Constraints = Annotated[tuple[Constraint, ...], Field(min_length=1, max_length=16)]


class Rule(Form):
    """A permission or a prohibition: an action, under conditions that all have to hold."""

    action: Action
    constraints: Constraints | None = None


class Obligation(Form):
    """A duty that the recipient takes on, `within` a time of what sets it off, where its conditions hold."""

    action: Duty
    within: Duration | None = None
    constraints: Constraints | None = None


class Permissions(Form):
    """What is permitted, what is prohibited all the same, and what has to be done (LAD-TRM-020)."""

    permissions: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=32)]
    prohibitions: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=32)] | None = None
    obligations: Annotated[tuple[Obligation, ...], Field(min_length=1, max_length=32)] | None = None


def is_about(action: str, requested: str) -> bool:
    """LAD-TRM-023: whether a rule about `action` is about `requested`: the same, or one that `action` implies."""
    return requested == action or requested in IMPLIED.get(action, frozenset())
