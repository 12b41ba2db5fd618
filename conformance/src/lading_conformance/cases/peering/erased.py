"""What one exchange erases, the other shows no more."""

from __future__ import annotations

from lading_conformance.steps import deals, expect, peering
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed


def run(trial: Trial) -> None:
    """List something at the peer, wait until the subject mirrors it, and have it erased."""
    here, there = peering.other(trial.session), trial.session
    word = here.word()
    with trial.given("a listing here, mirrored at the other exchange, and erased here"):
        listing = deals.publish(here, title=f"Listing {word}")
        peering.mirrored(there, listing.id, word)
        here.operate("erase", statement=listing.id)
    path = f"/statements/{listing.id}"
    with trial.check("LAD-ERA-009", "the other exchange does not give out its bytes any more"):
        expect.in_time(
            there,
            there.subject.news_seconds,
            lambda: there.exchange.get(path).status != 200 or None,
            "its bytes were still given out",
        )
    with trial.check("LAD-HTP-042", "it says that they are gone"):
        expect.problem(there.exchange.get(path), "gone")
    with trial.check("LAD-ERA-009", "a search there does not show them either"):
        if peering.found(there, listing.id, word) is not None:
            raise Failed("the erased listing is still found")


CASE = Case(
    name="peering_erased",
    profile="exchange-to-exchange",
    story="A listing is erased at its home. The exchange that mirrored it gives its bytes out no more.",
    requirements=("LAD-ERA-009", "LAD-HTP-042"),
    run=run,
    needs=("erase",),
)
