"""A provider's side of sealed deliveries: what is promised, in which form, sealed to whom."""

import stat
from pathlib import Path

import pytest

import lading
from lading.client.exchange import Exchange
from lading.client.flow import drive
from lading.client.flows.publish import publish
from lading.client.identity import Identity
from lading.client.results import Delivery, Listing
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, NotUnderstood, UsageProblem
from lading.problems import Refused
from lading.transfer.content import describe
from sdk.tests.client.conftest import QUICK, Trade, person
from sdk.tests.client.stand_in import API, Seam, StandIn
from sdk.tests.client.stand_in_content import prefix_of
from sdk.tests.client.steps import contracted, delivered, folder_of, listed, shares_of, unpromised
from sdk.tests.client.twists import at, edit


def test_a_listing_promises_the_salted_root_and_the_same_file_has_one(trade: Trade, terms: Terms) -> None:
    first = listed(trade, terms)
    assert first.act.content_root != describe(trade.goods, 65_536).root
    assert (
        trade.again(trade.provider).publish(
            trade.goods, source="Sensors", collection="sensor", title="Road sensors", terms=terms
        )
        == first
    )
    copy = trade.folder / "copy.csv"
    copy.write_bytes(trade.goods.read_bytes())
    other = trade.provider.publish(
        copy, source="Sensors", collection="sensor", title="The same again", name="roads.csv", terms=terms
    )
    assert other.act.content_root == first.act.content_root


def test_two_versions_have_two_secrets(trade: Trade, terms: Terms) -> None:
    listed(trade, terms)
    trade.goods.write_bytes(trade.goods.read_bytes() + b"one more line")
    listed(trade, terms)
    secrets = [path.read_text() for path in (folder_of(trade.provider) / "products").iterdir()]
    assert len(secrets) == 2
    assert len({text.partition('"secret"')[2] for text in secrets}) == 2


def test_a_file_that_changes_while_it_is_published_is_noticed(trade: Trade, terms: Terms) -> None:
    def change(doing: str, done: int, total: int) -> None:
        if done == total and trade.goods.stat().st_size != 7:
            trade.goods.write_bytes(b"changed")

    session = lading.connect(
        API, trade.provider.session.identity, config=QUICK, transport=trade.seam, progress=change
    ).session
    with pytest.raises(ContentMismatch, match="changed while"):
        drive(
            publish(session, trade.goods, source="Sensors", collection="sensor", title="x", terms=terms),
            trade.seam,
        )
    assert not list((folder_of(trade.provider) / "products").glob("*"))


def test_neither_file_nor_share_lies_with_the_exchange_in_clear(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    store = trade.exchange.content.stores[prefix_of(delivery.act)]
    data = trade.goods.read_bytes()
    held = bytes(store.data) + (store.manifest or b"") + b"".join(store.boxes.values())
    assert not any(data[start : start + 64] in held for start in range(0, len(data) - 64, 1000))
    sealing = trade.provider.session.speaker.sealings.get(delivery.contract, 1)
    assert sealing is not None
    assert sealing.exchange.share_bytes not in held
    assert sealing.consumer.share_bytes not in held


def test_what_is_kept_is_private_and_durable_before_anything_is_sent(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    seen: list[int] = []

    def look(request: Request, response: Response) -> Response:
        if request.url.endswith("/content"):
            seen.append(len(shares_of(trade.provider)))
        return response

    trade.twist(look)
    trade.provider.deliver(contract, trade.goods)
    assert seen == [2]  # the shares, and the manifest
    for path in folder_of(trade.provider).rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_shares_are_sealed_to_the_keys_that_the_recipients_list_now(trade: Trade, terms: Terms) -> None:
    first = delivered(trade, terms)
    assert first.act.sealed is not None
    old = trade.consumer.session.speaker.seal_keys[0].kid
    assert first.act.sealed.consumer.key == old
    assert first.act.sealed.exchange.key == trade.exchange.seal_key.kid
    rotate(trade.consumer, trade.folder, "consumer")
    second = trade.provider.deliver(first.contract, trade.goods, sequence=2)
    assert second.act.sealed is not None
    assert second.act.sealed.consumer.key == trade.consumer.session.speaker.seal_keys[0].kid != old


def rotate(party: Exchange, folder: Path, name: str) -> None:
    party.rotate(next_key=folder / f"{name}.next-key.txt", new_next_key=folder / f"{name}.2.txt")


def test_every_delivery_has_shares_of_its_own(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    commitments: list[str] = []
    for sequence in (1, 2):
        act = trade.provider.deliver(contract, trade.goods, sequence=sequence).act
        assert act.sealed is not None
        commitments += [act.sealed.exchange.commitment, act.sealed.consumer.commitment]
    trade.provider.withdraw(trade.provider.deliveries(contract).all()[0])
    again = trade.provider.deliver(contract, trade.goods)
    assert again.act.sealed is not None
    commitments += [again.act.sealed.exchange.commitment, again.act.sealed.consumer.commitment]
    assert len(set(commitments)) == 6


def test_a_promised_file_that_changed_is_not_sealed(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    trade.goods.write_bytes(b"changed since")
    with pytest.raises(ContentMismatch, match="not the file") as caught:
        trade.provider.deliver(contract, trade.goods)
    assert "folder" in caught.value.hint
    assert not shares_of(trade.provider)


def keyless(folder: Path, name: str) -> Identity:
    """An identity as they were made before sealed transfers."""
    made = person(folder, name)
    return Identity(name, made.folder, made.profile, made.signer)


def test_a_consumer_without_seal_key_is_told_of_and_clear_is_a_way_out(tmp_path: Path, terms: Terms) -> None:
    exchange = StandIn()
    seam = Seam(exchange)
    provider = lading.connect(API, person(tmp_path, "provider"), config=QUICK, transport=seam)
    consumer = lading.connect(API, keyless(tmp_path, "consumer"), config=QUICK, transport=seam)
    trade = Trade(tmp_path, exchange, seam, provider, consumer)
    for party in (provider, consumer):
        exchange.admit(party.session.me)
    contract = unpromised(trade, terms)
    with pytest.raises(UsageProblem, match="the consumer, 'consumer Ltd', has no seal key") as caught:
        provider.deliver(contract, trade.goods)
    assert "rotate" in caught.value.hint
    assert "sealed=False" in caught.value.hint
    assert not shares_of(provider)
    clear = provider.deliver(contract, trade.goods, sealed=False)
    assert consumer.receive(clear, to=tmp_path / "got").salts is None


def test_an_exchange_without_seal_key_is_told_of(tmp_path: Path, terms: Terms) -> None:
    exchange = StandIn(sealing=False)
    seam = Seam(exchange)
    provider, consumer = (
        lading.connect(API, person(tmp_path, name), config=QUICK, transport=seam)
        for name in ("provider", "consumer")
    )
    trade = Trade(tmp_path, exchange, seam, provider, consumer)
    for party in (provider, consumer):
        exchange.admit(party.session.me)
    with pytest.raises(UsageProblem, match="the exchange, 'Stand-in', has no seal key") as caught:
        delivered(trade, terms)
    assert "operator" in caught.value.hint


def test_a_file_promised_in_clear_is_delivered_in_clear(clear_trade: Trade, terms: Terms) -> None:
    delivery = delivered(clear_trade, terms)
    assert delivery.act.form == "clear"
    assert clear_trade.again(clear_trade.provider).deliver(delivery.contract, clear_trade.goods) == delivery


@pytest.mark.parametrize("published_sealed", [True, False])
def test_the_other_form_than_was_promised_is_said_to_be(
    trade: Trade, terms: Terms, published_sealed: bool
) -> None:
    trade.sealed = published_sealed
    contract = contracted(trade, terms)
    with pytest.raises((UsageProblem, ContentMismatch), match="promises this file") as caught:
        trade.provider.deliver(contract, trade.goods, sealed=not published_sealed)
    assert caught.value.hint
    assert not any(path.endswith("/content") for path in trade.exchange.paths())


def test_an_empty_file_is_traded_in_either_form(trade: Trade, terms: Terms) -> None:
    trade.goods.write_bytes(b"")
    contract = contracted(trade, terms)
    forms = [
        trade.provider.deliver(contract, trade.goods, sequence=1).act.form,
        trade.provider.deliver(contract, trade.goods, sequence=2, sealed=False).act.form,
    ]
    assert forms == ["sealed", "clear"]
    for delivery in trade.consumer.deliveries(contract):
        got = trade.consumer.receive(delivery, to=trade.folder / f"got{delivery.sequence}")
        assert got.path.read_bytes() == b""


def test_one_number_is_delivered_in_one_form(trade: Trade, terms: Terms) -> None:
    contract = unpromised(trade, terms)
    trade.provider.deliver(contract, trade.goods)
    with pytest.raises(Refused) as caught:
        trade.provider.deliver(contract, trade.goods, sealed=False)
    assert caught.value.code == "sequence-taken"


def test_progress_tells_what_is_being_done(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    provider, consumer = (
        lading.connect(
            API,
            party.session.identity,
            config=QUICK,
            transport=trade.seam,
            progress=lambda *step: seen.append(step),
        )
        for party in (trade.provider, trade.consumer)
    )
    contract = contracted(trade, terms)
    consumer.receive(provider.deliver(contract, trade.goods), to=tmp_path / "got")
    size = trade.goods.stat().st_size
    for doing in ("hash", "seal", "upload", "open"):
        assert (doing, size, size) in seen
    assert [step[0] for step in seen] == sorted(
        (step[0] for step in seen), key=["hash", "seal", "upload", "download", "open"].index
    )


@pytest.mark.parametrize("members", [{"head": "x"}, {"head": None}, {}])
def test_a_state_without_a_head_is_not_understood(
    trade: Trade, terms: Terms, members: dict[str, object]
) -> None:
    contract = contracted(trade, terms)
    trade.twist(at(f"GET /state/{trade.consumer.session.me}", edit(record=members)))
    with pytest.raises(NotUnderstood, match="which statement"):
        trade.provider.deliver(contract, trade.goods)


def test_a_seal_key_of_somebody_else_is_not_sealed_to(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    swapped = edit(record=lambda record: record | {"head": trade.provider.session.me})
    trade.twist(at(f"GET /state/{trade.consumer.session.me}", swapped))
    with pytest.raises(lading.Dishonest, match="somebody else's"):
        trade.provider.deliver(contract, trade.goods)


def test_a_head_that_is_no_participant_statement_is_no_head(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    swapped = edit(record=lambda record: record | {"head": contract.id})
    trade.twist(at(f"GET /state/{trade.consumer.session.me}", swapped))
    with pytest.raises(UsageProblem):
        trade.provider.deliver(contract, trade.goods)


def marked(trade: Trade, terms: Terms, **how: object) -> Delivery:
    contract = contracted(trade, terms)
    trade.goods.write_bytes(b"for this consumer only" * 5000)
    return trade.provider.deliver(contract, trade.goods, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("how", [{"fields": ["sensor", "road"]}, {"marked": "copy-17"}])
@pytest.mark.parametrize("sealed", [True, False])
def test_a_projected_or_marked_file_need_not_be_the_promised_one(
    trade: Trade, terms: Terms, how: dict[str, object], sealed: bool
) -> None:
    delivery = marked(trade, terms, sealed=sealed, **how)
    assert delivery.act.form == ("sealed" if sealed else "clear")
    target = trade.folder / "got"
    with pytest.raises(ContentMismatch, match="not the one that the listing promises") as caught:
        trade.consumer.receive(delivery, to=target)
    assert caught.value.reason == "not-as-listed"
    assert "accept_marked" in caught.value.hint
    assert not any("GET" in path and "/content/" in path for path in trade.exchange.paths())
    assert trade.consumer.state(delivery).name == "open"
    got = trade.consumer.receive(delivery, to=target, accept_marked=True)
    assert got.path.read_bytes() == trade.goods.read_bytes()


def test_a_marked_file_can_be_refused_with_the_reason(trade: Trade, terms: Terms) -> None:
    delivery = marked(trade, terms, marked="copy-17")
    with pytest.raises(ContentMismatch) as caught:
        trade.consumer.receive(delivery, to=trade.folder / "got", refuse=True)
    assert "refused receipt" in caught.value.hint
    receipt = trade.consumer.statement(str(trade.consumer.state(delivery).record["closed_by"]))
    assert receipt.act.model_dump()["reason"] == "not-as-listed"


def test_marks_belong_to_what_is_delivered_under_a_number(trade: Trade, terms: Terms) -> None:
    listing: Listing = trade.provider.publish(
        None, source="Sensors", collection="sensor", title="A series", terms=terms
    )
    contract = trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")
    delivery = trade.provider.deliver(contract, trade.goods, marked="copy-1")
    assert trade.provider.deliver(contract, trade.goods, marked="copy-1") == delivery
    with pytest.raises(Refused) as caught:
        trade.provider.deliver(contract, trade.goods, marked="copy-2")
    assert caught.value.code == "sequence-taken"


def test_nobody_receives_what_is_for_somebody_else(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    with pytest.raises(UsageProblem, match="somebody else"):
        trade.provider.receive(delivery, to=trade.folder / "mine")
