"""The tutorial is run as it stands: its commands in one shell, its Python in one session, in the order of the page."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reference_server.tests.exchange_process import free_port

PAGE = Path(__file__).resolve().parents[3] / "docs" / "tutorial.md"
FENCE = re.compile(r"^```(console|python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DONE = "---- done ----"


class Shell:
    """One bash, which keeps its variables and jobs from block to block."""

    def __init__(self, folder: Path) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LADING_")}
        self._bash = subprocess.Popen(
            ["bash", "--norc", "-m"],
            cwd=folder,
            env=environment | {"PATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, block: str) -> str:
        """Enter the block's lines; what they print. A line that fails is an error."""
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        said = []
        for line in block.splitlines():
            assert line.startswith("$ ")
            if line == "$ sleep 2":  # long enough for a person; a test waits for what the exchange says
                said.append(self._until("ready "))
                continue
            self._bash.stdin.write(f"{line[2:]}\necho '{DONE}' $?\n")
            self._bash.stdin.flush()
            while not (answer := self._bash.stdout.readline()).startswith(DONE):
                assert answer, "the shell ended"
                said.append(answer)
            assert answer == f"{DONE} 0\n", f"{line}\n{''.join(said)}"
        return "".join(said)

    def _until(self, words: str) -> str:
        """What comes up to and with the line that begins with these words."""
        assert self._bash.stdout is not None
        said = ""
        while not (answer := self._bash.stdout.readline()).startswith(words):
            assert answer, "the shell ended"
            said += answer
        return said + answer

    def close(self) -> None:
        assert self._bash.stdin is not None
        self._bash.stdin.write("kill $(jobs -p) 2>/dev/null; wait; exit 0\n")
        self._bash.stdin.close()
        self._bash.wait(timeout=60)
        assert self._bash.stdout is not None
        self._bash.stdout.close()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    started = Shell(tmp_path)
    yield started
    started.close()


def steps() -> list[tuple[str, str]]:
    """The blocks of the page, with a port that is free here."""
    text = PAGE.read_text(encoding="utf-8").replace("8700", str(free_port()))
    return [(kind, block) for kind, block in FENCE.findall(text)]


def expect(shown: str, printed: str) -> None:
    """Every line that the page shows is printed; `…` stands for what differs from run to run."""
    for line in shown.splitlines():
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        assert re.search(f"^{pattern}$", printed, re.MULTILINE), f"{line!r} is not in:\n{printed}"


def test_the_tutorial_does_what_it_says(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LADING_HOME", str(tmp_path / "lading-home"))
    monkeypatch.setenv("LADING_PASSPHRASE", "correct horse battery staple")
    session: dict[str, object] = {"__name__": "__main__"}
    printed = ""
    for kind, block in steps():
        if kind == "console":
            printed = shell.run(block)
        elif kind == "python":
            exec(compile(block, str(PAGE), "exec"), session)
            printed = capsys.readouterr().out
        elif not block.startswith("$ "):
            expect(block, printed)
    assert not (tmp_path / "state").exists()


def test_the_check_of_shown_output_can_fail() -> None:
    expect("receipt sha256:…", "x\nreceipt sha256:abc\n")
    with pytest.raises(AssertionError, match="is not in"):
        expect("receipt sha256:…", "receipt abc")
