"""Copy what the suite needs of the specification into its package, so that it works without the repository.

    python -m conformance.tools.requirements            # write requirements.json of the package
    python -m conformance.tools.requirements --check    # write nothing; exit 1 if it is not current

From `spec/requirements.json` it takes the sentences, from the table in `spec/codes.md` status and retry
advice of each code, from `spec/machines` the tables of lifecycles. It takes nothing from the SDK or the server.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from lading_conformance.steps.vectors import about_of, vectors

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path("conformance/src/lading_conformance/requirements.json")

_CODE_ROW = re.compile(
    r"^\| `(?P<code>[a-z0-9-]+)` \| (?P<status>[0-9]{3}) \| (?P<retry>never|later|after-change) \| "
    r"\[?(?P<requirement>LAD-[A-Z]{3}-[0-9]{3})",
    re.MULTILINE,
)


def sentences(text: str) -> list[dict[str, str | None]]:
    """The requirements of `spec/requirements.json`, each with what a report shows."""
    return [
        {name: row[name] for name in ("id", "text", "code", "page")}
        for row in json.loads(text)["requirements"]
    ]


def codes(page: str) -> list[dict[str, str | int]]:
    """The rows of the table of refusals in `spec/codes.md`."""
    return [{**row.groupdict(), "status": int(row["status"])} for row in _CODE_ROW.finditer(page)]


def machines(folder: Path) -> list[dict[str, object]]:
    """The tables of `spec/machines`, in the order of their names."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]


def groups(kept: list[dict[str, str | None]]) -> list[dict[str, object]]:
    """What the vectors of each group are about."""
    codes = {row["code"]: str(row["id"]) for row in kept if row["code"] is not None}
    about: defaultdict[str, set[str]] = defaultdict(set)
    for vector in vectors():
        about[vector.group] |= about_of(vector, {str(code): name for code, name in codes.items()})
    return [{"group": group, "requirements": sorted(about[group])} for group in sorted(about)]


def render(spec: Path) -> str:
    """The text of the package's copy."""
    kept = sentences((spec / "requirements.json").read_text(encoding="utf-8"))
    table = codes((spec / "codes.md").read_text(encoding="utf-8"))
    parts: dict[str, Iterable[object]] = {
        "requirements": kept,
        "codes": table,
        "machines": machines(spec / "machines"),
        "vectors": groups(kept),
    }
    return "{\n" + ",\n".join(f'  "{name}": [\n{_lines(rows)}\n  ]' for name, rows in parts.items()) + "\n}\n"


def _lines(items: Iterable[object]) -> str:
    return ",\n".join("    " + json.dumps(item, ensure_ascii=False) for item in items)


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Write or check; the exit code is 1 if the copy is not current."""
    written = render(root / "spec")
    target = root / TARGET
    if arguments == ["--check"]:
        if target.is_file() and target.read_text(encoding="utf-8") == written:
            return 0
        print(f"{TARGET} is not current: run python -m conformance.tools.requirements", file=sys.stderr)
        return 1
    target.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
