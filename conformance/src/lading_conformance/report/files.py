"""Writes a report to a folder, in all its forms: for people, for programs, and for other pages."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Final

from rich.console import Console

from lading_conformance.report import badge, console, junit
from lading_conformance.report.html.page import page
from lading_conformance.report.model import Report

WIDTH: Final = 140


def schema() -> str:
    """Return the JSON Schema of a report, as text."""
    return json.dumps(Report.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def packaged_schema() -> str:
    """Return the JSON Schema that stands in the package; a test compares it with `schema`."""
    return files("lading_conformance.report").joinpath("report.schema.json").read_text(encoding="utf-8")


def write(report: Report, folder: Path, spec: str | None = None) -> None:
    """Write the report into `folder`, which is made if it is not there; earlier files of these names are replaced.

    `spec` is the address at which the specification is published, if the page is to link to it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts(report, spec).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def texts(report: Report, spec: str | None = None) -> dict[str, str]:
    """Return all files of a report by name. The same report gives the same texts."""
    return {
        "report.json": report.model_dump_json(indent=1) + "\n",
        "report.schema.json": packaged_schema(),
        "report.txt": _terminal(report),
        "report.html": page(report, spec),
        "junit.xml": junit.text(report),
        "badge.svg": badge.picture(report),
        "badge.json": badge.data(report),
    }


def _terminal(report: Report) -> str:
    text = io.StringIO()
    console.show(report, Console(file=text, width=WIDTH))
    return text.getvalue()
