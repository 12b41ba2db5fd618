"""Shares, their boxes, and the content key."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.errors import UsageProblem
from lading.keys import seal
from lading.keys.seal import SealKey
from lading.problems import Refused
from lading.statement.words import Id
from lading.transfer import shares
from lading.transfer.shares import Binding, BoxRole, Shares
from sdk.tests.core.outcome import outcome
from sdk.tests.transfer import naive
from sdk.tests.transfer.brief import BRIEF, KEYS
from tools.vectors.primitives import digest, sha256

CONTRACT, PROVIDER, CONSUMER, EXCHANGE = (
    Id(digest(name)) for name in (b"contract", b"provider", b"consumer", b"exchange")
)
BOUND = Binding(CONTRACT, 7, PROVIDER)
KEY = SealKey.from_seed(sha256(b"a recipient"))
SHARE = sha256(b"a share")
COMMITTED = shares.commitment(SHARE)
INFO = BOUND.info(CONSUMER, "consumer")
OTHER_INFOS = {
    "another-contract": Binding(PROVIDER, 7, PROVIDER).info(CONSUMER, "consumer"),
    "another-number": Binding(CONTRACT, 8, PROVIDER).info(CONSUMER, "consumer"),
    "another-provider": Binding(CONTRACT, 7, EXCHANGE).info(CONSUMER, "consumer"),
    "another-recipient": BOUND.info(EXCHANGE, "consumer"),
    "another-role": BOUND.info(CONSUMER, "arbiter"),
}


def code(answer: object) -> str:
    """The code of a refusal."""
    assert isinstance(answer, Refused)
    return answer.code


@pytest.mark.parametrize("role", ["exchange", "consumer", "arbiter"])
def test_the_info_is_that_of_the_specification(role: BoxRole) -> None:
    expected = (
        b"lading/1 share"
        + sha256(b"contract")
        + (7).to_bytes(8, "big")
        + sha256(b"provider")
        + sha256(b"consumer")
        + role.encode()
    )
    assert BOUND.info(CONSUMER, role) == expected


@BRIEF
@given(KEYS)
def test_a_share_comes_out_as_it_went_in(share: bytes) -> None:
    box = shares.seal_share(share, KEY.public, INFO)
    assert len(box) == shares.BOX_BYTES == 1168
    assert shares.open_share(KEY, box, INFO, shares.commitment(share)) == share
    assert naive.open_box(KEY.seed, box, INFO) == share
    assert shares.commitment(share) == "sha256:" + hashlib.sha256(share).hexdigest()


@pytest.mark.parametrize("info", OTHER_INFOS.values(), ids=OTHER_INFOS)
def test_a_box_opens_for_its_delivery_only(info: bytes) -> None:
    box = shares.seal_share(SHARE, KEY.public, INFO)
    assert code(outcome(shares.open_share, KEY, box, info, COMMITTED)) == "bad-share"


def test_a_box_with_another_share_than_the_committed_one_is_refused() -> None:
    box = shares.seal_share(sha256(b"another share"), KEY.public, INFO)
    assert code(outcome(shares.open_share, KEY, box, INFO, COMMITTED)) == "bad-share"


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_box_with_more_or_less_than_a_share_is_refused(length: int) -> None:
    text = bytes(length)
    box = seal.seal_to(KEY.public, text, INFO)
    assert code(outcome(shares.open_share, KEY, box, INFO, shares.commitment(text))) == "bad-share"
    with pytest.raises(UsageProblem):
        shares.seal_share(text, KEY.public, INFO)


@BRIEF
@given(KEYS, KEYS, st.integers(1, 2**53 - 1))
def test_the_content_key_is_that_of_the_specification(first: bytes, second: bytes, sequence: int) -> None:
    bound = Binding(CONTRACT, sequence, PROVIDER)
    info = b"lading/1 content" + sha256(b"contract") + sequence.to_bytes(8, "big")
    expected = naive.expand(naive.extract(b"", first + second), info)
    assert shares.content_key(bound, first, second) == expected


def test_the_content_key_needs_both_shares_in_their_order_and_the_delivery() -> None:
    one, two = sha256(b"one"), sha256(b"two")
    keys = {
        shares.content_key(BOUND, one, two),
        shares.content_key(BOUND, two, one),
        shares.content_key(BOUND, one, one),
        shares.content_key(Binding(CONTRACT, 8, PROVIDER), one, two),
        shares.content_key(Binding(PROVIDER, 7, PROVIDER), one, two),
    }
    assert len(keys) == 5


def test_new_shares_are_new_and_not_shown() -> None:
    made = Shares.generate()
    assert len({made.exchange, made.consumer, *(Shares.generate().exchange for _ in range(8))}) == 10
    assert {len(made.exchange), len(made.consumer)} == {32}
    assert repr(made) == "Shares()"
