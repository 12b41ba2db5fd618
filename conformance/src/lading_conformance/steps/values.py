"""Values at the edge of each form of value: `X` are permitted, `NO_X` are not (`spec/statement.md`, Value forms)."""

from __future__ import annotations

from typing import Final

from lading_conformance.oracle.canonical import Json

HEX: Final = "0123456789abcdef" * 4

IDS: Final = (f"sha256:{HEX}",)
NO_IDS: Final[tuple[Json, ...]] = (
    f"sha256:{HEX.upper()}",
    f"sha256:{HEX[1:]}",
    f"sha256:{HEX}0",
    f"sha256:{HEX[1:]}g",
    f"sha256:{HEX}\n",
    f"SHA256:{HEX}",
    f"sha512:{HEX}",
    HEX,
    7,
)

MONEY: Final[tuple[Json, ...]] = (
    {"amount": "100.00", "currency": "EUR"},
    {"amount": "0.00", "currency": "EUR"},
    {"amount": "999999999999999.99", "currency": "EUR"},
    {"amount": "100", "currency": "JPY"},
    {"amount": "0.000", "currency": "KWD"},
    {"amount": "1.0000", "currency": "CLF"},
)
NO_MONEY: Final[tuple[Json, ...]] = (
    {"amount": "100", "currency": "EUR"},
    {"amount": "100.0", "currency": "EUR"},
    {"amount": "100.000", "currency": "EUR"},
    {"amount": "100.00", "currency": "JPY"},
    {"amount": "100.", "currency": "JPY"},
    {"amount": "0100.00", "currency": "EUR"},
    {"amount": ".50", "currency": "EUR"},
    {"amount": "-1.00", "currency": "EUR"},
    {"amount": "+1.00", "currency": "EUR"},
    {"amount": "1,00", "currency": "EUR"},
    {"amount": " 1.00", "currency": "EUR"},
    {"amount": "1.00\n", "currency": "EUR"},
    {"amount": "\u0661.00", "currency": "EUR"},
    {"amount": "1000000000000000.00", "currency": "EUR"},
    {"amount": "", "currency": "JPY"},
    {"amount": 100, "currency": "JPY"},
    {"amount": "100.00", "currency": "eur"},
    {"amount": "100.00", "currency": "XXX"},
    {"amount": "100.00"},
    {"amount": "100.00", "currency": "EUR", "tax": "0.00"},
    "100.00 EUR",
)

TIMES: Final = (
    "2000-01-01T00:00:00.000Z",
    "2999-12-31T23:59:59.999Z",
    "2024-02-29T12:00:00.001Z",
    "2400-02-29T12:00:00.001Z",
)
NO_TIMES: Final[tuple[Json, ...]] = (
    "1999-12-31T23:59:59.999Z",
    "3000-01-01T00:00:00.000Z",
    "2023-02-29T00:00:00.000Z",
    "2100-02-29T00:00:00.000Z",
    "2026-00-10T00:00:00.000Z",
    "2026-13-10T00:00:00.000Z",
    "2026-04-31T00:00:00.000Z",
    "2026-06-30T23:59:60.000Z",
    "2026-06-30T24:00:00.000Z",
    "2026-06-30T12:00:00Z",
    "2026-06-30T12:00:00.000000Z",
    "2026-06-30T12:00:00.000+00:00",
    "2026-06-30T12:00:00.000z",
    "2026-06-30t12:00:00.000Z",
    "2026-06-30 12:00:00.000Z",
    "2026-06-30T12:00:00.000Z\n",
    "\u0662026-06-30T12:00:00.000Z",
    1_782_820_800_000,
)

TEXTS: Final = ("\U0001f6a2" * 200, "N", "Name\nBranch", "Name\u0080", "Ame\u0301lie")
NO_TEXTS: Final[tuple[Json, ...]] = (
    "",
    "N" * 201,
    "Name\u0000",
    "Name\tBranch",
    "Name\r\nBranch",
    "Name\u001f",
    "Name\u007f",
    1,
    ["Name"],
)

TOKENS: Final = ("a", "a" + "-" * 63, "act-2-of-later")
NO_TOKENS: Final[tuple[Json, ...]] = ("", "A", "2a", "-a", "a_b", "a b", "a" * 65, "\u00e4", "a\n", 1)

URIS: Final = ("a:!", "a" * 32 + ":~", "urn:" + "x" * 256, "a+b.c-d1:%20")
NO_URIS: Final = (
    "colour",
    ":x",
    "Urn:x",
    "1a:x",
    "a_b:x",
    "urn:",
    "urn:a b",
    "urn:" + "x" * 257,
    "a" * 33 + ":x",
)

IDENTIFIERS: Final = ("lei:529900T8BM49AURSDO55", "a" * 32 + ":!", "did:" + "x" * 128)
NO_IDENTIFIERS: Final[tuple[Json, ...]] = (
    "529900T8BM49AURSDO55",
    "LEI:1",
    "a+b:1",
    "lei:",
    "lei:1 2",
    "lei:" + "x" * 129,
    "a" * 33 + ":1",
    "lei:\u00e4",
)

ADDRESSES: Final = (
    "https://exchange.example",
    "http://[::1]:8080/a/b",
    "https://exchange.example" + ("/" + "a" * 64) * 8,
)
NO_ADDRESSES: Final = (
    "https://exchange.example/",
    "https://exchange.example?a=b",
    "https://exchange.example#a",
    "https://exchange.example/a//b",
    "https://exchange.example/" + "a" * 65,
    "https://exchange.example" + "/a" * 9,
    "https://user@exchange.example",
    "https://exchange.example/%20",
    "HTTPS://exchange.example",
    "ftp://exchange.example",
    "//exchange.example",
)

COUNTRIES: Final = ("NL", "AX")
NO_COUNTRIES: Final[tuple[Json, ...]] = ("nl", "NLD", "XQ", "UK", "EU", "N", "", "N\u0130", ["NL"])

DURATIONS: Final = ("P7D", "PT12H", "P1DT30M", "PT1S", "P99999D", "P1DT99999H99999M99999S")
NO_DURATIONS: Final[tuple[Json, ...]] = (
    "P1W",
    "P1Y",
    "P0D",
    "PT0S",
    "P1.5D",
    "P",
    "PT",
    "P1DT",
    "P07D",
    "P100000D",
    "PT1M1H",
    "P1H",
    "-P1D",
    "p7d",
    "P7D ",
    7,
)

MEDIA_TYPES: Final = ("text/csv", "a/b", "application/vnd.a+json", f"{'a' * 64}/{'9' * 64}", "x/a!#$&^_.+-")
NO_MEDIA_TYPES: Final = (
    "text",
    "/csv",
    "text/",
    "Text/csv",
    "text/csv; a=b",
    f"a/{'b' * 65}",
    "a/+b",
    "a/b/c",
    "a/b*",
)

FILE_NAMES: Final = ("roads.csv", "a", "\U0001f6a2" * 200, "with space", "a..b")
NO_FILE_NAMES: Final = ("", ".roads", "..", "a/b", "a\\b", "a\nb", "a\u0000b", "a" * 201)

LICENCES: Final = ("CC-BY-4.0", "(MIT OR Apache-2.0)", "a" * 200, "GPL-2.0+")
NO_LICENCES: Final = ("", " MIT", "a" * 201, "MIT/X11", "Lizenz\u00a7", "MIT\n", "a_b")

_ATTACHED: Final[dict[str, Json]] = {
    "name": "schema.json",
    "media_type": "application/json",
    "size": 0,
    "digest": f"sha256:{HEX}",
}
ATTACHMENTS: Final[tuple[dict[str, Json], ...]] = (
    _ATTACHED,
    {**_ATTACHED, "size": 2**53 - 1},
    {**_ATTACHED, "url": "https://provider.example/schema.json"},
)
NO_ATTACHMENTS: Final[tuple[Json, ...]] = (
    {**_ATTACHED, "size": -1},
    {**_ATTACHED, "size": "0"},
    {**_ATTACHED, "name": "../schema.json"},
    {**_ATTACHED, "media_type": "JSON"},
    {**_ATTACHED, "digest": HEX},
    {**_ATTACHED, "url": "ftp://provider.example/schema.json"},
    {**_ATTACHED, "title": "Schema"},
    *({name: value for name, value in _ATTACHED.items() if name != gone} for gone in _ATTACHED),
    "schema.json",
)
