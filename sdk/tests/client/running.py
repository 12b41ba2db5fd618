"""What the tests of contracts that run share: five participants with their roles at a real exchange."""

from pathlib import Path
from typing import Any

import lading
from lading.client.results import Contract, Listing
from lading_server import operate
from reference_server.tests.exchange_process import ExchangeProcess

SECRET = "a passphrase"
PEOPLE = ("provider", "consumer", "assessor", "arbiter", "auditor")
ROLES = {"assessor": ["assessor"], "arbiter": ["arbiter"], "auditor": ["consumer"]}
PRICE = lading.PerUnit("call", "0.50 EUR", ceiling="100.00 EUR")


class Fair:
    """A provider, a consumer, an assessor, an arbiter and an auditor, admitted at a running exchange."""

    def __init__(self, exchange: ExchangeProcess, home: Path) -> None:
        self.exchange = exchange
        self.home = home
        self.goods = self.file("goods.csv", "road,speed\n" * 500)
        self.ids: dict[str, str] = {}
        for name in PEOPLE:
            identity = lading.Identity.create(
                name,
                legal_name=f"{name} Ltd",
                jurisdiction="IE",
                passphrase=SECRET,
                next_key=home / f"{name}.next-key.txt",
                directory=home,
            )
            with lading.connect(exchange.api, identity) as x:
                self.ids[name] = x.session.me
                operate.admit(
                    exchange.directory, x.session.me, roles=ROLES.get(name, ["provider", "consumer"])
                )
                x.wait_admitted(timeout=30)

    def file(self, name: str, text: str) -> Path:
        path = self.home / name
        path.write_text(text)
        return path

    def load(self, name: str) -> lading.Identity:
        return lading.Identity.load(name, SECRET, directory=self.home)

    def connect(self, name: str) -> lading.Exchange:
        return lading.connect(self.exchange.api, self.load(name))

    def terms(self, **more: Any) -> lading.Terms:
        """Metered, with an arbiter; the provider may suspend, both may end it with an hour's notice."""
        said: dict[str, Any] = {
            "price": PRICE,
            "arbiter": self.ids["arbiter"],
            "suspension": {"by": ["provider"]},
            "termination": {"by": ["provider", "consumer"], "notice": "PT1H"},
        }
        return lading.Terms(**said | more)

    def listing(self, terms: lading.Terms | None = None, title: str = "Speeds", **how: Any) -> Listing:
        with self.connect("provider") as x:
            said: dict[str, Any] = {"kind": "service", "source": "Sensors", "collection": "sensor"}
            return x.publish(None, title=title, terms=terms or self.terms(), **said | how)

    def contract(self, terms: lading.Terms | None = None, **how: Any) -> Contract:
        listing = self.listing(terms, **how)
        with self.connect("consumer") as x:
            return x.accept(listing, purpose="research", at_most="100.00 EUR")
