"""The demo's story: two companies at two exchanges, one file, one receipt, and an auditor."""

import filecmp
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from lading.cli import output, render_verdict
from lading.cli.demo_exchange import Running, running
from lading.cli.demo_file import Goods, goods
from lading.cli.demo_look import look
from lading.cli.demo_place import building
from lading.cli.exchange import operations
from lading.cli.exchange_acts import office
from lading.client.connect import connect
from lading.client.exchange import Exchange
from lading.client.identity import Identity
from lading.client.results import Listing, Received
from lading.client.terms import Terms
from lading.errors import ContentMismatch, Unreachable
from lading.evidence.verdict import Verdict
from lading.evidence.verify import verify
from lading.statement.words import format_time

PASSPHRASE: Final = "demo"
PRICE: Final = "100.00 EUR"
_PROVIDER: Final = "Aerodata Ltd"
_CONSUMER: Final = "Skyways GmbH"
_EXCHANGE: Final = "Demo Exchange"
"""Where the provider is at home, and the trade is decided."""
_OTHER: Final = "Other Exchange"
"""Where the consumer is at home."""
_NEWS_SECONDS: Final = 60
_README: Final = """\
What a run of `lading demo` left here.

evidence.lading.json   the whole trade, as evidence that proves itself
trust.policy           whom the auditor trusts: the log key of the exchange that decided the trade
receipt.tlog-proof     the receipt's place in the log, in the C2SP tlog-proof format
received/              the file as the consumer opened it, and its salts
exchange/              the state of the provider's exchange; exchange.log is what it logged
other-exchange/        the state of the consumer's exchange; other-exchange.log is what that logged
home/                  the identities `provider` and `consumer`; their passphrase is "demo"

Verify the evidence, offline:

  lading verify evidence.lading.json --trust trust.policy --content received/{name}

Start the exchange again, and look around:

  lading exchange serve exchange
  LADING_HOME=home LADING_PASSPHRASE=demo lading search --identity provider
"""


class Timeline:
    """Prints what happens as it happens: time, log index, who, what, id."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.log = _EXCHANGE
        self.rows: list[dict[str, object]] = []

    def say(self, text: str = "") -> None:
        """A line between the acts."""
        if not self.quiet:
            output.line(output.plain(text))

    def act(self, who: str, what: str, key: str, index: int | None, moment: int | None) -> None:
        """One statement, registered in the log of the exchange that is spoken of."""
        row: dict[str, object] = {"time": moment, "log": self.log, "who": who, "what": what}
        self.rows.append(row | {"id": key, "index": index})
        if not self.quiet:
            when = format_time(moment or 0)[11:23]
            output.line(f"  {when}  #{index:<3} {output.plain(who):<14} {output.plain(what)}")
            output.line(f"  {'':12}        {key}")

    def at(self, exchange: str, said: str) -> None:
        """From now on the log of this exchange is spoken of."""
        self.log = exchange
        self.say(f"In the log of {exchange}{said}:")


def run(file: Path | None, out: Path, *, as_json: bool) -> int:
    """Run the demo into the folder `out`; the verdict's exit code, 0 for VALID."""
    item, timeline, began = goods(file), Timeline(quiet=as_json), time.monotonic()
    with building(out) as folder:
        _trade(item, folder, timeline)
        verdict = _audit(item, folder)
    if as_json:
        members = {"out": str(out), "timeline": timeline.rows, "verdict": render_verdict.members(verdict)}
        output.show_json(members)
    else:
        _close(out, verdict, time.monotonic() - began, timeline)
    return verdict.exit_code


def _trade(item: Goods, folder: Path, timeline: Timeline) -> None:
    """The trade, while the exchanges run. Saves what the consumer takes home."""
    size = item.path.stat().st_size
    timeline.say(f"Goods: {item.save_as}, {size:,} bytes, licence {item.licence or 'not stated'}")
    with (
        running(folder / "exchange", folder / "exchange.log", name=_EXCHANGE) as exchange,
        running(folder / "other-exchange", folder / "other-exchange.log", name=_OTHER) as other,
        ExitStack() as open_now,
    ):
        for name, one, peer in ((_EXCHANGE, exchange, other), (_OTHER, other, exchange)):
            timeline.say(f"{name}: process {one.pid} at {one.api}")
            office().add_peer(one.directory, peer.api, str(operations().describe(peer.directory)["id"]))
        timeline.say("They follow each other: each verifies and mirrors what is public in the other's log.")
        timeline.say()
        timeline.at(_OTHER, ", where the consumer is at home")
        consumer = open_now.enter_context(_participant("consumer", _CONSUMER, "DE", folder, other, timeline))
        timeline.at(_EXCHANGE, ", where the provider is at home and the trade is decided")
        provider = open_now.enter_context(
            _participant("provider", _PROVIDER, "IE", folder, exchange, timeline)
        )
        _deal(item, folder, provider, consumer, timeline)
    timeline.say()
    timeline.say("Both exchanges have stopped. From here on, everything is offline.")


def _participant(
    name: str, legal_name: str, jurisdiction: str, folder: Path, exchange: Running, timeline: Timeline
) -> Exchange:
    """A company with keys of its own, registered and admitted."""
    identity = Identity.create(
        name,
        legal_name=legal_name,
        jurisdiction=jurisdiction,
        passphrase=PASSPHRASE,
        next_key=folder / f"{name}.next-key.txt",
        directory=folder / "home",
    )
    connected = connect(exchange.api, identity)
    me = connected.session.me
    registered = connected.evidence(me).filed(me).place
    timeline.act(legal_name, "registers", me, registered.index, registered.time)
    admission = operations().admit(exchange.directory, me)
    connected.wait_admitted(timeout=30)
    timeline.act(timeline.log, f"admits {legal_name}", admission["id"], admission["index"], admission["time"])
    return connected


def _deal(item: Goods, folder: Path, provider: Exchange, consumer: Exchange, timeline: Timeline) -> None:
    """List, contract, deliver, receive."""
    listing = provider.publish(
        item.path,
        title=item.title,
        source=item.source,
        collection=item.collection,
        description=item.description,
        keywords=item.keywords,
        licence=item.licence,
        media_type=item.media_type,
        terms=Terms(PRICE, ("research", "navigation")),
    )
    timeline.act(_PROVIDER, f"lists {item.title!r} for {PRICE}", listing.id, listing.index, listing.time)
    found = _found(consumer, item.title)
    timeline.say(
        f"  {'':12}        ({_CONSUMER} finds it at {_OTHER}, with a proof from the log where it stands)"
    )
    with consumer.visit(found) as abroad:
        contract = abroad.accept(found, purpose="research", at_most=PRICE)
        _taken_in(abroad, timeline)
        timeline.act(_CONSUMER, "accepts the terms: a contract", contract.id, contract.index, contract.time)
        ordered = provider.contracts(listing).one()
        delivery = provider.deliver(ordered, item.path)
        sent = f"delivers {delivery.size:,} bytes, sealed"
        timeline.act(_PROVIDER, sent, delivery.id, delivery.index, delivery.time)
        _look(item, folder, timeline)
        target = folder / "received" / item.save_as
        target.parent.mkdir()
        got = abroad.receive(abroad.next_delivery(contract, timeout=60), to=target)
        _handed_over(got, timeline)
        got.evidence.save(folder / "evidence.lading.json")
        (folder / "receipt.tlog-proof").write_text(abroad.proof(got))
        (folder / "trust.policy").write_text(abroad.trust_policy())
    (folder / "README.txt").write_text(_README.format(name=item.save_as))


def _found(consumer: Exchange, title: str) -> Listing:
    """The listing, as soon as the consumer's exchange has read of it in the other log."""
    until = time.monotonic() + _NEWS_SECONDS
    while (found := consumer.search(title).first()) is None:
        if time.monotonic() > until:
            raise Unreachable(f"{_OTHER} did not hear of the listing", hint="Run the demo again.")
        time.sleep(0.2)
    return found


def _taken_in(abroad: Exchange, timeline: Timeline) -> None:
    """The guest's chain and its admission, which the listing's home registered before the contract."""
    me = abroad.session.me
    place = abroad.evidence(me).filed(me).place
    timeline.act(_EXCHANGE, f"takes in {_CONSUMER}, a guest, with its keys", me, place.index, place.time)
    decided = str(abroad.state(me).record["decided_by"])
    place = abroad.evidence(decided).filed(decided).place
    timeline.act(_EXCHANGE, f"admits {_CONSUMER}, as {_OTHER} did", decided, place.index, place.time)


def _look(item: Goods, folder: Path, timeline: Timeline) -> None:
    """What the exchange could read of the file while it holds it: nothing, as far as a search can tell."""
    seen = look(item.path, folder / "exchange")
    if seen.found:
        raise ContentMismatch(f"the exchange holds {seen.found} samples of the file in clear")
    if seen.samples:
        timeline.say(
            f"  {'':12}        (of {seen.samples} samples of the file, the {seen.searched:,} bytes that the exchange "
            "holds show none)"
        )


def _handed_over(got: Received, timeline: Timeline) -> None:
    """Receipt and release, one right after the other in the log."""
    given = "holds the ciphertexts, verified, and gives the receipt"
    timeline.act(_CONSUMER, given, got.id, got.receipt.index, got.receipt.time)
    for event in got.evidence.verdict.story:
        if event.type == "release":
            timeline.act(_EXCHANGE, "releases its share of the key", event.id, event.index, event.time)
    timeline.say(f"  {'':12}        ({_CONSUMER} opens every chunk, and checks it)")


def _audit(item: Goods, folder: Path) -> Verdict:
    """What an auditor does: verify the saved file by the saved policy, with nobody's help."""
    received = folder / "received" / item.save_as
    if not filecmp.cmp(item.path, received, shallow=False):
        raise ContentMismatch("the received file differs from the one that was sent")
    salts = received.with_name(received.name + ".salts")
    return verify(folder / "evidence.lading.json", folder / "trust.policy", content=received, salts=salts)


def _close(out: Path, verdict: Verdict, seconds: float, timeline: Timeline) -> None:
    """What was found, and how to go on."""
    timeline.say("The received file equals the one that was sent, byte for byte.")
    timeline.say()
    timeline.say(verdict.summary)
    for finding in verdict.findings:
        timeline.say(f"  {finding.severity}: {finding.code}: {finding.detail}")
    timeline.say()
    timeline.say(f"All of it is kept in {out}, see {out / 'README.txt'}. To verify it again:")
    timeline.say(f"  {output.program()} verify {out / 'evidence.lading.json'} --trust {out / 'trust.policy'}")
    timeline.say(f"Done in {seconds:.1f} s.")
