"""`connect` and `aconnect`: the two ways to an exchange."""

import os

from lading.client.aexchange import AsyncExchange
from lading.client.config import DEFAULT, ClientConfig
from lading.client.exchange import Exchange
from lading.client.flows.open import Opening
from lading.client.identity import Identity
from lading.client.session import Progress, no_progress
from lading.client.transport import Transport


def connect(
    url: str,
    identity: Identity | None = None,
    *,
    trust: str | os.PathLike[str] | None = None,
    guest: bool = False,
    progress: Progress = no_progress,
    config: ClientConfig = DEFAULT,
    transport: Transport | None = None,
) -> Exchange:
    """The exchange at `url`, to be used in a `with` block. Nothing is sent before that.

    An identity that is registered nowhere yet is registered there on entry, and pins the exchange: its id
    and log key. `trust`, the path of a tlog-policy file from another source, makes sure that it is the
    right one. Without an identity only public things can be read. `guest` permits an identity that is at home at
    another exchange: it trades here if this exchange follows its home. `progress` is called while content is
    hashed or moved. Entering raises `Unreachable`, `NotUnderstood`, `Dishonest`, `Refused` or
    `UsageProblem`.
    """
    return Exchange(Opening(url, identity, trust, config, progress, guest=guest), transport)


def aconnect(
    url: str,
    identity: Identity | None = None,
    *,
    trust: str | os.PathLike[str] | None = None,
    guest: bool = False,
    progress: Progress = no_progress,
    config: ClientConfig = DEFAULT,
) -> AsyncExchange:
    """As `connect`, for `async with`. `progress` is called from a thread."""
    return AsyncExchange(Opening(url, identity, trust, config, progress, guest=guest))
