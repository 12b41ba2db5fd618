"""Terms as a person writes them.

Terms(price="100.00 EUR", purposes=("research",), taking_period="P3D")
"""

from collections.abc import Sequence

from pydantic import ValidationError

from lading.errors import UsageProblem
from lading.statement.words import Money
from lading.terms import terms as acts_terms
from lading.terms.price import Price, committed, currency_of


class Terms(acts_terms.Terms):
    """What a trade costs and permits, with defaults for what most trades have in common.

    `price` is like `"100.00 EUR"`. `purposes` are tokens like `research`; none given: any purpose. Within
    `taking_period` (ISO 8601, default 7 days) after a delivery its receipt must be registered; within
    `dispute_window` (default 14 days) it may be disputed. Raises `UsageProblem` for malformed values.
    """

    def __init__(
        self,
        price: str | Money,
        purposes: Sequence[str] | None = None,
        *,
        taking_period: str = "P7D",
        dispute_window: str = "P14D",
    ) -> None:
        try:
            super().__init__(
                price=money(price),
                purposes=tuple(purposes or ()) or None,
                taking_period=taking_period,
                dispute_window=dispute_window,
            )
        except ValidationError as error:
            raise malformed("terms", error) from None


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
    place = ".".join(str(part) for part in first["loc"])
    return UsageProblem(
        f"these {what} are not acceptable: {place}: {first['msg']}", hint="Correct what is named."
    )
