"""Erasures at a served exchange: who is answered what, and where the bytes are looked for in vain."""

import base64
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from lading.evidence.verdict import Status
from lading.evidence.verify import verify
from lading.log import policy
from lading.log.entry import Entry
from lading.problems import Refused
from lading.register.replay import replay
from lading.statement.words import Id, Millis
from lading_server import office, operate
from lading_server.state import StateDirectory
from lading_server.store import SqliteStore
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.trader import Content, Market, Trader

SECRET = "Geheimnis"


@pytest.fixture
def listing(own_market: Market) -> Id:
    """A public listing that says too much."""
    return own_market.listing(f"{SECRET} A", description=f"{SECRET} B", keywords=[f"{SECRET}-C"])


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    """An exchange for all tests that leave it running."""
    exchange = ExchangeProcess(tmp_path_factory.mktemp("lasting") / "state").start()
    yield exchange
    code = exchange.end()
    assert code == 0, exchange.log()[-4_000:]


@pytest.fixture(scope="module")
def dealers(lasting: ExchangeProcess) -> Iterator[Market]:
    """Participants of that exchange."""
    market = Market(lasting.api, lasting.id, lasting.directory)
    yield market
    market.close()


def erase(exchange: ExchangeProcess, statement: str, **members: str) -> Id:
    """By the operator's command."""
    return Id(str(office.erase(exchange.directory, statement, ground="unlawful", **members)["id"]))


def stays_clean(exchange: ExchangeProcess, *secret: bytes) -> None:
    """After the exchange cleaned up and stopped, none of its files holds any of these bytes."""
    wait_until_clean(exchange.directory)
    assert exchange.end() == 0
    assert "traceback" not in exchange.log(), exchange.log()[-4_000:]
    for path in exchange.directory.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert not [part for part in secret if part in data], path


def wait_until_clean(directory: Path) -> None:
    """Return when the exchange has nothing left to clean up after."""
    store, end = SqliteStore(StateDirectory(directory).database), time.monotonic() + 60
    while True:
        with store.read() as sight:
            left = sight.erased(1)
        if not left:
            break
        assert time.monotonic() < end
        time.sleep(0.05)
    store.close()


def traces(*statements: bytes) -> list[bytes]:
    """What would give statements away: their signatures, and the secret word as it stands in texts and in base64url."""
    word = SECRET.encode()
    shifted = [base64.urlsafe_b64encode(bytes(by) + word)[4 if by else 0 : -4] for by in range(3)]
    return [*(jws.rpartition(b".")[2] for jws in statements), word, SECRET.casefold().encode(), *shifted]


def test_the_traces_of_a_statement_are_found_while_it_is_there(
    own_exchange: ExchangeProcess, listing: Id
) -> None:
    assert own_exchange.end() == 0
    data = StateDirectory(own_exchange.directory).database.read_bytes()
    _, word, folded, *shifted = traces(b"")
    assert word in data
    assert folded in data
    assert sum(part in data for part in shifted) >= 1


def test_what_was_erased_is_gone_for_readers_and_nothing_for_others(
    lasting: ExchangeProcess, dealers: Market
) -> None:
    contract = dealers.contract()
    nothing = dealers.stranger.get(f"/statements/{Id('sha256:' + '0' * 64)}")
    erasure = erase(lasting, contract)
    for reader in (dealers.provider, dealers.consumer, dealers.exchange):
        answer = reader.get(f"/statements/{contract}")
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")
        assert reader.get(f"/statements/{erasure}").status_code == 200
    for key in (contract, erasure):
        for path in (f"/statements/{key}", f"/statements/{key}/evidence", f"/statements/{key}/proof"):
            hidden = dealers.stranger.get(path)
            assert (hidden.status_code, hidden.content) == (404, nothing.content)
            assert httpx.get(f"{dealers.api}{path}").content == nothing.content
    assert dealers.consumer.get(f"/state/{contract}").json()["record"]["state"] == "active"


def test_a_public_listing_leaves_search_and_events(lasting: ExchangeProcess, dealers: Market) -> None:
    listing = dealers.listing(f"{SECRET} A", description=f"{SECRET} B", keywords=[f"{SECRET}-C"])
    erasure = erase(lasting, listing, legal_basis="Order 17")
    api = dealers.api
    assert httpx.get(f"{api}/statements/{listing}").status_code == 410
    assert httpx.get(f"{api}/listings", params={"q": SECRET}).json()["listings"] == []
    events = httpx.get(f"{api}/events").json()
    assert listing not in {event["id"] for event in events["events"]}
    assert erasure in {event["id"] for event in events["events"]}
    record = httpx.get(f"{api}/state/{listing}").json()["record"]
    assert (record["title"], record["state"], record["closed_by"]) == ("", "withdrawn", erasure)
    refused = dealers.consumer.post(
        dealers.consumer.sign("acceptance", listing=listing, purpose="research", reference="PO-1")
    )
    assert refused.json()["code"] == "listing-not-open"


def test_pages_of_events_have_no_gap_where_something_was_erased(
    lasting: ExchangeProcess, dealers: Market
) -> None:
    listings = [dealers.listing(f"{SECRET} {number}") for number in range(4)]
    after = int(httpx.get(f"{dealers.api}/events").json()["next"])
    last = dealers.listing("Kept")
    for listing in listings:
        erase(lasting, listing)
    for limit in (1, 2, 3):
        seen, at = [], -1
        while at < after + 5:
            page = httpx.get(f"{dealers.api}/events", params={"after": at, "limit": limit}).json()
            seen += [event["id"] for event in page["events"]]
            at = page["next"]
        assert not set(seen) & set(listings)
        assert seen.count(last) == 1
        assert len(seen) == len(set(seen))


def test_the_bytes_are_nowhere_in_the_files(
    own_exchange: ExchangeProcess, own_market: Market, listing: Id
) -> None:
    for number in range(40):
        own_market.listing(f"Ordinary {number}", keywords=[secrets.token_hex(8)])
    jws = httpx.get(f"{own_market.api}/statements/{listing}").content
    newer = own_market.provider.issue(
        "listing", kind="dataset", title=f"{SECRET} D", supersedes=listing, description="x" * 3000
    )
    other = httpx.get(f"{own_market.api}/statements/{newer}").content
    erase(own_exchange, listing)
    erase(own_exchange, newer)
    stays_clean(own_exchange, *traces(jws, other))


def test_attachments_and_tickets_go_too(own_exchange: ExchangeProcess, own_market: Market) -> None:
    contract = own_market.contract()
    content = Content(b"kept content of the delivery")
    delivery = own_market.delivered(contract, content)
    sent = own_market.provider.get(f"/statements/{delivery}").content
    document = f"{SECRET} document".encode()
    named = {
        "name": "letter.pdf",
        "media_type": "application/pdf",
        "size": len(document),
        "digest": f"sha256:{sha256(document).hexdigest()}",
    }
    claim = own_market.consumer.sign("claim", statement=contract, ground="breach", evidence=[named])
    assert own_market.consumer.open_upload(claim).status_code == 200
    key = Id(f"sha256:{sha256(claim).hexdigest()}")
    path = f"/attachments/{key}/{named['digest']}"
    assert own_market.consumer.put(path, document).status_code == 204
    own_market.consumer.register(claim)
    for statement in (key, delivery):
        erase(own_exchange, statement)
    assert own_market.provider.get(path).status_code == 410
    assert own_market.stranger.get(path).status_code == 404
    got = own_market.consumer.get(f"/content/{contract}/1/{content.root}/chunks")
    assert got.content == content.data
    stays_clean(own_exchange, *traces(sent, claim), document)


def test_it_survives_a_crash_and_a_restart_and_the_log_replays(
    own_exchange: ExchangeProcess, own_market: Market, listing: Id
) -> None:
    contract = own_market.contract(own_market.listing())
    jws = httpx.get(f"{own_market.api}/statements/{listing}").content
    erase(own_exchange, listing)
    erase(own_exchange, contract)
    kill_9(own_exchange)
    own_exchange.start()
    assert httpx.get(f"{own_market.api}/statements/{listing}").status_code == 410
    again = own_market.provider.post(jws)
    assert (again.status_code, again.json()["id"]) == (200, listing)
    assert httpx.get(f"{own_market.api}/statements/{listing}").status_code == 410
    stays_clean(own_exchange, *traces(jws))
    assert replayed(own_exchange.directory) == stored(own_exchange.directory)


def replayed(directory: Path) -> dict[tuple[str, str], str]:
    """The state by a replay of the log that the database holds."""
    with closing(sqlite3.connect(StateDirectory(directory).database)) as database:
        rows = database.execute("SELECT time, id, jws FROM entries ORDER BY idx").fetchall()
    assert any(jws is None for *_, jws in rows)
    view = replay((Entry(Millis(time), Id(f"sha256:{key.hex()}")), jws) for time, key, jws in rows)
    return {address: record.model_dump_json() for address, record in view.records.items()}


def stored(directory: Path) -> dict[tuple[str, str], str]:
    """The state that the database holds."""
    with closing(sqlite3.connect(StateDirectory(directory).database)) as database:
        return {
            (kind, key): record
            for kind, key, record in database.execute("SELECT kind, key, record FROM state")
        }


def test_evidence_over_an_erased_statement_is_indeterminate(
    lasting: ExchangeProcess, dealers: Market
) -> None:
    contract = dealers.contract()
    delivery = dealers.delivered(contract, Content(b"content"))
    trust = policy.parse(operate.policy(lasting.directory))
    before = dealers.consumer.get(f"/statements/{delivery}/evidence").content
    erase(lasting, contract)
    after = dealers.consumer.get(f"/statements/{delivery}/evidence").content
    assert verify(before, trust).status is Status.VALID
    verdict = verify(after, trust)
    assert verdict.status is Status.INDETERMINATE
    assert {finding.code for finding in verdict.findings if finding.severity == "unknown"} == {"erased"}
    itself = dealers.consumer.get(f"/statements/{contract}/evidence")
    assert verify(itself.content, trust).status is Status.INDETERMINATE
    assert dealers.consumer.get(f"/statements/{contract}/proof").status_code == 200


def test_the_operator_is_told_what_cannot_be_erased(lasting: ExchangeProcess, dealers: Market) -> None:
    listing = dealers.listing(f"{SECRET} A", description=f"{SECRET} B", keywords=[f"{SECRET}-C"])
    with pytest.raises(Refused, match="not-erasable"):
        erase(lasting, dealers.provider.id)
    with pytest.raises(Refused, match="unknown-statement"):
        erase(lasting, "sha256:" + "0" * 64)
    erase(lasting, listing)
    with pytest.raises(Refused, match="erased-already"):
        erase(lasting, listing)


def test_a_withdrawal_that_was_erased_closed_its_delivery(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    contract = own_market.contract()
    delivery = own_market.delivered(contract, Content(b"content"))
    withdrawal = own_market.provider.issue("withdrawal", statement=delivery)
    erase(own_exchange, withdrawal)
    assert own_exchange.end() == 0
    (own_exchange.directory / "destroyed").unlink(missing_ok=True)
    own_exchange.start()
    assert own_market.provider.get(f"/state/{delivery}").json()["record"]["state"] == "withdrawn"
    assert "error" not in own_exchange.log().casefold()


def test_a_reader_of_the_old_content_puts_the_rewriting_off(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "lading.db")
    store.create()
    other = SqliteStore(tmp_path / "lading.db")
    with other.read() as sight:
        assert sight.size() == 0
        assert not store.clean(0)
    assert store.clean(0)
    other.close()
    store.close()


def test_notarise_a_file_and_a_digest(lasting: ExchangeProcess, dealers: Market, tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"a letter")
    digest = f"sha256:{sha256(b'a letter').hexdigest()}"
    public = office.notarise(lasting.directory, str(letter), text="A letter", media_type="application/pdf")
    private = office.notarise(lasting.directory, digest, reader=dealers.consumer.id)
    assert public["digest"] == private["digest"] == digest
    assert httpx.get(f"{dealers.api}/statements/{public['id']}").status_code == 200
    assert dealers.consumer.get(f"/statements/{private['id']}").status_code == 200
    assert dealers.provider.get(f"/statements/{private['id']}").status_code == 404


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[ExchangeProcess]:
    """An exchange that nobody serves."""
    exchange = ExchangeProcess(tmp_path / "idle")
    yield exchange
    if exchange.process is not None:
        exchange.end()


def test_announce_and_close_while_nobody_serves_it(idle: ExchangeProcess) -> None:
    for at in ("2027-01-01", "2026-12-01T00:00:00.000Z"):
        with pytest.raises(Refused):
            office.announce(idle.directory, at)
    office.announce(idle.directory, "2999-01-01T00:00:00.000Z")
    with pytest.raises(Refused, match="wrong-closing"):
        office.announce(idle.directory, "2998-01-01T00:00:00.000Z")
    with pytest.raises(Refused, match="wrong-closing"):
        office.close(idle.directory)
    idle.start()
    with Trader(idle.api, idle.id, "Late") as trader:
        assert trader.post(trader.first).json()["code"] == "exchange-closing"
    assert idle.end() == 0
