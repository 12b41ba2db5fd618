"""The value forms of members: ids, times, money, durations, codes and texts (LAD-STM-027 to LAD-STM-039).

Each form has exactly one spelling per value where two spellings could be confused; everything else is refused.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, NewType

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from lading.errors import UsageProblem
from lading.statement.registries import COUNTRIES, CURRENCIES

Id = NewType("Id", str)
"""A statement id or digest: `sha256:` and 64 lower-case hexadecimal digits."""
Thumbprint = NewType("Thumbprint", str)
"""RFC 7638 SHA-256 thumbprint of a public key: 43 base64url characters."""
Millis = NewType("Millis", int)
"""A moment: milliseconds since 1970-01-01T00:00:00Z, without leap seconds."""

ID = re.compile(r"sha256:[0-9a-f]{64}")
_TIME = (
    r"(?:2[0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:2[048]00|2[0-9](?:0[48]|[2468][048]|[13579][26]))-02-29)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
)
_N = r"[1-9][0-9]{0,4}"
_CLOCK = rf"T(?:{_N}H(?:{_N}M)?(?:{_N}S)?|{_N}M(?:{_N}S)?|{_N}S)"
_DURATION = rf"P(?:{_N}D(?:{_CLOCK})?|{_CLOCK})"
_PART = re.compile(r"([0-9]+)([DHMS])")
_UNITS = {"D": 86_400_000, "H": 3_600_000, "M": 60_000, "S": 1000}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST_MOMENT = 253_402_300_799_999


def parse_time(text: str) -> Millis:
    """Milliseconds since the epoch of an RFC 3339 time written `2026-11-23T09:30:00.000Z`; else `ValueError`."""
    if re.fullmatch(_TIME, text) is None:
        raise ValueError("a time is written like 2026-11-23T09:30:00.000Z")
    return Millis((datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND)


def format_time(moment: int) -> str:
    """The one spelling of a moment given in milliseconds since the epoch; of one beyond the calendar, its number.

    A forged time can lie there. It is no time of the protocol (LAD-STM-029), and still has to be shown.
    """
    if moment > _LAST_MOMENT:
        return f"{moment} ms"
    when = _EPOCH + timedelta(milliseconds=moment)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{moment % 1000:03d}Z"


def parse_duration(text: str) -> Millis:
    """Milliseconds of an ISO 8601 duration in days, hours, minutes and seconds; else `ValueError`."""
    if re.fullmatch(_DURATION, text) is None:
        raise ValueError("a duration is written like P7D, PT12H or P1DT30M")
    return Millis(sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text)))


def _check_country(text: str) -> str:
    # LAD-STM-031
    if text not in COUNTRIES:
        raise ValueError("not an ISO 3166-1 alpha-2 country code")
    return text


def _check_unique(items: tuple[Any, ...]) -> tuple[Any, ...]:
    # LAD-STM-036
    if len(set(items)) != len(items):
        raise ValueError("an item stands twice")
    return items


_TEXT = r"^[^\x00-\x09\x0b-\x1f\x7f]*\z"


def text(maximum: int) -> StringConstraints:
    """A string form: 1 to `maximum` characters, no control characters but the line feed."""
    return StringConstraints(pattern=_TEXT, min_length=1, max_length=maximum)


# Where one length is given, or one bound, it stands beside the pattern: an automaton that counts is large and slow.
StatementId = Annotated[Id, StringConstraints(pattern=r"^sha256:[0-9a-f]+\z", min_length=71, max_length=71)]
Digest = StatementId
KeyThumbprint = Annotated[
    Thumbprint,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]+[AEIMQUYcgkosw048]\z", min_length=43, max_length=43),
]
Time = Annotated[str, StringConstraints(pattern=rf"^{_TIME}\z")]
Duration = Annotated[str, StringConstraints(pattern=rf"^{_DURATION}\z")]
Country = Annotated[str, AfterValidator(_check_country)]
Token = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*\z", max_length=64)]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+\z", max_length=64)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}:[\x21-\x7e]{1,128}\z")]
Uri = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+.-]{0,31}:[\x21-\x7e]{1,256}\z")]
HttpUrl = Annotated[
    str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]{1,255}(?:/[A-Za-z0-9._~\-]{1,64}){0,8}\z")
]
Origin = Annotated[str, StringConstraints(pattern=r"^[\x21-\x2a\x2c-\x7e]{1,200}\z")]
MediaType = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\z")
]
Licence = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.+()-][A-Za-z0-9.+() -]*\z", max_length=200)]
FileName = Annotated[
    str, StringConstraints(pattern=r"^[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]*\z", max_length=200)
]
Count = Annotated[int, Field(ge=1, le=2**31 - 1)]
Size = Annotated[int, Field(ge=0, le=2**53 - 1)]
Unique = AfterValidator(_check_unique)


class Form(BaseModel):
    """Base of every wire object: frozen, strict, closed, and quiet about its input in errors."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class Money(Form):
    """An exact amount: decimal string with the currency's minor digits, and the ISO 4217 code (LAD-STM-028)."""

    amount: Annotated[str, StringConstraints(pattern=r"^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,4})?\z")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}\z")]

    @model_validator(mode="after")
    def _exact(self) -> "Money":
        digits = CURRENCIES.get(self.currency)
        if digits is None:
            raise ValueError("not an ISO 4217 currency code")
        if len(self.amount.partition(".")[2]) != digits:
            raise ValueError(f"an amount in {self.currency} has {digits} decimal digits")
        return self

    @property
    def value(self) -> Decimal:
        """The amount as an exact decimal number of the currency's major unit."""
        return Decimal(self.amount)

    @classmethod
    def of(cls, text: str) -> "Money":
        """The money that a person writes as `"100 EUR"` or `"100.00 EUR"`. Never rounds: raises `UsageProblem`."""
        amount, _, currency = text.strip().partition(" ")
        digits = CURRENCIES.get(currency)
        try:
            if digits is None:
                raise ValueError(f"{currency!r} is not an ISO 4217 currency code")
            number = Decimal(amount)
            exact = number.quantize(Decimal(1).scaleb(-digits))
            if number != exact:
                raise ValueError(f"{currency} has {digits} decimal digits")
            return Money(amount=f"{exact:f}", currency=currency)
        except (InvalidOperation, ValueError) as error:
            raise UsageProblem(
                f"not an amount: {text!r} ({error})", hint='Write it like "100.00 EUR".'
            ) from None

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
