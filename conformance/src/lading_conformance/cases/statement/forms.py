"""Values have one form each: the last value that is permitted passes, the first that is not does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lading_conformance.drivers.party import listed
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import forms, values
from lading_conformance.steps.flaws import EXTENSION
from lading_conformance.steps.forms import Build, Row
from lading_conformance.trial.case import Case, Trial

ZERO: Final = "not-entry-zero"
"""How far an exchange's first statement gets elsewhere when all its values have the right form."""


def run(trial: Trial) -> None:
    """Send a statement for each value."""
    trial.session.checkpoint_size()
    forms.judge(trial, ROWS)
    forms.judge(trial, LISTS)


def _member(name: str) -> Callable[[Json], Build]:
    return lambda value: forms.member(name, value)


def _ids(value: Json) -> Build:
    """A successor of what never was, under it."""
    return forms.newcomer(lambda party: dict.fromkeys(("previous", "issuer", "under"), value))


def _thumbprint(end: Json) -> Build:
    """A first statement that promises a key by its thumbprint with another end."""
    return forms.newcomer(lambda party: {"next": [party.successor.thumbprint[:42] + str(end)]})


ROWS: Final = (
    *forms.both("LAD-STM-027", "an id", values.IDS, values.NO_IDS, _ids, "unknown-issuer"),
    *forms.both(
        "LAD-STM-028",
        "money",
        values.MONEY,
        values.NO_MONEY,
        lambda value: forms.key_member(limit=value),
    ),
    *forms.both("LAD-STM-029", "a time", values.TIMES, values.NO_TIMES, _member("issued_at")),
    *forms.both("LAD-STM-031", "a country", values.COUNTRIES, values.NO_COUNTRIES, _member("jurisdiction")),
    *forms.both("LAD-STM-032", "a text", values.TEXTS, values.NO_TEXTS, _member("name")),
    *forms.both(
        "LAD-STM-033", "a thumbprint that ends with", "A8", ("B", "9", "+", "", "AA", "="), _thumbprint, None
    ),
    *forms.both(
        "LAD-STM-034",
        "a token",
        values.TOKENS,
        values.NO_TOKENS,
        lambda value: forms.key_member(may=["participant", value]),
    ),
    *forms.both(
        "LAD-STM-035",
        "a URI",
        values.URIS,
        values.NO_URIS,
        lambda value: forms.member("extensions", {str(value): 1}),
    ),
    *forms.both(
        "LAD-STM-035",
        "an identifier",
        values.IDENTIFIERS,
        values.NO_IDENTIFIERS,
        lambda value: forms.member("identifiers", [value]),
    ),
    *forms.both(
        "LAD-STM-035",
        "an HTTP address",
        values.ADDRESSES,
        values.NO_ADDRESSES,
        lambda value: forms.exchange_member("api", value),
        ZERO,
    ),
)


def _extension(number: int) -> str:
    return f"{EXTENSION}/{number}"


def _critical(*named: int, there: int = 16) -> Build:
    """A statement with so many extensions that nobody understands, and some of them named as critical."""
    extensions: dict[str, Json] = {_extension(number): 1 for number in range(there)}
    critical: list[Json] = [_extension(number) for number in named]
    return forms.newcomer(lambda party: {"extensions": extensions, "critical": critical})


LISTS: Final = (
    Row(
        "LAD-STM-036",
        "a key twice, once for one act only",
        forms.newcomer(
            lambda party: {"keys": [listed(party.key.public), listed(party.key.public, may=["receipt"])]}
        ),
    ),
    Row(
        "LAD-STM-036",
        "a promised key twice",
        forms.newcomer(lambda party: {"next": [party.successor.thumbprint] * 2}),
    ),
    Row(
        "LAD-STM-036",
        "a revoked key twice",
        forms.newcomer(lambda party: {"revoked": [party.successor.thumbprint] * 2}),
    ),
    Row("LAD-STM-036", "an identifier twice", forms.member("identifiers", ["lei:1", "lei:1"])),
    Row("LAD-STM-036", "an act twice in `may`", forms.key_member(may=["participant", "participant"])),
    Row("LAD-STM-037", "16 critical extensions", _critical(*range(16)), "unknown-critical"),
    Row("LAD-STM-037", "17 critical extensions", _critical(*range(17), there=17)),
    Row("LAD-STM-037", "no critical extension", _critical()),
    Row("LAD-STM-037", "a critical extension twice", _critical(0, 0)),
    Row("LAD-STM-037", "a critical extension that is not there", _critical(0, 1, there=1)),
)


CASE = Case(
    name="statement_forms",
    profile="statement",
    story="Somebody writes an amount without its cents, a day that never was, a text with a tab, a country that is "
    "none, and every other value at the edge of its form. What is just inside is taken, what is just outside refused.",
    requirements=(
        "LAD-STM-027",
        "LAD-STM-028",
        "LAD-STM-029",
        "LAD-STM-031",
        "LAD-STM-032",
        "LAD-STM-033",
        "LAD-STM-034",
        "LAD-STM-035",
        "LAD-STM-036",
        "LAD-STM-037",
    ),
    run=run,
)
