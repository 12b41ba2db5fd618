"""Keys and signatures: thumbprints, sound points, and the one equation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

from tools.vectors.edwards import (
    BASE,
    NEUTRAL,
    L,
    P,
    Point,
    challenge,
    decoded,
    holds,
    scalar_of,
    signature,
    torsion,
    x_of,
)
from tools.vectors.files import VectorFile, accept, refuse
from tools.vectors.primitives import b64url, key, listed, seed, thumbprint

MESSAGE: Final = b"lading vectors message"
_RFC_8032_SEED: Final = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
_RFC_8032_PUBLIC: Final = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
_RFC_8037_THUMBPRINT: Final = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def files() -> Iterator[VectorFile]:
    """The files about keys."""
    yield _thumbprints()
    yield _publics()
    yield _signatures()


def _thumbprints() -> VectorFile:
    names = ("acme", "buyer", "exchange")
    made = VectorFile(
        path="keys/thumbprints.json",
        schema="thumbprint",
        about="The thumbprints of keys.",
        notes=["the first case is the key of RFC 8037, appendix A"],
        keys=names,
    )
    publics = {"rfc-8037": _RFC_8032_PUBLIC, **{name: key(name).public for name in names}}
    for name, public in publics.items():
        given = {"public_hex": public.hex(), "jwk": listed(b64url(public))["jwk"]}
        expect = accept(thumbprint=thumbprint(b64url(public)))
        made.add(name, "A key and its thumbprint.", given, expect, about=["LAD-STM-044"])
    assert made.cases[0]["expect"]["thumbprint"] == _RFC_8037_THUMBPRINT
    return made


def _number(y: int, sign: int = 0) -> bytes:
    """32 bytes of a y, canonical or not, and a sign bit."""
    return (y | sign << 255).to_bytes(32, "little")


def _publics() -> VectorFile:
    made = VectorFile(
        path="keys/public.json",
        schema="public-key",
        about="Which 32 bytes are a sound public key.",
        notes=["refused where a participant statement lists it"],
        keys=["acme", "buyer"],
    )
    sound = {
        "acme": ("An ordinary key.", key("acme").public),
        "acme-negative": ("The same point with the other sign.", (-decoded(key("acme").public)).encoded),
        "base": ("The base point: sound, and everybody knows its secret.", BASE.encoded),
        "base-twice": ("Twice the base point.", (2 * BASE).encoded),
    }
    for name, (situation, public) in sound.items():
        made.add(name, situation, {"public_hex": public.hex()}, accept(), about=["LAD-STM-019"])
    for name, situation, public, flags in (*_low_order(), *_mixed(), *_malformed()):
        made.add(name, situation, {"public_hex": public.hex()}, refuse("bad-key"), flags=flags)
    return made


def _low_order() -> Iterator[tuple[str, str, bytes, list[str]]]:
    for number, point in enumerate(torsion()):
        order = next(order for order in (1, 2, 4, 8) if order * point == NEUTRAL)
        yield f"order-{order}-{number}", f"A point of order {order}.", point.encoded, ["low-order"]
    spellings = {
        "neutral-large-y": ("The neutral element with y = p + 1.", _number(P + 1)),
        "neutral-sign": ("The neutral element with the sign bit set.", _number(1, 1)),
        "neutral-large-y-sign": (
            "The neutral element with y = p + 1 and the sign bit set.",
            _number(P + 1, 1),
        ),
        "order-2-sign": ("The point of order 2 with the sign bit set.", _number(P - 1, 1)),
        "order-4-large-y": ("A point of order 4 with y = p.", _number(P)),
        "order-4-large-y-sign": ("A point of order 4 with y = p and the sign bit set.", _number(P, 1)),
    }
    for name, (situation, public) in spellings.items():
        yield name, situation, public, ["low-order", "second-spelling"]


def _mixed() -> Iterator[tuple[str, str, bytes, list[str]]]:
    ordinary = decoded(key("acme").public)
    for number, point in list(enumerate(torsion()))[1:]:
        situation = "An ordinary key plus a point of low order."
        yield f"mixed-{number}", situation, (ordinary + point).encoded, ["mixed-order"]


def _is_prime_order(point: Point) -> bool:
    return point != NEUTRAL and L * point == NEUTRAL


def _malformed() -> Iterator[tuple[str, str, bytes, list[str]]]:
    outside = [y for y in range(2, 40) if x_of(y) is None][:3]
    for y in outside:
        yield f"not-on-the-curve-{y}", f"No point has y = {y}.", _number(y), []
    for y in range(2, 19):
        if x_of(y) is not None:
            kind = "prime order" if _is_prime_order(decoded(_number(y))) else "mixed order"
            situation = f"y = p + {y}; the point that is meant has {kind}."
            yield f"large-y-{y}", situation, _number(P + y), ["second-spelling"]
    yield "all-ones", "All bits set.", b"\xff" * 32, ["second-spelling"]


def _signatures() -> VectorFile:
    made = VectorFile(
        path="keys/signatures.json",
        schema="signature",
        about="Which signatures are valid, where libraries differ.",
        notes=[
            "a verifier says yes to the accepted cases and no to all others; where the key itself is unsound the code"
            " is that of listing the key",
            "`equations` says whether the equation holds with the cofactor and without it, when S is reduced and points"
            " are decoded leniently; it explains a case, and decides nothing",
        ],
        keys=["acme", "buyer"],
    )
    _ordinary(made)
    _tampered(made)
    _odd_r(made)
    _odd_a(made)
    _odd_hashes(made)
    return made


def _case(
    made: VectorFile,
    name: str,
    situation: str,
    public: bytes,
    message: bytes,
    signed: bytes,
    code: str | None = "bad-signature",
    flags: tuple[str, ...] = (),
) -> None:
    equations = {
        "cofactored": holds(public, message, signed, cofactor=8),
        "cofactorless": holds(public, message, signed, cofactor=1),
    }
    if equations == {"cofactored": True, "cofactorless": False}:
        flags = (*flags, "cofactored-only")
    given = {"public_hex": public.hex(), "message_hex": message.hex(), "signature_hex": signed.hex()}
    expect = accept() if code is None else refuse(code)
    made.add(name, situation, {**given, "equations": equations}, expect, about=["LAD-STM-018"], flags=flags)


def _ordinary(made: VectorFile) -> None:
    acme = key("acme")
    for name, message in {"ordinary": MESSAGE, "empty-message": b"", "long-message": MESSAGE * 100}.items():
        _case(made, name, "An ordinary signature.", acme.public, message, acme.sign(message), None)
    rfc = type(acme)(_RFC_8032_SEED)
    assert rfc.public == _RFC_8032_PUBLIC
    _case(
        made,
        "rfc-8032-test-1",
        "The first test of RFC 8032, section 7.1.",
        rfc.public,
        b"",
        rfc.sign(b""),
        None,
    )


def _tampered(made: VectorFile) -> None:
    acme, signed = key("acme"), key("acme").sign(MESSAGE)
    r, s = signed[:32], int.from_bytes(signed[32:], "little")
    _case(
        made,
        "other-message",
        "The message has another last letter.",
        acme.public,
        MESSAGE[:-1] + b"f",
        signed,
    )
    _case(
        made,
        "other-key",
        "The signature is somebody else's.",
        key("buyer").public,
        MESSAGE,
        signed,
        flags=("crossed",),
    )
    _case(made, "s-minus-1", "S is one less.", acme.public, MESSAGE, signature(r, s - 1))
    _case(made, "s-negated", "S is negated.", acme.public, MESSAGE, signature(r, L - s), flags=("malleable",))
    flipped = signature((-decoded(r)).encoded, s)
    _case(made, "r-negated", "R is negated.", acme.public, MESSAGE, flipped, flags=("malleable",))
    for times in (1, 2, 14):
        text = f"S is larger by {times} times the order L, which gives the same point."
        _case(
            made,
            f"s-plus-{times}-l",
            text,
            acme.public,
            MESSAGE,
            signature(r, s + times * L),
            flags=("malleable",),
        )
    _case(
        made,
        "s-is-l",
        "S = L, which some read as 0.",
        acme.public,
        MESSAGE,
        signature(r, L),
        flags=("boundary",),
    )
    _case(made, "all-zero", "64 zero bytes.", acme.public, MESSAGE, bytes(64), flags=("low-order",))


def _odd_r(made: VectorFile) -> None:
    """R that is not what the equation gives, or is given in two ways; the secret is known, so S can be chosen."""
    acme, a = key("acme"), scalar_of(seed("acme"))
    for number, point in enumerate(torsion()):
        r = point.encoded
        signed = signature(r, challenge(r, acme.public, MESSAGE) * a % L)
        text = "R is of low order, and S is chosen to fit."
        _case(made, f"r-low-order-{number}", text, acme.public, MESSAGE, signed, flags=("low-order",))
    for name, r in {"large-y": _number(P + 1), "sign": _number(1, 1)}.items():
        signed = signature(r, challenge(r, acme.public, MESSAGE) * a % L)
        text = "R is the neutral element in another spelling, and S is chosen to fit."
        flags = ("low-order", "second-spelling")
        _case(made, f"r-neutral-{name}", text, acme.public, MESSAGE, signed, flags=flags)
    nonce = scalar_of(seed("nonce"))
    for number, point in list(enumerate(torsion()))[1:3]:
        r = (nonce * BASE + point).encoded
        signed = signature(r, (nonce + challenge(r, acme.public, MESSAGE) * a) % L)
        text = "R is an ordinary point plus one of low order."
        _case(made, f"r-mixed-{number}", text, acme.public, MESSAGE, signed, flags=("mixed-order",))


def _fitting(public: bytes, secret: int, wanted: Callable[[int], bool]) -> bytes:
    """A signature with an R of prime order and a challenge that `wanted` likes."""
    nonce = scalar_of(seed("nonce"))
    while True:
        r = (nonce % L * BASE).encoded
        k = challenge(r, public, MESSAGE)
        if wanted(k):
            return signature(r, (nonce + k * secret) % L)
        nonce += 1


def _odd_a(made: VectorFile) -> None:
    """Keys that are not of prime order; nobody has to know a secret for those of low order."""
    for number, point in enumerate(torsion()):
        public = point.encoded
        signed = _fitting(public, 0, lambda k: k % 8 == 0)
        text = "The key is of low order, and the signature fits a message that nobody signed."
        _case(made, f"a-low-order-{number}", text, public, MESSAGE, signed, "bad-key", ("low-order",))
    for name, public in {"large-y": _number(P + 1), "sign": _number(1, 1)}.items():
        text = "The key is the neutral element in another spelling."
        flags = ("low-order", "second-spelling")
        _case(
            made,
            f"a-neutral-{name}",
            text,
            public,
            MESSAGE,
            _fitting(public, 0, lambda k: True),
            "bad-key",
            flags,
        )
    a, ordinary = scalar_of(seed("acme")), decoded(key("acme").public)
    for number, point in list(enumerate(torsion()))[1:5]:
        public = (ordinary + point).encoded
        apart = _fitting(public, a, lambda k: k % 8 in (1, 3, 5, 7))
        text = "The key has mixed order, and the two equations differ."
        _case(made, f"a-mixed-{number}", text, public, MESSAGE, apart, "bad-key", ("mixed-order",))
    public = (ordinary + torsion()[1]).encoded
    text = "The key has mixed order, and both equations hold."
    both = _fitting(public, a, lambda k: k % 8 == 0)
    _case(made, "a-mixed-both", text, public, MESSAGE, both, "bad-key", ("mixed-order",))


def _odd_hashes(made: VectorFile) -> None:
    """Signatures of the same key in other schemes."""
    acme, a, nonce = key("acme"), scalar_of(seed("acme")), scalar_of(seed("nonce"))
    r = (nonce % L * BASE).encoded
    digest = hashlib.sha512(MESSAGE).digest()
    opening = b"SigEd25519 no Ed25519 collisions"
    hashed = {
        "ed25519ph": ("Ed25519ph of RFC 8032.", opening + b"\x01\x00" + r + acme.public + digest),
        "ed25519ctx": (
            "Ed25519ctx of RFC 8032, with the context `lading`.",
            opening + b"\x00\x06lading" + r + acme.public + MESSAGE,
        ),
        "key-not-hashed": ("The key is left out of the challenge.", r + MESSAGE),
    }
    for name, (situation, data) in hashed.items():
        k = int.from_bytes(hashlib.sha512(data).digest(), "little") % L
        _case(made, name, situation, acme.public, MESSAGE, signature(r, (nonce + k * a) % L))
