"""Canonical JSON, envelopes and acts: refused with a code of their layer, or said in exactly one way."""

import base64
import json
from collections.abc import Sequence
from random import Random
from typing import Any, Final

import rfc8785

from lading import acts
from lading.acts.base import Act
from lading.keys import ed25519
from lading.problems import Refused
from lading.rules import engine
from lading.statement import base64url, canonical, envelope
from lading.statement.envelope import Envelope
from sdk.tests.core.outcome import outcome
from tests.fuzz import inputs
from tests.fuzz.mutation import mutate_bytes, mutate_json, written
from tests.fuzz.sketches import sketches
from tests.fuzz.target import Target

_ESCAPED: Final = (b'{"a":"\\u0000\\b\\t\\n\\f\\r\\"\\\\\\u001f/\x7f"}', '{"a":"é\u2028\U0001f69a"}'.encode())


def canonical_json(data: bytes) -> None:
    """`canonical.loads` takes what another RFC 8785 library would write, within the profile, and nothing else."""
    expected = _independent(data)
    read = outcome(canonical.loads_noting_null, data)
    if isinstance(read, Refused):
        assert read.problem.layer == "payload", read
        assert expected is None, read
        return
    value, has_null = read
    assert value == expected
    assert has_null == _has_null(value)
    assert canonical.dumps(value) == data


def _independent(data: bytes) -> dict[str, Any] | None:
    """The object that the bytes canonically spell (LAD-STM-008 to LAD-STM-012), by other libraries; else None."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
        fits = isinstance(value, dict) and _fits(value, 1) and rfc8785.dumps(value) == data
    except (ValueError, RecursionError):
        return None
    return value if fits else None


def _refuse(token: str) -> None:
    raise ValueError(token)


def _fits(value: Any, depth: int) -> bool:
    if isinstance(value, int):
        return abs(value) < 2**53
    if not isinstance(value, dict | list):
        return True
    if isinstance(value, dict) and not all(name.isascii() for name in value):
        return False
    children = value.values() if isinstance(value, dict) else value
    return depth <= 32 and all(_fits(child, depth + 1) for child in children)


def _has_null(value: Any) -> bool:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is None or any(_has_null(child) for child in children)


def read_envelope(data: bytes) -> None:
    """`envelope.decode` refuses, or what it decodes is written again as the very same bytes."""
    read = outcome(envelope.decode, data)
    if isinstance(read, Refused):
        assert read.problem.layer in ("envelope", "payload"), read
        return
    head, body, signature = (
        base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
        for part in data.split(b".")
    )
    assert json.loads(head) == {"alg": "Ed25519", "kid": read.kid, "typ": "lading+jws"}
    assert (body, signature) == (read.payload, read.signature)
    assert read.members == _independent(read.payload)
    assert _written(read) == data
    assert read.id == envelope.statement_id(data)
    refusal = outcome(ed25519.verify, inputs.ACME.public, read.signing_input, read.signature)
    assert refusal is not None or data in inputs.statements(), "a signature that nobody made"
    assert refusal is None or refusal.code == "bad-signature"


def _written(read: Envelope) -> bytes:
    payload = base64url.encode(canonical.dumps(read.members))
    return b".".join((envelope.header_segment(read.kid), payload, base64url.encode(read.signature)))


def mutate_envelope(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Another envelope: one of its segments changed inside, or its bytes."""
    parts = data.split(b".")
    if len(parts) != 3 or rng.random() < 0.3:
        return mutate_bytes(data, rng, others)
    at = rng.choice((0, 1, 1, 1, 2))
    try:
        inner = base64.urlsafe_b64decode(parts[at] + b"=" * (-len(parts[at]) % 4))
    except ValueError:
        return mutate_bytes(data, rng, others)
    mutate = mutate_bytes if at == 2 else mutate_json
    parts[at] = base64url.encode(mutate(inner, rng, inputs.payloads() if at == 1 else ()))
    return b".".join(parts)


def read_act(data: bytes) -> None:
    """A payload, signed as it stands: `acts.parse` refuses it, or its act is written again as the same payload."""
    statement = signed(data)
    read = outcome(envelope.decode, statement)
    if isinstance(read, Refused):
        assert read.problem.layer in ("envelope", "payload"), read
        return
    said = outcome(acts.parse, read)
    if isinstance(said, Refused):
        assert said.problem.layer == "members", said
        assert not said.pointer or said.pointer.startswith("/"), said
        return
    assert said.act.type in acts.BY_NAME
    assert canonical.dumps(said.act.model_dump(mode="json", by_alias=True, exclude_unset=True)) == data
    assert not _has_null({name: value for name, value in read.members.items() if name != "extensions"})
    assert set(engine.references(said)) <= _texts(read.members)


def _texts(value: Any) -> set[str]:
    """Every text anywhere in a value."""
    if isinstance(value, str):
        return {value}
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_texts, children))


def act_payloads() -> tuple[bytes, ...]:
    """What the vectors say, and what the forms of the acts allow to be said."""
    sketched = (written(sketch) for found in sketches().values() for sketch in found)
    return tuple(dict.fromkeys((*inputs.payloads(), *sketched)))


def parsed(payload: bytes) -> Act:
    """The act that a payload is, once it is signed; `Refused` where it is none."""
    return acts.parse(envelope.decode(signed(payload))).act


def signed(payload: bytes) -> bytes:
    """A statement with any bytes for its payload."""
    signing_input = envelope.header_segment(inputs.ACME.thumbprint) + b"." + base64url.encode(payload)
    return signing_input + b"." + base64url.encode(inputs.ACME.sign(signing_input))


TARGETS: Final = (
    Target(
        "canonical",
        "canonical JSON, against rfc8785 and json",
        canonical_json,
        lambda: (*inputs.payloads(), *_ESCAPED),
        mutate_json,
    ),
    Target("envelope", "envelopes, with their payloads", read_envelope, inputs.statements, mutate_envelope),
    Target("acts", "every act, its members changed and signed anew", read_act, act_payloads, mutate_json),
)
