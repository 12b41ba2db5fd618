"""The asynchronous shell over the same flows.

async with lading.aconnect(url, lading.Identity.load("buyer")) as x:
    contract = await x.accept(await x.search("road sensors").one(), purpose="research", at_most="100.00 EUR")
    got = await x.receive(await x.next_delivery(contract, timeout=600), to="roads.csv")
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Self, TypeVar

from lading.client.flow import Flow, drive_async
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
from lading.client.transport import AsyncHttpxTransport, HttpxTransport
from lading.client.verbs import awaitable, awaitable_pages
from lading.errors import UsageProblem
from lading.statement.words import Id

T = TypeVar("T")


class AsyncExchange:
    """One exchange, asynchronous: the verbs of `Exchange`, awaited. Content moves in a thread meanwhile."""

    lint = awaitable(lint)
    publish = awaitable(publish)
    search = awaitable_pages(search)
    offer = awaitable(offer)
    accept = awaitable(accept)
    reject = awaitable(reject)
    withdraw = awaitable(withdraw)
    contracts = awaitable_pages(contracts)
    deliver = awaitable(deliver)
    deliveries = awaitable_pages(deliveries)
    next_delivery = awaitable(next_delivery)
    receive = awaitable(receive)
    refuse = awaitable(refuse)
    claim = awaitable(claim)
    amend = awaitable(amend)
    renew = awaitable(renew)
    attest = awaitable(attest)
    suspend = awaitable(suspend)
    resume = awaitable(resume)
    terminate = awaitable(terminate)
    recall = awaitable(recall)
    confirm_deletion = awaitable(confirm_deletion)
    invoice = awaitable(invoice)
    pay = awaitable(pay)
    acknowledge = awaitable(acknowledge)
    report_sales = awaitable(report_sales)
    account = awaitable(account)
    complain = awaitable(complain)
    answer = awaitable(answer)
    rule = awaitable(rule)
    grant = awaitable(grant)
    disclose = awaitable(disclose)
    events = awaitable_pages(events)
    evidence = awaitable(evidence)
    proof = awaitable(proof)
    state = awaitable(state)
    statement = awaitable(statement)
    peers = awaitable(peers)
    issue = awaitable(issue)
    wait_admitted = awaitable(wait_admitted)
    rotate = awaitable(rotate)

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._transport = AsyncHttpxTransport(opening.url, opening.config)
        self._blocking = HttpxTransport(opening.url, opening.config)
        self._session: Session | None = None

    async def run(self, verb: Callable[[Session], Flow[T]]) -> T:
        """Run a flow over this exchange's session to its end."""
        return await drive_async(verb(self.session), self._transport, self._blocking)

    @property
    def session(self) -> Session:
        """The open session: who answers, who speaks."""
        if self._session is None:
            raise UsageProblem(
                "the exchange is not open", hint="Use it inside: async with lading.aconnect(…) as x."
            )
        return self._session

    async def visit(self, thing: Listing | Id | str) -> "AsyncExchange":
        """As `Exchange.visit`: `async with await x.visit(found) as there`."""
        exchange, api = await self.run(lambda session: whereabouts(session, thing))
        return AsyncExchange(replace(self._opening, url=api, trust=None, guest=True, expected=exchange))

    def trust_policy(self) -> str:
        """A C2SP tlog-policy that trusts this exchange's log, as this client verified it."""
        return self.session.peer.trust

    async def close(self) -> None:
        """Close the connections."""
        self._blocking.close()
        await self._transport.close()

    async def __aenter__(self) -> Self:
        try:
            self._session = await drive_async(self._opening.flow(), self._transport, self._blocking)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()
