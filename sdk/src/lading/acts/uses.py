"""What a consumer will do with the data, and whether the terms permit it (`spec/terms.md`, part Permissions)."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from lading.acts.base import Place, View
from lading.acts.records import ParticipantRecord
from lading.problems import refuse
from lading.statement.words import Id, Unique
from lading.terms.decision import Request, decide
from lading.terms.permissions import Action
from lading.terms.terms import Terms

Actions = Annotated[tuple[Action, ...], Field(min_length=1, max_length=16), Unique]
USE: Final[tuple[Action, ...]] = ("use",)
"""What a consumer does that does not say what it does."""


@dataclass(frozen=True, slots=True)
class Use:
    """The terms, and what a consumer does under them. `since`: milliseconds since the contract's conclusion.

    `count`: the number of the delivery. `places`: the countries in which it does it; absent: the consumer's own.
    """

    terms: Terms
    actions: tuple[str, ...]
    purpose: str
    consumer: Id
    since: int = 0
    count: int = 0
    places: tuple[str, ...] | None = None


def check_permitted(view: View, use: Use, at: Place, pointer: str) -> None:
    """LAD-TRM-060: refuse what the permissions of the terms do not permit, and say why."""
    if use.terms.permissions is None:
        return
    consumer = view.get(ParticipantRecord, use.consumer)
    own = () if consumer is None else (consumer.jurisdiction,)
    decision = decide(
        use.terms.permissions,
        Request(
            actions=use.actions,
            purpose=use.purpose,
            spatial=own if use.places is None else use.places,
            recipient=use.consumer,
            recipient_kind=None if consumer is None else consumer.organisation,
            time=at.time,
            elapsed=use.since,
            count=use.count,
        ),
    )
    # LAD-TRM-060
    if not decision.permitted:
        why = "; ".join(f"{reason.pointer} {reason.text}".strip() for reason in decision.refusals)
        raise refuse("not-permitted", why[:1000], pointer=pointer)
