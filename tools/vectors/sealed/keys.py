"""Seal keys: thumbprints, and which of them are sound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tools.vectors.files import VectorFile, accept, refuse
from tools.vectors.sealing import seal_key, seal_thumbprint

NAMES: Final = ("buyer-seal", "carol-seal", "exchange-seal")
Q: Final = 3329
P: Final = 2**255 - 19
ORDER_8: Final = (
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
)
_X25519: Final = 1184
"""Where the X25519 part begins."""


def file() -> VectorFile:
    """The file about seal keys."""
    made = VectorFile(
        path="keys/seal.json",
        schema="seal-key",
        about="Seal keys and their thumbprints, and which of them are sound.",
        notes=[
            "the seed of a seal key is its private key",
            "the public key is that of the seed named by `key`, with the bytes `put_hex`, where there are some, written"
            " over it from the byte `at` on",
            "refused where a participant statement lists it",
        ],
        keys=NAMES,
    )
    for name in NAMES:
        public = seal_key(name).public
        expect = accept(public_hex=public.hex(), thumbprint=seal_thumbprint(public))
        made.add(name, "An ordinary key.", {"key": name}, expect, about=["LAD-STM-049", "LAD-STM-050"])
    for name, situation, at, put, flags in _sound():
        expect = accept(thumbprint=seal_thumbprint(bytes(changed(at, put))))
        made.add(name, situation, _given(at, put), expect, about=["LAD-STM-049"], flags=flags)
    for name, situation, at, put, flags in _unsound():
        made.add(name, situation, _given(at, put), refuse("bad-seal-key"), flags=flags)
    return made


def changed(at: int, put: bytes) -> bytes:
    """The key of buyer, changed."""
    public = seal_key(NAMES[0]).public
    return public[:at] + put + public[at + len(put) :]


def _given(at: int, put: bytes) -> dict[str, Any]:
    return {"key": NAMES[0], "at": at, "put_hex": put.hex()}


def coefficient(number: int, value: int) -> tuple[int, bytes]:
    """Where a coefficient lies, and the three bytes with it and the one beside it, which becomes 0."""
    pair = value if number % 2 == 0 else value << 12
    return number // 2 * 3, pair.to_bytes(3, "little")


def _sound() -> Iterator[tuple[str, str, int, bytes, list[str]]]:
    for number in (0, 1, 767):
        situation = f"Coefficient {number} is 3328, the largest one."
        yield f"coefficient-{number}-largest", situation, *coefficient(number, Q - 1), ["boundary"]
    yield "rho", "All bits of the seed of ML-KEM's matrix are set.", 1152, b"\xff" * 32, []
    ordinary = {
        "u-2": (2, "u is 2.", []),
        "u-p-plus-2": (P + 2, "u is 2, written as p + 2.", ["second-spelling"]),
        "u-2-high-bit": (2 | 1 << 255, "u is 2, with the top bit set.", ["second-spelling"]),
        "u-18": (2**256 - 1, "u is 18, with all bits set.", ["second-spelling"]),
    }
    for name, (u, situation, flags) in ordinary.items():
        yield name, f"Of the X25519 key {situation}", _X25519, u.to_bytes(32, "little"), flags


def _unsound() -> Iterator[tuple[str, str, int, bytes, list[str]]]:
    for number in (0, 1, 384, 767):
        situation = f"Coefficient {number} is 3329."
        yield f"coefficient-{number}", situation, *coefficient(number, Q), ["boundary"]
    yield "coefficient-4095", "Coefficient 5 is 4095.", *coefficient(5, 4095), []
    low = {"0": 0, "1": 1, "p-minus-1": P - 1, "order-8-a": ORDER_8[0], "order-8-b": ORDER_8[1]}
    for name, u in low.items():
        situation = f"Of the X25519 key u is of low order: {name}."
        yield f"u-{name}", situation, _X25519, u.to_bytes(32, "little"), ["low-order"]
        high = (u | 1 << 255).to_bytes(32, "little")
        yield (
            f"u-{name}-high-bit",
            f"{situation[:-1]}, with the top bit set.",
            _X25519,
            high,
            [
                "low-order",
                "second-spelling",
            ],
        )
    for name, u in {"p": P, "p-plus-1": P + 1}.items():
        situation = f"Of the X25519 key u is of low order, and not reduced: {name}."
        yield f"u-{name}", situation, _X25519, u.to_bytes(32, "little"), ["low-order", "second-spelling"]
