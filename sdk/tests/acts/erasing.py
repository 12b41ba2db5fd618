"""Erasures in a market: what they say, and what is left of the log afterwards."""

from collections.abc import Collection, Mapping
from typing import Any

from lading.acts.records import StatementRecord
from lading.evidence.build import build
from lading.evidence.verdict import Verdict
from lading.evidence.verify import verify
from lading.log import policy
from lading.register.erasing import told_of
from lading.register.memory import MemoryView
from lading.register.replay import replay
from lading.statement.words import Id
from sdk.tests.core.market import Market

TRUST = "quorum none\n"


def told(market: Market, key: Id, **members: Any) -> dict[str, Any]:
    """The members of an erasure; `members` replace some."""
    return {**told_of(market.sight, key), "ground": "personal-data", **members}


def erase(market: Market, key: Id, by: str = "exchange", **members: Any) -> bytes:
    """An erasure."""
    return market.say(by, "erasure", **told(market, key, **members))


def replayed(market: Market, gone: Collection[Id] = ()) -> MemoryView:
    """The state by a replay of what is stored, without the bytes of some more statements."""
    kept = {key: jws for key, jws in market.sight.statements.items() if key not in gone}
    return replay((entry, kept.get(entry.id)) for entry in market.sight.entries)


def record(market: Market, key: Id) -> StatementRecord:
    """What the log knows of a statement."""
    found = market.sight.get(StatementRecord, key)
    assert found is not None
    return found


def judged(market: Market, subject: Id, withheld: Collection[Id] = ()) -> Verdict:
    """The verdict on the evidence that the market's exchange gives about a statement."""
    trust = policy.parse(f"log {market.register.signer.key} https://market.example/log\n{TRUST}")
    return verify(build(market.sight, subject, lambda key: key not in withheld), trust)


def found(verdict: Verdict) -> Mapping[Id | None, set[tuple[str, str]]]:
    """Code and severity of what was found, by the statement that it is about; without the note on times."""
    by: dict[Id | None, set[tuple[str, str]]] = {}
    for finding in verdict.findings:
        if finding.code != "time-by-log-only":
            by.setdefault(finding.statement, set()).add((finding.code, finding.severity))
    return by
