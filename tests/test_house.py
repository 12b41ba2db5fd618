"""The pins fit the declared requirements, and the Makefile helps where a machine lacks something."""

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; [^\\]+)? \\\n(?P<hashes>(?: +--hash=.*\n)+)", re.M
)


def _declared() -> Iterator[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["build-system"]["requires"],
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
    ]
    for text in [text for texts in lists for text in texts]:
        requirement = Requirement(text)
        if requirement.name != "lading":
            yield requirement


def _pins() -> dict[str, str]:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return {found["name"]: found["version"] for found in PIN.finditer(text)}


@pytest.mark.parametrize("requirement", list(_declared()), ids=str)
def test_every_declared_requirement_is_pinned_to_a_version_that_it_permits(requirement: Requirement) -> None:
    version = _pins().get(canonicalize_name(requirement.name))
    assert version is not None, f"{requirement.name} is not pinned: run make lock"
    assert requirement.specifier.contains(version)


def test_the_pins_hold_hashes_only_and_no_address() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    left_over = re.sub(r"^ *#.*\n", "", PIN.sub("", text), flags=re.M)
    assert left_over == ""
    assert "://" not in text
    assert not re.search(r"--hash=(?!sha256:[0-9a-f]{64}\b)", text)


def _make_venv(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Run `make venv` in a folder with the project's Makefile and a python that is this shell script."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    script = folder / "python"
    script.write_text(f"#!/bin/sh\n{python}\n", encoding="utf-8")
    script.chmod(0o755)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "venv", f"PYTHON={script}"]
    return subprocess.run(command, cwd=folder, env=plain, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("python", "words"),
    [
        ('case "$2" in *version_info*) exit 1;; esac', "Lading needs Python 3.11 or newer"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "apt-get install python3-venv"),
    ],
    ids=["too old", "no venv"],
)
def test_make_says_what_the_machine_lacks(python: str, words: str, tmp_path: Path) -> None:
    done = _make_venv(tmp_path, python)
    assert done.returncode != 0
    assert words in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_an_install_that_fails_is_tried_again_the_next_time(tmp_path: Path) -> None:
    fails = 'if [ "$2" = venv ]; then mkdir -p .venv/bin; cp "$0" .venv/bin/; fi; [ "$2" != pip ]'
    assert _make_venv(tmp_path, fails).returncode != 0
    assert not (tmp_path / ".venv/stamp").exists()
