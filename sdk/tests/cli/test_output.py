"""Progress and waiting: seen on a terminal, silent elsewhere."""

import json
import os
import pty
import subprocess
import sys

import pytest

from lading.cli import output

SCRIPT = """
from lading.cli import output
with output.progress(quiet={quiet}) as report:
    with output.waiting("Waiting for a delivery", quiet={quiet}):
        pass
    for done in range(0, 100_000_001, 50_000_000):
        report("upload", done, 100_000_000)
        import time; time.sleep(0.2)
"""


def on_terminal(quiet: bool) -> str:
    """What the script shows on a terminal's standard error."""
    main, terminal = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    source = SCRIPT.format(quiet=quiet)
    with subprocess.Popen([sys.executable, "-c", source], stderr=terminal, env=environment) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                shown += os.read(main, 65_536)
            except OSError:
                break
        assert process.wait(timeout=60) == 0
    os.close(main)
    return shown.decode()


def test_a_terminal_shows_progress_and_waiting() -> None:
    shown = on_terminal(quiet=False)
    assert "uploading" in shown
    assert "100.0 MB" in shown
    assert "Waiting for a delivery" in shown


def test_with_json_a_terminal_shows_nothing() -> None:
    assert on_terminal(quiet=True) == ""


@pytest.mark.parametrize("doing", ["hash", "seal", "write", "upload", "download", "open"])
def test_everything_that_moves_content_has_a_word_for_people(doing: str) -> None:
    assert output._DOING[doing].endswith("ing")


def test_elsewhere_waiting_is_one_line_and_progress_none(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress(quiet=False) as report, output.waiting("Waiting", quiet=False):
        report("hash", 1, 2)
    assert capsys.readouterr().err == "Waiting\n"


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\u202eb", "a\x9bb", "a\nb", "a\x00b"])
def test_foreign_text_cannot_talk_to_the_terminal(text: str) -> None:
    assert output.plain(text).startswith("a\N{REPLACEMENT CHARACTER}")
    assert output.plain(text).isprintable()


@pytest.mark.parametrize(
    "text", ["a\x9b31mb", "a\u202eb", "a\x7fb", "a\U000e0001b", "\u4e2d \u00e9 \N{PEDESTRIAN}"]
)
def test_json_says_the_same_and_cannot_talk_to_the_terminal(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output.show_json({"title": text})
    shown = capsys.readouterr().out.removesuffix("\n")
    assert shown.isprintable()
    assert json.loads(shown) == {"title": text}
