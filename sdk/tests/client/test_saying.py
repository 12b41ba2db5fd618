"""Statements beside a trade: what is said anew, and what an exchange in memory cannot make the client believe."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from lading.client.exchange import Exchange
from lading.client.flows.open import Opening
from lading.client.results import Contract
from lading.client.session import no_progress, now_ms
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import Dishonest, NotUnderstood
from sdk.tests.client.conftest import QUICK, Trade, person
from sdk.tests.client.stand_in import API, Seam, StandIn
from sdk.tests.client.steps import contracted

DAY = 24 * 3_600_000


@pytest.fixture
def contract(trade: Trade) -> Contract:
    return contracted(trade, Terms("100.00 EUR", suspension={"by": ["provider"]}))


def with_record(**members: object) -> Any:
    """A twist that puts members into the record of every state."""

    def twist(request: Request, response: Response) -> Response:
        if "/state/" not in request.url or response.status != 200:
            return response
        said = orjson.loads(response.body)
        said["record"] |= members
        return Response(response.status, response.headers, orjson.dumps(said))

    return twist


class Clock:
    """Milliseconds that a test moves."""

    ahead = 0

    def __call__(self) -> int:
        return now_ms() + self.ahead


def test_a_grant_that_ran_out_is_given_anew(tmp_path: Path) -> None:
    clock = Clock()
    exchange = StandIn(clock=clock)
    parties = []
    for name in ("provider", "consumer", "auditor"):
        opening = Opening(API, person(tmp_path, name), None, QUICK, no_progress, clock)
        party = Exchange(opening, Seam(exchange))
        exchange.admit(party.session.me)
        parties.append(party)
    provider, consumer, auditor = parties
    listing = provider.publish(
        None, title="Roads", source="Sensors", collection="sensor", terms=Terms("0.00 EUR")
    )
    contract = consumer.accept(listing, purpose="research")
    grant = consumer.grant(contract, auditor.session.me, valid_for="P1D")
    assert consumer.grant(contract, auditor.session.me, valid_for="P1D") == grant
    clock.ahead = 2 * DAY
    assert consumer.grant(contract, auditor.session.me, valid_for="P1D").id != grant.id


@pytest.mark.parametrize("pauses", ["none", [1], [None], {"since": 1}])
def test_pauses_that_are_none_are_not_understood(trade: Trade, contract: Contract, pauses: object) -> None:
    trade.twist(with_record(pauses=pauses))
    for verb in (trade.provider.suspend, lambda key, _: trade.provider.resume(key)):
        with pytest.raises(NotUnderstood):
            verb(contract, "incident")


@pytest.mark.parametrize("head", [None, 5, "", "sha256:", ["x"]])
def test_an_agreement_that_is_none_is_not_understood(trade: Trade, contract: Contract, head: object) -> None:
    trade.twist(with_record(head=head))
    with pytest.raises(NotUnderstood):
        trade.provider.terminate(contract, "done")


def test_the_agreement_of_another_contract_is_dishonest(trade: Trade, contract: Contract) -> None:
    other = contracted(trade, Terms("1.00 EUR"))
    trade.twist(with_record(head=other.id))
    for verb in (
        lambda: trade.provider.account(contract),
        lambda: trade.provider.terminate(contract, "done"),
        lambda: trade.provider.amend(contract, terms=Terms("2.00 EUR")),
    ):
        with pytest.raises(Dishonest, match="another contract"):
            verb()


def test_a_balance_counts_what_the_exchange_s_clock_has_and_this_machine_s_has_not(tmp_path: Path) -> None:
    ahead = Clock()
    ahead.ahead = 60_000
    exchange = StandIn(clock=ahead)
    seam, parties = Seam(exchange), []
    for name in ("provider", "consumer"):
        party = Exchange(Opening(API, person(tmp_path, name), None, QUICK), seam)
        exchange.admit(party.session.me)
        parties.append(party)
    trade = Trade(tmp_path, exchange, seam, parties[0], parties[1])
    contract = contracted(trade, Terms("100.00 EUR"))
    trade.consumer.pay(contract, "100.00 EUR", "T-1")
    account = trade.consumer.account(contract)
    assert (account.owed, account.paid) == (account.acknowledged + 100, account.owed)
