"""The verbs over an exchange in memory: what they return, and that doing the same again does nothing twice."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

import lading
from lading.client.aexchange import AsyncExchange
from lading.client.exchange import Exchange
from lading.client.flows.open import Opening
from lading.client.results import Contract, Delivery, Listing
from lading.client.session import now_ms
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, LadingError, TimedOut, Unreachable, UsageProblem
from lading.evidence.verdict import Status
from lading.evidence.verify import verify
from lading.log.policy import parse
from lading.problems import Refused, refuse
from sdk.tests.client.conftest import QUICK, Trade, person
from sdk.tests.client.stand_in import API, AsyncSeam, Seam, StandIn, answer


def listed(trade: Trade, terms: Terms | None) -> Listing:
    return trade.provider.publish(trade.goods, title="Road sensors", terms=terms)


def contracted(trade: Trade, terms: Terms) -> Contract:
    return trade.consumer.accept(listed(trade, terms), purpose="research", at_most="100.00 EUR")


def delivered(trade: Trade, terms: Terms) -> Delivery:
    return trade.provider.deliver(contracted(trade, terms), trade.goods)


def entries(trade: Trade) -> int:
    return trade.exchange.store.sight.size()


def test_the_whole_trade_ends_in_evidence_that_is_valid(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    listing = listed(trade, terms)
    found = trade.consumer.search("road SENSORS").one()
    assert found.id == listing.id
    contract = trade.consumer.accept(found, purpose="research", at_most="100.00 EUR")
    assert trade.provider.contracts(listing).one() == contract
    trade.provider.deliver(contract, trade.goods)
    got = trade.consumer.receive(trade.consumer.next_delivery(contract, timeout=5), to=tmp_path / "got.csv")
    assert (tmp_path / "got.csv").read_bytes() == trade.goods.read_bytes()
    verdict = verify(got.evidence.data, parse(trade.consumer.trust_policy()), content=tmp_path / "got.csv")
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
    assert trade.again(trade.provider).publish(trade.goods, title="Road sensors", terms=terms) == first
    assert entries(trade) == size


def test_publishing_other_words_or_bytes_is_another_listing(trade: Trade, terms: Terms) -> None:
    first = listed(trade, terms)
    assert trade.provider.publish(trade.goods, title="Road sensors 2", terms=terms).id != first.id
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
    second = trade.provider.publish(trade.goods, title="Road sensors 2", terms=terms, supersedes=first)
    assert second.product == first.id
    assert trade.consumer.search().one().id == second.id
    with pytest.raises(Refused) as caught:
        trade.consumer.accept(first, purpose="research", at_most="100.00 EUR")
    assert caught.value.code == "stale-listing"
    assert caught.value.winner == second.id
    assert "search again" in caught.value.hint


def test_a_listing_without_file_promises_none(trade: Trade, terms: Terms) -> None:
    listing = trade.provider.publish(None, title="On request")
    assert listing.act.content_root is None
    assert listing.terms is None


def test_a_missing_file_is_a_usage_problem(trade: Trade) -> None:
    with pytest.raises(UsageProblem, match="cannot read"):
        trade.provider.publish("/nowhere/at/all", title="x")


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
        trade.provider.publish(trade.goods, title="x", terms=terms, valid_for="a year")


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
    assert trade.consumer.accept(listing, purpose="research").terms.price.value == 0


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
    other = trade.provider.publish(trade.goods, title="Other", terms=terms)
    with pytest.raises(Refused) as caught:
        trade.consumer.accept(other, purpose="research", at_most="100.00 EUR", reference="r")
    assert caught.value.code == "reference-used"


def test_a_purpose_that_is_not_permitted_is_refused_with_advice(trade: Trade, terms: Terms) -> None:
    with pytest.raises(Refused) as caught:
        trade.consumer.accept(listed(trade, terms), purpose="marketing", at_most="100.00 EUR")
    assert caught.value.code == "purpose-not-permitted"
    assert "purposes" in caught.value.hint
    trade.consumer.accept(trade.consumer.search().one(), purpose="research", at_most="100.00 EUR")


def test_an_offer_is_answered_and_accepted(trade: Trade, terms: Terms) -> None:
    listing = listed(trade, None)
    asked = trade.consumer.offer(listing, terms=Terms("80.00 EUR"), purpose="research")
    assert trade.consumer.offer(listing, terms=Terms("80.00 EUR"), purpose="research") == asked
    countered = trade.provider.offer(asked, terms=Terms("90.00 EUR"))
    assert countered.act.replies_to == asked.id
    assert countered.act.purpose == "research"
    assert trade.consumer.state(asked).name == "countered"
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


def test_delivering_twice_is_one_delivery(trade: Trade, terms: Terms) -> None:
    first, size = delivered(trade, terms), entries(trade)
    assert trade.provider.deliver(first.contract, trade.goods) == first
    assert trade.again(trade.provider).deliver(first.contract, trade.goods) == first
    assert entries(trade) == size


def test_delivering_from_another_machine_finds_the_delivery(trade: Trade, terms: Terms) -> None:
    first = delivered(trade, terms)
    for path in (trade.folder / "home" / "identities" / "provider" / "outbox").glob("deliver-*"):
        path.unlink()
    assert trade.again(trade.provider).deliver(first.contract, trade.goods) == first


def test_a_file_that_the_listing_does_not_promise_is_not_uploaded(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    trade.goods.write_bytes(b"changed since")
    before = len(trade.exchange.requests)
    with pytest.raises(ContentMismatch, match="not the file"):
        trade.provider.deliver(contract, trade.goods)
    assert not any(path.startswith("POST") for path in trade.exchange.paths()[before:])


def test_other_content_under_a_used_number_is_refused(trade: Trade, terms: Terms) -> None:
    listing = trade.provider.publish(None, title="A series", terms=terms)
    contract = trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")
    first = trade.provider.deliver(contract, trade.goods)
    trade.goods.write_bytes(b"the second one")
    for party in (trade.provider, trade.again(trade.provider)):
        with pytest.raises(Refused) as caught:
            party.deliver(contract, trade.goods)
        assert (caught.value.code, caught.value.winner) == ("sequence-taken", first.id)
        for path in (trade.folder / "home" / "identities" / "provider" / "outbox").glob("deliver-*"):
            path.unlink()
    second = trade.provider.deliver(contract, trade.goods, sequence=2)
    assert second.sequence == 2


def test_a_gap_in_the_numbers_is_refused_and_the_number_stays_usable(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    with pytest.raises(Refused) as caught:
        trade.provider.deliver(contract, trade.goods, sequence=2)
    assert caught.value.code == "sequence-gap"
    trade.provider.deliver(contract, trade.goods)
    assert trade.provider.deliver(contract, trade.goods, sequence=2).sequence == 2


def test_a_withdrawn_or_refused_number_is_delivered_anew(trade: Trade, terms: Terms) -> None:
    first = delivered(trade, terms)
    trade.provider.withdraw(first)
    second = trade.provider.deliver(first.contract, trade.goods)
    assert second.id != first.id
    trade.consumer.refuse(second, reason="not-as-described")
    third = trade.provider.deliver(first.contract, trade.goods)
    assert third.id not in (first.id, second.id)
    assert trade.consumer.next_delivery(first.contract, timeout=1) == third


def test_an_empty_file_is_traded_too(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    trade.goods.write_bytes(b"")
    delivery = delivered(trade, terms)
    got = trade.consumer.receive(delivery, to=tmp_path / "got")
    assert got.path.read_bytes() == b""


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 131_072, 300_001])
def test_files_of_every_shape_arrive(trade: Trade, terms: Terms, tmp_path: Path, size: int) -> None:
    trade.goods.write_bytes(bytes(i * 7 % 251 for i in range(size)))
    trade.consumer.receive(delivered(trade, terms), to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_a_file_in_the_way_is_not_replaced(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    (tmp_path / "got").write_text("mine")
    with pytest.raises(UsageProblem, match="exists"):
        trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_text() == "mine"
    assert trade.consumer.state(delivery).name == "open"
    trade.consumer.receive(delivery, to=tmp_path / "got", overwrite=True)
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()


def test_receiving_again_finds_file_and_receipt(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    first = trade.consumer.receive(delivery, to=tmp_path / "got")
    for path in (trade.folder / "home" / "identities" / "consumer" / "outbox").glob("receipt-*"):
        path.unlink()
    second = trade.again(trade.consumer).receive(delivery, to=tmp_path / "got")
    assert second.receipt == first.receipt
    assert second.evidence.subject == first.evidence.subject


@pytest.mark.parametrize("place", ["nowhere/got", "."])
def test_a_place_that_cannot_be_written_is_a_usage_problem(
    trade: Trade, terms: Terms, tmp_path: Path, place: str
) -> None:
    delivery = delivered(trade, terms)
    with pytest.raises(UsageProblem):
        trade.consumer.receive(delivery, to=tmp_path / place, overwrite=True)


def test_waiting_for_a_delivery_ends_in_time(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    with pytest.raises(TimedOut, match="no open delivery") as caught:
        trade.consumer.next_delivery(contract, timeout=0)
    assert caught.value.hint


def test_next_delivery_skips_what_is_settled(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    with pytest.raises(TimedOut):
        trade.consumer.next_delivery(delivery.contract, timeout=0)
    assert trade.consumer.deliveries(delivery.contract).all() == [delivery]


def test_admission_is_waited_for(trade: Trade) -> None:
    trade.exchange.admit(trade.provider.session.me, "suspended")
    with pytest.raises(TimedOut, match="suspended"):
        trade.provider.wait_admitted(timeout=0)

    def admit_soon(request: Request, response: Response) -> Response:
        if "/events" in request.url:
            trade.exchange.admit(trade.provider.session.me)
            trade.twist(None)
        return response

    trade.twist(admit_soon)
    assert trade.provider.wait_admitted(timeout=30).name == "admitted"


def test_not_admitted_is_refused_and_the_same_bytes_pass_later(trade: Trade, terms: Terms) -> None:
    trade.exchange.admit(trade.provider.session.me, "suspended")
    with pytest.raises(Refused) as caught:
        listed(trade, terms)
    assert caught.value.code == "not-admitted"
    (stored,) = trade.provider.session.outbox.pending()
    trade.exchange.admit(trade.provider.session.me)
    assert listed(trade, terms).id == stored.id


def test_search_pages_and_asks_for_one(trade: Trade) -> None:
    for number in range(7):
        trade.provider.publish(None, title=f"Product {number}")
    found = trade.consumer.search("product", page_size=3)
    assert len(found.all()) == 7
    assert found.first() is not None
    with pytest.raises(UsageProblem, match="more than one"):
        found.one()
    with pytest.raises(UsageProblem, match="nothing"):
        trade.consumer.search("nonsense").one()
    assert trade.consumer.search("product 3").one().title == "Product 3"


def test_events_resume_from_a_cursor(trade: Trade, terms: Terms) -> None:
    listed(trade, terms)
    first = [event.index for event in trade.consumer.events(cursor="work")]
    assert first == list(range(entries(trade)))
    assert list(trade.again(trade.consumer).events(cursor="work")) == []
    contracted(trade, terms)
    assert [event.type for event in trade.again(trade.consumer).events(cursor="work")] == ["acceptance"]


def test_events_that_were_not_dealt_with_come_again(trade: Trade) -> None:
    for event in trade.consumer.events(cursor="work"):
        assert event.index == 0
        break
    assert next(iter(trade.consumer.events(cursor="work"))).index == 0


def test_each_party_sees_only_its_own_business(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    stranger = lading.connect(API, config=QUICK, transport=trade.seam)
    assert [event.type for event in stranger.events(types=("acceptance",))] == []
    with pytest.raises(Refused) as caught:
        stranger.evidence(contract)
    assert caught.value.code == "not-found"
    assert stranger.search().one().title == "Road sensors"
    with pytest.raises(UsageProblem, match="needs an identity"):
        stranger.withdraw(contract)


def test_the_asynchronous_shell_does_the_same_trade(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)

    async def receive() -> bytes:
        assert trade.consumer.session.identity is not None
        opening = lading.aconnect(API, trade.consumer.session.identity, config=QUICK)
        await opening.close()
        opening._transport, opening._blocking = AsyncSeam(trade.exchange), trade.seam  # type: ignore[assignment]
        opening.close = _nothing  # type: ignore[method-assign]
        async with opening as x:
            found = await x.search("road").one()
            contract = await x.accept(found, purpose="research", at_most="100.00 EUR")
            assert [event.type async for event in x.events(types=("delivery",))] == ["delivery"]
            assert (await x.deliveries(contract).all()) == [delivery]
            got = await x.receive(await x.next_delivery(contract, timeout=5), to=tmp_path / "got")
            return got.path.read_bytes()

    assert asyncio.run(receive()) == trade.goods.read_bytes()


async def _nothing() -> None:
    """Nothing to close."""


def test_both_shells_have_the_same_verbs() -> None:
    def verbs(shell: type) -> set[str]:
        return {name for name in vars(shell) if not name.startswith("_")}

    assert verbs(Exchange) == verbs(AsyncExchange)


Twist = Callable[[Request, Response], Response]


def once(where: str, error: LadingError) -> Twist:
    """After the exchange has done what was asked, its answer is lost, once."""
    lost: list[Request] = []

    def twist(request: Request, response: Response) -> Response:
        if where in request.url and request.method in ("POST", "PUT") and not lost:
            lost.append(request)
            raise error
        return response

    return twist


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(trade: Trade, terms: Terms) -> None:
    size = entries(trade)
    trade.twist(once("/statements", Unreachable("lost")))
    listed(trade, terms)
    posts = [request.body for request in trade.exchange.requests if request.url == f"{API}/statements"]
    assert posts[-1] == posts[-2]
    assert entries(trade) == size + 1


def test_after_silence_without_end_the_next_call_sends_the_same_bytes(trade: Trade, terms: Terms) -> None:
    def silent(request: Request, response: Response) -> Response:
        if request.method == "POST":
            raise Unreachable("silence")
        return response

    listing = listed(trade, terms)
    trade.twist(silent)
    with pytest.raises(Unreachable):
        trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")
    (stored,) = trade.consumer.session.outbox.pending()
    trade.twist(None)
    size = entries(trade)
    again = trade.again(trade.consumer).accept(listing, purpose="research", at_most="100.00 EUR")
    assert again.id == stored.id
    assert entries(trade) == size


def test_a_refusal_that_passes_is_waited_out_and_a_final_one_is_not(trade: Trade, terms: Terms) -> None:
    calls = []

    def busy(request: Request, response: Response) -> Response:
        if "/listings" in request.url:
            calls.append(request)
            if len(calls) < 3:
                return Response(
                    503,
                    {"content-type": "application/problem+json"},
                    b'{"title":"x","status":503,"code":"busy","retry":"later","detail":"d"}',
                )
        return response

    trade.twist(busy)
    assert trade.consumer.search().all() == []
    assert len(calls) == 3


def test_every_attempt_has_a_signature_of_its_own(trade: Trade) -> None:
    trade.twist(lambda request, response: answer({}, 500) if "/state/" in request.url else response)
    with pytest.raises(Unreachable):
        trade.consumer.state(trade.consumer.session.me)
    nonces = [r.headers["Signature-Input"] for r in trade.exchange.requests if "/state/" in r.url]
    assert len(nonces) == len(set(nonces)) == QUICK.attempts


def test_statements_grown_too_old_are_signed_anew(tmp_path: Path) -> None:
    moment = [now_ms()]
    seam = Seam(StandIn(clock=lambda: moment[0]))
    opening = Opening(API, person(tmp_path, "provider"), None, QUICK, clock=lambda: moment[0])
    provider = Exchange(opening, seam)
    seam.exchange.admit(provider.session.me)
    seam.down = True
    with pytest.raises(Unreachable):
        provider.publish(None, title="On request")
    (old,) = provider.session.outbox.pending()
    seam.down = False
    moment[0] += 25 * 3600 * 1000
    assert provider.publish(None, title="On request").id != old.id
    assert not list(provider.session.outbox.pending())


def test_closed_onboarding_is_refused_and_leaves_the_identity_free(tmp_path: Path) -> None:
    identity = person(tmp_path, "late")
    with pytest.raises(Refused) as caught:
        lading.connect(API, identity, config=QUICK, transport=Seam(StandIn(onboarding="closed"))).session  # noqa: B018
    assert caught.value.code == "onboarding-closed"
    assert identity.home is None
    lading.connect(API, identity, config=QUICK, transport=Seam(StandIn(seed=7))).session  # noqa: B018
    assert identity.home is not None


def test_refused_is_not_unreachable() -> None:
    assert not isinstance(refuse("busy", "x"), Unreachable)
