"""Wrong exchanges that need the private keys of the real one behind them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

from lading_conformance.oracle import base64url, statement
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.oracle.sealing import Bound
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import Row, members, private_key, with_members


class GivesTheShareAway:
    """Opens each box that is uploaded for the exchange, and shows the share in the delivery's state."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._tickets: dict[str, Bound] = {}
        self._shares: dict[str, bytes] = {}
        self._exchange = ""

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.path == "/.well-known/lading" and request.method == "GET":
            self._exchange = str(members(reply)["id"])
        elif request.path == "/content" and reply.status == 200:
            said = statement.parse(request.body).payload
            if said.get("type") == "delivery":
                bound = Bound(str(said["contract"]), int(str(said["sequence"])), str(said["issuer"]))
                self._tickets[str(members(reply)["content"])] = bound
        elif request.method == "PUT" and request.path.endswith("/boxes/exchange") and reply.status == 204:
            self._open(request.path.removesuffix("/boxes/exchange"), request.body)
        elif request.path.startswith("/state/") and reply.status == 200:
            return self._shown(reply)
        return reply

    def _open(self, prefix: str, box: bytes) -> None:
        bound = self._tickets[prefix]
        for file in (self._state / "keys").glob("seal-*.pem"):
            key = SealKey.from_seed(base64.b64decode(file.read_text("ascii").splitlines()[1]))
            try:
                self._shares[bound.contract] = key.open(box, bound.info(self._exchange, "exchange"))
            except Rejected:
                continue

    def _shown(self, reply: Reply) -> Reply:
        record = members(reply)["record"]
        share = self._shares.get(str(record.get("contract")), b"")
        return with_members(reply, record=record | {"share": base64url.encode(share)})


class ListsNoSealKey:
    """Says that its newest statement, which it signs anew, lists no seal key."""

    def __init__(self, state: Path) -> None:
        self._file = state / "keys" / "statement.pem"

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.path != "/.well-known/lading" or request.method != "GET":
            return reply
        payload = statement.parse(str(members(reply)["head"]).encode("ascii")).payload
        keys = payload["keys"]
        assert isinstance(keys, list)
        signing = [key for key in keys if isinstance(key, dict) and key.get("use") != "seal"]
        jws = statement.sign(
            {**payload, "keys": [*signing]}, Key.from_seed(private_key(self._file).private_bytes_raw())
        )
        return with_members(reply, head=jws.decode("ascii"))


MUTANTS: Final[tuple[Row, ...]] = (
    Row("gives-the-share-away", GivesTheShareAway, "transfer_fairness", "LAD-SEA-013"),
    Row("lists-no-seal-key", ListsNoSealKey, "transfer_sealed", "LAD-PRO-002"),
)
"""The rows that need private keys."""
