"""Sealed chunks in the provider's own custody: written there, fetched from there, and from nowhere that is private."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import lading
from lading.client.address import chunks_address
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, Unreachable, UsageProblem
from sdk.tests.client.cheating import Cheat
from sdk.tests.client.conftest import Trade
from sdk.tests.client.stand_in import API, Seam
from sdk.tests.client.stand_in_content import ranged
from sdk.tests.client.steps import contracted, receive, shares_of, unpromised
from sdk.tests.client.twists import at, corrupt

URL = "https://files.provider.example/roads"
HERE = "http://127.0.0.1:9000/roads"


class Web(Seam):
    """The exchange, and the provider's own server, which shows a file below each address."""

    def __init__(self, trade: Trade) -> None:
        super().__init__(trade.exchange)
        self.files: dict[str, Path] = {}
        self.asked: list[Request] = []
        self.change: Callable[[Response], Response] = lambda response: response

    def send(self, request: Request) -> Response:
        if request.url.startswith(API):
            return super().send(request)
        self.asked.append(request)
        file = self.files.get(request.url)
        response = Response(404, {}, b"") if file is None else ranged(request, file.read_bytes())
        response = self.change(response)
        if request.sink is None or response.status not in request.sink_status:
            return response
        request.sink(response.body)
        return replace(response, body=b"")


@pytest.fixture
def web(trade: Trade) -> Web:
    trade.seam = Web(trade)
    trade.provider, trade.consumer = trade.again(trade.provider), trade.again(trade.consumer)
    return trade.seam


def deliver(trade: Trade, terms: Terms, url: str = HERE) -> lading.Delivery:
    return trade.provider.deliver(
        contracted(trade, terms),
        trade.goods,
        custody="provider",
        url=url,
        sealed_to=trade.folder / "sealed.bin",
    )


def test_chunks_stay_with_the_provider_and_are_read_there(trade: Trade, web: Web, terms: Terms) -> None:
    delivery = deliver(trade, terms)
    assert (delivery.act.custody, delivery.act.url) == ("provider", HERE)
    assert not any("/chunks" in path for path in trade.exchange.paths())
    assert (trade.folder / "sealed.bin").stat().st_size == delivery.size + 48 * delivery.act.chunks
    web.files[f"{HERE}/chunks"] = trade.folder / "sealed.bin"
    got = receive(trade, delivery)
    assert got.path.read_bytes() == trade.goods.read_bytes()
    assert got.evidence.verdict.status is lading.Status.VALID


def test_the_provider_s_server_learns_no_name(trade: Trade, web: Web, terms: Terms) -> None:
    delivery = deliver(trade, terms)
    web.files[f"{HERE}/chunks"] = trade.folder / "sealed.bin"
    receive(trade, delivery)
    assert web.asked
    for request in web.asked:
        assert request.method == "GET"
        assert not {name.lower() for name in request.headers} & {"signature", "signature-input"}


def test_delivering_again_finds_the_delivery_and_writes_nothing(trade: Trade, web: Web, terms: Terms) -> None:
    first = deliver(trade, terms)
    (trade.folder / "sealed.bin").unlink()
    assert deliver(trade, terms) == first
    assert not (trade.folder / "sealed.bin").exists()


def test_a_file_in_the_way_is_not_replaced(trade: Trade, web: Web, terms: Terms) -> None:
    (trade.folder / "sealed.bin").write_text("mine")
    with pytest.raises(UsageProblem, match="exists"):
        deliver(trade, terms)
    assert (trade.folder / "sealed.bin").read_text() == "mine"
    assert not shares_of(trade.provider)


def test_an_interrupted_delivery_writes_the_same_chunks_again(trade: Trade, web: Web, terms: Terms) -> None:
    def lost(response: Response) -> Response:
        raise Unreachable("lost")

    trade.twist(at("PUT .*/boxes/.*", lost))
    with pytest.raises(Unreachable):
        deliver(trade, terms)
    before = (trade.folder / "sealed.bin").read_bytes()
    (trade.folder / "sealed.bin").write_bytes(b"damaged")
    trade.twist(None)
    deliver(trade, terms)
    assert (trade.folder / "sealed.bin").read_bytes() == before
    assert not (trade.folder / "sealed.bin.part").exists()


def test_a_source_that_changes_is_not_written(trade: Trade, web: Web, terms: Terms) -> None:
    def change(request: Request, response: Response) -> Response:
        if "/state/" in request.url:
            trade.goods.write_bytes(os.urandom(trade.goods.stat().st_size))
        return response

    contract = contracted(trade, terms)
    trade.twist(change)
    with pytest.raises(ContentMismatch):
        trade.provider.deliver(
            contract, trade.goods, custody="provider", url=HERE, sealed_to=trade.folder / "sealed.bin"
        )
    assert not (trade.folder / "sealed.bin").exists()


@pytest.mark.parametrize("place", ["nowhere/sealed.bin", "."])
def test_a_place_that_cannot_be_written_is_a_usage_problem(
    trade: Trade, web: Web, terms: Terms, place: str
) -> None:
    with pytest.raises(UsageProblem):
        trade.provider.deliver(
            contracted(trade, terms),
            trade.goods,
            custody="provider",
            url=HERE,
            sealed_to=trade.folder / place,
        )


@pytest.mark.parametrize(
    "how",
    [
        {"custody": "provider"},
        {"custody": "provider", "url": HERE},
        {"custody": "provider", "sealed_to": "x"},
        {"url": HERE},
        {"sealed_to": "x"},
        {"custody": "nobody", "url": HERE, "sealed_to": "x"},
        {"custody": "provider", "url": HERE, "sealed_to": "x", "sealed": False},
        {"custody": "provider", "url": "nonsense", "sealed_to": "x"},
        {"custody": "provider", "url": "https://x.example/?q", "sealed_to": "x"},
    ],
)
def test_arguments_that_contradict_each_other_are_a_usage_problem(
    trade: Trade, web: Web, terms: Terms, how: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    contract = contracted(trade, terms)
    with pytest.raises(UsageProblem) as caught:
        trade.provider.deliver(contract, trade.goods, **how)  # type: ignore[arg-type]
    assert caught.value.hint
    assert not any(path.endswith("POST /content") for path in trade.exchange.paths())


def test_a_file_promised_in_clear_cannot_stay_with_the_provider(trade: Trade, web: Web, terms: Terms) -> None:
    trade.sealed = False
    with pytest.raises(UsageProblem, match="promises this file in clear"):
        deliver(trade, terms)


def test_wrong_bytes_at_the_provider_s_address_are_not_acknowledged(
    trade: Trade, web: Web, terms: Terms
) -> None:
    delivery = deliver(trade, terms)
    web.files[f"{HERE}/chunks"] = trade.folder / "sealed.bin"
    web.change = corrupt(100_000)
    with pytest.raises(ContentMismatch) as caught:
        receive(trade, delivery)
    assert caught.value.reason == "content-mismatch"
    assert trade.consumer.state(delivery).name == "open"


@pytest.mark.parametrize(
    "answered",
    [
        Response(302, {"location": "https://elsewhere.example/chunks"}, b""),
        Response(404, {}, b"not here"),
        Response(403, {"content-type": "application/problem+json"}, b'{"status":403,"code":"not-found"}'),
        Response(401, {"content-type": "application/problem+json"}, b'{"status":401,"code":"nonce-used"}'),
        Response(500, {}, b"oh"),
        Response(200, {}, b""),
    ],
)
def test_an_address_that_gives_nothing_is_unreachable_and_nothing_else_is_asked(
    trade: Trade, web: Web, terms: Terms, answered: Response
) -> None:
    delivery = deliver(trade, terms)
    web.change = lambda response: answered
    with pytest.raises((Unreachable, lading.Refused)) as caught:
        receive(trade, delivery)
    assert {request.url for request in web.asked} == {f"{HERE}/chunks"}
    assert caught.value.hint
    assert trade.consumer.state(delivery).name == "open"


def test_a_truncated_download_from_the_provider_goes_on(trade: Trade, web: Web, terms: Terms) -> None:
    delivery = deliver(trade, terms)
    web.files[f"{HERE}/chunks"] = trade.folder / "sealed.bin"
    web.change = lambda response: Response(response.status, {}, response.body[:100_000])
    receive(trade, delivery)
    assert len(web.asked) == 4


@pytest.mark.parametrize(
    "url",
    [
        "https://files.example/roads",
        "https://files.example:8443/a/b",
        "https://8.8.8.8/roads",
        "https://[2606:4700:4700::1111]/roads",
        "https://4everyone.example/x",
        "https://0x.example/x",
    ],
)
def test_public_addresses_are_fetched_from(url: str) -> None:
    assert chunks_address(url, "https://exchange.example") == f"{url}/chunks"


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/roads",
        "http://8.8.8.8/roads",
        "ftp://files.example/roads",
        "https:///roads",
        "https://localhost/roads",
        "https://LOCALHOST/roads",
        "https://localhost./roads",
        "https://db.localhost/roads",
        "https://127.0.0.1/roads",
        "https://127.0.0.1./roads",
        "https://127.8.9.10/roads",
        "https://127.1/roads",
        "https://2130706433/roads",
        "https://0x7f000001/roads",
        "https://0X7F.0.0.1/roads",
        "https://0177.0.0.1/roads",
        "https://0/roads",
        "https://0.0.0.0/roads",
        "https://10.0.0.1/roads",
        "https://172.16.0.1/roads",
        "https://192.168.1.1/roads",
        "https://100.64.0.1/roads",
        "https://169.254.169.254/latest",
        "https://224.0.0.1/roads",
        "https://255.255.255.255/roads",
        "https://[::1]/roads",
        "https://[::]/roads",
        "https://[fe80::1]/roads",
        "https://[fd00::1]/roads",
        "https://[ff02::1]/roads",
        "https://[::ffff:127.0.0.1]/roads",
        "https://[::ffff:10.0.0.1]/roads",
    ],
)
def test_private_addresses_are_never_fetched_from(url: str) -> None:
    with pytest.raises(UsageProblem, match="never fetched from") as caught:
        chunks_address(url, "https://exchange.example")
    assert "Refuse" in caught.value.hint


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/x", "https://127.0.0.1:9/x", "http://[::1]:1/x", "http://localhost:1/x"]
)
def test_this_machine_is_fetched_from_while_the_exchange_is_on_it(url: str) -> None:
    for exchange in ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"):
        assert chunks_address(url, exchange) == f"{url}/chunks"


@pytest.mark.parametrize("url", ["http://10.0.0.1/x", "https://192.168.0.1/x", "http://files.example/x"])
def test_an_exchange_on_this_machine_opens_no_other_private_address(url: str) -> None:
    with pytest.raises(UsageProblem):
        chunks_address(url, "http://127.0.0.1:8000")


def test_a_delivery_with_a_private_address_is_not_fetched(trade: Trade, web: Web, terms: Terms) -> None:
    cheat = Cheat(trade, unpromised(trade, terms))
    delivery = cheat.deliver(custody="provider", url="https://192.168.0.10/roads")
    with pytest.raises(UsageProblem, match="never fetched from"):
        receive(trade, delivery)
    assert not web.asked
    assert trade.consumer.state(delivery).name == "open"
    trade.consumer.refuse(delivery, reason="not-available")


@pytest.mark.parametrize("url", ["http://files.example/roads", "https://10.0.0.1/roads"])
def test_an_address_that_nobody_fetches_from_is_refused_before_anything_is_signed(
    trade: Trade, web: Web, terms: Terms, url: str
) -> None:
    contract = contracted(trade, terms)
    with pytest.raises(UsageProblem, match="do not fetch"):
        trade.provider.deliver(
            contract, trade.goods, custody="provider", url=url, sealed_to=trade.folder / "sealed.bin"
        )
    assert not any(path.endswith("/content") for path in trade.exchange.paths())
