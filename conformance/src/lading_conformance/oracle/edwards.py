"""Arithmetic on edwards25519 (RFC 8032 section 5.1), for what a library does not offer.

Only used to judge the order of a point, and to make the hostile keys and signatures that an
exchange must refuse. It is slow and not constant time: never use it with a key that matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

P: Final = 2**255 - 19
"""The field prime."""

L: Final = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point."""

_D: Final = -121665 * pow(121666, P - 2, P) % P
_SQRT_M1: Final = pow(2, (P - 1) // 4, P)


@dataclass(frozen=True)
class Point:
    """An affine point of the curve."""

    x: int
    y: int


IDENTITY: Final = Point(0, 1)


def add(a: Point, b: Point) -> Point:
    """Return `a + b`."""
    return _affine(_add(_extended(a), _extended(b)))


def multiply(scalar: int, point: Point) -> Point:
    """Return `[scalar]point` for a scalar that is not negative."""
    result, addend = _extended(IDENTITY), _extended(point)
    while scalar:
        if scalar & 1:
            result = _add(result, addend)
        addend = _add(addend, addend)
        scalar >>= 1
    return _affine(result)


def encode(point: Point) -> bytes:
    """Return the 32 bytes of `point` (RFC 8032 section 5.1.2)."""
    return (point.y | (point.x & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point | None:
    """Return the point that the 32 bytes encode canonically, or None if they encode none.

    Stricter than RFC 8032 section 5.1.3 in one way: it also refuses a sign bit on x = 0, which is a second
    encoding.
    """
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if len(data) != 32 or y >= P:
        return None
    x = _square_root((y * y - 1) * pow(_D * y * y + 1, P - 2, P) % P)
    if x is None or (x == 0 and sign):
        return None
    return Point(x if x & 1 == sign else P - x, y)


def is_low_order(point: Point) -> bool:
    """Say whether the order of `point` divides 8."""
    return multiply(8, point) == IDENTITY


def is_prime_order(point: Point) -> bool:
    """Say whether `point` generates the prime-order subgroup: the identity does not."""
    return point != IDENTITY and multiply(L, point) == IDENTITY


_Extended = tuple[int, int, int, int]
"""A point as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z (RFC 8032 section 5.1.4)."""


def _extended(point: Point) -> _Extended:
    return point.x, point.y, 1, point.x * point.y % P


def _affine(point: _Extended) -> Point:
    inverse = pow(point[2], P - 2, P)
    return Point(point[0] * inverse % P, point[1] * inverse % P)


def _add(p: _Extended, q: _Extended) -> _Extended:
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * _D * p[3] * q[3] % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _square_root(square: int) -> int | None:
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * _SQRT_M1 % P
    return root if root * root % P == square else None


BASE: Final = Point(
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)
"""The base point B."""
