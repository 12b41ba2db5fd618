"""tools/mkdocs_spec.py anchors requirements, links their mentions, and warns of ids that lead nowhere."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from tools import mkdocs_spec

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENT = "> **LAD-STM-001** A statement MUST be signed.\n"


def test_a_requirement_gets_an_anchor() -> None:
    assert mkdocs_spec.with_anchors(REQUIREMENT).startswith('> <a id="lad-stm-001"></a>**LAD-STM-001** A')


def test_a_mention_at_the_start_of_a_quote_is_no_definition() -> None:
    assert mkdocs_spec.definitions({"spec/a.md": "> LAD-STM-001 says\n**LAD-STM-002**\n"}) == {}


def test_two_definitions_of_one_requirement_are_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        mkdocs_spec.definitions({"spec/a.md": REQUIREMENT, "spec/b.md": REQUIREMENT})
    assert "LAD-STM-001 is defined in spec/a.md and in spec/b.md" in caplog.text


@pytest.mark.parametrize(
    ("html", "linked"),
    [
        ("<p>see LAD-STM-001.</p>", "<p>see [LAD-STM-001].</p>"),
        ("<p><code>LAD-STM-001</code></p>", "<p><code>[LAD-STM-001]</code></p>"),
        ("<td>LAD-STM-001, LAD-STM-002</td>", "<td>[LAD-STM-001], [LAD-STM-002]</td>"),
        ('<p id="LAD-STM-001">x</p>', '<p id="LAD-STM-001">x</p>'),
        (
            "<p><a href='#x'>LAD-STM-001</a> LAD-STM-001</p>",
            "<p><a href='#x'>LAD-STM-001</a> [LAD-STM-001]</p>",
        ),
        ("<pre><code>LAD-STM-001</code></pre>", "<pre><code>LAD-STM-001</code></pre>"),
        ("<!-- LAD-STM-001 -->", "<!-- LAD-STM-001 -->"),
        ("<p>LAD-STM-0011 XLAD-STM-001 LAD-STM-001-b</p>", "<p>LAD-STM-0011 XLAD-STM-001 LAD-STM-001-b</p>"),
    ],
)
def test_ids_in_the_text_are_linked_and_no_others(html: str, linked: str) -> None:
    assert mkdocs_spec.with_links(html, lambda found: f"[{found[0]}]") == linked


def _site(folder: Path, page: str) -> subprocess.CompletedProcess[str]:
    """Build a site of one page and one page of specification."""
    (folder / "docs").mkdir()
    (folder / "spec").mkdir()
    (folder / "docs/index.md").write_text(page, encoding="utf-8")
    (folder / "spec/statement.md").write_text(f"# Statement\n\n{REQUIREMENT}", encoding="utf-8")
    (folder / "spec/data.json").write_text("{}", encoding="utf-8")
    settings = f"site_name: x\nhooks: ['{ROOT / 'tools/mkdocs_spec.py'}']\nvalidation: {{anchors: warn}}\n"
    (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_site_holds_the_specification_and_links_to_it(tmp_path: Path) -> None:
    page = "LAD-STM-001 and [by hand](spec/statement.md#lad-stm-001) and [data](spec/data.json)\n"
    done = _site(tmp_path, page)
    assert done.returncode == 0, done.stderr
    index = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert '<a href="spec/statement/#lad-stm-001">LAD-STM-001</a>' in index
    assert 'id="lad-stm-001"' in (tmp_path / "site/spec/statement/index.html").read_text(encoding="utf-8")
    assert (tmp_path / "site/spec/data.json").is_file()


@pytest.mark.parametrize(
    ("page", "warning"),
    [
        ("LAD-STM-002\n", "mentions LAD-STM-002, which no requirement defines"),
        ("[x](spec/absent.md)\n", "the target is not found"),
        ("[x](spec/statement.md#lad-stm-9)\n", "does not contain an anchor"),
    ],
)
def test_a_link_that_leads_nowhere_fails_the_strict_build(page: str, warning: str, tmp_path: Path) -> None:
    done = _site(tmp_path, page)
    assert done.returncode != 0
    assert warning in done.stderr
