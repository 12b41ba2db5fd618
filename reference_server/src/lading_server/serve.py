"""Run the exchange as a process: one lock, one event loop, a clean end."""

import asyncio
import contextlib
import logging
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Final

import uvicorn

from lading.errors import UsageProblem
from lading_server import logs, wire
from lading_server.app import application
from lading_server.exchange import Exchange
from lading_server.following import USUAL, Pace
from lading_server.outage import BOUND_SECONDS
from lading_server.state import StateDirectory

BACKLOG: Final = 512
_LOG = logging.getLogger("lading_server")


def serve(
    state: StateDirectory,
    host: str,
    port: int,
    outage_after: float = BOUND_SECONDS,
    pace: Pace = USUAL,
) -> None:
    """Serve until SIGINT or SIGTERM. Prints one line on standard output when it listens; logs to standard
    error.
    """
    state.check()
    with state.locked(), _listening(host, port) as sock:
        logs.configure()
        _raise_file_limit()
        exchange = Exchange.open(state, outage_after=outage_after, pace=pace)
        _Server(exchange).run(sockets=[sock])


def _raise_file_limit() -> None:
    """As many open files as connections may need; where that is not permitted, what is."""
    wanted = 2 * wire.MAX_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens; callers who come before the exchange is ready wait in its queue."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        hint = "Choose another address or port, or stop what listens there."
        raise UsageProblem(f"cannot listen at {host} port {port}: {error}", hint=hint) from None


class _Server(uvicorn.Server):
    """uvicorn's server, which ends by itself on a signal and tells waiting callers before it does."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(uvicorn.Config(application(exchange), **wire.options()))
        self._exchange = exchange

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        address, port = self.servers[0].sockets[0].getsockname()[:2]
        at = f"[{address}]" if ":" in address else address
        _LOG.info("serving", extra={"exchange": self._exchange.id, "api": self._exchange.api})
        print(f"ready {self._exchange.api} http://{at}:{port}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wake the long polls, let every request end, stop."""
        self._exchange.feed.close()
        await super().shutdown(sockets)
        _LOG.info("stopped")

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on the first signal, at once on the second; the process then exits with 0."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def _end(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
        sys.stderr.flush()
