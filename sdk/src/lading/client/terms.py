"""Terms as a person writes them.

Terms(price="100.00 EUR", purposes=("research",), taking_period="P3D")
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import orjson
from pydantic import BaseModel, ValidationError

from lading.client.results import Named, id_of
from lading.errors import UsageProblem
from lading.lint.mends import FORMS
from lading.statement.words import Money
from lading.terms import terms as acts_terms
from lading.terms.permissions import Permissions
from lading.terms.price import Price, committed, currency_of

Part = Mapping[str, Any]
"""A part of the terms in the words of the specification."""
_TAKING: Final = "P7D"
_DISPUTE: Final = "P14D"
_MOST_BYTES: Final = 1 << 18


class Terms(acts_terms.Terms):
    """What a trade costs and permits, with defaults for what most trades have in common.

    `price` is like `"100.00 EUR"`, or one of the forms `PerUnit`, `Tiered`, `Subscription`, `RevenueShare`, `Free`.
    `purposes` are tokens like `research`; none given: any purpose. Within `taking_period` (ISO 8601, default 7 days)
    after a delivery its receipt must be registered; within `dispute_window` (default 14 days) it may be disputed.

    What else can be agreed is left out where you leave it out: `tax` (`included`, `excluded`, `exempt`);
    `permissions`; `schedule`, like `{"first": "P1D", "every": "P7D", "deliveries": 10}`; `term`, how long deliveries
    are made; `compatibility` of schemas; `suspension`, like `{"by": ["provider"], "maximum": "P30D"}`; `termination`,
    like `{"by": ["provider", "consumer"], "notice": "P14D"}`; `localisation`, like `{"storage": ["IE", "DE"]}`;
    `sub_licence_depth`; `law`, a country; `forum`; `arbiter`, a participant; `instruments`; `trial`. Their parts are
    those of `spec/terms.md`. Raises `UsageProblem` for malformed values.
    """

    def __init__(
        self,
        price: str | Money | Price | Part,
        purposes: Sequence[str] | None = None,
        *,
        taking_period: str = _TAKING,
        dispute_window: str = _DISPUTE,
        tax: Literal["included", "excluded", "exempt"] | None = None,
        permissions: Permissions | Part | None = None,
        schedule: acts_terms.Schedule | Part | None = None,
        term: str | None = None,
        compatibility: Literal["exact", "backward"] | None = None,
        suspension: acts_terms.Suspension | Part | None = None,
        termination: acts_terms.Termination | Part | None = None,
        localisation: acts_terms.Localisation | Part | None = None,
        sub_licence_depth: int | None = None,
        law: str | None = None,
        forum: str | None = None,
        arbiter: Named | None = None,
        instruments: Sequence[acts_terms.Instrument | Part] | None = None,
        trial: bool | None = None,
    ) -> None:
        given = {
            "price": money(price) if isinstance(price, str) else price,
            "purposes": list(purposes or ()) or None,
            "taking_period": taking_period,
            "dispute_window": dispute_window,
            "tax": tax,
            "permissions": permissions,
            "schedule": schedule,
            "term": term,
            "compatibility": compatibility,
            "suspension": suspension,
            "termination": termination,
            "localisation": localisation,
            "sub_licence_depth": sub_licence_depth,
            "law": law,
            "forum": forum,
            "arbiter": None if arbiter is None else id_of(arbiter),
            "instruments": list(instruments or ()) or None,
            "trial": trial,
        }
        read = _read({name: value for name, value in given.items() if value is not None})
        super().__init__(**{name: getattr(read, name) for name in acts_terms.Terms.model_fields})


def read_terms(path: str | os.PathLike[str]) -> acts_terms.Terms:
    """Terms from a file of JSON in the words of `spec/terms.md`; `UsageProblem` where it is none.

    The price may also be a text like `"100.00 EUR"`, and the two periods may be left out: 7 and 14 days.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            members = orjson.loads(opened.read(_MOST_BYTES))
    except OSError as error:
        raise UsageProblem(f"cannot read {file}: {error.strerror}", hint="Check the path.") from None
    except orjson.JSONDecodeError as error:
        raise UsageProblem(f"{file} is not JSON: {error}", hint="Write an object of terms.") from None
    if not isinstance(members, dict):
        raise UsageProblem(f"{file} holds no object", hint='Write it like {"price": "100.00 EUR"}.')
    if isinstance(members.get("price"), str):
        members["price"] = money(members["price"]).model_dump()
    return _read({"taking_period": _TAKING, "dispute_window": _DISPUTE} | members)


def _read(members: Part) -> acts_terms.Terms:
    """Terms by the form of the specification. `UsageProblem` names the first member at fault."""
    try:
        data = orjson.dumps(members, default=_plain)
    except (TypeError, ValueError) as error:
        raise UsageProblem(f"these terms are not acceptable: {error}", hint="Use plain values.") from None
    try:
        return acts_terms.Terms.model_validate_json(data)
    except ValidationError as error:
        raise malformed("terms", error) from None


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no value of JSON")


def money(amount: str | Money) -> Money:
    """An amount as the wire has it; `UsageProblem` where the text is none. Never rounds."""
    return Money.of(amount) if isinstance(amount, str) else amount


def check_affordable(price: Price, at_most: str | Money | None) -> None:
    """`UsageProblem` where the price can come to more than the caller pays, or where that was not said and it is
    not free.
    """
    most, currency = committed(price), currency_of(price)
    if most is None:
        raise UsageProblem(
            "the price has no upper bound", hint="Make an offer with offer() whose price has a ceiling."
        )
    if currency is None:
        return
    costs = f"{most} {currency}"
    if at_most is None:
        if most > 0:
            raise UsageProblem(
                f"it costs {costs}", hint=f'Say what you pay at most, for example at_most="{costs}".'
            )
        return
    limit = money(at_most)
    if limit.currency != currency:
        raise UsageProblem(
            f"it costs {costs}, and at_most is in {limit.currency}", hint=f"Say it in {currency}."
        )
    if most > limit.value:
        raise UsageProblem(
            f"it costs {costs}, more than {limit}", hint="Make an offer with offer(), or pay more."
        )


def malformed(what: str, error: ValidationError) -> UsageProblem:
    """The usage problem for values that no exchange would take; names the first member at fault."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "as a whole"
    mend = next((mend for pattern, mend in FORMS.items() if pattern in first["msg"]), None)
    said = place if mend is not None else f"{place}: {first['msg']}"
    return UsageProblem(f"these {what} are not acceptable: {said}", hint=mend or "Correct what is named.")
