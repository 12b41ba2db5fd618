"""Witnesses: cosignatures that the test makes itself, quorums, and the time that they bound."""

import json
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.evidence.build import build
from lading.evidence.verdict import Status, Verdict
from lading.evidence.verify import verify
from lading.keys.vkey import COSIGNATURE_KEY, VerifierKey
from lading.log import note
from lading.log.policy import Group, Policy
from lading.statement import canonical
from sdk.tests.core.market import DAY, START, log_key, signer, traded
from tools.vectors.primitives import Key, cosignature

NAMES = ["w0", "w1", "w2", "w3"]
WITNESSES = {name: VerifierKey(f"{name}.example", COSIGNATURE_KEY, signer(name).public) for name in NAMES}
AT_ONCE = START // 1000


@lru_cache
def plain() -> bytes:
    """The evidence about the receipt of the first trade, cosigned by nobody."""
    market = traded()
    return build(market.sight, market.id["receipt"])


def cosigned(*lines: tuple[str, int]) -> bytes:
    """The same, with cosignatures of these witnesses at these times, in seconds."""
    whole = json.loads(plain())
    (signed,) = whole["logs"][0]["checkpoints"]
    text = note.parse(signed).text
    added = "".join(
        cosignature(text, f"{name}.example", Key(signer(name).seed), seconds) for name, seconds in lines
    )
    whole["logs"][0]["checkpoints"] = [signed + added]
    return canonical.dumps(whole)


def trusting(quorum: str | None, **groups: Group) -> Policy:
    """A policy with all witnesses."""
    return Policy((log_key().key,), WITNESSES, groups, quorum)


def unknown(verdict: Verdict) -> set[str]:
    """What is unknown to a verifier."""
    return {finding.code for finding in verdict.findings if finding.severity == "unknown"}


@given(st.sets(st.sampled_from(NAMES)), st.integers(1, 4))
def test_a_quorum_is_a_number_of_witnesses(by: set[str], needed: int) -> None:
    verdict = verify(
        cosigned(*((name, AT_ONCE) for name in sorted(by))), trusting("g", g=Group(needed, tuple(NAMES)))
    )
    if len(by) >= needed:
        assert verdict.status is Status.VALID
        assert verdict.findings == ()
    else:
        assert (verdict.status, verdict.exit_code) == (Status.INDETERMINATE, 2)
        assert unknown(verdict) == {"quorum-not-met"}


@pytest.mark.parametrize(
    ("by", "met"), [("w0 w2", True), ("w1 w3", True), ("w0 w1", False), ("w2 w3", False), ("w0", False)]
)
def test_groups_can_be_nested(by: str, met: bool) -> None:
    groups = {"a": Group(1, ("w0", "w1")), "b": Group(1, ("w2", "w3")), "both": Group(2, ("a", "b"))}
    verdict = verify(cosigned(*((name, AT_ONCE) for name in by.split())), trusting("both", **groups))
    assert verdict.status is (Status.VALID if met else Status.INDETERMINATE)


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 7200), min_size=2), st.integers(1, 4))
def test_the_time_of_a_quorum_is_that_of_the_witness_that_completes_it(
    seconds: dict[str, int], needed: int
) -> None:
    times = sorted(seconds.values())
    if needed > len(times):
        return
    lines = [(name, AT_ONCE + after) for name, after in seconds.items()]
    verdict = verify(cosigned(*lines), trusting("g", g=Group(needed, tuple(NAMES))))
    assert verdict.status is Status.VALID
    assert {finding.code for finding in verdict.findings} == (
        {"time-gap"} if times[needed - 1] > 60 else set()
    )


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (60, Status.VALID),
        (DAY // 1000, Status.VALID),
        (DAY // 1000 + 1, Status.INDETERMINATE),
        (9 * DAY // 1000, Status.INDETERMINATE),
    ],
)
def test_a_deadline_between_the_logs_time_and_the_witnesses_is_an_open_question(
    after: int, status: Status
) -> None:
    """The receipt's deadline is a day after the delivery."""
    verdict = verify(cosigned(("w0", AT_ONCE + after)), trusting("w0"))
    assert verdict.status is status
    receipt = traded().id["receipt"]
    found = [
        finding.code
        for finding in verdict.findings
        if finding.severity == "unknown" and finding.statement == receipt
    ]
    assert found == (["time-gap"] if status is Status.INDETERMINATE else [])


def test_a_witness_that_cosigned_twice_counts_once_and_early() -> None:
    twice = cosigned(("w0", AT_ONCE + 7200), ("w0", AT_ONCE + 1))
    assert verify(twice, trusting("w0")).findings == ()
    assert unknown(verify(twice, trusting("g", g=Group(2, ("w0", "w1"))))) == {"quorum-not-met"}


def test_a_cosignature_is_of_one_checkpoint() -> None:
    whole = json.loads(cosigned(("w0", AT_ONCE)))
    line = whole["logs"][0]["checkpoints"][0].splitlines(keepends=True)[-1]
    market = traded()
    market.put(market.listing(title="Later"))
    later = json.loads(build(market.sight, market.id["receipt"]))
    later["logs"][0]["checkpoints"][0] += line
    verdict = verify(canonical.dumps(later), trusting("w0"))
    assert verdict.status is Status.INVALID
    assert [finding.code for finding in verdict.findings] == ["bad-checkpoint"]


@given(st.integers(0), st.integers(1, 255))
def test_no_byte_of_a_cosigned_file_can_change(at: int, change: int) -> None:
    data = cosigned(("w0", AT_ONCE), ("w1", AT_ONCE))
    at %= len(data)
    other = data[:at] + bytes([data[at] ^ change]) + data[at + 1 :]
    assert verify(other, trusting("g", g=Group(2, ("w0", "w1")))).status is not Status.VALID


def test_a_stranger_changes_nothing() -> None:
    verdict = verify(cosigned(("w0", AT_ONCE), ("stranger", AT_ONCE)), trusting("w0"))
    assert verdict.status is Status.VALID
    assert [finding.code for finding in verdict.findings] == ["unknown-signature"]
    alone = verify(cosigned(("stranger", AT_ONCE)), trusting("w0"))
    assert unknown(alone) == {"quorum-not-met"}
