"""The content store: only checked chunks count, and a crash never makes one count that is not there."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from lading.problems import Refused
from lading.statement.words import Id
from lading.tree import root_of
from lading_server.content import EMPTY, ContentForm, ContentStore, StoredContent

CHUNK = 65_536
DATA = bytes(os.urandom(CHUNK * 2 + 100))
CHUNKS = [DATA[:CHUNK], DATA[CHUNK : 2 * CHUNK], DATA[2 * CHUNK :]]
LEAVES = [sha256(b"\x00" + chunk).digest() for chunk in CHUNKS]
CONTRACT = Id("sha256:" + "1" * 64)
ROOT = Id("sha256:" + root_of(LEAVES).hex())
FORM = ContentForm(CONTRACT, 1, ROOT, len(DATA), CHUNK)


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "content")


@pytest.fixture
def content(store: ContentStore) -> StoredContent:
    content = store.open(FORM)
    keep_manifest(content, b"".join(LEAVES))
    return content


def keep_manifest(content: StoredContent, manifest: bytes) -> None:
    incoming = content.incoming_manifest()
    try:
        incoming.write(manifest)
        content.keep_manifest(incoming)
    finally:
        incoming.discard()


def test_a_form_knows_its_chunks() -> None:
    assert (FORM.chunks, FORM.manifest_bytes) == (3, 96)
    assert [FORM.length(number) for number in range(3)] == [CHUNK, CHUNK, 100]
    assert ContentForm(CONTRACT, 1, ROOT, 2 * CHUNK, CHUNK).chunks == 2


def test_content_is_complete_when_every_chunk_counts(content: StoredContent) -> None:
    for number, chunk in enumerate(CHUNKS):
        assert not content.is_complete()
        content.keep_chunk(number, chunk)
        assert content.settle(number + 1) == number + 1
    assert content.is_complete()
    descriptor = content.reader()
    assert os.pread(descriptor, len(DATA) + 1, 0) == DATA
    os.close(descriptor)


def test_no_bytes_are_never_complete_under_a_root_of_others(store: ContentStore) -> None:
    assert not store.open(ContentForm(CONTRACT, 1, ROOT, 0, CHUNK)).is_complete()


def test_empty_content_is_complete_from_the_start(store: ContentStore) -> None:
    empty = store.open(ContentForm(CONTRACT, 1, EMPTY, 0, CHUNK))
    assert empty.is_complete()
    assert empty.has_manifest()
    for descriptor in (empty.manifest_reader(), empty.reader()):
        assert os.read(descriptor, 1) == b""
        os.close(descriptor)


@pytest.mark.parametrize(
    "spoil",
    [lambda c: c[:-1] + bytes([c[-1] ^ 1]), lambda c: c[:-1], lambda c: c + b"\0", lambda c: b""],
    ids=["changed", "shorter", "longer", "empty"],
)
def test_a_wrong_chunk_is_refused_and_written_nowhere(
    content: StoredContent, spoil: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(Refused) as refused:
        content.keep_chunk(0, spoil(CHUNKS[0]))
    assert refused.value.code == "bad-chunk"
    assert content.held() == 0
    with pytest.raises(FileNotFoundError):
        content.reader()


def test_what_was_not_settled_does_not_count_after_a_crash(
    store: ContentStore, content: StoredContent
) -> None:
    content.keep_chunk(0, CHUNKS[0])
    content.settle(1)
    content.keep_chunk(1, CHUNKS[1])
    after_the_crash = store.open(FORM)
    assert after_the_crash.held() == 1
    after_the_crash.keep_chunk(1, CHUNKS[1])
    assert after_the_crash.settle(2) == 2


def test_a_torn_chunk_is_overwritten(content: StoredContent, tmp_path: Path) -> None:
    (data,) = [path.parent / "data" for path in tmp_path.rglob("manifest")]
    data.write_bytes(b"\xff" * (CHUNK // 2))
    for number, chunk in enumerate(CHUNKS):
        content.keep_chunk(number, chunk)
    content.settle(3)
    assert data.read_bytes() == DATA


def test_a_chunk_that_counts_is_checked_again_but_never_written_again(
    content: StoredContent, tmp_path: Path
) -> None:
    content.keep_chunk(0, CHUNKS[0])
    content.settle(1)
    (data,) = tmp_path.rglob("data")
    before = data.stat().st_mtime_ns
    content.keep_chunk(0, CHUNKS[0])
    assert data.stat().st_mtime_ns == before
    with pytest.raises(Refused):
        content.keep_chunk(0, CHUNKS[1])


def test_settling_never_lowers_the_count(content: StoredContent) -> None:
    for number in (0, 1):
        content.keep_chunk(number, CHUNKS[number])
    assert content.settle(2) == 2
    assert content.settle(1) == 2


def test_another_size_under_the_same_root_is_other_content(
    store: ContentStore, content: StoredContent
) -> None:
    content.keep_chunk(0, CHUNKS[0])
    content.settle(1)
    lie = store.open(ContentForm(CONTRACT, 1, ROOT, len(DATA) - 1, CHUNK))
    assert (lie.held(), lie.has_manifest()) == (0, False)


def test_the_newest_ticket_counts(store: ContentStore) -> None:
    assert store.ticket(CONTRACT, 1, ROOT) is None
    for jws in (b"first", b"second"):
        store.keep_ticket(FORM, jws)
        assert store.ticket(CONTRACT, 1, ROOT) == jws


@pytest.mark.parametrize(
    ("contract", "sequence", "root"),
    [("sha256:../" + "1" * 61, 1, ROOT), (CONTRACT, 0, ROOT), (CONTRACT, 1, "/etc"), ("", 1, ROOT)],
    ids=["contract-leads-up", "number-0", "root-is-a-path", "no-contract"],
)
def test_paths_are_built_from_ids_only(store: ContentStore, contract: str, sequence: int, root: str) -> None:
    with pytest.raises(ValueError, match="not a content address"):
        store.ticket(Id(contract), sequence, Id(root))


def test_files_are_for_this_user_only(store: ContentStore, content: StoredContent, tmp_path: Path) -> None:
    store.keep_ticket(FORM, b"ticket")
    content.keep_chunk(0, CHUNKS[0])
    content.settle(1)
    for path in (tmp_path / "content").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
