"""Faults of disk, database and code: what is answered, and that nothing is promised which is not there."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import apsw
import pytest

from lading.acts.base import Act, Place, Statement, View
from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading.problems import Refused
from lading.register.register import Register, Registered
from lading_server import operate
from lading_server.exchange import Exchange
from lading_server.feed import Feed
from lading_server.highwater import SLOT_BYTES, HighWater
from lading_server.state import StateDamaged, StateDirectory, read_key
from lading_server.store import SqliteStore, check_library
from lading_server.writer import Answer, Writer
from reference_server.tests.trader import Trader

LOCAL = "http://127.0.0.1:1"


class Bench:
    """A writer over a real database, with the exchange itself as the only participant."""

    def __init__(self, directory: Path) -> None:
        exchange_id = operate.init(directory, name="Exchange", jurisdiction="DE", api=LOCAL)
        self.state = StateDirectory(directory)
        self.trader = Trader.exchange(LOCAL, exchange_id, directory, exchange_id)
        self.store = SqliteStore(self.state.database)
        signer = CheckpointSigner("127.0.0.1:1", read_key(self.state.key_file("log")))
        self.register = Register(self.store, signer, checks=(self._check,))
        self.feed = Feed(1)
        self.writer = Writer(self.register, self.store, self.feed)
        self.broken: Callable[[Statement[Act]], None] = lambda statement: None

    def _check(self, view: View, statement: Statement[Act], at: Place) -> None:
        self.broken(statement)

    def admissions(self, count: int) -> list[bytes]:
        """New participants; anybody may register one."""
        traders = [Trader(LOCAL, self.trader.home, f"Trader {number}") for number in range(count)]
        for trader in traders:
            trader.http.close()
        return [trader.first for trader in traders]

    def run(self, scenario: Callable[[], Awaitable[None]]) -> None:
        """Run a scenario while the writer runs."""

        async def inside() -> None:
            self.writer.start()
            try:
                await scenario()
            finally:
                await self.writer.stop()
                self.store.close()
                self.trader.http.close()

        asyncio.run(inside())

    def size(self) -> int:
        """How many entries a fresh look at the database shows."""
        connection = apsw.Connection(str(self.state.database))
        count = connection.execute("SELECT count(*) FROM entries").get
        connection.close()
        assert isinstance(count, int)
        return count


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state")


def codes(answers: list[Answer]) -> list[str]:
    return [answer.code if isinstance(answer, Refused) else "registered" for answer in answers]


def test_an_error_of_ours_in_one_statement_spares_the_others(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    statements = bench.admissions(5)

    def fail_on_the_third(statement: Statement[Act]) -> None:
        if statement.jws == statements[2]:
            raise RuntimeError("nobody foresaw this")

    bench.broken = fail_on_the_third

    async def scenario() -> None:
        answers = await bench.writer.register(statements)
        assert codes(answers) == ["registered", "registered", "internal-error", "registered", "registered"]
        assert [a.index for a in answers if isinstance(a, Registered)] == [1, 2, 3, 4]
        refused = answers[2]
        assert isinstance(refused, Refused)
        assert "foresaw" not in refused.detail

    bench.run(scenario)
    assert bench.size() == 5
    assert "nobody foresaw this" in caplog.text


def test_a_full_disk_is_busy_and_passes(bench: Bench) -> None:
    def full(statement: Statement[Act]) -> None:
        raise apsw.FullError

    async def scenario() -> None:
        bench.broken = full
        assert codes(await bench.writer.register(bench.admissions(2))) == ["busy", "busy"]
        bench.broken = lambda statement: None
        assert codes(await bench.writer.register(bench.admissions(1))) == ["registered"]

    bench.run(scenario)
    assert bench.size() == 2


@pytest.mark.parametrize("error", [apsw.IOError, apsw.CorruptError])
def test_a_broken_database_is_read_only_until_a_restart(bench: Bench, error: type[Exception]) -> None:
    def broken(statement: Statement[Act]) -> None:
        raise error

    async def scenario() -> None:
        known = bench.admissions(1)
        assert codes(await bench.writer.register(known)) == ["registered"]
        bench.broken = broken
        assert codes(await bench.writer.register(bench.admissions(1))) == ["read-only"]
        bench.broken = lambda statement: None
        assert codes(await bench.writer.register(bench.admissions(1))) == ["read-only"]
        assert codes(await bench.writer.register(known)) == ["registered"]
        assert bench.feed.closed

    bench.run(scenario)
    assert bench.size() == 2


def test_a_log_that_somebody_else_wrote_to_is_read_only(bench: Bench) -> None:
    async def scenario() -> None:
        assert codes(await bench.writer.register(bench.admissions(1))) == ["registered"]
        intruder = apsw.Connection(str(bench.state.database))
        intruder.execute("INSERT INTO entries VALUES (2, x'00', 0, 'participant', 1, x'00')")
        intruder.close()
        assert codes(await bench.writer.register(bench.admissions(1))) == ["read-only"]

    bench.run(scenario)


def test_more_than_may_wait_is_busy(bench: Bench) -> None:
    async def scenario() -> None:
        with pytest.raises(Refused) as refused:
            await bench.writer.register([b"x"] * 5_000)
        assert refused.value.code == "busy"
        assert codes(await bench.writer.register(bench.admissions(1))) == ["registered"]

    bench.run(scenario)


def test_many_at_a_time_are_all_answered(bench: Bench) -> None:
    async def scenario() -> None:
        statements = bench.admissions(120)
        answers = await asyncio.gather(*(bench.writer.register([jws]) for jws in statements))
        indices = [a.index for [a] in answers if isinstance(a, Registered)]
        assert sorted(indices) == list(range(1, 121))
        assert bench.feed.size == 121

    bench.run(scenario)
    assert bench.size() == 121


def test_nothing_is_answered_while_the_high_water_mark_cannot_be_written(tmp_path: Path) -> None:
    """The mark's file cannot be written for a while; the answer waits, and so does every read that would
    show it.
    """
    exchange_id = operate.init(tmp_path / "state", name="Exchange", jurisdiction="DE", api=LOCAL)
    state = StateDirectory(tmp_path / "state")
    newcomer = Trader(LOCAL, exchange_id)
    newcomer.http.close()

    async def scenario() -> None:
        exchange = Exchange.open(state)
        async with exchange.running():
            before = exchange.checkpoint
            state.high_water.rename(state.path / "aside")
            state.high_water.mkdir()
            posting = asyncio.create_task(exchange.writer.register([newcomer.first]))
            await asyncio.sleep(0.5)
            reading = asyncio.create_task(exchange.read(lambda sight: sight.size()))
            await asyncio.sleep(0.5)
            assert not posting.done()
            assert not reading.done()
            assert exchange.checkpoint == before
            state.high_water.rmdir()
            (state.path / "aside").rename(state.high_water)
            assert codes(await posting) == ["registered"]
            assert await reading == 2
            assert exchange.checkpoint == HighWater(state.high_water, exchange.log_key).note()

    asyncio.run(scenario())


def test_a_torn_slot_leaves_the_mark_before_it(tmp_path: Path) -> None:
    signer = CheckpointSigner("log.example", Ed25519Signer.generate())
    notes = [signer.sign(size, bytes([size]) * 32) for size in range(1, 6)]
    mark = HighWater(tmp_path / "high-water", signer.key)
    for number, note in enumerate(notes):
        mark.write(note)
        assert mark.note() == note
        assert mark.read().size == number + 1
        whole = (tmp_path / "high-water").read_bytes()
        newest = whole.index(note.encode())
        for end in (newest, newest + 1, newest + len(note.encode()) - 1):
            torn = whole[:end] + bytes(newest + SLOT_BYTES - end) + whole[newest + SLOT_BYTES :]
            (tmp_path / "torn").write_bytes(torn)
            left = HighWater(tmp_path / "torn", signer.key)
            if number == 0:
                with pytest.raises(StateDamaged):
                    left.read()
            else:
                assert left.note() == notes[number - 1]
        (tmp_path / "high-water").write_bytes(whole)


def test_a_mark_that_vanished_is_written_anew(tmp_path: Path) -> None:
    signer = CheckpointSigner("log.example", Ed25519Signer.generate())
    mark = HighWater(tmp_path / "high-water", signer.key)
    mark.write(signer.sign(1, bytes(32)))
    (tmp_path / "high-water").unlink()
    mark.write(signer.sign(2, bytes(32)))
    assert mark.read().size == 2


def test_a_transaction_that_fails_leaves_no_trace(bench: Bench) -> None:
    def fail() -> None:
        with bench.store.write() as transaction:
            transaction.put_tile(0, 0, b"\xff" * 32)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with bench.store.read() as sight:
        assert sight.tile(0, 0) != b"\xff" * 32
    bench.store.close()
    bench.trader.http.close()


def test_a_database_of_another_version_is_not_touched(bench: Bench) -> None:
    connection = apsw.Connection(str(bench.state.database))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StateDamaged, match="version 99"):
        bench.store.check()
    bench.store.close()
    bench.trader.http.close()


def test_the_sqlite_library_is_new_enough() -> None:
    check_library()
