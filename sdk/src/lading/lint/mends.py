"""How to mend what a listing is refused for, by code. A check compares the codes with the rules of listings."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from lading.statement import words

MENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "too-large": "Move long texts into documents, and name these by digest in the member documents.",
        "bad-json": "Write it as one JSON object in UTF-8.",
        "bad-number": 'Use plain integers; write amounts as texts, like "100.00".',
        "bad-name": "Use only ASCII in the names of members.",
        "too-deep": "Nest less deeply; no member of a listing needs it.",
        "unknown-version": "Leave version out, or write 1.",
        "unknown-type": 'Write "type": "listing".',
        "bad-member": "Give the member the form that spec/acts/listing.md says, or leave it out where it is optional.",
        "unknown-critical": "Take the extension out of critical; then exchanges that do not know it ignore it.",
        "issued-too-old": "Leave issued_at out; it is set when the listing is signed.",
        "issued-in-future": "Leave issued_at out; it is set when the listing is signed.",
        "not-admitted": "Register at the exchange and wait for its admission: lading identity register.",
        "missing-role": "Ask the exchange to admit you as a provider.",
        "unknown-statement": "Name the listing that this one replaces in supersedes, by its id at this exchange.",
        "not-author": "Supersede only listings of your own.",
        "stale-listing": "Supersede the newest version: see lading show with the id.",
        "listing-not-open": "The listing was withdrawn; publish a new one without supersedes.",
        "already-expired": "Set expires_at of the standing terms to a moment in the future.",
        "arbiter-not-fit": "Name an arbiter that is admitted by the exchange and is not you.",
        "sample-mismatch": "Draft the sample anew from the file: lading init FILE.",
        "core-not-listable": "Data of grade core is not for sale. List an aggregate of a lower grade in its place.",
        "provenance-missing": "Say in provenance where the data comes from (source) and how it was made (collection).",
        "declaration-missing": "Add the member; this exchange asks for it in its policy.",
        "guardian-consent-missing": "Name the evidence of the guardians' consent in personal_data.guardian_consent.",
        "consent-missing": "Name the evidence of consent in personal_data.consent, or the legal basis that applies.",
        "removal-path-missing": "Say in personal_data.removal how a person has an entry removed.",
        "authorisation-missing": "Say in authorised_by who authorised the public body to list it.",
        "look-up-unguarded": "Set purpose and authorisation of per_call to true, and have each call carry them.",
        "objection-window": "Wait; contracts are taken when the window is over.",
        "assessment-missing": "Have an admitted assessor attest the listing once it is registered.",
        "assessment-lapsed": "Have the listing assessed anew.",
        "attestation-missing": "Have an admitted assessor attest the listing once it is registered.",
        "jurisdiction-excluded": "Nothing can be done here; the jurisdiction is excluded.",
        "export-route-missing": "Declare the route in jurisdictions.export.",
        "related-parties": "Contract with related parties at an exchange that takes it.",
        "trial-only": "Set trial to true in the terms.",
    }
)


def _pattern(form: Any) -> str:  # noqa: ANN401 - a form is an annotated type
    """The pattern of a form of values."""
    parts = form.metadata if hasattr(form, "metadata") else form.__metadata__
    return next(str(pattern) for part in parts if (pattern := getattr(part, "pattern", None)) is not None)


FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        _pattern(words.StatementId): "Write an id or digest as sha256: and 64 lower-case hexadecimal digits.",
        _pattern(words.Time): "Write a time like 2026-11-23T09:30:00.000Z.",
        _pattern(words.Duration): "Write a duration like P7D, PT12H or P1DT30M.",
        _pattern(
            words.Token
        ): "Write a token: lower-case letters, digits and hyphens, beginning with a letter.",
        _pattern(words.Reference): "Write a reference of letters, digits, dots, hyphens and underscores.",
        _pattern(words.Uri): "Write a URI, like https://standards.example/roads/2.1.",
        _pattern(words.HttpUrl): "Write an address like https://acme.example/schema.json, without query.",
        _pattern(words.MediaType): "Write a media type, like text/csv.",
        _pattern(words.Licence): "Write an SPDX expression, like CC-BY-4.0.",
        _pattern(words.FileName): "Write a file name without folders.",
        _pattern(
            words.Money.model_fields["amount"]
        ): "Write an amount as a text with the currency's digits, like 100.00.",
    }
)
"""By the pattern that a value does not match: the form that it should have."""


def form_of(code: str, detail: str) -> str | None:
    """The form that a malformed value should have; None where the refusal is about something else."""
    if code != "bad-member":
        return None
    return next((form for pattern, form in FORMS.items() if pattern in detail), None)
