"""A log and what somebody goes on to say in it, as one document that a fuzzer can change.

    {"scenario": "market", "entries": 22, "steps": [{"by": "acme", "wait": 1000, "say": {…members…}}]}

The first entries of a scenario of the vectors, and then statements: who signs, milliseconds since what was said before,
members. In the members `@7` is the id of the statement number 7: an entry of the scenario or, after those, a step.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from random import Random
from typing import Any, Final

from lading.acts.base import Place, Statement, View
from lading.acts.receipt import Receipt
from lading.acts.records import SELF, DeliveryRecord, ExchangeRecord, VersionRecord
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused, refuse
from lading.register.issue import Issuer
from lading.register.memory import MemorySight
from lading.statement.envelope import decode, encode
from lading.statement.words import Id, format_time
from sdk.tests.core.vectors import Case, load, scenario
from tests.fuzz import inputs
from tests.fuzz.mutation import written
from tests.fuzz.sketches import NOBODY, sketches

MAX_STEPS: Final = 12
STEPS_OF_AN_ACT: Final = 8
"""How many sketches of each act begin a story."""
LAST_TIME: Final = 4_000_000_000_000
"""Clocks go no further: the protocol's times end in 2999, and a register takes the clock's word for it."""


def scenario_sizes() -> dict[str, int]:
    """How many entries each scenario has."""
    return {name: len(load(f"scenarios/{name}").cases) for name in ("empty", "closed", "market", "sealed")}


def base(document: Mapping[str, Any]) -> MemorySight:
    """The log that a document begins with."""
    name = document.get("scenario")
    sizes = scenario_sizes()
    name = name if isinstance(name, str) and name in sizes else "market"
    return scenario(name, inputs.number(document, "entries", 0, sizes[name]))


def read(data: bytes) -> dict[str, Any] | None:
    """The document that some bytes are; None where they are none."""
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return whole if isinstance(whole, dict) and isinstance(whole.get("steps"), list) else None


def steps(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The steps that are any."""
    for step in document["steps"][:MAX_STEPS]:
        if isinstance(step, dict) and isinstance(step.get("say"), dict):
            yield step


def statement(step: Mapping[str, Any], said: list[Id]) -> bytes | None:
    """What a step says, signed; None where nobody could sign it."""
    signers = inputs.signers()
    signer = signers.get(str(step.get("by")), inputs.ACME)
    try:
        return encode(_resolved(step["say"], said), signer)
    except Refused:
        return None


def _resolved(value: Any, said: list[Id]) -> Any:
    """The value with ids in place of `@7`."""
    if isinstance(value, str) and value[:1] == "@" and value[1:].isdecimal() and value.isascii():
        at = int(value[1:5])
        return said[at] if at < len(said) else value
    if isinstance(value, dict):
        return {name: _resolved(child, said) for name, child in value.items()}
    return [_resolved(child, said) for child in value] if isinstance(value, list) else value


class Releaser:
    """Signs releases with whichever key the exchange has at that time, if it is one of the vectors'."""

    def release(self, view: View, receipt: Statement[Receipt], at: Place) -> bytes:
        """The release of a receipt; `share-unavailable` where the share is nobody's that is known here."""
        delivery = view.get(DeliveryRecord, receipt.act.delivery)
        assert delivery is not None
        assert delivery.sealed is not None
        share, signer = (
            inputs.shares().get(Id(delivery.sealed.exchange.commitment)),
            _signer_of_exchange(view),
        )
        if share is None or signer is None:
            raise refuse("share-unavailable", "nobody here knows the share, or may sign")
        return Issuer(signer).release(view, receipt.id, share, at.time)


def _signer_of_exchange(view: View) -> Ed25519Signer | None:
    exchange = view.get(ExchangeRecord, SELF)
    head = None if exchange is None else view.get(VersionRecord, exchange.head)
    for key in () if head is None else head.keys:
        if key.kid in inputs.names_of_kids() and (key.may is None or "release" in key.may):
            return inputs.signers()[inputs.names_of_kids()[key.kid]]
    return None


@lru_cache
def stories() -> tuple[bytes, ...]:
    """One document for each registration case of the vectors, and one for each scenario, told from its start."""
    cases = [_of_case(case) for _, case in inputs.of_schema("registration")]
    whole = [_of_entries(name) for name, size in scenario_sizes().items() if size]
    told = (*cases, *whole, *_sketched())
    return tuple(dict.fromkeys(written(document) for document in told if document["steps"]))


def _sketched() -> Iterator[dict[str, Any]]:
    """Sketches of each act, said by one of the first participants of a scenario about anything before."""
    entries = [decode(row["statement"].encode()) for row in load("scenarios/sealed").cases]
    speakers = [(at, entry) for at, entry in enumerate(entries) if entry.members["type"] == "participant"]
    now = load("scenarios/sealed").cases[-1]["time"] + 1000
    for name, found in sketches().items():
        rng = Random(name)
        for sketch in found[:STEPS_OF_AN_ACT]:
            at, head = rng.choice(speakers)
            by, who = inputs.names_of_kids()[head.kid], f"@{at}"
            links = {"home": "@0", "issuer": who, "under": who, "issued_at": format_time(now)}
            said = {**_about(sketch, len(entries), rng), **links}
            step = {"by": by, "wait": 1000, "say": said}
            yield {"scenario": "sealed", "entries": len(entries), "steps": [step]}


def _about(value: Any, entries: int, rng: Random) -> Any:
    """The value with any entries in place of ids of nobody."""
    if value == NOBODY:
        return f"@{rng.randrange(entries)}"
    if isinstance(value, dict):
        return {name: _about(child, entries, rng) for name, child in value.items()}
    return [_about(child, entries, rng) for child in value] if isinstance(value, list) else value


def _of_case(case: Case) -> dict[str, Any]:
    name, entries = case["log"]["scenario"], case["log"]["entries"]
    told = load(f"scenarios/{name}").cases[:entries]
    rows = [(row["time"], row["statement"].encode()) for row in case["log"].get("then", ())]
    if "statement" in case:
        rows.append((case["clock"], case["statement"].encode()))
    ids = [Id(row["id"]) for row in told]
    return {
        "scenario": name,
        "entries": entries,
        "steps": list(_steps(rows, ids, told[-1]["time"] if told else 0)),
    }


def _of_entries(name: str) -> dict[str, Any]:
    """The last entries of a scenario, as steps after the others."""
    told = load(f"scenarios/{name}").cases
    kept = max(0, len(told) - MAX_STEPS)
    rows = [(row["time"], row["statement"].encode()) for row in told[kept:]]
    ids, last = [Id(row["id"]) for row in told[:kept]], told[kept - 1]["time"] if kept else 0
    return {"scenario": name, "entries": kept, "steps": list(_steps(rows, ids, last))}


def _steps(rows: list[tuple[int, bytes]], ids: list[Id], last: int) -> Iterator[dict[str, Any]]:
    for time, jws in rows:
        try:
            envelope = decode(jws)
        except Refused:
            continue
        names = {key: f"@{at}" for at, key in enumerate(ids)}
        by = inputs.names_of_kids().get(envelope.kid, "acme")
        yield {"by": by, "wait": time - last, "say": _named(envelope.members, names)}
        ids.append(envelope.id)
        last = time


def _named(value: Any, names: Mapping[Id, str]) -> Any:
    """The value with `@7` in place of ids."""
    if isinstance(value, str):
        return names.get(Id(value), value)
    if isinstance(value, dict):
        return {name: _named(child, names) for name, child in value.items()}
    return [_named(child, names) for child in value] if isinstance(value, list) else value
