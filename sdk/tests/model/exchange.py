"""The exchange that the search plays with: the real register and rules, and a disk on which boxes lie.

`Exchange` is honest. The others break one promise each, to show that the search would notice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from lading.acts.base import Act, Place, Statement, View
from lading.acts.delivery import Delivery
from lading.acts.receipt import Receipt
from lading.acts.records import DeliveryRecord
from lading.keys.seal import SealKey
from lading.problems import Refused, refuse
from lading.register.issue import Issuer
from lading.register.memory import MemorySight, MemoryStore
from lading.register.register import Prepared, Register
from lading.statement.words import Id, Millis
from lading.transfer.shares import Binding, open_share
from sdk.tests.core.market import log_key, signer
from sdk.tests.model.parties import Parcel, cast, seal_key

TICK: Final = 2 * 3600 * 1000
"""Longer than the taking period, and short enough that nothing becomes too old to be registered."""


@dataclass(frozen=True)
class State:
    """What is durable at the exchange, what time it is, and whether it has to start again.

    `disk` holds the names of parcels whose box for the exchange is there; `leaked` what the exchange gave away outside
    the protocol.
    """

    sight: MemorySight
    now: int
    disk: frozenset[str] = frozenset()
    down: bool = False
    leaked: frozenset[bytes] = frozenset()

    def delivery(self, item: Parcel) -> DeliveryRecord | None:
        """What has become of a parcel's delivery."""
        return self.sight.get(DeliveryRecord, item.id)

    @property
    def key(self) -> tuple[object, ...]:
        """Two states with the same key have the same future: places in the log do not matter, what is in it does."""
        records = [record for (kind, _), record in self.sight.records.items() if kind == "delivery"]
        deliveries = frozenset(record.model_dump_json() for record in records)
        said = frozenset(self.sight.statements)
        return said, deliveries, self.now, self.disk, self.down, self.leaked


class Exchange:
    """Registers what arrives in a state, and gives the state after it. Holds nothing itself but its keys."""

    def __init__(self) -> None:
        self.seal_key: SealKey = seal_key("exchange")
        self.issuer = Issuer(signer("exchange"))
        self._boxes = {item.id: item for item in cast().parcels.values()}
        self._prepared: dict[bytes, Prepared] = {}

    def opened(self) -> State:
        """The state before anything was delivered."""
        market = cast().market
        return State(market.sight, market.clock.now)

    def take(self, state: State, item: Parcel) -> State:
        """Boxes, manifest and ciphertext are uploaded, and the delivery is registered."""
        uploaded = replace(state, disk=state.disk | {item.name})
        after = self.receive(uploaded, item.jws)
        return state if after is uploaded else after

    def receive(self, state: State, jws: bytes) -> State:
        """A statement arrives. A refusal changes nothing."""
        return self._register(state, jws)

    def lapse(self, state: State, item: Parcel) -> State:
        """The exchange records a lapse, if it is one."""
        return self._register(state, self.issuer.lapse(state.sight, item.id, Millis(state.now)))

    def clean(self, state: State) -> State:
        """Boxes of deliveries that are no longer open are deleted: after each commit, and at a start."""
        over = {name for name in state.disk if self._is_over(state, name)}
        return replace(state, disk=state.disk - over, down=False)

    def _is_over(self, state: State, name: str) -> bool:
        record = state.delivery(cast().parcels[name])
        return record is not None and record.state != "open"

    def register(self, store: MemoryStore, state: State) -> Register:
        """The register over what is durable."""
        host = Host(self, state)
        clock: Callable[[], Millis] = lambda: Millis(state.now)  # noqa: E731
        return Register(store, log_key(), checks=(host.opens_its_share,), releaser=host, clock=clock)

    def _register(self, state: State, jws: bytes) -> State:
        store = MemoryStore()
        store.sight = state.sight
        register = self.register(store, state)
        try:
            item = self._prepared.get(jws) or register.prepare(jws, state.sight)
            self._prepared[jws] = item
            if item.statement.id in state.sight.statements:
                return state
            register.would_admit(state.sight, item, register.next_place(state.sight))
        except Refused:
            return state
        (answer,) = register.admit([item])
        return state if isinstance(answer, Refused) else replace(state, sight=store.sight)

    def open(self, state: State, record: Delivery | DeliveryRecord, provider: Id) -> bytes:
        """The exchange's share of a delivery, from the box on its disk."""
        item = next(
            (each for each in self._boxes.values() if each.leaves.manifest_root == _root(record)), None
        )
        if item is None or item.name not in state.disk or record.sealed is None:
            raise refuse("content-missing", "the box is not there")
        info = Binding(record.contract, record.sequence, provider).info(
            cast().market.id["exchange"], "exchange"
        )
        return open_share(self.seal_key, item.boxes["exchange"], info, record.sealed.exchange.commitment)


def _root(record: Delivery | DeliveryRecord) -> str | None:
    return None if record.sealed is None else record.sealed.manifest_root


class Host:
    """What a host adds to a register: it opens its share before it admits, and again to release it."""

    def __init__(self, exchange: Exchange, state: State) -> None:
        self._exchange = exchange
        self._state = state

    def opens_its_share(self, view: View, statement: Statement[Act], at: Place) -> None:
        """LAD-DLV-014, as an admission check."""
        if isinstance(statement.act, Delivery):
            self._exchange.open(self._state, statement.act, statement.issuer)

    def release(self, view: View, receipt: Statement[Receipt], at: Place) -> bytes:
        """The signed release of a receipt."""
        record = view.get(DeliveryRecord, receipt.act.delivery)
        assert record is not None
        share = self._exchange.open(self._state, record, record.provider)
        return self._exchange.issuer.release(view, receipt.id, share, at.time)


class SlowToRelease(Exchange):
    """Registers the receipt in one transaction, and would release in the next."""

    def register(self, store: MemoryStore, state: State) -> Register:
        """A register that lets receipts stand alone."""
        return _Separating(store, super().register(store, state))


class _Separating(Register):
    def __init__(self, store: MemoryStore, honest: Register) -> None:
        super().__init__(store, honest.signer, checks=honest._checks, clock=honest._clock)

    def _release_of(self, view: View, statement: Statement[Act], place: Place) -> Prepared | None:
        return None


class Generous(Exchange):
    """Gives its share to the consumer as soon as a delivery is registered."""

    def receive(self, state: State, jws: bytes) -> State:
        """As the honest one, and a share for every open delivery."""
        after = super().receive(state, jws)
        is_open = [
            item for item in cast().parcels.values() if (it := after.delivery(item)) and it.state == "open"
        ]
        return replace(after, leaked=after.leaked | {item.shares.exchange for item in is_open})


class Forgetful(Exchange):
    """Keeps the boxes of deliveries that are over."""

    def clean(self, state: State) -> State:
        """Deletes nothing."""
        return replace(state, down=False)


class Forgiving(Exchange):
    """Lets pass what one rule refuses."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def register(self, store: MemoryStore, state: State) -> Register:
        """A register without that rule."""
        return _Lenient(store, super().register(store, state), self._code)


class _Lenient(Register):
    def __init__(self, store: MemoryStore, honest: Register, code: str) -> None:
        checks, releaser, clock = honest._checks, honest._releaser, honest._clock
        super().__init__(store, honest.signer, checks=checks, releaser=releaser, clock=clock)
        self._code = code

    def would_admit(self, view: View, item: Prepared, place: Place) -> None:
        """As the honest one, but for one code."""
        try:
            super().would_admit(view, item, place)
        except Refused as refusal:
            if refusal.code != self._code:
                raise
