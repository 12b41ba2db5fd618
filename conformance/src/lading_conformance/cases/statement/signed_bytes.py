"""A signature covers the bytes as they stand, and all of them make the name: nothing is written anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.answers import object_of, objects_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import base64url, canonical, hostile, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.steps import deals, expect
from lading_conformance.steps.flaws import EXTENSION
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

SPELLED_DIFFERENTLY: Final[dict[str, Json]] = {
    "what pages escape": "<script>&amp;'/`</script>",
    "line ends of other languages": "\u2028\u2029\u0085",
    "characters below U+0020": "".join(map(chr, range(0x20))),
    "U+007F, U+FEFF and U+FFFF": "\u007f\ufeff\uffff",
    "a composed and a decomposed letter": "\u00e9e\u0301",
    "both ends of the astral planes": "\U00010000\U0010ffff",
    "quotes and backslashes": '"\\/\\u0041',
    "numbers as texts and as numbers": ["1.0", 9007199254740991, -9007199254740991, 0],
    "names in the order of bytes": {"A": 1, "a": 2, "a-b": 3, "a.b": 4, "a0": 5, "aa": 6, "~": 7, "": 8},
}
"""What one serialiser or another would write in other bytes than RFC 8785."""


@dataclass(frozen=True)
class Signing:
    """An honest key whose signature is made in another way than usual."""

    key: Key
    way: Callable[[Key, bytes], bytes]
    kid: Callable[[bytes], str] | None = None

    @property
    def public(self) -> bytes:
        """The public key."""
        return self.key.public

    @property
    def thumbprint(self) -> str:
        """What goes into `kid`: the thumbprint, or something made of the public key in another way."""
        return self.kid(self.key.public) if self.kid else self.key.thumbprint

    def sign(self, message: bytes) -> bytes:
        """Return 64 bytes over the message, or over what the way makes of it."""
        return self.way(self.key, message)


def run(trial: Trial) -> None:
    """Sign again, sign something else, name the key in another way, and hide one bad signature in a batch."""
    _identity(trial)
    _coverage(trial)
    _spelling(trial)
    _thumbprints(trial)
    _batch(trial)


def _identity(trial: Trial) -> None:
    session = trial.session
    party = session.newcomer("signing twice")
    payload = party.introduction()
    once, again = party.sign(payload), statement.sign(payload, Signing(party.key, hostile.sign_again))
    with trial.check(
        "LAD-STM-017", "the same words, signed twice with one key, are two statements with two ids"
    ):
        first, second = deals.say(session, once), deals.say(session, again)
        if first.index == second.index:
            raise Failed("both stand at the same place of the log")
    with trial.check("LAD-STM-017", "each is served by the hash of all its bytes"):
        for jws in (once, again):
            expect.stored(session, jws)


def _coverage(trial: Trial) -> None:
    """Signatures of the right key over something else than the first segment, a dot and the second segment."""
    ways: dict[str, Callable[[bytes], bytes]] = {
        "the payload's segment alone": lambda message: message.partition(b".")[2],
        "the header and the payload, decoded": _decoded,
        "both segments without the dot": lambda message: message.replace(b".", b""),
        "both segments and a dot after them": lambda message: message + b".",
        "the hash of both segments": lambda message: hashlib.sha256(message).digest(),
    }
    for what, way in ways.items():
        with trial.check("LAD-STM-041", f"a signature over {what}: bad-signature"):
            party = trial.session.newcomer("signing otherwise")
            jws = statement.sign(party.introduction(), Signing(party.key, _over(way)))
            expect.refused(trial.session, jws, "bad-signature")


def _over(way: Callable[[bytes], bytes]) -> Callable[[Key, bytes], bytes]:
    return lambda key, message: key.sign(way(message))


def _decoded(message: bytes) -> bytes:
    header, _, payload = message.decode("ascii").partition(".")
    return base64url.decode(header) + b"." + base64url.decode(payload)


def _spelling(trial: Trial) -> None:
    session = trial.session
    for what, value in SPELLED_DIFFERENTLY.items():
        with trial.check("LAD-STM-042", f"{what}: registered, and served with the same bytes"):
            party = session.newcomer("spelling")
            jws = party.sign(party.introduction(extensions={EXTENSION: value}))
            deals.say(session, jws)
            expect.stored(session, jws)


def _thumbprints(trial: Trial) -> None:
    """Names of the right key that are not its RFC 7638 thumbprint."""
    names: dict[str, Callable[[bytes], str]] = {
        "the hash of the 32 bytes": _hashed,
        "the 32 bytes themselves": base64url.encode,
        "the hash of its members in another order": lambda public: _hashed(_jwk(public, ("kty", "crv", "x"))),
        "the hash of all members that it is listed with": lambda public: _hashed(
            canonical.dumps(
                {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(public)}, "use": "sign"}
            )
        ),
    }
    for what, name in names.items():
        with trial.check("LAD-STM-044", f"a key that is named by {what}: unlisted-key"):
            party = trial.session.newcomer("named otherwise")
            signing = Signing(party.key, lambda key, message: key.sign(message), name)
            expect.refused(trial.session, statement.sign(party.introduction(), signing), "unlisted-key")


def _hashed(data: bytes) -> str:
    return base64url.encode(hashlib.sha256(data).digest())


def _jwk(public: bytes, order: tuple[str, ...]) -> bytes:
    members = {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(public)}
    return ("{" + ",".join(f'"{name}":"{members[name]}"' for name in order) + "}").encode("ascii")


def _batch(trial: Trial) -> None:
    """One signature that satisfies the equation of batch verification only, among good ones."""
    session = trial.session

    def introduced(party: Party, way: Callable[[Key, bytes], bytes]) -> bytes:
        return statement.sign(party.introduction(), Signing(party.key, way))

    parties = [session.newcomer(f"in a batch {number}") for number in range(4)]
    sent = [party.sign(party.introduction()) for party in parties[:3]]
    bad = introduced(parties[3], hostile.sign_with_mixed_order_r)
    with trial.check("LAD-STM-046", "an R of mixed order, alone: bad-signature"):
        expect.refused(session, bad, "bad-signature")
    with trial.check(
        "LAD-STM-046", "an R of mixed order among good signatures: bad-signature, the others registered"
    ):
        sent.insert(1, bad)
        answer = expect.media_type(expect.status(session.exchange.register_batch(sent), 200), expect.JSON)
        results = objects_of(answer.members(), "results")
        if len(results) != len(sent):
            raise Failed(f"{len(results)} results for {len(sent)} statements")
        for jws, result in zip(sent, results, strict=True):
            if jws == bad:
                expect.problem_members(object_of(result, "problem"), "bad-signature")
            else:
                expect.batched(session, jws, result, 201)


CASE = Case(
    name="statement_signed_bytes",
    profile="statement",
    story="Somebody says the same thing twice with two signatures, signs something else than the bytes that it sends, "
    "writes what every serialiser writes in its own way, and hides one lax signature in a batch.",
    requirements=("LAD-STM-017", "LAD-STM-041", "LAD-STM-042", "LAD-STM-044", "LAD-STM-046"),
    run=run,
)
