"""Prove that the SDK installs, imports and runs with no extra, and the conformance suite with its own alone.

    python tools/bare_install.py

Builds the wheel, installs it into a fresh environment that holds the base dependencies and nothing else, and
there: checks that every declared dependency is present, imports `lading`, resolves every public name, runs
`lading --help`, and checks that `import lading` alone loads no third-party module, and that a command which
needs an extra says how to install it. Then a second environment with the extra `conformance`: the suite lists and
explains its cases, runs against an address where nobody answers, and writes its report. Needs no network: the
dependencies are copied from the environment that runs this. What other commands do is not checked.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

PROBE = """
import importlib, sys

def foreign():
    site = [name for name, module in list(sys.modules.items())
            if "site-packages" in (getattr(module, "__file__", None) or "")]
    return sorted({name.partition(".")[0] for name in site} - {"lading"})

before = set(foreign())
lading = importlib.import_module("lading")
problems = [f"`import lading` alone loads {name}" for name in foreign() if name not in before]
names = list(getattr(lading, "__all__", []))
if not names:
    problems.append("lading.__all__ names nothing")
for name in names:
    try:
        getattr(lading, name)
    except Exception as error:
        problems.append(f"lading.{name}: {type(error).__name__}: {error}")
beyond = {"lading_server", "lading_conformance"} & set(sys.modules)
problems += [f"the exports load {name}" for name in sorted(beyond)]
sys.stderr.writelines(problem + "\\n" for problem in problems)
sys.exit(1 if problems else 0)
"""


class Failed(Exception):
    """One step did not succeed; the text says which, and what it printed."""


def _run(step: str, *command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{step} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


def build_wheel(project: Path, folder: Path) -> Path:
    """The wheel of `project`, built into `folder` with the build back end of this environment."""
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check")
    _run("building the wheel", *pip, "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, project)
    (wheel,) = folder.glob("*.whl")
    return wheel


def distributions(wheel_metadata: Distribution, extra: str = "") -> Iterator[Distribution]:
    """What the wheel needs with at most one extra, and what that needs in turn, as installed in this environment."""
    needed = [Requirement(text) for text in wheel_metadata.requires or ()]
    waiting = [requirement for requirement in needed if _applies(requirement, {"", extra})]
    seen = set[tuple[str, frozenset[str]]]()
    while waiting:
        requirement = waiting.pop()
        key = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if key in seen:
            continue
        seen.add(key)
        found = distribution(requirement.name)
        yield found
        further = [Requirement(text) for text in found.requires or ()]
        waiting += [requirement for requirement in further if _applies(requirement, {"", *key[1]})]


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def _copy(found: Distribution, target: Path) -> None:
    """Copy the importable files of an installed distribution; its scripts are left out."""
    for file in found.files or ():
        source = Path(str(file.locate()))
        if ".." not in file.parts and source.is_file():
            destination = target / file
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, destination)


def bare_environment(wheel: Path, folder: Path, extra: str = "") -> Path:
    """A new environment in `folder` with `wheel` and what it needs, with at most one extra; the path of its scripts."""
    venv.create(folder, with_pip=False)
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(folder)}))
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", scripts / "python")
    _run("installing the wheel", *pip, "install", "--quiet", "--no-deps", "--no-index", wheel)
    (metadata,) = packages.glob("lading-*.dist-info")
    for found in distributions(PathDistribution(metadata), extra):
        _copy(found, packages)
    _run("looking for declared dependencies", *pip, "check")
    return scripts


def probe(python: Path) -> None:
    """Import `lading` with `python` and resolve its public names; `Failed` says what went wrong."""
    _run("importing lading", python, "-c", PROBE)


def probe_commands(scripts: Path) -> None:
    """Run the command line: its help works, and what needs the extra `server` names it instead of crashing."""
    if "Usage" not in _run("lading --help", scripts / "lading", "--help"):
        raise Failed("lading --help prints no usage")
    command = (scripts / "lading", "exchange", "policy", "nowhere")
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    if 'pip install "lading[server]"' not in said or "Traceback" in said:
        raise Failed(f"lading exchange does not say which extra it needs:\n{said}".rstrip())


def probe_suite(scripts: Path, folder: Path) -> None:
    """Run the conformance suite: it knows its cases, and reports of an address where nobody answers."""
    suite = scripts / "lading-conformance"
    for words, wanted in ((("list",), "log_exchange"), (("explain", "LAD-STM-003"), "statement_codec")):
        if wanted not in _run(f"lading-conformance {words[0]}", suite, *words):
            raise Failed(f"lading-conformance {words[0]} does not name {wanted}")
    command = (suite, "run", "http://127.0.0.1:1", "--profile", "log", "--report", folder)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 1 or "Traceback" in done.stderr or not (folder / "report.html").is_file():
        raise Failed(
            f"lading-conformance run does not report that nobody answers:\n{done.stdout}{done.stderr}"
        )


def check(project: Path) -> None:
    """All steps with the SDK of one project. Raises `Failed` at the first step that does not succeed."""
    with tempfile.TemporaryDirectory() as name:
        scripts = bare_environment(build_wheel(project, Path(name)), Path(name) / "environment")
        probe(scripts / "python")
        probe_commands(scripts)


def check_suite(project: Path) -> None:
    """All steps with its conformance suite. Raises `Failed` likewise."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scripts = bare_environment(build_wheel(project, folder), folder / "environment", "conformance")
        probe_suite(scripts, folder / "report")


def main() -> int:
    """Print the first failure, if there is one; the exit code is then 1."""
    try:
        check(ROOT)
        check_suite(ROOT)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
