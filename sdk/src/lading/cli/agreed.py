"""Options for terms, which `publish`, `offer` and `amend` share."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from lading.errors import UsageProblem

if TYPE_CHECKING:
    from lading.terms.permissions import Action
    from lading.terms.terms import Terms

Price = Annotated[
    str | None, typer.Option(help='Like "80.00 EUR"; for other prices, and for more, see --terms.')
]
TermsFile = Annotated[
    Path | None,
    typer.Option(
        "--terms",
        help="A JSON file of all the terms, in the words of spec/terms.md; instead of --price and the periods.",
    ),
]
TakingPeriod = Annotated[
    str | None, typer.Option(help="How long a delivery may be taken (ISO 8601); without it P7D.")
]
DisputeWindow = Annotated[
    str | None, typer.Option(help="How long it may be disputed (ISO 8601); without it P14D.")
]


def chosen(
    price: str | None,
    file: Path | None,
    taking_period: str | None,
    dispute_window: str | None,
    purposes: Sequence[str] | None = None,
) -> "Terms | None":
    """The terms that the options say, in a file or one by one; None where they say none."""
    from lading.client.terms import Terms, read_terms

    if file is not None:
        if (price, taking_period, dispute_window) != (None, None, None):
            raise UsageProblem(
                "--terms says all of the terms",
                hint="Leave --price and the periods out, and write them in the file.",
            )
        return read_terms(file)
    if price is None:
        return None
    return Terms(
        price, purposes, taking_period=taking_period or "P7D", dispute_window=dispute_window or "P14D"
    )


def actions(given: Sequence[str] | None) -> "tuple[Action, ...] | None":
    """The actions that an option names; `UsageProblem` where there is no such action."""
    if not given:
        return None
    from lading.terms.permissions import Action

    known = {action: action for action in get_args(Action)}
    unknown = [action for action in given if action not in known]
    if unknown:
        raise UsageProblem(f"{unknown[0]!r} is no action", hint=f"Actions are: {', '.join(known)}.")
    return tuple(known[action] for action in given)


def needed(terms: "Terms | None") -> "Terms":
    """The terms; `UsageProblem` where none were said."""
    if terms is None:
        raise UsageProblem(
            "there are no terms", hint='Say --price, like "80.00 EUR", or --terms with a file.'
        )
    return terms
