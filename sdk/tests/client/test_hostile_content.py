"""A misbehaving exchange, and a network that breaks, while clear content is on its way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, NotUnderstood, Unreachable, UsageProblem
from lading.problems import Refused
from sdk.tests.client.conftest import QUICK, Trade
from sdk.tests.client.steps import contracted, delivered
from sdk.tests.client.twists import at, corrupt, edit, raw


@pytest.fixture
def trade(clear_trade: Trade) -> Trade:
    return clear_trade


@pytest.mark.parametrize("position", [0, 65_536, 200_000, -1])
def test_wrong_bytes_are_not_acknowledged(trade: Trade, terms: Terms, tmp_path: Path, position: int) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/chunks", corrupt(position)))
    with pytest.raises(ContentMismatch) as caught:
        trade.consumer.receive(delivery, to=tmp_path / "got")
    assert "refuse" in caught.value.hint
    assert not (tmp_path / "got").exists()
    assert trade.consumer.state(delivery).name == "open"
    trade.twist(None)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()


def test_wrong_bytes_can_be_refused_with_a_receipt(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/chunks", corrupt(5)))
    with pytest.raises(ContentMismatch) as caught:
        trade.consumer.receive(delivery, to=tmp_path / "got", refuse=True)
    assert "refused receipt was registered" in caught.value.hint
    assert trade.consumer.state(delivery).name == "refused"


def test_a_manifest_of_other_content_is_noticed_before_any_byte(
    trade: Trade, terms: Terms, tmp_path: Path
) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/manifest", corrupt(0)))
    with pytest.raises(ContentMismatch):
        trade.consumer.receive(delivery, to=tmp_path / "got")
    assert not any("GET" in path and path.endswith("/chunks") for path in trade.exchange.paths())


def test_a_truncated_stream_goes_on_where_it_stopped(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    asked: list[str] = []

    def short(request: Request, response: Response) -> Response:
        if request.method == "GET" and request.url.endswith("/chunks"):
            asked.append(request.headers["Range"])
            return Response(response.status, response.headers, response.body[:100_000])
        return response

    trade.twist(short)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()
    assert [int(item.removeprefix("bytes=").partition("-")[0]) for item in asked] == [
        0,
        65_536,
        131_072,
        196_608,
    ]


def test_a_stream_that_never_comes_is_unreachable(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/chunks", lambda response: Response(206, {}, b"")))
    with pytest.raises(Unreachable, match="ended early"):
        trade.consumer.receive(delivery, to=tmp_path / "got")
    assert trade.consumer.state(delivery).name == "open"


def test_more_bytes_than_were_signed_are_noticed(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/chunks", lambda r: Response(r.status, {}, r.body + b"more")))
    with pytest.raises(ContentMismatch, match="more bytes"):
        trade.consumer.receive(delivery, to=tmp_path / "got")


def test_a_whole_answer_to_a_request_for_the_rest_is_not_taken_for_it(
    trade: Trade, terms: Terms, tmp_path: Path
) -> None:
    delivery = delivered(trade, terms)
    (tmp_path / "got.part").write_bytes(trade.goods.read_bytes()[:65_536])
    trade.twist(at("GET /content/.*/chunks", lambda r: Response(200, {}, trade.goods.read_bytes())))
    with pytest.raises(NotUnderstood):
        trade.consumer.receive(delivery, to=tmp_path / "got")
    trade.twist(None)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()


@pytest.mark.parametrize(
    "left",
    [b"", b"garbage", b"\0" * 300_000, bytes(range(256)) * 256, bytes(range(256)) * 256 + b"half a chunk"],
)
def test_whatever_lies_in_the_part_file_is_verified_again(
    trade: Trade, terms: Terms, tmp_path: Path, left: bytes
) -> None:
    delivery = delivered(trade, terms)
    (tmp_path / "got.part").write_bytes(left)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()
    assert not (tmp_path / "got.part").exists()


def test_what_was_received_before_is_not_asked_for_again(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    (tmp_path / "got.part").write_bytes(trade.goods.read_bytes()[: 3 * 65_536 + 5])
    trade.consumer.receive(delivery, to=tmp_path / "got")
    (asked,) = [r for r in trade.exchange.requests if r.method == "GET" and r.url.endswith("/chunks")]
    assert asked.headers["Range"] == f"bytes={3 * 65_536}-{delivery.size - 1}"


def test_an_upload_goes_on_where_the_exchange_stopped(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    puts: list[str] = []

    def drop_second(request: Request, response: Response) -> Response:
        if request.method == "PUT" and "/chunks/" in request.url:
            puts.append(request.url.rpartition("/")[2])
            if len(puts) == 2:
                raise Unreachable("cut")
        return response

    trade.twist(drop_second)
    trade.provider.deliver(contract, trade.goods)
    # The second request arrived, its answer was lost, and HEAD told that it need not be repeated.
    assert puts == ["0", "2", "4"]
    assert any(path.startswith("HEAD") for path in trade.exchange.paths())


def test_an_upload_that_was_cut_off_is_finished_by_the_next_call(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)

    def cut(request: Request, response: Response) -> Response:
        if request.method in ("PUT", "HEAD") and not request.url.endswith(("/manifest", "/chunks/0")):
            raise Unreachable("cut")
        return response

    trade.twist(cut)
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)
    (stored,) = trade.provider.session.outbox.pending()
    with pytest.raises(Unreachable):
        trade.again(trade.provider).deliver(contract, trade.goods)
    assert [left.id for left in trade.provider.session.outbox.pending()] == [stored.id]
    trade.twist(None)
    before = len(trade.exchange.requests)
    assert trade.again(trade.provider).deliver(contract, trade.goods).id == stored.id
    assert not any(path.endswith(("/manifest", "/chunks/0")) for path in trade.exchange.paths()[before:])


@pytest.mark.parametrize(
    "change",
    [edit(content="/content/elsewhere"), edit(chunks=1), edit(held=99), edit(held=-1), raw(b"{}")],
)
def test_a_ticket_s_answer_about_other_content_is_not_followed(
    trade: Trade, terms: Terms, change: Callable[[Response], Response]
) -> None:
    contract = contracted(trade, terms)
    trade.twist(at("POST /content", change))
    with pytest.raises(NotUnderstood):
        trade.provider.deliver(contract, trade.goods)
    assert not any("PUT" in path for path in trade.exchange.paths())


@pytest.mark.parametrize("held", [0, -1, 10**6])
def test_chunks_that_are_not_counted_end_the_upload(trade: Trade, terms: Terms, held: int) -> None:
    contract = contracted(trade, terms)
    trade.twist(at("PUT /content/.*/chunks/.*", edit(held=held)))
    with pytest.raises(NotUnderstood, match="did not count"):
        trade.provider.deliver(contract, trade.goods)


def test_a_file_that_shrinks_under_the_upload_is_noticed(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)

    def shrink(request: Request, response: Response) -> Response:
        if request.method == "PUT" and request.url.endswith("/manifest"):
            trade.goods.write_bytes(b"short")
        return response

    trade.twist(shrink)
    with pytest.raises(ContentMismatch, match="shorter"):
        trade.provider.deliver(contract, trade.goods)


def test_a_file_that_changes_under_the_upload_is_refused(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)

    def change(request: Request, response: Response) -> Response:
        if request.method == "PUT" and request.url.endswith("/manifest"):
            trade.goods.write_bytes(b"\1" * trade.goods.stat().st_size)
        return response

    trade.twist(change)
    with pytest.raises(Refused) as caught:
        trade.provider.deliver(contract, trade.goods)
    assert caught.value.code == "bad-chunk"
    assert "changed" in caught.value.hint


def test_an_upload_that_is_forgotten_again_and_again_ends(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    sent: list[str] = []

    def forgetful(request: Request, response: Response) -> Response:
        if request.method == "HEAD":
            return Response(200, {"lading-chunks-held": "0"}, b"")
        if request.method == "PUT" and "/chunks/" in request.url:
            sent.append(request.url.rpartition("/")[2])
            if len(sent) % 2 == 0:
                raise Unreachable("cut")
        return response

    trade.twist(forgetful)
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)
    assert len(sent) == 2 * QUICK.attempts


@pytest.mark.parametrize("held", ["", "-1", "many", "1" * 10, "\u0661"])
def test_a_number_of_chunks_that_is_none_is_not_understood(trade: Trade, terms: Terms, held: str) -> None:
    contract = contracted(trade, terms)

    def lost(request: Request, response: Response) -> Response:
        if request.method == "HEAD":
            return Response(200, {"lading-chunks-held": held}, b"")
        if request.method == "PUT" and "/chunks/" in request.url:
            raise Unreachable("cut")
        return response

    trade.twist(lost)
    with pytest.raises(NotUnderstood, match="how many chunks"):
        trade.provider.deliver(contract, trade.goods)


def test_a_link_in_the_place_of_the_part_file_is_not_followed(
    trade: Trade, terms: Terms, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    (tmp_path / "got.part").symlink_to(precious)
    with pytest.raises(UsageProblem):
        trade.consumer.receive(delivered(trade, terms), to=tmp_path / "got")
    assert precious.read_bytes() == b"precious"
