"""The gates of a listing: what has to be declared before data is listed."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.party import PROVENANCE
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, expect, forms, policy
from lading_conformance.steps.forms import Row
from lading_conformance.steps.values import ATTACHMENTS
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

CONSENT: Final[Json] = ATTACHMENTS[0]
OFFENCES: Final = ("criminal-record", "judicial-penalty", "traffic-penalty")
CALLS: Final[dict[str, Json]] = {"purpose": True, "authorisation": True}


def run(trial: Trial) -> None:
    """Pass each gate, and leave out what it asks for."""
    session = trial.session
    with trial.given("an admitted provider and what the policy asks of its listings"):
        _ = session.provider.id, policy.declared(session)
    session.checkpoint_size()
    forms.judge(trial, ROWS)
    _policy(trial)
    _public_body(trial)


def _people(**members: Json) -> dict[str, Json]:
    """What a listing says of people, so that every gate is passed; `members` replace or add."""
    named: dict[str, Json] = {
        "categories": ["identification"],
        "subjects": ["citizen"],
        "children": False,
        "legal_basis": "contract",
        "people": "up-to-10000",
    }
    return {**named, **members}


def _graded(grade: str) -> dict[str, Json]:
    return {"classification": {"grade": grade, "graded_by": "The suite"}}


def _without_provenance(session: Session) -> bytes:
    provider = session.provider
    payload = provider.payload("listing", kind="dataset", title="From nowhere", **policy.declared(session))
    del payload["provenance"]
    return provider.sign(payload)


def _listed(**people: Json) -> forms.Build:
    return forms.listing(personal_data=_people(**people))


def _service(**members: Json) -> forms.Build:
    return forms.listing(kind="service", personal_data=_people(), **members)


ROWS: Final = (
    Row("LAD-GAT-001", "data of grade core", forms.listing(**_graded("core")), "core-not-listable"),
    *(
        Row("LAD-GAT-001", f"data of grade {grade}", forms.listing(**_graded(grade)), None)
        for grade in ("general", "important")
    ),
    Row("LAD-GAT-002", "data from nowhere", _without_provenance, "provenance-missing"),
    Row("LAD-GAT-002", "data with source and collection", forms.listing(provenance=dict(PROVENANCE)), None),
    Row(
        "LAD-GAT-004",
        "children without their guardians' consent",
        _listed(children=True),
        "guardian-consent-missing",
    ),
    Row("LAD-GAT-004", "children with it", _listed(children=True, guardian_consent=CONSENT), None),
    Row("LAD-GAT-004", "no children, and no guardian", _listed(), None),
    *(
        Row(
            "LAD-GAT-005", f"the basis {basis} without consent", _listed(legal_basis=basis), "consent-missing"
        )
        for basis in ("consent", "subject-authorisation")
    ),
    *(
        Row("LAD-GAT-005", f"the basis {basis} with it", _listed(legal_basis=basis, consent=CONSENT), None)
        for basis in ("consent", "subject-authorisation")
    ),
    Row("LAD-GAT-005", "another basis without consent", _listed(legal_basis="legal-obligation"), None),
    *(
        Row(
            "LAD-GAT-006",
            f"{category} among the categories",
            _listed(categories=["name", category]),
            "removal-path-missing",
        )
        for category in OFFENCES
    ),
    Row(
        "LAD-GAT-006",
        "all of them, with a way to have them removed",
        _listed(categories=list(OFFENCES), removal="Write to us"),
        None,
    ),
    Row("LAD-GAT-008", "look-ups of people that ask nothing", _service(), "look-up-unguarded"),
    *(
        Row(
            "LAD-GAT-008",
            f"look-ups of people without {name}",
            _service(per_call={**CALLS, name: False}),
            "look-up-unguarded",
        )
        for name in CALLS
    ),
    Row("LAD-GAT-008", "look-ups of people that ask for both", _service(per_call=CALLS), None),
    Row("LAD-GAT-008", "a service about no people that asks nothing", forms.listing(kind="service"), None),
)


def _policy(trial: Trial) -> None:
    """Leave out one by one what the subject's own policy asks for; where it asks for nothing, declare nothing."""
    session = trial.session
    asked = policy.asked(session, "declarations")
    words = ", ".join(asked) or "nothing"
    with trial.check(
        "LAD-GAT-003", f"the policy asks for {words}, and a listing that declares just that is registered"
    ):
        deals.say(session, forms.listing()(session))
    for name in asked:
        member = "data_schema" if name == "schema" else name
        with trial.check(
            "LAD-GAT-003", f"the policy asks for {name}, which is left out: declaration-missing"
        ):
            expect.refused(session, _lacking(session, member), "declaration-missing")


def _lacking(session: Session, member: str) -> bytes:
    named: dict[str, Json] = {"kind": "dataset", "title": "Not declared", **policy.declared(session)}
    return session.provider.says(
        "listing", **{name: value for name, value in named.items() if name != member}
    )


def _public_body(trial: Trial) -> None:
    session = trial.session
    with trial.given("a public body that is admitted as a provider"):
        body = session.admitted("public body", "provider", kind="public-body")
    named: dict[str, Json] = {"kind": "dataset", "title": "Of a public body", **policy.declared(session)}
    with trial.check(
        "LAD-GAT-007", "a public body that does not say who authorised it: authorisation-missing"
    ):
        expect.refused(session, body.says("listing", **named), "authorisation-missing")
    with trial.check("LAD-GAT-007", "a public body that says it: registered"):
        deals.say(session, body.says("listing", **named, authorised_by="Decision 7 of the council"))
    with trial.check("LAD-GAT-007", "a company that does not: registered"):
        deals.say(session, session.provider.says("listing", **named))


CASE = Case(
    name="catalogue_declarations",
    profile="catalogue",
    story="A provider lists data of every sort of sensitivity, and leaves out what each sort asks for: where it comes "
    "from, the consent of people or their guardians, a way to have an entry removed, who authorised a public body.",
    requirements=tuple(f"LAD-GAT-{number:03d}" for number in (1, 2, 3, 4, 5, 6, 7, 8)),
    run=run,
)
