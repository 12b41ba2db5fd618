"""tools/bare_install.py passes a project that stands without extras, and fails one that does not."""

import sys
from pathlib import Path

import pytest

from tools import bare_install

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "lading"
version = "0"
dependencies = ["rich", "httpx"]
[project.scripts]
lading = "lading.cli:main"
[tool.hatch.build.targets.wheel]
packages = ["lading"]
"""
LAZY = """
__all__ = ["console"]
def __getattr__(name):
    if name == "console":
        import httpx, rich.console
        return rich.console
    raise AttributeError(name)
"""
COMMAND = """
import sys
def main():
    if "--help" in sys.argv:
        print("Usage: lading")
    else:
        sys.exit('Install it with: pip install "lading[server]"')
"""

EXPORT_FAULTS = {
    "eager import": (LAZY + "import rich\n", "`import lading` alone loads rich"),
    "missing export": (LAZY + "__all__.append('absent')\n", "lading.absent: AttributeError"),
    "no exports": ("", "names nothing"),
    "the server behind an export": (LAZY.replace("httpx", "lading_server"), "the exports load lading_server"),
}
INSTALL_FAULTS = {
    "extra needed": ({"__init__": LAZY.replace("httpx", "starlette")}, "No module named 'starlette'"),
    "command crashes": ({"cli": "def main():\n    import starlette\n"}, "lading --help failed"),
    "extra unnamed": ({"cli": COMMAND.replace("[server]", "")}, "does not say which extra it needs"),
    "command silent": ({"cli": "def main():\n    pass\n"}, "prints no usage"),
}


def _project(folder: Path, **modules: str) -> Path:
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (folder / "lading").mkdir()
    for name, source in {"__init__": LAZY, "cli": COMMAND, **modules}.items():
        (folder / "lading" / f"{name}.py").write_text(source, encoding="utf-8")
    return folder


def test_a_project_that_stands_alone_passes(tmp_path: Path) -> None:
    bare_install.check(_project(tmp_path))


@pytest.mark.parametrize("fault", INSTALL_FAULTS)
def test_a_project_that_does_not_stand_alone_fails(fault: str, tmp_path: Path) -> None:
    modules, expected = INSTALL_FAULTS[fault]
    with pytest.raises(bare_install.Failed, match=expected):
        bare_install.check(_project(tmp_path, **modules))


@pytest.mark.parametrize("fault", EXPORT_FAULTS)
def test_exports_that_are_not_lazy_or_not_there_fail(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, expected = EXPORT_FAULTS[fault]
    monkeypatch.setenv("PYTHONPATH", str(_project(tmp_path, __init__=source)))
    with pytest.raises(bare_install.Failed, match=expected):
        bare_install.probe(Path(sys.executable))


SUITE_FAULTS = {
    "knows no case": ("print('nothing')", "list does not name log_exchange"),
    "needs more than its extra": ("import lading_absent", "lading-conformance list failed"),
    "writes no report": (
        "import sys; print('log_exchange statement_codec'); sys.exit('run' in sys.argv)",
        "run does not report that nobody answers",
    ),
}


@pytest.mark.parametrize("fault", SUITE_FAULTS)
def test_a_suite_that_does_not_run_by_itself_fails(fault: str, tmp_path: Path) -> None:
    source, expected = SUITE_FAULTS[fault]
    command = tmp_path / "lading-conformance"
    command.write_text(f"#!{sys.executable}\n{source}\n", encoding="utf-8")
    command.chmod(0o755)
    with pytest.raises(bare_install.Failed, match=expected):
        bare_install.probe_suite(tmp_path, tmp_path / "report")
