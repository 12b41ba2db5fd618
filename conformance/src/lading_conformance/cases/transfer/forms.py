"""What lapses and releases hold: what is missing or too much is refused, before who said it."""

from __future__ import annotations

from typing import Final

from lading_conformance.oracle import base64url
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import values
from lading_conformance.steps.forms import Build, Row, by_stranger, each_missing, judge
from lading_conformance.trial.case import Case, Trial

ID: Final = values.IDS[0]
NOT_ITS_OWN: Final = "wrong-issuer"
"""The code of what passes all forms, and is for the exchange to say."""
OF_DELIVERY: Final[dict[str, Json]] = {"delivery": ID}
OF_NUMBER: Final[dict[str, Json]] = {"contract": ID, "sequence": 1}
RELEASE: Final[dict[str, Json]] = {"receipt": ID, "share": base64url.encode(bytes(32))}


def lapses() -> list[Row]:
    """Lapses of a delivery, and of a number that was owed."""
    return [
        Row("LAD-LPS-001", "a lapse of a delivery", by_stranger("lapse", OF_DELIVERY), NOT_ITS_OWN),
        Row("LAD-LPS-001", "a lapse of a number", by_stranger("lapse", OF_NUMBER), NOT_ITS_OWN),
        Row("LAD-LPS-001", "a lapse of both", by_stranger("lapse", {**OF_DELIVERY, **OF_NUMBER})),
        Row("LAD-LPS-001", "a lapse of nothing", by_stranger("lapse", {})),
        *each_missing("LAD-LPS-001", "lapse", OF_NUMBER),
        Row(
            "LAD-LPS-001",
            "a lapse of a delivery with its number",
            by_stranger("lapse", OF_DELIVERY, sequence=1),
        ),
        Row("LAD-LPS-001", "a lapse of the number 0", by_stranger("lapse", OF_NUMBER, sequence=0)),
        Row("LAD-LPS-001", "a lapse with a reason", by_stranger("lapse", OF_DELIVERY, reason="late")),
    ]


def releases() -> list[Row]:
    """Releases."""
    return [
        Row("LAD-RLS-001", "a release", by_stranger("release", RELEASE), NOT_ITS_OWN),
        *each_missing("LAD-RLS-001", "release", RELEASE),
        *(
            Row("LAD-RLS-001", f"a release of a share of {size} bytes", _share(bytes(size)))
            for size in (0, 31, 33)
        ),
        Row(
            "LAD-RLS-001",
            "a release of both shares",
            by_stranger("release", RELEASE, consumer=RELEASE["share"]),
        ),
    ]


def _share(share: bytes) -> Build:
    return by_stranger("release", RELEASE, share=base64url.encode(share))


def run(trial: Trial) -> None:
    """Send each form once."""
    with trial.given("a participant that is party to nothing"):
        _ = trial.session.stranger
    judge(trial, [*lapses(), *releases()])


CASE = Case(
    name="transfer_forms",
    profile="transfer",
    story="Somebody who is not the exchange says lapses and releases, with one member too few, too many or of another "
    "form. Each is refused before anybody asks who issued it; its neighbour with the right members is not.",
    requirements=("LAD-LPS-001", "LAD-RLS-001"),
    run=run,
)
