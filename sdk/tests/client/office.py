"""An organisation of several people at a real exchange: who holds the keys, who joined, who approves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import lading
from lading.client import approvals, invite, profile
from lading.client.approvals import Demand, Request
from lading.client.approver import ApproverKey
from lading.client.flows.keys import add_key
from lading.client.identity import Identity
from lading.client.invite import KeyFile
from lading.client.results import Listing
from lading.client.session import now_ms
from lading.keys.signer import Pending, Signer
from lading.statement import base64url
from lading_server import operate
from reference_server.tests.exchange_process import ExchangeProcess

SECRET = "a passphrase"


class Nexts(TypedDict):
    """The two files of a change of keys."""

    next_key: Path
    new_next_key: Path


@dataclass
class Office:
    """Acme sells; Buyer is an organisation. `folder` holds everything that lies on somebody's disk."""

    exchange: ExchangeProcess
    folder: Path
    goods: Path = field(init=False)
    shared: Path = field(init=False)

    def __post_init__(self) -> None:
        self.shared = self.folder / "shared"
        self.goods = self.folder / "goods.csv"
        self.goods.write_bytes(b"road,speed\n" * 5000)
        for name in ("acme", "buyer"):
            identity = Identity.create(
                name,
                legal_name=f"{name} Ltd",
                jurisdiction="IE",
                passphrase=SECRET,
                next_key=self.folder / f"{name}.0",
                directory=self.folder,
            )
            with lading.connect(self.exchange.api, identity) as x:
                operate.admit(self.exchange.directory, x.session.me)
                x.wait_admitted(timeout=30)

    def load(self, name: str) -> Identity:
        return Identity.load(name, SECRET, directory=self.folder)

    def connect(
        self, name: str, signer: Callable[[Signer], Signer] = lambda signer: signer
    ) -> lading.Exchange:
        """The open exchange for somebody, with whatever signer is made of theirs."""
        identity = self.load(name)
        identity.signer = signer(identity.signer)
        return lading.connect(self.exchange.api, identity)

    def listing(self, title: str = "Roads", price: str = "100.00 EUR") -> Listing:
        with self.connect("acme") as x:
            return x.publish(
                self.goods,
                title=title,
                terms=lading.Terms(price),
                source="Our own sensors.",
                collection="sensor",
            )

    def invited(self, name: str = "ben") -> KeyFile:
        """Somebody joined Buyer: their public key."""
        folder, about = profile.load("buyer", self.folder)
        path = self.folder / f"{name}.invite.json"
        invite.write(path, invite.invite_of(about, profile.load_home(folder)))
        made = Identity.join(name, invite.read_invite(path), passphrase=SECRET, directory=self.folder)
        x = base64url.encode(made.signer.public).decode()
        key = KeyFile(participant=made.id or "", name=name, x=x)  # type: ignore[arg-type]
        return invite.read_key(invite.write(self.folder / f"{name}.key.json", key))

    def nexts(self, number: int) -> Nexts:
        """The files of Buyer's change of keys with this number, from 0 on."""
        return {
            "next_key": self.folder / (f"buyer.{number}"),
            "new_next_key": self.folder / f"buyer.{number + 1}",
        }

    def add(
        self, key: KeyFile, number: int = 0, *, may: tuple[str, ...] = (), limit: str | None = None
    ) -> str:
        """Buyer's holder of the next key lists somebody's key; the id of that statement."""
        with self.connect("buyer") as x:
            return x.run(lambda s: add_key(s, key, may=may, limit=limit, **self.nexts(number))).id

    def approver(self, name: str) -> ApproverKey:
        return ApproverKey.create(name, passphrase=SECRET, directory=self.folder)

    def demand(
        self, *approvers: ApproverKey, acts: tuple[str, ...] = ("acceptance",), who: str = "buyer"
    ) -> None:
        """These acts of somebody wait for one of these."""
        folder, _ = profile.load(who, self.folder)
        public = tuple(approver.public for approver in approvers)
        approvals.save(folder, Demand(acts=acts, approvers=public, folder=str(self.shared)))

    def waiting(self) -> list[Request]:
        """The requests in the shared folder that nobody answered."""
        found = approvals.requests(self.shared)
        return [request for _, request, answer in found if request is not None and answer is None]

    def decide(self, approver: ApproverKey, refused: str | None = None) -> Request:
        """Answer the only request that waits."""
        (request,) = self.waiting()
        approvals.decide(
            self.shared, request, approver.public, approver.signer, refused=refused, now=now_ms()
        )
        return request


class Killed(BaseException):
    """The process ends here."""


class Slow:
    """A signer elsewhere: it answers the first questions about statements with Pending, and then signs.

    `asked` are the statements' bytes that it was asked to sign; `dies` ends the process instead of answering, before
    or after it signed.
    """

    def __init__(self, inner: Signer, waits: int = 2, dies: str = "") -> None:
        self.public, self.thumbprint = inner.public, inner.thumbprint
        self.asked: list[bytes] = []
        self._inner, self._waits, self._dies = inner, waits, dies

    def sign(self, message: bytes) -> bytes | Pending:
        if message.startswith(b'"@method"'):
            return self._inner.sign(message)
        self.asked.append(message)
        if self._dies == "before":
            raise Killed
        if len(self.asked) <= self._waits:
            return Pending("the acceptance", "https://vault.example/7", "Ask the vault's operator.")
        signature = self._inner.sign(message)
        if self._dies == "after":
            raise Killed
        return signature
