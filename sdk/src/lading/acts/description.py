"""What a listing declares about its product (`spec/acts/listing.md`, part Declarations).

Declarations are the issuer's word. The gates (`lading.acts.gates`) ask whether they are there, and what follows.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from lading.acts.attachment import Attachment
from lading.acts.base import IssuedAct
from lading.statement.words import (
    Digest,
    Duration,
    Form,
    Licence,
    Time,
    Token,
    Unique,
    Uri,
    parse_time,
    text,
)
from lading.terms.terms import Countries

Tokens = Annotated[tuple[Token, ...], Field(min_length=1, max_length=64), Unique]
Grade = Literal["general", "important", "core"]
Band = Literal["up-to-10000", "up-to-100000", "up-to-1000000", "over-1000000"]
MORE_THAN: Final[dict[str, int]] = {
    "up-to-10000": 0,
    "up-to-100000": 10_000,
    "up-to-1000000": 100_000,
    "over-1000000": 1_000_000,
}
"""The band of a number of people to the number that it exceeds."""
Collection = Literal[
    "administrative-record",
    "app",
    "authoritative-register",
    "derived",
    "platform-activity",
    "purchased",
    "recording",
    "sensor",
    "software-kit",
    "survey",
    "synthetic",
    "web",
]
"""How the data came to be."""


class Right(Form):
    """A claim to hold, use or operate the data; `contested` where the issuer knows of a dispute."""

    right: Literal["hold", "use", "operate"]
    holder: Annotated[str, text(200)]
    basis: Token
    evidence: Attachment | None = None
    contested: bool | None = None


class Provenance(Form):
    """Where the data comes from and how it was collected; `chain`: the apps and software kits that it passed."""

    source: Annotated[str, text(400)]
    collection: Collection
    method: Annotated[str, text(1000)] | None = None
    chain: Annotated[tuple[Annotated[str, text(200)], ...], Field(min_length=1, max_length=16)] | None = None
    notice_version: Annotated[str, text(64)] | None = None


class Classification(Form):
    """The grade of the data, who gave it and why."""

    grade: Grade
    graded_by: Annotated[str, text(200)]
    reason: Annotated[str, text(1000)] | None = None
    category: Token | None = None


class PersonalData(Form):
    """What the data says about people: categories and subjects in words of DPV, on which basis, of how many."""

    categories: Tokens
    subjects: Tokens
    children: bool
    legal_basis: Literal[
        "consent",
        "contract",
        "legal-obligation",
        "legitimate-interest",
        "public-interest",
        "subject-authorisation",
        "vital-interest",
    ]
    people: Band
    consent: Attachment | None = None
    guardian_consent: Attachment | None = None
    removal: Annotated[str, text(400)] | None = None
    residence: Countries | None = None


class PerCall(Form):
    """What each call of a service carries: its purpose, and the authorisation of the person asked about."""

    purpose: bool
    authorisation: bool


class Validity(Form):
    """From when until when the data describes the world, and how old it is at most when it is delivered."""

    since: Time
    until: Time | None = None
    freshness: Duration | None = None
    rhythm: Duration | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Validity":
        if self.until is not None and parse_time(self.until) < parse_time(self.since):
            raise ValueError("validity ends before it begins")
        return self


class Measure(Form):
    """One measure of quality: what, and its value as the issuer states it."""

    name: Token
    value: Annotated[str, text(200)]
    method: Annotated[str, text(400)] | None = None


class Spatial(Form):
    """Where the data lies: coordinate reference system, accuracy, countries."""

    crs: Annotated[str, text(200)]
    accuracy: Annotated[str, text(200)] | None = None
    countries: Countries | None = None


class Export(Form):
    """The route by which personal data crosses a border."""

    route: Literal["certification", "exempt", "security-assessment", "standard-contract"]
    evidence: Attachment | None = None


class Jurisdictions(Form):
    """Where the data is kept and processed, whom the listing bars, and how data leaves the country."""

    storage: Countries | None = None
    processing: Countries | None = None
    excluded: Countries | None = None
    export: Export | None = None


class Sample(Form):
    """One whole chunk of the promised content, and its path to the content root (RFC 6962)."""

    index: Annotated[int, Field(ge=0, lt=2**19)]
    chunk: Attachment
    leaf: Digest
    path: Annotated[tuple[Digest, ...], Field(max_length=19)]


class Relation(Form):
    """A document about the product: a Croissant description, a licence text, a dictionary."""

    role: Token
    document: Attachment


class Described(IssuedAct):
    """The members of a listing that describe the product and declare what it holds."""

    kind: Literal["dataset", "stream", "service"]
    title: Annotated[str, text(200)]
    description: Annotated[str, text(4000)] | None = None
    keywords: (
        Annotated[tuple[Annotated[str, text(64)], ...], Field(min_length=1, max_length=32), Unique] | None
    ) = None
    licence: Licence | None = None
    conforms_to: Annotated[tuple[Uri, ...], Field(min_length=1, max_length=16), Unique] | None = None
    data_schema: Attachment | None = None
    documents: Annotated[tuple[Relation, ...], Field(min_length=1, max_length=16)] | None = None
    rights: Annotated[tuple[Right, ...], Field(min_length=1, max_length=16)] | None = None
    authorised_by: Annotated[str, text(400)] | None = None
    provenance: Provenance | None = None
    classification: Classification | None = None
    personal_data: PersonalData | None = None
    per_call: PerCall | None = None
    validity: Validity | None = None
    quality: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=32)] | None = None
    spatial: Spatial | None = None
    jurisdictions: Jurisdictions | None = None
    sample: Sample | None = None
