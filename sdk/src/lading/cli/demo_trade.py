"""The demo's story: two companies, one exchange, one file, one receipt, and an auditor."""

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
from lading.client.connect import connect
from lading.client.exchange import Exchange
from lading.client.identity import Identity
from lading.client.results import Received
from lading.client.terms import Terms
from lading.errors import ContentMismatch
from lading.evidence.verdict import Verdict
from lading.evidence.verify import verify
from lading.statement.words import format_time

PASSPHRASE: Final = "demo"
PRICE: Final = "100.00 EUR"
_PROVIDER: Final = "Aerodata Ltd"
_CONSUMER: Final = "Skyways GmbH"
_EXCHANGE: Final = "Demo Exchange"
_README: Final = """\
What a run of `lading demo` left here.

evidence.lading.json   the whole trade, as evidence that proves itself
trust.policy           whom the auditor trusts: the exchange's log key
receipt.tlog-proof     the receipt's place in the log, in the C2SP tlog-proof format
received/              the file as the consumer opened it, and its salts
exchange/              the exchange's state; exchange.log is what it logged
home/                  the identities `provider` and `consumer`; their passphrase is "demo"

Verify the evidence, offline:

  lading verify evidence.lading.json --trust trust.policy --content received/{name}

Start the exchange again, and look around:

  lading exchange serve exchange
  LADING_HOME=home LADING_PASSPHRASE=demo lading search --identity consumer
"""


class Timeline:
    """Prints what happens as it happens: time, log index, who, what, id."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.rows: list[dict[str, object]] = []

    def say(self, text: str = "") -> None:
        """A line between the acts."""
        if not self.quiet:
            output.line(output.plain(text))

    def act(self, who: str, what: str, key: str, index: int | None, moment: int | None) -> None:
        """One registered statement."""
        self.rows.append({"time": moment, "who": who, "what": what, "id": key, "index": index})
        if not self.quiet:
            when = format_time(moment or 0)[11:23]
            output.line(f"  {when}  #{index:<3} {output.plain(who):<14} {output.plain(what)}")
            output.line(f"  {'':12}        {key}")


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
    """The trade, while the exchange runs. Saves what the consumer takes home."""
    size = item.path.stat().st_size
    timeline.say(f"Goods: {item.save_as}, {size:,} bytes, licence {item.licence or 'not stated'}")
    with running(folder / "exchange", folder / "exchange.log") as exchange, ExitStack() as open_now:
        timeline.say(f"Exchange: process {exchange.pid} at {exchange.api}")
        timeline.say()
        provider = open_now.enter_context(
            _participant("provider", _PROVIDER, "IE", folder, exchange, timeline)
        )
        consumer = open_now.enter_context(
            _participant("consumer", _CONSUMER, "DE", folder, exchange, timeline)
        )
        _deal(item, folder, provider, consumer, timeline)
        (folder / "trust.policy").write_text(consumer.trust_policy())
    timeline.say()
    timeline.say(f"Exchange: process {exchange.pid} has stopped. From here on, everything is offline.")


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
    timeline.act(_EXCHANGE, f"admits {legal_name}", admission["id"], admission["index"], admission["time"])
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
    found = consumer.search(item.title).one()
    contract = consumer.accept(found, purpose="research", at_most=PRICE)
    timeline.act(_CONSUMER, "accepts the terms: a contract", contract.id, contract.index, contract.time)
    ordered = provider.contracts(listing).one()
    delivery = provider.deliver(ordered, item.path)
    sent = f"delivers {delivery.size:,} bytes, sealed"
    timeline.act(_PROVIDER, sent, delivery.id, delivery.index, delivery.time)
    _look(item, folder, timeline)
    target = folder / "received" / item.save_as
    target.parent.mkdir()
    got = consumer.receive(consumer.next_delivery(contract, timeout=60), to=target)
    _handed_over(got, timeline)
    got.evidence.save(folder / "evidence.lading.json")
    (folder / "receipt.tlog-proof").write_text(consumer.proof(got))
    (folder / "README.txt").write_text(_README.format(name=item.save_as))


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
