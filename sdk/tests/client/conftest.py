"""Identities and an exchange in memory, for tests that need no process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lading.client.config import ClientConfig
from lading.client.connect import connect
from lading.client.exchange import Exchange
from lading.client.identity import Identity
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from sdk.tests.client.memory import MemoryKeyring
from sdk.tests.client.stand_in import API, Seam, StandIn

QUICK = ClientConfig(
    first_pause=0.0, longest_pause=0.0, poll_pause=0.0, chunk_bytes=65_536, upload_bytes=150_000
)
"""No pauses, small chunks, few chunks a request: everything that a large content meets, with a small one."""


@dataclass
class Trade:
    """A provider and a consumer at one exchange in memory; `twist` makes it misbehave. `sealed`: how they trade."""

    folder: Path
    exchange: StandIn
    seam: Seam
    provider: Exchange
    consumer: Exchange
    goods: Path = field(init=False)
    sealed: bool = True

    def __post_init__(self) -> None:
        self.goods = self.folder / "roads.csv"
        self.goods.write_bytes(bytes(range(256)) * 1024 + b"the end")

    def twist(self, change: Callable[[Request, Response], Response] | None) -> None:
        """Change answers from now on."""
        self.seam.twist = change

    def again(self, party: Exchange) -> Exchange:
        """The same identity in a new session, as after a crash."""
        identity = party.session.identity
        assert identity is not None
        return connect(API, identity, config=QUICK, transport=self.seam)


def person(folder: Path, name: str) -> Identity:
    return Identity.create(
        name,
        legal_name=f"{name} Ltd",
        jurisdiction="IE",
        keyring=MemoryKeyring(),
        next_key=folder / f"{name}.next-key.txt",
        directory=folder / "home",
    )


@pytest.fixture(autouse=True)
def _no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have one in the environment."""
    monkeypatch.delenv("LADING_PASSPHRASE", raising=False)


@pytest.fixture
def exchange() -> StandIn:
    return StandIn()


@pytest.fixture
def trade(tmp_path: Path, exchange: StandIn) -> Trade:
    seam = Seam(exchange)
    parties = []
    for name in ("provider", "consumer"):
        party = connect(API, person(tmp_path, name), config=QUICK, transport=seam)
        exchange.admit(party.session.me)
        parties.append(party)
    provider, consumer = parties
    return Trade(tmp_path, exchange, seam, provider, consumer)


@pytest.fixture
def clear_trade(trade: Trade) -> Trade:
    """The same, of files in clear."""
    trade.sealed = False
    return trade


@pytest.fixture
def terms() -> Terms:
    return Terms("100.00 EUR", ("research",))
