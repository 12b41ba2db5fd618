"""A consumer's side of sealed deliveries: what is checked before the receipt, what after it, and how it goes on."""

import os

import pytest

import lading
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, Unreachable, UsageProblem
from lading.problems import Refused
from sdk.tests.client.cheating import CHUNK
from sdk.tests.client.conftest import Trade
from sdk.tests.client.stand_in_content import prefix_of
from sdk.tests.client.steps import contracted, delivered, entries, left, receive, takings
from sdk.tests.client.twists import at, corrupt

SEALED_CHUNK = CHUNK + 48


def test_a_sealed_delivery_is_received_and_nothing_is_left_over(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    got = receive(trade, delivery)
    assert got.path.read_bytes() == trade.goods.read_bytes()
    assert got.salts == trade.folder / "got.salts"
    assert got.salts.stat().st_size == 32 * delivery.act.chunks
    assert left(trade) == {"got", "got.salts"}
    assert not takings(trade)
    assert [event.type for event in got.evidence.verdict.story][-2:] == ["receipt", "release"]
    policy = trade.folder / "trust.policy"
    policy.write_text(trade.consumer.trust_policy())
    evidence = got.evidence.save(trade.folder / "evidence.json")
    verdict = lading.verify(evidence, policy, content=got.path, salts=got.salts)
    assert verdict.status is lading.Status.VALID


def test_nothing_is_opened_before_the_receipt(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    seen: list[set[str]] = []

    def look(request: Request, response: Response) -> Response:
        if request.method == "POST":
            seen.append(left(trade))
            assert {path.suffix for path in takings(trade)} == {".manifest", ".box"}
        return response

    trade.twist(look)
    receive(trade, delivery)
    assert seen == [{"got.sealed.part"}]


def test_the_receipt_names_both_roots(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    got = receive(trade, delivery)
    receipt = got.evidence.filed(got.id).statement.act.model_dump()
    assert delivery.act.sealed is not None
    assert (receipt["content_root"], receipt["manifest_root"], receipt["size"]) == (
        delivery.act.content_root,
        delivery.act.sealed.manifest_root,
        delivery.size,
    )


def test_a_truncated_download_goes_on_where_it_stopped(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    asked: list[int] = []

    def cut(request: Request, response: Response) -> Response:
        if request.method == "GET" and request.url.endswith("/chunks"):
            asked.append(int(request.headers["Range"].removeprefix("bytes=").partition("-")[0]))
            return Response(response.status, {}, response.body[:100_000])
        return response

    trade.twist(cut)
    receive(trade, delivery)
    assert asked == [0, SEALED_CHUNK, 2 * SEALED_CHUNK, 3 * SEALED_CHUNK]


def test_a_download_that_is_given_up_goes_on_in_the_next_call(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    asked: list[Request] = []

    def dry(request: Request, response: Response) -> Response:
        if request.method == "GET" and request.url.endswith("/chunks"):
            asked.append(request)
            return Response(response.status, {}, response.body[:150_000] if len(asked) == 1 else b"")
        return response

    trade.twist(dry)
    with pytest.raises(Unreachable, match="ended early"):
        receive(trade, delivery)
    assert (trade.folder / "got.sealed.part").stat().st_size == 2 * SEALED_CHUNK
    trade.twist(None)
    before = len(trade.exchange.requests)
    receive(trade, delivery)
    (rest,) = [r for r in trade.exchange.requests[before:] if r.url.endswith("/chunks")]
    assert rest.headers["Range"].startswith(f"bytes={2 * SEALED_CHUNK}-")
    assert not any(
        path.endswith(("/manifest", "/boxes/consumer")) for path in trade.exchange.paths()[before:]
    )


def die_after_the_receipt(request: Request, response: Response) -> Response:
    """What a consumer sees that is killed when its receipt has been registered."""
    if request.url.endswith("/evidence"):
        raise Unreachable("killed here")
    return response


def acknowledged(trade: Trade, terms: Terms) -> lading.Delivery:
    """A delivery whose consumer died between receipt and opening."""
    delivery = delivered(trade, terms)
    trade.twist(die_after_the_receipt)
    with pytest.raises(Unreachable):
        receive(trade, delivery)
    trade.twist(None)
    assert trade.consumer.state(delivery).name == "received"
    assert left(trade) == {"got.sealed.part"}
    return delivery


def test_a_consumer_that_died_after_its_receipt_opens_what_it_has(trade: Trade, terms: Terms) -> None:
    delivery = acknowledged(trade, terms)
    size, before = entries(trade), len(trade.exchange.requests)
    # Nothing of the content is needed any more, so that nobody's silence could keep it locked.
    trade.exchange.content.stores.clear()
    assert receive(trade, delivery).path.read_bytes() == trade.goods.read_bytes()
    assert entries(trade) == size
    assert not any("/content/" in path for path in trade.exchange.paths()[before:])


def test_ciphertexts_that_were_lost_after_the_receipt_are_fetched_anew(trade: Trade, terms: Terms) -> None:
    delivery = acknowledged(trade, terms)
    (trade.folder / "got.sealed.part").write_bytes(b"damaged")
    for path in takings(trade):
        path.write_bytes(b"damaged too")
    assert receive(trade, delivery).path.read_bytes() == trade.goods.read_bytes()


def test_a_lost_outbox_does_not_make_a_second_receipt(trade: Trade, terms: Terms) -> None:
    delivery = acknowledged(trade, terms)
    size = entries(trade)
    for path in (trade.consumer.session.speaker.folder / "outbox").glob("receipt-*"):
        path.unlink()
    assert receive(trade, delivery).path.read_bytes() == trade.goods.read_bytes()
    assert entries(trade) == size


def test_a_refusal_after_the_receipt_is_not_possible_and_said_to_be(trade: Trade, terms: Terms) -> None:
    delivery = acknowledged(trade, terms)
    (trade.folder / "got.sealed.part").unlink()
    trade.twist(at("GET /content/.*/chunks", corrupt(0)))
    with pytest.raises(ContentMismatch) as caught:
        receive(trade, delivery, refuse=True)
    assert "answered before" in caught.value.hint


def test_receiving_again_verifies_the_file_by_its_salts_and_changes_nothing(
    trade: Trade, terms: Terms
) -> None:
    delivery = delivered(trade, terms)
    first = receive(trade, delivery)
    size, before = entries(trade), len(trade.exchange.requests)
    assert receive(trade, delivery).receipt == first.receipt
    assert entries(trade) == size
    assert not any("/content/" in path for path in trade.exchange.paths()[before:])


@pytest.mark.parametrize("what", ["got", "got.salts"])
def test_a_received_file_that_was_changed_is_in_the_way(trade: Trade, terms: Terms, what: str) -> None:
    delivery = delivered(trade, terms)
    receive(trade, delivery)
    path = trade.folder / what
    path.write_bytes(b"\1" + path.read_bytes()[1:])
    with pytest.raises(UsageProblem, match="exists"):
        receive(trade, delivery)
    assert receive(trade, delivery, overwrite=True).path.read_bytes() == trade.goods.read_bytes()


def test_a_file_without_its_salts_cannot_be_compared(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    receive(trade, delivery)
    (trade.folder / "got.salts").unlink()
    with pytest.raises(UsageProblem, match="exists"):
        receive(trade, delivery)


def test_somebody_s_salts_in_the_way_are_not_replaced(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    (trade.folder / "got.salts").write_text("mine")
    with pytest.raises(UsageProblem, match="exists"):
        receive(trade, delivery)
    assert (trade.folder / "got.salts").read_text() == "mine"
    (trade.folder / "got.salts").unlink()
    assert receive(trade, delivery).path.read_bytes() == trade.goods.read_bytes()


def test_a_crash_between_salts_and_file_is_made_up_for(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    receive(trade, delivery)
    (trade.folder / "got").unlink()
    got = receive(trade, delivery)
    assert got.path.read_bytes() == trade.goods.read_bytes()
    assert left(trade) == {"got", "got.salts"}


def test_what_a_crash_left_of_a_finished_delivery_is_tidied_up(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    receive(trade, delivery)
    (trade.folder / "got.sealed.part").write_bytes(b"left over")
    receive(trade, delivery)
    assert left(trade) == {"got", "got.salts"}


def test_a_file_that_is_the_content_already_does_not_save_the_checks(trade: Trade, terms: Terms) -> None:
    """Whoever has the file from elsewhere still acknowledges only ciphertexts that it holds."""
    first = delivered(trade, terms)
    receive(trade, first)
    second = trade.provider.deliver(first.contract, trade.goods, sequence=2)
    trade.twist(at("GET /content/.*/boxes/consumer", corrupt(7)))
    with pytest.raises(ContentMismatch):
        receive(trade, second)
    trade.twist(None)
    got = receive(trade, second)
    assert got.delivery.id == second.id
    assert left(trade) == {"got", "got.salts"}


def test_a_key_rotated_while_the_delivery_is_open_still_opens_it(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    keys = {"next_key": trade.folder / "consumer.next-key.txt", "new_next_key": trade.folder / "2.txt"}
    trade.consumer.rotate(**keys)
    assert receive(trade, delivery).path.read_bytes() == trade.goods.read_bytes()


def test_a_key_that_is_not_here_is_the_consumer_s_own_trouble(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    identity = trade.consumer.session.speaker
    identity.seal_keys = ()
    with pytest.raises(UsageProblem, match="a key that is not here"):
        receive(trade, delivery, refuse=True)
    assert trade.consumer.state(delivery).name == "open"


def test_a_delivery_that_cannot_be_released_is_not_acknowledged(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    del trade.exchange.content.stores[prefix_of(delivery.act)].boxes["exchange"]
    trade.exchange.content.stores[prefix_of(delivery.act)].boxes["exchange"] = bytes(1168)
    with pytest.raises(Refused):
        receive(trade, delivery)
    assert trade.consumer.state(delivery).name == "open"


def test_contracted_files_of_every_shape_open(trade: Trade, terms: Terms) -> None:
    for size in (1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK):
        trade.goods.write_bytes(os.urandom(size))
        delivery = trade.provider.deliver(contracted(trade, terms), trade.goods)
        got = receive(trade, delivery, overwrite=True)
        assert got.path.read_bytes() == trade.goods.read_bytes()
