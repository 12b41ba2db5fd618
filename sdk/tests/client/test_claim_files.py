"""Claim files: whoever has one, and a policy, comes to the same judgement, offline."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lading
from lading.client.terms import Terms
from lading.errors import UsageProblem
from lading.keys.signer import Ed25519Signer
from lading.log import policy
from lading.log.checkpoint import CheckpointSigner
from lading.log.policy import Policy
from lading.statement import base64url
from sdk.tests.client.conftest import Trade
from sdk.tests.client.court import SPOILS, Court
from sdk.tests.client.forging import is_a, without


@pytest.fixture
def court(trade: Trade, terms: Terms) -> Court:
    return Court(trade, terms, SPOILS["other data"][0])


@pytest.fixture
def keyless(trade: Trade, terms: Terms) -> Court:
    """A court for a key that does not derive."""
    return Court(trade, terms, SPOILS["another key"][0])


def test_another_policy_decides_nothing(court: Court) -> None:
    court.claim()
    other = CheckpointSigner("127.0.0.1:8000", Ed25519Signer(bytes(31) + b"\7"))
    judgement = lading.judge(court.out, Policy((other.key,), {}, {}, None))
    assert (judgement.outcome, judgement.code, judgement.exit_code) == ("undecided", "evidence-not-valid", 2)


def changed(court: Court, **members: object) -> lading.Judgement:
    """The judgement on the claim file with other members; None leaves one out."""
    said = court.members() | members
    data = {name: value for name, value in said.items() if value is not None}
    return lading.judge(json.dumps(data).encode(), court.policy, keys=court.keys)


MALFORMED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no format": lambda said: {**said, "format": None},
    "another format": lambda said: {**said, "format": "lading-claim/2"},
    "a member more": lambda said: {**said, "more": 1},
    "evidence empty": lambda said: {**said, "evidence": ""},
    "evidence missing": lambda said: {name: value for name, value in said.items() if name != "evidence"},
    "evidence no text": lambda said: {**said, "evidence": {}},
    "attachments missing": lambda said: {
        name: value for name, value in said.items() if name != "attachments"
    },
    "four attachments": lambda said: {**said, "attachments": said["attachments"][:1] * 4},
    "an attachment with more": lambda said: {
        **said,
        "attachments": [{**said["attachments"][0], "name": "x"}],
    },
    "data no base64url": lambda said: {**said, "attachments": [{**said["attachments"][0], "data": "a+b="}]},
    "share null": lambda said: {**said, "share": None},
    "share short": lambda said: {**said, "share": "AAAA"},
    "a list": lambda said: [said],
    "a text": lambda said: "lading-claim/1",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_claim_file_is_undecided(court: Court, name: str) -> None:
    court.claim()
    data = json.dumps(MALFORMED[name](court.members())).encode()
    judgement = lading.judge(data, court.policy)
    assert (judgement.outcome, judgement.code) == ("undecided", "malformed-claim")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"null",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"format":"lading-claim/1","format":"lading-claim/1","evidence":"x","attachments":[]}',
        b"[" + b"0," * 5_000_000 + b"0]",
        b" " * (64 * 1024 * 1024 + 1),
    ],
)
def test_garbage_is_undecided(trade: Trade, data: bytes) -> None:
    judgement = lading.judge(data, policy.parse(trade.consumer.trust_policy()))
    assert judgement.code == "malformed-claim"


def test_evidence_on_something_else_is_undecided(court: Court) -> None:
    court.claim()
    for thing in (court.delivery, court.trade.consumer.session.me):
        evidence = court.trade.consumer.evidence(thing).data.decode()
        assert changed(court, evidence=evidence).code == "evidence-not-valid"


@pytest.mark.parametrize("kind", ["release", "receipt", "delivery", "acceptance", "listing", "claim"])
def test_evidence_with_a_gap_is_undecided(court: Court, kind: str) -> None:
    made = court.claim()
    evidence = without(made.evidence.data, is_a(kind)).decode()
    assert changed(court, evidence=evidence).code == "evidence-not-valid"


def test_changed_evidence_is_undecided(court: Court) -> None:
    court.claim()
    said = court.members()["evidence"]
    for position in range(0, len(said), max(1, len(said) // 60)):
        other = said[:position] + chr(ord(said[position]) ^ 1) + said[position + 1 :]
        assert changed(court, evidence=other).outcome == "undecided"


@pytest.mark.parametrize("missing", [0, 1])
def test_a_missing_attachment_is_undecided(court: Court, missing: int) -> None:
    court.claim()
    attachments = court.members()["attachments"]
    del attachments[missing]
    assert changed(court, attachments=attachments).code == "attachment-missing"


def test_an_attachment_of_other_bytes_is_missing(court: Court) -> None:
    court.claim()
    attachments = court.members()["attachments"]
    attachments[1]["data"] = "AAAA" + attachments[1]["data"][4:]
    assert changed(court, attachments=attachments).code == "attachment-missing"


def test_the_arbiter_s_box_is_not_needed_where_the_share_is_there(keyless: Court) -> None:
    keyless.claim()
    attachments = keyless.members()["attachments"][:1]
    assert changed(keyless, attachments=attachments).code == "attachment-missing"
    share = base64url.encode(keyless.cheat.shares.consumer).decode()
    assert changed(keyless, attachments=attachments, share=share).code == "key-does-not-derive"
    other = base64url.encode(bytes(32)).decode()
    assert changed(keyless, attachments=attachments, share=other).code == "other-share"


def test_order_and_repetition_of_attachments_do_not_matter(court: Court) -> None:
    court.claim()
    attachments = court.members()["attachments"]
    assert changed(court, attachments=attachments[::-1]).outcome == "upheld"
    assert changed(court, attachments=[*attachments, attachments[0]]).outcome == "upheld"


def test_a_judgement_has_no_truth_value(court: Court) -> None:
    court.claim()
    with pytest.raises(TypeError):
        bool(court.judge())


def test_a_policy_or_file_that_cannot_be_read_is_no_judgement(court: Court, tmp_path: Path) -> None:
    court.claim()
    with pytest.raises(UsageProblem):
        lading.judge(court.out, tmp_path / "nowhere")
    with pytest.raises(UsageProblem):
        lading.judge(tmp_path / "nowhere", court.policy)
