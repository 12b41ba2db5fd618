"""An exchange in memory with four participants, for tests that say what they like and see what comes of it.

Exchange, buyer and carol have seal keys. Of a sealed delivery there are the shares and the one chunk; boxes are named,
and never made: no rule can see them, and here the exchange knows its share by the commitment.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from lading.acts.base import Place, Statement, View
from lading.acts.receipt import Receipt
from lading.acts.records import DeliveryRecord
from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading.problems import Refused, refuse
from lading.register.issue import Issuer
from lading.register.memory import MemorySight, MemoryStore
from lading.register.register import Register, Registered
from lading.register.replay import replay
from lading.statement import base64url
from lading.statement.envelope import decode, encode
from lading.statement.words import Id, format_time
from lading.transfer.sealing import Leaves, Room, SealingKeys, seal_chunk
from lading.transfer.shares import Binding, BoxRole, commitment, content_key
from sdk.tests.core.vectors import Clock

ORIGIN: Final = "market.example"
START: Final = 1_800_000_000_000
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
SIZE: Final = 5
CONTENT: Final = b"12345"
NAMES: Final = ("acme", "buyer", "carol", "dave")
"""acme provides, buyer consumes, carol does both; dave is pending."""
RECIPIENTS: Final = ("exchange", "buyer", "carol")
"""Who has a seal key."""
ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "acme": ("provider",),
    "buyer": ("consumer",),
    "carol": ("provider", "consumer"),
}


def signer(name: str) -> Ed25519Signer:
    """The key of a name."""
    return Ed25519Signer.from_seed(hashlib.sha256(f"market {name}".encode()).digest())


def listed(key: Ed25519Signer, **members: Any) -> dict[str, Any]:
    """A key as a participant statement lists it."""
    x = base64url.encode(key.public).decode()
    return {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": x}, "use": "sign", **members}


@lru_cache
def seal_key(name: str) -> SealKey:
    """The seal key of a name."""
    return SealKey.from_seed(hashlib.sha256(f"market seal {name}".encode()).digest())


def listed_seal(name: str) -> dict[str, Any]:
    """A seal key as a participant statement lists it."""
    public = base64url.encode(seal_key(name).public).decode()
    return {"use": "seal", "kem": "MLKEM768-X25519", "public": public}


def share(name: str, role: BoxRole) -> bytes:
    """The share of a role in the deliveries that use this name."""
    return hashlib.sha256(f"market {name} {role} share".encode()).digest()


def log_key(origin: str = ORIGIN, name: str = "log") -> CheckpointSigner:
    """The signer of a log's checkpoints."""
    return CheckpointSigner(origin, signer(name))


PROVENANCE: Final[dict[str, Any]] = {"source": "Own sensors along the road", "collection": "sensor"}
TERMS: Final[dict[str, Any]] = {
    "price": {"amount": "100.00", "currency": "EUR"},
    "purposes": ["research"],
    "taking_period": "P1D",
    "dispute_window": "P1D",
}
PROMISE: Final[dict[str, Any]] = {
    "size": SIZE,
    "chunk_size": 65_536,
    "content_root": "sha256:" + hashlib.sha256(b"\x00" + CONTENT).hexdigest(),
}
SEALED_TO: Final[tuple[tuple[BoxRole, str], ...]] = (("exchange", "exchange"), ("consumer", "buyer"))
"""Whose seal key a share is sealed to, by role."""
NO_BOX: Final = "sha256:" + hashlib.sha256(b"no box").hexdigest()
LIMITS: Final = {
    "statement_bytes": 65_536,
    "batch_statements": 256,
    "content_bytes": 1 << 30,
    "upload_bytes": 1 << 20,
}


class Market:
    """A register, its clock, and who is who in it. `id` has the ids of statements and participants by name."""

    def __init__(self, origin: str = ORIGIN) -> None:
        self.clock = Clock(START)
        self.store = MemoryStore()
        self.register = Register(self.store, log_key(origin), releaser=self, clock=self.clock)
        self.id: dict[str, Id] = {}
        self.head: dict[str, Id] = {}
        self.key = {name: signer(name) for name in ("exchange", *NAMES)}
        self.shares: dict[str, bytes] = {}
        self._open(origin)

    def copy(self) -> "Market":
        """The same, to be changed apart."""
        other = Market.__new__(Market)
        other.clock, other.store = Clock(self.clock.now), MemoryStore()
        other.store.sight = self.sight.copy()
        other.register = Register(other.store, self.register.signer, releaser=other, clock=other.clock)
        other.shares = dict(self.shares)
        other.id, other.head, other.key = dict(self.id), dict(self.head), dict(self.key)
        return other

    def _open(self, origin: str) -> None:
        log = {"origin": origin, "keys": [{"vkey": str(self.register.signer.key), "from_size": 1}]}
        policy = {"onboarding": "open"}
        exchange = {"api": f"https://{origin}", "log": log, "rules": 1, "policy": policy, "limits": LIMITS}
        self.join("exchange", kind="exchange", exchange=exchange)
        for name in NAMES:
            self.join(name)
        for name, roles in ROLES.items():
            self.admit(name, "admitted", *roles)

    @property
    def sight(self) -> MemorySight:
        """What is stored."""
        return self.store.sight

    @property
    def now(self) -> str:
        """The time as statements write it."""
        return format_time(self.clock.now)

    def newcomer(self, name: str, **members: Any) -> dict[str, Any]:
        """The members of a first statement."""
        home = {"home": self.id["exchange"]} if name != "exchange" else {}
        shared = {"version": 1, "type": "participant", "issued_at": self.now, **home}
        what = {"name": name.capitalize(), "kind": "company", "jurisdiction": "CH"}
        sealing = [listed_seal(name)] if name in RECIPIENTS else []
        keys = {"keys": [listed(signer(name)), *sealing], "next": [signer(f"{name}-next").thumbprint]}
        return {**shared, **what, **keys, **members}

    def join(self, name: str, **members: Any) -> None:
        """Register somebody."""
        self.id[name] = self.head[name] = self.put(encode(self.newcomer(name, **members), signer(name)))

    def admit(self, name: str, status: str, *roles: str) -> Id:
        """Let the exchange decide on somebody."""
        return self.put(
            self.say("exchange", "admission", participant=self.id[name], status=status, roles=list(roles))
        )

    def members(self, by: str, act: str, **members: Any) -> dict[str, Any]:
        """The members of an act."""
        links = {"home": self.id["exchange"], "issuer": self.id[by], "under": self.head[by]}
        return {"version": 1, "type": act, **links, "issued_at": self.now, **members}

    def say(self, by: str, act: str, *, key: Ed25519Signer | None = None, **members: Any) -> bytes:
        """A statement, by the participant's key or another one."""
        return encode(self.members(by, act, **members), self.key[by] if key is None else key)

    def successor(self, by: str, key: Ed25519Signer, next_key: Ed25519Signer, **members: Any) -> bytes:
        """A successor in somebody's chain."""
        links = {"issuer": self.id[by], "under": self.head[by], "previous": self.head[by]}
        keys = {"keys": [listed(key)], "next": [next_key.thumbprint]}
        return encode({**self.newcomer(by), **links, **keys, **members}, key)

    def rotate(self, by: str, generation: int = 1, **members: Any) -> None:
        """Change somebody's key to the promised one."""
        key, next_key = (signer(f"{by}-next" + "x" * number) for number in (generation - 1, generation))
        self.head[by] = self.put(self.successor(by, key, next_key, **members))
        self.key[by] = key

    def listing(self, by: str = "acme", **members: Any) -> bytes:
        """A listing with standing terms."""
        standing = {"terms": TERMS, "expires_at": format_time(START + 30 * DAY)}
        return self.say(
            by,
            "listing",
            **{
                "provenance": PROVENANCE,
                "kind": "dataset",
                "title": "Roads",
                "standing": standing,
                **PROMISE,
                **members,
            },
        )

    def offer(self, by: str, to: str, listing: Id, **members: Any) -> bytes:
        """An offer."""
        said = {"terms": TERMS, "purpose": "research", "expires_at": format_time(START + 7 * DAY)}
        return self.say(by, "offer", listing=listing, to=self.id[to], **{**said, **members})

    def buy(self, by: str, listing: Id, reference: str) -> bytes:
        """The acceptance of standing terms."""
        return self.say(by, "acceptance", listing=listing, purpose="research", reference=reference)

    def deliver(self, contract: Id, sequence: int, by: str = "acme", **members: Any) -> bytes:
        """A delivery."""
        form = {"form": "clear", "custody": "exchange", "sequence": sequence}
        return self.say(by, "delivery", contract=contract, **{**form, **PROMISE, **members})

    def sealed(self, contract: Id, sequence: int, by: str = "acme", name: str = "one") -> dict[str, Any]:
        """The members of a sealed delivery to buyer, with the shares of a name; marked, so that no promise binds."""
        bound = Binding(contract, sequence, self.id[by])
        held: dict[BoxRole, bytes] = {role: share(name, role) for role in ("exchange", "consumer")}
        self.shares[commitment(held["exchange"])] = held["exchange"]
        room = Room(PROMISE["chunk_size"])
        room.data[:SIZE] = CONTENT
        keys = SealingKeys(content_key(bound, held["exchange"], held["consumer"]), bytes(32))
        leaves = Leaves(seal_chunk(keys, 0, room, SIZE).raw)
        named: dict[str, Any] = {
            role: {"key": seal_key(who).kid, "commitment": commitment(held[role]), "box": NO_BOX}
            for role, who in SEALED_TO
        }
        roots = {"content_root": leaves.content_root}
        form = {"form": "sealed", "sealed": {"manifest_root": leaves.manifest_root, **named}, "marked": name}
        number = {"contract": contract, "sequence": sequence, "custody": "exchange"}
        return {**PROMISE, **number, **form, **roots}

    def deliver_sealed(
        self, contract: Id, sequence: int, by: str = "acme", name: str = "one", **members: Any
    ) -> bytes:
        """A sealed delivery."""
        return self.say(by, "delivery", **{**self.sealed(contract, sequence, by, name), **members})

    def acknowledge_sealed(self, delivery: Id, by: str = "buyer", **members: Any) -> bytes:
        """A receipt with outcome accepted that repeats what a sealed delivery signs."""
        said = decode(self.sight.statements[delivery]).members
        roots = {"content_root": said["content_root"], "manifest_root": said["sealed"]["manifest_root"]}
        return self.acknowledge(delivery, by, **{**roots, **members})

    def release(self, view: View, receipt: Statement[Receipt], at: Place) -> bytes:
        """The exchange's release, which the register asks for."""
        delivery = view.get(DeliveryRecord, receipt.act.delivery)
        assert delivery is not None
        assert delivery.sealed is not None
        held = self.shares.get(delivery.sealed.exchange.commitment)
        if held is None:
            raise refuse("share-unavailable", "the box does not open today")
        return Issuer(self.key["exchange"]).release(view, receipt.id, held, at.time)

    def lapse(self, delivery: Id, by: str = "exchange") -> bytes:
        """The lapse of a delivery."""
        return self.say(by, "lapse", delivery=delivery)

    def claim(self, release: Id, index: int = 0, by: str = "buyer") -> bytes:
        """A claim that a chunk is bad; its pieces are of nothing."""
        part = {"media_type": "application/octet-stream", "size": 0, "digest": NO_BOX}
        leaf, key = (base64url.encode(bytes(size)).decode() for size in (96, 32))
        pieces = {"path": {"name": "path", **part}, "chunk": {"name": "chunk", **part}}
        proof = {"index": index, "leaf": leaf, "key": key, **pieces}
        return self.say(by, "claim", statement=release, ground="bad-chunk", proof=proof)

    def acknowledge(self, delivery: Id, by: str = "buyer", **members: Any) -> bytes:
        """A receipt with outcome accepted."""
        held = {"content_root": PROMISE["content_root"], "size": SIZE, "outcome": "accepted"}
        return self.say(by, "receipt", delivery=delivery, **{**held, **members})

    def answer(self, jws: bytes) -> Registered | Refused:
        """What registration says of some bytes."""
        try:
            prepared = self.register.prepare(jws, self.sight)
        except Refused as refusal:
            return refusal
        (answer,) = self.register.admit([prepared])
        return answer

    def put(self, jws: bytes) -> Id:
        """Register what has to pass."""
        answer = self.answer(jws)
        assert isinstance(answer, Registered), answer
        return answer.id

    def trade(self) -> dict[str, Id]:
        """A listing, a contract, a delivery and its receipt."""
        listing = self.put(self.listing())
        contract = self.put(self.buy("buyer", listing, "PO-1"))
        delivery = self.put(self.deliver(contract, 1))
        receipt = self.put(self.acknowledge(delivery))
        return {"listing": listing, "contract": contract, "delivery": delivery, "receipt": receipt}

    def sealed_trade(self, name: str = "one", sequence: int = 2) -> dict[str, Id]:
        """A sealed delivery under the contract of `trade`, its receipt and its release."""
        delivery = self.put(self.deliver_sealed(self.id["contract"], sequence, name=name))
        receipt = self.put(self.acknowledge_sealed(delivery))
        release = self.sight.entries[-1].id
        return {"sealed delivery": delivery, "sealed receipt": receipt, "release": release}

    def check_replay(self) -> None:
        """The log, taken from its start, gives the state that is stored."""
        statements = [self.sight.statements.get(entry.id) for entry in self.sight.entries]
        view = replay(zip(self.sight.entries, statements, strict=True))
        assert view.records == self.sight.records

    def check_refused(self, jws: bytes, code: str, *, winner: Id | None = None) -> Refused:
        """Refused with this code, nothing stored and nothing lost."""
        before = self.store.sight
        answer = self.answer(jws)
        assert isinstance(answer, Refused), "registered"
        assert answer.code == code, answer
        assert winner is None or answer.winner == winner
        assert vars(self.store.sight) == vars(before)
        self.check_replay()
        again = self.answer(before.statements[before.entries[-1].id])
        assert isinstance(again, Registered)
        assert (again.index, again.new) == (len(before.entries) - 1, False)
        assert isinstance(self.answer(self.listing(title="Afterwards")), Registered)
        return answer


@lru_cache
def _first_trade() -> Market:
    market = Market()
    market.id.update(market.trade())
    return market


def traded() -> Market:
    """A market after a first trade, whose statements are in `id`."""
    return _first_trade().copy()


@lru_cache
def _sealed_trade() -> Market:
    market = traded()
    market.id.update(market.sealed_trade())
    market.id["claim"] = market.put(market.claim(market.id["release"]))
    late = market.put(market.deliver_sealed(market.id["contract"], 3, name="late"))
    market.clock.now += DAY + 1
    market.id["lapse"] = market.put(market.lapse(late))
    return market


def traded_sealed() -> Market:
    """A market after a first trade and a sealed one, with a claim about it, and a sealed delivery that lapsed."""
    return _sealed_trade().copy()


@lru_cache
def _opened() -> Market:
    return Market()


def opened() -> Market:
    """A market in which nobody said anything yet."""
    return _opened().copy()


def altered(jws: bytes, payload: bytes, key: Ed25519Signer) -> bytes:
    """A statement with any bytes for its payload, signed as it stands."""
    signing_input = jws.split(b".")[0] + b"." + base64url.encode(payload)
    return signing_input + b"." + base64url.encode(key.sign(signing_input))


def payload_of(jws: bytes) -> bytes:
    """The payload's bytes."""
    return decode(jws).payload
