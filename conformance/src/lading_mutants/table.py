"""All mutants by name: rules, other refusals, forms, and behaviours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, partial
from types import FunctionType, MappingProxyType
from typing import Final, Literal

from lading import acts
from lading_mutants import forms, rules
from lading_mutants.answering import ANSWERING
from lading_mutants.broken import requirements_of
from lading_mutants.refusals import Refusal, refusals
from lading_mutants.seeing import SEEING
from lading_mutants.unreached import UNREACHED as UNREACHED

Kind = Literal["rule", "refusal", "form", "behaviour"]

ISSUED_BY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "erasure.is_the_exchanges": ("LAD-ERA-005",),
        "lapse.is_the_exchanges": ("LAD-LPS-002",),
        "notarisation.is_the_exchanges": ("LAD-NOT-002",),
        "release.is_the_exchanges": ("LAD-RLS-002",),
    }
)
"""What a rule that several acts share enforces for one of them, besides what its code names."""
POLICIES: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        "declarations_are_made": {"declarations": ["licence", "rights"]},
        "objections_had_their_time": {"objection_window": "PT2S"},
        "onboarding_is_open": {"onboarding": "closed"},
        "parties_are_independent": {"related_parties": "refused"},
        "policy_attestations_stand": {"attestations": ["quality"]},
        "trial_only_where_asked": {"contracts": "trial"},
    }
)
"""The switches of an exchange without which a rule of this name asks nothing."""


@dataclass(frozen=True)
class Mutant:
    """The reference server with one thing taken away. `requirements`: what that breaks, the closest first."""

    name: str
    kind: Kind
    requirements: tuple[str, ...]
    applied: Callable[[], AbstractContextManager[None]]

    @property
    def policy(self) -> Mapping[str, object]:
        """The switches that the exchange needs so that it matters."""
        return POLICIES.get(self.name.rpartition(".")[2], {})


@cache
def mutants() -> Mapping[str, Mutant]:
    """All that can be noticed, by name. Raises `ValueError` where two have the same name."""
    found = [*_rules(), *_refusals(), *_forms(), *_behaviours()]
    by_name = {mutant.name: mutant for mutant in found}
    if len(by_name) < len(found):
        raise ValueError("two mutants of the same name")
    return MappingProxyType(by_name)


def _rules() -> Iterator[Mutant]:
    for name, check in rules.checks():
        if name in UNREACHED:
            continue
        broken = (*ISSUED_BY.get(name, ()), *requirements_of(check))
        yield Mutant(name, "rule", broken, partial(rules.without, name))


def _refusals() -> Iterator[Mutant]:
    covered = {_function(check) for _, check in rules.checks()}
    for refusal in refusals():
        alone = refusal.among == 1 and refusal.place.function in covered
        if not alone and refusal.name not in UNREACHED:
            yield Mutant(refusal.name, "refusal", refusal.requirements, _removing(refusal))


def _removing(refusal: Refusal) -> Callable[[], AbstractContextManager[None]]:
    return refusal.removed


def _function(check: Callable[..., object]) -> object:
    """The function that refuses: of a gate, the one that it asks."""
    gate = next(
        (
            cell.cell_contents
            for cell in getattr(check, "__closure__", None) or ()
            if isinstance(cell.cell_contents, FunctionType) and cell.cell_contents.__name__ == check.__name__
        ),
        None,
    )
    return gate or check


def _forms() -> Iterator[Mutant]:
    for act in acts.ACTS:
        broken = (forms.EXACTLY[act.name], "LAD-STM-015")
        yield Mutant(f"form.{act.name}", "form", broken, partial(forms.opened, act))


def _behaviours() -> Iterator[Mutant]:
    for behaviour in (*SEEING, *ANSWERING):
        yield Mutant(behaviour.name, "behaviour", behaviour.requirements, behaviour.changed)
