"""Write payloads that the JSON Schemas have to pass and to fail, from the test vectors.

    python -m tools.schema_cases            # write spec/schemas/pass, spec/schemas/fail and spec/schemas/cases.json
    python -m tools.schema_cases --check    # exit 1 if anything on disk is not what would be written

A payload passes that a vector of `<act>/form` accepts. One fails that such a vector refuses, where the schema finds
exactly one fault: `fail/<act>/<reason>.json`. Of each act and each keyword of JSON Schema there are two at most, beside
the faults of members that all acts share. What a schema cannot see is in the vectors alone. `cases.json` says of each
file that fails which fault is in it, and where.

This reads the vectors and the schemas, and nothing of the SDK.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

ROOT = Path(__file__).resolve().parents[1]
VECTORS = ROOT / "spec" / "vectors"
TARGET = ROOT / "spec" / "schemas"
OF_A_KEYWORD: Final = 2
"""How many payloads fail by one keyword, for each act."""


@dataclass(frozen=True)
class Fault:
    """One payload that has to fail: where it lies, what is wrong, which keyword of the schema finds it, and where."""

    file: str
    situation: str
    keyword: str
    pointer: str


def _pattern(validator: Validator, pattern: str, value: object, schema: Any) -> Iterator[ValidationError]:
    """`pattern` as in ECMA 262: `$` is the end of the text, and not also the place before a last line feed."""
    if isinstance(value, str) and re.search(re.sub(r"\$\Z", r"\\Z", pattern), value) is None:
        yield ValidationError(f"{value!r:.80} does not match {pattern!r:.80}")


Ecma: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
"""A validator whose patterns mean what ECMA 262 says."""


def validator(act: str, folder: Path = TARGET) -> Validator:
    """The validator of an act's payload."""
    schema = json.loads((folder / f"{act}.json").read_text(encoding="utf-8"))
    Ecma.check_schema(schema)
    made: Validator = Ecma(schema)
    return made


def acts(folder: Path = TARGET) -> list[str]:
    """The acts that have a schema."""
    return sorted(path.stem for path in folder.glob("*.json") if path.name != "cases.json")


def faults(act: Validator, payload: Any) -> list[tuple[str, str]]:
    """Keyword and pointer of every fault that the schema finds; a member that is missing or unknown is pointed at."""
    return [(str(error.validator), _pointer(error)) for error in act.iter_errors(payload)]


def _pointer(error: Any) -> str:
    path = [str(part) for part in error.absolute_path]
    if error.validator == "required":
        path += [name for name in error.validator_value if name not in error.instance][:1]
    if error.validator == "additionalProperties":
        path += sorted(set(error.instance) - set(error.schema["properties"]))[:1]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def payload(case: Mapping[str, Any]) -> object:
    """What the statement of a vector says."""
    jws = case["statement"].encode() if "statement" in case else bytes.fromhex(case["statement_hex"])
    text = jws.split(b".")[1]
    return json.loads(base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)))


def cases(act: str) -> list[Mapping[str, Any]]:
    """The vectors on the members of an act; none where it has no vectors yet."""
    path = VECTORS / act / "form.json"
    whole = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"cases": []}
    return [case for case in whole["cases"] if case["expect"].get("code", "bad-member") == "bad-member"]


def broken(said: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Faults in members that every act has, put into a payload that passes: name, situation, payload."""
    absent = {name: value for name, value in said.items() if name != "issued_at"}
    yield "shared-no-issued_at", "issued_at is missing.", absent
    yield "shared-no-day", "There is no 30 February.", said | {"issued_at": "2026-02-30T09:00:00.000Z"}
    yield "shared-seconds", "A time in seconds.", said | {"issued_at": "2026-11-23T09:30:00Z"}
    yield "shared-line-feed", "A line feed after a time.", said | {"issued_at": "2026-11-23T09:30:00.000Z\n"}
    yield "shared-critical-nothing", "An empty list of what is critical.", said | {"critical": []}


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def chosen(act: str) -> Iterator[tuple[str, str, object]]:
    """The payloads of an act that could fail by one fault: name, situation, payload."""
    known = cases(act)
    first = next((case for case in known if case["expect"]["outcome"] == "accept"), None)
    if first is not None:
        said: Any = payload(first)
        yield from broken(said)
    for case in known:
        if case["expect"]["outcome"] == "refuse":
            yield case["name"], case["situation"], payload(case)


def rendered() -> dict[str, str]:
    """Every file and its text."""
    texts: dict[str, str] = {}
    index: list[dict[str, str]] = []
    for act in acts():
        schema, seen = validator(act), Counter[str]()
        for case in cases(act):
            if case["expect"]["outcome"] == "accept":
                texts[f"pass/{act}/{case['name']}.json"] = _text(payload(case))
        for name, situation, said in chosen(act):
            found = faults(schema, said)
            if len(found) != 1:
                continue
            keyword = found[0][0]
            if not name.startswith("shared-") and seen[keyword] == OF_A_KEYWORD:
                continue
            seen[keyword] += not name.startswith("shared-")
            fault = Fault(f"fail/{act}/{name}.json", situation, *found[0])
            texts[fault.file] = _text(said)
            index.append(asdict(fault))
    head = {"source": "python -m tools.schema_cases", "count": len(index), "cases": index}
    return texts | {"cases.json": _text(head)}


def stale(texts: Mapping[str, str], target: Path = TARGET) -> Iterator[str]:
    """What on disk is not what would be written."""
    for name, text in texts.items():
        path = target / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield f"schemas/{name} is not current: run python -m tools.schema_cases"
    for path in _written(target):
        if path.relative_to(target).as_posix() not in texts:
            yield f"schemas/{path.relative_to(target).as_posix()} is of no case"


def _written(target: Path) -> list[Path]:
    return sorted(path for part in ("pass", "fail") for path in (target / part).rglob("*.json"))


def main(arguments: list[str], target: Path = TARGET) -> int:
    """Write, or with `--check` compare; the exit code says whether all is current."""
    texts = rendered()
    if arguments == ["--check"]:
        wrong = list(stale(texts, target))
        print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
        return 1 if wrong else 0
    for path in _written(target):
        if path.relative_to(target).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
