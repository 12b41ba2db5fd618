"""The closed list of switches by which an exchange sets its own policy (`spec/gates.md`, part Policy)."""

from typing import Annotated, Literal

from pydantic import Field

from lading.statement.words import Country, Duration, Form, Unique

Assurance = Literal[
    "authorisation",
    "compliance",
    "conformance",
    "export-assessment",
    "provenance",
    "quality",
    "security-assessment",
    "surveying",
    "valuation",
]
"""What an assessor attests, and a policy can ask for."""
AttestationKind = Assurance | Literal["second-signature"]
Declaration = Literal[
    "classification",
    "jurisdictions",
    "licence",
    "quality",
    "rights",
    "sample",
    "schema",
    "validity",
]
"""Members of a listing that a policy can ask for."""


class Policy(Form):
    """What an exchange asks for beyond the rules that every exchange has. Absent switches ask for nothing."""

    onboarding: Literal["open", "closed"]
    declarations: Annotated[tuple[Declaration, ...], Field(min_length=1, max_length=8), Unique] | None = None
    objection_window: Duration | None = None
    attestations: Annotated[tuple[Assurance, ...], Field(min_length=1, max_length=9), Unique] | None = None
    excluded: Annotated[tuple[Country, ...], Field(min_length=1, max_length=250), Unique] | None = None
    related_parties: Literal["permitted", "refused"] | None = None
    contracts: Literal["any", "trial"] | None = None
