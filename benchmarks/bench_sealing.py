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

Files lie in the page cache; nothing is written while the clock runs. All contenders take turns, 256 MiB each; time is
that on the wall, since threads are measured. Ratios are medians of the rounds' ratios; *calm* compares the fastest
rounds.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.measure import Timing, machine
from benchmarks.report import Bar, Table, parser, show
from lading.transfer import pipeline
from lading.transfer.pipeline import SealedContent
from lading.transfer.sealing import OVERHEAD_BYTES, TAG_BYTES, SealingKeys

MIB = 1 << 20
KEYS = SealingKeys(os.urandom(32), os.urandom(32))
NONCE = bytes(12)
PROMISED = 0.9
BARS = {"seal": PROMISED, "open": PROMISED}
"""Which contenders promise a share of their ceiling."""


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
        plain, sealed = memoryview(bytearray(length)), memoryview(bytearray(length + TAG_BYTES))
        for number in numbers:
            os.preadv(file, [plain], number * length)
            hashlib.sha256(plain).digest()
            cipher.encrypt_into(NONCE, plain, None, sealed)
            if passes > 1:
                hashlib.sha256(sealed).digest()

    def _opening(self, file: int, numbers: Iterator[int]) -> None:
        length, cipher = self._chunk_size + OVERHEAD_BYTES, AESGCM(KEYS.content_key)
        sealed, plain = memoryview(bytearray(length)), memoryview(bytearray(length - TAG_BYTES))
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


def contenders(bare: Bare, ours: Ours, threads: int) -> dict[str, Callable[[], None]]:
    """What takes turns, by name; every contender beside its ceiling."""
    return {
        "bare seal": lambda: bare.seal(threads),
        "seal": lambda: ours.seal(threads),
        "bare seal again": lambda: bare.seal_again(threads),
        "seal again": lambda: ours.seal_again(threads),
        "bare open": lambda: bare.open(threads),
        "open": lambda: ours.open(threads),
    }


def in_turns(works: dict[str, Callable[[], None]], rounds: int) -> Timing:
    """Seconds on the wall of every contender in every round, after one round to warm up.

    A contender and its ceiling follow each other at once, in alternating order.
    """
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name in works if number % 2 else reversed(works):
            start = time.perf_counter()
            works[name]()
            if number:
                seconds[name].append(time.perf_counter() - start)
    return Timing(seconds)


def measure(folder: Path, size: int, chunk_size: int, rounds: int) -> tuple[Table, list[Bar]]:
    """The table of one chunk size, and what was promised for it."""
    plain = folder / "plain"
    bare = Bare(plain, folder / "bare", size, chunk_size)
    ours = Ours(plain, folder / "sealed", chunk_size)
    bare.prepare()
    ours.prepare()
    columns = ("", "threads", "MiB per second", "bare", "of bare", "of bare, calm")
    table, bars = Table(f"{size // MIB} MiB in chunks of {chunk_size // 1024} KiB", columns), []
    for threads in (1, 2):
        timing = in_turns(contenders(bare, ours, threads), rounds)
        for name in ("seal", "seal again", "open"):
            ceiling = f"bare {name}"
            rates = [round(size / MIB * timing.rate(which)) for which in (name, ceiling)]
            ratio = timing.ratio(name, ceiling)
            table.add(name, threads, *rates, ratio, timing.calm_ratio(name, ceiling))
            if name in BARS:
                what = f"{name} on {threads} threads, chunks of {chunk_size // 1024} KiB, of bare"
                bars.append(Bar(what, BARS[name], ratio))
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
    arguments.add_argument("--rounds", type=int, default=21)
    options = arguments.parse_args()
    size, rounds = (16 * MIB, 2) if options.quick else (256 * MIB, options.rounds)
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
