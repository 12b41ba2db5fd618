"""Work on several threads, with its results in order and a bound on what is begun.

for digest in in_order(hashed, paths, threads=2): ...
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final, Generic, TypeVar

from lading.errors import TimedOut

T = TypeVar("T")
R = TypeVar("R")
_Outcome = tuple[list[R], Exception | None]

AHEAD: Final = 2
"""How many pieces of work for each thread are begun before somebody takes their results."""


def default_threads() -> int:
    """As many as there are processors, at most 4."""
    return min(4, os.cpu_count() or 1)


def in_order(
    work: Callable[[T], R],
    items: Iterable[T],
    threads: int | None = None,
    stop: threading.Event | None = None,
    *,
    together: int = 1,
) -> Generator[R]:
    """The results of `work` for each item, in the items' order, made by so many threads (`default_threads`).

    The caller's thread is one of them: while a result is waited for, it works. Items are taken in it, `together` of
    them for each piece of work, `AHEAD` pieces a thread before their results; with one thread, item by item.

    An error of `items` is raised at once, one of `work` in its turn, `TimedOut` when `stop` is set. When this
    generator ends or is closed, no thread of it runs any more.
    """
    count = default_threads() if threads is None else threads
    if count > 1:
        yield from _pooled(work, _pieces(items, together), count, stop)
        return
    for item in items:
        _go_on(stop)
        yield work(item)


def _pieces(items: Iterable[T], length: int) -> Iterator[tuple[T, ...]]:
    rest = iter(items)
    while piece := tuple(islice(rest, length)):
        yield piece


def _pooled(
    work: Callable[[T], R], pieces: Iterator[tuple[T, ...]], threads: int, stop: threading.Event | None
) -> Generator[R]:
    begun: deque[_Piece[T, R]] = deque()
    pool = ThreadPoolExecutor(threads - 1, "lading-chunks")
    try:
        begun.extend(_Piece(pool, work, piece) for piece in islice(pieces, threads * AHEAD))
        while begun:
            _help(begun)
            results, error = begun.popleft().outcome()
            for result in results:
                _go_on(stop)
                yield result
            if error is not None:
                raise error
            begun.extend(_Piece(pool, work, piece) for piece in islice(pieces, 1))
    finally:
        pool.shutdown(cancel_futures=True)


class _Piece(Generic[T, R]):
    """Work on some items: done by a thread of the pool, or by the caller's if that comes to it first."""

    def __init__(self, pool: ThreadPoolExecutor, work: Callable[[T], R], items: tuple[T, ...]) -> None:
        self._work = work
        self._items = items
        self._future = pool.submit(_done, work, items)
        self._outcome: _Outcome[R] | None = None

    @property
    def is_done(self) -> bool:
        return self._outcome is not None or self._future.done()

    def do(self) -> bool:
        """Do it here; False if a thread has begun it already."""
        if self._outcome is not None or not self._future.cancel():
            return False
        self._outcome = _done(self._work, self._items)
        return True

    def outcome(self) -> "_Outcome[R]":
        """The results; waits for the thread that makes them."""
        return self._future.result() if self._outcome is None else self._outcome


def _help(begun: Iterable[_Piece[T, R]]) -> None:
    """Do what no thread has begun yet, as long as the first piece is not done."""
    first = next(iter(begun))
    while not first.is_done and any(piece.do() for piece in begun):
        pass


def _done(work: Callable[[T], R], items: tuple[T, ...]) -> _Outcome[R]:
    """The results for the items of a piece, up to the first error."""
    results: list[R] = []
    try:
        for item in items:
            results.append(work(item))
    except Exception as error:  # noqa: BLE001 - raised again when it is its turn
        return results, error
    return results, None


def _go_on(stop: threading.Event | None) -> None:
    if stop is not None and stop.is_set():
        raise TimedOut("the work on the content was given up")
