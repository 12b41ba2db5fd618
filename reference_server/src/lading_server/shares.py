"""The exchange's shares: in boxes until a receipt, opened when they are needed, and kept nowhere else (LAD-SEA-013).

shares = Shares(content, keys, Desk(statement_signer))
register = Register(store, log_signer, checks=(shares.check,), releaser=shares)
"""

import logging

from lading.acts.base import Act, Place, Statement, View
from lading.acts.delivery import Delivery
from lading.acts.receipt import Receipt
from lading.acts.records import SELF, DeliveryRecord, ExchangeRecord, VersionRecord
from lading.keys.signer import Signer
from lading.problems import Refused, refuse
from lading.register.issue import Issuer
from lading.statement.words import Id, Millis
from lading.transfer.shares import Binding, open_share
from lading_server.content import ContentForm, ContentStore
from lading_server.sealkeys import SealKeys

_LOG = logging.getLogger("lading_server")


class Desk:
    """Signs for the exchange, as long as the key at hand is one that the head of its chain lists."""

    def __init__(self, signer: Signer) -> None:
        self._kid = signer.thumbprint
        self._issuer = Issuer(signer)

    def can_sign(self, view: View) -> bool:
        """Whether a statement that it signs now would be taken."""
        exchange = view.get(ExchangeRecord, SELF)
        version = None if exchange is None else view.get(VersionRecord, exchange.head)
        return version is not None and any(key.kid == self._kid for key in version.keys)

    def release(self, view: View, receipt: Id, share: bytes, now: Millis) -> bytes:
        """A signed `release`."""
        return self._issuer.release(view, receipt, share, now)

    def lapse(self, view: View, delivery: Id, now: Millis) -> bytes:
        """A signed `lapse`."""
        return self._issuer.lapse(view, delivery, now)

    def not_delivered(self, view: View, contract: Id, sequence: int, now: Millis) -> bytes:
        """A signed `lapse` of what was not made."""
        return self._issuer.not_delivered(view, contract, sequence, now)

    def outage(self, view: View, since: Millis, until: Millis, ground: str) -> bytes:
        """A signed `notice` of an outage."""
        return self._issuer.outage(view, since, until, ground)

    def admission(
        self, view: View, participant: Id, roles: tuple[str, ...], at_home: Id, now: Millis
    ) -> bytes:
        """A signed `admission` of a guest."""
        return self._issuer.admission_of_guest(view, participant, roles, at_home, now)


class Shares:
    """Opens the exchange's boxes: to check a delivery, and to release a share. Satisfies `Releaser`."""

    def __init__(self, content: ContentStore, keys: SealKeys, desk: Desk) -> None:
        self._content = content
        self._keys = keys
        self._desk = desk

    def check_key(self, view: View, statement: Statement[Act], at: Place) -> None:
        """A delivery names a seal key of the exchange that is at hand; so much can be told before an upload."""
        act = statement.act
        # LAD-DLV-014
        if isinstance(act, Delivery) and act.sealed and not self._keys.takes(act.sealed.exchange.key):
            raise refuse(
                "bad-share",
                "this exchange cannot open what is sealed to the key",
                pointer="/sealed/exchange/key",
            )

    def check(self, view: View, statement: Statement[Act], at: Place) -> None:
        """The exchange's box of a delivery, which is there, opens to the share that is committed to."""
        act = statement.act
        if not isinstance(act, Delivery) or act.sealed is None:
            return
        self.check_key(view, statement, at)
        pointer = "/sealed/exchange/box"
        # LAD-DLV-014
        try:
            self._open(view, act, statement.issuer)
        except Refused as refused:
            raise refuse("bad-share", refused.detail, pointer=pointer) from None
        except FileNotFoundError:
            raise refuse("content-missing", "the exchange's box was not uploaded", pointer=pointer) from None

    def release(self, view: View, receipt: Statement[Receipt], at: Place) -> bytes:
        """The signed release of a receipt; `Refused` (share-unavailable) where the share cannot be had."""
        delivery = view.get(DeliveryRecord, receipt.act.delivery)
        assert delivery is not None
        # LAD-RLS-006
        if not self._desk.can_sign(view):
            raise _unavailable("the exchange's statement key is not one of its latest statement", receipt.id)
        try:
            share = self._open(view, delivery, delivery.provider)
        except (Refused, OSError) as error:
            raise _unavailable(str(error), receipt.id) from None
        return self._desk.release(view, receipt.id, share, at.time)

    def _open(self, view: View, delivery: Delivery | DeliveryRecord, provider: Id) -> bytes:
        exchange, sealed = view.get(ExchangeRecord, SELF), delivery.sealed
        assert exchange is not None
        assert sealed is not None
        key = self._keys.get(sealed.exchange.key)
        if key is None:
            raise refuse("bad-share", f"the seal key {sealed.exchange.key} is not at hand")
        form = ContentForm.of(delivery)
        box = self._content.open(form).boxes.read("exchange", sealed.exchange.box)
        info = Binding(form.contract, form.sequence, provider).info(exchange.id, "exchange")
        return open_share(key, box, info, sealed.exchange.commitment)


def _unavailable(why: str, receipt: Id) -> Refused:
    """The operator reads why; the consumer learns only that it is the exchange's fault."""
    _LOG.error("a share cannot be released", extra={"receipt": receipt, "reason": why})
    return refuse(
        "share-unavailable", "the exchange cannot open its share at present; send the receipt again"
    )
