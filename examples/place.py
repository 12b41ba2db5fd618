"""Where the examples happen: an exchange on this machine, in a folder that is gone afterwards.

with place() as here:
    acme = here.party("Acme Maps Ltd", "IE")
    with refused("provenance-missing"):
        acme.publish(None, title="Roads")
"""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import lading
from lading.acts.participant import Relation
from lading.cli.demo_exchange import Running, running
from lading.client.profile import Kind
from lading_server import operate, peering

TRADERS = ("provider", "consumer")
T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A folder, and an exchange that runs in it."""

    folder: Path
    exchange: Running
    parties: ExitStack
    serving: ExitStack

    def party(
        self,
        legal_name: str,
        jurisdiction: str = "IE",
        *,
        kind: Kind = "company",
        roles: Sequence[str] = TRADERS,
        identifiers: Sequence[str] = (),
        related: Mapping[str, Relation] | None = None,
    ) -> lading.Exchange:
        """Somebody with keys of its own, registered, and admitted by the exchange."""
        party = self.parties.enter_context(
            lading.connect(
                self.exchange.api,
                lading.Identity.create(
                    legal_name.split()[0].lower(),
                    legal_name=legal_name,
                    jurisdiction=jurisdiction,
                    kind=kind,
                    identifiers=identifiers,
                    related=related or {},
                    passphrase="example",
                    next_key=self.folder / f"{legal_name}.next-key.txt",
                    directory=self.folder / "home",
                ),
            )
        )
        operate.admit(self.exchange.directory, party.session.me, roles=roles)
        party.wait_admitted(timeout=60)
        say(f"{legal_name} is admitted as {' and '.join(roles)}.")
        return party

    def file(self, name: str, text: str) -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def document(self, name: str, text: str) -> dict[str, object]:
        """A document as a draft names it: by size and digest. It lies beside the draft, from where it is sent."""
        data = self.file(name, text).read_bytes()
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        return {"name": name, "media_type": "text/plain", "size": len(data), "digest": digest}

    def draft(self, **members: object) -> Path:
        """What a person writes about a product, as `lading init` drafts it: a file of JSON."""
        whole = {"type": "listing", "kind": "dataset", **members}
        return self.file("product.listing.json", json.dumps(whole))

    def follow(self, other: "Place") -> None:
        """Follow another exchange: its listings are found here, and its participants trade here as guests."""
        its_id = str(operate.describe(other.exchange.directory)["id"])
        peering.add_peer(self.exchange.directory, other.exchange.api, its_id)

    def stop(self) -> None:
        """Stop the exchange: from here on, everything is offline."""
        self.parties.close()
        self.serving.close()
        say("The exchange has stopped.")


@contextmanager
def place(**policy: object) -> Iterator[Place]:
    """An exchange with these switches (`spec/gates.md`, part Policy); it ends with the block, and the folder goes."""
    with tempfile.TemporaryDirectory(prefix="lading-example-") as name:
        folder = Path(name)
        switches = folder / "policy.json"
        switches.write_text(json.dumps(policy), encoding="utf-8")
        with ExitStack() as serving, ExitStack() as parties:
            exchange = serving.enter_context(running(folder / "exchange", folder / "exchange.log", switches))
            yield Place(folder, exchange, parties, serving)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What happens in the block is refused, for the reason that has this code."""
    try:
        yield
    except lading.Refused as refusal:
        if refusal.code != code:
            raise AssertionError(f"refused, but not with {code}: {refusal}") from refusal
        say(f"  refused, {code}: {refusal.detail.rstrip('.')}.")
    else:
        raise AssertionError(f"nothing was refused with {code}")


def soon(ask: Callable[[], T | None]) -> T:
    """What is found when it is asked for again and again: news of another exchange takes a second or two."""
    until = time.monotonic() + 60
    while (found := ask()) is None:
        if time.monotonic() > until:
            raise AssertionError("nothing was found within a minute")
        time.sleep(0.2)
    return found


def say(text: str) -> None:
    """A line of the story."""
    print(text, flush=True)
