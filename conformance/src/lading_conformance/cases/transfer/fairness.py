"""No key without a receipt, and no receipt without a key."""

from __future__ import annotations

import re
from typing import Final

from lading_conformance.drivers.answers import objects_of
from lading_conformance.drivers.http import Exchanged
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import base64url, sealing, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.steps import deals, evidence, expect, feed, handover
from lading_conformance.steps.evidence import Shown
from lading_conformance.steps.expect import Registration
from lading_conformance.steps.handover import Delivered
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SIZE: Final = 1_000
READS: Final = ("/statements/{}", "/statements/{}/proof", "/statements/{}/evidence", "/state/{}")
PARTS: Final = ("manifest", "chunks", "boxes/consumer", "boxes/exchange")
JWS: Final = re.compile(rb"[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+")


def run(trial: Trial) -> None:
    """Try to come to the exchange's share without a receipt; then sign one, and find the share behind it."""
    session = trial.session
    with trial.given("a sealed delivery, and a stranger"):
        _ = session.stranger
        contract = deals.contract(session, session.sealed_consumer)
        content = handover.seal(session, contract.id, deals.new_content(session, SIZE))
        delivered = handover.deliver(session, content)
    _is_secret(trial, delivered)
    _nobody_else_sees(trial, delivered)
    _nobody_else_releases(trial, delivered)
    receipt = _acknowledge(trial, delivered)
    release = _follows(trial, delivered, receipt)
    _once(trial, delivered, receipt)
    with trial.need("LAD-EVI-016", "the evidence of the receipt shows delivery, receipt and release"):
        closure = {session.facts.id, contract.id, delivered.id, receipt.id, release}
        shown = evidence.check(session, receipt.id, closure, session.sealed_consumer)
    _inseparable(trial, receipt, release, shown)
    _in_a_batch(trial, contract.id)


def _is_secret(trial: Trial, delivered: Delivered) -> None:
    session = trial.session
    share = delivered.sealed.shares["exchange"].value
    with trial.check("LAD-SEA-013", "nothing that a party can read of the open delivery holds its share"):
        before = delivered.registration.index - 1
        for party in handover.parties(session):
            for path in READS:
                expect.status(session.exchange.get(path.format(delivered.id), party.signer), 200)
            for part in PARTS:
                deals.octets(session, f"{delivered.prefix}/{part}", party)
            types = [event.type for event in feed.after(session, party, before)]
            if "delivery" not in types or "release" in types:
                raise Failed(f"behind the delivery the feed shows {', '.join(types) or 'nothing'}")
        if found := [answered for answered in trial.messages if _holds(answered, share)]:
            raise Failed(f"the answer to {found[0].method} {found[0].path} holds the exchange's share")


def _holds(exchanged: Exchanged, share: bytes) -> bool:
    """Say whether an answer holds the share: as it is, in hexadecimal or base64, or in a statement's payload."""
    if exchanged.answer is None:
        return False
    body = exchanged.answer.body
    told = [body, *(_decoded(match[1]) for match in JWS.finditer(body))]
    told += [f"{name}: {value}".encode() for name, value in exchanged.answer.headers]
    text = base64url.encode(share)
    ways = (share, share.hex().encode(), text.encode(), text.translate({45: "+", 95: "/"}).encode())
    return any(way in piece for piece in told for way in ways)


def _decoded(segment: bytes) -> bytes:
    try:
        return base64url.decode(segment.decode("ascii"))
    except Rejected:
        return b""


def _nobody_else_sees(trial: Trial, delivered: Delivered) -> None:
    session, stranger = trial.session, trial.session.stranger
    contract = delivered.sealed.bound.contract
    with trial.check("LAD-HTP-010", "a stranger reads of the sealed content the 404 of what never was"):
        for part in PARTS:
            path = delivered.prefix.replace(contract, "{}") + f"/{part}"
            expect.same_as_absent(session, path, contract, stranger.signer)
    with trial.check("LAD-HTP-019", "nor is the delivery in a stranger's feed"):
        before = delivered.registration.index - 1
        if delivered.id in {event.id for event in feed.after(session, stranger, before)}:
            raise Failed("the delivery is in a stranger's feed")
    with trial.check("LAD-HTP-006", "and without a signature there is no box to be had"):
        expect.problem(session.exchange.get(f"{delivered.prefix}/boxes/consumer"), "signature-required")


def _nobody_else_releases(trial: Trial, delivered: Delivered) -> None:
    session = trial.session
    share = base64url.encode(delivered.sealed.shares["exchange"].value)
    members: dict[str, Json] = {"receipt": delivered.id, "share": share}
    for who, party in {"the provider": session.provider, "the consumer": session.sealed_consumer}.items():
        with trial.check("LAD-ADM-001", f"a release by {who}: wrong-issuer"):
            expect.refused(session, party.says("release", **members), "wrong-issuer")
        with trial.check("LAD-ADM-001", f"a lapse by {who}: wrong-issuer"):
            expect.refused(session, party.says("lapse", delivery=delivered.id), "wrong-issuer")
    with trial.check("LAD-RCP-001", "a receipt by the provider, who has both shares: wrong-party"):
        forged = delivered.sealed.receipt(session.provider, delivered.id)
        expect.refused(session, forged, "wrong-party")
    with trial.check("LAD-REG-006", "a receipt by a stranger: unknown-statement"):
        forged = delivered.sealed.receipt(session.stranger, delivered.id)
        expect.refused(session, forged, "unknown-statement")


def _acknowledge(trial: Trial, delivered: Delivered) -> Registration:
    session = trial.session
    with trial.need("LAD-RLS-005", "the receipt is answered with a checkpoint that holds the next entry too"):
        receipt = handover.acknowledge(session, delivered)
        if receipt.proof.checkpoint.size < receipt.index + 2:
            raise Failed(
                f"the checkpoint has {receipt.proof.checkpoint.size} entries, and ends with the receipt"
            )
    return receipt


def _follows(trial: Trial, delivered: Delivered, receipt: Registration) -> str:
    session = trial.session
    with trial.need("LAD-RLS-004", "both parties' feeds show the release right behind the receipt"):
        event, share = handover.released(session, receipt)
        for party in handover.parties(session):
            _check_feed(session, party, receipt, event.id)
    with trial.check("LAD-RLS-002", "the exchange issued and signed it"):
        said = event.read()
        handover.by_exchange(session, said)
        if said.payload.get("receipt") != receipt.id:
            raise Failed(f"it is the release of {said.payload.get('receipt')!r}")
    with trial.check("LAD-RLS-003", "its share has the commitment that the delivery signs"):
        if sealing.digest(share) != delivered.sealed.shares["exchange"].commitment:
            raise Failed("the share that was released is another one")
    with trial.check("LAD-LOG-001", "the entry behind the receipt has the release's digest and time"):
        tiles = session.tiles(session.checkpoint().size)
        wanted = event.time.to_bytes(8, "big") + statement.digest(event.jws)
        if tiles.entry(receipt.index + 1) != wanted:
            raise Failed(f"entry {receipt.index + 1} is not that of the release")
    return event.id


def _check_feed(session: Session, party: Party, receipt: Registration, release: str) -> None:
    events = feed.after(session, party, receipt.index - 1)[:2]
    wanted = [(receipt.index, receipt.id), (receipt.index + 1, release)]
    if [(event.index, event.id) for event in events] != wanted:
        raise Failed(
            f"the feed of {party.name} shows other entries there: {[event.type for event in events]}"
        )


def _once(trial: Trial, delivered: Delivered, receipt: Registration) -> None:
    session = trial.session
    consumer = session.sealed_consumer
    jws = session.exchange.statement(receipt.id, consumer.signer).body
    with trial.check(
        "LAD-REG-005", "the same receipt again: 200 with its first entry, and no second release"
    ):
        again = expect.registered(session, jws, session.exchange.register(jws), 200)
        if (again.index, again.time) != (receipt.index, receipt.time):
            raise Failed(f"index {again.index}, time {again.time} instead of {receipt.index}, {receipt.time}")
        later = feed.after(session, consumer, receipt.index + 1)
        if [event for event in later if event.type in ("receipt", "release")]:
            raise Failed("the log holds the receipt or a release once more")


def _inseparable(trial: Trial, receipt: Registration, release: str, shown: Shown) -> None:
    with trial.check("LAD-EVI-023", "it shows the release at the entry behind the receipt"):
        if shown.entries.get(receipt.index + 1) != release:
            raise Failed(f"it shows {shown.entries.get(receipt.index + 1)!r} there")
    with trial.check("LAD-EVI-024", "none of its checkpoints ends with the receipt"):
        if receipt.index + 1 in shown.sizes:
            raise Failed(f"a checkpoint has {receipt.index + 1} entries, and ends with the receipt")


def _in_a_batch(trial: Trial, contract: str) -> None:
    session = trial.session
    with trial.given("two more sealed deliveries"):
        contents = [handover.seal(session, contract, deals.new_content(session, SIZE), n) for n in (2, 3)]
        delivered = [handover.deliver(session, content) for content in contents]
    receipts = [item.sealed.receipt(session.sealed_consumer, item.id) for item in delivered]
    listing = session.provider.says("listing", kind="dataset", title=f"Listing {session.word()}")
    with trial.check(
        "LAD-RLS-004", "in a batch of receipts and others each release stands right behind its receipt"
    ):
        batch = (receipts[0], listing, receipts[1])
        answer = expect.status(session.exchange.register_batch(batch), 200)
        results = objects_of(expect.media_type(answer, expect.JSON).members(), "results")
        if len(results) != len(batch):
            raise Failed(f"{len(results)} results for {len(batch)} statements")
        both = zip(batch, results, strict=True)
        registered = [expect.batched(session, jws, result, 201) for jws, result in both]
        for item, receipt in zip(delivered, registered[::2], strict=True):
            event, share = handover.released(session, receipt)
            named = (event.read().payload.get("receipt"), sealing.digest(share))
            if named != (receipt.id, item.sealed.shares["exchange"].commitment):
                raise Failed("behind the receipt stands the release of another one")


CASE = Case(
    name="transfer_fairness",
    profile="transfer",
    story="A sealed delivery is open. Provider, consumer and a stranger try to come to the exchange's share: they read "
    "all that they can, and sign releases and receipts that are not theirs to sign. Then the consumer signs its "
    "receipt, and the share stands behind it, once, for both parties and for nobody else.",
    requirements=(
        "LAD-SEA-013",
        "LAD-HTP-010",
        "LAD-HTP-019",
        "LAD-HTP-006",
        "LAD-ADM-001",
        "LAD-RCP-001",
        "LAD-REG-006",
        "LAD-RLS-005",
        "LAD-RLS-004",
        "LAD-RLS-002",
        "LAD-RLS-003",
        "LAD-LOG-001",
        "LAD-REG-005",
        "LAD-EVI-016",
        "LAD-EVI-023",
        "LAD-EVI-024",
    ),
    run=run,
)
