"""The forms of values that machines read: ids, times, money, durations, codes, integers, lists."""

from __future__ import annotations

from typing import Any

from tools.vectors import scenarios
from tools.vectors.files import VectorFile
from tools.vectors.primitives import key, sha256
from tools.vectors.statements import sealed_values
from tools.vectors.statements.carrier import NAMED, NOTES, SIGNER, Bytes, members, signed
from tools.vectors.statements.forms import Form
from tools.vectors.world import START

_HEX = "0123456789abcdef" * 4
_KID = key("acme-next").kid


def file() -> VectorFile:
    """The file of value forms."""
    made = VectorFile(
        path="statement/values.json",
        schema="statement",
        about="The forms of values: ids, times, money, durations, codes, integers and lists.",
        notes=(*NOTES, "the value stands in the member that `pointer` names, or would name"),
        keys=[SIGNER],
    )
    cases = Bytes(made)
    for family in (_ids, _codes, _keys, _times, _durations, _money, _integers, _lists, sealed_values.add):
        family(cases)
    return made


def _ids(cases: Bytes) -> None:
    Form(cases, "id", "LAD-STM-027", "rejection", "offer").pass_({"digits": "sha256:" + _HEX}).fail(
        {
            "capitals": "sha256:" + _HEX.upper(),
            "short": "sha256:" + _HEX[:63],
            "long": "sha256:" + _HEX + "0",
            "no-prefix": _HEX,
            "other-prefix": "sha512:" + _HEX,
            "capital-prefix": "SHA256:" + _HEX,
            "space-before": " sha256:" + _HEX,
            "line-feed-after": "sha256:" + _HEX + "\n",
            "letter-g": "sha256:" + _HEX[:63] + "g",
            "empty": "",
            "number": 1,
            "list": ["sha256:" + _HEX],
            "null": None,
        }
    )
    Form(cases, "thumbprint", "LAD-STM-033", "participant", "next", 0).pass_({"other": _KID}).fail(
        {
            "short": _KID[:42],
            "long": _KID + "A",
            "trailing-bits": _KID[:42] + "B",
            "padding": _KID[:42] + "=",
            "standard-alphabet": "+" + _KID[1:],
            "line-feed-after": _KID + "\n",
        }
    )


def _codes(cases: Bytes) -> None:
    Form(cases, "country", "LAD-STM-031", "participant", "jurisdiction").pass_(
        {"swiss": "CH", "namibian": "NA"}
    ).fail(
        {
            "lower-case": "ch",
            "three-letters": "CHE",
            "reserved": "EU",
            "user-assigned": "XK",
            "former": "AN",
            "common-mistake": "UK",
            "empty": "",
            "space-after": "CH ",
        }
    )
    Form(cases, "token", "LAD-STM-034", "rejection", "reason").pass_(
        {"one-letter": "x", "longest": "a" * 64, "digits": "a-1"}, limit=["longest"]
    ).fail(
        {
            "empty": "",
            "too-long": "a" * 65,
            "capital": "Price",
            "digit-first": "1a",
            "dash-first": "-a",
            "underscore": "a_b",
            "space": "a b",
            "line-feed-after": "price\n",
            "umlaut": "größe",
        },
        limit=["too-long"],
    )


def _keys(cases: Bytes) -> None:
    Form(cases, "kind-of-use", "LAD-STM-015", "participant", "keys", 0, "use").fail({"enc": "enc"})
    Form(cases, "curve", "LAD-STM-015", "participant", "keys", 0, "jwk", "crv").fail({"x25519": "X25519"})
    Form(cases, "key-type", "LAD-STM-015", "participant", "keys", 0, "jwk", "kty").fail({"ec": "EC"})
    x = key("acme").x
    Form(cases, "key", "LAD-STM-015", "participant", "keys", 0, "jwk", "x").fail(
        {"short": x[:42], "trailing-bits": x[:42] + "B", "long": x + "A", "padding": x + "="}
    )
    Form(cases, "private-key", "LAD-STM-015", "participant", "keys", 0, "jwk", "d").fail({"member-d": x})


def _times(cases: Bytes) -> None:
    Form(cases, "time", "LAD-STM-029", "rejection", "issued_at").pass_(
        {
            "first": "2000-01-01T00:00:00.000Z",
            "last": "2999-12-31T23:59:59.999Z",
            "leap-day": "2028-02-29T12:00:00.000Z",
            "leap-day-2000": "2000-02-29T12:00:00.000Z",
            "leap-day-2400": "2400-02-29T12:00:00.000Z",
        },
        limit=["first", "last"],
    ).fail(
        {
            "year-1999": "1999-12-31T23:59:59.999Z",
            "year-3000": "3000-01-01T00:00:00.000Z",
            "no-leap-day": "2027-02-29T12:00:00.000Z",
            "no-leap-day-2100": "2100-02-29T12:00:00.000Z",
            "april-31": "2027-04-31T12:00:00.000Z",
            "month-0": "2027-00-10T12:00:00.000Z",
            "month-13": "2027-13-10T12:00:00.000Z",
            "day-0": "2027-01-00T12:00:00.000Z",
            "day-32": "2027-01-32T12:00:00.000Z",
            "hour-24": "2027-01-31T24:00:00.000Z",
            "minute-60": "2027-01-31T12:60:00.000Z",
            "leap-second": "2016-12-31T23:59:60.000Z",
            "no-milliseconds": "2027-01-31T12:00:00Z",
            "two-digits": "2027-01-31T12:00:00.00Z",
            "microseconds": "2027-01-31T12:00:00.000000Z",
            "comma": "2027-01-31T12:00:00,000Z",
            "offset": "2027-01-31T12:00:00.000+00:00",
            "no-zone": "2027-01-31T12:00:00.000",
            "lower-case-z": "2027-01-31T12:00:00.000z",
            "lower-case-t": "2027-01-31t12:00:00.000Z",
            "space": "2027-01-31 12:00:00.000Z",
            "basic-form": "20270131T120000.000Z",
            "line-feed-after": "2027-01-31T12:00:00.000Z\n",
            "full-width-digit": "202\uff17-01-31T12:00:00.000Z",
            "number": START,
        },
        limit=["year-1999", "year-3000"],
    )


def _durations(cases: Bytes) -> None:
    Form(cases, "duration", "LAD-STM-030", "listing", "standing", "terms", "taking_period").pass_(
        {
            "days": "P7D",
            "hours": "PT12H",
            "both": "P1DT30M",
            "all": "P99999DT99999H99999M99999S",
            "second": "PT1S",
        },
        limit=["all"],
    ).fail(
        {
            "empty": "P",
            "empty-clock": "P1DT",
            "clock-alone": "PT",
            "week": "P1W",
            "year": "P1Y",
            "month": "P1M",
            "zero-days": "P0D",
            "zero-seconds": "PT0S",
            "leading-zero": "P07D",
            "fraction": "P1.5D",
            "six-digits": "P100000D",
            "order": "PT1S1M",
            "twice": "P1D1D",
            "minus": "-P1D",
            "minus-inside": "P-1D",
            "lower-case": "p1d",
            "days-after-clock": "PT1H1D",
            "line-feed-after": "P7D\n",
            "number": 7,
        },
        limit=["six-digits"],
    )


def _money(cases: Bytes) -> None:
    def money(amount: object, currency: object = "EUR") -> dict[str, object]:
        return {"amount": amount, "currency": currency}

    price = Form(cases, "money", "LAD-STM-028", "listing", "standing", "terms", "price")
    price.pass_(
        {
            "euro": money("100.00"),
            "nothing": money("0.00"),
            "most": money("999999999999999.99"),
            "yen": money("100", "JPY"),
            "dinar": money("0.001", "KWD"),
            "four-digits": money("1.0000", "CLF"),
        },
        limit=["most"],
    )
    price.fail(
        {
            "euro-no-digits": money("100"),
            "euro-one-digit": money("100.0"),
            "euro-three-digits": money("100.000"),
            "yen-digits": money("100.00", "JPY"),
            "dinar-two-digits": money("1.00", "KWD"),
            "no-minor-digits": money("1", "XAU"),
            "unknown-currency": money("1.00", "EUX"),
            "former-currency": money("1.00", "DEM"),
        },
    )
    amount = Form(cases, "amount", "LAD-STM-028", "listing", "standing", "terms", "price", "amount")
    amount.fail(
        {
            "minus": "-1.00",
            "plus": "+1.00",
            "leading-zero": "01.00",
            "no-integer": ".50",
            "too-much": "1000000000000000.00",
            "exponent": "1e2",
            "comma": "1,00",
            "thousands": "1,000.00",
            "space": "1.00 ",
            "number": 1,
            "empty": "",
            "other-digits": "\u0661.00",
            "line-feed-after": "1.00\n",
        },
        limit=["too-much"],
    )
    currency = Form(cases, "currency", "LAD-STM-028", "listing", "standing", "terms", "price", "currency")
    currency.fail({"lower-case": "eur", "sign": "€", "name": "EURO", "number": 978})
    Form(cases, "money-further", "LAD-STM-028", "listing", "standing", "terms", "price", "tax").fail(
        {"member": "0.00"}
    )


def _integers(cases: Bytes) -> None:
    Form(cases, "sequence", "LAD-STM-015", "delivery", "sequence").pass_(
        {"first": 1, "last": 2**31 - 1}, limit=["first", "last"]
    ).fail(
        {"zero": 0, "minus": -1, "too-large": 2**31, "text": "1", "true": True}, limit=["zero", "too-large"]
    )
    Form(cases, "size", "LAD-STM-015", "delivery", "size").pass_(
        {"smallest": 1, "largest": 2**53 - 1}, limit=["smallest", "largest"]
    ).fail({"minus": -1, "text": "1", "false": False}, limit=["minus"])
    nothing = "sha256:" + sha256(b"").hex()
    for act, chunk in (("delivery", {}), ("listing", {"chunk_size": 65_536})):
        empty = members(act, size=0, content_root=nothing, **chunk)
        cases.accept(f"empty-{act}", f"No content: {act}.", signed(empty), about=["LAD-TRF-007"])
        other = signed(empty | {"content_root": NAMED["other"]})
        situation = f"No content, under a root that is not that of no bytes: {act}."
        cases.refuse(f"empty-{act}-other-root", situation, other, "bad-member", about=["LAD-TRF-007"])
    Form(cases, "chunk-size", "LAD-TRF-001", "delivery", "chunk_size").pass_(
        {"smallest": 65_536, "next": 131_072, "largest": 16_777_216}, limit=["smallest", "largest"]
    )
    for name, number in {
        "smaller": 32_768,
        "larger": 33_554_432,
        "below": 65_535,
        "no-power": 98_304,
    }.items():
        cases.refuse(
            f"chunk-size-{name}",
            f"Not a chunk size: {number}.",
            signed(members("delivery", chunk_size=number)),
            "bad-member",
            about=["LAD-TRF-001"],
            flags=["boundary"] if name == "below" else (),
        )


def _lists(cases: Bytes) -> None:
    about, other = ["LAD-STM-036"], NAMED["other"]
    listed = members("participant")["keys"]
    terms = scenarios.STANDING["terms"]
    twice: dict[str, tuple[str, dict[str, Any]]] = {
        "keys": ("participant", {"keys": listed * 2}),
        "keys-other-may": ("participant", {"keys": [listed[0], {**listed[0], "may": ["receipt"]}]}),
        "next": ("participant", {"next": [_KID, _KID]}),
        "revoked": ("participant", {"revoked": [_KID, _KID]}),
        "identifiers": ("participant", {"identifiers": ["lei:1", "lei:1"]}),
        "may": ("participant", {"keys": [{**listed[0], "may": ["offer", "offer"]}]}),
        "roles": ("admission", {"roles": ["provider", "provider"]}),
        "keywords": ("listing", {"keywords": ["a", "a"]}),
        "purposes": (
            "listing",
            {"standing": {**scenarios.STANDING, "terms": {**terms, "purposes": ["a", "a"]}}},
        ),
        "eligible": ("listing", {"standing": {**scenarios.STANDING, "eligible": [other, other]}}),
    }
    for name, (act, changes) in twice.items():
        cases.refuse(
            f"twice-{name}",
            f"A value stands twice in {name}.",
            signed(members(act, **changes)),
            "bad-member",
            about=about,
        )
    sizes: dict[str, tuple[str, dict[str, Any]]] = {
        "keys-empty": ("participant", {"keys": []}),
        "next-empty": ("participant", {"next": []}),
        "next-nine": ("participant", {"next": [key(f"next {number}").kid for number in range(9)]}),
        "keywords-33": ("listing", {"keywords": [f"k{number}" for number in range(33)]}),
        "keywords-empty": ("listing", {"keywords": []}),
        "checks-empty": ("admission", {"checks": []}),
        "roles-unknown": ("admission", {"roles": ["owner"]}),
        "not-a-list": ("listing", {"keywords": "roads"}),
        "object-for-list": ("listing", {"keywords": {"0": "roads"}}),
    }
    for name, (act, changes) in sizes.items():
        cases.refuse(
            f"list-{name}", f"A list of another form: {name}.", signed(members(act, **changes)), "bad-member"
        )
    eight = [key(f"next {number}").kid for number in range(8)]
    cases.accept(
        "list-next-eight", "Eight next keys.", signed(members("participant", next=eight)), flags=["boundary"]
    )
