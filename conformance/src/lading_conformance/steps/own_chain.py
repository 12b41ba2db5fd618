"""What an exchange says of itself, from entry 0 to its newest statement, and what its log keys have to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lading_conformance.drivers.answers import integer_of, object_of, objects_of, text_of
from lading_conformance.oracle import base64url, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.note import parse_vkey
from lading_conformance.oracle.proof import parse_proof
from lading_conformance.oracle.statement import Statement
from lading_conformance.steps import expect
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

LENGTH = 256
"""How many statements of one chain the suite follows."""


@dataclass(frozen=True)
class Link:
    """One statement of the chain, and the index of its entry."""

    index: int
    payload: dict[str, Json]

    @property
    def exchange(self) -> dict[str, Json]:
        """What makes it an exchange."""
        return object_of(self.payload, "exchange")

    @property
    def log_keys(self) -> list[LogKey]:
        """The log keys that it lists."""
        log = object_of(self.exchange, "log")
        return [_log_key(text_of(log, "origin"), members) for members in objects_of(log, "keys")]

    @property
    def signing_keys(self) -> set[bytes]:
        """The public keys that sign its statements."""
        listed = [key for key in objects_of(self.payload, "keys") if key.get("use") == "sign"]
        return {base64url.decode(text_of(object_of(key, "jwk"), "x")) for key in listed}


@dataclass(frozen=True)
class LogKey:
    """A log key and the tree sizes that it signs, both included; None: without end."""

    public: bytes
    since: int
    until: int | None

    def signs(self, size: int) -> bool:
        """Say whether checkpoints of this size carry its signature."""
        return self.since <= size and (self.until is None or size <= self.until)


def read(session: Session) -> list[Link]:
    """Return the chain from entry 0 on, each place proven. Raises one of `FAULTS`."""
    members = expect.status(session.exchange.well_known(), 200).members()
    said, links = statement.parse(text_of(members, "head").encode("utf-8")), []
    for _ in range(LENGTH):
        links.append(Link(_place(session, said), said.payload))
        if "previous" not in said.payload:
            break
        answer = expect.status(session.exchange.statement(text_of(said.payload, "previous")), 200)
        said = statement.parse(answer.body)
    if said.jws != session.facts.first:
        raise Failed("the chain of the newest statement does not lead to entry 0")
    return links[::-1]


def _place(session: Session, said: Statement) -> int:
    answer = expect.status(session.exchange.get(f"/statements/{said.id}/proof"), 200)
    proof = parse_proof(answer.text())
    time = expect.time_of(proof)
    expect.proven(session, said.jws, proof.index, time, answer.text())
    return proof.index


def _log_key(origin: str, members: dict[str, Json]) -> LogKey:
    key = parse_vkey(text_of(members, "vkey"))
    if key.name != origin:
        raise Failed(f"a log key is named {key.name!r}, and the log {origin!r}")
    until = integer_of(members, "until_size") if "until_size" in members else None
    return LogKey(key.public, integer_of(members, "from_size"), until)


def check_log_keys(links: Sequence[Link]) -> None:
    """Fail unless the log keys of each statement are permitted after those of the one before (LAD-PAR-009)."""
    for before, link in zip((None, *links), links, strict=False):
        own = link.log_keys
        if len({key.public for key in own}) != len(own):
            raise Failed(f"entry {link.index} lists a log key twice")
        if before is not None:
            _check_origin(before, link)
            _check_old_keys(before.log_keys, own, link.index)
        old = {key.public for key in before.log_keys} if before else set()
        for key in own:
            if key.public not in old and key.since <= link.index:
                raise Failed(f"entry {link.index} lists a new log key from size {key.since} on")
            if key.until is not None and key.until < key.since:
                raise Failed(f"entry {link.index} lists a log key for no size")
        _check_no_gap(own, link.index)


def _check_origin(before: Link, link: Link) -> None:
    names = [text_of(object_of(one.exchange, "log"), "origin") for one in (before, link)]
    if names[0] != names[1]:
        raise Failed(f"entry {link.index} changes the log's origin from {names[0]!r} to {names[1]!r}")


def _check_old_keys(old: list[LogKey], own: list[LogKey], index: int) -> None:
    now = {key.public: key for key in own}
    for key in old:
        kept = now.get(key.public)
        if kept is None or kept.since != key.since:
            raise Failed(f"entry {index} leaves out an old log key, or lets it begin at another size")
        ends = [until for until in (key.until, kept.until) if until is not None]
        if kept.until != key.until and min(ends) <= index:
            raise Failed(f"entry {index} moves the end of a log key to, or from, a size that was there")


def _check_no_gap(own: list[LogKey], index: int) -> None:
    edges = {1} | {key.until + 1 for key in own if key.until is not None} | {key.since for key in own}
    if not all(any(key.signs(size) for key in own) for size in edges if size >= 1):
        raise Failed(f"after entry {index} there is a size that no log key signs")


def check_keys_apart(links: Sequence[Link]) -> None:
    """Fail if a key that signs statements of the chain is also a key of its log."""
    statements = {public for link in links for public in link.signing_keys}
    logs = {key.public for link in links for key in link.log_keys}
    if statements & logs:
        raise Failed("a log key is also listed as a key that signs statements")
