"""The mutants of the reference server: every row still changes what it names, and nothing is left changed."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from lading import acts
from lading.problems import Refused
from lading.rules import engine
from lading_conformance.requirements import requirements
from lading_mutants.code import Place, edited, replaced
from lading_mutants.refusals import Refusal, refusals
from lading_mutants.rules import rules
from lading_mutants.table import UNREACHED, mutants
from lading_server import ranges

SPAN = Place("lading_server.ranges", "span_of")


@pytest.mark.parametrize("kind", ["rule", "refusal", "form", "behaviour"])
def test_every_mutant_can_be_applied_and_names_what_it_breaks(kind: str) -> None:
    of_kind = [mutant for mutant in mutants().values() if mutant.kind == kind]
    assert of_kind
    for mutant in of_kind:
        with mutant.applied():
            pass
        assert mutant.requirements, mutant.name
        assert set(mutant.requirements) <= set(requirements()), mutant.name


def test_every_rule_is_a_mutant_or_has_a_reason() -> None:
    found = [mutant.name for mutant in mutants().values() if mutant.kind == "rule"]
    assert found == [name for name in rules() if name not in UNREACHED]


def test_no_refusal_is_left_out_without_a_reason() -> None:
    found = {refusal.name for refusal in refusals()}
    assert set(UNREACHED) <= found | set(rules())
    assert not set(UNREACHED) & set(mutants())
    # The rest are rules that refuse at this one place, and are mutants by their own names.
    for refusal in refusals():
        if refusal.name not in UNREACHED and refusal.name not in mutants():
            assert refusal.among == 1
            assert refusal.place.module.startswith(("lading.acts.", "lading.rules."))


def test_a_refusal_is_gone_in_the_block_and_back_after_it() -> None:
    with pytest.raises(Refused):
        ranges.span_of("bytes=9-", 4)
    with _named("server.ranges.span_of.2").removed():
        assert list(ranges.span_of("bytes=9-", 4)) == []
    with pytest.raises(Refused):
        ranges.span_of("bytes=9-", 4)


def test_a_form_is_open_in_the_block_and_closed_after_it() -> None:
    before = acts._READ["grant"]
    with mutants()["form.grant"].applied():
        assert acts._READ["grant"] is not before
    assert acts._READ["grant"] is before


def test_several_mutants_are_applied_together_and_put_back() -> None:
    before = engine.COMMON, ranges.span_of.__code__
    with contextlib.ExitStack() as stack:
        for name in ("common.under_is_head", "server.ranges.span_of.1"):
            stack.enter_context(mutants()[name].applied())
        with pytest.raises(KeyError):
            mutants()["no.such.mutant"]
        assert (engine.COMMON, ranges.span_of.__code__) != before
    assert (engine.COMMON, ranges.span_of.__code__) == before


@pytest.mark.parametrize(
    ("old", "why"), [("no such text", "stands 0 times"), ("wrong-range", "stands 3 times")]
)
def test_an_edit_that_is_not_of_one_place_is_refused(old: str, why: str) -> None:
    with pytest.raises(ValueError, match=why), edited(SPAN, replaced(SPAN, old, "x")):
        pass


def test_an_edit_that_changes_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was changed"), edited(SPAN, lambda text: text):
        pass


def test_the_list_is_there_for_who_imports_nothing() -> None:
    words = [sys.executable, "-m", "lading_mutants", "list", "--json"]
    said = json.loads(subprocess.run(words, check=True, capture_output=True, timeout=120).stdout)
    assert {row["name"] for row in said["mutants"]} == set(mutants())


def test_a_server_without_something_that_is_none_does_not_start(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "lading_mutants", "serve", str(tmp_path / "state"), "--without", "nothing"]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, "no mutant nothing" in done.stderr) == (2, True)


def _named(name: str) -> Refusal:
    return next(refusal for refusal in refusals() if refusal.name == name)
