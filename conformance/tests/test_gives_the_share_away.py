"""An exchange that gives its share away before the receipt is failed: the one mutant that needs its private keys."""

import base64
from pathlib import Path
from urllib.parse import urlsplit

from conformance.tests.running import RunningExchange
from lading_conformance import runner
from lading_conformance.cases import index
from lading_conformance.oracle import base64url, statement
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.oracle.sealing import Bound
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.wrong.proxy import Reply, Request, serving
from lading_conformance.wrong.spoils import Spoilt, members, with_members


class GivesTheShareAway:
    """Opens each box that is uploaded for the exchange, and shows the share in the delivery's state."""

    def __init__(self, state: Path) -> None:
        seeds = [file.read_text("ascii").splitlines()[1] for file in (state / "keys").glob("seal-*.pem")]
        self._keys = [SealKey.from_seed(base64.b64decode(seed)) for seed in seeds]
        self._tickets: dict[str, Bound] = {}
        self._shares: dict[str, bytes] = {}
        self._exchange = ""

    def __call__(self, request: Request, reply: Reply) -> Reply:
        if request.path == "/.well-known/lading":
            self._exchange = str(members(reply)["id"])
        elif request.path == "/content" and reply.status == 200:
            said = statement.parse(request.body).payload
            bound = Bound(str(said["contract"]), int(str(said["sequence"])), str(said["issuer"]))
            self._tickets[str(members(reply)["content"])] = bound
        elif request.method == "PUT" and request.path.endswith("/boxes/exchange") and reply.status == 204:
            self._open(request.path.removesuffix("/boxes/exchange"), request.body)
        elif request.path.startswith("/state/") and reply.status == 200:
            return self._shown(reply)
        return reply

    def _open(self, prefix: str, box: bytes) -> None:
        bound = self._tickets[prefix]
        for key in self._keys:
            try:
                self._shares[bound.contract] = key.open(box, bound.info(self._exchange, "exchange"))
            except Rejected:
                continue

    def _shown(self, reply: Reply) -> Reply:
        record = members(reply)["record"]
        assert isinstance(record, dict)
        share = self._shares.get(str(record.get("contract")), b"")
        return with_members(reply, record=record | {"share": base64url.encode(share)})


def test_an_exchange_that_gives_its_share_away_is_failed(proxied: RunningExchange) -> None:
    case, port = index.named("transfer_fairness"), urlsplit(proxied.api).port
    assert case is not None
    assert port is not None
    with serving(Spoilt(GivesTheShareAway(proxied.state)), proxied.listens, port) as proxy:
        (report,) = runner.run(proxy.url, proxied.subject, runner.Plan((case,), seed=1)).cases
    assert report.verdict == "fail", report.reason
    assert "LAD-SEA-013" in {check.requirement for check in report.checks if check.verdict == "fail"}
