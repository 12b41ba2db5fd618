"""What the exchange says of itself keeps to the rules that it holds others to."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import object_of
from lading_conformance.oracle import keys
from lading_conformance.steps import own_chain
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

SWITCHES: Final = frozenset(
    {
        "onboarding",
        "declarations",
        "objection_window",
        "attestations",
        "excluded",
        "related_parties",
        "contracts",
    }
)


def run(trial: Trial) -> None:
    """Read the chain of the exchange's statements, and judge each after the one before."""
    with trial.need("LAD-PAR-004", "the exchange's statements are one line from entry 0 to the newest"):
        links = own_chain.read(trial.session)
        places = [link.index for link in links]
        if places != sorted(set(places)) or places[0] != 0:
            raise Failed(f"they stand at the entries {places}")
    with trial.check("LAD-PAR-009", "each size of the log is signed by a key that was listed before it"):
        own_chain.check_log_keys(links)
    with trial.check("LAD-STM-047", "no key signs both statements and checkpoints"):
        own_chain.check_keys_apart(links)
    with trial.check("LAD-STM-019", "the keys that it lists are sound"):
        for link in links:
            for public in link.signing_keys:
                keys.check_public(public)
    with trial.check("LAD-GAT-017", "its policy has only switches that there are"):
        for link in links:
            others = set(object_of(link.exchange, "policy")) - SWITCHES
            if others:
                raise Failed(f"entry {link.index} has {', '.join(sorted(others))} in its policy")


CASE = Case(
    name="statement_own_chain",
    profile="statement",
    story="A newcomer reads what the exchange has said of itself since entry 0: one line of statements, sound keys, no "
    "size of the log without a key that was announced, and no key that signs both statements and checkpoints.",
    requirements=("LAD-PAR-004", "LAD-PAR-009", "LAD-STM-047", "LAD-STM-019", "LAD-GAT-017"),
    run=run,
)
