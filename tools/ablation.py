"""Take away one rule at a time, and see whether anybody notices.

    python -m tools.ablation                                    # every rule; exit 1 if nothing notices one of them
    python -m tools.ablation --rule acceptance.eligible_party   # this one; may be given several times
    python -m tools.ablation --list                             # the names of all rules
    python -m tools.ablation --json                             # what notices each, as JSON

Two things have to notice that a rule is gone:

1. a vector below `spec/vectors`, which now comes to another outcome than it must;
2. a test that is no vector: a function `test_<act>_<rule>` in a file `sdk/tests/acts/test_*.py`, which now fails. A
   rule may have several such tests: `test_<act>_<rule>__<situation>`. Each is run as pytest runs it, with its fixtures.

Which rules there are, and how one is taken away, stands in `lading_mutants.rules`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from lading.problems import Refused
from lading_mutants.rules import changed, rules, without
from sdk.tests.core.test_vectors import evidence, registration
from sdk.tests.core.vectors import Case, File, Outcome, agrees, files

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "sdk" / "tests" / "acts"
RUNNERS: Final[Mapping[str, Callable[[File, Case, Path], Outcome]]] = {
    "registration": registration,
    "evidence": evidence,
}
"""The schemas of vectors in which rules are asked, and what the SDK says of a case."""
NAMED: Final = re.compile(r"test_(?P<name>\w+?)(?:__\w+)?")


@dataclass(frozen=True)
class Vector:
    """A case of the vectors in which rules are asked."""

    file: File
    case: Case

    @property
    def name(self) -> str:
        """Where it stands."""
        return f"{self.file.name}/{self.case['name']}"

    def holds(self, folder: Path) -> bool:
        """Whether the SDK says what it must of the case; a failure of any kind is another outcome."""
        try:
            got = RUNNERS[self.file.schema](self.file, self.case, folder)
        except Exception:  # noqa: BLE001 - without a rule anything can happen, and all of it is noticed
            return False
        return agrees(self.case["expect"], got)


def vectors() -> list[Vector]:
    """The cases in which rules are asked, but for those of which no rule's refusal can be a part."""
    return [
        Vector(file, case)
        for file in files()
        if file.schema in RUNNERS
        for case in file.cases
        if case["expect"].get("outcome") != "accept"
    ]


def refusing(cases: Sequence[Vector], folder: Path) -> dict[str, list[Vector]]:
    """To each rule the cases in which it refuses, as things are; a case that fails as things are counts for nothing."""
    seen: set[str] = set()

    def note(name: str, check: Callable[..., None]) -> Callable[..., None]:
        def noted(*asked: Any) -> None:
            try:
                check(*asked)
            except Refused:
                seen.add(name)
                raise

        return noted

    found: dict[str, list[Vector]] = defaultdict(list)
    with changed(note):
        for case in cases:
            seen.clear()
            if case.holds(folder):
                for name in seen:
                    found[name].append(case)
    return found


def noticed_by_vectors(wanted: Sequence[str], cases: Sequence[Vector] | None = None) -> dict[str, str]:
    """To each rule the first of the cases (absent: of all) that notices that it is gone."""
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        refused = refusing(vectors() if cases is None else cases, folder)
        for rule in wanted:
            with without(rule):
                first = next((case for case in refused[rule] if not case.holds(folder)), None)
            if first is not None:
                found[rule] = first.name
    return found


class Ablated:
    """A plugin of pytest: it runs each test that is named by a rule without that rule."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self.rules = {rule.replace(".", "_", 1): rule for rule in wanted}
        self.noticed: dict[str, str] = {}
        self.broken: list[str] = []

    def _rule(self, item: pytest.Item) -> str | None:
        match = NAMED.fullmatch(getattr(item, "originalname", item.name))
        return None if match is None else self.rules.get(match["name"])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that a rule names."""
        items[:] = [item for item in items if self._rule(item) is not None]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Say which file could not be read."""
        if report.failed:
            self.broken.append(f"{report.nodeid}: {report.longrepr}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Run it without its rule."""
        with without(self._rule(item) or ""):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note that it failed."""
        report = yield
        rule = self._rule(item)
        if report.failed and rule is not None:
            self.noticed.setdefault(rule, item.nodeid)
        return report


def noticed_by_tests(wanted: Sequence[str], places: Sequence[Path] = (TESTS,)) -> dict[str, str]:
    """To each rule a test that fails without it."""
    plugin, options = Ablated(wanted), ["-o", "addopts=", "--import-mode=importlib", "-p", "no:cacheprovider"]
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*options, "-p", "no:xdist", "--rootdir", str(ROOT), *map(str, places)], plugins=[plugin])
    if plugin.broken:
        raise SystemExit("\n".join(plugin.broken))
    return plugin.noticed


Witnesses = Mapping[str, Mapping[str, str | None]]
"""To each rule the name of a `vector` and of a `test` that notice that it is gone, or None."""


def witnesses(wanted: Sequence[str]) -> Witnesses:
    """What notices each rule, among all vectors and tests."""
    by_vectors, by_tests = noticed_by_vectors(wanted), noticed_by_tests(wanted)
    return {rule: {"vector": by_vectors.get(rule), "test": by_tests.get(rule)} for rule in wanted}


def unnoticed(found: Witnesses) -> Iterator[str]:
    """A sentence for each kind of witness that a rule does not have."""
    for rule, by in found.items():
        if by["vector"] is None:
            yield f"{rule}: no vector notices that it is gone"
        if by["test"] is None:
            yield f"{rule}: no test notices that it is gone; name one test_{rule.replace('.', '_', 1)}"


def _arguments(arguments: list[str], known: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.ablation", description="Take away one rule at a time."
    )
    parser.add_argument("--rule", action="append", choices=known, metavar="ACT.RULE", help="only this rule")
    parser.add_argument("--list", action="store_true", help="name all rules")
    parser.add_argument("--json", action="store_true", help="say what notices each rule, as JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str], witnesses: Callable[[Sequence[str]], Witnesses] = witnesses) -> int:
    """Print what nothing notices; the exit code is 1 if there is any."""
    known = rules()
    asked = _arguments(arguments, known)
    wanted = asked.rule or known
    if asked.list:
        print("\n".join(wanted))
        return 0
    found = witnesses(wanted)
    faults = list(unnoticed(found))
    if asked.json:
        print(json.dumps(found, indent=2))
    elif asked.rule:
        print("\n".join(f"{rule}: {by['vector']}, {by['test']}" for rule, by in found.items()))
    print("\n".join([*faults, f"{len(found)} rules taken away, {len(faults)} faults"]), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
