"""`invoice`, `pay`, `acknowledge`, `report_sales`: money, which flows elsewhere, and is said here."""

import os
from collections.abc import Mapping

from lading.acts.payment import Payment
from lading.client.documents import describe
from lading.client.flow import Flow
from lading.client.flows.say import say
from lading.client.flows.state import statement as statement_at
from lading.client.results import Acknowledged, Named, id_of
from lading.client.session import Session
from lading.client.terms import money
from lading.errors import UsageProblem
from lading.statement.words import Id, Money

Amount = str | Money
AnyPath = str | os.PathLike[str]


def invoice(
    session: Session,
    contract: Named,
    amount: Amount,
    reference: str,
    *,
    delivery: Named | None = None,
    units: int | None = None,
    period: tuple[str, str] | None = None,
    document: AnyPath | None = None,
) -> Flow[Acknowledged]:
    """Ask for money, as the provider. `reference` is your own number; one number is one invoice.

    `amount` is like `"80.00 EUR"`. `delivery`, `units` and `period` (two RFC 3339 times) say what it is for, and are
    compared with what was received (`account`). `document` is the invoice itself, signed by its digest and sent along.
    """
    members = {
        "kind": "invoice",
        "delivery": None if delivery is None else id_of(delivery),
        "units": units,
        "period": None if period is None else {"since": period[0], "until": period[1]},
    }
    return (yield from _pay(session, id_of(contract), amount, reference, members, document))


def pay(
    session: Session,
    contract: Named,
    amount: Amount,
    reference: str,
    *,
    invoice: Named | None = None,
    document: AnyPath | None = None,
) -> Flow[Acknowledged]:
    """Say, as the consumer, that you paid, perhaps in answer to an `invoice`. Moves no money."""
    members = {"kind": "paid", "answers": None if invoice is None else id_of(invoice)}
    return (yield from _pay(session, id_of(contract), amount, reference, members, document))


def acknowledge(
    session: Session, payment: Named, *, amount: Amount | None = None, reference: str | None = None
) -> Flow[Acknowledged]:
    """Say, as the provider, that the money of a payment came: all of it, or this `amount`."""
    key = id_of(payment)
    act = (yield from statement_at(session, key)).act
    if not isinstance(act, Payment) or act.kind != "paid":
        raise UsageProblem(
            f"{key} is no payment", hint="Give the id of the consumer's statement that it paid."
        )
    came = act.amount if amount is None else amount
    members = {"kind": "received", "answers": key, "delivery": act.delivery}
    return (yield from _pay(session, act.contract, came, reference or act.reference, members, None))


def report_sales(
    session: Session,
    contract: Named,
    amount: Amount,
    reference: str,
    *,
    period: tuple[str, str] | None = None,
    document: AnyPath | None = None,
) -> Flow[Acknowledged]:
    """Report, as the consumer, what your own sales brought in, where the price is a share of them."""
    members = {
        "kind": "sales",
        "period": None if period is None else {"since": period[0], "until": period[1]},
    }
    return (yield from _pay(session, id_of(contract), amount, reference, members, document))


def _pay(
    session: Session,
    contract: Id,
    amount: Amount,
    reference: str,
    members: Mapping[str, object],
    document: AnyPath | None,
) -> Flow[Acknowledged]:
    said = {
        "contract": contract,
        "amount": money(amount).model_dump(),
        "reference": reference,
        "document": None if document is None else describe(session, document),
        **members,
    }
    return (yield from say(session, Payment, said))
