"""What the specification shows is genuine, and what it repeats is what its data says."""

import json
import re
from pathlib import Path

import pytest

from lading.acts import ACTS
from lading.acts.base import Act, ActType, Record
from lading.acts.records import RECORDS
from lading.evidence.codes import CODES
from lading.evidence.verify import verify
from lading.statement.envelope import decode
from lading.transfer.judge import CODES as JUDGEMENTS
from tools import examples, registries, requirements

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "spec"
MACHINES = sorted(path.stem for path in (SPEC / "machines").glob("*.json"))
PAGES = sorted(path.relative_to(SPEC).as_posix() for path in SPEC.rglob("*.md"))
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)")


def test_the_examples_are_current() -> None:
    assert examples.main(["--check"]) == 0


def test_an_example_that_was_edited_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    page = SPEC / "statement.md"
    assert examples.main(["--check"], lambda: {page: page.read_bytes() + b"edited"}) == 1
    assert "spec/statement.md is not current" in capsys.readouterr().err


def test_no_example_is_left_empty() -> None:
    empty = re.compile(r"<!-- example: [a-z0-9-]+ -->\s*<!-- /example -->")
    assert [page for page in PAGES if empty.search((SPEC / page).read_text(encoding="utf-8"))] == []


def test_the_example_evidence_is_valid() -> None:
    folder = SPEC / "examples"
    verdict = verify(folder / "receipt.evidence.json", trust=folder / "trust.policy")
    assert verdict.exit_code == 0
    assert [finding.code for finding in verdict.findings] == ["time-by-log-only"]


def test_the_statement_page_shows_the_receipt_of_the_trade() -> None:
    rows = json.loads((SPEC / "examples" / "trade.json").read_text(encoding="utf-8"))["statements"]
    receipt = next(row for row in rows if row["name"] == "receipt")
    page = "".join((SPEC / "statement.md").read_text(encoding="utf-8").split("\n"))
    assert receipt["statement"] in page
    assert decode(receipt["statement"].encode()).id == receipt["id"]


@pytest.mark.parametrize("name", MACHINES)
def test_a_table_on_the_page_is_the_table_in_the_data(name: str) -> None:
    table = json.loads((SPEC / "machines" / f"{name}.json").read_text(encoding="utf-8"))
    page = (SPEC / "lifecycles.md").read_text(encoding="utf-8")
    section = page.split(f"\n### {name.capitalize()}\n")[1].split("\n##")[0]
    rows = [tuple(row) for row in re.findall(r"^\| ([a-z-]+) \| ([a-z-]+) \| ([a-z-]+) \|$", section, re.M)]
    assert rows[1:] == [(row["from"], row["event"], row["to"]) for row in table["transitions"]]
    assert f"`{table['refusal']}`" in section


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    here = SPEC / page
    for target, anchor in LINK.findall(here.read_text(encoding="utf-8")):
        there = (here.parent / target).resolve() if target else here
        assert there.is_file(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.M)
            slugs = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor[1:] in slugs, f"{target}{anchor}"


def test_the_module_of_registries_is_current() -> None:
    assert registries.main(["--check"]) == 0


def members(cell: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", cell))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: str(act.name))
def test_a_page_lists_the_members_of_its_act(act: ActType[Act]) -> None:
    page = (SPEC / "acts" / f"{act.name}.md").read_text(encoding="utf-8")
    parts = page.split("\n## Format\n")[1].split("\n## ")[0].split("\n\n")
    tables = [part.strip() for part in parts if part.strip().startswith("| member |")]
    listed = [
        {name for row in table.splitlines()[2:] for name in members(row.split(" | ")[0])} for table in tables
    ]
    own = set(act.model.model_fields) - set(Act.model_fields)
    # The first table is the act's own; further ones are of objects in it, or go on with its members.
    assert listed[0] <= own <= set().union(*listed)


SHOWN_KINDS = ("participant", "listing", "offer", "contract", "delivery", "claim")
SHOWN = [kind for kind in RECORDS if kind.kind in SHOWN_KINDS]


@pytest.mark.parametrize("record", SHOWN, ids=lambda record: str(record.kind))
def test_the_state_that_is_shown_has_the_members_of_its_record(record: type[Record]) -> None:
    page = (SPEC / "http.md").read_text(encoding="utf-8")
    table = page.split("| kind | members of `record` |")[1]
    rows = dict(re.findall(r"^\| `([a-z]+)` \| (`.+) \|$", table, re.M))
    listed = members(re.sub(r"\(.*?\)", "", rows[record.kind]))
    assert listed == set(record.model_fields) - {"key"}


def test_a_verifier_finds_what_the_specification_names() -> None:
    found, _ = requirements.read(SPEC)
    named = {code: row[0] for code, row in CODES.items()}
    named |= {code: requirement for code, (_, requirement) in JUDGEMENTS.items()}
    assert named == requirements.markers(found, findings=True)


def test_every_requirement_that_the_code_names_is_in_the_specification() -> None:
    found, _ = requirements.read(SPEC)
    known = {requirement.id for requirement in found}
    sources = [
        path
        for part in ("sdk", "reference_server", "conformance")
        for path in (ROOT / part).glob("src/**/*.py")
    ]
    named = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path in sources
        for name in re.findall(r"LAD-[A-Z]+-[0-9]+", path.read_text(encoding="utf-8"))
        if name not in known
    }
    assert named == set()
