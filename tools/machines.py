"""Generate `sdk/src/lading/acts/machines.py` from the transition tables in `spec/machines`.

python tools/machines.py            write the module
python tools/machines.py --check    fail where the module is not what the tables say
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "spec" / "machines"
MODULE = ROOT / "sdk" / "src" / "lading" / "acts" / "machines.py"

HEAD = '''"""The transition tables, generated from `spec/machines` by `tools/machines.py`; do not edit."""

from types import MappingProxyType

from lading.acts.lifecycle import Machine
'''


def read_tables(folder: Path) -> list[dict[str, Any]]:
    """The tables, each checked: known states only, one target for a state and event, every state reachable."""
    tables = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    for table in tables:
        check_table(table)
    return tables


def check_table(table: dict[str, Any]) -> None:
    """Raise ValueError where a table contradicts itself."""
    name, states = table["machine"], set(table["states"])
    pairs = [(row["from"], row["event"]) for row in table["transitions"]]
    if len(pairs) != len(set(pairs)):
        raise ValueError(f"{name}: a state and event lead to two states")
    named = {
        table["start"],
        *(row["from"] for row in table["transitions"]),
        *(row["to"] for row in table["transitions"]),
    }
    if named != states:
        raise ValueError(f"{name}: states listed and states used differ: {sorted(named ^ states)}")
    reached = {table["start"]}
    for _ in states:
        reached |= {row["to"] for row in table["transitions"] if row["from"] in reached}
    if reached != states:
        raise ValueError(f"{name}: never reached: {sorted(states - reached)}")


def render(tables: list[dict[str, Any]]) -> str:
    """The module's source."""
    parts = [HEAD]
    for table in tables:
        rows = "".join(
            f'            ("{row["from"]}", "{row["event"]}"): "{row["to"]}",\n'
            for row in table["transitions"]
        )
        parts.append(
            f"\n{table['machine'].upper()} = Machine(\n"
            f'    name="{table["machine"]}",\n    start="{table["start"]}",\n    refusal="{table["refusal"]}",\n'
            f"    table=MappingProxyType(\n        {{\n{rows}        }}\n    ),\n)\n"
        )
    names = ", ".join(table["machine"].upper() for table in tables)
    parts.append(f"\nMACHINES = ({names})\n")
    return "".join(parts)


def main(arguments: list[str]) -> int:
    """Write or check; the exit code."""
    source = render(read_tables(TABLES))
    if arguments == ["--check"]:
        if MODULE.is_file() and MODULE.read_text(encoding="utf-8") == source:
            return 0
        print(
            f"{MODULE.relative_to(ROOT)} is not what spec/machines says: run python tools/machines.py",
            file=sys.stderr,
        )
        return 1
    MODULE.write_text(source, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
