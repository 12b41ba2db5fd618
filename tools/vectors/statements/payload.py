"""Payloads: JSON that is none, and JSON that has a second reading."""

from __future__ import annotations

from tools.vectors.files import VectorFile
from tools.vectors.primitives import canonical, jws
from tools.vectors.statements.carrier import NOTES, SIGNER, Bytes, members, signed, signer

_MARK = '"@"'


def file() -> VectorFile:
    """The file of payloads."""
    made = VectorFile(
        path="statement/payload.json",
        schema="statement",
        about="Payloads: JSON in the profile of RFC 8785 that statements use.",
        notes=(*NOTES, "odd values stand in an extension, which permits any JSON"),
        keys=[SIGNER],
    )
    cases = Bytes(made)
    _permitted(cases)
    _not_json(cases)
    _numbers(cases)
    _names(cases)
    _depth(cases)
    _not_canonical(cases)
    return made


def _raw(payload: str | bytes) -> str:
    return jws(payload.encode() if isinstance(payload, str) else payload, signer())


def _plain() -> str:
    return canonical(members("rejection")).decode()


def _with(value: str | bytes) -> str:
    """A statement with an extension whose value has exactly this spelling."""
    whole = canonical(members("rejection", extensions={"urn:example:x": "@"}))
    return _raw(whole.replace(_MARK.encode(), value.encode() if isinstance(value, str) else value))


def _permitted(cases: Bytes) -> None:
    every = "".join(map(chr, range(0x20))) + '"\\/\x7f\u0085\u2028\u2029\ufeff\uffff\U0001f600\U0010ffff'
    about = ["LAD-STM-012"]
    cases.accept(
        "every-escape",
        "A text with every character that has an escape, and some that have none.",
        signed(members("rejection", extensions={"urn:example:x": every})),
        about=about,
    )
    kinds = {"b": [True, False, None, {}, [], ""], "": 0, "A": {"_": -1, "0": 1}}
    cases.accept(
        "every-kind",
        "Every kind of value, and names that sort by their bytes.",
        signed(members("rejection", extensions={"urn:example:x": kinds})),
        about=about,
    )
    limits = [9007199254740991, -9007199254740991, 0, -1]
    cases.accept(
        "largest-integers",
        "The largest and smallest integers.",
        signed(members("rejection", extensions={"urn:example:x": limits})),
        about=["LAD-STM-009"],
        flags=["boundary"],
    )
    cases.accept(
        "empty-extensions",
        "An extensions member without extensions.",
        signed(members("rejection", extensions={})),
    )


def _not_json(cases: Bytes) -> None:
    plain = _plain()
    bad = {
        "word": ("A word.", "lading"),
        "list": ("A list.", f"[{plain}]"),
        "text": ("A text.", '"lading"'),
        "integer": ("An integer.", "1"),
        "true": ("A truth value.", "true"),
        "null": ("null.", "null"),
        "two-objects": ("Two objects.", plain + plain),
        "bytes-after": ("A letter follows the object.", plain + "x"),
        "nul-after": ("A NUL follows the object.", plain + "\x00"),
        "truncated": ("The last brace is missing.", plain[:-1]),
        "comma-at-the-end": ("A comma follows the last member.", plain[:-1] + ",}"),
        "comment": ("A comment.", plain[:-1] + "/**/}"),
        "single-quotes": ("Single quotes.", plain.replace('"', "'")),
        "bare-name": ("A member name without quotes.", plain.replace('"version"', "version")),
        "no-colon": ("A member without a value.", plain.replace('"version":1', '"version"')),
    }
    for name, (situation, text) in bad.items():
        cases.refuse(
            name, situation, _raw(text), "bad-json", flags=["truncated"] if name == "truncated" else ()
        )
    encodings = {
        "byte-order-mark": ("A byte order mark precedes the object.", b"\xef\xbb\xbf" + plain.encode()),
        "utf-16": ("UTF-16.", plain.encode("utf-16")),
        "utf-16-no-mark": ("UTF-16 without a byte order mark.", plain.encode("utf-16-le")),
        "utf-32": ("UTF-32.", plain.encode("utf-32-be")),
    }
    for name, (situation, data) in encodings.items():
        cases.refuse(name, situation, _raw(data), "bad-json", flags=["parser"])
    values = {
        "not-utf-8": ("A byte that UTF-8 never has.", b'"\xff"'),
        "overlong": ("An overlong encoding of a slash.", b'"\xc0\xaf"'),
        "overlong-nul": ("An overlong encoding of NUL.", b'"\xc0\x80"'),
        "utf-8-truncated": ("The last byte of a character is missing.", b'"\xf0\x9f\x98"'),
        "beyond-unicode": ("A code point above U+10FFFF.", b'"\xf4\x90\x80\x80"'),
        "encoded-surrogate": ("A lone surrogate in UTF-8.", b'"\xed\xa0\x80"'),
        "encoded-surrogate-pair": ("A surrogate pair in UTF-8 (CESU-8).", b'"\xed\xa0\xbd\xed\xb8\x80"'),
        "high-surrogate": ("An escaped lone high surrogate.", b'"\\ud800"'),
        "low-surrogate": ("An escaped lone low surrogate.", b'"\\udc00"'),
        "reversed-pair": ("An escaped surrogate pair the wrong way round.", b'"\\ude00\\ud83d"'),
        "raw-control": ("A control character that is not escaped.", b'"\x1f"'),
        "raw-line-feed": ("A line feed that is not escaped.", b'"\n"'),
        "unknown-escape": ("An escape that JSON does not have.", b'"\\x41"'),
        "short-escape": ("An escape of three digits.", b'"\\u041"'),
        "nan": ("NaN.", b"NaN"),
        "infinity": ("Infinity.", b"Infinity"),
        "minus-infinity": ("Minus infinity.", b"-Infinity"),
        "leading-zero": ("An integer with a leading zero.", b"01"),
        "plus": ("An integer with a plus sign.", b"+1"),
        "point-first": ("A fraction that begins with the point.", b".5"),
        "point-last": ("A number that ends with the point.", b"1."),
        "hexadecimal": ("A hexadecimal number.", b"0x10"),
        "full-width-digit": ("A digit of another script.", "\uff11".encode()),
        "capital-true": ("A truth value of another language.", b"True"),
        "list-comma": ("A comma at the end of a list.", b"[1,]"),
    }
    for name, (situation, data) in values.items():
        cases.refuse(name, situation, _with(data), "bad-json", flags=["parser"])


def _numbers(cases: Bytes) -> None:
    tokens = {
        "fraction-zero": ("1.0, which is an integer to many.", "1.0"),
        "exponent": ("1e3, which is an integer to many.", "1e3"),
        "exponent-capital": ("1E3.", "1E3"),
        "exponent-plus": ("1e+3.", "1e+3"),
        "fraction": ("0.5.", "0.5"),
        "tiny": ("1e-400, which is zero to many.", "1e-400"),
        "huge": ("1e400, which is infinite to many.", "1e400"),
        "minus-zero": ("-0.", "-0"),
        "minus-zero-fraction": ("-0.0.", "-0.0"),
        "two-to-53": (
            "2^53, the first integer that some parsers cannot tell from its neighbour.",
            "9007199254740992",
        ),
        "two-to-53-plus-1": ("2^53+1, which some parsers read as 2^53.", "9007199254740993"),
        "minus-two-to-53": ("-2^53.", "-9007199254740992"),
        "two-to-63": ("2^63.", "9223372036854775808"),
        "two-to-64": ("2^64.", "18446744073709551616"),
        "hundred-digits": ("An integer of a hundred digits.", "9" * 100),
        "five-thousand-digits": ("An integer of five thousand digits.", "9" * 5000),
    }
    far = {"two-to-53", "minus-two-to-53"}
    for name, (situation, token) in tokens.items():
        flags = ["parser", *(["boundary"] if name in far else [])]
        cases.refuse(name, situation, _with(token), "bad-number", flags=flags)
    deep = _with('{"a":[{"b":1.5}]}')
    cases.refuse("fraction-inside", "A fraction inside objects and lists.", deep, "bad-number")
    version = _raw(_plain().replace('"version":1', '"version":1.0'))
    cases.refuse("version-fraction", "A version of 1.0.", version, "bad-number", flags=["parser"])


def _names(cases: Bytes) -> None:
    plain = _plain()
    top = plain[:-1] + ',"é":1}'
    cases.refuse("name-top", "A member name outside ASCII.", _raw(top), "bad-name")
    names = {
        "inside": ("A name outside ASCII inside an extension.", '{"é":1}'),
        "escaped": ("A name outside ASCII, escaped.", '{"\\u00e9":1}'),
        "astral": ("A name of an astral character, whose place depends on what is sorted.", '{"😀":1}'),
        "private": ("Two names that sort differently by UTF-8 and by UTF-16.", '{"\uffff":1,"😀":2}'),
        "look-alike": ("A Cyrillic letter that looks like a Latin one.", '{"\u0430":1}'),
    }
    for name, (situation, value) in names.items():
        cases.refuse(f"name-{name}", situation, _with(value), "bad-name", flags=["parser"])


def _nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def _depth(cases: Bytes) -> None:
    cases.accept(
        "deepest",
        "Objects and lists 32 deep, the payload counted as 1.",
        _with(_nested(30)),
        about=["LAD-STM-011"],
        flags=["boundary"],
    )
    objects = '{"a":' * 29 + "{}" + "}" * 29
    cases.accept(
        "deepest-objects", "Objects 32 deep.", _with(objects), about=["LAD-STM-011"], flags=["boundary"]
    )
    cases.refuse("deep-33", "Lists 33 deep.", _with(_nested(31)), "too-deep", flags=["boundary"])
    cases.refuse(
        "deep-33-objects",
        "Objects 33 deep.",
        _with('{"a":' * 30 + "{}" + "}" * 30),
        "too-deep",
        flags=["boundary"],
    )
    for levels in (200, 1100, 3000):
        cases.refuse(
            f"deep-{levels}",
            f"Lists {levels} deep, which some parsers do not survive.",
            _with(_nested(levels)),
            "too-deep",
            flags=["parser"],
        )


def _not_canonical(cases: Bytes) -> None:
    plain = _plain()
    first, rest = plain[1:].split(",", 1)
    whole = {
        "space-after-colon": ("A space follows a colon.", plain.replace(":", ": ", 1)),
        "space-before": ("A space precedes the object.", " " + plain),
        "line-feed-after": ("A line feed follows the object.", plain + "\n"),
        "unsorted": ("Two members stand in another order.", "{" + rest[:-1] + "," + first + "}"),
        "same-member-twice": (
            "A member stands twice with one value.",
            "{" + first + "," + first + "," + rest,
        ),
        "other-member-twice": (
            "A member stands twice with two values: some parsers take the first, some the last.",
            plain.replace('"reason":', '"reason":"quality","reason":'),
        ),
    }
    for name, (situation, text) in whole.items():
        cases.refuse(name, situation, _raw(text), "not-canonical", flags=["second-spelling", "parser"])
    values = {
        "inside-space": ("A space in a list.", "[1, 2]"),
        "inside-unsorted": ("Names in another order inside an extension.", '{"b":1,"a":2}'),
        "inside-twice": ("A name twice inside an extension.", '{"a":1,"a":2}'),
        "inside-twice-escaped": ("A name twice, once escaped.", '{"a":1,"\\u0061":2}'),
        "case-order": ("Names sorted without regard to case.", '{"a":1,"B":2}'),
        "escaped-slash": ("An escaped slash.", '"\\/"'),
        "escaped-letter": ("A letter that is escaped without need.", '"\\u0041"'),
        "escaped-delete": ("U+007F, escaped without need.", '"\\u007f"'),
        "escaped-e-acute": ("A letter outside ASCII, escaped without need.", '"\\u00e9"'),
        "escaped-pair": ("An astral character as two escapes.", '"\\ud83d\\ude00"'),
        "capital-escape": ("An escape with capital digits.", '"\\u001F"'),
        "long-escape": ("A line feed in the long form of its escape.", '"\\u000a"'),
        "escaped-name": ("A name with an escape without need.", '{"\\u0061":1}'),
    }
    for name, (situation, value) in values.items():
        cases.refuse(name, situation, _with(value), "not-canonical", flags=["second-spelling"])
