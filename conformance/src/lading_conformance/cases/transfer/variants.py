"""What a sealed delivery may vary, and what it may not: its members, the promise, seal keys, custody, the address."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lading_conformance.drivers.answers import Answer
from lading_conformance.oracle import sealing, sealkeys, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.steps import deals, expect, handover, sealed
from lading_conformance.steps.deals import CHUNK
from lading_conformance.steps.sealed import Sealed
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SIZE: Final = 1_000
URL: Final = "https://provider.example/goods/1"
"""Where the provider says that its chunks are. Nobody fetches them there."""


def run(trial: Trial) -> None:
    """Deliver in every form that is permitted, and try those that are not."""
    session = trial.session
    with trial.given("a contract with a consumer that lists a seal key"):
        contract = deals.contract(session, session.sealed_consumer)
    _forms(trial, contract.id)
    _address(trial, contract.id)
    _custody(trial, contract.id)
    _empty(trial, contract.id)
    _promise(trial)
    _replaced_keys(trial)


def _forms(trial: Trial, contract: str) -> None:
    session = trial.session
    content = handover.seal(session, contract, deals.new_content(session, SIZE))
    one = {
        **content.shares,
        "consumer": replace(content.shares["exchange"], recipient=session.sealed_consumer.id),
    }
    same = replace(content, shares={**one, "consumer": replace(one["consumer"], public=_own(session).public)})
    clear: dict[str, Json] = deals.new_content(session, SIZE).promise
    wrong: dict[str, tuple[str, bytes]] = {
        "two equal commitments": ("LAD-DLV-010", same.delivery(session.provider)),
        "`sealed` in a clear delivery": ("LAD-DLV-010", content.delivery(session.provider, form="clear")),
        "no `sealed` in a sealed delivery": ("LAD-DLV-010", _bare(session, contract, form="sealed", **clear)),
        "`url` in the exchange's custody": ("LAD-DLV-015", content.delivery(session.provider, url=URL)),
        "no `url` in the provider's custody": (
            "LAD-DLV-015",
            content.delivery(session.provider, custody="provider"),
        ),
        "clear content in the provider's custody": (
            "LAD-DLV-015",
            _bare(session, contract, form="clear", custody="provider", url=URL, **clear),
        ),
    }
    for what, (requirement, jws) in wrong.items():
        with trial.check(requirement, f"{what}: bad-member"):
            expect.refused(session, jws, "bad-member")


def _own(session: Session) -> SealKey:
    seal = session.sealed_consumer.seal
    assert seal is not None
    return seal


def _bare(session: Session, contract: str, **members: Json) -> bytes:
    """Return a delivery without `sealed`."""
    named: dict[str, Json] = {"contract": contract, "sequence": 1, "custody": "exchange"}
    return session.provider.says("delivery", **{**named, **members})


def _address(trial: Trial, contract: str) -> None:
    """Hold what one delivery needs, and register others over the same manifest root."""
    session = trial.session
    content = handover.seal(session, contract, deals.new_content(session, CHUNK + SIZE))
    with trial.given("a sealed content that is uploaded and not registered"):
        honest = content.delivery(session.provider)
        sealed.upload_all(session, honest, content)
    other: dict[str, dict[str, Json]] = {
        "of one byte less": {"size": CHUNK + SIZE - 1},
        "in one chunk": {"chunk_size": 2 * CHUNK},
        "of another content root": {"content_root": content.manifest_root},
    }
    for what, members in other.items():
        with trial.check("LAD-DLV-007", f"a delivery {what} over the same manifest root: content-missing"):
            expect.refused(session, content.delivery(session.provider, **members), "content-missing")
    with trial.check("LAD-REG-002", "the delivery that it was uploaded for: registered"):
        deals.say(session, honest)


def _custody(trial: Trial, contract: str) -> None:
    session = trial.session
    content = handover.seal(session, contract, deals.new_content(session, SIZE), 2)
    jws = content.delivery(session.provider, custody="provider", url=URL)
    with trial.check("LAD-DLV-007", "in the provider's custody, before manifest and boxes: content-missing"):
        expect.refused(session, jws, "content-missing")
    with trial.need("LAD-HTP-035", "its ticket opens an upload of manifest and boxes"):
        prefix = deals.open_upload(session, jws).prefix
        expect.status(deals.put_manifest(session, prefix, content.manifest), 204)
        for side in sealed.SIDES:
            expect.status(sealed.put_box(session, prefix, side, content.boxes[side]), 204)
    with trial.check("LAD-HTP-037", "its chunks are not taken, and not counted: not found"):
        expect.problem(deals.put_chunks(session, prefix, 0, content.ciphertext), "not-found")
        expect.status(session.exchange.head(f"{prefix}/chunks", session.provider.signer), 404)
    with trial.need("LAD-REG-002", "it is registered without its chunks"):
        delivery = deals.say(session, jws)
        wanted = {"custody": "provider", "url": URL, "state": "open"}
        expect.state(session, session.sealed_consumer, delivery.id, "delivery", **wanted)
    with trial.check("LAD-HTP-037", "its chunks are not shown either; manifest and box are"):
        for party in handover.parties(session):
            expect.problem(session.exchange.get(f"{prefix}/chunks", party.signer), "not-found")
            if deals.octets(session, f"{prefix}/manifest", party) != content.manifest:
                raise Failed("the manifest is not the one that was uploaded")
            deals.octets(session, f"{prefix}/boxes/consumer", party)
    delivered = handover.Delivered(content, jws, prefix, delivery)
    with trial.check("LAD-RLS-003", "a receipt for it is followed by the exchange's share"):
        _, share = handover.released(session, handover.acknowledge(session, delivered))
        if sealing.digest(share) != content.shares["exchange"].commitment:
            raise Failed("the share that was released is another one")


def _empty(trial: Trial, contract: str) -> None:
    session = trial.session
    content = handover.seal(session, contract, deals.new_content(session, 0), 3)
    never = statement.statement_id(session.random.randbytes(32))
    for what, jws in {
        "content root": content.delivery(session.provider, content_root=never),
        "manifest root": content.delivery(
            session.provider, sealed={**content.signed, "manifest_root": never}
        ),
    }.items():
        with trial.check("LAD-SEA-008", f"sealed content of size 0 with another {what}: bad-member"):
            expect.refused(session, jws, "bad-member")
    with trial.check(
        "LAD-TRF-006", "sealed content of size 0 needs no manifest and no chunks, but both boxes"
    ):
        jws = content.delivery(session.provider)
        prefix = deals.open_upload(session, jws).prefix
        expect.refused(session, jws, "content-missing")
        for side in sealed.SIDES:
            expect.status(sealed.put_box(session, prefix, side, content.boxes[side]), 204)
        deals.say(session, jws)
        if deals.octets(session, f"{prefix}/manifest", session.sealed_consumer):
            raise Failed("the manifest of no chunks holds something")


def _promise(trial: Trial) -> None:
    session = trial.session
    with trial.given("a contract whose listing promises a content"):
        promised = deals.new_content(session, SIZE).promise
        contract = deals.contract(session, session.sealed_consumer, **promised)
    content = handover.seal(session, contract.id, deals.new_content(session, SIZE))
    with trial.check("LAD-DLV-004", "sealed content with another root: not-as-listed"):
        expect.refused(session, content.delivery(session.provider), "not-as-listed")
    exempt: dict[str, dict[str, Json]] = {
        "with some fields left out": {"fields": ["latitude", "longitude"]},
        "marked for the consumer": {"marked": session.word()},
    }
    for what, members in exempt.items():
        with trial.check("LAD-DLV-016", f"the same {what}: the promise is not compared"):
            expect.status(session.exchange.open_upload(content.delivery(session.provider, **members)), 200)


def _replaced_keys(trial: Trial) -> None:
    session = trial.session
    with trial.given("a contract with a consumer that has replaced its seal key"):
        old, new, last = SealKey.generate(), SealKey.generate(), SealKey.generate()
        consumer = session.admitted("consumer with old and new seal keys", "consumer", old)
        contract = deals.contract(session, consumer)
        after, successor = consumer.succeeded(new)
        deals.say(session, successor)
    exchange = sealed.key_of_exchange(session)
    content = deals.new_content(session, SIZE)

    def delivery(key: SealKey) -> Answer:
        shares = sealed.new_shares(session, exchange, replace(consumer, seal=key))
        made: Sealed = sealed.seal(session, contract.id, content, shares)
        return session.exchange.open_upload(made.delivery(session.provider))

    with trial.check("LAD-DLV-012", "a key that the consumer listed before, or lists now: taken"):
        for key in (old, new):
            expect.status(delivery(key), 200)
    with trial.check("LAD-DLV-012", "a key that the consumer does not list yet: unknown-seal-key"):
        expect.problem(delivery(last), "unknown-seal-key")
    with trial.given("that the consumer revokes its old seal key"):
        deals.say(session, after.succeeded(last, revoked=[old.thumbprint])[1])
    with trial.check("LAD-PAR-007", "the revoked key: revoked-key"):
        expect.problem(delivery(old), "revoked-key")
    with trial.check("LAD-DLV-012", "the keys that were not revoked: taken"):
        for key in (new, last):
            expect.status(delivery(key), 200)
    _unsound_keys(trial)


def _unsound_keys(trial: Trial) -> None:
    session, sound = trial.session, SealKey.generate()
    unsound = {
        "a coefficient of 3329": b"\x01\x0d" + sound.public[2:],
        "an X25519 key of zero": sound.public[:1184] + bytes(32),
        "an X25519 key of p - 1": sound.public[:1184] + b"\xec" + bytes([255]) * 30 + b"\x7f",
        "an X25519 key of order 8": sound.public[:1184] + sealkeys.ORDER_EIGHT.to_bytes(32, "little"),
    }
    for what, public in unsound.items():
        with trial.check("LAD-STM-049", f"a newcomer whose seal key has {what}: bad-seal-key"):
            newcomer = session.newcomer("unsound", SealKey(sound.seed, public))
            expect.refused(session, newcomer.sign(newcomer.introduction()), "bad-seal-key")


CASE = Case(
    name="transfer_variants",
    profile="transfer",
    story="A provider delivers sealed content that stays in its own custody, with fields left out, marked, and sealed "
    "to a key that the consumer has replaced. Members that contradict each other, other contents at one address, and "
    "seal keys that are revoked or unsound are refused.",
    requirements=(
        "LAD-DLV-010",
        "LAD-DLV-015",
        "LAD-DLV-007",
        "LAD-REG-002",
        "LAD-HTP-035",
        "LAD-HTP-037",
        "LAD-RLS-003",
        "LAD-SEA-008",
        "LAD-TRF-006",
        "LAD-DLV-004",
        "LAD-DLV-016",
        "LAD-DLV-012",
        "LAD-PAR-007",
        "LAD-STM-049",
    ),
    run=run,
)
