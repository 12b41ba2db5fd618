"""Signed notes, checkpoints, proofs, verifier keys, trust policies: what is written is read, and all else refused."""

import base64
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lading.errors import UsageProblem
from lading.keys import vkey
from lading.keys.vkey import COSIGNATURE_KEY, LOG_KEY, VerifierKey
from lading.log import checkpoint, note, policy, proof
from lading.log.checkpoint import Checkpoint
from lading.log.policy import Group, Policy
from lading.statement.words import Id
from sdk.tests.core.market import log_key, signer, traded
from sdk.tests.core.outcome import reading
from sdk.tests.core.strategies import mutated

LOG = log_key()
NAMES = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="+"), min_size=1, max_size=20
)
ROOTS = st.binary(min_size=32, max_size=32)
ANY_TEXT = st.text(max_size=200)


@given(NAMES, st.sampled_from([LOG_KEY, COSIGNATURE_KEY]))
def test_a_vkey_is_read_as_it_was_written(name: str, kind: int) -> None:
    key = VerifierKey(name, kind, signer("log").public)
    assert vkey.parse(str(key)) == key


@given(ANY_TEXT | mutated(st.just(str(LOG.key).encode())).map(lambda data: data.decode("utf-8", "replace")))
def test_any_other_text_is_no_vkey(text: str) -> None:
    if text != str(LOG.key):
        assert isinstance(reading(vkey.parse, text), ValueError)


@given(NAMES, st.integers(0, 10**18 - 1), ROOTS)
def test_a_checkpoint_is_read_as_it_was_written(origin: str, size: int, root: bytes) -> None:
    said = Checkpoint(origin, size, root)
    assert checkpoint.parse(said.text) == said
    signed = log_key(origin).sign(size, root)
    assert checkpoint.open_signed(signed, log_key(origin).key)[0] == said


SIGNED = LOG.sign(1234, bytes(range(32)))


@given(mutated(st.just(SIGNED.encode())))
def test_a_changed_note_is_no_checkpoint(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assume(text != SIGNED)
    read = reading(checkpoint.open_signed, text, LOG.key)
    if isinstance(read, tuple):  # the same text, with a line that is repeated or a stranger's
        assert read[1].text == note.parse(SIGNED).text
        assert len(read[1].signatures) > 1


def replaced(text: str, others: str) -> Iterator[str]:
    """The text with each character replaced by each of the others."""
    for at, character in enumerate(text):
        for other in others:
            if other != character:
                yield text[:at] + other + text[at + 1 :]


def test_every_character_of_a_note_counts() -> None:
    for changed in replaced(SIGNED, "\n A=x\x00é"):
        assert isinstance(reading(checkpoint.open_signed, changed, LOG.key), ValueError), changed


@given(ANY_TEXT)
def test_any_text_is_a_note_or_none(text: str) -> None:
    for read in (note.parse, checkpoint.parse, proof.parse):
        assert isinstance(reading(read, text), ValueError)


def test_too_long_a_note_is_none() -> None:
    stranger = f"— stranger {base64.b64encode(bytes(70)).decode()}\n"
    assert len(note.parse(SIGNED + stranger * 63).signatures) == 64
    with pytest.raises(ValueError, match="too many"):
        note.parse(SIGNED + stranger * 64)
    with pytest.raises(ValueError, match="not a text"):
        note.parse("x" * note.MAX_BYTES + SIGNED)


@given(st.integers(0, 2**63 - 1))
def test_a_cosignature_says_when(seconds: int) -> None:
    witness = signer("witness")
    key = VerifierKey("witness.example", COSIGNATURE_KEY, witness.public)
    text = note.parse(SIGNED).text
    body = witness.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
    line = note.SignatureLine(key.name, key.key_id, seconds.to_bytes(8, "big") + body)
    assert note.verify_cosignature(text, line, key) == seconds
    other = note.SignatureLine(key.name, key.key_id, (seconds ^ 1).to_bytes(8, "big") + body)
    with pytest.raises(ValueError, match="does not verify"):
        note.verify_cosignature(text, other, key)


def test_a_cosignature_is_of_a_time_that_integers_of_64_bits_hold() -> None:
    witness = signer("witness")
    key = VerifierKey("witness.example", COSIGNATURE_KEY, witness.public)
    text = note.parse(SIGNED).text
    body = witness.sign(f"cosignature/v1\ntime {2**63}\n{text}".encode())
    line = note.SignatureLine(key.name, key.key_id, (2**63).to_bytes(8, "big") + body)
    with pytest.raises(ValueError, match="beyond"):
        note.verify_cosignature(text, line, key)


def proven() -> tuple[str, Id]:
    """The proof of a receipt, and its id."""
    market = traded()
    receipt = market.id["receipt"]
    index = [entry.id for entry in market.sight.entries].index(receipt)
    return market.register.proof(market.sight, index).text, receipt


PROOF, RECEIPT = proven()


def test_a_proof_is_read_as_it_was_written() -> None:
    parsed = proof.parse(PROOF)
    assert parsed.text == PROOF
    assert parsed.verify(RECEIPT, LOG.key).size == len(traded().sight.entries)
    assert parsed.time == traded().sight.entries[parsed.index].time


def test_every_character_of_a_proof_counts() -> None:
    def check(text: str) -> None:
        proof.parse(text).verify(RECEIPT, LOG.key)

    for changed in replaced(PROOF, "\n0A=é"):
        assert isinstance(reading(check, changed), ValueError), changed


def test_a_proof_is_of_one_statement_and_one_log() -> None:
    parsed = proof.parse(PROOF)
    with pytest.raises(ValueError, match="does not lead"):
        parsed.verify(traded().id["delivery"], LOG.key)
    with pytest.raises(ValueError, match="no signature"):
        parsed.verify(RECEIPT, log_key(name="another").key)


WITNESSES = {
    f"w{number}": VerifierKey(f"w{number}.example", COSIGNATURE_KEY, signer(f"w{number}").public)
    for number in range(6)
}


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy with groups of witnesses and groups of groups."""
    free, groups = list(WITNESSES), dict[str, Group]()
    for number in range(draw(st.integers(0, 4))):
        if not free:
            break
        members = draw(st.lists(st.sampled_from(free), min_size=1, max_size=4, unique=True))
        free = [name for name in free if name not in members] + [f"g{number}"]
        groups[f"g{number}"] = Group(draw(st.integers(1, len(members))), tuple(members))
    quorum = draw(st.sampled_from([None, *WITNESSES, *groups]))
    return Policy((LOG.key,), WITNESSES, groups, quorum)


def written(said: Policy) -> str:
    """The policy's text."""
    lines = [f"log {key}" for key in said.logs]
    lines += [f"witness {name} {key} https://{name}.example" for name, key in said.witnesses.items()]
    lines += [f"group {name} {group.needed} {' '.join(group.members)}" for name, group in said.groups.items()]
    return "\n".join([*lines, f"quorum {said.quorum or 'none'}", ""])


@given(policies())
def test_a_policy_is_read_as_it_was_written(said: Policy) -> None:
    assert policy.parse(written(said)) == said


def met(said: Policy, name: str, agreeing: frozenset[str]) -> bool:
    """Whether a witness or group agrees, by the definition."""
    if name not in said.groups:
        return name in agreeing
    group = said.groups[name]
    return sum(met(said, member, agreeing) for member in group.members) >= group.needed


@given(policies(), st.frozensets(st.sampled_from([*WITNESSES, "stranger"])))
def test_a_quorum_is_met_by_the_definition(said: Policy, agreeing: frozenset[str]) -> None:
    assert said.is_met(agreeing) == (said.quorum is None or met(said, said.quorum, agreeing))


@given(policies(), st.frozensets(st.sampled_from(list(WITNESSES))), st.sampled_from(list(WITNESSES)))
def test_a_further_witness_never_hurts(said: Policy, agreeing: frozenset[str], more: str) -> None:
    assert said.is_met(agreeing) <= said.is_met(agreeing | {more})


@given(
    ANY_TEXT
    | st.text("logquruwitnesa \n#+ABC123", max_size=80)
    | mutated(policies().map(lambda p: written(p).encode())).map(lambda data: data.decode("utf-8", "replace"))
)
def test_any_text_is_a_policy_or_a_mistake_that_is_named(text: str) -> None:
    said = reading(policy.parse, text)
    if isinstance(said, Policy):
        assert said.logs
        assert said.is_met(frozenset(said.witnesses))
    else:
        assert isinstance(said, UsageProblem)
        assert said.hint


def test_groups_can_be_nested_as_deeply_as_a_file_permits() -> None:
    lines = [f"log {LOG.key}", f"witness w {WITNESSES['w0']}", "group g0 any w"]
    lines += [f"group g{number} any g{number - 1}" for number in range(1, 2000)]
    said = policy.parse("\n".join([*lines, "quorum g1999"]))
    assert said.is_met(frozenset({"w"}))
    assert not said.is_met(frozenset())


def test_a_policy_has_a_largest_size() -> None:
    with pytest.raises(UsageProblem, match="larger"):
        policy.parse("#" * 65_537)


def test_render_writes_what_parse_reads() -> None:
    text = policy.render(((LOG.key, "https://market.example/log"),))
    assert policy.parse(text) == Policy((LOG.key,), {}, {}, None)
