"""Contracts while they run, against a real exchange: every verb, again, refused, and with its documents."""

import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import lading
from lading.client.ask import ask, get
from lading.client.results import Acknowledged, Contract
from lading.client.transport import HttpxTransport, Request, Response
from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.client.memory import problem
from sdk.tests.client.running import Fair


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    exchange = ExchangeProcess(tmp_path_factory.mktemp("exchange") / "state").start()
    yield exchange
    assert exchange.end() == 0


@pytest.fixture(scope="module")
def fair(served: ExchangeProcess, tmp_path_factory: pytest.TempPathFactory) -> Fair:
    return Fair(served, tmp_path_factory.mktemp("home"))


@pytest.fixture
def contract(fair: Fair, request: pytest.FixtureRequest) -> Contract:
    return fair.contract(title=str(request.node.name))


def again(fair: Fair, name: str, verb: Callable[[lading.Exchange], Any]) -> Any:
    """Call a verb twice, in two sessions: the same statement, registered once."""
    with fair.connect(name) as x:
        first = verb(x)
    with fair.connect(name) as x:
        assert verb(x).id == first.id
    return first


def elsewhere(fair: Fair, name: str, verb: Callable[[lading.Exchange], Any]) -> Any:
    """Call a verb, lose what the identity remembers of it, and call it again: the exchange names what is there."""
    with fair.connect(name) as x:
        first = verb(x)
        for path in (x.session.speaker.folder / "outbox").iterdir():
            if path.name.startswith(f"{first.type}-"):
                path.unlink()
    with fair.connect(name) as x:
        assert verb(x) == first
    return first


def refused(fair: Fair, name: str, code: str, verb: Callable[[lading.Exchange], Any]) -> None:
    with fair.connect(name) as x, pytest.raises(lading.Refused) as caught:
        verb(x)
    assert caught.value.code == code, caught.value


def document(x: lading.Exchange, said: Acknowledged, data: bytes) -> bytes:
    """What the exchange holds under the digest of these bytes for a statement."""
    path = f"/attachments/{said.id}/sha256:{hashlib.sha256(data).hexdigest()}"
    return x.run(lambda session: ask(session, get(session, path, bound=len(data) + 1))).body


def deliver(fair: Fair, contract: Contract, number: int, first: int, last: int, **how: Any) -> str:
    """Deliver a window, and receive it; the delivery's id."""
    with fair.connect("provider") as x:
        delivery = x.deliver(contract, fair.goods, sequence=number, window=(first, last), **how)
    with fair.connect("consumer") as x:
        x.receive(delivery, to=fair.home / f"got-{delivery.id[7:20]}")
    return delivery.id


def test_an_attestation_is_made_once_and_again_after_it_was_withdrawn(fair: Fair) -> None:
    listing = fair.listing(title="Attested")
    report = fair.file("report.pdf", "all rows are there")
    said = again(
        fair, "assessor", lambda x: x.attest(listing, "quality", evidence=[report], valid_for="P30D")
    )
    with fair.connect("auditor") as x:
        assert document(x, said, report.read_bytes()) == report.read_bytes()
    refused(fair, "consumer", "missing-role", lambda x: x.attest(listing, "quality"))
    with fair.connect("assessor") as x:
        x.withdraw(said)
        assert x.attest(listing, "quality", evidence=[report], valid_for="P30D").id != said.id


class Wary(HttpxTransport):
    """An exchange that wants to hold the documents of a statement before it registers it."""

    held = False

    def send(self, request: Request) -> Response:
        if request.method == "POST" and request.url.endswith("/statements") and not self.held:
            return problem(409, "content-missing", requirement="LAD-DLV-007", retry="after-change")
        self.held = self.held or (request.method == "PUT" and "/attachments/" in request.url)
        return super().send(request)


def test_documents_go_first_where_the_exchange_wants_them_first(fair: Fair, contract: Contract) -> None:
    paper = fair.file("first.txt", "a document")
    transport = Wary(fair.exchange.api)
    with lading.connect(fair.exchange.api, fair.load("provider"), transport=transport) as x:
        said = x.invoice(contract, "5.00 EUR", "INV-1", document=paper)
        assert document(x, said, paper.read_bytes()) == paper.read_bytes()
        transport.held = False
        with pytest.raises(lading.Refused, match="content-missing"):
            x.invoice(contract, "5.00 EUR", "INV-2")
    transport.close()


def test_a_document_that_cannot_be_sent_is_a_mistake(fair: Fair, contract: Contract) -> None:
    empty = fair.file("empty.txt", "")
    with fair.connect("provider") as x:
        for path in (empty, fair.home, fair.home / "nowhere"):
            with pytest.raises(lading.UsageProblem):
                x.invoice(contract, "5.00 EUR", "INV-1", document=path)


def test_an_amendment_is_offered_accepted_and_in_force(fair: Fair, contract: Contract) -> None:
    cheaper = fair.terms(price=lading.PerUnit("call", "0.25 EUR", ceiling="50.00 EUR"))
    offered = again(fair, "provider", lambda x: x.amend(contract, terms=cheaper))
    with fair.connect("consumer") as x:
        agreed = x.accept(offered, at_most="50.00 EUR")
        assert (agreed.id, agreed.terms.price) == (contract.id, cheaper.price)
        assert [found.id for found in x.contracts(agreed.listing)] == [contract.id]
    with fair.connect("provider") as x, pytest.raises(lading.UsageProblem, match="already"):
        x.amend(contract, terms=cheaper)
    refused(fair, "auditor", "not-found", lambda x: x.amend(contract.id, terms=cheaper))


def test_a_contract_is_renewed_on_the_terms_in_force(fair: Fair) -> None:
    contract = fair.contract(fair.terms(term="P30D"), title="Renewed")
    longer = again(fair, "consumer", lambda x: x.renew(contract, "P1DT1H"))
    assert longer.act.terms.term == "P31DT3600S"
    with fair.connect("provider") as x:
        assert x.accept(longer, at_most="100.00 EUR").terms.term == "P31DT3600S"
        with pytest.raises(lading.UsageProblem, match="duration"):
            x.renew(contract, "a year")


def test_a_contract_without_an_end_cannot_be_renewed(fair: Fair, contract: Contract) -> None:
    with fair.connect("consumer") as x, pytest.raises(lading.UsageProblem, match="no end"):
        x.renew(contract, "P30D")


def test_a_contract_is_suspended_and_resumed_as_often_as_is_needed(fair: Fair, contract: Contract) -> None:
    refused(fair, "consumer", "suspension-not-agreed", lambda x: x.suspend(contract, "incident"))
    suspended = elsewhere(fair, "provider", lambda x: x.suspend(contract, "incident"))
    with fair.connect("provider") as x:
        assert x.state(contract).name == "suspended"
        with pytest.raises(lading.Refused, match="contract-not-active"):
            x.deliver(contract, fair.goods, window=(1, 5))
    refused(fair, "consumer", "wrong-party", lambda x: x.resume(contract))
    resumed = again(fair, "provider", lambda x: x.resume(contract))
    assert suspended.id != again(fair, "provider", lambda x: x.suspend(contract, "incident")).id
    assert resumed.id != again(fair, "provider", lambda x: x.resume(contract)).id


def test_a_contract_ends_after_the_notice_period_of_the_terms_in_force(
    fair: Fair, contract: Contract
) -> None:
    refused(fair, "consumer", "effective-too-soon", lambda x: x.terminate(contract, "done", after="PT30M"))
    ended = again(fair, "consumer", lambda x: x.terminate(contract, "done"))
    with fair.connect("provider") as x:
        state = x.state(contract)
    assert state.name == "ending"
    assert state.record["ended_by"] == ended.id
    assert 3_600_000 <= state.record["ends_at"] - ended.time <= 3_660_000


def test_what_was_delivered_is_recalled_and_its_deletion_confirmed(fair: Fair, contract: Contract) -> None:
    deliver(fair, contract, 1, 1, 10)
    recall = again(fair, "provider", lambda x: x.recall(contract, "consent-withdrawn", deliveries=[1]))
    refused(fair, "consumer", "wrong-party", lambda x: x.recall(contract, "consent-withdrawn"))
    refused(fair, "provider", "unknown-delivery", lambda x: x.recall(contract, "error", deliveries=[2]))
    protocol = fair.file("erased.txt", "three passes")

    def confirm(x: lading.Exchange) -> Acknowledged:
        return x.confirm_deletion(contract, "overwritten", recall=recall, deliveries=[1], document=protocol)

    said = again(fair, "consumer", confirm)
    refused(fair, "provider", "wrong-party", confirm)
    with fair.connect("provider") as x:
        assert document(x, said, protocol.read_bytes()) == protocol.read_bytes()
        act: Any = x.statement(said).act
        assert act.recall == recall.id


def test_the_account_of_a_metered_contract(fair: Fair, contract: Contract) -> None:
    first, second = deliver(fair, contract, 1, 1, 10), deliver(fair, contract, 2, 11, 30)
    paper = fair.file("invoice.txt", "30 calls")

    def ask_for(x: lading.Exchange) -> Acknowledged:
        return x.invoice(contract, "5.00 EUR", "INV-1", delivery=first, units=10, document=paper)

    asked = elsewhere(fair, "provider", ask_for)
    refused(fair, "provider", "reference-used", lambda x: x.invoice(contract, "9.00 EUR", "INV-1"))
    refused(fair, "consumer", "wrong-party", lambda x: x.invoice(contract, "5.00 EUR", "INV-2"))
    refused(fair, "provider", "wrong-currency", lambda x: x.invoice(contract, "5.00 USD", "INV-3"))
    with fair.connect("provider") as x:
        x.invoice(contract, "10.00 EUR", "INV-4", delivery=second, units=20)
    paid = again(fair, "consumer", lambda x: x.pay(contract, "5.00 EUR", "T-1", invoice=asked))
    with fair.connect("consumer") as x:
        assert document(x, asked, paper.read_bytes()) == paper.read_bytes()
        assert [finding.code for finding in x.account(contract).findings] == [
            "paid-not-acknowledged",
            "unpaid",
        ]
        with pytest.raises(lading.UsageProblem, match="no payment"):
            x.acknowledge(asked)
    again(fair, "provider", lambda x: x.acknowledge(paid))
    accounts = []
    for name in ("provider", "consumer"):
        with fair.connect(name) as x:
            accounts.append(x.account(contract))
    assert accounts[0] == accounts[1]
    account = accounts[0]
    assert [(line.quantity, line.amount) for line in account.lines] == [(30, Decimal("15.00"))]
    assert (account.units, account.owed, account.invoiced) == (30, Decimal("15.00"), Decimal("15.00"))
    assert (account.paid, account.acknowledged, account.balance) == (*[Decimal("5.00")] * 2, Decimal("10.00"))
    assert [finding.code for finding in account.findings] == ["unpaid"]


def test_the_account_follows_an_amendment(fair: Fair, contract: Contract) -> None:
    deliver(fair, contract, 1, 1, 10)
    with fair.connect("provider") as x:
        offered = x.amend(contract, terms=fair.terms(price="3.00 EUR"))
    with fair.connect("consumer") as x:
        x.accept(offered, at_most="3.00 EUR")
        assert x.account(contract).owed == Decimal("3.00")


def test_sales_are_reported_where_the_price_is_a_share_of_them(fair: Fair) -> None:
    price = lading.RevenueShare("10", "EUR", ceiling="50.00 EUR")
    contract = fair.contract(fair.terms(price=price), title="Shared")
    again(fair, "consumer", lambda x: x.report_sales(contract, "200.00 EUR", "Q1"))
    with fair.connect("provider") as x:
        assert x.account(contract).owed == Decimal("20.00")
    other = fair.contract(title="Not shared")
    refused(fair, "consumer", "not-revenue-share", lambda x: x.report_sales(other, "200.00 EUR", "Q1"))


def test_a_claim_for_people_is_answered_and_ruled(fair: Fair, contract: Contract) -> None:
    delivery = deliver(fair, contract, 1, 1, 10)
    shown = fair.file("count.txt", "nine rows")

    def complain(x: lading.Exchange) -> Acknowledged:
        return x.complain(delivery, "incomplete", text="A row is missing.", evidence=[shown], remedy="refund")

    claim = elsewhere(fair, "consumer", complain)
    refused(
        fair, "consumer", "claim-taken", lambda x: x.complain(delivery, "incomplete", text="Other words.")
    )
    refused(fair, "provider", "wrong-party", lambda x: x.complain(delivery, "incomplete"))
    refused(fair, "consumer", "wrong-party", lambda x: x.answer(claim, "denied"))
    again(fair, "provider", lambda x: x.answer(claim, "denied", text="Count again."))
    reasons = fair.file("reasons.txt", "It is missing.")

    def rule(x: lading.Exchange) -> Acknowledged:
        return x.rule(claim, "upheld", remedy="refund", amount="0.50 EUR", reasons=reasons)

    refused(fair, "auditor", "unknown-statement", rule)
    ruling = elsewhere(fair, "arbiter", rule)
    refused(fair, "provider", "claim-not-open", lambda x: x.answer(claim, "conceded"))
    with fair.connect("consumer") as x:
        assert x.state(claim).name == "ruled"
        assert document(x, ruling, reasons.read_bytes()) == reasons.read_bytes()
        assert document(x, claim, shown.read_bytes()) == shown.read_bytes()
        ended = x.terminate(contract, "breach", ruling=ruling)
        assert x.state(contract).record["ended_by"] == ended.id
        with pytest.raises(lading.UsageProblem, match="remedy"):
            x.rule(claim, "upheld", amount="0.50 EUR")


def test_a_claim_that_was_withdrawn_stays_withdrawn(fair: Fair) -> None:
    listing = fair.listing(title="Disputed")
    claim = again(fair, "auditor", lambda x: x.complain(listing, "rights", text="These are ours."))
    with fair.connect("auditor") as x:
        x.withdraw(claim)
        with pytest.raises(lading.Refused, match="claim-taken"):
            x.complain(listing, "rights", text="These are ours.")
        assert x.complain(listing, "unlawful").id != claim.id


def test_an_auditor_reads_what_is_granted_until_the_grant_is_withdrawn(
    fair: Fair, contract: Contract
) -> None:
    deliver(fair, contract, 1, 1, 10)
    auditor = fair.ids["auditor"]
    refused(fair, "auditor", "not-found", lambda x: x.account(contract.id))
    grant = again(fair, "consumer", lambda x: x.grant(contract, auditor))
    refused(fair, "auditor", "unknown-statement", lambda x: x.grant(contract, fair.ids["arbiter"]))
    with fair.connect("auditor") as x, fair.connect("provider") as y:
        assert x.account(contract.id).owed == y.account(contract).owed == Decimal("5.00")
    with fair.connect("consumer") as x:
        x.withdraw(grant)
    refused(fair, "auditor", "not-found", lambda x: x.account(contract.id))
    with fair.connect("consumer") as x:
        assert x.grant(contract, auditor).id != grant.id


def test_compelled_access_is_recorded(fair: Fair, contract: Contract) -> None:
    order = fair.file("order.txt", "by order of the court")
    words = {"authority": "District Court", "legal_basis": "s. 12", "scope": "terms", "response": "complied"}

    def disclose(x: lading.Exchange) -> Acknowledged:
        return x.disclose(contract, **words, reader=fair.ids["auditor"], document=order)

    refused(fair, "auditor", "unknown-statement", disclose)
    said = again(fair, "provider", disclose)
    with fair.connect("auditor") as x:
        assert x.statement(contract.id).act.type == "acceptance"
        assert document(x, said, order.read_bytes()) == order.read_bytes()


def test_what_the_terms_ask_a_delivery_to_say_is_asked_before_it_is_signed(fair: Fair) -> None:
    with fair.connect("provider") as x:
        service = fair.contract(title="Calls")
        with pytest.raises(lading.UsageProblem, match="a window"):
            x.deliver(service, fair.goods)
        rows = fair.terms(price=lading.PerUnit("row", "0.01 EUR", ceiling="9.00 EUR"))
        counted = fair.contract(rows, title="Rows", kind="dataset")
        with pytest.raises(lading.UsageProblem, match="no window"):
            x.deliver(counted, fair.goods, window=(1, 2))
        with pytest.raises(lading.UsageProblem, match="counts units"):
            x.deliver(counted, fair.goods)
        delivery = x.deliver(counted, fair.goods, units=500)
        assert delivery.act.units == 500
        assert x.deliver(counted, fair.goods, units=500).id == delivery.id
        with pytest.raises(lading.Refused, match="sequence-taken"):
            x.deliver(counted, fair.goods, units=499)
        described = fair.contract(fair.terms(compatibility="backward"), title="Schema", kind="dataset")
        with pytest.raises(lading.UsageProblem, match="schema"):
            x.deliver(described, fair.goods, units=500)
        digest = f"sha256:{'0' * 64}"
        assert x.deliver(described, fair.goods, units=500, data_schema=digest).act.data_schema == digest
        better = fair.file("better.csv", "road,speed\n" * 501)
        mended = x.deliver(described, better, units=501, sequence=2, data_schema=digest, corrects=1)
        assert mended.act.corrects == 1


def test_where_data_may_be_is_asked_before_the_receipt(fair: Fair, tmp_path: Path) -> None:
    bounds = {"storage": ["IE", "DE"], "access": ["IE"]}
    contract = fair.contract(fair.terms(localisation=bounds), title="Bounded")
    with fair.connect("provider") as x:
        delivery = x.deliver(contract, fair.goods, window=(1, 3, 2))
    with fair.connect("consumer") as x:
        said: Any
        for said, words in (
            ({}, "stored in"),
            ({"stored_in": ["US"], "accessed_from": ["IE"]}, "stored in US"),
        ):
            with pytest.raises(lading.UsageProblem, match=words):
                x.receive(delivery, to=tmp_path / "got", **said)
        assert not list(tmp_path.iterdir())
        got = x.receive(delivery, to=tmp_path / "got", stored_in=["DE"], accessed_from=["IE"])
        receipt: Any = x.statement(got).act
    assert (receipt.stored_in, receipt.processed_in, receipt.accessed_from) == (("DE",), None, ("IE",))


def test_what_the_consumer_does_is_agreed_and_kept(fair: Fair) -> None:
    permissions = {"permissions": [{"action": "read"}, {"action": "derive"}]}
    listing = fair.listing(fair.terms(permissions=permissions), title="Permitted")
    with fair.connect("consumer") as x:
        with pytest.raises(lading.Refused, match="not-permitted"):
            x.accept(listing, purpose="research", at_most="100.00 EUR", actions=["sell"])
        how: Any = {"purpose": "research", "at_most": "100.00 EUR", "actions": ["read", "derive"]}
        contract = x.accept(listing, **how)
        assert x.accept(listing, **how).id == contract.id
        terms = fair.terms(permissions=permissions)
        offered = x.offer(listing, terms=terms, purpose="research", actions=["read"])
        with pytest.raises(lading.UsageProblem, match="says the actions"):
            x.accept(offered, at_most="100.00 EUR", actions=["read"])
    with fair.connect("provider") as x:
        answered = x.offer(offered, terms=fair.terms(permissions=permissions, price="1.00 EUR"))
    assert answered.act.actions == ("read",)
    assert (x.session.me, contract.terms.permissions is not None) == (fair.ids["provider"], True)
