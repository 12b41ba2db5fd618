"""The register: batches, admission checks, durability, proofs; and replay, which accepts no other log."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from lading.acts.base import Act, Place, Statement, View
from lading.acts.records import StatementRecord
from lading.log import checkpoint, proof
from lading.log.entry import Entry
from lading.problems import Refused, refuse
from lading.register.memory import MemorySight, MemoryStore
from lading.register.register import Register, Registered, system_clock
from lading.register.replay import Inadmissible, replay
from lading.statement.envelope import statement_id
from lading.statement.words import Id, Millis
from lading.tree import root_of
from sdk.tests.core.market import DAY, Market, listed, log_key, opened, signer, traded, traded_sealed


def test_a_batch_goes_on_after_a_refusal() -> None:
    market = opened()
    first, second = market.listing(title="One"), market.listing(title="Two")
    bad = market.listing(title="Three", home=market.id["acme"])
    refusal = refuse("too-large", "handed in")
    prepare = market.register.prepare
    answers = market.register.admit([prepare(first), prepare(bad), refusal, prepare(second), prepare(first)])
    before = opened().sight.size()
    assert [answer.index for answer in answers if isinstance(answer, Registered)] == [
        before,
        before + 1,
        before,
    ]
    assert [answer.code for answer in answers if isinstance(answer, Refused)] == ["wrong-home", "too-large"]
    assert answers[2] is refusal
    assert isinstance(answers[4], Registered)
    assert not answers[4].new


def test_later_statements_of_a_batch_see_the_earlier_ones() -> None:
    market = opened()
    listing = market.listing()
    again = Market.copy(market)
    key = again.put(listing)
    bought = again.buy("buyer", key, "PO-1")
    answers = market.register.admit([market.register.prepare(jws) for jws in (listing, bought)])
    assert [isinstance(answer, Registered) for answer in answers] == [True, True]
    answers = opened().register.admit([market.register.prepare(jws) for jws in (bought, listing)])
    assert [isinstance(answer, Registered) for answer in answers] == [False, True]


def test_a_checkpoint_is_published_once_after_the_commit_and_before_the_answer() -> None:
    market = opened()
    seen: list[tuple[str, int]] = []
    market.register = Register(
        market.store,
        market.register.signer,
        clock=market.clock,
        published=lambda note: seen.append((note, market.sight.size())),
    )
    size = market.sight.size()
    answers = market.register.admit([market.register.prepare(market.listing(title=title)) for title in "abc"])
    assert all(isinstance(answer, Registered) for answer in answers)
    assert seen == [(market.sight.checkpoint(), size + 3)]
    market.answer(market.listing(title="a"))
    market.answer(market.listing(title="x", home=market.id["acme"]))
    assert len(seen) == 1


def test_an_admission_check_refuses_and_stores_nothing() -> None:
    market = opened()
    asked: list[str] = []

    def check(view: View, statement: Statement[Act], at: Place) -> None:
        assert view.get(StatementRecord, statement.id) is None
        assert at == Place(market.sight.size(), Millis(market.clock.now))
        asked.append(statement.act.type)
        if statement.act.type == "listing":
            raise refuse("busy", "no listings today")

    market.register = Register(market.store, market.register.signer, clock=market.clock, checks=[check])
    before = market.sight
    answer = market.answer(market.listing())
    assert isinstance(answer, Refused)
    assert vars(market.sight) == vars(before)
    assert isinstance(
        market.answer(
            market.say("exchange", "admission", participant=market.id["dave"], status="admitted", roles=[])
        ),
        Registered,
    )
    market.answer(market.listing(title="x", home=market.id["acme"]))
    assert asked == ["listing", "admission"]


def test_would_admit_changes_nothing_and_asks_no_check() -> None:
    market = opened()

    def never(view: View, statement: Statement[Act], at: Place) -> None:
        raise AssertionError

    market.register = Register(market.store, market.register.signer, clock=market.clock, checks=[never])
    before = market.sight
    place = market.register.next_place(before)
    market.register.would_admit(before, market.register.prepare(market.listing()), place)
    with pytest.raises(Refused) as refusal:
        market.register.would_admit(
            before, market.register.prepare(market.buy("buyer", Id("sha256:" + "0" * 64), "r")), place
        )
    assert refusal.value.code == "unknown-statement"
    assert vars(market.sight) == vars(before)


def test_the_clock_never_runs_backwards_in_the_log() -> None:
    market = opened()
    last = market.sight.last_time()
    market.clock.now = last - 1000
    answer = market.answer(market.listing())
    assert isinstance(answer, Registered)
    assert answer.time == last


def test_the_system_clock_counts_milliseconds() -> None:
    assert 1_700_000_000_000 < system_clock() < 32_503_680_000_000


class Failing(MemoryStore):
    """A store that fails when the block ends."""

    @contextmanager
    def write(self) -> Iterator[MemorySight]:
        yield self.sight.copy()
        raise OSError("disk full")


def test_a_commit_that_fails_leaves_no_trace_and_publishes_nothing() -> None:
    market = opened()
    store, seen = Failing(), list[str]()
    store.sight = market.sight
    register = Register(store, market.register.signer, clock=market.clock, published=seen.append)
    with pytest.raises(OSError, match="disk full"):
        register.admit([register.prepare(market.listing())])
    assert store.sight is market.sight
    assert seen == []


def test_a_statement_prepared_under_an_old_view_is_judged_anew() -> None:
    market = opened()
    prepared = market.register.prepare(market.listing(), market.sight)
    assert prepared.verified_with is not None
    market.rotate("acme")
    (answer,) = market.register.admit([prepared])
    assert isinstance(answer, Refused)
    assert answer.code == "stale-under"


def test_a_key_that_the_view_does_not_know_is_asked_for_later() -> None:
    market = opened()
    early = market.sight
    market.rotate("acme")
    prepared = market.register.prepare(market.listing(), early)
    assert prepared.verified_with is None
    (answer,) = market.register.admit([prepared])
    assert isinstance(answer, Registered)


def test_every_entry_has_a_proof_under_the_last_checkpoint() -> None:
    market = traded()
    key = log_key().key
    said, _ = checkpoint.open_signed(market.sight.checkpoint(), key)
    assert said.size == market.sight.size()
    assert said.root == root_of(entry.leaf for entry in market.sight.entries)
    for index, entry in enumerate(market.sight.entries):
        shown = market.register.proof(market.sight, index)
        assert proof.parse(shown.text).verify(entry.id, key) == said
        assert (shown.index, shown.time) == (index, entry.time)


def log_of(market: Market) -> list[tuple[Entry, bytes]]:
    """A market's log."""
    return [(entry, market.sight.statements[entry.id]) for entry in market.sight.entries]


def test_a_log_replays_to_the_state_that_is_stored() -> None:
    market = traded()
    assert replay(log_of(market)).records == market.sight.records
    assert replay([]).records == {}


@pytest.mark.parametrize("index", range(12))
def test_a_replay_notices_a_missing_entry(index: int) -> None:
    log = log_of(traded())
    assert len(log) == 12
    rest = log[:index] + log[index + 1 :]
    if index in (4, 7, 11):  # dave, the admission of carol, the receipt: nothing later needs them
        assert replay(rest).records != traded().sight.records
    else:
        with pytest.raises(Inadmissible) as problem:
            replay(rest)
        assert problem.value.index >= index


def test_a_replay_notices_another_order() -> None:
    log = log_of(traded())
    with pytest.raises(Inadmissible) as problem:
        replay([*log[:8], log[9], log[8], *log[10:]])
    assert problem.value.refusal is not None
    assert problem.value.refusal.code == "unknown-statement"


def test_a_replay_notices_times_that_decrease() -> None:
    *log, (entry, jws) = log_of(traded())
    with pytest.raises(Inadmissible, match="decrease"):
        replay([*log, (replace(entry, time=Millis(log[-1][0].time - 1)), jws)])


def test_a_replay_notices_an_entry_of_another_statement() -> None:
    *log, (entry, _) = log_of(traded())
    with pytest.raises(Inadmissible, match="not the one"):
        replay([*log, (entry, log[3][1])])


def test_a_replay_notices_a_statement_that_stands_twice() -> None:
    log = log_of(traded())
    with pytest.raises(Inadmissible, match="registered before"):
        replay([*log, (replace(log[7][0], time=log[-1][0].time), log[7][1])])


def test_a_replay_notices_what_the_rules_refuse() -> None:
    market = traded()
    market.clock.now += 1
    late = market.buy("buyer", market.id["listing"], "PO-1")
    entry = Entry(market.sight.last_time(), statement_id(late))
    with pytest.raises(Inadmissible) as problem:
        replay([*log_of(market), (entry, late)])
    assert problem.value.refusal is not None
    assert problem.value.refusal.code == "reference-used"


def test_a_memory_store_takes_entries_in_order_only() -> None:
    market = traded()
    sight = market.sight.copy()
    statement = market.register.prepare(market.listing()).statement
    with pytest.raises(ValueError, match="at the end"):
        sight.append(3, market.sight.entries[0], statement, "public")
    with pytest.raises(ValueError, match="another size"):
        sight.put_checkpoint(3, "note")


def test_an_empty_log_has_no_checkpoint() -> None:
    sight = MemorySight()
    assert (sight.size(), sight.last_time(), sight.checkpoint()) == (0, 0, "")


def test_two_participants_can_list_one_key() -> None:
    market = opened()
    market.join("eve", keys=[listed(signer("eve")), listed(signer("acme"))])
    market.key["eve"] = signer("acme")
    market.admit("eve", "admitted", "provider")
    mine, theirs = market.put(market.listing("acme")), market.put(market.listing("eve"))
    assert mine != theirs


def sealed_delivery(market: Market) -> Id:
    """A sealed delivery that waits for its receipt."""
    return market.put(market.deliver_sealed(market.id["contract"], 2))


def test_a_receipt_of_sealed_content_and_its_release_stand_under_one_checkpoint() -> None:
    market = traded()
    delivery = sealed_delivery(market)
    seen: list[int] = []
    market.register = Register(
        market.store,
        market.register.signer,
        clock=market.clock,
        releaser=market,
        published=lambda note: seen.append(market.sight.size()),
    )
    size = market.sight.size()
    answer = market.answer(market.acknowledge_sealed(delivery))
    assert isinstance(answer, Registered)
    assert (answer.id, answer.index) == (market.sight.entries[-2].id, size)
    assert seen == [size + 2]
    market.check_replay()


def test_what_follows_a_receipt_in_a_batch_comes_after_its_release() -> None:
    market = traded()
    receipt = market.acknowledge_sealed(sealed_delivery(market))
    size = market.sight.size()
    batch = [receipt, market.listing(title="Next"), receipt]
    answers = market.register.admit([market.register.prepare(jws) for jws in batch])
    assert [answer.index for answer in answers if isinstance(answer, Registered)] == [size, size + 2, size]
    assert market.sight.size() == size + 3
    market.check_replay()


def test_a_share_that_cannot_be_opened_refuses_the_receipt() -> None:
    market = traded()
    delivery = sealed_delivery(market)
    market.shares.clear()
    market.check_refused(market.acknowledge_sealed(delivery), "share-unavailable")
    refusal = market.say("buyer", "receipt", delivery=delivery, outcome="refused", reason="late")
    assert isinstance(market.answer(refusal), Registered)


def test_without_a_releaser_no_sealed_content_is_acknowledged() -> None:
    market = traded()
    receipt = market.acknowledge_sealed(sealed_delivery(market))
    market.register = Register(market.store, market.register.signer, clock=market.clock)
    before = market.sight
    answer = market.answer(receipt)
    assert isinstance(answer, Refused)
    assert answer.code == "share-unavailable"
    assert vars(market.sight) == vars(before)


def test_a_false_release_of_its_own_undoes_the_receipt() -> None:
    market = traded()
    receipt = market.acknowledge_sealed(sealed_delivery(market))
    for held in market.shares:
        market.shares[held] = bytes(32)
    before = market.sight
    with pytest.raises(RuntimeError, match="not admissible"):
        market.answer(receipt)
    assert market.sight is before


def test_a_receipt_that_the_rules_refuse_opens_no_share() -> None:
    market = traded()
    delivery = sealed_delivery(market)
    market.shares.clear()
    market.check_refused(market.acknowledge_sealed(delivery, "acme"), "wrong-party")
    market.clock.now += DAY + 1
    market.check_refused(market.acknowledge_sealed(delivery), "deadline-passed")


@pytest.mark.parametrize("missing", ["release", "sealed receipt"])
def test_a_replay_notices_a_receipt_without_its_release_and_the_reverse(missing: str) -> None:
    market = traded_sealed()
    rest = [row for row in log_of(market) if row[0].id != market.id[missing]]
    with pytest.raises(Inadmissible) as problem:
        replay(rest)
    assert problem.value.refusal is not None
    assert problem.value.refusal.code == ("release-due" if missing == "release" else "unknown-statement")


def test_a_log_of_sealed_trades_replays_to_the_state_that_is_stored() -> None:
    traded_sealed().check_replay()
