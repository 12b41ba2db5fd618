"""What was acknowledged stays: restarts, kills, full stops, second processes, rolled-back databases."""

import itertools
import random
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import httpx
import pytest

from lading.keys import vkey
from lading.keys.vkey import VerifierKey
from lading.log import checkpoint, proof
from lading.log.checkpoint import Checkpoint
from lading.log.entry import Entry, decode_entry
from lading.statement.envelope import statement_id
from lading.statement.words import Id, Millis
from lading.tree import root_of
from lading_server import operate
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.trader import Content, Market, Trader

STATEMENT = {"Content-Type": "application/lading+jws"}


@dataclass
class Witness:
    """Remembers every acknowledgement and every checkpoint, and compares them with what the log says
    later.
    """

    key: VerifierKey
    acknowledged: dict[Id, tuple[int, int]] = field(default_factory=dict)
    checkpoints: dict[int, bytes] = field(default_factory=dict)

    def saw_registration(self, answer: dict[str, object]) -> None:
        """Keep index and time, and the checkpoint of the proof, which must hold now."""
        key = Id(str(answer["id"]))
        file = proof.parse(str(answer["proof"]))
        assert (file.index, file.time) == (answer["index"], answer["time"])
        self.saw_checkpoint(file.verify(key, self.key))
        place = (file.index, int(file.time))
        assert self.acknowledged.setdefault(key, place) == place

    def saw_checkpoint(self, seen: Checkpoint) -> None:
        """One size has one root, for ever."""
        assert self.checkpoints.setdefault(seen.size, seen.root) == seen.root

    def check(self, api: str) -> int:
        """Compare everything remembered with the log as it is served now; its size."""
        with httpx.Client(base_url=api, trust_env=False) as http:
            latest, _ = checkpoint.open_signed(http.get("/log/checkpoint").text, self.key)
            self.saw_checkpoint(latest)
            entries = read_entries(http, latest.size)
        leaves = [entry.leaf for entry in entries]
        for size, root in self.checkpoints.items():
            assert size <= latest.size
            assert root_of(leaves[:size]) == root, f"the checkpoint of size {size} is of another history"
        for key, (index, moment) in self.acknowledged.items():
            assert entries[index] == Entry(Millis(moment), key)
        assert [entry.time for entry in entries] == sorted(entry.time for entry in entries)
        assert len({entry.id for entry in entries}) == len(entries)
        return latest.size


def read_entries(http: httpx.Client, size: int) -> list[Entry]:
    """All entries, from the entry bundles."""
    entries: list[Entry] = []
    for number in range(-(-size // 256)):
        width = min(256, size - number * 256)
        path = f"/log/tile/entries/{number:03d}" + ("" if width == 256 else f".p/{width}")
        bundle = http.get(path).content
        assert len(bundle) == 42 * width
        entries += [decode_entry(bundle[i + 2 : i + 42]) for i in range(0, len(bundle), 42)]
    return entries


def witness_of(exchange: ExchangeProcess) -> Witness:
    return Witness(vkey.parse(operate.describe(exchange.directory)["vkey"]))


def read_everything(market: Market) -> dict[str, bytes]:
    """Every statement and state that the exchange may see, as answers, and the log's tiles."""
    found: dict[str, bytes] = {}
    events = market.exchange.get("/events").json()
    for event in events["events"]:
        for path in (f"/statements/{event['id']}", f"/state/{event['id']}"):
            found[path] = market.exchange.get(path).content
    found["checkpoint"] = market.exchange.http.get("/log/checkpoint").content
    found["listings"] = market.exchange.http.get("/listings").content
    return found


@pytest.mark.parametrize("crash", [False, True], ids=["SIGTERM", "kill -9"])
def test_a_restart_loses_nothing(own_exchange: ExchangeProcess, own_market: Market, crash: bool) -> None:
    content = Content(b"roads" * 50_000)
    contract = own_market.contract(own_market.listing())
    own_market.delivered(contract, content)
    before = read_everything(own_market)
    if crash:
        kill_9(own_exchange)
    else:
        assert own_exchange.end() == 0
    own_exchange.start()
    assert read_everything(own_market) == before
    assert own_market.consumer.get(f"/content/{contract}/1/{content.root}/chunks").content == content.data
    own_market.listing("after the restart")


def test_a_second_process_refuses_to_start(own_exchange: ExchangeProcess) -> None:
    second = own_exchange.spawn()
    assert second.wait(timeout=30) == 3
    assert "already serves" in own_exchange.log()
    assert httpx.get(f"{own_exchange.api}/listings").status_code == 200
    assert second.stdout is not None
    second.stdout.close()


def copy_database(exchange: ExchangeProcess, target: Path) -> None:
    """A backup while the exchange runs."""
    source = apsw.Connection(str(exchange.directory / "lading.db"))
    copy = apsw.Connection(str(target))
    with copy.backup("main", source, "main") as backup:
        backup.step()
    copy.close()
    source.close()


def restore_database(exchange: ExchangeProcess, backup: Path) -> None:
    """Put an old copy in the place of the database."""
    for suffix in ("", "-wal", "-shm"):
        (exchange.directory / f"lading.db{suffix}").unlink(missing_ok=True)
    shutil.copy(backup, exchange.directory / "lading.db")


def assert_read_only(market: Market, registered: bytes) -> None:
    """Reads work; registered statements are confirmed; nothing new is taken."""
    refused = market.provider.post(market.provider.sign("listing", kind="dataset", title="Too late"))
    assert (refused.status_code, refused.json()["code"]) == (503, "read-only")
    assert refused.headers["retry-after"]
    assert market.provider.post(registered).status_code == 200
    assert market.provider.http.get(f"/statements/{statement_id(registered)}").content == registered
    assert market.provider.open_upload(b"x").json()["code"] == "read-only"
    somewhere = f"/content/{market.provider.id}/1/{market.provider.id}"
    for path in ("manifest", "boxes/exchange", "boxes/consumer", "chunks/0"):
        assert market.provider.put(f"{somewhere}/{path}", b"x").json()["code"] == "read-only"
    attachment = f"/attachments/{market.provider.id}/{market.provider.id}"
    assert market.provider.put(attachment, b"x").json()["code"] == "read-only"
    batch = market.provider.http.post(
        "/statements/batch",
        content=registered + b"\n" + market.provider.sign("listing", kind="dataset", title="Later still"),
        headers={"Content-Type": "application/lading-batch"},
    )
    assert [result["status"] for result in batch.json()["results"]] == [200, 503]


def test_a_rolled_back_database_is_read_only(
    own_exchange: ExchangeProcess, own_market: Market, tmp_path: Path
) -> None:
    kept = own_market.provider.sign("listing", kind="dataset", title="In the backup")
    own_market.provider.register(kept)
    copy_database(own_exchange, tmp_path / "backup")
    own_market.provider.issue("listing", kind="dataset", title="Not in the backup")
    published = httpx.get(f"{own_exchange.api}/log/checkpoint").text
    own_exchange.end()
    restore_database(own_exchange, tmp_path / "backup")
    own_exchange.start()
    assert_read_only(own_market, kept)
    assert httpx.get(f"{own_exchange.api}/log/checkpoint").text == published
    assert "read-only" in own_exchange.log()


def test_another_history_of_the_same_length_is_read_only(
    own_exchange: ExchangeProcess, own_market: Market, tmp_path: Path
) -> None:
    """A backup that was served elsewhere under the same keys, and so grew another way."""
    kept = own_market.provider.sign("listing", kind="dataset", title="In both histories")
    own_market.provider.register(kept)
    copy_database(own_exchange, tmp_path / "backup")
    mark = (own_exchange.directory / "high-water").read_bytes()
    own_market.provider.issue("listing", kind="dataset", title="In the first history")
    own_exchange.end()
    first_mark = (own_exchange.directory / "high-water").read_bytes()
    restore_database(own_exchange, tmp_path / "backup")
    (own_exchange.directory / "high-water").write_bytes(mark)
    own_exchange.start()
    own_market.provider.issue("listing", kind="dataset", title="In the second history")
    own_exchange.end()
    (own_exchange.directory / "high-water").write_bytes(first_mark)
    own_exchange.start()
    assert_read_only(own_market, kept)


@pytest.mark.parametrize("name", ["lading.db", "high-water", "keys/log.pem"])
def test_without_one_of_its_files_it_does_not_start(own_exchange: ExchangeProcess, name: str) -> None:
    own_exchange.end()
    (own_exchange.directory / name).unlink()
    process = own_exchange.spawn()
    assert process.wait(timeout=30) == 2
    assert process.stdout is not None
    process.stdout.close()
    last = own_exchange.log().splitlines()[-1]
    assert name.rpartition("/")[2] in last
    assert "Traceback" not in own_exchange.log()


def test_a_crash_before_the_high_water_mark_is_mended(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    """The database may be ahead of the mark, by entries that were never acknowledged; they stay."""
    mark = (own_exchange.directory / "high-water").read_bytes()
    listing = own_market.provider.issue("listing", kind="dataset", title="Committed")
    kill_9(own_exchange)
    (own_exchange.directory / "high-water").write_bytes(mark)
    own_exchange.start()
    assert own_market.provider.http.get(f"/statements/{listing}").status_code == 200
    assert (own_exchange.directory / "high-water").read_bytes() != mark
    own_market.listing("Goes on")


def burst(trader: Trader, witness: Witness, stop: threading.Event, names: "itertools.count[int]") -> None:
    """Register listings, alone and in batches, until the exchange is gone."""
    with httpx.Client(base_url=trader.api, timeout=10, trust_env=False) as http:
        while not stop.is_set():
            number = next(names)
            jws = [
                trader.sign("listing", kind="dataset", title=f"{number}/{part}")
                for part in range(number % 5 + 1)
            ]
            try:
                if len(jws) == 1:
                    witness.saw_registration(
                        http.post("/statements", content=jws[0], headers=STATEMENT).json()
                    )
                else:
                    answer = http.post(
                        "/statements/batch",
                        content=b"\n".join(jws),
                        headers={"Content-Type": "application/lading-batch"},
                    )
                    for result in answer.json()["results"]:
                        witness.saw_registration(result["registration"])
            except httpx.HTTPError:
                return


def crash_rounds(exchange: ExchangeProcess, market: Market, seed: int, rounds: int) -> None:
    """Kill the exchange at random moments of a burst; compare what it said before with what it says after."""
    dice = random.Random(seed)
    witness = witness_of(exchange)
    names = itertools.count()
    for _ in range(rounds):
        stop = threading.Event()
        traders = [market.provider, market.stranger, market.provider]
        threads = [threading.Thread(target=burst, args=(trader, witness, stop, names)) for trader in traders]
        before = len(witness.acknowledged)
        for thread in threads:
            thread.start()
        while len(witness.acknowledged) == before:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.7))
        kill_9(exchange)
        stop.set()
        for thread in threads:
            thread.join()
        exchange.start()
        assert witness.check(exchange.api) >= len(witness.acknowledged)


def test_kill_9_in_a_burst_loses_nothing_that_was_acknowledged(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    crash_rounds(own_exchange, own_market, seed=1, rounds=2)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_many_kills_lose_nothing(own_exchange: ExchangeProcess, own_market: Market, seed: int) -> None:
    crash_rounds(own_exchange, own_market, seed=seed, rounds=12)


def test_open_requests_are_answered_at_the_end(own_exchange: ExchangeProcess, own_market: Market) -> None:
    """SIGTERM in the middle: a long poll gets its (empty) answer, a registration its place, and the exit
    code is 0.
    """
    after = own_market.exchange.get("/events").json()["next"]
    answers: list[int] = []

    def poll() -> None:
        answers.append(httpx.get(f"{own_exchange.api}/events?after={after}&wait=30", timeout=40).status_code)

    waiting = threading.Thread(target=poll)
    waiting.start()
    time.sleep(0.5)
    begun = time.monotonic()
    assert own_exchange.end() == 0
    waiting.join()
    assert time.monotonic() - begun < 10
    assert answers == [200]


def test_requests_signed_before_the_start_are_refused(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    """Nonces are remembered by the process only; a request from before it could be a repetition."""
    headers = own_market.consumer.headers("GET", "/events")
    assert own_market.consumer.http.get("/events", headers=headers).status_code == 200
    kill_9(own_exchange)
    own_exchange.start()
    replayed = own_market.consumer.http.get("/events", headers=headers).json()
    assert replayed["code"] == "request-expired"
    assert own_market.consumer.get("/events").status_code == 200
