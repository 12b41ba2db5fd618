"""Flows: generators that yield what is to be done outside, and get its outcome. They hold all of the
protocol's logic.

A flow yields a `Request` (send it), a `Pause` (wait) or a `Work` (run this blocking function; it may use a
blocking transport). The shells know how to do these three things and nothing else, so that there is one
implementation for blocking and asynchronous callers.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from lading.client.transport import AsyncTransport, Request, Transport
from lading.errors import LadingError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Work(Generic[T]):
    """Blocking work: files, hashing, bulk content. `stop` is set when the caller no longer waits for it."""

    run: Callable[[Transport, threading.Event], T]
    stop: threading.Event = field(default_factory=threading.Event)


Step = Request | Pause | Work[Any]
Flow = Generator[Step, Any, T]


def drive(flow: Flow[T], transport: Transport, sleep: Callable[[float], None] = time.sleep) -> T:
    """Run a flow to its end, blocking."""
    answer: object = None
    error: LadingError | None = None
    while True:
        try:
            step = flow.send(answer) if error is None else flow.throw(error)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        answer, error = None, None
        try:
            if isinstance(step, Request):
                answer = transport.send(step)
            elif isinstance(step, Pause):
                sleep(step.seconds)
            else:
                answer = step.run(transport, step.stop)
        except LadingError as raised:
            error = raised


async def drive_async(flow: Flow[T], transport: AsyncTransport, blocking: Transport) -> T:
    """Run a flow to its end on the running event loop; blocking work runs in a thread, over `blocking`."""
    answer: object = None
    error: LadingError | None = None
    while True:
        try:
            step = flow.send(answer) if error is None else flow.throw(error)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        answer, error = None, None
        try:
            if isinstance(step, Request):
                answer = await transport.send(step)
            elif isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            else:
                answer = await _in_thread(step, blocking)
        except LadingError as raised:
            error = raised


async def _in_thread(work: Work[T], blocking: Transport) -> T:
    try:
        return await asyncio.to_thread(work.run, blocking, work.stop)
    finally:
        work.stop.set()
