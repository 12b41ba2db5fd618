"""What an auditor does: verify the evidence of one trade, and replay a whole log, against the signatures alone.

    python -m benchmarks.bench_verify [--quick] [--json]

- `evidence of a receipt`: `lading.verify` of the specification's example, from the file's bytes to the verdict. Its
  ceiling is bare pynacl verification of the signatures in it: one a statement, and one of the checkpoint.
- `replay`: `lading.register.replay` of a log of acceptances, from bytes to state: every statement decoded, parsed,
  authenticated and judged. Its ceiling is bare pynacl verification of as many signatures.

One thread, one process. A replay of many logs, or verification of many files, can use a process for each core.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nacl.signing import VerifyKey

from benchmarks import ledger
from benchmarks.measure import Work, interleaved, machine
from benchmarks.report import Table, parser, show
from lading import acts
from lading.acts.participant import Participant
from lading.evidence.verdict import Status
from lading.evidence.verify import verify
from lading.log import note, policy
from lading.register.replay import replay
from lading.statement.envelope import decode

EXAMPLES = Path(__file__).resolve().parents[1] / "spec" / "examples"


@dataclass(frozen=True)
class Signed:
    """A message, its signature, and the key that verifies it."""

    key: VerifyKey
    message: bytes
    signature: bytes


def bare(signatures: Sequence[Signed]) -> Work:
    """Verification alone of all these signatures."""

    def check() -> None:
        for signed in signatures:
            signed.key.verify(signed.message, signed.signature)

    return check


def statement_signatures(statements: Sequence[bytes]) -> list[Signed]:
    """The statements' signatures, under the keys that participants among them list."""
    keys: dict[str, VerifyKey] = {}
    signatures = []
    for envelope in map(decode, statements):
        act = acts.parse(envelope).act
        if isinstance(act, Participant):
            keys |= {key.kid: VerifyKey(key.jwk.public) for key in act.signing}
        signatures.append(Signed(keys[envelope.kid], envelope.signing_input, envelope.signature))
    return signatures


def evidence() -> tuple[Work, list[Signed]]:
    """Verification of the example's evidence, and the signatures in it."""
    data = (EXAMPLES / "receipt.evidence.json").read_bytes()
    trusted = policy.parse((EXAMPLES / "trust.policy").read_text("utf-8"))

    def check() -> None:
        if verify(data, trusted).status is not Status.VALID:
            raise RuntimeError("the example is not VALID")

    (log,) = json.loads(data)["logs"]
    signatures = statement_signatures([entry["statement"].encode() for entry in log["entries"]])
    key = VerifyKey(trusted.logs[0].public)
    for checkpoint in map(note.parse, log["checkpoints"]):
        signatures.append(Signed(key, checkpoint.text.encode(), checkpoint.signatures[0].signature))
    return check, signatures


def replayed(count: int) -> tuple[Work, list[Signed]]:
    """Replay of a log with as many acceptances, and the signatures in it."""
    entries = ledger.of_acceptances(count).entries()
    return (lambda: replay(entries)), statement_signatures([jws for _, jws in entries])


def row(table: Table, what: str, work: Work, signatures: Sequence[Signed], rounds: int) -> None:
    """Measure against the signatures alone."""
    timing = interleaved({"lading": work, "pynacl": bare(signatures)}, rounds=rounds)
    rate = timing.rate("lading")
    table.add(
        what,
        len(signatures),
        round(rate, 1),
        round(rate * len(signatures)),
        timing.ratio("lading", "pynacl"),
        timing.calm_ratio("lading", "pynacl"),
    )


def main() -> None:
    """Measure and print."""
    options = parser(__doc__).parse_args()
    rounds, count = (3, 100) if options.quick else (100, 500)
    columns = ("what", "signatures", "per second", "signatures per second", "of pynacl", "of pynacl, calm")
    result = Table("verification, on one core", columns)
    row(result, "evidence of a receipt", *evidence(), rounds)
    row(result, f"replay of {count} acceptances", *replayed(count), max(3, rounds // 5))
    show(machine("pynacl", "pydantic", "orjson"), [result], [], as_json=options.json)


if __name__ == "__main__":
    main()
