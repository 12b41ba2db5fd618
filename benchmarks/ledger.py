"""A log in memory: an exchange, a provider, a consumer, a listing, and acceptances of it."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import samples
from lading.http import media
from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading.log.entry import Entry
from lading.register.memory import MemoryStore
from lading.register.register import Register, Registered
from lading.statement.envelope import encode
from lading.statement.words import Id, Millis, format_time

ORIGIN = "exchange.example"
API = "https://exchange.example"


class Ledger:
    """One exchange's register, and who is in it."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.log_key = CheckpointSigner(ORIGIN, samples.signer("log"))
        self.register = Register(self.store, self.log_key, clock=lambda: Millis(samples.START))
        self.signer = samples.signer("exchange")
        (self.id,) = self.admit([self._first()])

    def admit(self, statements: Sequence[bytes]) -> list[Id]:
        """Register all of them; their ids."""
        answers = self.register.admit([self.register.prepare(jws) for jws in statements])
        return [answer.id for answer in answers if isinstance(answer, Registered)]

    def join(self, name: str) -> tuple[Id, Ed25519Signer]:
        """Register and admit a company; its id and key."""
        holder, first = samples.company(name, self.id, samples.START)
        (member,) = self.admit([first])
        admission = {"participant": member, "status": "admitted", "roles": ["provider", "consumer"]}
        common = samples.common("admission", self.id, self.id, samples.START)
        self.admit([encode({**common, **admission}, self.signer)])
        return member, holder

    def entries(self) -> list[tuple[Entry, bytes]]:
        """The whole log in order."""
        sight = self.store.sight
        return [(entry, sight.statements[entry.id]) for entry in sight.entries]

    def _first(self) -> bytes:
        log = {"origin": ORIGIN, "keys": [{"vkey": str(self.log_key.key), "from_size": 1}]}
        limits = {
            "statement_bytes": media.STATEMENT_BYTES,
            "batch_statements": media.BATCH_STATEMENTS,
            "content_bytes": media.CONTENT_BYTES,
            "upload_bytes": media.UPLOAD_BYTES,
        }
        policy = {"onboarding": "open"}
        members = {
            "version": 1,
            "type": "participant",
            "issued_at": format_time(samples.START),
            "name": "Exchange",
            "kind": "exchange",
            "jurisdiction": "IE",
            "keys": [samples.key(self.signer)],
            "next": [samples.signer("exchange next").thumbprint],
            "exchange": {"api": API, "log": log, "rules": 1, "policy": policy, "limits": limits},
        }
        return encode(members, self.signer)


def of_acceptances(count: int) -> Ledger:
    """A ledger with as many contracts about one listing."""
    ledger = Ledger()
    provider, provider_key = ledger.join("provider")
    consumer, consumer_key = ledger.join("consumer")
    offers = samples.listings(1, provider_key, issuer=provider, home=ledger.id)
    (listing,) = ledger.admit(list(offers))
    taken = samples.acceptances(
        count, consumer_key, issuer=consumer, home=ledger.id, listing=listing, moment=samples.START
    )
    if len(ledger.admit(list(taken))) != count:
        raise RuntimeError("not every acceptance was registered")
    return ledger
