"""tools/cli_page.py writes every command's help, and notices a page that says something else."""

from pathlib import Path

from lading.cli.main import COMMANDS
from tools import cli_page


def test_the_page_holds_every_command_with_its_help() -> None:
    text = cli_page.render()
    for name in COMMANDS:
        assert f"\n### lading {name}\n\n```text\nUsage: lading {name} " in text
    assert "\n### lading identity create\n" in text
    assert "\n130  interrupted\n" in text


def test_a_page_that_was_changed_or_is_missing_is_not_current(tmp_path: Path) -> None:
    page = tmp_path / "cli.md"
    assert cli_page.main(["--check"], page) == 1
    assert cli_page.main([], page) == 0
    assert cli_page.main(["--check"], page) == 0
    page.write_text(page.read_text("utf-8").replace("Conclude a contract", "Sign a contract"), "utf-8")
    assert cli_page.main(["--check"], page) == 1
