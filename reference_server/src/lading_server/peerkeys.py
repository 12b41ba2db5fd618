"""The chain of a peer, read from the peer and believed because each statement promises the key of the next one.

view = await chain_of(abroad, api, peer)          # from entry 0, whose digest is the peer's id
view.get(ExchangeRecord, SELF).log_keys           # what the newest statement lists
"""

from typing import Final

from lading import acts
from lading.acts.base import Act, Place, Statement, View
from lading.acts.records import SELF, ExchangeRecord, LogKey, ParticipantRecord, VersionRecord
from lading.keys import vkey
from lading.keys.vkey import VerifierKey
from lading.problems import Refused
from lading.register.memory import MemoryView
from lading.rules import engine
from lading.statement.envelope import decode, statement_id
from lading.statement.words import ID, Id, Millis
from lading_server.abroad import Abroad, PeerFailed

MAX_LATER: Final = 256
"""Statements that are read of one chain."""


def in_force(keys: tuple[LogKey, ...], size: int) -> tuple[VerifierKey, ...]:
    """The log keys that have to sign a checkpoint of this size (LAD-LOG-006)."""
    return tuple(vkey.parse(k.vkey) for k in keys if k.from_size <= size <= (k.until_size or size))


async def chain_of(abroad: Abroad, api: str, peer: Id) -> MemoryView:
    """The state after the peer's whole chain; raises `PeerFailed` where it does not lead from the id to a head."""
    described = await abroad.object(f"{api}/.well-known/lading")
    first = _bytes(api, described.get("statement"))
    if statement_id(first) != peer:
        raise PeerFailed(f"{api} is another exchange: {statement_id(first)}")
    view = MemoryView()
    _continue(api, view, first)
    await extend(abroad, api, peer, view)
    return view


async def extend(abroad: Abroad, api: str, peer: Id, view: MemoryView) -> Id:
    """Bring a view that holds the beginning of the peer's chain to its head; the head's id."""
    exchange = view.get(ExchangeRecord, SELF)
    assert exchange is not None
    described = await abroad.object(f"{api}/.well-known/lading")
    jws = _bytes(api, described.get("head"))
    later: list[bytes] = []
    while statement_id(jws) != exchange.head:
        later.append(jws)
        previous = _previous(api, jws)
        if previous == exchange.head:
            break
        if len(later) > MAX_LATER:
            raise PeerFailed(f"{api}: the chain does not lead to the head in {MAX_LATER} statements")
        jws = await abroad.get(f"{api}/statements/{previous}")
        if statement_id(jws) != previous:
            raise PeerFailed(f"{api}: {previous} is answered with another statement")
    for jws in reversed(later):
        _continue(api, view, jws)
    return statement_id(later[0]) if later else exchange.head


def beginning(view: View, peer: Id) -> MemoryView | None:
    """What another view has of a peer's chain, to be extended; None where it has none of it."""
    exchange = view.get(ExchangeRecord, SELF)
    participant = view.get(ParticipantRecord, peer)
    if exchange is None or participant is None:
        return None
    copy = MemoryView()
    version = view.get(VersionRecord, exchange.head)
    for record in (exchange, participant, version):
        if record is not None:
            copy.put(record)
    return copy


def _continue(api: str, view: MemoryView, jws: bytes) -> None:
    """One statement more, signed by a key that the one before promised."""
    try:
        envelope = decode(jws)
        statement: Statement[Act] = acts.parse(envelope)
        engine.authenticate(view, envelope, statement)
        exchange = view.get(ExchangeRecord, SELF)
        if statement.act.type != "participant" or (exchange is not None and statement.issuer != exchange.id):
            raise PeerFailed(f"{api}: {envelope.id} is no statement of the exchange's chain")
        for record in list(engine.effects(view, statement, Place(0, Millis(0)))):
            view.put(record)
    except Refused as refused:
        raise PeerFailed(f"{api}: the chain is broken: {refused}") from None
    if view.get(ExchangeRecord, SELF) is None:
        raise PeerFailed(f"{api}: the first statement is that of no exchange")


def _previous(api: str, jws: bytes) -> Id:
    try:
        previous = decode(jws).members.get("previous")
    except Refused as refused:
        raise PeerFailed(f"{api}: the chain is broken: {refused}") from None
    if not isinstance(previous, str) or ID.fullmatch(previous) is None:
        raise PeerFailed(f"{api}: the head is not of the chain of the exchange")
    return Id(previous)


def _bytes(api: str, text: object) -> bytes:
    if not isinstance(text, str) or not text.isascii():
        raise PeerFailed(f"{api}: the description holds no statement")
    return text.encode()
