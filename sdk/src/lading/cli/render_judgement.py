"""A judgement as text and as members."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lading.cli import output
from lading.evidence.claims import Case
from lading.transfer.judge import Judgement

_CHECKED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "LAD-JDG-001": "the file is a claim file",
        "LAD-JDG-002": "its evidence is VALID under your policy, and about a claim",
        "LAD-JDG-003": "every piece that the claim names is there, with its size and digest",
        "LAD-JDG-004": "the leaf has its place in the manifest that the provider signed",
        "LAD-JDG-005": "the chunk is the one that the leaf names",
        "LAD-JDG-006": "the key is the one that the leaf names",
        "LAD-JDG-007": "the chunk opens under the key",
        "LAD-JDG-008": "it opens to the length that the delivery says",
        "LAD-JDG-009": "it opens to the bytes that the leaf names",
        "LAD-JDG-011": "the consumer's share is at hand",
        "LAD-JDG-012": "the share is the one that the delivery commits to",
        "LAD-JDG-013": "the shares give the key that the leaf names",
    }
)
"""What each step looks at, in words. The steps with no words say what follows from the one before."""
_STEPS: Final = {
    None: ("001", "002", "003"),
    "bad-chunk": ("001", "002", "003", "004", "005", "006", "007", "008", "009"),
    "wrong-key": ("001", "002", "003", "004", "011", "012", "013"),
}
_DECIDES_AFTER: Final = {"LAD-JDG-010": "LAD-JDG-009", "LAD-JDG-014": "LAD-JDG-013"}
_GOOD_END: Final = frozenset({"opens", "key-derives"})


def members(judgement: Judgement, case: Case | None) -> dict[str, object]:
    """A judgement for programs."""
    return {
        "outcome": judgement.outcome,
        "code": judgement.code,
        "requirement": judgement.requirement,
        "detail": judgement.detail,
        "exit_code": judgement.exit_code,
        "at_fault": None if case is None or judgement.outcome != "upheld" else case.delivery.provider,
        "checked": [{"check": words, "holds": holds} for words, holds in checked(judgement, case)],
        "claim": None if case is None else _case(case),
    }


def show(judgement: Judgement, case: Case | None) -> None:
    """A judgement for people."""
    output.line(output.plain(judgement.summary))
    output.line(f"  {judgement.code} ({judgement.requirement})")
    output.line(output.plain(_fault(judgement, case)))
    for words, holds in checked(judgement, case):
        output.line(f"  {'yes' if holds else 'NO '}  {words}")
    if case is not None:
        output.fields({name.replace("_", " "): value for name, value in _case(case).items()})


def checked(judgement: Judgement, case: Case | None) -> list[tuple[str, bool]]:
    """What was looked at until the judgement was clear, in order, and whether it is so."""
    steps = [f"LAD-JDG-{number}" for number in _STEPS[None if case is None else case.claim.ground]]
    last = _DECIDES_AFTER.get(judgement.requirement, judgement.requirement)
    return [
        (_CHECKED[step], step != last or judgement.code in _GOOD_END)
        for step in steps[: steps.index(last) + 1]
    ]


def _fault(judgement: Judgement, case: Case | None) -> str:
    """Who is at fault, in one sentence."""
    if judgement.outcome == "undecided":
        return "Nothing is decided: something that is needed is missing. No fault is shown."
    if case is None or judgement.outcome == "dismissed":
        return "The claim proves no fault of the provider."
    return f"The provider is at fault: {case.provider} ({case.delivery.provider})."


def _case(case: Case) -> dict[str, object]:
    return {
        "claim": case.id,
        "ground": case.claim.ground,
        "chunk": case.claim.proven.index,
        "delivery": case.delivery.key,
        "contract": case.delivery.contract,
        "number": case.delivery.sequence,
        "provider": case.delivery.provider,
        "provider_name": case.provider,
        "consumer": case.delivery.consumer,
        "consumer_name": case.consumer,
    }
