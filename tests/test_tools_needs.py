"""The page of needs and the examples say the same of each other, and what they name exists."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import needs

SCRIPT = '"""A story.\n\nNeeds: P7.\n"""\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the tool reads, to break."""
    ignored = shutil.ignore_patterns("vectors", "schemas", "machines", "*.json", "__pycache__")
    for name in ("spec", "examples"):
        shutil.copytree(needs.ROOT / name, tmp_path / name, ignore=ignored)
    (tmp_path / "docs").mkdir()
    for name in ("sdk", "reference_server", "tests", "benchmarks"):
        (tmp_path / name).symlink_to(needs.ROOT / name)
    return tmp_path


def test_page_and_examples_are_in_order() -> None:
    assert needs.main(["--check"]) == 0


def test_the_list_is_written_and_an_edit_is_noticed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert needs.main([], project) == 0
    assert needs.main(["--check"], project) == 0
    (project / needs.LIST).write_text("edited")
    assert needs.main(["--check"], project) == 1
    assert "not current" in capsys.readouterr().err


BROKEN_PAGES: dict[str, tuple[str, str, str]] = {
    "a need is gone": (r"^### W9$.*?(?=^### )", "", "the needs are not"),
    "a need stands twice": (r"^### W9$", "### W8", "the needs are not"),
    "a requirement that does not exist": (
        r"LAD-GAT-016",
        "LAD-GAT-999",
        "there is no requirement LAD-GAT-999",
    ),
    "a verb that does not exist": (r"`x\.publish`", "`x.sell`", "there is no x.sell"),
    "a name that does not exist": (r"`lading\.Terms`", "`lading.Term`", "there is no lading.Term"),
    "a command that does not exist": (
        r"`lading exchange close`",
        "`lading exchange shut`",
        "lading exchange shut",
    ),
    "a test that does not exist": (
        r"tests/test_examples\.py",
        "tests/test_dreams.py",
        "no file tests/test_dreams.py",
    ),
    "no requirement": (r"(?<=^### W1$)(.*?)^- requirements: [^`]*?^- ", r"\1- ", "W1 names no requirement"),
    "no way to do it": (r"(?<=^### D4$)(.*?)^- with: .*?$", r"\1", "D4 does not say how"),
    "no example": (r"(?<=^### D4$)(.*?)^- example: .*?$", r"\1", "D4 has no example"),
    "later, with a whole example": (
        r"`examples/gates.py` \(in part\)",
        "`examples/gates.py`",
        "D8 is marked as later",
    ),
    "a bullet of another name": (r"^- later: ", "- soon: ", "bullets that mean nothing: soon"),
    "an example that is not there": (r"examples/trial\.py", "examples/dream.py", "dream.py does not say"),
    "an example of another need": (
        r"examples/trial\.py",
        "examples/leak.py",
        "leak.py does not say that it shows P7",
    ),
}


@pytest.mark.parametrize("case", BROKEN_PAGES)
def test_a_broken_page_is_noticed(case: str, project: Path) -> None:
    pattern, instead, message = BROKEN_PAGES[case]
    page = project / needs.PAGE
    text = page.read_text(encoding="utf-8")
    broken = re.sub(pattern, instead, text, count=1, flags=re.M | re.S)
    assert broken != text
    page.write_text(broken, encoding="utf-8")
    assert [fault for fault in needs.faults(project) if message in fault]


BROKEN_SCRIPTS: dict[str, tuple[Callable[[str], str], str]] = {
    "a need that the page does not give it": (
        lambda text: text.replace("Needs: P7.", "Needs: P7, P8."),
        "does not say that it shows P8",
    ),
    "in part, where the page says whole": (
        lambda text: text.replace("Needs: P7.", "Needs: in part P7."),
        "does not say that it shows P7",
    ),
    "no needs": (lambda text: text.replace("Needs: P7.", ""), "names no needs"),
    "no docstring": (lambda text: "", "names no needs"),
    "too long": (lambda text: text + "\n" * needs.MOST_LINES, "is the limit"),
}


@pytest.mark.parametrize("case", BROKEN_SCRIPTS)
def test_a_broken_script_is_noticed(case: str, project: Path) -> None:
    edit, message = BROKEN_SCRIPTS[case]
    script = project / "examples/trial.py"
    script.write_text(edit(script.read_text(encoding="utf-8")), encoding="utf-8")
    assert [fault for fault in needs.faults(project) if message in fault]


def test_a_script_that_the_page_does_not_know_is_noticed(project: Path) -> None:
    (project / "examples/dream.py").write_text(SCRIPT)
    assert [fault for fault in needs.faults(project) if "examples/dream.py" in fault]
