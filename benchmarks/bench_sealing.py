"""Sealing and opening a content of 256 MiB with the SDK, beside the bare primitives over the same chunks.

    python -m benchmarks.bench_sealing [--quick] [--json] [--folder DIR]

- `seal`: `describe_sealed`, one pass over a file to the whole manifest and both roots: SHA-256 of the salted data, a
  key derived from it, AES-256-GCM, SHA-256 of the ciphertext.
- `seal again`: `sealed_chunks`, the pass that makes the ciphertexts for the upload, and checks each chunk before:
  SHA-256 of the salted data, AES-256-GCM.
- `open`: `opened_chunks`, from the file of ciphertexts to checked data: SHA-256 of the ciphertext, AES-256-GCM, SHA-256
  of the plaintext.

The ceiling of each, in the same run and on as many threads, is a loop that only reads the chunk from the same file into
a buffer used again and again, and calls the same primitives on it, with one key: no salts, no derivation, no trees,
no order, no comparison. Every thread of it takes the next chunk that none has, and has a file handle of its own.

Files lie in the page cache; nothing is written while the clock runs. A contender and its ceiling follow each other in
every round. Time is that on the wall, since threads are measured, and so whoever else uses the processors has a part in
it: *calm* is the median ratio of the quarter of the rounds in which others used least of them. The ratio of processor
times does not count what others do; nor what threads wait for.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.measure import machine
from benchmarks.report import Bar, Table, parser, show
from lading.transfer import pipeline
from lading.transfer.pipeline import SealedContent
from lading.transfer.sealing import OVERHEAD_BYTES, TAG_BYTES, SealingKeys

MIB = 1 << 20
KEYS = SealingKeys(os.urandom(32), os.urandom(32))
NONCE = bytes(12)
PROMISED = 0.9
STAT = Path("/proc/stat")
COLUMNS = ("", "threads", "MiB per second", "bare", "of bare, calm", "all rounds", "by processor time")
BARS = {"seal": PROMISED, "open": PROMISED}
"""Which contenders promise a share of their ceiling."""


def aligned(length: int) -> memoryview:
    """Memory that begins with a page: a copy out of the page cache to just behind that takes four times as long."""
    return memoryview(mmap.mmap(-1, length))


class Bare:
    """The primitives over the chunks of a file, and nothing else."""

    def __init__(self, plain: Path, sealed: Path, size: int, chunk_size: int) -> None:
        self._plain = plain
        self._sealed = sealed
        self._count = size // chunk_size
        self._chunk_size = chunk_size

    def seal(self, threads: int) -> None:
        """SHA-256, AES-256-GCM, SHA-256."""
        self._on(threads, self._plain, lambda *part: self._sealing(*part, passes=2))

    def seal_again(self, threads: int) -> None:
        """SHA-256, AES-256-GCM."""
        self._on(threads, self._plain, lambda *part: self._sealing(*part, passes=1))

    def open(self, threads: int) -> None:
        """SHA-256, AES-256-GCM, SHA-256; the file is one of `sealed_with` the bare key."""
        self._on(threads, self._sealed, self._opening)

    def prepare(self) -> None:
        """Write the ciphertexts that `open` opens: of the chunks without salts, under the bare key."""
        cipher = AESGCM(KEYS.content_key)
        with self._plain.open("rb") as source, self._sealed.open("wb") as target:
            while chunk := source.read(self._chunk_size):
                target.write(cipher.encrypt(NONCE, bytes(OVERHEAD_BYTES - TAG_BYTES) + chunk, None))

    def _on(self, threads: int, path: Path, work: Callable[[int, Iterator[int]], None]) -> None:
        numbers = iter(range(self._count))

        def part() -> None:
            with path.open("rb", buffering=0) as file:
                work(file.fileno(), numbers)

        others = [threading.Thread(target=part) for _ in range(1, threads)]
        for thread in others:
            thread.start()
        part()
        for thread in others:
            thread.join()

    def _sealing(self, file: int, numbers: Iterator[int], *, passes: int) -> None:
        length, cipher = self._chunk_size, AESGCM(KEYS.content_key)
        plain, sealed = aligned(length), aligned(length + TAG_BYTES)
        for number in numbers:
            os.preadv(file, [plain], number * length)
            hashlib.sha256(plain).digest()
            cipher.encrypt_into(NONCE, plain, None, sealed)
            if passes > 1:
                hashlib.sha256(sealed).digest()

    def _opening(self, file: int, numbers: Iterator[int]) -> None:
        length, cipher = self._chunk_size + OVERHEAD_BYTES, AESGCM(KEYS.content_key)
        sealed, plain = aligned(length), aligned(length - TAG_BYTES)
        for number in numbers:
            os.preadv(file, [sealed], number * length)
            hashlib.sha256(sealed).digest()
            cipher.decrypt_into(NONCE, sealed, None, plain)
            hashlib.sha256(plain).digest()


class Ours:
    """The same with the SDK."""

    def __init__(self, plain: Path, sealed: Path, chunk_size: int) -> None:
        self._plain = plain
        self._sealed = sealed
        self._chunk_size = chunk_size
        self._content: SealedContent = pipeline.describe_sealed(plain, KEYS, chunk_size)

    def seal(self, threads: int) -> None:
        """The whole manifest."""
        pipeline.describe_sealed(self._plain, KEYS, self._chunk_size, threads=threads)

    def seal_again(self, threads: int) -> None:
        """Every ciphertext."""
        for _ in pipeline.sealed_chunks(self._plain, self._content, KEYS, threads=threads):
            pass

    def open(self, threads: int) -> None:
        """All data."""
        key = KEYS.content_key
        for _ in pipeline.opened_chunks(self._sealed, self._content, key, threads=threads):
            pass

    def prepare(self) -> None:
        """Write the ciphertexts that `open` opens."""
        with self._sealed.open("wb") as target:
            for ciphertext in pipeline.sealed_chunks(self._plain, self._content, KEYS):
                target.write(ciphertext)


@dataclass(frozen=True)
class Run:
    """One run: seconds on the wall, processor seconds of this process, and the share of all processors others used."""

    seconds: float
    busy: float
    others: float


def ran(work: Callable[[], None]) -> Run:
    """Run it once."""
    machine_busy, busy, start = _machine_busy(), time.process_time(), time.perf_counter()
    work()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    others = max(0.0, _machine_busy() - machine_busy - busy) / seconds / (os.cpu_count() or 1)
    return Run(seconds, busy, others)


def _machine_busy() -> float:
    """Processor seconds that the machine has been busy for, where the system tells."""
    try:
        user, nice, system, _idle, _waiting, *rest = map(int, STAT.read_text().split("\n")[0].split()[1:9])
    except OSError:
        return 0.0
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


@dataclass
class Pairs:
    """A contender and its ceiling, one right after the other in every round."""

    bare: list[Run] = field(default_factory=list)
    ours: list[Run] = field(default_factory=list)

    def rate(self, runs: Sequence[Run], size: int) -> int:
        """MiB in a second: the median over the calm rounds."""
        return round(size / MIB / statistics.median(runs[number].seconds for number in self._calm()))

    def ratio(self) -> float:
        """Our speed as a share of the ceiling's: the median over all rounds."""
        return self._ratio(range(len(self.ours)))

    def calm_ratio(self) -> float:
        """The same over the quarter of the rounds in which others used least of the processors."""
        return self._ratio(self._calm())

    def busy_ratio(self) -> float:
        """The ceiling's processor time as a share of ours: the median over all rounds."""
        return statistics.median(b.busy / o.busy for b, o in zip(self.bare, self.ours, strict=True))

    def _ratio(self, rounds: Iterable[int]) -> float:
        return statistics.median(self.bare[number].seconds / self.ours[number].seconds for number in rounds)

    def _calm(self) -> Sequence[int]:
        rounds = range(len(self.ours))
        by_others = sorted(rounds, key=lambda at: self.bare[at].others + self.ours[at].others)
        return by_others[: max(1, len(rounds) // 4)]


def in_turns(bare: Callable[[], None], ours: Callable[[], None], rounds: int) -> Pairs:
    """Both in every round, in alternating order, after one round to warm up."""
    pairs = Pairs()
    for number in range(rounds + 1):
        if number % 2:
            first, second = ran(bare), ran(ours)
        else:
            second, first = ran(ours), ran(bare)
        if number:
            pairs.bare.append(first)
            pairs.ours.append(second)
    return pairs


def measure(folder: Path, size: int, chunk_size: int, rounds: int) -> tuple[Table, list[Bar]]:
    """The table of one chunk size, and what was promised for it."""
    bare = Bare(folder / "plain", folder / "bare", size, chunk_size)
    ours = Ours(folder / "plain", folder / "sealed", chunk_size)
    bare.prepare()
    ours.prepare()
    works = {
        "seal": (bare.seal, ours.seal),
        "seal again": (bare.seal_again, ours.seal_again),
        "open": (bare.open, ours.open),
    }
    title = f"{size // MIB} MiB in chunks of {chunk_size // 1024} KiB"
    table, bars = Table(title, COLUMNS), []
    for threads in (1, 2):
        for name, (ceiling, contender) in works.items():
            pairs = in_turns(partial(ceiling, threads), partial(contender, threads), rounds)
            rates = (pairs.rate(pairs.ours, size), pairs.rate(pairs.bare, size))
            table.add(name, threads, *rates, pairs.calm_ratio(), pairs.ratio(), pairs.busy_ratio())
            if name in BARS:
                what = (
                    f"{name}, {threads} thread{'s'[: threads - 1]}, chunks of {chunk_size // 1024} KiB, calm"
                )
                bars.append(Bar(what, BARS[name], pairs.calm_ratio()))
    return table, bars


def make(path: Path, size: int) -> None:
    """A file of random bytes."""
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument("--folder", type=Path, help="a folder for the files; by default the temporary one")
    arguments.add_argument("--rounds", type=int, default=32)
    options = arguments.parse_args()
    size, rounds = (16 * MIB, 4) if options.quick else (256 * MIB, options.rounds)
    tables, bars = [], []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        make(Path(folder) / "plain", size)
        for chunk_size in (1 << 20, 1 << 16):
            table, promised = measure(Path(folder), size, chunk_size, rounds)
            tables.append(table)
            bars += promised if chunk_size == 1 << 20 else []
    show(machine("cryptography"), tables, bars, as_json=options.json)


if __name__ == "__main__":
    main()
