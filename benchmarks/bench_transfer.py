"""Deliveries through an exchange, sealed and clear: upload and download with the SDK's client, beside what hashing,
disk and loopback permit.

    python -m benchmarks.bench_transfer [--quick] [--json] [--folder DIR]

- `deliver`: the provider describes the file, uploads it, and registers the delivery; the exchange checks each chunk
  and has all of it on its disk. A sealed file is sealed twice, to sign its manifest and to send it, and hashed in
  clear when it is seen for the first time.
- `receive`: the consumer downloads the content, checks each chunk, has it on its disk, and registers the receipt; of
  sealed content it then opens every chunk into a second file.

References in the same run, on the same file:
- `SHA-256`: one pass over the file on one thread;
- `disk`: write the file and wait until it is on the disk;
- `loopback`: the same bytes through one TCP connection to another process that throws them away.

Client, exchange and disk share the machine. Every contender runs `--times` times; the medians count.
"""

from __future__ import annotations

import hashlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import lading
from benchmarks import exchange
from benchmarks.measure import machine
from benchmarks.report import Table, parser, show
from lading_server import operate

MIB = 1 << 20
FORMS = ("sealed", "clear")
PASSPHRASE = "benchmark"
SINK = """
import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
connection, _ = listener.accept()
buffer = memoryview(bytearray(1 << 20))
while connection.recv_into(buffer):
    pass
connection.sendall(b"!")
"""


def make(path: Path, size: int) -> None:
    """A file of random bytes, which no disk or network can make smaller."""
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def hashed(path: Path) -> None:
    """One pass of SHA-256."""
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")


def written(path: Path, copy: Path) -> None:
    """A durable copy of the file."""
    with path.open("rb") as source, copy.open("wb") as target:
        while part := source.read(MIB):
            target.write(part)
        target.flush()
        os.fsync(target.fileno())
    copy.unlink()


def sent(path: Path) -> float:
    """Seconds that the file takes through a connection to another process."""
    with subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        port = int(sink.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as connection, path.open("rb") as file:
            start = time.perf_counter()
            connection.sendfile(file)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)
            return time.perf_counter() - start


class Trade:
    """Two participants of a running exchange, and contracts about one file."""

    def __init__(self, served: exchange.Exchange, folder: Path, path: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._path = path
        self._served = served
        self.provider = stack.enter_context(self._participant("provider"))
        self.consumer = stack.enter_context(self._participant("consumer"))
        terms = lading.Terms("1.00 EUR")
        self._listings = {
            form: self.provider.publish(
                path,
                title=f"Random bytes, {form}",
                source="The system's random numbers",
                collection="synthetic",
                terms=terms,
                sealed=form == "sealed",
            )
            for form in FORMS
        }

    def _participant(self, name: str) -> lading.Exchange:
        identity = lading.Identity.create(
            name,
            legal_name=name.capitalize(),
            jurisdiction="IE",
            passphrase=PASSPHRASE,
            next_key=self._folder / f"{name}.next-key.txt",
            directory=self._folder / "home",
        )
        connected = lading.connect(self._served.api, identity)
        operate.admit(self._served.directory, connected.session.me)
        connected.wait_admitted(timeout=30)
        return connected

    def once(self, form: str, number: int) -> tuple[float, float]:
        """One contract: seconds to deliver, seconds to receive."""
        contract = self.consumer.accept(
            self._listings[form], purpose="research", at_most="1.00 EUR", reference=f"{form}-{number}"
        )
        delivering = timed(lambda: self.provider.deliver(contract, self._path))
        delivery = self.consumer.next_delivery(contract, timeout=60)
        target = self._folder / "received"
        receiving = timed(lambda: self.consumer.receive(delivery, to=target, overwrite=True))
        return delivering, receiving


def measure(folder: Path, size: int, times: int) -> dict[str, list[float]]:
    """Seconds of every contender, in turns."""
    path = folder / "content"
    make(path, size)
    seconds: dict[str, list[float]] = {}
    with exchange.running(folder) as served, ExitStack() as stack:
        trade = Trade(served, folder, path, stack)
        for number in range(times):
            for form in FORMS:
                delivering, receiving = trade.once(form, number)
                seconds.setdefault(f"deliver, {form}", []).append(delivering)
                seconds.setdefault(f"receive, {form}", []).append(receiving)
            seconds.setdefault("SHA-256", []).append(timed(lambda: hashed(path)))
            seconds.setdefault("disk", []).append(timed(lambda: written(path, folder / "copy")))
            seconds.setdefault("loopback", []).append(sent(path))
    return seconds


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument(
        "--folder", type=Path, help="a folder on the disk to measure; by default the temporary one"
    )
    arguments.add_argument("--times", type=int, default=5)
    options = arguments.parse_args()
    size, times = (16 * MIB, 2) if options.quick else (256 * MIB, options.times)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        seconds = measure(Path(folder), size, times)
    rates = {name: size / MIB / statistics.median(values) for name, values in seconds.items()}
    references = ("SHA-256", "disk", "loopback")
    columns = ("contender", "MiB per second", *(f"of {name}" for name in references))
    table = Table(f"a file of {size // MIB} MiB, one at a time", columns)
    for name, rate in rates.items():
        table.add(name, round(rate, 1), *(rate / rates[reference] for reference in references))
    show(machine("httpx", "starlette", "uvicorn"), [table], [], as_json=options.json)


if __name__ == "__main__":
    main()
