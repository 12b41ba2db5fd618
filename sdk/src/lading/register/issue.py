"""The statements that an exchange issues by itself: `release`, `lapse`, the `notice` of an outage, the `admission` of a
guest.

issuer = Issuer(signer)
jws = issuer.lapse(view, delivery, now)
"""

from typing import Any

from lading.acts.base import View
from lading.acts.records import SELF, ExchangeRecord
from lading.keys.signer import Signer
from lading.statement import base64url
from lading.statement.envelope import encode
from lading.statement.words import Id, Millis, format_time


class Issuer:
    """Signs in the name of the exchange that keeps a log, under the head of its chain."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def release(self, view: View, receipt: Id, share: bytes, now: Millis) -> bytes:
        """The exchange's share (32 bytes) of the delivery that a receipt acknowledges."""
        said = {"receipt": receipt, "share": base64url.encode(share).decode("ascii")}
        return self._sign(view, "release", now, said)

    def lapse(self, view: View, delivery: Id, now: Millis) -> bytes:
        """A delivery that nobody took in time."""
        return self._sign(view, "lapse", now, {"delivery": delivery})

    def not_delivered(self, view: View, contract: Id, sequence: int, now: Millis) -> bytes:
        """A scheduled delivery that was not made in time: the lapse of its number."""
        return self._sign(view, "lapse", now, {"contract": contract, "sequence": sequence})

    def outage(self, view: View, since: Millis, until: Millis, ground: str) -> bytes:
        """From `since` until `until` nothing was registered; issued at its end."""
        said = {"kind": "outage", "ground": ground, "since": format_time(since), "until": format_time(until)}
        return self._sign(view, "notice", until, said)

    def admission_of_guest(
        self, view: View, participant: Id, roles: tuple[str, ...], at_home: Id, now: Millis
    ) -> bytes:
        """A guest is admitted in these roles, as it is at home; `at_home` is the admission there."""
        said = {
            "participant": participant,
            "status": "admitted",
            "roles": list(roles),
            "checks": [{"kind": "admitted-at-home", "digest": at_home}],
        }
        return self._sign(view, "admission", now, said)

    def _sign(self, view: View, act: str, now: Millis, said: dict[str, Any]) -> bytes:
        exchange = view.get(ExchangeRecord, SELF)
        if exchange is None:
            raise LookupError("the log has no exchange yet")
        links = {"home": exchange.id, "issuer": exchange.id, "under": exchange.head}
        members = {"version": 1, "type": act, **links, "issued_at": format_time(now), **said}
        return encode(members, self._signer)
