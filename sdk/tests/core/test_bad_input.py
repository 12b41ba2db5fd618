"""What must not pass, each under a name of its own: refused with its own code, nothing stored, nothing lost."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lading.errors import ContentMismatch
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.envelope import encode
from lading.statement.words import format_time
from lading.transfer import content
from sdk.tests.core.market import DAY, HOUR, PROVENANCE, Market, altered, listed, payload_of, signer, traded
from tools.vectors import contents
from tools.vectors.edwards import BASE, L, challenge, decoded, scalar_of, torsion

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture
def market() -> Market:
    return traded()


def next_letter(segment: bytes) -> bytes:
    """The segment with its last unused bit set."""
    return segment[:-1] + bytes([ALPHABET[ALPHABET.index(segment[-1]) + 1]])


def header(jws: bytes, change: Callable[[bytes], bytes], key: Ed25519Signer) -> bytes:
    """The statement with another header, signed as it stands."""
    head, body, _ = jws.split(b".")
    signing_input = base64url.encode(change(base64url.decode(head))) + b"." + body
    return signing_input + b"." + base64url.encode(key.sign(signing_input))


def replaced(jws: bytes, old: bytes, new: bytes, key: Ed25519Signer) -> bytes:
    """The statement with a part of its payload replaced, signed as it stands."""
    payload = payload_of(jws)
    assert old in payload
    return altered(jws, payload.replace(old, new, 1), key)


ACME = signer("acme")
SPELLINGS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "padding": (lambda jws: jws + b"==", "bad-base64url"),
    "line end": (lambda jws: jws + b"\n", "bad-base64url"),
    "space": (lambda jws: b" " + jws, "bad-base64url"),
    "standard alphabet": (lambda jws: jws.replace(b"-", b"+").replace(b"_", b"/"), "bad-base64url"),
    "trailing bits of the signature": (next_letter, "bad-base64url"),
    "trailing bits of the header": (
        lambda jws: b".".join((next_letter(jws.split(b".")[0]), *jws.split(b".")[1:])),
        "bad-base64url",
    ),
    "signature cut": (lambda jws: jws[:-4], "bad-base64url"),
    "signature missing": (lambda jws: jws.rpartition(b".")[0], "malformed-envelope"),
    "too large": (lambda jws: jws + b"A" * 65_536, "too-large"),
}
HEADERS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "extra header member": (lambda head: head[:-1] + b',"crit":[]}', "bad-header"),
    "header member twice": (lambda head: head[:-1] + b',"typ":"lading+jws"}', "bad-header"),
    "header with a space": (lambda head: head.replace(b",", b", "), "bad-header"),
    "kid of 42 characters": (lambda head: re.sub(rb'(?<="kid":".{42}).', b"", head), "bad-header"),
    "alg EdDSA": (lambda head: head.replace(b'"Ed25519"', b'"EdDSA"'), "wrong-alg"),
    "alg none": (lambda head: head.replace(b'"Ed25519"', b'"none"'), "wrong-alg"),
    "alg HS256": (lambda head: head.replace(b'"Ed25519"', b'"HS256"'), "wrong-alg"),
    "typ JWT": (lambda head: head.replace(b"lading+jws", b"JWT"), "wrong-typ"),
}
DEEP = b"[" * 31 + b"]" * 31
VALUES: dict[str, tuple[bytes, str]] = {
    "1.0": (b"1.0", "bad-number"),
    "1e3": (b"1e3", "bad-number"),
    "2^53": (b"9007199254740992", "bad-number"),
    "2^53+1": (b"9007199254740993", "bad-number"),
    "-0": (b"-0", "bad-number"),
    "lone surrogate": (b'"\\ud800"', "bad-json"),
    "encoded surrogate": (b'"\xed\xa0\x80"', "bad-json"),
    "not UTF-8": (b'"\xff"', "bad-json"),
    "NaN": (b"NaN", "bad-json"),
    "name outside ASCII": ('{"é":1}'.encode(), "bad-name"),
    "name outside ASCII, escaped": (b'{"\\u00e9":1}', "bad-name"),
    "name twice": (b'{"a":1,"a":1}', "not-canonical"),
    "space": (b"[1, 2]", "not-canonical"),
    "long escape": (b'"\\u000a"', "not-canonical"),
    "33 deep": (DEEP, "too-deep"),
    "20 000 deep": (b"[" * 20_000 + b"]" * 20_000, "too-deep"),
}
PAYLOADS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "byte order mark": (lambda payload: b"\xef\xbb\xbf" + payload, "bad-json"),
    "two objects": (lambda payload: payload * 2, "bad-json"),
    "line end after it": (lambda payload: payload + b"\n", "not-canonical"),
    "member twice": (lambda payload: payload.replace(b'{"', b'{"chunk_size":1,"', 1), "not-canonical"),
    "name outside ASCII": (lambda payload: payload[:-1] + ',"é":1}'.encode(), "bad-name"),
    "null": (lambda payload: payload.replace(b'"Roads"', b"null"), "bad-member"),
    "unknown member": (lambda payload: payload[:-1] + b',"zone":1}', "bad-member"),
    "unknown act": (lambda payload: payload.replace(b'"listing"', b'"lending"'), "unknown-type"),
    "unknown version": (lambda payload: payload.replace(b'"version":1', b'"version":2'), "unknown-version"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_second_spelling(market: Market, name: str) -> None:
    change, code = SPELLINGS[name]
    market.check_refused(change(market.listing(title="??>>??>>")), code)


@pytest.mark.parametrize("name", HEADERS)
def test_an_odd_header(market: Market, name: str) -> None:
    change, code = HEADERS[name]
    market.check_refused(header(market.listing(), change, ACME), code)


@pytest.mark.parametrize("name", VALUES)
def test_an_odd_value(market: Market, name: str) -> None:
    value, code = VALUES[name]
    marked = market.listing(extensions={"urn:example:x": "@"})
    market.check_refused(replaced(marked, b'"@"', value, ACME), code)


@pytest.mark.parametrize("name", PAYLOADS)
def test_an_odd_payload(market: Market, name: str) -> None:
    change, code = PAYLOADS[name]
    jws = market.listing()
    market.check_refused(altered(jws, change(payload_of(jws)), ACME), code)


def test_a_critical_extension_that_nobody_knows(market: Market) -> None:
    critical = market.listing(extensions={"urn:example:x": 1}, critical=["urn:example:x"])
    market.check_refused(critical, "unknown-critical")


@pytest.mark.parametrize("number", range(8))
def test_a_key_of_low_order(market: Market, number: int) -> None:
    key = signer("eve")
    low = {
        **listed(key),
        "jwk": {**listed(key)["jwk"], "x": base64url.encode(torsion()[number].encoded).decode()},
    }
    members = market.newcomer("eve", keys=[listed(key), low])
    market.check_refused(market_signed(members, key), "bad-key")


def test_a_key_of_mixed_order(market: Market) -> None:
    key = signer("eve")
    mixed = (decoded(key.public) + torsion()[1]).encoded
    other = {**listed(key), "jwk": {**listed(key)["jwk"], "x": base64url.encode(mixed).decode()}}
    market.check_refused(market_signed(market.newcomer("eve", keys=[listed(key), other]), key), "bad-key")


def market_signed(members: dict[str, object], key: Ed25519Signer) -> bytes:
    """A statement whose members the SDK would sign too."""
    return encode(members, key)


@pytest.mark.parametrize("number", range(8))
def test_a_signature_with_an_r_of_low_order(market: Market, number: int) -> None:
    signing_input = market.listing().rpartition(b".")[0]
    r = torsion()[number].encoded
    s = challenge(r, ACME.public, signing_input) * scalar_of(ACME.seed) % L
    forged = signing_input + b"." + base64url.encode(r + s.to_bytes(32, "little"))
    market.check_refused(forged, "bad-signature")


def test_a_signature_with_a_larger_s(market: Market) -> None:
    signing_input, _, signature = market.listing().rpartition(b".")
    raw = base64url.decode(signature)
    s = int.from_bytes(raw[32:], "little") + L
    larger = signing_input + b"." + base64url.encode(raw[:32] + s.to_bytes(32, "little"))
    market.check_refused(larger, "bad-signature")


def test_a_signature_that_only_the_cofactored_equation_accepts(market: Market) -> None:
    signing_input = market.listing().rpartition(b".")[0]
    nonce = scalar_of(bytes(32))
    r = (nonce % L * BASE + torsion()[1]).encoded
    s = (nonce + challenge(r, ACME.public, signing_input) * scalar_of(ACME.seed)) % L
    forged = signing_input + b"." + base64url.encode(r + s.to_bytes(32, "little"))
    market.check_refused(forged, "bad-signature")


def test_a_wrong_signer(market: Market) -> None:
    market.check_refused(
        market.say("acme", "withdrawal", key=signer("eve"), statement=market.id["listing"]), "unknown-key"
    )


def test_the_key_of_somebody_else(market: Market) -> None:
    jws = market.say("acme", "withdrawal", key=signer("carol"), statement=market.id["listing"])
    market.check_refused(jws, "unknown-key")


def test_a_key_of_somebody_elses_name(market: Market) -> None:
    """The header names acme's key, and carol's signed."""
    named = market.say("acme", "withdrawal", statement=market.id["listing"])
    signing_input = named.rpartition(b".")[0]
    forged = signing_input + b"." + base64url.encode(signer("carol").sign(signing_input))
    market.check_refused(forged, "bad-signature")


def test_a_stranger_in_somebody_elses_name(market: Market) -> None:
    """Eve lists acme's key as her own, and signs nothing with it."""
    key = signer("eve")
    market.check_refused(market_signed(market.newcomer("eve", keys=[listed(ACME)]), key), "unlisted-key")


def test_an_issuer_that_is_not_there(market: Market) -> None:
    market.check_refused(
        market.say(
            "acme", "rejection", issuer=market.id["listing"], offer=market.id["listing"], reason="price"
        ),
        "unknown-issuer",
    )


def test_an_act_that_the_table_does_not_hold(market: Market) -> None:
    market.admit("dave", "expelled")
    again = market.say("exchange", "admission", participant=market.id["dave"], status="admitted", roles=[])
    market.check_refused(again, "admission-not-in-table")


def test_a_stale_offer(market: Market) -> None:
    offer = market.put(market.offer("buyer", "acme", market.id["listing"]))
    market.clock.now += 8 * DAY
    market.check_refused(market.say("acme", "acceptance", offer=offer), "offer-expired")


def test_an_offer_about_a_stale_listing(market: Market) -> None:
    newer = market.put(market.listing(title="Newer", supersedes=market.id["listing"]))
    market.check_refused(market.offer("buyer", "acme", market.id["listing"]), "stale-listing", winner=newer)


def test_an_offer_that_was_withdrawn(market: Market) -> None:
    offer = market.put(market.offer("buyer", "acme", market.id["listing"]))
    gone = market.put(market.say("buyer", "withdrawal", statement=offer))
    market.check_refused(market.say("acme", "acceptance", offer=offer), "offer-not-open", winner=gone)


def test_a_stale_previous(market: Market) -> None:
    stale = market.successor("acme", signer("acme-next"), signer("another"))
    market.rotate("acme")
    market.check_refused(stale, "stale-previous", winner=market.head["acme"])


def test_a_stale_under(market: Market) -> None:
    stale = market.say("buyer", "listing", kind="dataset", title="Late", provenance=PROVENANCE)
    market.rotate("buyer")
    market.check_refused(stale, "stale-under")


def test_a_second_acceptance(market: Market) -> None:
    offer = market.put(market.offer("buyer", "acme", market.id["listing"]))
    first = market.put(market.say("acme", "acceptance", offer=offer))
    market.clock.now += 1
    market.check_refused(market.say("acme", "acceptance", offer=offer), "offer-not-open", winner=first)


def test_a_second_purchase_under_one_reference(market: Market) -> None:
    market.clock.now += 1
    market.check_refused(
        market.buy("buyer", market.id["listing"], "PO-1"), "reference-used", winner=market.id["contract"]
    )


def test_a_second_receipt(market: Market) -> None:
    market.clock.now += 1
    market.check_refused(
        market.acknowledge(market.id["delivery"]), "delivery-not-open", winner=market.id["receipt"]
    )


def test_a_second_delivery_with_one_number(market: Market) -> None:
    market.clock.now += 1
    again = market.deliver(market.id["contract"], 1)
    market.check_refused(again, "sequence-taken", winner=market.id["delivery"])


def test_an_old_issued_at(market: Market) -> None:
    old = market.listing(issued_at=format_time(market.clock.now - DAY - 1))
    market.check_refused(old, "issued-too-old")


def test_a_future_issued_at(market: Market) -> None:
    ahead = market.listing(issued_at=format_time(market.clock.now + HOUR // 12 + 1))
    market.check_refused(ahead, "issued-in-future")


def test_a_late_receipt(market: Market) -> None:
    delivery = market.put(market.deliver(market.id["contract"], 2))
    market.clock.now += DAY + 1
    market.check_refused(market.acknowledge(delivery), "deadline-passed")


def test_a_receipt_for_other_content(market: Market) -> None:
    delivery = market.put(market.deliver(market.id["contract"], 2))
    market.check_refused(market.acknowledge(delivery, size=4), "receipt-mismatch")


def test_other_content_than_was_promised(market: Market) -> None:
    other = market.deliver(market.id["contract"], 2, content_root="sha256:" + hashlib.sha256(b"").hexdigest())
    market.check_refused(other, "not-as-listed")


def test_another_log(market: Market) -> None:
    foreign = Market("other.example")
    market.check_refused(market.listing(home=foreign.id["exchange"]), "wrong-home")


def test_somebody_who_is_not_admitted(market: Market) -> None:
    market.check_refused(market.buy("dave", market.id["listing"], "PO-1"), "not-admitted")


def test_a_truncated_chunk(tmp_path: Path) -> None:
    whole = contents.content(153_600)
    path = tmp_path / "content"
    path.write_bytes(whole)
    described = content.describe(path, 65_536)
    chunk = whole[65_536 : 2 * 65_536]
    content.check_chunk(chunk, described.leaves[1], 1)
    for wrong in (chunk[:-1], chunk[:1], b"", chunk + b"\x00", whole[:65_536]):
        with pytest.raises(Refused) as refusal:
            content.check_chunk(wrong, described.leaves[1], 1)
        assert refusal.value.code == "bad-chunk"


def test_a_truncated_file(tmp_path: Path) -> None:
    path = tmp_path / "content"
    path.write_bytes(b"x" * 100_000)
    described = content.describe(path, 65_536)
    for wrong in (b"x" * 99_999, b"x" * 65_536, b"", b"x" * 99_999 + b"y"):
        path.write_bytes(wrong)
        with pytest.raises(ContentMismatch):
            content.check_file(path, described.size, described.chunk_size, described.root)


def test_the_sdk_signs_nothing_that_would_be_refused(market: Market) -> None:
    for value, code in (
        (1.5, "bad-number"),
        (2**53, "bad-number"),
        ({"é": 1}, "bad-name"),
        ("\ud800", "bad-json"),
    ):
        with pytest.raises(Refused) as refusal:
            market.listing(extensions={"urn:example:x": value})
        assert refusal.value.code == code
    with pytest.raises(Refused) as refusal:
        market.listing(extensions={"urn:example:x": "x" * 65_536})
    assert refusal.value.code == "too-large"
    assert json.loads(payload_of(market.listing()))["title"] == "Roads"
