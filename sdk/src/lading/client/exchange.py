"""The blocking shell over the flows.

with lading.connect(url, lading.Identity.load("acme")) as x:
    listing = x.publish(
        "roads.csv",
        title="Road sensors",
        source="Our own sensors",
        collection="sensor",
        terms=lading.Terms("100.00 EUR"),
    )
    for contract in x.contracts(listing, follow=True):
        x.deliver(contract, "roads.csv")
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Self, TypeVar

from lading.client.flow import Flow, drive
from lading.client.flows.accept import accept
from lading.client.flows.access import confirm_deletion, disclose, grant
from lading.client.flows.account import account
from lading.client.flows.admitted import wait_admitted
from lading.client.flows.amend import amend, renew
from lading.client.flows.attest import attest
from lading.client.flows.claim import claim
from lading.client.flows.contracts import contracts
from lading.client.flows.deliver import deliver
from lading.client.flows.deliveries import deliveries, next_delivery
from lading.client.flows.events import events
from lading.client.flows.evidence import evidence, proof
from lading.client.flows.issue_act import issue
from lading.client.flows.lint import lint
from lading.client.flows.money import acknowledge, invoice, pay, report_sales
from lading.client.flows.notices import recall, resume, suspend, terminate
from lading.client.flows.offer import offer
from lading.client.flows.open import Opening
from lading.client.flows.publish import publish
from lading.client.flows.receive import receive, refuse
from lading.client.flows.recourse import answer, complain, rule
from lading.client.flows.reject import reject
from lading.client.flows.rotate import rotate
from lading.client.flows.search import search
from lading.client.flows.state import state, statement
from lading.client.flows.whereabouts import peers, whereabouts
from lading.client.flows.withdraw import withdraw
from lading.client.results import Listing
from lading.client.session import Session
from lading.client.transport import HttpxTransport, Transport
from lading.client.verbs import blocking, blocking_pages
from lading.statement.words import Id

T = TypeVar("T")


class Exchange:
    """One exchange, blocking. Every verb takes an object or an id. One thread at a time.

    The constructor does no network; entering the `with` block, or the first verb, opens the session.
    """

    lint = blocking(lint)
    publish = blocking(publish)
    search = blocking_pages(search)
    offer = blocking(offer)
    accept = blocking(accept)
    reject = blocking(reject)
    withdraw = blocking(withdraw)
    contracts = blocking_pages(contracts)
    deliver = blocking(deliver)
    deliveries = blocking_pages(deliveries)
    next_delivery = blocking(next_delivery)
    receive = blocking(receive)
    refuse = blocking(refuse)
    claim = blocking(claim)
    amend = blocking(amend)
    renew = blocking(renew)
    attest = blocking(attest)
    suspend = blocking(suspend)
    resume = blocking(resume)
    terminate = blocking(terminate)
    recall = blocking(recall)
    confirm_deletion = blocking(confirm_deletion)
    invoice = blocking(invoice)
    pay = blocking(pay)
    acknowledge = blocking(acknowledge)
    report_sales = blocking(report_sales)
    account = blocking(account)
    complain = blocking(complain)
    answer = blocking(answer)
    rule = blocking(rule)
    grant = blocking(grant)
    disclose = blocking(disclose)
    events = blocking_pages(events)
    evidence = blocking(evidence)
    proof = blocking(proof)
    state = blocking(state)
    statement = blocking(statement)
    peers = blocking(peers)
    issue = blocking(issue)
    wait_admitted = blocking(wait_admitted)
    rotate = blocking(rotate)

    def __init__(self, opening: Opening, transport: Transport | None = None) -> None:
        self._opening = opening
        self._own: HttpxTransport | None = None
        if transport is None:
            transport = self._own = HttpxTransport(opening.url, opening.config)
        self._transport = transport
        self._session: Session | None = None

    def run(self, verb: Callable[[Session], Flow[T]]) -> T:
        """Run a flow over this exchange's session to its end."""
        return drive(verb(self.session), self._transport)

    @property
    def session(self) -> Session:
        """The open session: who answers, who speaks. Opens it where it is not open yet."""
        if self._session is None:
            self._session = drive(self._opening.flow(), self._transport)
        return self._session

    def visit(self, thing: Listing | Id | str) -> "Exchange":
        """The exchange at which a found listing is at home, or the one of an id, to be used in a `with` block.

        This exchange says where it is, and its id is checked. There the identity is a guest: it trades without
        registering, if that exchange follows this one. Raises `UsageProblem` where this exchange does not follow it.
        """
        exchange, api = self.run(lambda session: whereabouts(session, thing))
        return Exchange(replace(self._opening, url=api, trust=None, guest=True, expected=exchange))

    def trust_policy(self) -> str:
        """A C2SP tlog-policy that trusts this exchange's log, as this client verified it."""
        return self.session.peer.trust

    def close(self) -> None:
        """Close the connections. A transport that was handed in stays open."""
        if self._own is not None:
            self._own.close()

    def __enter__(self) -> Self:
        try:
            self.session  # noqa: B018 - opens it
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
