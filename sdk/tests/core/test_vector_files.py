"""The vectors are whole: every act, code, machine and requirement has its cases, and every file says what it is."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from lading import acts
from lading.acts.base import Act, ActType
from lading.acts.lifecycle import Machine
from lading.acts.machines import MACHINES
from lading.evidence.codes import CODES
from lading.keys.signer import Ed25519Signer
from lading.problems import PROBLEMS
from lading.transfer import judge
from sdk.tests.core.vectors import FOLDER, SPEC, File, cases, files, load, named
from tools import requirements
from tools.vectors.__main__ import main, rendered, stale
from tools.vectors.files import FLAGS

PARTS = {
    *("statement", "keys", "registration", "lifecycle", "log", "transfer", "sealed"),
    *("evidence", "judgement", "scenarios", "terms"),
}
FILES = [file.name for file in files()]
JUDGED = ("judgement", "claim-file")
"""Schemas whose codes are those of judgements."""
WITHOUT_VECTOR: Mapping[str, str] = {}
"""Refusals that the vectors cannot show, and why."""


@pytest.fixture(scope="module")
def texts() -> Mapping[Path, str]:
    """What the generator writes."""
    return rendered()


def test_the_files_are_current(texts: Mapping[Path, str]) -> None:
    assert main(["--check"], render=lambda: texts) == 0


def test_a_file_that_was_edited_is_noticed(texts: Mapping[Path, str], tmp_path: Path) -> None:
    assert main([], tmp_path, lambda: texts) == 0
    assert main(["--check"], tmp_path, lambda: texts) == 0
    edited = tmp_path / "receipt" / "rules.json"
    edited.write_text(edited.read_text().replace("deadline-passed", "deadline-met", 1))
    (tmp_path / "receipt" / "stray.json").write_text("{}")
    assert main(["--check"], tmp_path, lambda: texts) == 1
    assert [line.split(" ")[0] for line in stale(texts, tmp_path)] == [
        "receipt/rules.json",
        "receipt/stray.json",
    ]


def test_acts_pages_and_folders_have_the_same_names() -> None:
    names = {act.name for act in acts.ACTS}
    assert {path.stem for path in (SPEC / "acts").glob("*.md")} == names
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == names | PARTS
    assert set(acts.BY_NAME) == names


def test_machines_tables_and_files_have_the_same_names() -> None:
    names = {machine.name for machine in MACHINES}
    assert {path.stem for path in (SPEC / "machines").glob("*.json")} == names
    assert {path.stem for path in (FOLDER / "lifecycle").glob("*.json")} == names


@pytest.mark.parametrize("act", acts.ACTS, ids=lambda act: str(act.name))
def test_an_act_is_accepted_and_refused_by_form_and_by_rule(act: ActType[Act]) -> None:
    for part in ("form", "rules"):
        outcomes = {case["expect"]["outcome"] for case in load(f"{act.name}/{part}").cases}
        assert outcomes == {"accept", "refuse"}, part


def test_every_code_has_a_case_that_has_to_be_refused_with_it() -> None:
    shown = {case["expect"]["code"] for _, case in cases() if "code" in case["expect"]}
    outside = {code for code, problem in PROBLEMS.items() if problem.layer in ("request", "admission")}
    assert PROBLEMS.keys() - outside - shown == WITHOUT_VECTOR.keys()
    assert shown & outside == {"bad-manifest", "bad-chunk", "bad-share"}


@pytest.mark.parametrize("name", ["claims", "files"])
def test_every_judgement_has_a_case(name: str) -> None:
    shown = {case["expect"]["code"] for case in load(f"judgement/{name}").cases if "code" in case["expect"]}
    of_files = {"malformed-claim", "evidence-not-valid", "attachment-missing"}
    assert shown == (judge.CODES.keys() if name == "files" else judge.CODES.keys() - of_files)


def test_a_judgement_has_outcome_and_requirement_of_its_code() -> None:
    for file, case in cases():
        expected = case["expect"]
        if file.schema in JUDGED and expected != {"outcome": "refuse"}:
            assert (expected["outcome"], expected["requirement"]) == judge.CODES[expected["code"]]


def test_under_a_policy_that_cannot_be_read_no_outcome_is_expected() -> None:
    unread = [case for case in load("judgement/files").cases if case["policy"] == "unreadable"]
    assert {case["name"].rpartition("-")[2] for case in unread} == {"upheld", "dismissed", "undecided"}
    assert all(case["expect"] == {"outcome": "refuse"} for case in unread)


def test_every_finding_of_a_verifier_has_a_case() -> None:
    found = {
        finding["code"]
        for file, case in cases()
        if file.schema == "evidence"
        for finding in case["expect"]["findings"]
    }
    assert CODES.keys() <= found
    assert found <= CODES.keys() | PROBLEMS.keys()


def test_every_verdict_has_cases() -> None:
    verdicts = {
        (case["expect"]["verdict"], case["expect"]["exit_code"])
        for file, case in cases()
        if file.schema == "evidence"
    }
    assert verdicts == {("VALID", 0), ("INVALID", 1), ("INDETERMINATE", 2)}


NO_RECEIPT = {("open", "release"), ("withdrawn", "release"), ("lapsed", "release")}
"""A release names a receipt: the states of a delivery that have none know no such event."""
BEGINNINGS = {
    "participant": "participant",
    "listing": "listing",
    "offer": "offer",
    "contract": "acceptance",
    "delivery": "delivery",
    "attestation": "attestation",
    "claim": "claim",
    "grant": "grant",
}
"""The event that makes a subject: a second one makes another subject."""


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_pair_of_state_and_event_has_a_case(machine: Machine) -> None:
    shown = {
        (case["machine"]["state"], case["machine"]["event"]): case["machine"].get("to")
        for case in load(f"lifecycle/{machine.name}").cases
    }
    states, events = (
        machine.states - {machine.start},
        machine.events - {BEGINNINGS[machine.name]} - {"listing-withdrawal", "erasure"},
    )
    unheard = NO_RECEIPT if machine.name == "delivery" else set()
    pairs = {(state, event) for state in states for event in events} - unheard
    assert shown == {pair: machine.table.get(pair) for pair in pairs}


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_what_it_is(name: str) -> None:
    head = load(name).head
    assert head["schema"].startswith("lading-vectors/1 ")
    assert head["about"].endswith(".")
    assert head["source"] == "python -m tools.vectors"
    assert head["count"] == len(head["cases"])
    assert head.get("flags", {}) == {flag: FLAGS[flag] for flag in sorted(head.get("flags", {}))}
    assert set(head.get("flags", {})) == {flag for case in head["cases"] for flag in case.get("flags", ())}
    names = [case["name"] for case in head["cases"]]
    assert len(set(names)) == len(names)


def test_every_flag_is_used() -> None:
    assert {flag for _, case in cases() for flag in case.get("flags", ())} == FLAGS.keys()


def test_case_names_are_unique() -> None:
    names = [name for name, _ in named()]
    assert len(set(names)) == len(names)


def test_cases_name_requirements_that_exist() -> None:
    known = {requirement.id for requirement in requirements.read(SPEC)[0]}
    assert {about for _, case in cases() for about in case.get("about", ())} <= known


def test_a_refusal_has_layer_and_requirement_of_its_code() -> None:
    for file, case in cases():
        expected = case["expect"]
        if "code" in expected and file.schema not in JUDGED:
            problem = PROBLEMS[expected["code"]]
            assert (expected["layer"], expected["requirement"]) == (problem.layer, problem.requirement), (
                file.name
            )


def signed_files(*schemas: str) -> list[File]:
    return [file for file in files() if "seeds" in file.head and file.schema in (schemas or (file.schema,))]


@pytest.mark.parametrize("file", signed_files(), ids=lambda file: str(file.name))
def test_seeds_follow_from_their_names(file: File) -> None:
    for name, seed in file.head["seeds"]["keys"].items():
        assert seed == hashlib.sha256(f"lading vectors {name}".encode()).hexdigest()


@pytest.mark.parametrize(
    "file", signed_files("scenario", "statement", "registration"), ids=lambda file: str(file.name)
)
def test_accepted_statements_are_signed_by_a_key_of_the_file(file: File) -> None:
    keys = {
        Ed25519Signer.from_seed(bytes.fromhex(seed)).thumbprint
        for seed in file.head["seeds"]["keys"].values()
    }
    accepted = [
        case for case in file.cases if case.get("expect", {"outcome": "accept"})["outcome"] == "accept"
    ]
    for case in accepted:
        head = case["statement"].split(".")[0]
        kid = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
        assert kid in keys, case["name"]


def test_the_readme_lists_every_schema() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")[1] for line in page.split("| `schema` |")[1].splitlines()[2:] if line.startswith("|")
    ]
    assert {name.strip() for row in rows for name in row.split(",")} == {file.schema for file in files()}


def test_the_example_of_the_readme_is_a_case() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    shown = json.loads(page.split("```json\n")[1].split("```")[0])
    case = next(case for case in load("receipt/rules").cases if case["name"] == shown["name"])
    cut = shown.pop("statement")
    assert case["statement"].startswith(cut.removesuffix("…"))
    assert shown == {name: value for name, value in case.items() if name not in ("statement", "show")}
