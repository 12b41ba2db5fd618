"""Evidence by an exchange that breaks its own rules, under its own signature."""

import json
from collections.abc import Callable
from typing import Any

from lading import acts
from lading.acts.base import Place
from lading.evidence.build import build
from lading.log import tiles
from lading.log.entry import Entry
from lading.register.memory import MemorySight
from lading.rules import engine
from lading.statement import base64url, canonical
from lading.statement.envelope import decode
from lading.statement.words import Id, Millis
from sdk.tests.client.stand_in import StandIn


def append(exchange: StandIn, sight: MemorySight, jws: bytes, time: Millis) -> None:
    """An entry without any rule being asked, under a new checkpoint."""
    statement = acts.parse(decode(jws))
    place, entry = Place(sight.size(), time), Entry(time, statement.id)
    changes = list(engine.effects(sight, statement, place))
    sight.append(place.index, entry, statement, engine.readers(sight, statement))
    for record in changes:
        sight.put(record)
    size = tiles.append(sight, place.index, [entry.leaf])
    sight.put_checkpoint(size, exchange.log.sign(size, tiles.root(sight, size)))


def with_another_release(exchange: StandIn, receipt: Id, share: bytes) -> bytes:
    """Evidence on a receipt, in a log whose next entry releases another share."""
    real, forged = exchange.store.sight, MemorySight()
    for entry in real.entries:
        append(exchange, forged, real.statements[entry.id], entry.time)
        if entry.id == receipt:
            break
    said = base64url.encode(share).decode()
    release = exchange.sign({"type": "release", "receipt": receipt, "share": said})
    append(exchange, forged, release, forged.last_time())
    return build(forged, receipt)


def without(data: bytes, unwanted: Callable[[dict[str, Any]], bool]) -> bytes:
    """An evidence file without some of its entries."""
    whole = json.loads(data)
    log = whole["logs"][0]
    log["entries"] = [entry for entry in log["entries"] if not unwanted(entry)]
    return canonical.dumps(whole)


def is_a(kind: str) -> Callable[[dict[str, Any]], bool]:
    """Whether an entry of an evidence file is of this act."""
    return lambda entry: bool(acts.parse(decode(entry["statement"].encode())).act.type == kind)
