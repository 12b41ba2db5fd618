"""A participant that nobody admitted can make its chain long; that must not cost everybody else."""

import secrets

from lading import acts
from lading.acts.base import Place
from lading.acts.records import ParticipantRecord
from lading.keys.signer import Ed25519Signer
from lading.register.memory import MemoryView
from lading.rules import engine
from lading.statement import base64url
from lading.statement.envelope import decode, encode
from lading.statement.words import Millis

STATEMENTS = 20
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


def test_no_record_grows_with_the_length_of_a_chain() -> None:
    """Revocations lie in records of their own: a chain that fits into 2 MB must not cost its square."""
    view = MemoryView()
    first: str | None = None
    before: str | None = None
    signer = Ed25519Signer.generate()
    for index in range(1, STATEMENTS):
        following = Ed25519Signer.generate()
        envelope = decode(statement(signer, following, before, first))
        parsed = acts.parse(envelope)
        place = Place(index, Millis(1_795_427_200_000))
        engine.authenticate(view, envelope, parsed)
        engine.judge_common(view, parsed, place)
        engine.check_act(view, parsed, place, "part")
        changes = list(engine.effects(view, parsed, place))
        # itself, keys, those before, participant, tally
        assert len(changes) == REVOKED + 4 + (before is not None)
        assert max(len(changed.model_dump_json()) for changed in changes) < 1_000
        for changed in changes:
            view.put(changed)
        first, before, signer = first or parsed.id, parsed.id, following
    record = view.get(ParticipantRecord, first or "")
    assert record is not None
    assert record.statements == STATEMENTS - 1
    assert sum(kind == "revocation" for kind, _ in view.records) == REVOKED * (STATEMENTS - 1)
