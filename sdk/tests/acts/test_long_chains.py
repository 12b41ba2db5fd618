"""A participant that nobody admitted can make its chain long; that must not cost everybody else."""

import secrets
import time

from lading import acts
from lading.acts.base import Place
from lading.acts.records import ParticipantRecord
from lading.keys.signer import Ed25519Signer
from lading.register.memory import MemoryView
from lading.rules import engine
from lading.statement import base64url
from lading.statement.envelope import decode, encode
from lading.statement.words import Millis

STATEMENTS = 200
REVOKED = 256


def statement(
    signer: Ed25519Signer, following: Ed25519Signer, before: str | None, first: str | None
) -> bytes:
    """One statement of a chain that revokes as many keys as a statement can, none of which anybody has."""
    x = base64url.encode(signer.public).decode()
    members = {
        "version": 1,
        "type": "participant",
        "home": "sha256:" + "1" * 64,
        "issued_at": "2026-11-23T09:30:00.000Z",
        "name": "Stranger",
        "kind": "company",
        "jurisdiction": "DE",
        "keys": [{"jwk": {"crv": "Ed25519", "kty": "OKP", "x": x}, "use": "sign"}],
        "next": [following.thumbprint],
        "revoked": [base64url.encode(secrets.token_bytes(32)).decode() for _ in range(REVOKED)],
    }
    chained = {"previous": before, "under": before, "issuer": first}
    return encode(members | {name: value for name, value in chained.items() if value is not None}, signer)


def test_many_revocations_cost_time_in_proportion_to_their_number() -> None:
    """Comparing each new one with each old one took minutes for what fits into 2 MB."""
    view, spent = MemoryView(), 0.0
    first: str | None = None
    before: str | None = None
    signer = Ed25519Signer.generate()
    for index in range(1, STATEMENTS):
        following = Ed25519Signer.generate()
        envelope = decode(statement(signer, following, before, first))
        parsed = acts.parse(envelope)
        start = time.process_time()
        engine.authenticate(view, envelope, parsed)
        engine.judge(view, parsed, Place(index, Millis(1_795_427_200_000)), "part")
        for changed in list(engine.effects(view, parsed, Place(index, Millis(1_795_427_200_000)))):
            view.put(changed)
        spent += time.process_time() - start
        first, before, signer = first or parsed.id, parsed.id, following
    assert first is not None
    record = view.get(ParticipantRecord, first)
    assert record is not None
    assert len(record.revoked) == len(set(record.revoked)) == REVOKED * (STATEMENTS - 1)
    assert spent < 5
