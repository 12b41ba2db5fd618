"""New keys for the exchange: a statement key, a seal key, and the next key after them.

    before                 during                          after
    statement.pem   A      A                               B (was next)
    next.pem        B      B                               C
    following.pem   -      C                               -
    seal-*.pem      S      S, T                            T, and S while open deliveries name it

New keys are on the disk before the statement that lists them is registered. After a crash at any moment the head of the
chain tells whether that happened: `settle` then moves the files on, or deletes the following key. A seal key that no
statement lists is destroyed like one that was replaced. Each step is durable before the next.
"""

import os
import time
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lading import acts
from lading.acts.participant import Participant
from lading.acts.records import SELF, ExchangeRecord, VersionRecord
from lading.errors import UsageProblem
from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.register.register import Register
from lading.statement import base64url
from lading.statement.envelope import decode, encode
from lading.statement.words import Id, Thumbprint, format_time
from lading_server import sealkeys
from lading_server.durable import sync_directory
from lading_server.sight import Sight
from lading_server.state import KeyName, StateDirectory, read_key, write_key
from lading_server.store import SqliteStore


def listed(signer: Ed25519Signer) -> dict[str, object]:
    """A signing key as a participant statement lists it."""
    x = base64url.encode(signer.public).decode()
    return {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": x}, "use": "sign"}


def listed_seal_key(key: SealKey) -> dict[str, object]:
    """A seal key as a participant statement lists it."""
    return {"use": "seal", "kem": "MLKEM768-X25519", "public": base64url.encode(key.public).decode()}


def steps(
    state: StateDirectory,
    store: SqliteStore,
    register: Register,
    told: Mapping[str, object] = MappingProxyType({}),
) -> Iterator[str]:
    """Rotate; says after each step what is done, and may be left there as a crash would leave it. The exchange's
    description has the members `told` from then on.

    The state directory is locked and settled. Raises `UsageProblem` where the next key is not there, and `Refused`
    where the register does not take the statement; then nothing has changed.
    """
    with store.read() as sight:
        _check_next(state, sight)
    seal_key, following = SealKey.generate(), Ed25519Signer.generate()
    sealkeys.write(state, seal_key)
    yield "wrote the seal key"
    write_key(state.key_file("following"), following)
    yield "wrote the following key"
    with store.read() as sight:
        jws = _successor(sight, read_key(state.key_file("next")), following, seal_key, told)
    (answer,) = register.admit([register.prepare(jws)])
    if not isinstance(answer, Refused):
        yield "registered the statement"
    with store.read() as sight:
        yield from settle(state, sight)
    if isinstance(answer, Refused):
        raise answer


def settle(state: StateDirectory, sight: Sight) -> Iterator[str]:
    """Bring the key files to what the head of the chain says; says after each step what is done.

    Only for a database that may grow: an older one than the keys would have the following key deleted.
    """
    _, head = _head(sight)
    in_force = {key.kid for key in head.keys}
    if _kid(state, "statement") not in in_force and _kid(state, "next") in in_force:
        _move(state, "next", "statement")
        yield "the next key signs"
    following = _kid(state, "following")
    if following in head.next:
        _move(state, "following", "next")
        yield "the following key is next"
    elif following is not None:
        _delete(state, "following")
        yield "deleted the following key"
    for path in state.keys.glob("*.new"):
        path.unlink()


def in_use(sight: Sight) -> dict[str, str]:
    """The exchange's latest `statement`, and the first `seal_key` that it lists."""
    _, head = _head(sight)
    jws = sight.statement(Id(head.key))
    assert jws is not None
    act = acts.parse(decode(jws)).act
    assert isinstance(act, Participant)
    return {"statement": head.key, "seal_key": act.sealing[0].kid}


def _head(sight: Sight) -> tuple[Id, VersionRecord]:
    exchange = sight.get(ExchangeRecord, SELF)
    assert exchange is not None
    version = sight.get(VersionRecord, exchange.head)
    assert version is not None
    return exchange.id, version


def _check_next(state: StateDirectory, sight: Sight) -> None:
    if _kid(state, "next") not in _head(sight)[1].next:
        raise UsageProblem(
            f"{state.key_file('next')} is not the key that the exchange's latest statement promises",
            hint="Bring it back from where you keep it; only it can sign new keys in.",
        )


def _successor(
    sight: Sight,
    signer: Ed25519Signer,
    following: Ed25519Signer,
    seal_key: SealKey,
    told: Mapping[str, object],
) -> bytes:
    """The next statement of the chain: as the one before, with other keys. Further next keys stay promised."""
    exchange, head = _head(sight)
    before = sight.statement(Id(head.key))
    assert before is not None
    said: dict[str, Any] = decode(before).members
    members: dict[str, Any] = said | {
        "exchange": {**said["exchange"], **told},
        "issuer": exchange,
        "previous": head.key,
        "under": head.key,
        "issued_at": format_time(time.time_ns() // 1_000_000),
        "keys": [listed(signer), listed_seal_key(seal_key)],
        "next": [following.thumbprint, *(kid for kid in head.next if kid != signer.thumbprint)],
    }
    return encode(members, signer)


def _kid(state: StateDirectory, name: KeyName) -> Thumbprint | None:
    path = state.key_file(name)
    return read_key(path).thumbprint if path.exists() else None


def _move(state: StateDirectory, name: KeyName, to: KeyName) -> None:
    os.replace(state.key_file(name), state.key_file(to))
    sync_directory(state.keys)


def _delete(state: StateDirectory, name: KeyName) -> None:
    state.key_file(name).unlink()
    sync_directory(state.keys)
