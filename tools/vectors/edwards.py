"""Arithmetic on edwards25519 (RFC 8032 section 5.1), to build the signatures that no library would make.

Slow, and not constant in time: for published vectors only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


@dataclass(frozen=True)
class Point:
    """A point in affine coordinates."""

    x: int
    y: int

    def __add__(self, other: Point) -> Point:
        both = D * self.x * other.x * self.y * other.y % P
        inverse = pow((1 + both) * (1 - both), -1, P)
        x = (self.x * other.y + other.x * self.y) * (1 - both) * inverse
        y = (self.y * other.y + self.x * other.x) * (1 + both) * inverse
        return Point(x % P, y % P)

    def __neg__(self) -> Point:
        return Point(-self.x % P, self.y)

    def __rmul__(self, scalar: int) -> Point:
        result, addend = (0, 1, 1, 0), (self.x, self.y, 1, self.x * self.y % P)
        while scalar:
            if scalar & 1:
                result = _sum(result, addend)
            addend, scalar = _sum(addend, addend), scalar >> 1
        x, y, z, _ = result
        inverse = pow(z, -1, P)
        return Point(x * inverse % P, y * inverse % P)

    @property
    def encoded(self) -> bytes:
        """The canonical 32 bytes."""
        return (self.y | (self.x & 1) << 255).to_bytes(32, "little")


NEUTRAL = Point(0, 1)
Extended = tuple[int, int, int, int]
"""X, Y, Z and T of RFC 8032 section 5.1.4: x = X/Z, y = Y/Z, x·y = T/Z."""


def _sum(left: Extended, right: Extended) -> Extended:
    """The sum of two points without a division; right for equal points too."""
    a = (left[1] - left[0]) * (right[1] - right[0]) % P
    b = (left[1] + left[0]) * (right[1] + right[0]) % P
    c = 2 * D * left[3] * right[3] % P
    d = 2 * left[2] * right[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def x_of(y: int) -> int | None:
    """An x with (x, y) on the curve; None where there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    if (root * root - square) % P:
        root = root * ROOT_OF_MINUS_ONE % P
    return None if (root * root - square) % P else root


def decoded(data: bytes) -> Point:
    """The point of 32 bytes, read leniently: y modulo p, and either sign of x = 0."""
    number = int.from_bytes(data, "little")
    y = (number & (2**255 - 1)) % P
    x = x_of(y)
    if x is None:
        raise ValueError("not on the curve")
    return Point(-x % P if x & 1 != number >> 255 else x, y)


def _base() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = x_of(y)
    assert x is not None
    return Point(x if x & 1 == 0 else P - x, y)


BASE = _base()


def torsion() -> list[Point]:
    """The eight points of low order: the multiples of one of order 8."""
    y = 2
    while True:
        x = x_of(y)
        if x is not None:
            point = L * Point(x, y)
            if 4 * point != NEUTRAL:
                return [multiple * point for multiple in range(8)]
        y += 1


def challenge(r: bytes, a: bytes, message: bytes) -> int:
    """The k of RFC 8032."""
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def scalar_of(seed: bytes) -> int:
    """The secret scalar of a seed."""
    number = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    return number & (2**254 - 8) | 2**254


def signature(r: bytes, s: int) -> bytes:
    """The 64 bytes of R and S."""
    return r + s.to_bytes(32, "little")


def holds(public: bytes, message: bytes, signed: bytes, *, cofactor: int) -> bool:
    """Whether [c·S]B = [c]R + [c·k]A, all read leniently: c = 8 is the cofactored equation, c = 1 the other one."""
    r, s = signed[:32], int.from_bytes(signed[32:], "little") % L
    k = challenge(r, public, message)
    return cofactor * (s * BASE) == cofactor * (decoded(r) + k * decoded(public))
