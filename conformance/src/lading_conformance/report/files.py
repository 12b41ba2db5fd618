"""Writes a report to a folder: `report.json` for programs, its schema beside it, `report.txt` for people."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Final

from rich.console import Console

from lading_conformance.report import console
from lading_conformance.report.model import Report

WIDTH: Final = 140


def schema() -> str:
    """Return the JSON Schema of a report, as text."""
    return json.dumps(Report.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def packaged_schema() -> str:
    """Return the JSON Schema that stands in the package; a test compares it with `schema`."""
    return files("lading_conformance.report").joinpath("report.schema.json").read_text(encoding="utf-8")


def write(report: Report, folder: Path) -> None:
    """Write the report into `folder`, which is made if it is not there; earlier files of these names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (folder / "report.schema.json").write_text(packaged_schema(), encoding="utf-8")
    with (folder / "report.txt").open("w", encoding="utf-8") as file:
        console.show(report, Console(file=file, width=WIDTH))
