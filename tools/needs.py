"""Keep `spec/needs.md` honest, and write `docs/examples.md` from the first lines of the examples.

    python -m tools.needs            # write docs/examples.md
    python -m tools.needs --check    # write nothing; exit 1 if anything is wrong or not current

Checked of the page: every need has its row; the requirements, verbs, commands and tests that it names exist; whatever
is not marked "later" has an example. Checked of the examples: each names the needs that it shows in its docstring
(`Needs: W1; in part P2.`), the page names the example there, and no script is longer than a person reads.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from typer.main import get_command

import lading
from lading.cli.main import app
from tools import requirements
from tools.cli_page import commands

ROOT = Path(__file__).resolve().parents[1]
PAGE: Final = "spec/needs.md"
LIST: Final = "docs/examples.md"
HELPER: Final = "place.py"
ROWS: Final = tuple(
    f"{kind}{n}" for kind, last in (("P", 10), ("D", 11), ("W", 16)) for n in range(1, last + 1)
)
MOST_LINES: Final = 90
HEAD: Final = """\
# Examples

<!-- Written by tools/needs.py from the first lines of the scripts. -->

Short scripts to learn from, in the folder `examples`. Each starts an exchange of its own on this machine, tells a
story, and fails if something in it is not so. `make examples` runs all of them; one by one:

```console
$ .venv/bin/python examples/trial.py
```

Which need each of them is about stands in [needs](spec/needs.md).

| script | story | needs |
|---|---|---|
"""

_ROW = re.compile(r"^### (?P<id>[A-Z]\d+)$(?P<body>.*?)(?=^##|\Z)", re.M | re.S)
_BULLET = re.compile(r"^- (?P<name>[a-z]+): (?P<text>.*?)(?=^- |^$|\Z)", re.M | re.S)
_ID = re.compile(r"LAD-[A-Z]{3}-\d{3}")
_EXAMPLE = re.compile(r"`examples/(?P<name>\w+\.py)`(?P<part> \(in part\))?")
_WORDS = re.compile(r"`(x\.\w+|lading(?:\.\w+)+|lading(?: [a-z-]+)+)`")
_PATH = re.compile(r"`((?:sdk|reference_server|tests|benchmarks|conformance)/[\w/]+\.py)`")
_NEEDS = re.compile(r"^Needs: (?P<whole>[PDW\d, ]*)(?:(?:; )?in part (?P<part>[PDW\d, ]+))?\.$", re.M)


@dataclass(frozen=True)
class Row:
    """One need: its bullets by name, and the examples that it names, each whole or in part."""

    id: str
    bullets: dict[str, str]
    examples: frozenset[tuple[str, bool]]


@dataclass(frozen=True)
class Example:
    """One script: what it tells, and the needs that it shows, each whole or in part."""

    name: str
    story: str
    needs: frozenset[tuple[str, bool]]
    lines: int


def read_rows(text: str) -> list[Row]:
    """The needs of the page in their order."""
    rows = []
    for found in _ROW.finditer(text):
        bullets = {bullet["name"]: bullet["text"].strip() for bullet in _BULLET.finditer(found["body"])}
        named = _EXAMPLE.finditer(bullets.get("example", ""))
        rows.append(
            Row(found["id"], bullets, frozenset((each["name"], bool(each["part"])) for each in named))
        )
    return rows


def read_examples(folder: Path) -> list[Example]:
    """The scripts of the folder, by name; the helper that all of them share is none."""
    return [read_example(path) for path in sorted(folder.glob("*.py")) if path.name != HELPER]


def read_example(path: Path) -> Example:
    """What a script says of itself. One without a docstring tells nothing and shows no need."""
    source = path.read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(source)) or ""
    found = _NEEDS.search(said)
    whole, part = (found["whole"] or "", found["part"] or "") if found else ("", "")
    needs = {
        (each.strip(), in_part)
        for text, in_part in ((whole, False), (part, True))
        for each in text.split(",")
    }
    kept = frozenset((name, in_part) for name, in_part in needs if name)
    return Example(path.name, said.partition("\n")[0], kept, len(source.splitlines()))


def faults(root: Path) -> Iterator[str]:
    """Everything that is wrong with the page and the examples."""
    text = (root / PAGE).read_text(encoding="utf-8")
    rows, examples = read_rows(text), read_examples(root / "examples")
    if [row.id for row in rows] != list(ROWS):
        yield f"{PAGE}: the needs are not {', '.join(ROWS)}, each once and in this order"
    known = {found.id for found in requirements.read(root / "spec")[0]}
    yield from (f"{PAGE}: there is no requirement {name}" for name in sorted(set(_ID.findall(text)) - known))
    yield from (
        f"{PAGE}: there is no file {path}" for path in _PATH.findall(text) if not (root / path).is_file()
    )
    yield from (f"{PAGE}: there is no {words}" for words in _WORDS.findall(text) if not exists(words))
    for row in rows:
        yield from (f"{PAGE}: {row.id} {fault}" for fault in faults_of(row))
    yield from two_ways(rows, examples)
    for example in examples:
        if not example.needs:
            yield f"examples/{example.name}: its docstring names no needs"
        if example.lines > MOST_LINES:
            yield f"examples/{example.name}: {example.lines} lines, and {MOST_LINES} is the limit"


def faults_of(row: Row) -> Iterator[str]:
    """What a need lacks, or says twice."""
    if not _ID.search(row.bullets.get("requirements", "")):
        yield "names no requirement"
    if not _WORDS.search(row.bullets.get("with", "")):
        yield "does not say how a person does it"
    if "later" not in row.bullets and not any(not in_part for _, in_part in row.examples):
        yield "has no example, and is not marked as later"
    if "later" in row.bullets and any(not in_part for _, in_part in row.examples):
        yield "is marked as later, and has a whole example"
    if unknown := set(row.bullets) - {"requirements", "with", "example", "later"}:
        yield f"has bullets that mean nothing: {', '.join(sorted(unknown))}"


def two_ways(rows: list[Row], examples: list[Example]) -> Iterator[str]:
    """Where page and script do not say the same of each other."""
    page = {(name, row.id, in_part) for row in rows for name, in_part in row.examples}
    scripts = {(example.name, need, in_part) for example in examples for need, in_part in example.needs}
    for name, need, in_part in sorted(page - scripts):
        yield f"{PAGE}: examples/{name} does not say that it shows {need}{' in part' * in_part}"
    for name, need, in_part in sorted(scripts - page):
        yield f"examples/{name}: {PAGE} does not say that it shows {need}{' in part' * in_part}"


def exists(words: str) -> bool:
    """Whether there is such a verb of an exchange, public name, or command."""
    if words.startswith("x."):
        return hasattr(lading.Exchange, words[2:])
    if words.startswith("lading."):
        thing: object = lading
        for name in words.split(".")[1:]:
            thing = getattr(thing, name, None)
        return thing is not None
    return words in _commands()


@cache
def _commands() -> frozenset[str]:
    return frozenset(name for name, _, _ in commands(get_command(app), "lading"))


def render(root: Path) -> str:
    """The page that lists the examples."""
    lines = []
    for example in read_examples(root / "examples"):
        needs = sorted(
            example.needs, key=lambda need: (need[1], ROWS.index(need[0]) if need[0] in ROWS else -1)
        )
        shown = (f"[{name}](spec/needs.md#{name.lower()}){' in part' * in_part}" for name, in_part in needs)
        lines.append(f"| `{example.name}` | {example.story} | {', '.join(shown)} |\n")
    return HEAD + "".join(lines)


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Write the list of examples, or with `--check` compare it; the exit code says whether all is well."""
    wrong = list(faults(root))
    page, text = root / LIST, render(root)
    if arguments != ["--check"]:
        page.write_text(text, encoding="utf-8")
    elif not page.is_file() or page.read_text(encoding="utf-8") != text:
        wrong.append(f"{LIST} is not current: run python -m tools.needs")
    for fault in wrong:
        print(fault, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
