"""Registrations per second and latency over real HTTP, beside what the disk and the signatures alone permit.

    python -m benchmarks.bench_register [--quick] [--json] [--folder DIR]

A compiled load generator (`benchmarks/load`, Go) replays statements that were signed before, over 1 and 32 connections,
one statement a request and 100 a request, against a reference server in a process of its own. Every answer carries the
statement's proof under a signed checkpoint, after the statement is on the disk. Load generator and server share the
machine. The statements are listings, which also enter the search index, and acceptances of a listing's standing terms.

References, before and after in the same run:
- `SQLite commit`: one row of a statement's size in one durable transaction (WAL, synchronous=FULL), as fast as it goes;
- `SQLite rows, 100 a commit`: the same rows, 100 in a transaction;
- `pynacl`: bare signature verifications of these statements on one thread.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import apsw
from nacl.signing import VerifyKey

from benchmarks import exchange, samples
from benchmarks.measure import machine, percentile
from benchmarks.report import Table, parser, show
from lading.keys.signer import Ed25519Signer
from lading.statement.envelope import decode

LOAD = Path(__file__).resolve().parent / "load"
BATCH = 100
RUNS = ((1, 1), (32, 1), (1, BATCH), (32, BATCH))
"""Connections, and statements in a request."""


@dataclass(frozen=True)
class Reference:
    """What the machine does by itself in a second, and how long one of it takes (milliseconds)."""

    rate: float
    p50: float
    p99: float


def build(folder: Path) -> Path:
    """Compile the load generator; ends the program with advice where there is no Go."""
    go = shutil.which("go")
    if go is None:
        sys.exit(
            "The load generator is compiled with Go, and there is no `go` on the PATH.\n"
            "On Debian and Ubuntu: apt-get install golang-go. Any version from 1.19 on will do."
        )
    program = folder / "load"
    environment = os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
    subprocess.run([go, "build", "-o", str(program), "."], cwd=LOAD, env=environment, check=True)
    return program


def commits(folder: Path, rows: Sequence[bytes], rows_a_commit: int) -> Reference:
    """Durable transactions of a fresh SQLite database beside the exchange's."""
    path = folder / f"reference-{rows_a_commit}.sqlite"
    path.unlink(missing_ok=True)
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL").fetchall()
    connection.execute("CREATE TABLE statement (position INTEGER PRIMARY KEY, jws BLOB) STRICT")
    took: list[float] = []
    for start in range(0, len(rows), rows_a_commit):
        begin = time.perf_counter()
        with connection:
            values = [(start + at, row) for at, row in enumerate(rows[start : start + rows_a_commit])]
            connection.executemany("INSERT INTO statement VALUES (?, ?)", values)
        took.append(time.perf_counter() - begin)
    connection.close()
    return Reference(len(rows) / sum(took), 1e3 * statistics.median(took), 1e3 * percentile(took, 0.99))


def verifications(statements: Sequence[bytes], key: VerifyKey) -> Reference:
    """Bare verifications on one thread."""
    inputs = [(envelope.signing_input, envelope.signature) for envelope in map(decode, statements)]
    took: list[float] = []
    for message, signature in inputs:
        begin = time.perf_counter()
        key.verify(message, signature)
        took.append(time.perf_counter() - begin)
    return Reference(len(inputs) / sum(took), 1e3 * statistics.median(took), 1e3 * percentile(took, 0.99))


def references(folder: Path, rows: Sequence[bytes], key: VerifyKey) -> dict[str, Reference]:
    """What every run is compared with."""
    return {
        "SQLite commit": commits(folder, rows[: len(rows) // 4], 1),
        f"SQLite rows, {BATCH} a commit": commits(folder, rows, BATCH),
        "pynacl": verifications(rows, key),
    }


def mean(before: Reference, after: Reference) -> Reference:
    """The mean of two measurements."""
    return Reference(
        (before.rate + after.rate) / 2, (before.p50 + after.p50) / 2, (before.p99 + after.p99) / 2
    )


def replay(program: Path, api: str, connections: int, batch: int, statements: Path) -> dict[str, float]:
    """Run the load generator; ends the program where a statement was not registered."""
    command = [str(program), "-url", api, "-statements", str(statements)]
    command += ["-connections", str(connections), "-batch", str(batch)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"not everything was registered: {done.stdout or done.stderr}")
    result: dict[str, float] = json.loads(done.stdout)
    return result


@dataclass(frozen=True)
class Kind:
    """Statements of one act, all different, by one participant."""

    name: str
    statements: Iterator[bytes]
    signer: Ed25519Signer


def kinds(served: exchange.Exchange) -> list[Kind]:
    """A provider's listings, and a consumer's acceptances of one of them."""
    provider, consumer = served.join("provider"), served.join("consumer")
    moment = exchange.now()
    offers = samples.listings(10**9, provider.signer, issuer=provider.id, home=served.id, moment=moment)
    listing = served.register(next(offers))
    taken = samples.acceptances(
        10**9, consumer.signer, issuer=consumer.id, home=served.id, listing=listing, moment=moment
    )
    return [Kind("listing", offers, provider.signer), Kind("acceptance", taken, consumer.signer)]


def measure(folder: Path, seconds: float) -> list[Table]:
    """All runs against one exchange, each kind between two measurements of its references."""
    program = build(folder)
    result = []
    with exchange.running(folder) as served:
        for kind in kinds(served):
            key = VerifyKey(kind.signer.public)
            rows = list(islice(kind.statements, round(800 * seconds)))
            before = references(folder, rows, key)
            # The first statements of a process are slow: code and caches are cold.
            replay(program, served.api, 4, 1, write(folder, kind.statements, 100))
            results = [
                replay(program, served.api, connections, batch, write(folder, kind.statements, count))
                for connections, batch, count in sized(seconds)
            ]
            after = references(folder, rows, key)
            refs = {name: mean(before[name], after[name]) for name in before}
            result += tables(kind.name, len(rows[0]), results, refs)
    return result


def sized(seconds: float) -> Iterator[tuple[int, int, int]]:
    """Connections, statements a request, and statements in all: as many as take about that long."""
    for connections, batch in RUNS:
        rate = 3000 if batch > 1 else (400 if connections == 1 else 1200)
        yield connections, batch, math.ceil(rate * seconds / (connections * batch)) * connections * batch


def write(folder: Path, statements: Iterator[bytes], count: int) -> Path:
    """The next so many statements as a file of lines."""
    path = folder / "statements"
    path.write_bytes(b"\n".join(islice(statements, count)) + b"\n")
    return path


def tables(
    name: str, size: int, results: Sequence[dict[str, float]], refs: dict[str, Reference]
) -> list[Table]:
    """The runs, and the references."""
    ratios = [f"of {reference}" for reference in refs]
    columns = ("connections x statements", "registered", "per second", "p50 ms", "p99 ms", *ratios)
    measured = Table(f"{name}: statements of about {size:,} bytes", columns)
    for result in results:
        rate = result["registered"] / result["seconds"]
        measured.add(
            f"{result['connections']} x {result['batch']}",
            int(result["registered"]),
            round(rate),
            result["p50_ms"],
            result["p99_ms"],
            *(rate / reference.rate for reference in refs.values()),
        )
    beside = Table(f"{name}: references", ("what", "per second", "p50 ms", "p99 ms"))
    for what, reference in refs.items():
        beside.add(what, round(reference.rate), reference.p50, reference.p99)
    return [measured, beside]


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument(
        "--folder", type=Path, help="a folder on the disk to measure; by default the system's temporary one"
    )
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        results = measure(Path(folder), 0.5 if options.quick else 6)
    packages = ("apsw", "pynacl", "pydantic", "starlette", "uvicorn")
    show(machine(*packages), results, [], as_json=options.json)


if __name__ == "__main__":
    main()
