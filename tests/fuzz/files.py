"""Files that somebody hands over: evidence, claim files, notes, checkpoints, proofs and policies of logs."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from lading.errors import UsageProblem
from lading.evidence import file as evidence_file
from lading.evidence.claims import judge
from lading.evidence.verdict import Status, Verdict
from lading.evidence.verify import verify
from lading.keys import vkey
from lading.log import checkpoint, entry, note, policy, proof
from lading.log.policy import Policy
from lading.transfer import claimfile
from lading.transfer.judge import CODES
from lading.tree import leaf_hash, root_from_inclusion, roots_from_consistency
from sdk.tests.core.outcome import reading
from sdk.tests.core.vectors import given_bytes, load
from tests.fuzz import inputs
from tests.fuzz.mutation import mutate_json, mutate_text, written
from tests.fuzz.target import Target


def evidence(data: bytes) -> None:
    """There is a verdict under two policies; what is VALID holds only statements that were made for the vectors."""
    plain, *others = _policies("evidence/valid")
    for trust in (plain, others[len(data) % len(others)]):
        verdict = verify(data, trust)
        assert verdict.status in Status
        assert verdict.summary.startswith(verdict.status.name)
        if verdict.status is Status.VALID:
            assert _shown(data) <= _all_shown(), "a statement that nobody made"
    _check_form(data, verdict)


def _check_form(data: bytes, verdict: Verdict) -> None:
    malformed = [finding for finding in verdict.findings if finding.code == "malformed-evidence"]
    assert bool(malformed) == (verdict.subject is None)
    if not malformed:
        parsed = evidence_file.parse(data)
        assert evidence_file.render(parsed) == data
        assert json.loads(data) == parsed.model_dump(mode="json", exclude_unset=True)


@lru_cache
def _policies(name: str) -> tuple[Policy, ...]:
    """The policies of a file of vectors that differ in kind."""
    given: Mapping[str, str] = load(name).head["policies"]
    wanted = ("plain", "nested", "both-keys", "second-log", "one-witness")
    return tuple(policy.parse(given[kind]) for kind in wanted if kind in given)


def _shown(data: bytes) -> set[str]:
    logs = json.loads(data)["logs"]
    return {entry["statement"] for log in logs for entry in log["entries"] if "statement" in entry}


@lru_cache
def _all_shown() -> set[str]:
    return set().union(*map(_shown, _well_formed()))


def _well_formed() -> list[bytes]:
    """The evidence of the vectors that has the form of evidence."""
    return [
        given_bytes(case, "evidence")
        for file, case in inputs.of_schema("evidence")
        if file.name != "evidence/malformed"
    ]


def _evidence_files() -> tuple[bytes, ...]:
    """The evidence of the vectors, and one with null beside a statement, where a member is to be left out."""
    found = tuple(given_bytes(case, "evidence") for _, case in inputs.of_schema("evidence"))
    whole = json.loads(_well_formed()[0])
    whole["logs"][0]["entries"][0]["withheld"] = None
    return (*found, written(whole))


def claim(data: bytes) -> None:
    """There is a judgement, and none upheld but on claims that the vectors have upheld."""
    (plain,) = _policies("judgement/files")
    judgement = judge(data, plain, keys=inputs.seal_keys())
    assert (judgement.outcome, judgement.requirement) == CODES[judgement.code]
    if judgement.outcome == "upheld":
        assert _subject(data) in _upheld(), judgement
    if judgement.code != "malformed-claim":
        parsed = claimfile.parse(data)
        assert claimfile.parse(claimfile.render(parsed)) == parsed


def _subject(data: bytes) -> str:
    return str(json.loads(json.loads(data)["evidence"])["subject"])


@lru_cache
def _upheld() -> set[str]:
    cases = inputs.of_schema("claim-file")
    return {_subject(given_bytes(case, "file")) for _, case in cases if case["expect"]["outcome"] == "upheld"}


def _claim_files() -> tuple[bytes, ...]:
    return tuple(given_bytes(case, "file") for _, case in inputs.of_schema("claim-file"))


def log_texts(data: bytes) -> None:
    """A text as each of the texts of a log: a `ValueError`, a `UsageProblem`, or written again as the same text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    for read in (_read_note, _read_checkpoint, _read_proof, _read_vkey):
        problem = reading(read, text)
        assert problem is None or isinstance(problem, ValueError)
    problem = reading(_read_policy, text)
    assert problem is None or isinstance(problem, UsageProblem)


def _read_note(text: str) -> None:
    parsed = note.parse(text)
    assert text.startswith(parsed.text + "\n— ")
    assert text.count("\n", len(parsed.text)) == 1 + len(parsed.signatures)
    said, _ = checkpoint.open_signed(text, _log_key())
    assert said.text in _signed(), "a checkpoint that nobody signed"


def _read_checkpoint(text: str) -> None:
    assert checkpoint.parse(text).text == text


def _read_proof(text: str) -> None:
    parsed = proof.parse(text)
    assert parsed.text == text
    for key in _proven():
        try:
            parsed.verify(key, _log_key())
        except ValueError:
            continue
        assert (parsed.index, parsed.time) == _proven()[key], "a proof that nobody made"


def _read_vkey(text: str) -> None:
    assert str(vkey.parse(text)) == text


def _read_policy(text: str) -> None:
    parsed = policy.parse(text)
    everybody = frozenset(parsed.witnesses)
    assert parsed.logs
    assert parsed.is_met(everybody)
    assert parsed.is_met(frozenset()) == (parsed.quorum is None)
    for name in everybody:
        assert not (parsed.is_met(frozenset((name,))) and not parsed.is_met(everybody))


@lru_cache
def _log_key() -> vkey.VerifierKey:
    return vkey.parse(load("log/checkpoints").head["vkey"])


@lru_cache
def _signed() -> set[str]:
    """The texts of all checkpoints that the vectors' log key signed."""
    given = [case["note"] for _, case in inputs.of_schema("checkpoint")]
    given += [case["proof"].partition("\n\n")[2] for _, case in inputs.of_schema("proof")]
    return {text.rpartition("\n\n")[0] + "\n" for text in given}


@lru_cache
def _proven() -> dict[Any, tuple[int, int]]:
    accepted = [case for _, case in inputs.of_schema("proof") if case["expect"]["outcome"] == "accept"]
    return {case["id"]: (case["expect"]["index"], case["expect"]["time"]) for case in accepted}


def _texts() -> tuple[bytes, ...]:
    named = {"checkpoint": "note", "proof": "proof", "policy": "policy", "vkey": "vkey"}
    found = [case[named[file.schema]] for file, case in inputs.of_schema(*named)]
    found += [text.rpartition("\n\n")[0] + "\n" for text in found if "\n\n" in text]
    return tuple(text.encode() for text in found)


def tree(data: bytes) -> None:
    """Paths in a tree: a root, or a `ValueError`; and entries of a log."""
    try:
        row = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(row, dict):
        return
    given = row.get("path_hex")
    path = [inputs.octets({"": node}, "") for node in given] if isinstance(given, list) else []
    path = [node for node in path if len(node) == 32]
    sizes = [inputs.number(row, name, 0, 2**63 - 1) for name in ("index", "size", "old_size", "new_size")]
    leaf = leaf_hash(inputs.octets(row, "leaf_hex"))
    try:
        assert len(root_from_inclusion(leaf, sizes[0], sizes[1], path)) == 32
    except ValueError:
        pass
    else:
        assert sizes[0] < sizes[1]
        assert len(path) <= 63
    try:
        old, new = roots_from_consistency(sizes[2], sizes[3], inputs.octets(row, "old_root_hex"), path)
        assert 0 < sizes[2] <= sizes[3]
        assert sizes[2] != sizes[3] or old == new
    except ValueError:
        pass
    _read_entry(inputs.octets(row, "leaf_hex"))


def _read_entry(data: bytes) -> None:
    try:
        assert entry.decode_entry(data).data == data
    except ValueError:
        assert len(data) != entry.ENTRY_BYTES


def _paths() -> tuple[bytes, ...]:
    return tuple(written(dict(case)) for _, case in inputs.of_schema("inclusion", "consistency"))


TARGETS: Final = (
    Target("evidence", "evidence files", evidence, _evidence_files, mutate_json, limit=131_072),
    Target("claim", "claim files", claim, _claim_files, mutate_json, limit=262_144),
    Target("log", "notes, checkpoints, tlog-proofs, verifier keys, policies", log_texts, _texts, mutate_text),
    Target("tree", "inclusion and consistency proofs, entries", tree, _paths, mutate_json),
)
