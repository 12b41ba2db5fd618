"""tools/requirements.py detects every way in which a specification can break its own form."""

import json
from pathlib import Path

import pytest

from tools import requirements

PAGE = """# Page

> **LAD-STM-001** An exchange MUST refuse bytes that
> are not so. (code: `bad-bytes`)

> **LAD-STM-002** A client SHOULD wait; `may` and `required` are members here.
"""
EVIDENCE = "> **LAD-EVI-001** A verifier MUST report that. (code: `bad-file`)\n"
CODES = """| code | status | retry | requirement |
|---|---|---|---|
| `bad-bytes` | 400 | never | LAD-STM-001 |
| `bad-file` | error | LAD-EVI-001 | |
"""
PROBLEMS = """NEVER = "never"
TABLE: tuple[tuple[str, str, int, str, str, str], ...] = (
    ("bad-bytes", "envelope", 400, NEVER, "LAD-STM-001", "the bytes are not so"),
)
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A small repository without a fault, its generated file written."""
    files = {
        "spec/acts/page.md": PAGE,
        "spec/evidence.md": EVIDENCE,
        "spec/codes.md": CODES,
        "sdk/src/lading/codes.py": PROBLEMS,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert requirements.main([], tmp_path) == 0
    return tmp_path


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_specification_without_a_fault_passes(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert requirements.main(["--check"], repository) == 0
    assert capsys.readouterr().err == ""


def test_the_generated_file_says_what_the_pages_say(repository: Path) -> None:
    written = json.loads((repository / "spec" / "requirements.json").read_text(encoding="utf-8"))
    assert written["count"] == 3
    assert written["requirements"][1] == {
        "id": "LAD-STM-001",
        "area": "STM",
        "keyword": "MUST",
        "text": "An exchange MUST refuse bytes that are not so.",
        "code": "bad-bytes",
        "page": "acts/page.md",
        "anchor": "lad-stm-001",
    }
    assert written["requirements"][2]["code"] is None


PAGE_FAULTS = {
    "an id twice": ("LAD-STM-002", "LAD-STM-001", "LAD-STM-001 is used by 2 requirements"),
    "no keyword": ("SHOULD wait", "waits", "LAD-STM-002 has 0 BCP 14 keywords"),
    "two keywords": ("SHOULD wait", "SHOULD wait and MUST stop", "LAD-STM-002 has 2 BCP 14 keywords"),
    "must in lower case": ("wait;", "wait, and must not stop;", "lower-case keyword 'must'"),
    "may in lower case": ("wait;", "wait, and may stop;", "lower-case keyword 'may'"),
    "required in lower case": ("wait;", "wait as required;", "lower-case keyword 'required'"),
    "an area of four letters": ("LAD-STM-002", "LAD-STMT-002", "does not open with a requirement id"),
    "a number of two digits": ("LAD-STM-002", "LAD-STM-02", "does not open with a requirement id"),
    "a quote without an id": ("**LAD-STM-002** ", "", "does not open with a requirement id"),
    "a code at two ids": ("members here.", "members. (code: `bad-bytes`)", "bad-bytes is used by 2"),
    "a marker before the end": ("are not so. (code: `bad-bytes`)", "(code: `bad-bytes`) so.", "not its end"),
    "no full stop": ("members here.", "members here", "does not end with a full stop"),
    "a mention of nothing": ("# Page", "# Page\n\nSee LAD-STM-999.", "LAD-STM-999 is no requirement"),
    "a malformed mention": ("# Page", "# Page\n\nSee LAD-stm-1.", "LAD-stm-1 is no requirement"),
    "a code that the tables lack": ("`bad-bytes`", "`worse-bytes`", "codes.py: worse-bytes is absent"),
    "a requirement whose code went": (" (code: `bad-bytes`)", "", "bad-bytes is LAD-STM-001, and absent in"),
    "a text that changed": ("are not so", "are otherwise", "requirements.json is not current"),
}


@pytest.mark.parametrize("fault", PAGE_FAULTS)
def test_a_fault_in_a_page_is_named(repository: Path, capsys: pytest.CaptureFixture[str], fault: str) -> None:
    old, new, message = PAGE_FAULTS[fault]
    edit(repository, "spec/acts/page.md", old, new)
    assert requirements.main(["--check"], repository) == 1
    assert message in capsys.readouterr().err


TABLE_FAULTS = {
    "the code lacks a refusal": (
        "sdk/src/lading/codes.py",
        '    ("bad-bytes", "envelope", 400, NEVER, "LAD-STM-001", "the bytes are not so"),\n',
        "",
        "codes.py: bad-bytes is absent, and LAD-STM-001 in the pages",
    ),
    "the code names another requirement": (
        "sdk/src/lading/codes.py",
        "LAD-STM-001",
        "LAD-STM-002",
        "codes.py: bad-bytes is LAD-STM-002, and LAD-STM-001 in the pages",
    ),
    "the code has another status": (
        "sdk/src/lading/codes.py",
        "400",
        "422",
        "bad-bytes: spec/codes.md and codes.py differ",
    ),
    "the table has another retry advice": (
        "spec/codes.md",
        "never",
        "later",
        "bad-bytes: spec/codes.md and codes.py differ",
    ),
    "the table lacks a refusal": (
        "spec/codes.md",
        "| `bad-bytes` | 400 | never | LAD-STM-001 |\n",
        "",
        "spec/codes.md: bad-bytes is absent",
    ),
    "the table lacks a finding": (
        "spec/codes.md",
        "| `bad-file` | error | LAD-EVI-001 | |\n",
        "",
        "spec/codes.md: bad-file is absent, and LAD-EVI-001 in the pages",
    ),
    "a finding is called a refusal": (
        "spec/codes.md",
        "| `bad-file` | error | LAD-EVI-001 | |",
        "| `bad-file` | 400 | never | LAD-EVI-001 |",
        "spec/codes.md: bad-file is LAD-EVI-001, and absent in the pages",
    ),
}


@pytest.mark.parametrize("fault", TABLE_FAULTS)
def test_tables_that_differ_are_named(
    repository: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    name, old, new, message = TABLE_FAULTS[fault]
    edit(repository, name, old, new)
    assert requirements.main(["--check"], repository) == 1
    assert message in capsys.readouterr().err


def test_writing_reports_faults_too(repository: Path) -> None:
    edit(repository, "spec/acts/page.md", "SHOULD", "could")
    assert requirements.main([], repository) == 1


def test_examples_in_a_page_are_not_requirements(repository: Path) -> None:
    edit(repository, "spec/acts/page.md", "# Page", "# Page\n\n```\n> **LAD-STM-001** not one\n```")
    assert requirements.main(["--check"], repository) == 0


def test_the_specification_itself_has_no_fault() -> None:
    assert requirements.main(["--check"]) == 0
