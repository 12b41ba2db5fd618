"""The verbs up to a contract, over an exchange in memory; doing the same again does nothing twice."""

from pathlib import Path

import pytest

from lading.client.terms import Terms
from lading.errors import UsageProblem
from lading.evidence.verdict import Status
from lading.evidence.verify import verify
from lading.log.policy import parse
from lading.problems import Refused
from lading.statement.words import Money
from sdk.tests.client.conftest import Trade
from sdk.tests.client.steps import contracted, delivered, entries, listed


def test_the_whole_trade_ends_in_evidence_that_is_valid(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    listing = listed(trade, terms)
    found = trade.consumer.search("road SENSORS").one()
    assert found.id == listing.id
    contract = trade.consumer.accept(found, purpose="research", at_most="100.00 EUR")
    assert trade.provider.contracts(listing).one() == contract
    trade.provider.deliver(contract, trade.goods)
    got = trade.consumer.receive(trade.consumer.next_delivery(contract, timeout=5), to=tmp_path / "got.csv")
    assert (tmp_path / "got.csv").read_bytes() == trade.goods.read_bytes()
    policy = parse(trade.consumer.trust_policy())
    verdict = verify(got.evidence.data, policy, content=tmp_path / "got.csv", salts=got.salts)
    assert verdict.status is Status.VALID
    assert verdict.subject == got.id


def test_every_verb_takes_ids_as_well(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    listing = listed(trade, terms)
    contract = trade.consumer.accept(str(listing.id), purpose="research", at_most="100.00 EUR")
    assert [found.id for found in trade.provider.contracts(str(listing.id))] == [contract.id]
    delivery = trade.provider.deliver(str(contract.id), str(trade.goods))
    assert [found.id for found in trade.consumer.deliveries(str(contract.id))] == [delivery.id]
    assert trade.consumer.next_delivery(str(contract.id), timeout=1) == delivery
    got = trade.consumer.receive(str(delivery.id), to=str(tmp_path / "got"))
    assert trade.consumer.evidence(str(got.receipt.id)).subject == got.receipt.id
    assert trade.consumer.state(str(delivery.id)).name == "received"
    assert trade.consumer.statement(str(delivery.id)).act.type == "delivery"
    assert "c2sp.org/tlog-proof@v1" in trade.consumer.proof(str(delivery.id))


@pytest.mark.parametrize(
    "key", ["", "sha256:", "sha256:" + "A" * 64, "../" * 20, "sha256:" + "0" * 64 + "\n"]
)
def test_what_is_no_id_is_noticed_before_anything_is_sent(trade: Trade, key: str) -> None:
    before = len(trade.exchange.requests)
    with pytest.raises(UsageProblem, match="not an id"):
        trade.provider.withdraw(key)
    assert len(trade.exchange.requests) == before


def test_publishing_the_same_twice_is_one_listing(trade: Trade, terms: Terms) -> None:
    first = listed(trade, terms)
    size = entries(trade)
    assert listed(trade, terms) == first
    assert (
        trade.again(trade.provider).publish(
            trade.goods, source="Sensors", collection="sensor", title="Road sensors", terms=terms
        )
        == first
    )
    assert entries(trade) == size


def test_publishing_other_words_or_bytes_is_another_listing(trade: Trade, terms: Terms) -> None:
    first = listed(trade, terms)
    assert (
        trade.provider.publish(
            trade.goods, source="Sensors", collection="sensor", title="Road sensors 2", terms=terms
        ).id
        != first.id
    )
    trade.goods.write_bytes(b"other")
    assert listed(trade, terms).id != first.id


def test_a_withdrawn_listing_can_be_published_again(trade: Trade, terms: Terms) -> None:
    first = listed(trade, terms)
    trade.provider.withdraw(first)
    second = listed(trade, terms)
    assert second.id != first.id
    assert trade.consumer.search().one().id == second.id


def test_a_successor_takes_the_listing_s_place(trade: Trade, terms: Terms) -> None:
    first = listed(trade, terms)
    second = trade.provider.publish(
        trade.goods,
        source="Sensors",
        collection="sensor",
        title="Road sensors 2",
        terms=terms,
        supersedes=first,
    )
    assert second.product == first.id
    assert trade.consumer.search().one().id == second.id
    with pytest.raises(Refused) as caught:
        trade.consumer.accept(first, purpose="research", at_most="100.00 EUR")
    assert caught.value.code == "stale-listing"
    assert caught.value.winner == second.id
    assert "search again" in caught.value.hint


def test_a_listing_without_file_promises_none(trade: Trade, terms: Terms) -> None:
    listing = trade.provider.publish(None, source="Sensors", collection="sensor", title="On request")
    assert listing.act.content_root is None
    assert listing.terms is None


def test_a_missing_file_is_a_usage_problem(trade: Trade) -> None:
    with pytest.raises(UsageProblem, match="cannot read"):
        trade.provider.publish("/nowhere/at/all", source="Sensors", collection="sensor", title="x")


@pytest.mark.parametrize(
    "values",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"title": "x", "licence": "\n"},
        {"title": "x", "media_type": "csv"},
    ],
)
def test_members_that_no_exchange_takes_are_usage_problems(trade: Trade, values: dict[str, str]) -> None:
    size = entries(trade)
    with pytest.raises(UsageProblem, match="not acceptable"):
        trade.provider.publish(trade.goods, **values)  # type: ignore[arg-type]
    assert entries(trade) == size


def test_a_bad_duration_is_a_usage_problem(trade: Trade, terms: Terms) -> None:
    with pytest.raises(UsageProblem, match="not a duration"):
        trade.provider.publish(
            trade.goods, source="Sensors", collection="sensor", title="x", terms=terms, valid_for="a year"
        )


@pytest.mark.parametrize(
    ("price", "said"),
    [("99.99 EUR", "more than"), ("100.00 USD", "in USD"), (None, "it costs 100.00 EUR")],
)
def test_nothing_is_signed_above_what_the_caller_pays(
    trade: Trade, terms: Terms, price: str | None, said: str
) -> None:
    listing, size = listed(trade, terms), entries(trade)
    with pytest.raises(UsageProblem, match=said):
        trade.consumer.accept(listing, purpose="research", at_most=price)
    assert entries(trade) == size
    assert not list(trade.consumer.session.outbox.pending())


def test_what_is_free_needs_no_at_most(trade: Trade) -> None:
    listing = listed(trade, Terms("0.00 EUR"))
    assert trade.consumer.accept(listing, purpose="research").terms.price == Money.of("0.00 EUR")


def test_an_acceptance_of_a_listing_needs_a_purpose(trade: Trade, terms: Terms) -> None:
    with pytest.raises(UsageProblem, match="purpose") as caught:
        trade.consumer.accept(listed(trade, terms), at_most="100.00 EUR")
    assert "research" in caught.value.hint


def test_accepting_the_same_twice_is_one_contract(trade: Trade, terms: Terms) -> None:
    first, size = contracted(trade, terms), entries(trade)
    again = trade.again(trade.consumer)
    assert again.accept(first.listing, purpose="research", at_most="100.00 EUR") == first
    assert entries(trade) == size


def test_accepting_from_another_machine_finds_the_contract(trade: Trade, terms: Terms) -> None:
    first, size = contracted(trade, terms), entries(trade)
    for path in (trade.folder / "home" / "identities" / "consumer" / "outbox").glob("accept-*"):
        path.unlink()
    again = trade.again(trade.consumer)
    assert again.accept(first.listing, purpose="research", at_most="100.00 EUR") == first
    assert entries(trade) == size


def test_a_reference_of_one_s_own_makes_another_contract(trade: Trade, terms: Terms) -> None:
    first = contracted(trade, terms)
    second = trade.consumer.accept(
        first.listing, purpose="research", at_most="100.00 EUR", reference="order-2"
    )
    assert second.id != first.id
    assert {found.id for found in trade.provider.contracts(first.listing)} == {first.id, second.id}


def test_a_reference_used_for_something_else_stays_refused(trade: Trade, terms: Terms) -> None:
    first = contracted(trade, terms)
    trade.consumer.accept(first.listing, purpose="research", at_most="100.00 EUR", reference="r")
    other = trade.provider.publish(
        trade.goods, source="Sensors", collection="sensor", title="Other", terms=terms
    )
    with pytest.raises(Refused) as caught:
        trade.consumer.accept(other, purpose="research", at_most="100.00 EUR", reference="r")
    assert caught.value.code == "reference-used"


def test_a_purpose_that_is_not_permitted_is_refused_with_advice(trade: Trade, terms: Terms) -> None:
    with pytest.raises(Refused) as caught:
        trade.consumer.accept(listed(trade, terms), purpose="marketing", at_most="100.00 EUR")
    assert caught.value.code == "purpose-not-permitted"
    assert "purposes" in caught.value.hint
    assert not list(trade.consumer.session.outbox.pending())
    trade.consumer.accept(trade.consumer.search().one(), purpose="research", at_most="100.00 EUR")


def test_an_offer_is_answered_and_accepted(trade: Trade, terms: Terms) -> None:
    listing = listed(trade, None)
    asked = trade.consumer.offer(listing, terms=Terms("80.00 EUR"), purpose="research")
    assert trade.consumer.offer(listing, terms=Terms("80.00 EUR"), purpose="research") == asked
    countered = trade.provider.offer(asked, terms=Terms("90.00 EUR"))
    assert countered.act.replies_to == asked.id
    assert countered.act.purpose == "research"
    assert trade.consumer.state(asked).name == "countered"
    with pytest.raises(UsageProblem, match="more than"):
        trade.consumer.accept(countered, at_most="89.99 EUR")
    contract = trade.consumer.accept(countered, at_most="90.00 EUR")
    assert str(contract.terms.price) == "90.00 EUR"
    assert trade.provider.contracts(listing).one() == contract
    assert trade.consumer.accept(countered, at_most="90.00 EUR") == contract


def test_a_provider_offers_to_a_named_party(trade: Trade) -> None:
    listing = listed(trade, None)
    with pytest.raises(UsageProblem, match="your own"):
        trade.provider.offer(listing, terms=Terms("80.00 EUR"), purpose="research")
    made = trade.provider.offer(
        listing, terms=Terms("80.00 EUR"), purpose="research", to=trade.consumer.session.me
    )
    assert trade.consumer.accept(made, at_most="80.00 EUR").provider == trade.provider.session.me


def test_a_provider_that_is_paid_need_not_say_what_it_pays(trade: Trade, tmp_path: Path) -> None:
    asked = trade.consumer.offer(listed(trade, None), terms=Terms("80.00 EUR"), purpose="research")
    contract = trade.provider.accept(asked)
    assert contract.consumer == trade.consumer.session.me
    path = tmp_path / "goods.csv"
    path.write_bytes(b"1,2\n")
    with pytest.raises(UsageProblem, match="another participant delivers"):
        trade.consumer.deliver(contract, path)


def test_an_offer_is_rejected_once(trade: Trade) -> None:
    asked = trade.consumer.offer(listed(trade, None), terms=Terms("1.00 EUR"), purpose="research")
    first = trade.provider.reject(asked, reason="too-cheap")
    assert trade.provider.reject(asked, reason="too-cheap") == first
    with pytest.raises(Refused) as caught:
        trade.provider.accept(asked, at_most="1.00 EUR")
    assert caught.value.code == "offer-not-open"
    assert caught.value.winner == first.id


def test_a_withdrawal_from_another_machine_is_found(trade: Trade, terms: Terms) -> None:
    listing = listed(trade, terms)
    first = trade.provider.withdraw(listing)
    for path in (trade.folder / "home" / "identities" / "provider" / "outbox").glob("withdraw-*"):
        path.unlink()
    assert trade.again(trade.provider).withdraw(listing) == first


def test_accepting_a_delivery_is_a_usage_problem(trade: Trade, terms: Terms) -> None:
    with pytest.raises(UsageProblem, match="is a delivery"):
        trade.consumer.accept(delivered(trade, terms), purpose="research", at_most="1.00 EUR")
