"""Statements with a fault at two steps of the table in LAD-REG-001; the code is that of the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import Party, listed, now, written_time
from lading_conformance.oracle import base64url, canonical, hostile, statement
from lading_conformance.oracle.canonical import Json

NEVER: Final = "sha256:" + 64 * "a"
DAY: Final = 86_400_000


@dataclass(frozen=True)
class People:
    """Who is registered and not admitted: `owner`, the same `before` it replaced its keys, and somebody else."""

    before: Party
    owner: Party
    other: Party


Build = Callable[[People], bytes]


def spoilt(jws: bytes) -> bytes:
    """Return a statement with a signature that does not verify."""
    head, _, text = jws.rpartition(b".")
    data = base64url.decode(text.decode("ascii"))
    return head + b"." + base64url.encode(bytes([data[0] ^ 1]) + data[1:]).encode("ascii")


def _introduced(
    old: bytes = b"", new: bytes = b"", header: tuple[bytes, bytes] = (b"", b""), **said: Json
) -> Build:
    """A first statement with changes in the bytes of payload and header, validly signed over these bytes."""

    def build(people: People) -> bytes:
        party = Party.new("of two faults", people.owner.home)
        payload = canonical.dumps(party.introduction(**said)).replace(old, new, 1)
        head = statement.header(party.key.thumbprint).replace(*header, 1)
        return statement.assemble(head, payload, party.key)

    return build


def _first(lists: bytes | None) -> Build:
    """A first statement with a bad signature, by a key that it does not list, or that lists another key too."""

    def build(people: People) -> bytes:
        party = Party.new("of two faults", people.owner.home)
        if lists is None:
            return spoilt(statement.sign(party.introduction(), party.successor))
        return spoilt(party.sign(party.introduction(keys=[listed(party.key.public), listed(lists)])))

    return build


def _listing(later: int = 0, signer: str = "owner", bad: bool = False, **said: Json) -> Build:
    """A listing in the owner's name, issued `later`, by the keys of one of the people; `bad` spoils the signature."""

    def build(people: People) -> bytes:
        party: Party = getattr(people, signer)
        named: dict[str, Json] = {
            "kind": "dataset",
            "title": "Of two faults",
            "issuer": people.owner.id,
            "under": people.before.head if signer == "before" else people.owner.head,
            "issued_at": written_time(now() + later),
        }
        jws = party.sign(party.payload("listing", **{**named, **said}))
        return spoilt(jws) if bad else jws

    return build


def _too_large(people: People) -> bytes:
    return statement.assemble(statement.header(people.owner.key.thumbprint), b"x" * 70_000, people.owner.key)


UNSOUND: Final = next(iter(hostile.LOW_ORDER_KEYS.values()))

STATEMENTS: Final[Mapping[str, tuple[str, Build]]] = {
    "1 before 2: too large, and no JSON": ("too-large", _too_large),
    "1 before 2: alg none, and a name twice": (
        "wrong-alg",
        _introduced(b'"kind"', b'"kind":"person","kind"', (b"Ed25519", b"none")),
    ),
    "1 before 3: typ JWT, and version 2": (
        "wrong-typ",
        _introduced(header=(b"lading+jws", b"JWT"), version=2),
    ),
    "2 before 3: white space, and an unknown act": (
        "not-canonical",
        _introduced(b'"kind":', b'"kind": ', type="barter"),
    ),
    "2 before 3: the number 2.0, and version 2": ("bad-number", _introduced(b'n":2', b'n":2.0', version=2)),
    "3 in its order: version 2, and an unknown act": (
        "unknown-version",
        _introduced(version=2, type="barter"),
    ),
    "3 in its order: an unknown act, and a member": (
        "unknown-type",
        _introduced(type="barter", colour="blue"),
    ),
    "3 before 5: a member, and another home": ("bad-member", _listing(colour="blue", home=NEVER)),
    "5 before 6: another home, and an unknown issuer": ("wrong-home", _listing(home=NEVER, issuer=NEVER)),
    "5 before 7: another home, and a bad signature": ("wrong-home", _listing(bad=True, home=NEVER)),
    "6 before 7: an unknown issuer, and a bad signature": (
        "unknown-issuer",
        _listing(bad=True, issuer=NEVER),
    ),
    "6 before 7: an `under` of nobody, and a bad signature": ("stale-under", _listing(bad=True, under=NEVER)),
    "6 before 7: an unknown key, and a bad signature": ("unknown-key", _listing(signer="other", bad=True)),
    "6 before 9: an unknown key, and too old": ("unknown-key", _listing(-2 * DAY, signer="other")),
    "6p before 7: a key that it does not list, and a bad signature": ("unlisted-key", _first(None)),
    "6p before 7: an unsound key, and a bad signature": ("bad-key", _first(UNSOUND)),
    "7 before 8: a bad signature, under an earlier statement": (
        "bad-signature",
        _listing(signer="before", bad=True),
    ),
    "7 before 9: a bad signature, and too old": ("bad-signature", _listing(-2 * DAY, bad=True)),
    "8 before 9: under an earlier statement, and too old": (
        "stale-under",
        _listing(-2 * DAY, signer="before"),
    ),
    "9 before 11: too old, by somebody who is not admitted": ("issued-too-old", _listing(-2 * DAY)),
    "9 before 11: from tomorrow, by somebody who is not admitted": ("issued-in-future", _listing(DAY)),
}
