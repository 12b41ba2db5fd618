"""`lading claim` and `lading judge`: from a file that does not open to a judgement, at the prompt."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import lading as sdk
from lading.client.flows.sealkeys import recipient
from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.cli.command import Terminal
from sdk.tests.client.cheating import Cheat
from sdk.tests.client.court import SPOILS


class Case:
    """A delivery by a provider who cheats, to a consumer at the prompt; `arbiter` has an identity too."""

    def __init__(self, lading: Terminal, served: ExchangeProcess, folder: Path, name: str) -> None:
        self.lading = lading
        self.ids: dict[str, str] = {}
        for who in ("acme", "buyer", "judge"):
            lading.ok("identity", "create", who, "--legal-name", f"{who} \u202eLtd", "--jurisdiction", "IE")
            self.ids[who] = str(lading.ok("identity", "register", who, "--exchange", served.api)["id"])
            lading.ok("exchange", "admit", str(served.directory), self.ids[who])
        (folder / "roads.csv").write_bytes(b"roads" * 30_000)
        (folder / "trust.policy").write_text(lading("exchange", "policy", str(served.directory)).out)
        self.delivery = self._cheat(served.api, folder / "roads.csv", name)

    def _cheat(self, url: str, goods: Path, name: str) -> str:
        provider, consumer = (sdk.connect(url, sdk.Identity.load(who)) for who in ("acme", "buyer"))
        with provider, consumer:
            listing = provider.publish(
                None, source="Sensors", collection="sensor", title="Roads", terms=sdk.Terms("0.00 EUR")
            )
            contract = consumer.accept(listing, purpose="research")
            key = provider.run(lambda session: recipient(session, session.peer.exchange, "x", ""))
            exchange = SimpleNamespace(id=key.id, seal_key=SimpleNamespace(kid=key.key, public=key.public))
            trade = SimpleNamespace(provider=provider, consumer=consumer, exchange=exchange, goods=goods)
            made = Cheat(trade, contract)  # type: ignore[arg-type]
            SPOILS[name][0](made)
            return made.deliver().id

    def receive(self) -> None:
        done = self.lading("receive", self.delivery, "--to", "got.csv", "-i", "buyer")
        assert done.code == 1
        assert "lading claim" in done.err
        assert Path("got.csv.sealed.part").exists()

    def claim(self, *more: str) -> dict[str, object]:
        sealed = ("--sealed", "got.csv.sealed.part")
        return self.lading.ok("claim", self.delivery, *sealed, "-i", "buyer", *more)


@pytest.fixture
def bad_chunk(lading: Terminal, served: ExchangeProcess, tmp_path: Path) -> Case:
    case = Case(lading, served, tmp_path, "random bytes")
    case.receive()
    return case


@pytest.fixture
def wrong_key(lading: Terminal, served: ExchangeProcess, tmp_path: Path) -> Case:
    case = Case(lading, served, tmp_path, "another key")
    case.receive()
    return case


def test_a_bad_chunk_is_claimed_and_upheld(lading: Terminal, bad_chunk: Case) -> None:
    said = bad_chunk.claim("--out", "c.json")
    assert (said["ground"], said["number"], said["delivery"]) == ("bad-chunk", 1, bad_chunk.delivery)
    assert said["path"] == str(Path("c.json").absolute())
    done = lading("judge", "c.json", "--trust", "trust.policy")
    assert done.code == 0
    assert done.out.startswith("UPHELD: ")
    assert "does-not-open (LAD-JDG-007)" in done.out
    assert (
        f"The provider is at fault: acme \N{REPLACEMENT CHARACTER}Ltd ({bad_chunk.ids['acme']})." in done.out
    )
    assert "yes  the key is the one that the leaf names" in done.out
    assert "NO   the chunk opens under the key" in done.out
    assert "opens to the length" not in done.out
    assert "\u202e" not in done.out


def test_the_judgement_as_json(lading: Terminal, bad_chunk: Case) -> None:
    bad_chunk.claim()
    said = lading.ok("judge", "claim.json", "--trust", "trust.policy")
    assert (said["outcome"], said["code"], said["exit_code"]) == ("upheld", "does-not-open", 0)
    assert said["at_fault"] == bad_chunk.ids["acme"]
    checked, claim = said["checked"], said["claim"]
    assert isinstance(checked, list)
    assert isinstance(claim, dict)
    assert [each["holds"] for each in checked] == [True] * 6 + [False]
    assert (claim["ground"], claim["chunk"], claim["delivery"]) == ("bad-chunk", 1, bad_chunk.delivery)


def test_claiming_again_shows_the_claim_that_is_there(lading: Terminal, bad_chunk: Case) -> None:
    first = bad_chunk.claim()
    assert bad_chunk.claim() == first
    shown = lading("claim", bad_chunk.delivery, "--sealed", "got.csv.sealed.part", "-i", "buyer")
    assert str(first["id"]) in shown.out
    assert "claims that delivery number 1 is at fault" in lading("show", str(first["id"]), "-i", "acme").out


def test_a_wrong_key_is_judged_by_the_arbiter_or_with_the_share(lading: Terminal, wrong_key: Case) -> None:
    alone = lading("claim", wrong_key.delivery, "--sealed", "got.csv.sealed.part", "-i", "buyer")
    assert alone.code == 2
    assert "--arbiter" in alone.err
    wrong_key.claim("--arbiter", wrong_key.ids["judge"], "--share", "share.txt")
    judge = ("judge", "claim.json", "--trust", "trust.policy")
    undecided = lading(*judge)
    assert undecided.code == 2
    assert "UNDECIDED" in undecided.out
    assert "NO   the consumer's share is at hand" in undecided.out
    assert "No fault is shown" in undecided.out
    assert lading(*judge, "--identity", "acme").code == 2
    for how in (("--identity", "judge"), ("--share", "share.txt")):
        upheld = lading(*judge, *how)
        assert upheld.code == 0
        assert "key-does-not-derive (LAD-JDG-014)" in upheld.out
        assert "NO   the shares give the key that the leaf names" in upheld.out
    Path("other.txt").write_text("A" * 43 + "\n")
    dismissed = lading(*judge, "--share", "other.txt")
    assert dismissed.code == 1
    assert "proves no fault" in dismissed.out
    assert dismissed.out.count("NO ") == 1


@pytest.mark.parametrize(
    "how",
    [
        ("--share", "nowhere"),
        ("--share", "trust.policy"),
        ("--identity", "nobody"),
        ("--identity", "judge", "--share", "share.txt"),
    ],
)
def test_wrong_use_of_judge_is_exit_code_2_and_no_outcome(
    lading: Terminal, bad_chunk: Case, how: tuple[str, ...]
) -> None:
    bad_chunk.claim()
    Path("share.txt").write_text("A" * 43)
    done = lading("judge", "claim.json", "--trust", "trust.policy", *how)
    assert done.code == 2
    assert done.err
    assert done.out == ""


@pytest.mark.parametrize("data", [b"", b"{}", b"null", b"\xff", b"[" * 10_000])
def test_garbage_is_undecided(lading: Terminal, bad_chunk: Case, data: bytes) -> None:
    Path("x.json").write_bytes(data)
    done = lading("judge", "x.json", "--trust", "trust.policy")
    assert done.code == 2
    assert done.out.startswith("UNDECIDED: not a claim file")
    assert "NO   the file is a claim file" in done.out


def test_another_policy_decides_nothing(lading: Terminal, bad_chunk: Case) -> None:
    bad_chunk.claim()
    Path("other.policy").write_text(Path("trust.policy").read_text().replace("log 127", "log x127", 1))
    done = lading("judge", "claim.json", "--trust", "other.policy")
    assert done.code == 2
    assert lading("judge", "claim.json", "--trust", "nowhere").out == ""
