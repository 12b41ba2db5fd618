"""How an exchange closes: it says when, takes no new business any more, and ends its log.

Part Closing of `spec/acts/participant.md`. That open deliveries end with the closing is in `lading.acts.deadlines`.
"""

from typing import Final

from lading.acts.base import A, Act, Place, Statement, View
from lading.acts.participant import Participant
from lading.acts.records import SELF, ExchangeRecord
from lading.problems import refuse

BUSINESS: Final = frozenset({"listing", "offer", "acceptance"})
"""Acts that begin something which outlives the closing."""


def check_log_is_open(view: View, statement: Statement[Act], at: Place) -> None:
    """After the statement that closes it, a log takes nothing."""
    exchange = view.get(ExchangeRecord, SELF)
    # LAD-PAR-023
    if exchange is not None and exchange.closed_by is not None:
        raise refuse("exchange-closed", "the log ended", winner=exchange.closed_by)


def check_business_is_open(view: View, statement: Statement[Act], at: Place) -> None:
    """An exchange that has said when it closes takes no newcomers, listings, offers and acceptances."""
    exchange, act = view.get(ExchangeRecord, SELF), statement.act
    begins = act.type in BUSINESS or (isinstance(act, Participant) and act.previous is None)
    # LAD-PAR-022
    if begins and exchange is not None and exchange.closing_at is not None:
        raise refuse("exchange-closing", "the exchange closes and takes no new business")


def comes_before_the_closing(view: View, s: Statement[A], at: Place) -> None:
    """Nothing is delivered any more when the exchange closes."""
    exchange = view.get(ExchangeRecord, SELF)
    closing = None if exchange is None else exchange.closing_at
    # LAD-PAR-022
    if closing is not None and at.time > closing:
        raise refuse("exchange-closing", "the exchange has closed for deliveries", pointer="/contract")
