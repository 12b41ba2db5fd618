"""Write `spec/records.json`: the records of a register's state, as the changes of an erasure hold them.

    python -m tools.records            # write it
    python -m tools.records --check    # exit 1 if the file on disk is not what would be written

To each kind of record its JSON Schema, and the members of prose, which no change holds. The classes are those of
`lading.acts.records`; two implementations that erase have to agree on them (LAD-ERA-004).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from lading.acts.base import Record
from lading.acts.erasure import KINDS

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "spec" / "records.json"


def described(kind: type[Record], schema: dict[str, Any]) -> dict[str, Any]:
    """A kind of record: what it is, its members of prose, and the schema of the others."""
    schema["properties"] = {
        name: form for name, form in schema["properties"].items() if name not in kind.prose
    }
    schema["required"] = [name for name in schema.get("required", ()) if name not in kind.prose]
    about = schema.pop("description")
    return {"about": about, "prose": sorted(kind.prose), "schema": schema}


def _without_titles(form: Any) -> Any:
    if isinstance(form, Mapping):
        shown = {name: child for name, child in form.items() if name != "title" or not isinstance(child, str)}
        return {name: _without_titles(child) for name, child in shown.items()}
    return [_without_titles(child) for child in form] if isinstance(form, list) else form


def render() -> str:
    """The text of the file."""
    kinds = dict(sorted(KINDS.items()))
    _, whole = models_json_schema(
        [(kind, "serialization") for kind in kinds.values()], ref_template="#/$defs/{model}"
    )
    parts = _without_titles(whole["$defs"])
    shown = {name: described(kind, parts.pop(kind.__name__)) for name, kind in kinds.items()}
    told = {"generator": "tools/records.py", "count": len(shown), "kinds": shown, "$defs": parts}
    return json.dumps(told, indent=1) + "\n"


def main(arguments: list[str], target: Path = TARGET) -> int:
    """Write or check; the exit code is 1 if the file is not current."""
    text = render()
    if arguments == ["--check"]:
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            return 0
        print(f"{target.name} is not current: run python -m tools.records", file=sys.stderr)
        return 1
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
