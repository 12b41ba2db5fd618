"""The nonces of signed requests, remembered as long as a repetition of the request could still be fresh."""

from collections import Counter
from typing import Final

from lading.http.signature import WINDOW_SECONDS
from lading.problems import refuse
from lading.statement.words import Id

GENERATION_SECONDS: Final = 2 * WINDOW_SECONDS + 1
"""A request is fresh at most this long: `created` may lie a window ahead and then a window back."""
PER_PARTICIPANT: Final = 20_000
IN_ALL: Final = 200_000


class Nonces:
    """Two generations of nonces; a nonce is forgotten when both have passed. Memory is bounded.

    `started` is the moment (seconds since 1970) from which on nothing was forgotten: requests created
    before it are refused elsewhere. Used from one thread only, that of the event loop.
    """

    def __init__(
        self, started: float, *, per_participant: int = PER_PARTICIPANT, in_all: int = IN_ALL
    ) -> None:
        self.started = started
        self._per_participant = per_participant
        self._in_all = in_all
        self._turned = started
        self._young: set[tuple[Id, str]] = set()
        self._old: set[tuple[Id, str]] = set()
        self._count: Counter[Id] = Counter()

    def use(self, participant: Id, nonce: str, now: float) -> None:
        """Remember a nonce of a request whose signature was verified.

        Raises `Refused`: nonce-used, or busy where this participant or everybody used too many.
        """
        self._turn(now)
        key = (participant, nonce)
        # LAD-HTP-009
        if key in self._young or key in self._old:
            raise refuse("nonce-used", "this nonce was used before; sign the request again with a new one")
        # LAD-HTP-015
        if self._count[participant] >= self._per_participant or len(self._young) >= self._in_all:
            raise refuse("busy", "too many signed requests within two minutes")
        self._young.add(key)
        self._count[participant] += 1

    def _turn(self, now: float) -> None:
        if now - self._turned < GENERATION_SECONDS:
            return
        recent = now - self._turned < 2 * GENERATION_SECONDS
        self._old = self._young if recent else set()
        self._young = set()
        self._count = Counter()
        self._turned = now
