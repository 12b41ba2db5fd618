"""The forms of texts: what people write, addresses and names."""

from __future__ import annotations

from tools.vectors.files import VectorFile
from tools.vectors.statements.carrier import NOTES, SIGNER, Bytes, members, signed
from tools.vectors.statements.forms import Form


def file() -> VectorFile:
    """The file of texts."""
    made = VectorFile(
        path="statement/texts.json",
        schema="statement",
        about="The forms of texts: titles, addresses, identifiers, names of files, references.",
        notes=(*NOTES, "the value stands in the member that `pointer` names, or would name"),
        keys=[SIGNER],
    )
    cases = Bytes(made)
    for family in (_texts, _addresses, _http_addresses, _names_of_files):
        family(cases)
    return made


def _texts(cases: Bytes) -> None:
    Form(cases, "text", "LAD-STM-032", "listing", "title").pass_(
        {
            "one-character": "x",
            "longest": "x" * 200,
            "longest-astral": "😀" * 200,
            "line-feed": "a\nb",
            "next-line": "a\u0085b",
            "combining": "e\u0301",
            "composed": "\u00e9",
            "right-to-left": "\u202eabc",
        },
        limit=["longest", "longest-astral"],
    ).fail(
        {
            "empty": "",
            "too-long": "x" * 201,
            "too-long-astral": "😀" * 201,
            "nul": "a\x00b",
            "tab": "a\tb",
            "carriage-return": "a\rb",
            "escape": "a\x1bb",
            "unit-separator": "a\x1fb",
            "delete": "a\x7fb",
            "number": 1,
        },
        limit=["too-long", "too-long-astral"],
    )
    Form(cases, "description", "LAD-STM-032", "listing", "description").pass_(
        {"longest": "x" * 4000}, limit=["longest"]
    ).fail({"too-long": "x" * 4001}, limit=["too-long"])


def _addresses(cases: Bytes) -> None:
    uri = "urn:example:" + "x" * 248
    Form(cases, "uri", "LAD-STM-035", "rejection", "extensions").pass_(
        {"longest": {"urn:" + "x" * 256: 1}, "https": {"https://vectors.example/a?b#c": 1}}, limit=["longest"]
    )
    for name, value in {
        "capital-scheme": "URN:x",
        "no-scheme": "//vectors.example",
        "empty-rest": "urn:",
        "space": "urn:a b",
        "too-long": uri + "x" * 9,
        "umlaut-escaped-not": "urn:a\x7f",
    }.items():
        cases.refuse(
            f"uri-{name}",
            f"Not of the form: uri, {name}.",
            signed(members("rejection", extensions={value: 1})),
            "bad-member",
            about=["LAD-STM-035"],
        )
    Form(cases, "identifier", "LAD-STM-035", "participant", "identifiers", 0).judge(
        {
            "lei": ("lei:529900T8BM49AURSDO55", True),
            "longest": ("a" * 32 + ":" + "x" * 128, True),
            "too-long": ("lei:" + "x" * 129, False),
            "no-value": ("lei:", False),
            "capital-scheme": ("LEI:1", False),
            "space": ("lei:1 2", False),
        },
        limit=["longest", "too-long"],
    )


def _http_addresses(cases: Bytes) -> None:
    Form(cases, "address", "LAD-STM-035", "participant", "exchange", "api").pass_(
        {
            "loopback": "http://127.0.0.1:8000",
            "ipv6": "http://[::1]:8000",
            "path": "https://vectors.example/a/b",
            "eight-segments": "https://vectors.example" + "/a" * 8,
        },
        limit=["eight-segments"],
    ).fail(
        {
            "slash-at-the-end": "https://vectors.example/",
            "query": "https://vectors.example?a",
            "fragment": "https://vectors.example#a",
            "user": "https://user@vectors.example",
            "other-scheme": "ftp://vectors.example",
            "no-host": "https://",
            "capital-scheme": "HTTPS://vectors.example",
            "nine-segments": "https://vectors.example" + "/a" * 9,
            "escape": "https://vectors.example/%41",
            "empty-segment": "https://vectors.example//a",
        },
        limit=["nine-segments"],
    )


def _names_of_files(cases: Bytes) -> None:
    Form(cases, "file-name", "LAD-STM-039", "listing", "name").pass_(
        {"plain": "roads.csv", "space": "my roads.csv", "letters": "straße.csv", "longest": "x" * 200},
        limit=["longest"],
    ).fail(
        {
            "empty": "",
            "slash": "../etc/passwd",
            "backslash": "..\\roads.csv",
            "dot-first": ".profile",
            "parent": "..",
            "nul": "roads.csv\x00.txt",
            "line-feed": "roads\n.csv",
            "delete": "a\x7f",
            "too-long": "x" * 201,
        },
        limit=["too-long"],
    )
    Form(cases, "media-type", "LAD-STM-039", "listing", "media_type").pass_(
        {"csv": "text/csv", "suffix": "application/geo+json", "vendor": "application/vnd.example-1.x"}
    ).fail(
        {
            "no-slash": "csv",
            "two-slashes": "a/b/c",
            "parameter": "text/csv; charset=utf-8",
            "capital": "Text/csv",
            "empty-half": "text/",
            "any": "*/*",
            "line-feed-after": "text/csv\n",
        }
    )
    Form(cases, "licence", "LAD-STM-039", "listing", "licence").pass_(
        {"spdx": "CC-BY-4.0", "expression": "(MIT OR Apache-2.0) AND BSD-3-Clause", "own": "LicenseRef-Acme"}
    ).fail({"space-first": " MIT", "comma": "MIT, BSD", "empty": "", "too-long": "x" * 201})
    Form(cases, "reference", "LAD-STM-034", "acceptance", "reference").judge(
        {
            "longest": ("A-z_0.9" + "x" * 57, True),
            "too-long": ("x" * 65, False),
            "empty": ("", False),
            "slash": ("a/b", False),
            "line-feed-after": ("PO-1\n", False),
        },
        limit=["longest", "too-long"],
    )
