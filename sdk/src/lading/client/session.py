"""What every flow needs to know: who speaks, to which exchange, within which limits."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lading.client.config import DEFAULT, ClientConfig
from lading.client.identity import Identity
from lading.client.outbox import Outbox
from lading.client.peer import Peer
from lading.client.profile import Home
from lading.errors import UsageProblem
from lading.statement.words import Id
from lading.transfer.content import Content

Progress = Callable[[str, int, int], None]
"""Called with what is being done ("hash", "seal", "upload", "download", "open"), bytes done so far, and in all."""


def no_progress(doing: str, done: int, total: int) -> None:
    """Report nothing."""


def now_ms() -> int:
    """Milliseconds since the epoch, by this machine's clock."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Guest:
    """That the caller is at home elsewhere. `known`: this exchange has its keys, so requests are signed."""

    known: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A caller's dealings with one exchange. Without an identity only public things can be read.

    `home` is where the caller is at home; it is another exchange than `peer` where the caller is a `guest`.
    """

    peer: Peer
    identity: Identity | None = None
    home: Home | None = None
    config: ClientConfig = DEFAULT
    progress: Progress = no_progress
    clock: Callable[[], int] = now_ms
    guest: Guest | None = None
    contents: dict[tuple[str, int, int, int, int], Content] = field(default_factory=dict)

    @property
    def speaker(self) -> Identity:
        """The caller's identity; `UsageProblem` where the connection has none."""
        if self.identity is None:
            raise _needs_identity()
        return self.identity

    @property
    def me(self) -> Id:
        """The caller's participant id; `UsageProblem` where the caller is not registered."""
        if self.home is None:
            raise _needs_identity()
        return self.home.participant

    @property
    def head(self) -> Id:
        """The latest statement of the caller's chain, whose keys the caller signs with."""
        return self.speaker.head or self.me

    @property
    def outbox(self) -> Outbox:
        """The caller's outbox."""
        return self.speaker.outbox

    @property
    def signs(self) -> bool:
        """Whether requests carry the caller's signature."""
        return self.home is not None and (self.guest is None or self.guest.known)


def _needs_identity() -> UsageProblem:
    hint = "Connect with an identity: lading.connect(url, lading.Identity.load(name))."
    return UsageProblem("this needs an identity, and the connection has none", hint=hint)
