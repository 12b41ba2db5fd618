"""The import contracts in pyproject.toml refuse each direction that the design forbids."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = {
    "lading": (
        "codes errors tree problems statement keys terms acts rules log transfer register evidence lint http "
        "client cli"
    ).split(),
    "lading_server": ["app", "office", "operate"],
    "lading_conformance": ["oracle"],
}
FORBIDDEN = [
    ("lading.errors", "lading.statement"),
    ("lading.statement", "lading.acts"),
    ("lading.keys", "lading.acts"),
    ("lading.acts", "lading.rules"),
    ("lading.rules", "lading.register"),
    ("lading.log", "lading.register"),
    ("lading.transfer", "lading.evidence"),
    ("lading.register", "lading.http"),
    ("lading.evidence", "lading.client"),
    ("lading.http", "lading.client"),
    ("lading.client", "lading.cli"),
    ("lading.client", "lading_server.app"),
    ("lading.client", "lading_conformance.oracle"),
    ("lading.cli", "lading_server.operate"),
    ("lading.cli.demo", "lading_server.operate"),
    ("lading.cli.exchange", "lading_server.app"),
    ("lading.cli.exchange", "lading_conformance.oracle"),
    ("lading_server.app", "lading.client"),
    ("lading_server.app", "lading.cli"),
    ("lading_server.app", "lading_conformance.oracle"),
    ("lading_conformance.oracle", "lading.statement"),
    ("lading_conformance.oracle", "lading_server"),
]
PERMITTED = [
    ("lading.cli", "lading.client"),
    ("lading.client", "lading.http"),
    ("lading.evidence", "lading.register"),
    ("lading.acts", "lading.statement"),
    ("lading.cli.exchange", "lading_server.operate"),
    ("lading_server.app", "lading.register"),
    ("lading_server.app", "lading.http"),
]


def _skeleton(folder: Path) -> None:
    for package, modules in LAYERS.items():
        for module in ["", *modules]:
            (folder / package / module).mkdir(parents=True)
            (folder / package / module / "__init__.py").touch()
    (folder / "lading/cli/demo.py").touch()
    (folder / "lading/cli/exchange.py").write_text("import lading_server.operate\n", encoding="utf-8")
    (folder / "lading/cli/exchange_acts.py").write_text("import lading_server.office\n", encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", folder)


def _module(folder: Path, name: str) -> Path:
    path = folder.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = (Path(sys.executable).parent / "lint-imports", "--no-cache")
    environment = {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("importer", "imported"), FORBIDDEN)
def test_a_forbidden_import_breaks_the_contracts(importer: str, imported: str, tmp_path: Path) -> None:
    _skeleton(tmp_path)
    with _module(tmp_path, importer).open("a", encoding="utf-8") as file:
        file.write(f"def late():\n    import {imported}\n")
    done = _lint(tmp_path)
    assert done.returncode == 1, done.stdout
    assert f"{importer} -> {imported} " in done.stdout


def test_all_permitted_imports_together_keep_the_contracts(tmp_path: Path) -> None:
    _skeleton(tmp_path)
    for importer, imported in PERMITTED:
        with _module(tmp_path, importer).open("a", encoding="utf-8") as file:
            file.write(f"import {imported}\n")
    done = _lint(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_module_outside_the_layers_breaks_the_contracts(tmp_path: Path) -> None:
    _skeleton(tmp_path)
    (tmp_path / "lading/elsewhere.py").touch()
    done = _lint(tmp_path)
    assert done.returncode == 1
    assert "elsewhere" in done.stdout
