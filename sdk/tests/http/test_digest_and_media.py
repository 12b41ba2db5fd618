"""Content-Digest and media types: one spelling each."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.http import media
from lading.http.digest import check_digest, content_digest, parse_digest
from lading.problems import Refused

GOOD = "sha-256=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:"


def test_the_value_is_that_of_the_published_example() -> None:
    assert content_digest(b"hello world") == GOOD


@given(st.binary(max_size=100))
def test_a_digest_reads_back(body: bytes) -> None:
    assert parse_digest(content_digest(body)) == sha256(body).digest()
    check_digest(content_digest(body), sha256(body).digest())


@pytest.mark.parametrize(
    "value",
    [
        "",
        GOOD[:-1],
        GOOD + " ",
        GOOD + "\n",
        f"{GOOD}, {GOOD}",
        GOOD + ";x=1",
        GOOD.replace("sha-256", "SHA-256"),
        GOOD.replace("sha-256", "sha-512"),
        GOOD.replace("=:", ":", 1),
        GOOD.replace("zek", "zel"),
        GOOD.replace("+", "-"),
    ],
)
def test_every_other_spelling_is_refused(value: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_digest(value)
    assert refused.value.code == "bad-digest"


def test_another_body_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        check_digest(content_digest(b"a"), sha256(b"b").digest())
    assert refused.value.code == "bad-digest"


@pytest.mark.parametrize(
    ("given_type", "same"),
    [
        ("application/lading+jws", True),
        ("Application/Lading+JWS", True),
        (" application/lading+jws\t", True),
        ("application/lading+jws; charset=utf-8", False),
        ("application/json", False),
        ("", False),
        (None, False),
    ],
)
def test_a_media_type_matches_without_parameters(given_type: str | None, same: bool) -> None:
    assert media.matches(given_type, media.STATEMENT) is same


def test_the_largest_batch_is_full_of_the_largest_statements() -> None:
    assert media.BATCH_BYTES == 256 * 65_537
