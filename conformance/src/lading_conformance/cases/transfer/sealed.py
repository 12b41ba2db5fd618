"""A sealed trade: the exchange takes only what opens, and gives its share for a receipt and for nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lading_conformance.drivers.answers import text_of
from lading_conformance.drivers.party import Party, now, written_time
from lading_conformance.oracle import base64url, sealing, sealkeys, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.sealing import Bound
from lading_conformance.oracle.statement import Statement
from lading_conformance.steps import deals, evidence, expect, sealed, sealed_upload
from lading_conformance.steps.deals import CHUNK
from lading_conformance.steps.expect import Registration
from lading_conformance.steps.sealed import SIDES, Sealed, Shares, Side
from lading_conformance.steps.sealed_upload import SMALL, Ticket
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SIZE = 2 * CHUNK + 1_234
WEEK = 7 * deals.DAY
RELEASE_MEMBERS = frozenset({"version", "type", "home", "issuer", "under", "issued_at", "receipt", "share"})
READS = ("/statements/{}", "/statements/{}/proof", "/statements/{}/evidence")


@dataclass(frozen=True)
class Taken:
    """What the consumer read before it signed a receipt."""

    manifest: bytes
    ciphertext: bytes
    share: bytes


def run(trial: Trial) -> None:
    """Trade one sealed content, after the exchange was shown everything that it has to refuse."""
    session = trial.session
    with trial.given("a contract with a consumer that lists a seal key, and a stranger"):
        contract = deals.contract(session, session.sealed_consumer)
        _ = session.stranger
    with trial.need("LAD-PRO-002", "the exchange lists a seal key"):
        key = sealed.key_of_exchange(session)
    with trial.given("shares for the exchange and the consumer"):
        shares = sealed.new_shares(session, key, session.sealed_consumer)
    content = sealed.seal(session, contract.id, deals.new_content(session, SIZE), shares)
    ticket = sealed_upload.run(trial, content)
    delivered = _deliver(trial, ticket)
    _later_deliveries(trial, ticket)
    taken = _take(trial, ticket)
    _strangers_boxes(trial, ticket)
    receipt = _acknowledge(trial, ticket)
    _release(trial, ticket, receipt, taken)
    _closed(trial, ticket, receipt)
    with trial.check("LAD-HTP-019", "provider and consumer still read the delivery"):
        for party in _parties(session):
            expect.stored(session, ticket.jws, party.signer)
    with trial.check("LAD-EVI-016", "the evidence of the receipt holds delivery, receipt and release"):
        release = _entry(session, receipt.index + 1)[1]
        closure = {session.facts.id, contract.id, delivered.id, receipt.id, release}
        evidence.check(session, receipt.id, closure, session.sealed_consumer)


def _deliver(trial: Trial, ticket: Ticket) -> Registration:
    session = trial.session
    with trial.need("LAD-REG-002", "the honest delivery is registered, after all the refused ones"):
        delivered = deals.say(session, ticket.jws)
    with trial.check("LAD-HTP-028", "its state is open, and shows what is signed of the shares"):
        expect.state(
            session,
            session.sealed_consumer,
            delivered.id,
            "delivery",
            state="open",
            form="sealed",
            custody="exchange",
            sealed=ticket.sealed.signed,
            deadline=delivered.time + WEEK,
            released_by=None,
            settles_at=None,
            **ticket.sealed.promise,
        )
    return delivered


def _later_deliveries(trial: Trial, ticket: Ticket) -> None:
    session = trial.session
    used, contract = ticket.sealed.shares, ticket.sealed.bound.contract
    key = used["exchange"].public

    def under(shares: Shares) -> Sealed:
        return sealed.seal(session, contract, deals.new_content(session, SMALL), shares, 2)

    fresh = sealed.new_shares(session, key, session.sealed_consumer)
    again: dict[str, Shares] = {
        "the exchange's share again": {**fresh, "exchange": used["exchange"]},
        "the consumer's share again": {**fresh, "consumer": used["consumer"]},
        "the consumer's share again, now for the exchange": {
            **fresh,
            "exchange": replace(fresh["exchange"], value=used["consumer"].value),
        },
    }
    for what, shares in again.items():
        with trial.check("LAD-DLV-013", f"{what}: share-reused, naming the first delivery"):
            jws = under(shares).delivery(session.provider)
            expect.refused(session, jws, "share-reused", winner=ticket.id)
    _unknown_keys(trial, under(fresh))


def _unknown_keys(trial: Trial, content: Sealed) -> None:
    session = trial.session
    nobodys = sealkeys.SealKey.generate().public
    keys: dict[str, tuple[Side, bytes]] = {
        "a seal key of nobody for the exchange": ("exchange", nobodys),
        "a seal key of nobody for the consumer": ("consumer", nobodys),
        "the exchange's seal key for the consumer": ("consumer", content.shares["exchange"].public),
    }
    for what, (side, public) in keys.items():
        with trial.check("LAD-DLV-012", f"{what}: unknown-seal-key"):
            shares = {**content.shares, side: replace(content.shares[side], public=public)}
            jws = replace(content, shares=shares).delivery(session.provider)
            expect.refused(session, jws, "unknown-seal-key")


def _take(trial: Trial, ticket: Ticket) -> Taken:
    session, content, prefix = trial.session, ticket.sealed, ticket.prefix
    consumer = session.sealed_consumer
    with trial.need("LAD-SEA-008", "before the receipt the consumer reads the manifest of both signed roots"):
        manifest = deals.octets(session, f"{prefix}/manifest", consumer)
        leaves = sealing.leaves_of(manifest)
        roots = (sealing.manifest_root(leaves), sealing.content_root(leaves))
        if roots != (content.manifest_root, content.promise["content_root"]):
            raise Failed(f"the manifest gives the roots {roots}")
    with trial.need("LAD-SEA-001", "it reads its box, which opens to the committed share"):
        box = deals.octets(session, f"{prefix}/boxes/consumer", consumer)
        share = _opened(consumer, box, content.bound)
        if sealing.digest(share) != content.shares["consumer"].commitment:
            raise Failed("the share in the box is not the committed one")
    with trial.need("LAD-TRF-018", "it reads every ciphertext, one after another"):
        ciphertext = deals.download(session, prefix, consumer)
        if ciphertext != content.ciphertext:
            raise Failed("the ciphertexts are not the ones that were uploaded")
    with trial.check("LAD-HTP-001", "both parties read both boxes of the open delivery"):
        for party in _parties(session):
            for side in SIDES:
                if deals.octets(session, f"{prefix}/boxes/{side}", party) != content.boxes[side]:
                    raise Failed(f"the box of the {side} is not the one that was uploaded")
    return Taken(manifest, ciphertext, share)


def _strangers_boxes(trial: Trial, ticket: Ticket) -> None:
    session, contract = trial.session, ticket.sealed.bound.contract
    with trial.check("LAD-HTP-010", "a stranger reads of the boxes the 404 of what never was"):
        for side in SIDES:
            path = ticket.prefix.replace(contract, "{}") + f"/boxes/{side}"
            expect.same_as_absent(session, path, contract, session.stranger.signer)


def _acknowledge(trial: Trial, ticket: Ticket) -> Registration:
    session, content = trial.session, ticket.sealed
    consumer = session.sealed_consumer
    clear: dict[str, Json] = {
        name: value for name, value in content.acknowledged.items() if name != "manifest_root"
    }
    wrong = {
        "without manifest_root": consumer.says("receipt", delivery=ticket.id, outcome="accepted", **clear),
        "with another manifest_root": content.receipt(consumer, ticket.id, manifest_root=ticket.id),
        "with another content_root": content.receipt(consumer, ticket.id, content_root=ticket.id),
    }
    for what, jws in wrong.items():
        with trial.check("LAD-RCP-004", f"a receipt {what}: receipt-mismatch"):
            expect.refused(session, jws, "receipt-mismatch")
    with trial.need("LAD-REG-002", "the consumer's receipt is registered"):
        receipt = deals.say(session, content.receipt(consumer, ticket.id))
    with trial.check("LAD-RLS-005", "no checkpoint holds it without the entry after it"):
        if receipt.proof.checkpoint.size <= receipt.index + 1:
            raise Failed(
                f"its proof's checkpoint has {receipt.proof.checkpoint.size} entries, and ends with it"
            )
    return receipt


def _release(trial: Trial, ticket: Ticket, receipt: Registration, taken: Taken) -> None:
    session, consumer = trial.session, trial.session.sealed_consumer
    with trial.need("LAD-RLS-004", "the very next entry is a release of it, which the consumer reads"):
        time, entry_id = _entry(session, receipt.index + 1)
        answer = expect.status(session.exchange.statement(entry_id, consumer.signer), 200)
        said = statement.parse(expect.media_type(answer, statement.MEDIA_TYPE).body)
        if (said.payload.get("type"), said.payload.get("receipt")) != ("release", receipt.id):
            raise Failed(f"entry {receipt.index + 1} is a {said.payload.get('type')!r} of something else")
    with trial.check("LAD-RLS-001", "it holds the members of a release, in the bytes that stand in the log"):
        if set(said.payload) != RELEASE_MEMBERS or said.id != entry_id:
            raise Failed(f"it has the id {said.id} and the members {', '.join(sorted(said.payload))}")
        proof = expect.status(session.exchange.get(f"/statements/{entry_id}/proof", consumer.signer), 200)
        expect.proven(session, said.jws, receipt.index + 1, time, proof.text())
    with trial.check("LAD-RLS-002", "its issuer is the exchange, whose key signed it"):
        if said.payload["issuer"] != session.facts.id:
            raise Failed(f"its issuer is {said.payload['issuer']!r}")
        expect.signed(said, sealed.head_of_exchange(session))
    with trial.need("LAD-RLS-003", "its share has the commitment that the delivery signs"):
        share = _share(said)
        if sealing.digest(share) != ticket.sealed.shares["exchange"].commitment:
            raise Failed("the share that was released is another one")
    with trial.check("LAD-SEA-003", "both shares open every chunk, to exactly the bytes that were sealed"):
        data = sealed.opened(ticket.sealed.bound, share, taken.share, taken.manifest, taken.ciphertext)
        if data != ticket.sealed.content.data:
            raise Failed("the content is not the one that was sealed")
    _released(trial, ticket, receipt, said, time)


def _released(trial: Trial, ticket: Ticket, receipt: Registration, said: Statement, time: int) -> None:
    session = trial.session
    with trial.check(
        "LAD-HTP-028", "the delivery is received, and its dispute window began with the release"
    ):
        expect.state(
            session,
            session.sealed_consumer,
            ticket.id,
            "delivery",
            state="received",
            closed_by=receipt.id,
            released_by=said.id,
            settles_at=time + WEEK,
        )
    with trial.check("LAD-HTP-019", "the provider reads the release too"):
        expect.stored(session, said.jws, session.provider.signer)
    for path in READS:
        what = f"a stranger's GET {path.format('{release}')}: the 404 of what never was"
        with trial.check("LAD-HTP-010", what):
            for reader in (session.stranger.signer, None):
                expect.same_as_absent(session, path, said.id, reader)


def _closed(trial: Trial, ticket: Ticket, receipt: Registration) -> None:
    session, consumer = trial.session, trial.session.sealed_consumer
    path, box = f"{ticket.prefix}/boxes/exchange", ticket.sealed.boxes["exchange"]
    with trial.check("LAD-HTP-036", "the box of the exchange is shown to nobody any more, nor taken again"):
        for party in _parties(session):
            expect.problem(session.exchange.get(path, party.signer), "not-found")
        expect.problem(sealed.put_box(session, ticket.prefix, "exchange", box), "not-found")
        expect.problem(session.exchange.get(path, consumer.signer), "not-found")
    earlier: dict[str, Json] = {"issued_at": written_time(now() - 1_000)}
    late = {
        "a second receipt": ticket.sealed.receipt(consumer, ticket.id, **earlier),
        "a refusal after the receipt": consumer.says(
            "receipt", delivery=ticket.id, outcome="refused", reason="regret"
        ),
        "a withdrawal after the receipt": session.provider.says("withdrawal", statement=ticket.id),
    }
    for what, jws in late.items():
        with trial.check("LAD-RCP-002", f"{what}: delivery-not-open, naming the receipt"):
            expect.refused(session, jws, "delivery-not-open", winner=receipt.id)


def _parties(session: Session) -> tuple[Party, Party]:
    return session.provider, session.sealed_consumer


def _entry(session: Session, index: int) -> tuple[int, str]:
    """Return time and statement id of an entry, as the log's tiles have them."""
    size = session.checkpoint().size
    if size <= index:
        raise Failed(f"the log has {size} entries, and none with index {index}")
    found = session.tiles(size).entry(index)
    return int.from_bytes(found[:8], "big"), "sha256:" + found[8:].hex()


def _opened(consumer: Party, box: bytes, bound: Bound) -> bytes:
    """Return the share in the consumer's box."""
    if consumer.seal is None:
        raise ValueError(f"{consumer.name} has no seal key")
    return consumer.seal.open(box, bound.info(consumer.id, "consumer"))


def _share(release: Statement) -> bytes:
    share = base64url.decode(text_of(release.payload, "share"))
    if len(share) != sealkeys.SHARE_BYTES:
        raise Failed(f"the share has {len(share)} bytes")
    return share


CASE = Case(
    name="transfer_sealed",
    profile="transfer",
    story="A provider seals a content for a consumer. The exchange takes no box that does not hold its share and no "
    "share twice. The consumer checks everything and can read nothing; its receipt is registered, the next entry of "
    "the log is the exchange's share, and both shares open exactly the bytes that were sealed.",
    requirements=(
        "LAD-PRO-002",
        "LAD-DLV-007",
        "LAD-HTP-035",
        "LAD-TRF-002",
        "LAD-TRF-003",
        "LAD-TRF-010",
        "LAD-DLV-014",
        "LAD-TRF-016",
        "LAD-HTP-001",
        "LAD-HTP-010",
        "LAD-REG-002",
        "LAD-HTP-028",
        "LAD-DLV-013",
        "LAD-DLV-012",
        "LAD-SEA-008",
        "LAD-SEA-001",
        "LAD-TRF-018",
        "LAD-RCP-004",
        "LAD-RLS-005",
        "LAD-RLS-004",
        "LAD-RLS-001",
        "LAD-RLS-002",
        "LAD-RLS-003",
        "LAD-SEA-003",
        "LAD-HTP-019",
        "LAD-HTP-036",
        "LAD-RCP-002",
        "LAD-EVI-016",
    ),
    run=run,
)
