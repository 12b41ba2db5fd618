"""All mutants: what is taken away from the reference server, answers that are spoilt, and blunt exchanges."""

from __future__ import annotations

import random
from collections.abc import Sequence

from lading_conformance.selftest import answering, hosting
from lading_conformance.selftest.model import Mutant
from lading_conformance.wrong import index
from lading_conformance.wrong.blunt import BLUNT


def mutants() -> tuple[Mutant, ...]:
    """Return all of them. Raises `HostFault` where the mutants' process cannot be asked."""
    taken = tuple(Mutant.model_validate(row) for row in hosting.listed())
    return taken + spoilt() + answering.mutants() + blunt()


def spoilt() -> tuple[Mutant, ...]:
    """Return those that spoil one answer; each names the one case that has to notice."""
    return tuple(
        Mutant(name=row.name, kind="spoilt answer", requirements=(row.requirement,), cases=(row.case,))
        for row in index.rows()
    )


def blunt() -> tuple[Mutant, ...]:
    """Return those that every case is told to; they break no one requirement."""
    return tuple(Mutant(name=name, kind="blunt") for name in BLUNT)


def sampled(all_of: Sequence[Mutant], count: int, seed: int) -> tuple[Mutant, ...]:
    """Return so many of them, the same for the same seed, from each kind in turn; no blunt ones, which take long."""
    chance = random.Random(seed)
    kinds = sorted({mutant.kind for mutant in all_of if mutant.kind != "blunt"})
    piles = {kind: [mutant for mutant in all_of if mutant.kind == kind] for kind in kinds}
    for pile in piles.values():
        chance.shuffle(pile)
    chosen: list[Mutant] = []
    while len(chosen) < count and any(piles.values()):
        chosen += [piles[kind].pop() for kind in kinds if piles[kind]]
    return tuple(chosen[:count])
