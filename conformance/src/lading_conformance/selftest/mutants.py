"""All mutants: what is taken away from the reference server, answers that are spoilt, and blunt exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from itertools import zip_longest

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
    """Return so many of them, from each kind in turn; no blunt ones, which take long.

    The seed puts each name in its place: a mutant that is new changes the sample only if it is in it.
    """
    kinds = sorted({mutant.kind for mutant in all_of if mutant.kind != "blunt"})
    piles = {
        kind: sorted((mutant for mutant in all_of if mutant.kind == kind), key=partial(_place, seed))
        for kind in kinds
    }
    turns = zip_longest(*piles.values())
    return tuple(mutant for turn in turns for mutant in turn if mutant is not None)[:count]


def _place(seed: int, mutant: Mutant) -> bytes:
    return sha256(f"{seed} {mutant.name}".encode()).digest()
