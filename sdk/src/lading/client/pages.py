"""Results that come page by page: iterate over them, or ask for the one."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from lading.client.flow import Flow
from lading.errors import UsageProblem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some results, and the position of the next page; None where there is no more."""

    items: tuple[T, ...]
    next: str | int | None


Pages = Callable[[str | int | None], Flow[Page[T]]]
"""The flow that fetches the page at a position; None: the first."""


class Results(Generic[T]):
    """Results, fetched while they are iterated over; each iteration starts anew."""

    def __init__(self, fetch: Callable[[str | int | None], Page[T]]) -> None:
        self._fetch = fetch

    def __iter__(self) -> Iterator[T]:
        page = self._fetch(None)
        yield from page.items
        while page.next is not None:
            page = self._fetch(page.next)
            yield from page.items

    def all(self) -> list[T]:
        """All of them."""
        return list(self)

    def first(self) -> T | None:
        """The first, or None where there is none."""
        return next(iter(self), None)

    def one(self) -> T:
        """The only one; `UsageProblem` where there is none or more than one."""
        found = []
        for item in self:
            found.append(item)
            if len(found) > _SHOWN:
                break
        return only(found)


class AsyncResults(Generic[T]):
    """The same for asynchronous callers."""

    def __init__(self, fetch: Callable[[str | int | None], Awaitable[Page[T]]]) -> None:
        self._fetch = fetch

    async def __aiter__(self) -> AsyncIterator[T]:
        page = await self._fetch(None)
        for item in page.items:
            yield item
        while page.next is not None:
            page = await self._fetch(page.next)
            for item in page.items:
                yield item

    async def all(self) -> list[T]:
        """All of them."""
        return [item async for item in self]

    async def first(self) -> T | None:
        """The first, or None where there is none."""
        async for item in self:
            return item
        return None

    async def one(self) -> T:
        """The only one; `UsageProblem` where there is none or more than one."""
        found = []
        async for item in self:
            found.append(item)
            if len(found) > _SHOWN:
                break
        return only(found)


_SHOWN = 5


def only(found: list[T]) -> T:
    """The only item of a list; otherwise a `UsageProblem` that shows what was found."""
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageProblem("nothing was found", hint="Search with other or fewer words.")
    shown = "; ".join(_show(item) for item in found[:_SHOWN])
    more = ", …" if len(found) > _SHOWN else ""
    raise UsageProblem(f"more than one was found: {shown}{more}", hint="Search more narrowly, or use the id.")


def _show(item: object) -> str:
    title, key = getattr(item, "title", ""), getattr(item, "id", "")
    return f"{title} ({key})".strip()
