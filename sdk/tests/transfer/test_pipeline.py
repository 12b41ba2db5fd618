"""Whole contents on several threads: order, bounds, ends, and files that change."""

import io
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from lading.errors import ContentMismatch, TimedOut, UsageProblem
from lading.problems import Refused
from lading.transfer import content as clear
from lading.transfer import pipeline
from lading.transfer.pipeline import PIECE_BYTES, SealedContent
from lading.transfer.pool import AHEAD
from lading.transfer.sealing import Leaves, ProvableFault, SealingKeys, new_secret
from sdk.tests.transfer import naive
from sdk.tests.transfer.brief import BRIEF, THREADS, contents, no_thread_is_left
from tools.vectors.primitives import leaf, sha256

KEYS = SealingKeys(sha256(b"content key"), sha256(b"product secret"))
CHUNK = 1000
SIZE = 10 * CHUNK + 1
MIB = 1 << 20


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of eleven chunks."""
    path = tmp_path / "content"
    path.write_bytes(bytes(number * 7 % 251 for number in range(SIZE)))
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of thirteen chunks of 1 MiB: more than two threads take at once."""
    path = tmp_path / "large"
    path.write_bytes(b"".join(bytes([number]) * MIB for number in range(12)) + b"\x0c")
    return path


def sealed_file(path: Path, described: SealedContent, threads: int | None = None) -> Path:
    """The ciphertexts in a file beside the source."""
    target = path.with_suffix(".sealed")
    with target.open("wb") as file:
        for ciphertext in pipeline.sealed_chunks(path, described, KEYS, threads=threads):
            file.write(ciphertext)
    return target


def by(sealed: naive.Sealed) -> SealedContent:
    """What a provider says of its sealed content."""
    size, leaves = len(sealed.data), Leaves(sealed.manifest)
    return SealedContent(size, sealed.chunk_size, leaves.content_root, leaves.manifest_root, leaves)


@BRIEF
@given(contents(), THREADS)
def test_a_file_is_sealed_and_opened(
    tmp_path_factory: pytest.TempPathFactory, content: tuple[bytes, int], threads: int
) -> None:
    (data, chunk_size), path = content, tmp_path_factory.getbasetemp() / "round"
    path.write_bytes(data)
    described = pipeline.describe_sealed(path, KEYS, chunk_size, threads=threads)
    expected = naive.seal(data, chunk_size, KEYS.content_key, KEYS.secret)
    assert described == by(expected)
    assert (described.root, described.manifest_root) == (expected.content_root, expected.manifest_root)
    sealed = sealed_file(path, described, threads)
    assert sealed.read_bytes() == b"".join(expected.ciphertexts)
    opened, salts = io.BytesIO(), io.BytesIO()
    pipeline.open_into(sealed, described, KEYS.content_key, opened, salts, threads=threads)
    assert (opened.getvalue(), salts.getvalue()) == (data, expected.salts)


@BRIEF
@given(contents(), THREADS)
def test_a_content_is_described_alike_with_secret_and_with_salts(
    tmp_path_factory: pytest.TempPathFactory, content: tuple[bytes, int], threads: int
) -> None:
    (data, chunk_size), path = content, tmp_path_factory.getbasetemp() / "salted"
    path.write_bytes(data)
    described = pipeline.describe_salted(path, KEYS.secret, chunk_size, threads=threads)
    salts = naive.seal(data, chunk_size, KEYS.content_key, KEYS.secret).salts
    assert described == clear.describe(path, chunk_size, salts=io.BytesIO(salts))
    assert described.root == pipeline.describe_sealed(path, KEYS, chunk_size, threads=threads).root


@pytest.mark.parametrize("threads", [1, 2, None])
@pytest.mark.parametrize("first", [0, 4, 10, 11])
def test_sealing_and_opening_go_on_from_any_chunk(source: Path, first: int, threads: int | None) -> None:
    described = pipeline.describe_sealed(source, KEYS, CHUNK)
    sealed = sealed_file(source, described)
    rest = [bytes(c) for c in pipeline.sealed_chunks(source, described, KEYS, first=first, threads=threads)]
    assert b"".join(rest) == sealed.read_bytes()[first * (CHUNK + 48) :]
    chunks = pipeline.opened_chunks(sealed, described, KEYS.content_key, first=first, threads=threads)
    assert b"".join(bytes(chunk.data) for chunk in chunks) == source.read_bytes()[first * CHUNK :]


@pytest.mark.parametrize("threads", [1, 3])
def test_progress_is_told_with_every_chunk(source: Path, threads: int) -> None:
    told: list[int] = []
    expected = [*range(CHUNK, SIZE, CHUNK), SIZE]
    described = pipeline.describe_sealed(source, KEYS, CHUNK, threads=threads, progress=told.append)
    assert told == expected
    sealed, opened = sealed_file(source, described), io.BytesIO()
    told.clear()
    key = KEYS.content_key
    pipeline.open_into(sealed, described, key, opened, threads=threads, progress=told.append)
    assert told == expected


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("at", [0, 5 * CHUNK, SIZE - 1])
def test_a_changed_source_is_never_sealed(source: Path, at: int, threads: int) -> None:
    described = pipeline.describe_sealed(source, KEYS, CHUNK)
    before = sealed_file(source, described).read_bytes()
    data = bytearray(source.read_bytes())
    data[at] ^= 1
    source.write_bytes(data)
    made: list[bytes] = []
    ciphertexts = pipeline.sealed_chunks(source, described, KEYS, threads=threads)
    with pytest.raises(ContentMismatch, match=f"chunk {at // CHUNK} "):
        made.extend(bytes(ciphertext) for ciphertext in ciphertexts)
    assert b"".join(made) == before[: at // CHUNK * (CHUNK + 48)]
    assert no_thread_is_left()


@pytest.mark.parametrize("size", [0, SIZE - 1, SIZE + 1])
def test_a_source_of_another_size_is_never_sealed(source: Path, size: int) -> None:
    described = pipeline.describe_sealed(source, KEYS, CHUNK)
    source.write_bytes((source.read_bytes() + b"\x00")[:size])
    with pytest.raises(ContentMismatch):
        next(pipeline.sealed_chunks(source, described, KEYS))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("size", [5 * CHUNK, SIZE + 1], ids=["shorter", "longer"])
def test_a_source_whose_size_changes_while_it_is_described_is_noticed(
    source: Path, size: int, threads: int
) -> None:
    def resize(done: int) -> None:
        if done == CHUNK:
            source.write_bytes((source.read_bytes() + b"\x00")[:size])

    with pytest.raises(ContentMismatch):
        pipeline.describe_sealed(source, KEYS, CHUNK, threads=threads, progress=resize)
    assert no_thread_is_left()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_source_that_becomes_shorter_while_it_is_sealed_is_noticed(large: Path, threads: int) -> None:
    described = pipeline.describe_sealed(large, KEYS, MIB)
    chunks = pipeline.sealed_chunks(large, described, KEYS, threads=threads)
    next(chunks)
    large.write_bytes(b"")
    with pytest.raises(ContentMismatch, match="shorter"):
        list(chunks)


def test_other_keys_than_the_described_ones_seal_nothing(source: Path) -> None:
    described = pipeline.describe_sealed(source, KEYS, CHUNK)
    with pytest.raises(UsageProblem):
        next(pipeline.sealed_chunks(source, described, SealingKeys(new_secret(), KEYS.secret)))
    with pytest.raises(ContentMismatch):
        next(pipeline.sealed_chunks(source, described, SealingKeys(KEYS.content_key, new_secret())))


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(("twist", "ground"), [("noise", "bad-chunk"), ("other-key", "wrong-key")])
def test_what_lies_before_a_fault_is_opened(
    tmp_path: Path, twist: naive.Twist, ground: str, threads: int
) -> None:
    data = bytes(range(100))
    sealed = naive.seal(data, 10, KEYS.content_key, KEYS.secret, {6: twist})
    path, opened = tmp_path / "sealed", io.BytesIO()
    path.write_bytes(b"".join(sealed.ciphertexts))
    with pytest.raises(ProvableFault) as raised:
        pipeline.open_into(path, by(sealed), KEYS.content_key, opened, threads=threads)
    assert (raised.value.ground, raised.value.number) == (ground, 6)
    assert opened.getvalue() == data[:60]
    assert no_thread_is_left()


def test_a_damaged_file_of_ciphertexts_proves_nothing(source: Path) -> None:
    described = pipeline.describe_sealed(source, KEYS, CHUNK)
    path = sealed_file(source, described)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Refused, match="bad-chunk"):
        pipeline.open_into(path, described, KEYS.content_key, io.BytesIO())
    for size in (0, len(whole) - 1, len(whole) + 1):
        path.write_bytes((whole + b"\x00")[:size])
        with pytest.raises(ContentMismatch):
            pipeline.open_into(path, described, KEYS.content_key, io.BytesIO())


@pytest.mark.parametrize("threads", [1, 2])
def test_a_chunk_stays_as_it_is_until_the_next_one_is_asked_for(large: Path, threads: int) -> None:
    """Threads that are ahead do not write to it, however long it is looked at."""
    described = pipeline.describe_sealed(large, KEYS, MIB)
    sealed, data = sealed_file(large, described), large.read_bytes()
    ciphertexts = pipeline.sealed_chunks(large, described, KEYS, threads=threads)
    opened = pipeline.opened_chunks(sealed, described, KEYS.content_key, threads=threads)
    for number, (ciphertext, chunk) in enumerate(zip(ciphertexts, opened, strict=True)):
        time.sleep(0.005)
        assert sha256(bytes(ciphertext)) == described.leaves[number].ciphertext
        assert bytes(chunk.data) == data[number * MIB : (number + 1) * MIB]
        assert leaf(bytes(chunk.salt) + bytes(chunk.data)) == described.leaves[number].plain


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stop_ends_the_work(source: Path, threads: int) -> None:
    stop = threading.Event()
    described = pipeline.describe_sealed(source, KEYS, CHUNK, stop=stop)
    chunks = pipeline.sealed_chunks(source, described, KEYS, threads=threads, stop=stop)
    next(chunks)
    stop.set()
    with pytest.raises(TimedOut):
        next(chunks)
    with pytest.raises(TimedOut):
        pipeline.describe_sealed(source, KEYS, CHUNK, threads=threads, stop=stop)
    assert no_thread_is_left()


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_memory_does_not_grow_with_the_content(tmp_path: Path, threads: int) -> None:
    path, chunk_size, size = tmp_path / "sparse", 1 << 16, 64 * MIB
    with path.open("wb") as file:
        file.truncate(size)

    def peak(run: Callable[[], object]) -> int:
        tracemalloc.start()
        run()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    chunks = 1 if threads == 1 else threads * AHEAD * PIECE_BYTES // chunk_size
    most = chunks * 2 * (chunk_size + 48) + MIB
    assert peak(lambda: pipeline.describe_sealed(path, KEYS, chunk_size, threads=threads)) < most
    described = pipeline.describe_sealed(path, KEYS, chunk_size)
    assert peak(lambda: sealed_file(path, described, threads)) < most
    sealed = path.with_suffix(".sealed")
    with (tmp_path / "opened").open("wb") as opened:
        key = KEYS.content_key
        assert peak(lambda: pipeline.open_into(sealed, described, key, opened, threads=threads)) < most
