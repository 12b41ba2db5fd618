"""What grants, disclosures, erasures and notarisations hold: one member too few, too many or amiss is refused."""

from __future__ import annotations

from typing import Final

from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import values
from lading_conformance.steps.forms import Row, by_stranger, each_missing, judge, less
from lading_conformance.trial.case import Case, Trial

ID: Final = values.IDS[0]
OTHER: Final = f"sha256:{'0' * 64}"
TIME: Final = values.TIMES[1]
BEHIND: Final = "unknown-statement"
"""The code of what passes all forms and names nothing that is there."""
NOT_ITS_OWN: Final = "wrong-issuer"
"""The code of what passes all forms, and is for the exchange to say."""
PIECE: Final[dict[str, Json]] = {
    "name": "order.bin",
    "media_type": "application/octet-stream",
    "size": 32,
    "digest": ID,
}
GRANT: Final[dict[str, Json]] = {"contract": ID, "to": ID, "until": TIME}
DISCLOSURE: Final[dict[str, Json]] = {
    "statement": ID,
    "authority": "A",
    "legal_basis": "A",
    "scope": "A",
    "response": "complied",
}
READER: Final[dict[str, Json]] = {"reader": ID, "until": TIME}
ERASURE: Final[dict[str, Json]] = {
    "statement": ID,
    "index": 0,
    "sort": "claim",
    "author": ID,
    "ground": "unlawful",
    "changes": [],
}
PRODUCT: Final[dict[str, Json]] = {"key": ID, "provider": ID, "head": ID}
CHANGE: Final[dict[str, Json]] = {"kind": "product", "record": PRODUCT}
NOTARISATION: Final[dict[str, Json]] = {"digest": ID}


def grants() -> list[Row]:
    """Grants."""
    return [
        Row("LAD-GRA-001", "a grant", by_stranger("grant", GRANT), BEHIND),
        *each_missing("LAD-GRA-001", "grant", GRANT),
        Row("LAD-GRA-001", "a grant for ever", by_stranger("grant", GRANT, until="for ever")),
        Row("LAD-GRA-001", "a grant to two", by_stranger("grant", GRANT, to=[ID, OTHER])),
        Row("LAD-GRA-001", "a grant with a scope", by_stranger("grant", GRANT, scope="all")),
    ]


def disclosures() -> list[Row]:
    """Disclosures."""
    longest: dict[str, Json] = {"authority": "a" * 200, "legal_basis": "a" * 400, "scope": "a" * 1_000}
    rows = [
        Row("LAD-DIS-001", "a disclosure", by_stranger("disclosure", DISCLOSURE), BEHIND),
        Row(
            "LAD-DIS-001",
            "one of the most",
            by_stranger("disclosure", {**DISCLOSURE, **longest, **READER}),
            BEHIND,
        ),
        Row(
            "LAD-DIS-001",
            "one with the demand",
            by_stranger("disclosure", DISCLOSURE, document=PIECE),
            BEHIND,
        ),
        *each_missing("LAD-DIS-001", "disclosure", DISCLOSURE),
    ]
    for name, value in longest.items():
        what = f"a disclosure with {name} one character longer"
        rows.append(Row("LAD-DIS-001", what, by_stranger("disclosure", DISCLOSURE, **{name: f"{value}a"})))
    for response in ("complied", "partly", "refused", "challenged"):
        code = BEHIND if response in ("complied", "partly") else "bad-member"
        shown = by_stranger("disclosure", {**DISCLOSURE, **READER}, response=response)
        rows.append(Row("LAD-DIS-001", f"a disclosure to a reader that was {response}", shown, code))
        plain = by_stranger("disclosure", DISCLOSURE, response=response)
        rows.append(Row("LAD-DIS-001", f"a disclosure to nobody that was {response}", plain, BEHIND))
    return [
        *rows,
        Row("LAD-DIS-001", "another response", by_stranger("disclosure", DISCLOSURE, response="ignored")),
        Row("LAD-DIS-001", "a reader without an end", by_stranger("disclosure", DISCLOSURE, reader=ID)),
        Row("LAD-DIS-001", "an end without a reader", by_stranger("disclosure", DISCLOSURE, until=TIME)),
        Row("LAD-DIS-001", "a disclosure with a price", by_stranger("disclosure", DISCLOSURE, price="0.00")),
    ]


def erasures() -> list[Row]:
    """Erasures: whoever issues one, its form is looked at first."""
    full: dict[str, Json] = {
        "readers": [OTHER, ID],
        "contract": ID,
        "legal_basis": "a" * 400,
        "changes": [CHANGE] * 64,
    }
    wrong: dict[str, dict[str, Json]] = {
        "no readers": {"readers": []},
        "a reader twice": {"readers": [ID, ID]},
        "65 readers": {"readers": [f"sha256:{number:064x}" for number in range(65)]},
        "a legal basis of 401 characters": {"legal_basis": "a" * 401},
        "a negative index": {"index": -1},
        "65 changes": {"changes": [CHANGE] * 65},
        "a change of who somebody is": {"changes": [{"kind": "participant", "record": PRODUCT}]},
        "a change of no kind": {"changes": [{"record": PRODUCT}]},
        "a record that lacks a member": {"changes": [{**CHANGE, "record": less(PRODUCT, "head")}]},
        "a record with one too many": {"changes": [{**CHANGE, "record": {**PRODUCT, "title": "Words"}}]},
        "a member of no erasure": {"text": "Words"},
    }
    return [
        Row("LAD-ERA-001", "an erasure", by_stranger("erasure", ERASURE), NOT_ITS_OWN),
        Row("LAD-ERA-001", "one of the most", by_stranger("erasure", {**ERASURE, **full}), NOT_ITS_OWN),
        *each_missing("LAD-ERA-001", "erasure", ERASURE),
        *(
            Row("LAD-ERA-001", f"an erasure with {what}", by_stranger("erasure", ERASURE, **more))
            for what, more in wrong.items()
        ),
    ]


def notarisations() -> list[Row]:
    """Notarisations."""
    full: dict[str, Json] = {"media_type": "text/csv", "reader": ID, "text": "a" * 400}
    return [
        Row("LAD-NOT-001", "a notarisation", by_stranger("notarisation", NOTARISATION), NOT_ITS_OWN),
        Row("LAD-NOT-001", "one of the most", by_stranger("notarisation", NOTARISATION, **full), NOT_ITS_OWN),
        *each_missing("LAD-NOT-001", "notarisation", NOTARISATION),
        Row(
            "LAD-NOT-001",
            "a text of 401 characters",
            by_stranger("notarisation", NOTARISATION, text="a" * 401),
        ),
        Row("LAD-NOT-001", "the bytes themselves", by_stranger("notarisation", NOTARISATION, bytes="AA")),
        Row("LAD-NOT-001", "no media type", by_stranger("notarisation", NOTARISATION, media_type="text")),
    ]


def run(trial: Trial) -> None:
    """Send each form once."""
    with trial.given("a participant that is party to nothing"):
        _ = trial.session.stranger
    judge(trial, [*grants(), *disclosures(), *erasures(), *notarisations()])


CASE = Case(
    name="access_forms",
    profile="access",
    story="Grants, disclosures, erasures and notarisations with one member too few, too many or of another form. Each "
    "is refused before anybody asks who issued it or what it names; its neighbour with the right members is not.",
    requirements=("LAD-GRA-001", "LAD-DIS-001", "LAD-ERA-001", "LAD-NOT-001"),
    run=run,
)
