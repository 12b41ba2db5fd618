"""Write the tables of `spec/registries.md` from the schemas, the code and the registries of data.

    python -m tools.registries_page            # write the tables into the page
    python -m tools.registries_page --check    # exit 1 if a table on the page is not what would be written

A table stands between `<!-- table: NAME -->` and `<!-- /table -->`. Lists are found by walking through the schemas of
all acts: every member with a choice of words is a closed list, every member that holds a token an open one. Members of
terms and attachments are named once, and not for each act that has them.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from lading.acts import ACTS
from lading.acts.policy import Policy
from lading.http import media
from lading.problems import PROBLEMS
from lading.statement import envelope
from tools.schemas import opening, schema, told

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "spec"
PAGE = SPEC / "registries.md"
_SLOT = re.compile(r"(<!-- table: (?P<name>[a-z]+) -->\n)(?:.*?)(<!-- /table -->)", re.S)
ROOTS: Final = {"Terms": "terms", "Attachment": "attachment", "Permissions": "terms.permissions"}
"""Objects that many acts have, and the name under which their members stand here."""
MEDIA: Final = {
    "STATEMENT": "a statement ([statement](statement.md))",
    "BATCH": "statements, one a line ([http](http.md#post-statementsbatch))",
    "EVIDENCE": "an evidence file ([evidence](evidence.md))",
    "PROBLEM": "a refusal ([http](http.md#problems)); RFC 9457",
    "JSON": "other answers",
    "OCTETS": "content, manifests, boxes, attachments, tiles",
    "TEXT": "proofs and checkpoints",
}
"""The media types of `lading.http.media`, and what each is of."""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join([_row(*head), "|" + "---|" * len(head), *(_row(*row) for row in rows)])


def _names(values: Iterable[object]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def acts() -> str:
    """Every act, with its page and schema."""
    rows = []
    for act in ACTS:
        path = SPEC / "acts" / f"{act.name}.md"
        says = opening(path.read_text(encoding="utf-8")) if path.is_file() else ""
        rows.append((f"[`{act.name}`](acts/{act.name}.md)", f"[schema](schemas/{act.name}.json)", says))
    return _table(("act", "schema", "what it says"), rows)


def codes() -> str:
    """How many refusals each layer has."""
    counted = Counter(problem.layer for problem in PROBLEMS.values())
    return _table(("layer", "refusals"), ((f"`{layer}`", str(count)) for layer, count in counted.items()))


def algorithms() -> str:
    """What signs, seals and hashes, as statements name it."""
    shape = schema(next(act for act in ACTS if act.name == "participant"))["$defs"]
    key, seal, jwk = (shape[name]["properties"] for name in ("Key", "SealKey", "Jwk"))
    jwk_form = f"`kty` `{jwk['kty']['const']}`, `crv` `{jwk['crv']['const']}`"
    signs, seals = f"`use` `{key['use']['const']}`", f"`use` `{seal['use']['const']}`"
    rows = [
        ("statements", f"`alg` `{envelope.ALG}`, `typ` `{envelope.TYP}`", "[keys](keys.md)"),
        ("signing keys", f"{signs}, {jwk_form}", "[keys](keys.md)"),
        ("seal keys", f"{seals}, `kem` `{seal['kem']['const']}`", "[sealed](sealed.md)"),
        ("ids and digests", "`sha256`", "[statement](statement.md)"),
        ("log keys", "signed-note type 0x01", "[log](log.md)"),
        ("witness keys", "signed-note type 0x04", "[log](log.md)"),
    ]
    return _table(("use", "names", "page"), rows)


def media_types() -> str:
    """The media types of the HTTP binding."""
    values = {name: getattr(media, name) for name in MEDIA}
    strangers = (
        {name for name, value in vars(media).items() if isinstance(value, str) and "/" in value}
        - values.keys()
        - {"__doc__", "__file__", "__cached__"}
    )
    if strangers:
        raise SystemExit(f"tools/registries_page.py does not know the media types {sorted(strangers)}")
    return _table(("type", "of"), ((f"`{values[name]}`", what) for name, what in MEDIA.items()))


def policy() -> str:
    """The switches of an exchange's policy."""
    page = (SPEC / "gates.md").read_text(encoding="utf-8")
    said = told(page.partition("## Policy")[2])
    rows = [(f"`{name}`", *said[name].partition("; ")[::2]) for name in Policy.model_fields]
    return _table(("switch", "form", "what it is about"), rows)


def _walk(
    shape: Mapping[str, Any], defined: Mapping[str, Any], path: str, seen: set[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every part of a schema that has no parts of its own, and where it stands; an object of `ROOTS` once."""
    name = str(shape.get("$ref", "")).removeprefix("#/$defs/")
    if name == "Token":
        yield path, {"token": True}
        return
    if name:
        path = ROOTS.get(name, path)
        if name not in ROOTS or name not in seen:
            seen.add(name)
            yield from _walk(defined[name], defined, path, seen)
        return
    for member, child in shape.get("properties", {}).items():
        yield from _walk(child, defined, f"{path}.{member}", seen)
    if "items" in shape:
        yield from _walk(shape["items"], defined, path, seen)
    for child in (*shape.get("anyOf", ()), *shape.get("oneOf", ())):
        yield from _walk(child, defined, path, seen)
    yield path, shape


def _members() -> list[tuple[str, Mapping[str, Any]]]:
    seen: set[str] = set()
    found = []
    for act in ACTS:
        made = schema(act)
        found += list(_walk(made, made.get("$defs", {}), act.name, seen))
    return found


def closed() -> str:
    """Every member with a choice of words, but for countries; members with the same words stand in one row."""
    rows: dict[tuple[str, ...], list[str]] = {}
    alone: dict[str, list[str]] = {}
    for path, shape in _members():
        if len(shape.get("enum", ())) in range(2, 200):
            rows.setdefault(tuple(shape["enum"]), []).append(path)
        elif isinstance(shape.get("const"), str) and not path.endswith(".type"):
            alone.setdefault(path, []).append(shape["const"])
    for path, words in alone.items():
        if len(set(words)) > 1:
            rows.setdefault(tuple(dict.fromkeys(words)), []).append(path)
    return _table(
        ("members", "words"), ((_names(dict.fromkeys(paths)), _names(words)) for words, paths in rows.items())
    )


def open_lists() -> str:
    """Every member that holds a token, by act."""
    paths = dict.fromkeys(path for path, shape in _members() if "token" in shape)
    by_owner: dict[str, list[str]] = {}
    for path in paths:
        owner, _, member = path.partition(".")
        by_owner.setdefault(owner, []).append(member)
    return _table(("in", "members"), ((f"`{owner}`", _names(members)) for owner, members in by_owner.items()))


def data() -> str:
    """The registries of data, their editions and sizes."""
    rows = []
    for path in sorted((SPEC / "registries").glob("*.json")):
        told_of = json.loads(path.read_text(encoding="utf-8"))
        link = f"[{path.stem}](registries/{path.name})"
        rows.append((link, told_of["standard"], str(told_of["count"]), told_of["checked"], told_of["rule"]))
    return _table(("registry", "edition", "entries", "checked", "what is in it"), rows)


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "acts": acts,
    "codes": codes,
    "algorithms": algorithms,
    "media": media_types,
    "policy": policy,
    "closed": closed,
    "open": open_lists,
    "data": data,
}


def rendered(page: str) -> str:
    """The page with its tables; a slot of another name, and a table without a slot, are errors."""
    slots = [slot["name"] for slot in _SLOT.finditer(page)]
    if sorted(slots) != sorted(TABLES):
        raise SystemExit(f"spec/registries.md has the slots {sorted(slots)}, and not {sorted(TABLES)}")
    return _SLOT.sub(lambda slot: f"{slot[1]}\n{TABLES[slot['name']]()}\n\n{slot[3]}", page)


def main(arguments: list[str], page: Path = PAGE) -> int:
    """Write, or with `--check` compare; the exit code says whether the tables are current."""
    text = page.read_text(encoding="utf-8")
    new = rendered(text)
    if arguments == ["--check"]:
        if new != text:
            print("spec/registries.md is not current: run python -m tools.registries_page", file=sys.stderr)
        return int(new != text)
    page.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
