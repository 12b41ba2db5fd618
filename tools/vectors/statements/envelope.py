"""Envelopes and headers, and how to fool a reader of them."""

from __future__ import annotations

import json

from tools.vectors.files import VectorFile
from tools.vectors.primitives import b64url, canonical, header, jws
from tools.vectors.statements.carrier import NOTES, SIGNER, Bytes, members, signed, signer

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def file() -> VectorFile:
    """The file of envelopes."""
    made = VectorFile(
        path="statement/envelope.json",
        schema="statement",
        about="The three segments of a statement, and its header.",
        notes=NOTES,
        keys=[SIGNER],
    )
    cases = Bytes(made)
    cases.accept(
        "ordinary", "An ordinary statement.", ordinary(), about=["LAD-STM-017", "LAD-STM-041", "LAD-STM-044"]
    )
    _sizes(cases)
    _shapes(cases)
    _spellings(cases)
    _headers(cases)
    _suites(cases)
    return made


def ordinary() -> str:
    """A rejection whose payload leaves trailing bits in its last character."""
    return signed(members("rejection", reason="not-now"))


def padded(size: int) -> str:
    """A statement of exactly this many bytes."""
    for extra in range(size):
        text = "x" * (size * 3 // 4 - 700 + extra)
        statement = signed(members("rejection", extensions={"urn:example:pad": text}))
        if len(statement) >= size:
            assert len(statement) == size
            return statement
    raise ValueError(size)


def _sizes(cases: Bytes) -> None:
    about, flags = ["LAD-STM-002"], ["boundary"]
    cases.accept("largest", "A statement of 65536 bytes.", padded(65_536), about=about, flags=flags)
    cases.refuse("too-large", "A statement of 65537 bytes.", padded(65_537), "too-large", flags=flags)


def _shapes(cases: Bytes) -> None:
    head, body, signature = ordinary().split(".")
    shapes = {
        "no-bytes": ("No bytes at all.", ""),
        "one-segment": ("A header alone.", head),
        "two-segments": ("The signature is missing.", f"{head}.{body}"),
        "four-segments": ("A fourth segment follows.", f"{head}.{body}.{signature}.AAAA"),
        "dot-at-the-end": ("A dot follows the signature.", f"{head}.{body}.{signature}."),
        "empty-header": ("The header is empty.", f".{body}.{signature}"),
        "empty-payload": ("The payload is empty: a detached one.", f"{head}..{signature}"),
        "empty-signature": ("The signature is empty, as in an unsecured JWS.", f"{head}.{body}."),
        "json-serialisation": (
            "The flattened JSON serialisation of JWS.",
            json.dumps({"protected": head, "payload": body, "signature": signature}),
        ),
    }
    for name, (situation, text) in shapes.items():
        cases.refuse(name, situation, text, "malformed-envelope")
    odd = ordinary().encode().replace(b".", b"\xc2\xb7", 1)
    cases.refuse("other-dot", "A middle dot instead of the first full stop.", odd, "malformed-envelope")
    letter = f"{head}.{body}\u00e9.{signature}".encode()
    cases.refuse(
        "not-ascii", "A letter outside ASCII in the payload's segment.", letter, "malformed-envelope"
    )


def _other_last(segment: str) -> str:
    """The segment with an unused trailing bit set."""
    return segment[:-1] + _ALPHABET[_ALPHABET.index(segment[-1]) + 1]


def _spellings(cases: Bytes) -> None:
    head, body, signature = ordinary().split(".")
    plus = signed(members("rejection", extensions={"urn:example:x": "???>>>"}))
    assert "-" in plus or "_" in plus
    spellings = {
        "trailing-bits-header": (
            "An unused bit of the header's last character is set.",
            f"{_other_last(head)}.{body}.{signature}",
        ),
        "trailing-bits-payload": (
            "An unused bit of the payload's last character is set.",
            f"{head}.{_other_last(body)}.{signature}",
        ),
        "trailing-bits-signature": (
            "An unused bit of the signature's last character is set.",
            f"{head}.{body}.{_other_last(signature)}",
        ),
        "padding-payload": ("The payload is padded.", f"{head}.{body}{'=' * (-len(body) % 4)}.{signature}"),
        "padding-signature": ("The signature is padded.", f"{head}.{body}.{signature}=="),
        "standard-alphabet": ("The alphabet of standard base64.", plus.translate(str.maketrans("-_", "+/"))),
        "line-end": ("A line feed follows the signature.", f"{head}.{body}.{signature}\n"),
        "line-end-inside": (
            "The payload's segment is broken into two lines.",
            f"{head}.{body[:64]}\r\n{body[64:]}.{signature}",
        ),
        "space-before": ("A space precedes the header.", f" {head}.{body}.{signature}"),
        "nul": ("A NUL follows the payload.", f"{head}.{body}\x00.{signature}"),
    }
    for name, (situation, text) in spellings.items():
        cases.refuse(name, situation, text, "bad-base64url", flags=["second-spelling"])
    lengths = {
        "impossible-length": (
            "A payload segment of a length that base64url never has.",
            f"{head}.{body[:61]}.{signature}",
        ),
        "signature-63": ("A signature of 63 bytes.", f"{head}.{body}.{b64url(bytes(63))}"),
        "signature-65": ("A signature of 65 bytes.", f"{head}.{body}.{b64url(bytes(65))}"),
    }
    for name, (situation, text) in lengths.items():
        cases.refuse(
            name, situation, text, "bad-base64url", about=["LAD-STM-007"] if "signature" in name else ()
        )


def _with_header(text: str | bytes) -> str:
    head = text.encode() if isinstance(text, str) else text
    return jws(canonical(members("rejection")), signer(), head)


def _headers(cases: Bytes) -> None:
    plain, kid = header(signer().kid).decode(), signer().kid
    opening = plain.removesuffix("}")
    bad = {
        "not-json": ("The header is no JSON.", "alg=Ed25519"),
        "array": ("The header is a list.", '["Ed25519"]'),
        "empty": ("The header is an empty object.", "{}"),
        "byte-order-mark": ("The header begins with a byte order mark.", "\ufeff" + plain),
        "space": ("The header holds a space.", plain.replace(",", ", ")),
        "other-order": (
            "The header's members stand in another order.",
            f'{{"kid":"{kid}","alg":"Ed25519","typ":"lading+jws"}}',
        ),
        "escaped": ("A letter of a header member is escaped.", plain.replace('"Ed', '"\\u0045d')),
        "alg-twice": ("The member alg stands twice.", plain.replace('{"alg"', '{"alg":"Ed25519","alg"')),
        "no-kid": ("The header has no kid.", '{"alg":"Ed25519","typ":"lading+jws"}'),
        "no-typ": ("The header has no typ.", f'{{"alg":"Ed25519","kid":"{kid}"}}'),
        "alg-number": ("alg is a number.", plain.replace('"Ed25519"', "1")),
        "alg-null": ("alg is null.", plain.replace('"Ed25519"', "null")),
        "kid-list": ("kid is a list.", plain.replace(f'"{kid}"', f'["{kid}"]')),
        "kid-short": ("kid has 42 characters.", plain.replace(kid, kid[:42])),
        "kid-long": ("kid has 44 characters.", plain.replace(kid, kid + "A")),
        "kid-trailing-bits": ("kid leaves a trailing bit set.", plain.replace(kid, _other_last(kid))),
        "kid-standard-alphabet": (
            "kid has a character of standard base64.",
            plain.replace(kid, "+" + kid[1:]),
        ),
        "kid-line-end": ("kid ends with a line feed.", plain.replace(kid, kid + "\\n")),
        "member-crit": (
            "A further member: crit, the way to demand an extension of JWS.",
            f'{opening},"crit":["exp"]}}',
        ),
        "member-b64": (
            "A further member: b64, the way to leave the payload unencoded.",
            f'{opening},"b64":false}}',
        ),
        "member-jku": (
            "A further member: jku, an address to fetch a key from.",
            f'{opening},"jku":"https://keys.example"}}',
        ),
        "member-jwk": (
            "A further member: jwk, a key brought along.",
            f'{opening},"jwk":{{"x":"{signer().x}"}}}}',
        ),
    }
    parser = {"byte-order-mark", "escaped", "alg-twice"}
    for name, (situation, text) in bad.items():
        cases.refuse(
            f"header-{name}",
            situation,
            _with_header(text),
            "bad-header",
            flags=["parser"] if name in parser else (),
        )
    cases.refuse(
        "header-not-utf-8", "The header is not UTF-8.", _with_header(b'{"alg":"\xff"}'), "bad-header"
    )


def _suites(cases: Bytes) -> None:
    plain = header(signer().kid).decode()
    algs = {
        "EdDSA": "The older name of the suite.",
        "none": "No signature is asked for.",
        "None": "No signature is asked for, in another spelling.",
        "HS256": "A symmetric suite, to be checked with the public key as secret.",
        "ES256": "Another asymmetric suite.",
        "ed25519": "The name of the suite in lower case.",
        "Ed25519 ": "A space follows the name of the suite.",
        "": "The name of the suite is empty.",
    }
    for number, (alg, situation) in enumerate(algs.items()):
        text = plain.replace('"Ed25519"', f'"{alg}"')
        cases.refuse(f"alg-{number}-{alg.strip() or 'empty'}", situation, _with_header(text), "wrong-alg")
    types = {
        "JWT": "A token of another protocol.",
        "lading": "Half the name.",
        "LADING+JWS": "The name in upper case.",
        "application/lading+jws": "The media type in full.",
    }
    for typ, situation in types.items():
        text = plain.replace('"lading+jws"', f'"{typ}"')
        cases.refuse(f"typ-{typ.replace('/', '-')}", situation, _with_header(text), "wrong-typ")
