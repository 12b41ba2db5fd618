"""The tool that takes rules away: what it finds, that it puts them back, and whose silence it reports."""

from pathlib import Path

import pytest

from lading import acts
from lading.rules import engine
from lading_mutants import rules
from sdk.tests.acts.situations import refused
from sdk.tests.core.market import opened
from tools import ablation

RULE = "listing.provider_is_admitted"
TEST = """
from sdk.tests.acts.situations import refused
from sdk.tests.core.market import opened


def {name}() -> None:
    market = opened()
    refused(market, market.listing("{by}"), "not-admitted")
"""


def test_every_rule_of_acts_and_engine_has_a_name_of_its_own() -> None:
    names = rules.rules()
    assert len(set(names)) == len(names)
    assert {f"{act.name}.{rule.name}" for act in acts.ACTS for rule in act.rules} <= set(names)
    assert {"registration.home", "registration.signature", "common.nothing_is_due"} <= set(names)
    assert {"key.key_may_sign", "own_key.key_may_sign"} <= set(names)
    assert not any("check_" in name or name.endswith(".act") for name in names)


@pytest.mark.parametrize(
    "rule", ["listing.provider_is_admitted", "common.under_is_head", "registration.home"]
)
def test_a_rule_is_gone_in_the_block_and_back_after_it(rule: str) -> None:
    market = opened()
    cases = {
        "listing.provider_is_admitted": (market.listing("dave"), "not-admitted"),
        "common.under_is_head": (market.listing(), "stale-under"),
        "registration.home": (market.listing(home=market.id["acme"]), "wrong-home"),
    }
    if rule == "common.under_is_head":
        market.rotate("acme")
    jws, code = cases[rule]
    before = (acts.ACTS, acts.BY_NAME, engine.COMMON, engine.check_home)
    refused(market, jws, code)
    with rules.without(rule), pytest.raises(AssertionError, match="registered"):
        refused(market, jws, code)
    assert (acts.ACTS, acts.BY_NAME, engine.COMMON, engine.check_home) == before


def test_rules_come_back_after_a_failure() -> None:
    before = acts.ACTS

    def fail() -> None:
        with rules.without(RULE):
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert acts.ACTS is before


def test_a_vector_notices_that_a_rule_is_gone() -> None:
    cases = [case for case in ablation.vectors() if case.file.name == "listing/rules"]
    assert ablation.noticed_by_vectors([RULE], cases)[RULE].startswith("listing/rules/")


def test_a_rule_in_which_no_vector_ends_is_noticed_by_none() -> None:
    others = [case for case in ablation.vectors() if case.file.name == "release/rules"]
    assert others
    assert ablation.noticed_by_vectors([RULE, "release.is_due"], others).keys() == {"release.is_due"}


@pytest.mark.parametrize(
    ("name", "by", "noticed"),
    [
        ("test_listing_provider_is_admitted", "dave", True),
        ("test_listing_provider_is_admitted__pending", "dave", True),
        ("test_listing_provider_is_admitted_too", "dave", False),
        ("test_somebody_else_lists", "dave", False),
    ],
)
def test_a_test_notices_by_its_name(tmp_path: Path, name: str, by: str, noticed: bool) -> None:
    place = tmp_path / "test_given.py"
    place.write_text(TEST.format(name=name, by=by))
    found = ablation.noticed_by_tests([RULE], [place])
    assert (RULE in found) is noticed
    assert not noticed or found[RULE].endswith(f"::{name}")


def test_a_test_that_passes_without_its_rule_notices_nothing(tmp_path: Path) -> None:
    place = tmp_path / "test_given.py"
    place.write_text("def test_listing_provider_is_admitted() -> None:\n    assert True\n")
    assert ablation.noticed_by_tests([RULE], [place]) == {}


def test_a_file_of_tests_that_cannot_be_read_is_no_silence(tmp_path: Path) -> None:
    place = tmp_path / "test_given.py"
    place.write_text("import no_such_module_anywhere\n")
    with pytest.raises(SystemExit, match="no_such_module_anywhere"):
        ablation.noticed_by_tests([RULE], [place])


def test_what_nothing_notices_is_reported_with_the_name_that_its_test_should_have() -> None:
    found: ablation.Witnesses = {
        "a.one": {"vector": "a/rules/x", "test": "t"},
        "a.two": {"vector": None, "test": None},
    }
    assert list(ablation.unnoticed(found)) == [
        "a.two: no vector notices that it is gone",
        "a.two: no test notices that it is gone; name one test_a_two",
    ]


def test_the_exit_code_says_whether_everything_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, str | None] = {"vector": "listing/rules/pending", "test": "t"}
    assert ablation.main(["--rule", RULE], lambda wanted: dict.fromkeys(wanted, found)) == 0
    assert (
        ablation.main([], lambda wanted: dict.fromkeys(wanted, found) | {RULE: {**found, "vector": None}})
        == 1
    )
    assert "1 faults" in capsys.readouterr().err
    assert ablation.main(["--list"]) == 0
    assert RULE in capsys.readouterr().out.splitlines()
    with pytest.raises(SystemExit):
        ablation.main(["--rule", "listing.no_such_rule"])
    assert "invalid choice" in capsys.readouterr().err
