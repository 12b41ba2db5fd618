"""Work on several threads: order, bounds, ends."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.errors import ContentMismatch
from lading.transfer import pool
from lading.transfer.pool import AHEAD, in_order
from sdk.tests.transfer.brief import BRIEF, THREADS, no_thread_is_left


def test_results_come_in_order_whoever_is_first() -> None:
    """The first piece of work ends after the second one."""
    second_ended = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert second_ended.wait(10)
        if item == 1:
            second_ended.set()
        return item * item

    assert list(in_order(work, range(20), 2)) == [item * item for item in range(20)]


@pytest.mark.parametrize("threads", [2, 3, 4])
def test_the_callers_thread_is_one_of_those_that_work(threads: int) -> None:
    """No piece of work ends before as many threads are at work."""
    all_at_work = threading.Barrier(threads)

    def work(_: int) -> str:
        all_at_work.wait(10)
        return threading.current_thread().name

    names = list(in_order(work, range(threads), threads))
    assert len(set(names)) == threads
    assert threading.current_thread().name in names


@BRIEF
@given(st.integers(0, 30), THREADS, st.integers(1, 7))
def test_results_are_those_of_the_items_however_they_are_divided(
    count: int, threads: int, together: int
) -> None:
    results = in_order(lambda item: item * item, range(count), threads, together=together)
    assert list(results) == [item * item for item in range(count)]


@pytest.mark.parametrize("together", [1, 3])
@pytest.mark.parametrize("threads", [1, 2, 4])
def test_no_more_work_is_begun_than_can_be_taken(threads: int, together: int) -> None:
    begun: list[int] = []

    def items() -> Iterator[int]:
        for item in range(50):
            begun.append(item)
            yield item

    for taken, result in enumerate(in_order(lambda item: item, items(), threads, together=together)):
        assert result == taken
        assert len(begun) - taken <= (threads * AHEAD * together if threads > 1 else 1)


@pytest.mark.parametrize("together", [1, 5])
@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_of_the_work_comes_in_its_turn_and_ends_it(threads: int, together: int) -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        if item == 7:
            raise ContentMismatch("the seventh")
        return item

    taken: list[int] = []
    with pytest.raises(ContentMismatch, match="the seventh"):
        taken.extend(in_order(work, range(1000), threads, together=together))
    assert taken == list(range(7))
    assert len(begun) <= 8 + threads * AHEAD * together
    assert no_thread_is_left()


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_of_the_items_ends_the_work(threads: int) -> None:
    def items() -> Iterator[int]:
        yield from range(20)
        raise ContentMismatch("no more items")

    with pytest.raises(ContentMismatch, match="no more items"):
        list(in_order(lambda item: item, items(), threads))
    assert no_thread_is_left()


@pytest.mark.parametrize("threads", [1, 3])
def test_work_ends_when_nobody_takes_its_results_any_more(threads: int) -> None:
    begun: list[int] = []
    results = in_order(lambda item: begun.append(item), range(1000), threads)
    next(results)
    results.close()
    assert no_thread_is_left()
    assert len(begun) <= 1 + threads * AHEAD


def test_threads_are_as_many_as_processors_and_few() -> None:
    assert 1 <= pool.default_threads() <= 4
