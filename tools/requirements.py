"""Collect the requirements of the specification, and refuse a specification that breaks its own form.

    python tools/requirements.py            # write spec/requirements.json
    python tools/requirements.py --check    # write nothing; exit 1 if anything is wrong or not current

A requirement is one block quote: its id, one sentence with one BCP 14 keyword, and its code where it has one.

    > **LAD-STM-001** An exchange MUST refuse bytes that … (code: `malformed-envelope`)

The pages are the source. `spec/requirements.json` is written from them, `spec/codes.md` repeats the codes
with status and retry advice, and `sdk/src/lading/codes.py` carries them in code: all are compared.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROBLEMS = Path("sdk/src/lading/codes.py")
FINDINGS = frozenset({"EVI", "JDG"})
"""The areas whose codes are findings about evidence and judgements on claims, not refusals."""

_KEYWORD = re.compile(
    r"\b(MUST NOT|MUST|SHALL NOT|SHALL|SHOULD NOT|SHOULD|NOT RECOMMENDED|RECOMMENDED|REQUIRED|MAY|OPTIONAL)\b"
)
_LOWER = re.compile(r"\b([Mm]ust|[Ss]hall|[Ss]hould|[Mm]ay|[Rr]equired|[Rr]ecommended|[Oo]ptional)\b")
_ID = re.compile(r"LAD-[A-Z]{3}-[0-9]{3}")
_MENTION = re.compile(r"\bLAD-[A-Za-z0-9-]*[A-Za-z0-9]")
_OPENING = re.compile(r"> \*\*(?P<id>[^*]+)\*\* (?P<text>.+)")
_MARKER = re.compile(r" \(code: `(?P<code>[a-z0-9-]+)`\)\Z")
_CODE_ROW = re.compile(
    r"\| `(?P<code>[a-z0-9-]+)` \| (?P<status>[0-9]{3}) \| (?P<retry>never|later|after-change) \| "
    r"\[?(?P<requirement>LAD-[A-Z]{3}-[0-9]{3})"
)
_FINDING_ROW = re.compile(
    r"\| `([a-z0-9-]+)` \| (?:error|unknown|note|upheld|dismissed|undecided) \| \[?(LAD-[A-Z]{3}-[0-9]{3})"
)
_RETRY = {"NEVER": "never", "LATER": "later", "CHANGE": "after-change"}


@dataclass(frozen=True)
class Requirement:
    """One requirement: where it stands and what it says, without its quote marks."""

    id: str
    area: str
    keyword: str
    text: str
    code: str | None
    page: str
    anchor: str


@dataclass(frozen=True)
class Code:
    """One refusal as a table states it: HTTP status, retry advice and requirement."""

    code: str
    status: int
    retry: str
    requirement: str


def pages(spec: Path) -> list[Path]:
    """Every page of the specification, in the order of its path."""
    return sorted(spec.rglob("*.md"))


def prose(text: str) -> str:
    """The page with its fenced examples blanked, so that an example is never read as a requirement."""
    return re.sub(r"^(```|~~~).*?^\1", lambda found: "\n" * found[0].count("\n"), text, flags=re.M | re.S)


def quotes(text: str) -> Iterator[str]:
    """The block quotes of a page, each as one line that still starts with its quote mark."""
    lines: list[str] = []
    for line in [*prose(text).splitlines(), ""]:
        if line.startswith(">"):
            lines.append(line.removeprefix(">").strip())
        elif lines:
            yield "> " + " ".join(lines)
            lines = []


def read_quote(quote: str, page: str) -> tuple[Requirement | None, list[str]]:
    """The requirement in a block quote, and what is wrong with it; a quote that names no id is a fault."""
    opening = _OPENING.fullmatch(quote)
    if opening is None or _ID.fullmatch(opening["id"]) is None:
        return None, [f"{page}: a block quote that does not open with a requirement id: {quote:.60}"]
    marker = _MARKER.search(opening["text"])
    text = _MARKER.sub("", opening["text"])
    plain = re.sub(r"`[^`]*`", "``", text)
    keywords = _KEYWORD.findall(plain)
    requirement = Requirement(
        id=opening["id"],
        area=opening["id"][4:7],
        keyword=keywords[0] if keywords else "",
        text=text,
        code=marker["code"] if marker else None,
        page=page,
        anchor=opening["id"].lower(),
    )
    return requirement, [f"{page}: {requirement.id} {fault}" for fault in faults_of(plain, keywords)]


def faults_of(plain: str, keywords: list[str]) -> Iterator[str]:
    """What is wrong with a requirement's sentence; `plain` is without the words that stand in code spans."""
    if len(keywords) != 1:
        yield f"has {len(keywords)} BCP 14 keywords instead of one"
    for found in _LOWER.findall(plain):
        yield f"holds the lower-case keyword {found!r}"
    if "(code:" in plain:
        yield "has a code marker that is not its end"
    if not plain.endswith("."):
        yield "does not end with a full stop"


def read(spec: Path) -> tuple[list[Requirement], list[str]]:
    """All requirements of the pages below `spec`, and the faults of form."""
    found: list[Requirement] = []
    faults: list[str] = []
    for path in pages(spec):
        page = path.relative_to(spec).as_posix()
        for quote in quotes(path.read_text(encoding="utf-8")):
            requirement, wrong = read_quote(quote, page)
            faults += wrong
            if requirement is not None:
                found.append(requirement)
    found.sort(key=lambda requirement: requirement.id)
    return found, faults


def repeated(found: Iterable[Requirement]) -> Iterator[str]:
    """Ids that stand at two requirements, and codes that stand at two ids."""
    found = list(found)
    for name, times in Counter(requirement.id for requirement in found).items():
        if times > 1:
            yield f"{name} is used by {times} requirements"
    for code, times in Counter(requirement.code for requirement in found if requirement.code).items():
        if times > 1:
            yield f"the code {code} is used by {times} requirements"


def dangling(spec: Path, found: Iterable[Requirement]) -> Iterator[str]:
    """Mentions of ids that are malformed or that no requirement has."""
    ids = {requirement.id for requirement in found}
    for path in pages(spec):
        for mention in sorted(set(_MENTION.findall(path.read_text(encoding="utf-8"))) - ids):
            yield f"{path.relative_to(spec).as_posix()}: {mention} is no requirement"


def code_rows(page: str) -> list[Code]:
    """The refusals that the table rows of `spec/codes.md` state."""
    rows = _CODE_ROW.finditer(page)
    return [Code(row["code"], int(row["status"]), row["retry"], row["requirement"]) for row in rows]


def code_literals(source: str) -> list[Code]:
    """The refusals in the table of `lading.problems`, read without running it."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "TABLE":
            if not isinstance(node.value, ast.Tuple):
                break
            return [_code_literal(row) for row in node.value.elts]
    raise SystemExit(f"{PROBLEMS}: no literal TABLE")


def _code_literal(row: ast.expr) -> Code:
    if not isinstance(row, ast.Tuple):
        raise SystemExit(f"{PROBLEMS}: line {row.lineno} is not a row")
    code, _layer, status, retry, requirement, _meaning = row.elts
    advice = _RETRY[ast.unparse(retry)]
    return Code(ast.literal_eval(code), ast.literal_eval(status), advice, ast.literal_eval(requirement))


def markers(found: Iterable[Requirement], *, findings: bool) -> dict[str, str]:
    """Code to requirement id: the codes of findings and judgements (`FINDINGS`), or those of refusals (all others)."""
    return {r.code: r.id for r in found if r.code and (r.area in FINDINGS) is findings}


def disagreements(name: str, named: dict[str, str], marked: dict[str, str]) -> Iterator[str]:
    """Where a table of codes and the code markers of the requirements differ, in either direction."""
    for code in sorted(marked.keys() | named.keys()):
        if marked.get(code) != named.get(code):
            here, there = named.get(code, "absent"), marked.get(code, "absent")
            yield f"{name}: {code} is {here}, and {there} in the pages"


def compare_codes(root: Path, found: list[Requirement]) -> Iterator[str]:
    """Differences between pages, `spec/codes.md` and `lading.problems`."""
    page = (root / "spec" / "codes.md").read_text(encoding="utf-8")
    table = code_rows(page)
    literals = code_literals((root / PROBLEMS).read_text(encoding="utf-8"))
    refusals, findings = markers(found, findings=False), markers(found, findings=True)
    yield from disagreements("spec/codes.md", {row.code: row.requirement for row in table}, refusals)
    yield from disagreements(PROBLEMS.name, {row.code: row.requirement for row in literals}, refusals)
    yield from disagreements("spec/codes.md", dict(_FINDING_ROW.findall(page)), findings)
    for row in sorted(set(table) ^ set(literals), key=lambda row: row.code):
        yield f"{row.code}: spec/codes.md and {PROBLEMS.name} differ in status, retry or requirement"


def render(found: list[Requirement]) -> str:
    """The text of `spec/requirements.json`."""
    rows = ",\n".join("    " + json.dumps(asdict(requirement), ensure_ascii=False) for requirement in found)
    head = f'{{\n  "source": "spec/**/*.md",\n  "count": {len(found)},\n  "requirements": ['
    return f"{head}\n{rows}\n  ]\n}}\n"


def lint(root: Path) -> tuple[list[Requirement], list[str]]:
    """The requirements of the repository at `root`, and every fault but drift of the generated file."""
    spec = root / "spec"
    found, faults = read(spec)
    faults += [*repeated(found), *dangling(spec, found), *compare_codes(root, found)]
    return found, faults


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Write or check; the exit code is 1 if anything is wrong."""
    found, faults = lint(root)
    target = root / "spec" / "requirements.json"
    if arguments == ["--check"]:
        if not target.is_file() or target.read_text(encoding="utf-8") != render(found):
            faults.append("spec/requirements.json is not current: run python tools/requirements.py")
    else:
        target.write_text(render(found), encoding="utf-8")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
