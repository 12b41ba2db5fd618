"""Signed notes, checkpoints and tlog-proofs, against published examples."""

import base64

import pytest

from lading_conformance.oracle import note, proof, tree
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.rejected import Rejected

# The example of golang.org/x/mod/sumdb/note.
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_the_published_note() -> None:
    key = note.parse_vkey(VKEY)
    assert key.text == VKEY
    note.parse_note(NOTE).verify(key)


def test_the_published_vkey_of_c2sp() -> None:
    text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    assert note.parse_vkey(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("+ARpc", "+AhpC"),
        VKEY[:-4],
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "",
    ],
)
def test_a_vkey_that_does_not_name_its_key(text: str) -> None:
    with pytest.raises(Rejected):
        note.parse_vkey(text)


@pytest.mark.parametrize(
    "text",
    [
        NOTE.replace("answer", "Answer"),
        NOTE.replace("JnAM=", "JnAN="),
        NOTE.replace("— PeterNeumann", "— PeterNewman"),
        NOTE.removesuffix("\n"),
        NOTE.replace("— ", "- "),
        NOTE + NOTE.splitlines()[-1].replace("/ZJ", "/ZK") + "\n",
        "",
    ],
)
def test_a_note_that_the_key_did_not_sign_so(text: str) -> None:
    with pytest.raises(Rejected):
        note.parse_note(text).verify(note.parse_vkey(VKEY))


def test_a_line_of_an_unknown_key_is_ignored() -> None:
    stranger = NOTE + "— witness.example AAAAAA==\n"
    note.parse_note(stranger).verify(note.parse_vkey(VKEY))


ORIGIN = "exchange.example/log"
LOG = Key.from_seed(bytes(range(32)))
LOG_KEY = note.VerifierKey(ORIGIN, LOG.public)


def checkpoint(size: str, root: bytes, extra: str = "") -> str:
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n{extra}"
    signature = base64.b64encode(LOG_KEY.id + LOG.sign(text.encode())).decode()
    return f"{text}\n— {ORIGIN} {signature}\n"


def proof_text(index: str, path: list[bytes], note_text: str, extra: str = "") -> str:
    hashes = "".join(base64.b64encode(node).decode() + "\n" for node in path)
    return f"c2sp.org/tlog-proof@v1\n{extra}index {index}\n{hashes}\n{note_text}"


def test_a_checkpoint_is_read() -> None:
    read = note.parse_checkpoint(checkpoint("7", bytes(32)))
    assert (read.origin, read.size, read.root) == (ORIGIN, 7, bytes(32))
    read.note.verify(LOG_KEY)


@pytest.mark.parametrize("size", ["07", "-7", "7 ", "", "0x7", "\N{ARABIC-INDIC DIGIT SEVEN}"])
def test_a_size_has_one_spelling(size: str) -> None:
    with pytest.raises(Rejected, match="bad-checkpoint"):
        note.parse_checkpoint(checkpoint(size, bytes(32)))


def test_a_root_has_32_bytes() -> None:
    with pytest.raises(Rejected, match="bad-checkpoint"):
        note.parse_checkpoint(checkpoint("7", bytes(31)))


@pytest.mark.parametrize("extra", ["", "extra AAAA\n"])
def test_a_proof_is_followed_to_the_signed_root(extra: str) -> None:
    leaves = [tree.leaf_hash(proof.entry(time, bytes(32))) for time in range(5)]
    path = tree.inclusion_path(3, leaves)
    text = proof_text("3", path, checkpoint("5", tree.root(leaves)), extra)
    proof.parse_proof(text).verify(LOG_KEY, leaves[3])
    with pytest.raises(Rejected, match="not-included"):
        proof.parse_proof(text).verify(LOG_KEY, leaves[2])


def test_a_proof_in_a_tree_of_one_entry_has_no_path() -> None:
    leaf = tree.leaf_hash(proof.entry(1_700_000_000_000, bytes(32)))
    proof.parse_proof(proof_text("0", [], checkpoint("1", leaf))).verify(LOG_KEY, leaf)


@pytest.mark.parametrize(
    "change",
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 0", "index 00"),
        ("index 0\n", ""),
        ("index 0\n", "index 0\nAAAA\n"),
        (ORIGIN, "other.example"),
    ],
    ids=["version", "two zeros", "no index", "short hash", "origin"],
)
def test_a_proof_of_another_form_or_log_is_refused(change: tuple[str, str]) -> None:
    leaf = tree.leaf_hash(proof.entry(0, bytes(32)))
    text = proof_text("0", [], checkpoint("1", leaf)).replace(*change)
    with pytest.raises(Rejected):
        proof.parse_proof(text).verify(LOG_KEY, leaf)
