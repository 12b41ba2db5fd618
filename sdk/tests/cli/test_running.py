"""Contracts that run, on the command line, against a real exchange."""

import json
import os
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from lading.acts import grounds
from lading.acts.attestation import Attestation
from lading.acts.claim import Claim
from lading.acts.disclosure import Disclosure
from lading.acts.listing import Listing
from lading.acts.policy import Assurance
from lading.acts.ruling import Remedy, Ruling
from lading.cli import words
from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.cli.command import Terminal
from sdk.tests.cli.test_trade import publish

PEOPLE = {"acme": None, "buyer": None, "tester": "assessor", "judge": "arbiter", "auditor": None}
TERMS = {
    "price": {"model": "per-unit", "unit": "row", "price": {"amount": "0.5", "currency": "EUR"}},
    "suspension": {"by": ["provider"]},
    "termination": {"by": ["provider", "consumer"], "notice": "PT1H"},
    "localisation": {"storage": ["IE", "DE"]},
}


@pytest.fixture
def ids(lading: Terminal, served: ExchangeProcess, tmp_path: Path) -> dict[str, str]:
    """Five participants, admitted, and files."""
    found: dict[str, str] = {}
    for name, role in PEOPLE.items():
        lading.ok("identity", "create", name, "--legal-name", f"{name} Ltd", "--jurisdiction", "IE")
        found[name] = str(lading.ok("identity", "register", name, "--exchange", served.api)["id"])
        roles = () if role is None else ("--role", role)
        lading.ok("exchange", "admit", str(served.directory), found[name], *roles)
        lading.ok("identity", "register", name, "--exchange", served.api, "--wait", "30")
    (tmp_path / "roads.csv").write_bytes(os.urandom(200_000))
    (tmp_path / "paper.txt").write_text("a document")
    terms = TERMS | {"arbiter": found["judge"]}
    price = {**terms["price"], "ceiling": {"amount": "90.00", "currency": "EUR"}}  # type: ignore[dict-item]
    (tmp_path / "terms.json").write_text(json.dumps(terms | {"price": price}))
    (tmp_path / "free.json").write_text(json.dumps(terms | {"price": {"model": "free"}}))
    return found


def concluded(lading: Terminal, terms: str = "terms.json") -> str:
    listing = publish(lading, "--terms", terms)
    how = ("--purpose", "research", "--at-most", "90.00 EUR", "-i", "buyer")
    return str(lading.ok("accept", listing, *how)["id"])


def test_a_contract_is_run_to_its_end(lading: Terminal, ids: dict[str, str], tmp_path: Path) -> None:
    contract = concluded(lading)
    assert lading("deliver", contract, "roads.csv", "-i", "acme").code == 2
    delivery = str(lading.ok("deliver", contract, "roads.csv", "--units", "20", "-i", "acme")["id"])
    missing = lading("receive", delivery, "--to", "got.csv", "-i", "buyer")
    assert missing.code == 2
    assert "--stored-in" in missing.err
    lading.ok("receive", delivery, "--to", "got.csv", "--stored-in", "DE", "-i", "buyer")
    asked = lading.ok(
        *("invoice", contract, "10.00 EUR", "--reference", "INV-1", "--delivery", delivery),
        *("--units", "20", "--document", "paper.txt", "-i", "acme"),
    )
    paid = lading.ok(
        "pay", contract, "10.00 EUR", "--reference", "T-1", "--invoice", str(asked["id"]), "-i", "buyer"
    )
    shown = lading("account", contract, "-i", "buyer").out
    assert "20 row at 0.5 EUR  10.00 EUR" in shown
    assert "paid-not-acknowledged" in shown
    lading.ok("acknowledge", str(paid["id"]), "-i", "acme")
    account = lading.ok("account", contract, "-i", "acme")
    assert (account["owed"], account["balance"], account["findings"]) == ("10.00", "0.00", [])
    assert "everything agrees" in lading("account", contract, "-i", "acme").out
    assert lading("suspend", contract, "--ground", "incident", "-i", "buyer").code == 1
    lading.ok("suspend", contract, "--ground", "incident", "-i", "acme")
    lading.ok("resume", contract, "-i", "acme")
    how = ("--ground", "quality", "--text", "Bad.", "--evidence", "paper.txt", "-i", "buyer")
    claim = str(lading.ok("claim", delivery, *how)["id"])
    lading.ok("answer", claim, "denied", "--text", "Good.", "-i", "acme")
    ruling = lading.ok("rule", claim, "upheld", "--remedy", "refund", "--amount", "1.00 EUR", "-i", "judge")
    lading.ok("grant", contract, "--to", ids["auditor"], "-i", "buyer")
    assert lading.ok("account", contract, "-i", "auditor")["owed"] == "10.00"
    lading.ok("terminate", contract, "--ground", "breach", "--ruling", str(ruling["id"]), "-i", "buyer")
    recall = lading.ok("recall", contract, "--ground", "error", "--delivery", "1", "-i", "acme")
    lading.ok("erased", contract, "--method", "overwritten", "--recall", str(recall["id"]), "-i", "buyer")
    assert "ending" in lading("show", contract, "-i", "acme").out


def test_terms_are_amended_and_attested(lading: Terminal, ids: dict[str, str], tmp_path: Path) -> None:
    contract = concluded(lading, "free.json")
    assert lading("renew", contract, "--by", "P30D", "-i", "acme").code == 2
    offered = lading.ok("amend", contract, "--price", "5.00 EUR", "--action", "read", "-i", "acme")
    lading.ok("accept", str(offered["id"]), "--at-most", "5.00 EUR", "-i", "buyer")
    listing = str(lading.ok("show", contract, "-i", "acme")["act"]["listing"])  # type: ignore[index]
    how = ("--kind", "quality", "--evidence", "paper.txt", "--valid-for", "P30D", "-i", "tester")
    said = str(lading.ok("attest", listing, *how)["id"])
    assert lading.ok("withdraw", said, "-i", "tester")["type"] == "withdrawal"
    order = ("--authority", "Court", "--legal-basis", "s. 12", "--scope", "terms", "--response", "refused")
    assert lading.ok("disclose", contract, *order, "-i", "acme")["type"] == "disclosure"
    assert lading("report-sales", contract, "5.00 EUR", "--reference", "Q1", "-i", "buyer").code == 1


def test_calls_of_a_service_are_delivered_by_windows(lading: Terminal, ids: dict[str, str]) -> None:
    listing = publish(lading, "--terms", "free.json", "--kind", "service")
    contract = str(lading.ok("accept", listing, "--purpose", "research", "-i", "buyer")["id"])
    how = ("--window", "1-500", "--answered", "490", "-i", "acme")
    first = lading("deliver", contract, "roads.csv", *how)
    assert "1 to 500, 490 of them" in first.out
    again = lading.ok("deliver", contract, "roads.csv", *how)
    assert again["act"]["window"] == {"first": 1, "last": 500, "count": 490}  # type: ignore[index]
    gap = lading("deliver", contract, "roads.csv", "--sequence", "2", "--window", "502-600", "-i", "acme")
    assert gap.code == 1
    assert "window-gap" in gap.err


def test_mistakes_are_named_with_what_to_do(lading: Terminal, tmp_path: Path) -> None:
    some = f"sha256:{'0' * 64}"
    (tmp_path / "bad.json").write_text(json.dumps(TERMS | {"schedule": {"first": "soon", "deliveries": 1}}))
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "text.json").write_text("price: 1")
    lading.ok("identity", "create", "acme", "--legal-name", "Acme", "--jurisdiction", "IE")
    for line, said in {
        ("offer", some, "--purpose", "research"): "--price",
        ("offer", some, "--terms", "nowhere.json"): "cannot read",
        ("offer", some, "--terms", "bad.json"): "schedule.first",
        ("offer", some, "--terms", "list.json"): "holds no object",
        ("offer", some, "--terms", "text.json"): "not JSON",
        ("amend", some, "--terms", "bad.json", "--price", "1.00 EUR"): "all of the terms",
        ("amend", some): "no terms",
        ("amend", some, "--price", "much"): "not an amount",
        ("claim", some): "either a proof",
        ("claim", some, "--ground", "late", "--out", "x"): "either a proof",
    }.items():
        done = lading(*line, "-i", "acme")
        assert (done.code, said in done.err) == (2, True), (line, done.err)


def test_mistakes_at_an_exchange_are_named_before_anything_is_signed(
    lading: Terminal, ids: dict[str, str]
) -> None:
    contract = concluded(lading, "free.json")
    for line, said in {
        ("offer", contract, "--price", "1.00 EUR", "--action", "eat"): "no action",
        ("deliver", contract, "roads.csv", "--window", "5"): "no window",
        ("deliver", contract, "roads.csv", "--answered", "5"): "belongs to a window",
        ("invoice", contract, "5.00 EUR", "--reference", "R", "--since", "2026-01-01T00:00:00Z"): "two ends",
        ("invoice", contract, "5.00 EUR", "--reference", "R", "--document", "nowhere"): "cannot read",
        ("invoice", contract, "five", "--reference", "R"): "not an amount",
        ("terminate", contract, "--ground", "done", "--after", "tomorrow"): "not a duration",
    }.items():
        done = lading(*line, "-i", "acme")
        assert (done.code, said in done.err) == (2, True), (line, done.err)


def choices(act: type[BaseModel], member: str) -> set[str]:
    """The words that a member can have."""
    annotation: Any = act.model_fields[member].annotation
    optional = [part for part in get_args(annotation) if get_args(part)]
    return set(get_args(optional[0] if optional else annotation))


def test_the_words_of_options_are_those_of_the_protocol() -> None:
    assert set(get_args(words.Ground)) == set(get_args(grounds.Ground)) - grounds.PROVABLE
    assert set(get_args(words.Attested)) == set(get_args(Assurance))
    assert set(get_args(words.AttestedOutcome)) == choices(Attestation, "outcome")
    assert set(get_args(words.Answer)) == choices(Claim, "answer")
    assert set(get_args(words.RulingOutcome)) == choices(Ruling, "outcome")
    assert set(get_args(words.Remedy)) == choices(Remedy, "kind")
    assert set(get_args(words.Response)) == choices(Disclosure, "response")
    assert set(get_args(words.ProductKind)) == choices(Listing, "kind")
