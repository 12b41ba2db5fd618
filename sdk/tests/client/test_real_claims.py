"""Claims, and content in the provider's custody, against a real exchange in a process of its own."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

import lading
from lading.client.flows.sealkeys import recipient
from sdk.tests.client.cheating import Cheat
from sdk.tests.client.court import SPOILS
from sdk.tests.client.test_real_exchange import Market, market, person, served

__all__ = ["market", "served"]


def cheat(market: Market, provider: lading.Exchange, consumer: lading.Exchange, name: str) -> lading.Delivery:
    """A delivery that a dishonest provider made."""
    listing = provider.publish(
        None, source="Sensors", collection="sensor", title="Series", terms=lading.Terms("0.00 EUR")
    )
    contract = consumer.accept(listing, purpose="research")
    key = provider.run(lambda session: recipient(session, session.peer.exchange, "the exchange", ""))
    exchange = SimpleNamespace(id=key.id, seal_key=SimpleNamespace(kid=key.key, public=key.public))
    trade = SimpleNamespace(provider=provider, consumer=consumer, exchange=exchange, goods=market.goods)
    made = Cheat(trade, contract)  # type: ignore[arg-type]
    SPOILS[name][0](made)
    return made.deliver()


@pytest.mark.parametrize(
    ("name", "size"),
    [*((name, 5 * 65_536) for name in SPOILS), ("the first chunk", 1), ("another key", 1)],
)
def test_a_claim_is_registered_with_its_pieces_and_upheld(market: Market, name: str, size: int) -> None:
    _, ground, number, code = SPOILS[name]
    market.goods.write_bytes(b"\7" * size)
    arbiter, out = person(market.home, "arbiter"), market.home / "claim.json"
    with market.connect("provider") as x, market.connect("consumer") as y:
        with lading.connect(market.exchange.api, arbiter) as z:
            me = z.session.me
        delivery = cheat(market, x, y, name)
        with pytest.raises(lading.ProvableFault):
            y.receive(delivery, to=market.home / "got")
        sealed = market.home / "got.sealed.part"
        made = y.claim(delivery, sealed=sealed, arbiter=me, out=out)
        assert (made.ground, made.number) == (ground, number)
        assert y.claim(delivery, sealed=sealed, arbiter=me).id == made.id
        for path in (y.session.speaker.folder / "attachments").iterdir():
            path.unlink()
        before = out.read_bytes()
        y.claim(delivery, sealed=sealed, arbiter=me, out=out)
        assert out.read_bytes() == before
        (market.home / "policy").write_text(y.trust_policy())
    judgement = lading.judge(out, market.home / "policy", keys=arbiter.seal_keys)
    assert (judgement.outcome, judgement.code) == ("upheld", code)


class Ranges(BaseHTTPRequestHandler):
    """Shows one file, whole or a range of it, as a plain web server does."""

    file: Path
    asked: list[str]

    def do_GET(self) -> None:
        data = self.file.read_bytes()
        self.asked.append(str(self.headers))
        match = re.fullmatch(r"bytes=([0-9]+)-([0-9]+)", self.headers.get("Range", ""))
        part = data if match is None else data[int(match[1]) : int(match[2]) + 1]
        self.send_response(200 if match is None else 206)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[str, type[Ranges]]]:
    handler = type("Here", (Ranges,), {"file": tmp_path / "sealed.bin", "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/roads", handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_chunks_are_read_from_the_provider_s_own_server(
    market: Market, web: tuple[str, type[Ranges]], tmp_path: Path
) -> None:
    url, handler = web
    contract = market.contract()
    with market.connect("provider") as x:
        x.deliver(contract, market.goods, custody="provider", url=url, sealed_to=tmp_path / "sealed.bin")
    with market.connect("consumer") as x:
        got = x.receive(x.next_delivery(contract, timeout=10), to=tmp_path / "got")
    assert got.path.read_bytes() == market.goods.read_bytes()
    assert got.evidence.verdict.status is lading.Status.VALID
    (headers,) = handler.asked
    assert "signature" not in headers.lower()
