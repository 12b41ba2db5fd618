"""A participant that speaks the protocol itself: statements by hand, requests by hand. For tests of the
server.
"""

import secrets
import time
from pathlib import Path
from types import TracebackType

import httpx

from lading.http.digest import content_digest
from lading.http.signature import request_parts, sign_request
from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer
from lading.statement import base64url
from lading.statement.envelope import encode, statement_id
from lading.statement.words import Id, format_time
from lading.tree import leaf_hash, root_of
from lading_server.state import StateDirectory, read_key

STATEMENT = "application/lading+jws"
BATCH = "application/lading-batch"
OCTETS = "application/octet-stream"
PROVENANCE = {"source": "Own sensors along the road", "collection": "sensor"}
TERMS = {
    "price": {"amount": "100.00", "currency": "EUR"},
    "purposes": ["research"],
    "taking_period": "P7D",
    "dispute_window": "P14D",
}


def now_ms() -> int:
    """This machine's clock."""
    return time.time_ns() // 1_000_000


def jwk(signer: Ed25519Signer) -> dict[str, str]:
    """The key as participants list it."""
    return {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(signer.public).decode()}


def seal_key(key: SealKey) -> dict[str, str]:
    """The seal key as participants list it."""
    public = base64url.encode(key.public).decode()
    return {"use": "seal", "kem": "MLKEM768-X25519", "public": public}


class Trader:
    """A participant with its keys, and a connection to one exchange."""

    def __init__(
        self, api: str, home: str, name: str = "Trader", *, signer: Ed25519Signer | None = None
    ) -> None:
        self.api = api
        self.home = home
        self.signer = signer or Ed25519Signer.generate()
        self.next = Ed25519Signer.generate()
        self.seal = SealKey.generate()
        self.first = encode(self._first(name), self.signer)
        self.id = statement_id(self.first)
        self.head = self.id
        self.http = httpx.Client(base_url=api, timeout=60, trust_env=False)

    @classmethod
    def exchange(cls, api: str, home: str, directory: Path, head: str) -> "Trader":
        """The exchange itself, with its statement key."""
        trader = cls(api, home, signer=read_key(StateDirectory(directory).key_file("statement")))
        trader.id, trader.head = Id(home), Id(head)
        return trader

    def __enter__(self) -> "Trader":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.http.close()

    def sign(self, act: str, **members: object) -> bytes:
        """A statement of this participant, issued now; a listing with where its data comes from."""
        if act == "listing":
            members = {"provenance": PROVENANCE, **members}
        common = {
            "version": 1,
            "type": act,
            "home": self.home,
            "issuer": self.id,
            "under": self.head,
            "issued_at": format_time(now_ms()),
        }
        return encode(
            {name: value for name, value in (common | members).items() if value is not None}, self.signer
        )

    def post(self, jws: bytes) -> httpx.Response:
        """`POST /statements`."""
        return self.http.post("/statements", content=jws, headers={"Content-Type": STATEMENT})

    def register(self, jws: bytes) -> Id:
        """Register it, which must work; its id."""
        answer = self.post(jws)
        assert answer.status_code in (200, 201), answer.text
        return Id(answer.json()["id"])

    def issue(self, act: str, **members: object) -> Id:
        """Sign and register; the id."""
        return self.register(self.sign(act, **members))

    def headers(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        created: int | None = None,
        nonce: str | None = None,
    ) -> dict[str, str]:
        """The headers of a signed request, by default made now and with a new nonce."""
        digest = content_digest(body) if body else None
        signed = sign_request(
            request_parts(method, f"{self.api}{path}", digest),
            participant=self.id,
            signer=self.signer,
            created=int(time.time()) if created is None else created,
            nonce=nonce or secrets.token_urlsafe(16),
        )
        return signed | ({} if digest is None else {"Content-Digest": digest})

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A signed read."""
        return self.http.get(path, headers=self.headers("GET", path) | headers)

    def head_request(self, path: str) -> httpx.Response:
        """A signed HEAD."""
        return self.http.head(path, headers=self.headers("HEAD", path))

    def put(self, path: str, body: bytes) -> httpx.Response:
        """A signed upload."""
        headers = self.headers("PUT", path, body) | {"Content-Type": OCTETS}
        return self.http.put(path, content=body, headers=headers)

    def open_upload(self, ticket: bytes) -> httpx.Response:
        """`POST /content`."""
        return self.http.post("/content", content=ticket, headers={"Content-Type": STATEMENT})

    def successor(self) -> bytes:
        """The next statement of the chain, signed by the next key, which becomes the everyday one."""
        signer, self.next = self.next, Ed25519Signer.generate()
        members = self._first("Trader") | {
            "issuer": self.id,
            "previous": self.head,
            "under": self.head,
            "keys": [{"jwk": jwk(signer), "use": "sign"}],
        }
        jws = encode(members, signer)
        self.signer, self.head = signer, statement_id(jws)
        return jws

    def _first(self, name: str) -> dict[str, object]:
        return {
            "version": 1,
            "type": "participant",
            "home": self.home,
            "issued_at": format_time(now_ms()),
            "name": name,
            "kind": "company",
            "jurisdiction": "DE",
            "keys": [{"jwk": jwk(self.signer), "use": "sign"}, seal_key(self.seal)],
            "next": [self.next.thumbprint],
        }


class Content:
    """Some bytes, cut into chunks."""

    def __init__(self, data: bytes, chunk_size: int = 65_536) -> None:
        self.data = data
        self.chunk_size = chunk_size
        self.chunks = [data[i : i + chunk_size] for i in range(0, len(data), chunk_size)]
        leaves = [leaf_hash(chunk) for chunk in self.chunks]
        self.manifest = b"".join(leaves)
        self.root = "sha256:" + root_of(leaves).hex()

    @property
    def members(self) -> dict[str, object]:
        """What a delivery signs."""
        return {"size": len(self.data), "chunk_size": self.chunk_size, "content_root": self.root}

    def delivery(self, provider: Trader, contract: str, sequence: int = 1) -> bytes:
        """The signed delivery."""
        return provider.sign(
            "delivery", contract=contract, sequence=sequence, form="clear", custody="exchange", **self.members
        )


class Market:
    """An exchange with a provider and a consumer that it has admitted."""

    def __init__(self, api: str, exchange_id: str, directory: Path) -> None:
        self.api = api
        with httpx.Client(base_url=api, trust_env=False) as http:
            head = statement_id(http.get("/.well-known/lading").json()["head"].encode())
        self.exchange = Trader.exchange(api, exchange_id, directory, head)
        self._admitted: list[Trader] = []
        self.provider = self.admitted("Provider", ["provider"])
        self.consumer = self.admitted("Consumer", ["consumer"])
        self.stranger = self.admitted("Stranger", ["provider", "consumer"])

    def admitted(self, name: str, roles: list[str]) -> Trader:
        """A new participant, registered and admitted."""
        trader = Trader(self.api, self.exchange.id, name)
        self._admitted.append(trader)
        trader.register(trader.first)
        self.exchange.issue("admission", participant=trader.id, status="admitted", roles=roles)
        return trader

    def listing(self, title: str = "Road sensors", **members: object) -> Id:
        """A data set of the provider's, with standing terms unless told otherwise."""
        standing = {"terms": TERMS, "expires_at": format_time(now_ms() + 86_400_000)}
        return self.provider.issue(
            "listing", kind="dataset", title=title, **({"standing": standing} | members)
        )

    def contract(self, listing: Id | None = None) -> Id:
        """An acceptance of standing terms by the consumer."""
        reference = secrets.token_hex(8)
        return self.consumer.issue(
            "acceptance", listing=listing or self.listing(), purpose="research", reference=reference
        )

    def quick_contract(self, taking_period: str) -> Id:
        """A contract whose deliveries are to be taken soon."""
        terms = TERMS | {"taking_period": taking_period}
        standing = {"terms": terms, "expires_at": format_time(now_ms() + 86_400_000)}
        return self.contract(self.listing("Quickly taken", standing=standing))

    def offer(self, listing: Id, **members: object) -> bytes:
        """A signed offer by the consumer to the provider."""
        usual = {
            "listing": listing,
            "to": self.provider.id,
            "terms": TERMS,
            "purpose": "research",
            "expires_at": format_time(now_ms() + 3_600_000),
        }
        return self.consumer.sign("offer", **(usual | members))

    def delivered(self, contract: Id, content: Content) -> Id:
        """Upload and register a delivery."""
        jws = content.delivery(self.provider, contract)
        answer = self.provider.open_upload(jws)
        assert answer.status_code == 200, answer.text
        prefix = answer.json()["content"]
        for path, body in (("manifest", content.manifest), ("chunks/0", content.data)):
            answer = self.provider.put(f"{prefix}/{path}", body)
            assert answer.is_success, answer.text
        return self.provider.register(jws)

    def close(self) -> None:
        """Close all connections."""
        for trader in (self.exchange, *self._admitted):
            trader.http.close()
