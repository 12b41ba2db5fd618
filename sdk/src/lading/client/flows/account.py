"""`account`: what is owed under a contract, what was said to be paid, and what does not agree."""

from dataclasses import dataclass, field, replace
from typing import Literal

from lading.acts.base import Act
from lading.acts.delivery import Delivery
from lading.acts.lapse import Lapse
from lading.acts.payment import Payment
from lading.acts.receipt import Receipt
from lading.acts.release import Release
from lading.acts.withdrawal import Withdrawal
from lading.client.flow import Flow
from lading.client.flows.amend import terms_in_force
from lading.client.flows.contracts import contract_at
from lading.client.flows.events import events
from lading.client.flows.state import state
from lading.client.results import Event, Named
from lading.client.session import Session
from lading.statement.words import Id, parse_time
from lading.terms import account as accounts
from lading.terms.account import Account, Delivered, account_of

State = Literal["withdrawn", "refused", "lapsed"]


@dataclass
class _Book:
    """What the contract's statements say, by id."""

    contract: Id
    deliveries: dict[Id, Delivered] = field(default_factory=dict)
    receipts: dict[Id, Id] = field(default_factory=dict)
    payments: list[accounts.Payment] = field(default_factory=list)

    def enter(self, event: Event) -> None:
        """Take the next statement in log order; what is of other contracts changes nothing."""
        act: Act = event.statement.act
        match act:
            case Delivery(contract=self.contract):
                self.deliveries[event.id] = _delivered(event, act)
            case Receipt() if act.delivery in self.deliveries:
                self.receipts[event.id] = act.delivery
                if act.outcome == "refused":
                    self._close(act.delivery, "refused")
                elif not act.needs_release:
                    self._receive(act.delivery, event.time)
            case Release() if act.receipt in self.receipts:
                self._receive(self.receipts[act.receipt], event.time)
            case Withdrawal() if act.statement in self.deliveries:
                self._close(act.statement, "withdrawn")
            case Lapse() if act.delivery in self.deliveries:
                self._close(Id(act.delivery or ""), "lapsed")
            case Payment(contract=self.contract):
                self.payments.append(self._payment(event, act))

    def _receive(self, key: Id, time: int) -> None:
        self.deliveries[key] = replace(self.deliveries[key], state="received", received=time)

    def _close(self, key: Id, state: State) -> None:
        self.deliveries[key] = replace(self.deliveries[key], state=state)

    def _payment(self, event: Event, act: Payment) -> accounts.Payment:
        about = None if act.delivery is None else self.deliveries.get(act.delivery)
        period = None if act.period is None else (parse_time(act.period.since), parse_time(act.period.until))
        return accounts.Payment(
            id=event.id,
            kind=act.kind,
            amount=act.amount,
            reference=act.reference,
            registered=event.time,
            sequence=None if about is None else about.sequence,
            units=act.units,
            period=period,
            answers=act.answers,
        )


def account(session: Session, contract: Named) -> Flow[Account]:
    """The account of a contract now: lines owed by the terms in force, invoices, payments, balance and findings.

    Computed here from the statements that the exchange gives to its parties; their bytes and ids are checked, and
    whether any are left out is not. What each line and finding means is in `spec/terms.md`, part Account.
    """
    found = yield from contract_at(session, contract)
    terms = yield from terms_in_force(session, found)
    said = yield from state(session, found.id)
    book, now = _Book(found.id), session.clock()
    page, position = events(session, after=found.index), None
    while True:
        got = yield from page(position)
        for event in got.items:
            book.enter(event)
            now = max(now, event.time)  # by the exchange's clock, where this machine's is behind
        position = got.next
        if position is None:
            break
    ended = said.record.get("ends_at")
    kept = accounts.Contract(
        price=terms.price,
        started=found.time,
        ended=ended if isinstance(ended, int) else None,
        tax=terms.tax,
    )
    return account_of(kept, book.deliveries.values(), book.payments, now)


def _delivered(event: Event, act: Delivery) -> Delivered:
    window = act.window
    return Delivered(
        id=event.id,
        sequence=act.sequence,
        state="open",
        registered=event.time,
        units=act.units,
        first=None if window is None else window.first,
        last=None if window is None else window.last,
        count=None if window is None else window.count,
    )
