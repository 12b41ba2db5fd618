"""Evidence: what an exporter writes is VALID, and nothing else is."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lading.errors import UsageProblem
from lading.evidence import file as evidence_file
from lading.evidence.build import build
from lading.evidence.verdict import Status, Verdict
from lading.evidence.verify import verify
from lading.log import policy
from lading.log.policy import Policy
from lading.problems import Refused
from lading.statement import canonical
from lading.statement.envelope import decode
from lading.statement.words import Id
from sdk.tests.core.market import CONTENT, Market, log_key, traded
from sdk.tests.core.outcome import outcome, reading
from sdk.tests.core.strategies import VALUES, mutated
from tools.vectors.evidence.building import named

POLICY = Policy((log_key().key,), {}, {}, None)


@lru_cache
def evidence(subject: str = "receipt") -> bytes:
    """The evidence about a statement of the first trade."""
    market = traded()
    return build(market.sight, market.id[subject])


def entries(data: bytes) -> list[dict[str, Any]]:
    """The entries of the one log of a file."""
    rows: list[dict[str, Any]] = json.loads(data)["logs"][0]["entries"]
    return rows


def changed(data: bytes, change: object) -> bytes:
    """The file with another list of entries."""
    whole = json.loads(data)
    whole["logs"][0]["entries"] = change
    return canonical.dumps(whole)


def codes(verdict: Verdict, *severities: str) -> set[str]:
    """The codes of a verdict's findings."""
    return {finding.code for finding in verdict.findings if not severities or finding.severity in severities}


SUBJECTS = ["exchange", "acme", "dave", "listing", "contract", "delivery", "receipt"]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_an_exporter_writes_is_valid(subject: str) -> None:
    verdict = verify(evidence(subject), POLICY)
    assert (verdict.status, verdict.exit_code) == (Status.VALID, 0)
    assert codes(verdict) == {"time-by-log-only"}
    assert verdict.subject == traded().id[subject]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_exporter_writes_the_closure_and_admissions_and_nothing_else(subject: str) -> None:
    market = traded()
    shown = {row["statement"] for row in entries(evidence(subject))}
    assert len(shown) == len(entries(evidence(subject)))
    statements = {key: jws.decode() for key, jws in market.sight.statements.items()}
    waiting: list[str] = [market.id[subject], market.id["exchange"]]
    closure = set[str]()
    while waiting:
        key = waiting.pop()
        if key not in closure:
            closure.add(key)
            waiting += named(statements[Id(key)])
    needed = {statements[Id(key)] for key in closure}
    assert needed <= shown
    assert {json.loads(canonical_payload(jws))["type"] for jws in shown - needed} <= {"admission"}


def canonical_payload(jws: str) -> bytes:
    """A statement's payload."""
    return decode(jws.encode()).payload


def test_a_subject_that_is_not_registered_has_no_evidence() -> None:
    answer = outcome(build, traded().sight, Id("sha256:" + "0" * 64))
    assert isinstance(answer, Refused)
    assert answer.code == "not-found"


def test_what_a_reader_may_not_read_is_withheld() -> None:
    market = traded()
    shown = build(market.sight, market.id["receipt"], lambda key: key != market.id["contract"])
    assert [row["withheld"] for row in entries(shown) if "withheld" in row] == [market.id["contract"]]
    verdict = verify(shown, POLICY)
    assert (verdict.status, verdict.exit_code) == (Status.INDETERMINATE, 2)
    assert codes(verdict, "unknown") == {"withheld"}


def one_bit_off(data: bytes, step: int = 1, bit: int = 1) -> Iterator[bytes]:
    """The file with one bit changed, at every place or every few."""
    for at in range(0, len(data), step):
        yield data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]


@pytest.mark.parametrize("bit", [1, 2, 32, 128])
def test_no_bit_can_change(bit: int) -> None:
    for subject in ("acme", "receipt"):
        for other in one_bit_off(evidence(subject), step=13, bit=bit):
            assert verify(other, POLICY).status is not Status.VALID


@pytest.mark.soak
@pytest.mark.parametrize("bit", [1, 2, 4, 8, 16, 32, 64, 128])
def test_no_bit_at_all_can_change(bit: int) -> None:
    for other in one_bit_off(evidence(), bit=bit):
        assert verify(other, POLICY).status is not Status.VALID


@given(st.integers(0), st.integers(1, 255))
def test_no_byte_can_change(at: int, change: int) -> None:
    data = evidence()
    at %= len(data)
    verdict = verify(data[:at] + bytes([data[at] ^ change]) + data[at + 1 :], POLICY)
    assert verdict.status is not Status.VALID
    assert codes(verdict, "error", "unknown")


@given(mutated(st.sampled_from(SUBJECTS).map(evidence)))
def test_no_bytes_can_be_lost_or_added(data: bytes) -> None:
    assume(data not in [evidence(subject) for subject in SUBJECTS])
    assert verify(data, POLICY).status is not Status.VALID


@given(st.binary(max_size=300) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_other_bytes_are_no_evidence(data: bytes) -> None:
    verdict = verify(data, POLICY)
    assert (verdict.status, verdict.subject) == (Status.INVALID, None)
    assert codes(verdict) == {"malformed-evidence"}


def paths(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every part of a JSON value."""
    yield at
    children = (
        enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    )
    for name, child in children:
        yield from paths(child, (*at, name))


def put(whole: Any, path: tuple[str | int, ...], draw: st.DataObject) -> Any:
    """The value with the part at a path replaced, left out or moved."""
    if not path:
        return draw.draw(VALUES)
    parent = whole
    for part in path[:-1]:
        parent = parent[part]
    kind = draw.draw(st.sampled_from(["replace", "remove", "copy"]))
    if kind == "remove":
        del parent[path[-1]]
    elif kind == "replace":
        parent[path[-1]] = draw.draw(VALUES)
    else:
        source = draw.draw(
            st.sampled_from(list(parent) if isinstance(parent, dict) else list(range(len(parent))))
        )
        parent[path[-1]] = parent[source]
    return whole


@given(st.sampled_from(["acme", "listing", "receipt"]), st.integers(1, 3), st.data())
def test_a_file_that_is_valid_shows_only_what_the_log_holds(
    subject: str, times: int, draw: st.DataObject
) -> None:
    """Whatever is done to the structure of a file: it raises nothing, and VALID lies about nothing."""
    market, whole = traded(), json.loads(evidence(subject))
    for _ in range(times):
        whole = put(whole, draw.draw(st.sampled_from(list(paths(whole)))), draw)
    data = outcome(canonical.dumps, whole)
    if isinstance(data, Refused):
        return
    verdict = verify(data, POLICY)
    if verdict.status is Status.VALID:
        held = {
            (at, entry.time, market.sight.statements[entry.id].decode())
            for at, entry in enumerate(market.sight.entries)
        }
        shown = {(row["index"], row["time"], row["statement"]) for row in entries(data)}
        assert shown <= held
        assert verdict.subject in market.sight.statements


def needed(row: dict[str, Any]) -> bool:
    """Whether an entry belongs to the closure of a receipt."""
    return bool(json.loads(canonical_payload(row["statement"]))["type"] != "admission")


@pytest.mark.parametrize("at", range(9))
def test_no_entry_of_the_closure_can_be_dropped(at: int) -> None:
    rows = entries(evidence())
    assert len(rows) == 9
    verdict = verify(changed(evidence(), rows[:at] + rows[at + 1 :]), POLICY)
    if needed(rows[at]):
        assert (verdict.status, verdict.exit_code) == (Status.INDETERMINATE, 2)
        assert codes(verdict, "unknown") == {"missing-statement"}
    else:
        assert verdict.status is Status.VALID


@pytest.mark.parametrize("at", range(9))
def test_no_entry_of_the_closure_can_be_withheld(at: int) -> None:
    rows = entries(evidence())
    key = traded().sight.entries[rows[at]["index"]].id
    hidden = {name: value for name, value in rows[at].items() if name != "statement"} | {"withheld": key}
    verdict = verify(changed(evidence(), [*rows[:at], hidden, *rows[at + 1 :]]), POLICY)
    if needed(rows[at]):
        assert verdict.status is Status.INDETERMINATE
        assert codes(verdict, "unknown") == {"withheld"}
    else:
        assert verdict.status is Status.VALID


@pytest.mark.parametrize("at", range(8))
def test_no_two_entries_can_change_places(at: int) -> None:
    rows = entries(evidence())
    one, two = rows[at], rows[at + 1]
    swapped = [{**one, "statement": two["statement"]}, {**two, "statement": one["statement"]}]
    verdict = verify(changed(evidence(), [*rows[:at], *swapped, *rows[at + 2 :]]), POLICY)
    assert verdict.status is Status.INVALID
    assert "not-included" in codes(verdict, "error")


def test_the_key_of_another_exchange_decides_nothing() -> None:
    """A policy that trusts another exchange, under its own or under this log's name."""
    for other in (log_key("other.example", "other"), log_key(name="other")):
        verdict = verify(evidence(), Policy((other.key,), {}, {}, None))
        assert (verdict.status, verdict.exit_code) == (Status.INDETERMINATE, 2)
        assert codes(verdict, "unknown") == {"untrusted-log"}
        assert "not trusted" in verdict.summary


def test_the_statements_of_another_log_do_not_pass() -> None:
    foreign = Market("other.example")
    foreign.id.update(foreign.trade())
    theirs = build(foreign.sight, foreign.id["receipt"])
    assert verify(theirs, POLICY).status is Status.INDETERMINATE
    mixed = json.loads(evidence())
    mixed["logs"][0]["entries"] = entries(theirs)
    assert verify(canonical.dumps(mixed), POLICY).status is Status.INVALID


@pytest.mark.parametrize("subject", ["listing", "contract", "delivery", "receipt"])
def test_the_data_file_is_compared(subject: str, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(CONTENT)
    assert verify(evidence(subject), POLICY, content=path).status is Status.VALID
    for wrong in (b"", CONTENT[:-1], CONTENT + b"\x00", b"54321"):
        path.write_bytes(wrong)
        verdict = verify(evidence(subject), POLICY, content=str(path))
        assert verdict.status is Status.INVALID
        assert codes(verdict, "error") == {"content-mismatch"}


def test_a_data_file_beside_a_participant_is_compared_with_nothing(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(CONTENT)
    verdict = verify(evidence("acme"), POLICY, content=path)
    assert verdict.status is Status.INDETERMINATE
    assert codes(verdict, "unknown") == {"no-content"}


def test_files_are_read_by_their_paths(tmp_path: Path) -> None:
    file, trust = tmp_path / "receipt.json", tmp_path / "trust.policy"
    file.write_bytes(evidence())
    trust.write_text(policy.render(((log_key().key, "https://market.example/log"),)))
    for one, two in ((file, trust), (str(file), str(trust))):
        assert verify(one, trust=two).status is Status.VALID


@pytest.mark.parametrize("text", ["", "quorum none\n", "hello", "\ud800"])
def test_without_a_policy_there_is_no_verdict(text: str, tmp_path: Path) -> None:
    trust = tmp_path / "trust.policy"
    trust.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(UsageProblem):
        verify(evidence(), trust=trust)


def test_a_file_that_cannot_be_read_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    calls: list[Callable[[], Verdict]] = [
        lambda: verify(tmp_path / "absent", POLICY),
        lambda: verify(evidence(), tmp_path / "absent"),
        lambda: verify(evidence(), POLICY, content=tmp_path / "absent"),
        lambda: verify(tmp_path, POLICY),
    ]
    for call in calls:
        problem = reading(call)
        assert isinstance(problem, UsageProblem)
        assert problem.hint


def test_a_file_that_is_too_large_is_none() -> None:
    verdict = verify(b" " * (evidence_file.MAX_BYTES + 1), POLICY)
    assert codes(verdict) == {"malformed-evidence"}
    assert "larger" in verdict.summary


def test_a_forged_time_can_be_shown() -> None:
    rows = entries(evidence("acme"))
    rows[-1]["time"] = 2**53 - 1
    verdict = verify(changed(evidence("acme"), rows), POLICY)
    assert verdict.status is Status.INVALID
    assert [event.when for event in verdict.story][-1] == f"{2**53 - 1} ms"


def test_a_verdict_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match=r"compare verdict\.status"):
        bool(verify(evidence(), POLICY))


def test_a_verdict_tells_the_story_in_order() -> None:
    verdict = verify(evidence(), POLICY)
    assert [event.index for event in verdict.story] == [row["index"] for row in entries(evidence())]
    assert [event.type for event in verdict.story][-4:] == ["listing", "acceptance", "delivery", "receipt"]
    assert all(event.name and event.summary and event.when for event in verdict.story)
    assert verdict.summary.startswith("VALID: ")


def test_every_finding_says_what_to_do() -> None:
    rows = entries(evidence())
    verdict = verify(changed(evidence(), rows[1:]), POLICY)
    assert all(finding.detail and finding.hint and finding.requirement for finding in verdict.findings)
