"""`lading verify`: the exit code is the verdict."""

import json
from pathlib import Path

import pytest

import lading as sdk
from lading.client.connect import connect
from lading.client.identity import Identity
from lading.keys.signer import Ed25519Signer
from lading.log import policy
from lading.log.checkpoint import CheckpointSigner
from sdk.tests.cli.command import Terminal
from sdk.tests.client.conftest import QUICK
from sdk.tests.client.stand_in import API, Seam, StandIn


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A trade's evidence, its trust policy and its file, in the current folder."""
    exchange = StandIn()
    parties = []
    for name in ("provider", "consumer"):
        identity = Identity.create(
            name,
            legal_name=f"{name} \u202eLtd",
            jurisdiction="IE",
            passphrase="x",
            next_key=tmp_path / f"{name}.txt",
            directory=tmp_path / "home",
        )
        party = connect(API, identity, config=QUICK, transport=Seam(exchange))
        exchange.admit(party.session.me)
        parties.append(party)
    provider, consumer = parties
    (tmp_path / "roads.csv").write_bytes(b"roads" * 30_000)
    listing = provider.publish(
        tmp_path / "roads.csv",
        source="Sensors",
        collection="sensor",
        title="Roads",
        terms=sdk.Terms("1.00 EUR"),
    )
    contract = consumer.accept(listing, purpose="research", at_most="1.00 EUR")
    got = consumer.receive(provider.deliver(contract, tmp_path / "roads.csv"), to=tmp_path / "got.csv")
    (tmp_path / "trust.policy").write_text(consumer.trust_policy())
    return got.evidence.save(tmp_path / "evidence.lading.json")


def test_valid_is_0(lading: Terminal, evidence: Path) -> None:
    done = lading("verify", evidence.name, "--trust", "trust.policy", "--content", "got.csv")
    assert done.code == 0
    assert done.out.startswith("VALID: ")
    assert "acknowledges" in done.out
    assert "\u202e" not in done.out


def test_the_verdict_as_json(lading: Terminal, evidence: Path) -> None:
    said = lading.ok("verify", evidence.name, "--trust", "trust.policy")
    assert (said["status"], said["exit_code"]) == ("VALID", 0)
    story = said["story"]
    assert isinstance(story, list)
    assert [event["type"] for event in story[-2:]] == ["receipt", "release"]


def test_any_changed_byte_is_never_0(lading: Terminal, evidence: Path) -> None:
    data = evidence.read_bytes()
    codes = set()
    for position in range(0, len(data), max(1, len(data) // 150)):
        changed = data[:position] + bytes([data[position] ^ 0x01]) + data[position + 1 :]
        evidence.write_bytes(changed)
        codes.add(lading("verify", evidence.name, "--trust", "trust.policy").code)
    assert codes <= {1, 2}
    assert 1 in codes


@pytest.mark.parametrize(
    "garbage",
    [b"", b"{}", b"\xff\xfe", b"null", b"[" * 100_000, b'{"format":"lading-evidence/1"}', b"\0" * 17_000_000],
)
def test_garbage_is_1(lading: Terminal, evidence: Path, garbage: bytes) -> None:
    evidence.write_bytes(garbage)
    done = lading("verify", evidence.name, "--trust", "trust.policy", "--json")
    assert done.code == 1
    findings = json.loads(done.out)["findings"]
    assert [finding["code"] for finding in findings] == ["malformed-evidence"]


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_file_that_cannot_be_read_is_no_verdict(lading: Terminal, evidence: Path, name: str) -> None:
    done = lading("verify", name, "--trust", "trust.policy")
    assert done.code == 2
    assert "cannot read" in done.err
    assert done.out == ""


@pytest.mark.parametrize("content", [None, b"", b"log nonsense\n", b"quorum none\n", b"\xff"])
def test_without_a_policy_nothing_is_decided_2(
    lading: Terminal, evidence: Path, content: bytes | None
) -> None:
    if content is not None:
        Path("other.policy").write_bytes(content)
    done = lading("verify", evidence.name, "--trust", "other.policy")
    assert done.code == 2
    assert done.err


def test_another_log_key_in_the_policy_is_2_and_says_why(lading: Terminal, evidence: Path) -> None:
    other = CheckpointSigner("127.0.0.1:8000", Ed25519Signer(bytes(31) + b"\7"))
    Path("other.policy").write_text(policy.render(((other.key, "http://x/log"),)))
    done = lading("verify", evidence.name, "--trust", "other.policy")
    assert done.code == 2
    assert "INDETERMINATE" in done.out
    assert "untrusted-log" in done.out


def test_other_content_is_1(lading: Terminal, evidence: Path) -> None:
    Path("got.csv").write_bytes(b"other")
    done = lading("verify", evidence.name, "--trust", "trust.policy", "--content", "got.csv")
    assert done.code == 1
    assert "content-mismatch" in done.out


def test_content_that_cannot_be_read_is_wrong_use(lading: Terminal, evidence: Path) -> None:
    done = lading("verify", evidence.name, "--trust", "trust.policy", "--content", "nowhere")
    assert done.code == 2
