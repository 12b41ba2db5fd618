"""Evidence about sealed trades: what an exporter writes is VALID, and a receipt comes with its release."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from lading.evidence.build import build
from lading.evidence.verdict import Status
from lading.evidence.verify import verify
from lading.statement.words import Id
from lading.transfer.sealing import salt_of
from sdk.tests.core.market import CONTENT, traded_sealed
from sdk.tests.core.test_evidence import POLICY, canonical_payload, changed, codes, entries
from tools.vectors.evidence.building import named

SUBJECTS = ["sealed delivery", "sealed receipt", "release", "claim", "lapse"]
SALTS = salt_of(bytes(32), 0)


@lru_cache
def evidence(subject: str) -> bytes:
    """The evidence about a statement of the sealed trade."""
    market = traded_sealed()
    return build(market.sight, market.id[subject])


def kind(row: dict[str, Any]) -> str:
    """The act of an entry."""
    return str(json.loads(canonical_payload(row["statement"]))["type"])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_an_exporter_writes_is_valid(subject: str) -> None:
    verdict = verify(evidence(subject), POLICY)
    assert (verdict.status, codes(verdict)) == (Status.VALID, {"time-by-log-only"})
    assert verdict.subject == traded_sealed().id[subject]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_exporter_writes_the_closure_and_admissions_and_nothing_else(subject: str) -> None:
    market, rows = traded_sealed(), entries(evidence(subject))
    statements = {key: jws.decode() for key, jws in market.sight.statements.items()}
    waiting: list[str] = [market.id[subject], market.id["exchange"]]
    closure = set[str]()
    while waiting:
        key = waiting.pop()
        if key not in closure:
            closure.add(key)
            waiting += named(statements[Id(key)])
            waiting += [market.id["release"]] if key == market.id["sealed receipt"] else []
    assert {row["statement"] for row in rows if kind(row) != "admission"} == {
        statements[Id(key)] for key in closure
    }


@pytest.mark.parametrize("subject", ["sealed receipt", "release", "claim"])
def test_no_entry_of_the_closure_can_be_dropped(subject: str) -> None:
    rows = entries(evidence(subject))
    for at, row in enumerate(rows):
        if kind(row) == "admission":
            continue
        verdict = verify(changed(evidence(subject), rows[:at] + rows[at + 1 :]), POLICY)
        of_receipt = (subject, kind(row)) == ("sealed receipt", "release")
        assert verdict.status is Status.INDETERMINATE
        assert codes(verdict, "unknown") == {"missing-release" if of_receipt else "missing-statement"}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_data_is_compared_with_its_salts_and_not_without(subject: str, tmp_path: Path) -> None:
    data, salts = tmp_path / "data", tmp_path / "data.salts"
    data.write_bytes(CONTENT)
    verdict = verify(evidence(subject), POLICY, content=data)
    assert (verdict.status, codes(verdict, "unknown")) == (Status.INDETERMINATE, {"no-salts"})
    salts.write_bytes(SALTS)
    assert verify(evidence(subject), POLICY, content=data, salts=salts).status is Status.VALID
    for wrong in (b"", SALTS[:-1], hashlib.sha256(SALTS).digest()):
        salts.write_bytes(wrong)
        verdict = verify(evidence(subject), POLICY, content=data, salts=str(salts))
        assert codes(verdict, "error") == {"content-mismatch"}


def test_a_verdict_tells_the_story_of_a_sealed_trade() -> None:
    story = [event.summary for event in verify(evidence("claim"), POLICY).story]
    assert [line.split(":")[0] for line in story[-4:]] == [
        "delivers 5 bytes sealed to Buyer, number 2",
        "acknowledges sealed delivery number 2",
        "releases its share of delivery number 2",
        "claims that delivery number 2 is at fault",
    ]
