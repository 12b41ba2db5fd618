"""What a case needs before it begins: listings, contracts, uploaded and delivered content.

Each step registers statements and verifies the proofs in the answers; what goes wrong is raised as one of
`outcome.FAULTS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lading_conformance.drivers.answers import Answer, integer_of, object_of, text_of
from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.drivers.party import Party, clear_terms, now, written_time
from lading_conformance.oracle import tree
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import expect
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

CHUNK: Final = 65_536
DAY: Final = 86_400_000


@dataclass(frozen=True)
class Content:
    """Bytes to deliver, cut into chunks of the smallest size."""

    data: bytes

    @property
    def chunks(self) -> list[bytes]:
        """The chunks; none for empty content."""
        return [self.data[start : start + CHUNK] for start in range(0, len(self.data), CHUNK)]

    @property
    def manifest(self) -> bytes:
        """The leaf hashes of the chunks, one after another."""
        return b"".join(tree.leaf_hash(chunk) for chunk in self.chunks)

    @property
    def promise(self) -> dict[str, Json]:
        """The members by which listings and deliveries fix the content."""
        root = "sha256:" + tree.content_root(self.chunks).hex()
        return {"size": len(self.data), "chunk_size": CHUNK, "content_root": root}


def new_content(session: Session, size: int) -> Content:
    """Return content that the run has not used, the same for the same seed."""
    return Content(session.random.randbytes(size))


def standing(**members: Json) -> dict[str, Json]:
    """Return standing terms that are open for a day."""
    return {"terms": clear_terms(), "expires_at": written_time(now() + DAY), **members}


def say(session: Session, jws: bytes) -> Registration:
    """Register a statement that has to be admitted."""
    return expect.registered(session, jws, session.exchange.register(jws))


def publish(session: Session, **members: Json) -> Registration:
    """Publish a listing of the provider with standing terms; `members` replace or add."""
    named: dict[str, Json] = {"kind": "dataset", "title": f"Listing {session.word()}", "standing": standing()}
    return say(session, session.provider.says("listing", **{**named, **members}))


def acceptance(session: Session, listing: str, reference: str, consumer: Party | None = None) -> bytes:
    """Return the acceptance of a listing's standing terms by the run's consumer, or by another one."""
    members: dict[str, Json] = {"listing": listing, "purpose": "research", "reference": reference}
    return (consumer or session.consumer).says("acceptance", **members)


def contract(session: Session, consumer: Party | None = None, **listing: Json) -> Registration:
    """Return the acceptance of a new listing of the provider by the run's consumer, or by another one."""
    return say(session, acceptance(session, publish(session, **listing).id, session.word(), consumer))


def delivery(party: Party, contract_id: str, content: Content, sequence: int = 1, **members: Json) -> bytes:
    """Return a delivery of clear content, to be uploaded under it and then registered; `members` replace or add."""
    named: dict[str, Json] = {
        "contract": contract_id,
        "sequence": sequence,
        "form": "clear",
        "custody": "exchange",
        **content.promise,
    }
    return party.says("delivery", **{**named, **members})


def receipt(party: Party, delivery_id: str, content: Content, **members: Json) -> bytes:
    """Return the receipt that accepts a delivery; `members` replace or add."""
    promise = content.promise
    named: dict[str, Json] = {name: promise[name] for name in ("size", "content_root")}
    return party.says("receipt", **{"delivery": delivery_id, "outcome": "accepted", **named, **members})


@dataclass(frozen=True)
class Upload:
    """What the exchange answers to the ticket of a delivery. `boxes` says of each role whether its box is held."""

    prefix: str
    chunks: int
    held: int
    manifest: bool
    boxes: Mapping[str, Json] = field(default_factory=dict)


def open_upload(session: Session, ticket: bytes) -> Upload:
    """Show the ticket, and return where its content goes: a path below the base address."""
    answer = expect.media_type(expect.status(session.exchange.open_upload(ticket), 200), expect.JSON)
    members = answer.members()
    manifest = members.get("manifest")
    if not isinstance(manifest, bool):
        raise Failed("`manifest` is not true or false")
    prefix = _below_base(session, text_of(members, "content"))
    boxes = object_of(members, "boxes") if "boxes" in members else {}
    return Upload(prefix, integer_of(members, "chunks"), integer_of(members, "held"), manifest, boxes)


def put_manifest(session: Session, prefix: str, manifest: bytes) -> Answer:
    """Upload a manifest as the provider."""
    return session.exchange.put(f"{prefix}/manifest", manifest, session.provider.signer)


def put_chunks(session: Session, prefix: str, first: int, body: bytes) -> Answer:
    """Upload chunks as the provider, the first of them with number `first`."""
    return session.exchange.put(f"{prefix}/chunks/{first}", body, session.provider.signer)


def held(session: Session, prefix: str) -> int:
    """Ask how many chunks the exchange holds."""
    answer = expect.status(session.exchange.head(f"{prefix}/chunks", session.provider.signer), 200)
    text = answer.header("lading-chunks-held") or ""
    if not re.fullmatch(r"0|[1-9][0-9]{0,9}", text):
        raise Failed(f"the header Lading-Chunks-Held is {text!r}")
    return int(text)


def upload(session: Session, ticket: bytes, content: Content) -> Upload:
    """Upload all of the content under a ticket."""
    opened = open_upload(session, ticket)
    expect.status(put_manifest(session, opened.prefix, content.manifest), 204)
    answer = expect.status(put_chunks(session, opened.prefix, 0, content.data), 200)
    if integer_of(answer.members(), "held") != len(content.chunks):
        raise Failed(f"{answer.members()['held']} chunks are held instead of {len(content.chunks)}")
    return opened


def download(session: Session, prefix: str, party: Party) -> bytes:
    """Return the content as a party reads it."""
    return octets(session, f"{prefix}/chunks", party)


def octets(session: Session, path: str, party: Party) -> bytes:
    """Return the bytes that a party reads at a path."""
    return expect.media_type(expect.status(session.exchange.get(path, party.signer), 200), OCTETS).body


def _below_base(session: Session, path: str) -> str:
    """Return a path below the authority as one below the base address."""
    base = session.exchange.http.base_path
    if not path.startswith(base + "/content/"):
        raise Failed(f"`content` is {path!r}, not a path below {base}/content/")
    return path.removeprefix(base)
