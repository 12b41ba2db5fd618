"""Judgement: every code in its situation, and claims that are forged."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.keys.seal import SealKey, seal_to
from lading.statement.words import Id
from lading.transfer import judge
from lading.transfer.judge import ArbiterBox, GivenShares, Judgement, Place, judge_bad_chunk, judge_wrong_key
from lading.transfer.sealing import Leaves, ProvableFault, Room, open_chunk
from lading.transfer.shares import Binding, commitment, content_key, seal_share
from sdk.tests.transfer import naive
from sdk.tests.transfer.brief import BRIEF
from tools.vectors.primitives import digest, leaf, root, sha256

CONTRACT, PROVIDER, ARBITER = (Id(digest(name)) for name in (b"contract", b"provider", b"arbiter"))
BOUND = Binding(CONTRACT, 3, PROVIDER)
RELEASED, SHARE = sha256(b"share of the exchange"), sha256(b"share of the consumer")
GIVEN = GivenShares(BOUND, RELEASED, commitment(SHARE))
CONTENT_KEY = content_key(BOUND, RELEASED, SHARE)
SECRET = sha256(b"product secret")
DATA = bytes(range(100))
CHUNK = 30
KEY = SealKey.from_seed(sha256(b"the arbiter's seal key"))
INFO = BOUND.info(ARBITER, "arbiter")
BAD_CHUNK: dict[naive.Twist, str] = {
    "noise": "does-not-open",
    "stub": "does-not-open",
    "short": "wrong-length",
    "long": "wrong-length",
    "other-plaintext": "other-plaintext",
    "other-key": "opens",
}
STEPS = {code: requirement for code, (_, requirement) in judge.CODES.items()}


def sealed(number: int = 1, twist: naive.Twist | None = None) -> naive.Sealed:
    """A content of four chunks, one of them perhaps sealed wrongly."""
    return naive.seal(DATA, CHUNK, CONTENT_KEY, SECRET, {} if twist is None else {number: twist})


def place(content: naive.Sealed, number: int = 1) -> Place:
    """What an honest claim says of a chunk's place."""
    leaves = Leaves(content.manifest)
    path = leaves.path(number)
    return Place(content.leaves[number], number, path, len(DATA), CHUNK, content.manifest_root)


def about_chunk(content: naive.Sealed, number: int = 1, at: Place | None = None) -> Judgement:
    """The judgement on an honest claim `bad-chunk`, perhaps with another place."""
    return judge_bad_chunk(at or place(content, number), content.ciphertexts[number], content.keys[number])


def is_judged(judgement: Judgement, outcome: str, code: str) -> bool:
    """Whether it is this judgement, with the requirement that belongs to it and some words."""
    assert judgement.requirement == STEPS[code]
    assert judgement.summary.startswith(outcome.upper())
    return (judgement.outcome, judgement.code) == (outcome, code)


@pytest.mark.parametrize("number", range(4))
def test_a_chunk_that_opens_is_no_fault(number: int) -> None:
    assert is_judged(about_chunk(sealed(), number), "dismissed", "opens")
    assert is_judged(judge_wrong_key(place(sealed(), number), GIVEN, SHARE), "dismissed", "key-derives")


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(("twist", "code"), BAD_CHUNK.items())
def test_a_chunk_that_was_sealed_wrongly(number: int, twist: naive.Twist, code: str) -> None:
    outcome = "dismissed" if code == "opens" else "upheld"
    assert is_judged(about_chunk(sealed(number, twist), number), outcome, code)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("twist", BAD_CHUNK)
def test_a_key_is_wrong_only_where_it_does_not_derive(number: int, twist: naive.Twist) -> None:
    judgement = judge_wrong_key(place(sealed(number, twist), number), GIVEN, SHARE)
    if twist == "other-key":
        assert is_judged(judgement, "upheld", "key-does-not-derive")
    else:
        assert is_judged(judgement, "dismissed", "key-derives")


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("twist", BAD_CHUNK)
def test_a_fault_that_a_consumer_finds_is_upheld(number: int, twist: naive.Twist) -> None:
    content = sealed(number, twist)
    length = min(CHUNK, len(DATA) - number * CHUNK)
    leaf_of_it, ciphertext = Leaves(content.manifest)[number], content.ciphertexts[number]
    with pytest.raises(ProvableFault) as raised:
        open_chunk(CONTENT_KEY, number, ciphertext, leaf_of_it, length, Room(CHUNK))
    at = place(content, number)
    if raised.value.ground == "bad-chunk":
        assert about_chunk(content, number).outcome == "upheld"
    else:
        assert judge_wrong_key(at, GIVEN, SHARE).outcome == "upheld"


FORGED_PLACES: dict[str, Callable[[Place], Place]] = {
    "another-number": lambda at: replace(at, index=2),
    "a-number-outside": lambda at: replace(at, index=4),
    "a-negative-number": lambda at: replace(at, index=-1),
    "no-path": lambda at: replace(at, path=b""),
    "a-longer-path": lambda at: replace(at, path=at.path + bytes(32)),
    "a-shorter-path": lambda at: replace(at, path=at.path[:-32]),
    "a-path-of-half-hashes": lambda at: replace(at, path=at.path + b"\x00"),
    "another-delivery": lambda at: replace(at, manifest_root=digest(b"another root")),
    "another-number-of-chunks": lambda at: replace(at, size=60),
    "a-shorter-leaf": lambda at: replace(at, leaf=at.leaf[:-1]),
    "a-leaf-of-another-chunk": lambda at: replace(at, leaf=sealed().leaves[0]),
    "the-hash-of-the-leaf": lambda at: replace(at, leaf=sha256(at.leaf)),
}


@pytest.mark.parametrize("forge", FORGED_PLACES.values(), ids=FORGED_PLACES)
def test_a_leaf_that_is_not_in_its_place_proves_nothing(forge: Callable[[Place], Place]) -> None:
    content = sealed(1, "noise")
    forged = forge(place(content))
    assert is_judged(about_chunk(content, at=forged), "dismissed", "not-in-manifest")
    assert is_judged(judge_wrong_key(forged, GIVEN, None), "dismissed", "not-in-manifest")


def test_a_manifest_with_leaves_of_another_length_proves_nothing() -> None:
    short = sealed().leaves[0][:95]
    at = Place(short, 0, b"", 10, CHUNK, "sha256:" + root([leaf(short)]).hex())
    assert is_judged(judge_wrong_key(at, GIVEN, SHARE), "dismissed", "not-in-manifest")


def test_a_path_of_something_shorter_than_a_hash_proves_nothing() -> None:
    entry, stump = sealed().leaves[0], bytes(31)
    at = Place(entry, 0, stump, 2 * CHUNK, CHUNK, digest(b"\x01" + leaf(entry) + stump))
    assert is_judged(judge_wrong_key(at, GIVEN, SHARE), "dismissed", "not-in-manifest")


@BRIEF
@given(st.sampled_from(["leaf", "path"]), st.integers(0, 95), st.integers(1, 255))
def test_no_byte_of_leaf_or_path_can_change(part: str, where: int, change: int) -> None:
    content = sealed(1, "noise")
    at = place(content)
    value = bytearray(getattr(at, part))
    value[where % len(value)] ^= change
    forged = replace(at, leaf=bytes(value)) if part == "leaf" else replace(at, path=bytes(value))
    assert is_judged(about_chunk(content, at=forged), "dismissed", "not-in-manifest")


@BRIEF
@given(st.integers(0, 77), st.integers(1, 255))
def test_no_byte_of_the_chunk_can_change(where: int, change: int) -> None:
    content = sealed(1, "noise")
    chunk = bytearray(content.ciphertexts[1])
    chunk[where] ^= change
    judgement = judge_bad_chunk(place(content), bytes(chunk), content.keys[1])
    assert is_judged(judgement, "dismissed", "other-chunk")


@BRIEF
@given(st.integers(0, 31), st.integers(1, 255))
def test_no_byte_of_the_key_can_change(where: int, change: int) -> None:
    content = sealed(1, "noise")
    key = bytearray(content.keys[1])
    key[where] ^= change
    judgement = judge_bad_chunk(place(content), content.ciphertexts[1], bytes(key))
    assert is_judged(judgement, "dismissed", "other-key")


@pytest.mark.parametrize("length", [0, 15, 16, 24, 31, 33])
def test_a_key_of_another_length_is_another_key_even_if_the_leaf_names_it(length: int) -> None:
    content, key = sealed(), bytes(length)
    forged = content.leaves[0][:64] + sha256(key)
    at = Place(forged, 0, b"", 10, CHUNK, "sha256:" + root([leaf(forged)]).hex())
    assert is_judged(judge_bad_chunk(at, content.ciphertexts[0], key), "dismissed", "other-key")


def test_an_empty_chunk_does_not_open() -> None:
    content = sealed()
    forged = sha256(b"") + content.leaves[0][32:]
    at = Place(forged, 0, b"", 10, CHUNK, "sha256:" + root([leaf(forged)]).hex())
    assert is_judged(judge_bad_chunk(at, b"", content.keys[0]), "upheld", "does-not-open")


def box_with(share: bytes, info: bytes = INFO, key: SealKey = KEY) -> ArbiterBox:
    """The consumer's share as the arbiter finds it."""
    return ArbiterBox(seal_share(share, key.public, info), KEY, ARBITER)


@pytest.mark.parametrize("twist", ["other-key", "noise"])
def test_the_arbiter_comes_to_the_outcome_of_whoever_has_the_share(twist: naive.Twist) -> None:
    at = place(sealed(1, twist))
    assert judge_wrong_key(at, GIVEN, box_with(SHARE)) == judge_wrong_key(at, GIVEN, SHARE)


OTHER_SHARES: dict[str, bytes | ArbiterBox] = {
    "another-share": sha256(b"another share"),
    "a-longer-share": SHARE + b"\x00",
    "no-bytes": b"",
    "the-exchanges-share": RELEASED,
    "a-box-with-another-share": box_with(sha256(b"another share")),
    "a-box-for-a-consumer": box_with(SHARE, BOUND.info(ARBITER, "consumer")),
    "a-box-for-another-arbiter": box_with(SHARE, BOUND.info(PROVIDER, "arbiter")),
    "a-box-of-another-delivery": box_with(SHARE, Binding(CONTRACT, 4, PROVIDER).info(ARBITER, "arbiter")),
    "a-box-for-another-key": box_with(SHARE, key=SealKey.from_seed(sha256(b"another key"))),
    "a-box-of-no-bytes": ArbiterBox(b"", KEY, ARBITER),
    "a-box-of-another-length": ArbiterBox(seal_to(KEY.public, SHARE + SHARE, INFO), KEY, ARBITER),
}


@pytest.mark.parametrize("share", OTHER_SHARES.values(), ids=OTHER_SHARES)
def test_another_share_proves_nothing(share: bytes | ArbiterBox) -> None:
    at = place(sealed(1, "other-key"))
    assert is_judged(judge_wrong_key(at, GIVEN, share), "dismissed", "other-share")


def test_without_the_share_a_wrong_key_is_undecided() -> None:
    judgement = judge_wrong_key(place(sealed(1, "other-key")), GIVEN, None)
    assert is_judged(judgement, "undecided", "share-missing")


def test_the_derived_key_belongs_to_its_delivery() -> None:
    other = replace(GIVEN, bound=Binding(CONTRACT, 4, PROVIDER))
    assert is_judged(judge_wrong_key(place(sealed()), other, SHARE), "upheld", "key-does-not-derive")


def test_a_content_of_one_chunk_has_an_empty_path() -> None:
    content = naive.seal(b"x", CHUNK, CONTENT_KEY, SECRET, {0: "noise"})
    at = Place(content.leaves[0], 0, b"", 1, CHUNK, content.manifest_root)
    judgement = judge_bad_chunk(at, content.ciphertexts[0], content.keys[0])
    assert is_judged(judgement, "upheld", "does-not-open")


def test_a_judgement_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match=r"compare judgement\.outcome"):
        bool(about_chunk(sealed()))


@pytest.mark.parametrize(("code", "exit_code"), [("opens", 1), ("does-not-open", 0), ("share-missing", 2)])
def test_a_judgement_has_the_exit_code_of_its_outcome(code: str, exit_code: int) -> None:
    assert judge.judged(code, "").exit_code == exit_code
