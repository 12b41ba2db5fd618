"""Statement bytes to a checked, typed object, against bare signature verification and against joserfc + pydantic.

    python -m benchmarks.bench_statement [--quick] [--json]

- `pynacl`: `nacl.signing.VerifyKey.verify` of the signing input that was taken apart before. The ceiling.
- `lading`: envelope, strict base64url, header, canonical JSON, closed and typed members, signature under a known key:
  what a register does with every statement before it looks at its state.
- `joserfc + pydantic`: deserialise and verify the JWS, then parse its payload into the same pydantic model. It checks
  less: neither canonical form nor numbers nor nulls nor duplicate names nor the one header.
- `joserfc + rfc8785 + pydantic`: the same, and the payload compared with its canonical form: the first of what is
  missing above, by the library that exists for it.

Every contender works through the same statements, each of them different, one at a time on one thread.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import cycle

import rfc8785
from joserfc import jws as jose
from joserfc.jwk import OKPKey
from nacl.signing import VerifyKey

from benchmarks import samples
from benchmarks.measure import Timing, Work, interleaved, machine
from benchmarks.report import Bar, Table, parser, show
from lading import acts
from lading.acts.records import SigningKey
from lading.keys.signer import Ed25519Signer
from lading.rules import engine
from lading.statement import base64url
from lading.statement.envelope import decode

STATEMENTS = 256
PROMISED = {"receipt": 0.8, "listing": 0.6}
PROMISED_OVER_JOSE = 2.0


def over(statements: Sequence[bytes], work: Callable[[bytes], object]) -> Work:
    """Work that does the next statement at each call."""
    following = cycle(statements).__next__
    return lambda: work(following())


def raw(statements: Sequence[bytes], signer: Ed25519Signer) -> Work:
    """Verification alone, of what was decoded before."""
    verify = VerifyKey(signer.public).verify
    following = cycle([(e.signing_input, e.signature) for e in map(decode, statements)]).__next__
    return lambda: verify(*following())


def lading(statements: Sequence[bytes], signer: Ed25519Signer) -> Work:
    """All checks that need no state, as `Register.prepare` makes them."""
    key = SigningKey(kid=signer.thumbprint, x=base64url.encode(signer.public).decode(), may=None)

    def check(jws: bytes) -> object:
        envelope = decode(jws)
        statement = acts.parse(envelope)
        engine.check_signature(envelope, key)
        return statement

    return over(statements, check)


def joserfc(
    statements: Sequence[bytes], signer: Ed25519Signer, kind: str, *, canonical: bool = False
) -> Work:
    """Verify with joserfc, parse with the act's own pydantic model; before that, perhaps, check the form."""
    x = base64url.encode(signer.public).decode()
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})
    read = acts.BY_NAME[kind].model.model_validate_json

    def check(jws: bytes) -> object:
        payload = jose.deserialize_compact(jws, key, algorithms=["Ed25519"]).payload
        if canonical and rfc8785.dumps(json.loads(payload)) != payload:
            raise ValueError("not canonical")
        return read(payload)

    return over(statements, check)


def measure(kind: str, statements: Sequence[bytes], signer: Ed25519Signer, rounds: int) -> Timing:
    """All contenders over the same statements."""
    contenders = {
        "pynacl": raw(statements, signer),
        "lading": lading(statements, signer),
        "joserfc + pydantic": joserfc(statements, signer, kind),
        "joserfc + rfc8785 + pydantic": joserfc(statements, signer, kind, canonical=True),
    }
    return interleaved(contenders, rounds=rounds)


def table(kind: str, statements: Sequence[bytes], timing: Timing) -> Table:
    """One row a contender."""
    payload = len(decode(statements[0]).payload)
    title = f"{kind}: statements of about {len(statements[0]):,} bytes, payload {payload:,} bytes"
    result = Table(title, ("contender", "per second", "microseconds", "of pynacl", "of pynacl, calm"))
    for name in timing.seconds:
        ratios = timing.ratio(name, "pynacl"), timing.calm_ratio(name, "pynacl")
        result.add(name, round(timing.rate(name)), round(timing.micros(name), 1), *ratios)
    return result


def main() -> None:
    """Measure both kinds and print."""
    options = parser(__doc__).parse_args()
    rounds = 20 if options.quick else 600
    signer = samples.signer("statement")
    home, issuer = samples.digest("exchange"), samples.digest("provider")
    kinds = {
        "receipt": samples.receipts(STATEMENTS, signer),
        "listing": list(samples.listings(STATEMENTS, signer, issuer=issuer, home=home)),
    }
    tables, bars = [], []
    for kind, statements in kinds.items():
        timing = measure(kind, statements, signer, rounds)
        tables.append(table(kind, statements, timing))
        bars.append(Bar(f"{kind} against pynacl", PROMISED[kind], timing.ratio("lading", "pynacl")))
        for other in ("joserfc + pydantic", "joserfc + rfc8785 + pydantic"):
            bars.append(Bar(f"{kind} against {other}", PROMISED_OVER_JOSE, timing.ratio("lading", other)))
    show(machine("pynacl", "pydantic", "orjson", "joserfc"), tables, bars, as_json=options.json)


if __name__ == "__main__":
    main()
