"""Every example runs to its end, tells its story, and leaves nothing behind: no file, no process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SCRIPTS = sorted(path.name for path in EXAMPLES.glob("*.py") if path.name != "place.py")
PATIENCE_SECONDS = 300


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_example_runs_and_leaves_nothing_behind(script: str, tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("work", "temporary", "home")}
    for folder in folders.values():
        folder.mkdir()
    own = {
        "TMPDIR": str(folders["temporary"]),
        "LADING_HOME": str(folders["home"]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = subprocess.Popen(
        [sys.executable, "-W", "error", EXAMPLES / script],
        cwd=folders["work"],
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    said, complaints = run.communicate(timeout=PATIENCE_SECONDS)
    assert (run.returncode, complaints) == (0, ""), said
    assert len(said.splitlines()) > 3
    assert [path.name for folder in folders.values() for path in folder.iterdir()] == []
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)


def test_there_are_examples() -> None:
    assert len(SCRIPTS) >= 16
