"""What the self-test concludes: who is told what, what counts as noticed, what is missing."""

from collections.abc import Sequence
from datetime import date

from lading_conformance.cases import index
from lading_conformance.report.model import CaseReport, CheckReport
from lading_conformance.requirements import requirements
from lading_conformance.selftest import answering, page, trying
from lading_conformance.selftest.excused import untested
from lading_conformance.selftest.model import Killer, Mutant, Outcome
from lading_conformance.selftest.mutants import blunt, sampled, spoilt
from lading_conformance.selftest.verdict import judged, without_case
from lading_conformance.trial.outcome import Verdict
from lading_conformance.wrong.index import rows

LISTING = Mutant(name="listing.rule", kind="rule", requirements=("LAD-LST-003", "LAD-STM-015"))


def report(name: str, verdict: Verdict, failed: Sequence[str] = (), reason: str | None = None) -> CaseReport:
    checks = tuple(
        CheckReport(requirement=broken, what="it is so", verdict="fail", detail="it is not", first=0, end=0)
        for broken in failed
    )
    return CaseReport(
        name=name,
        profile="catalogue",
        story="",
        verdict=verdict,
        reason=reason,
        seconds=0.1,
        requirements=(),
        parties=(),
        messages=(),
        checks=checks,
    )


def outcome(name: str, fate: str, **members: object) -> Outcome:
    named = {"name": name, "kind": "rule", "requirements": ("LAD-LST-003",), "fate": fate}
    return Outcome.model_validate({**named, **members})


def test_a_mutant_is_told_the_cases_about_what_it_breaks_the_quick_ones_first() -> None:
    told = trying.cases_of(LISTING, {"catalogue_listing": 0.1})
    assert told[0].name == "catalogue_listing"
    assert {case.name for case in told} == {
        case.name for name in LISTING.requirements for case in index.about(name) if case.profile != "verifier"
    }


def test_a_spoilt_answer_is_for_its_own_case_and_a_blunt_exchange_for_all_about_exchanges() -> None:
    for mutant in spoilt():
        assert [case.name for case in trying.cases_of(mutant, {})] == list(mutant.cases), mutant.name
    exchanges = [case for case in index.CASES if case.profile != "verifier"]
    assert list(trying.cases_of(blunt()[0], {})) == exchanges


def test_a_program_that_errs_is_told_the_cases_about_verifiers() -> None:
    for mutant in answering.mutants():
        told = trying.cases_of(mutant, {})
        assert told
        assert {case.profile for case in told} == {"verifier"}
        assert all(mutant.requirements[0] in case.requirements for case in told)


def test_only_a_check_of_a_broken_requirement_counts() -> None:
    other = trying._judged(LISTING, 0.0, [report("catalogue_listing", "fail", ["LAD-HTP-027"])])
    assert (other.fate, other.killer) == ("survived", None)
    assert other.failed == (("catalogue_listing", "LAD-HTP-027"),)
    right = trying._judged(LISTING, 0.0, [report("catalogue_listing", "fail", ["LAD-LST-003"])])
    assert right.fate == "killed"
    assert right.killer == Killer(
        case="catalogue_listing", requirement="LAD-LST-003", what="it is so", detail="it is not"
    )


def test_a_fault_of_the_suite_and_a_case_that_is_blocked_notice_nothing() -> None:
    assert trying._judged(LISTING, 0.0, [report("a", "error", reason="Traceback")]).fate == "error"
    blocked = trying._judged(LISTING, 0.0, [report("a", "blocked", reason="nobody is admitted")])
    assert (blocked.fate, blocked.reason) == (
        "survived",
        "all cases were blocked; a: blocked, nobody is admitted",
    )


def test_of_a_survivor_it_is_said_what_kept_cases_from_noticing_it() -> None:
    passed, blocked = report("a", "pass"), report("b", "blocked", reason="nobody is admitted")
    other = report("c", "fail", ["LAD-HTP-027"])
    assert trying._judged(LISTING, 0.0, [passed]).reason is None
    told = trying._judged(LISTING, 0.0, [passed, blocked, other])
    assert (told.fate, told.reason) == (
        "survived",
        "b: blocked, nobody is admitted; c: failed for LAD-HTP-027",
    )


def test_a_sample_is_the_same_for_the_same_seed_and_of_every_kind_but_the_blunt() -> None:
    every = (*spoilt(), *blunt(), LISTING, LISTING.model_copy(update={"name": "other.rule"}))
    assert sampled(every, 4, 7) == sampled(every, 4, 7)
    assert {mutant.kind for mutant in sampled(every, 4, 7)} == {"rule", "spoilt answer"}
    assert len(sampled(every, 1000, 7)) == len(every) - len(blunt())


def test_what_is_missing_is_said() -> None:
    alive = outcome("a", "survived")
    killed = outcome("b", "killed", failed=[("log_exchange", "LAD-PAR-006")])
    verdict = judged([report("log_exchange", "fail")], [alive, killed, outcome("c", "untestable")], [LISTING])
    assert not verdict.holds
    assert verdict.not_passed == ("log_exchange",)
    assert [fate.name for fate in verdict.alive] == ["a"]
    assert "log_exchange" not in verdict.never_failed
    assert ("log_exchange", "LAD-PAR-006") not in verdict.unmade
    assert "LAD-PAR-006" not in verdict.unbroken
    assert "LAD-LST-003" in verdict.unbroken
    assert not verdict.whole


def test_of_a_sample_only_what_was_tried_counts() -> None:
    assert judged([report("a", "pass")], [outcome("b", "killed")], [LISTING]).holds
    assert not judged([report("a", "pass")], [outcome("b", "no case")], [LISTING]).holds


def test_a_requirement_has_a_case_or_a_reason_and_never_both() -> None:
    assert set(untested()) <= set(requirements())
    assert not [name for name in untested() if index.about(name)]
    assert set(without_case()) == {
        name for name in requirements() if not index.about(name) and name not in untested()
    }


def test_every_spoilt_answer_names_a_case_and_a_requirement_of_it() -> None:
    for row in rows():
        case = index.named(row.case)
        assert case is not None, row.name
        assert row.requirement in case.requirements, row.name


def test_the_page_names_every_mutant_and_who_killed_it() -> None:
    killer = {"case": "log_exchange", "requirement": "LAD-PAR-006", "what": "a | b", "detail": ""}
    outcomes = [outcome("first", "killed", killer=killer), outcome("second", "survived")]
    text = page.render(page.Run(date(2026, 11, 26), 1, outcomes, judged([], outcomes, [])))
    assert "| ended on | 26 November 2026, suite " in text
    assert "| of these tried in an earlier run | 1 |" in text
    assert "| first | LAD-LST-003 | log_exchange | LAD-PAR-006: a \\| b |" in text
    assert "| second | LAD-LST-003 | **survived** |  |" in text
