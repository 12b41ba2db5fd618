"""A file that several threads read from."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lading.errors import ContentMismatch
from lading.transfer.source import HAS_PLACES, Source

WAYS = [True, False] if HAS_PLACES else [False]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of a thousand bytes."""
    made = tmp_path / "source"
    made.write_bytes(bytes(number % 251 for number in range(1000)))
    return made


@pytest.mark.parametrize("places", WAYS)
def test_every_thread_reads_what_lies_at_its_place(path: Path, places: bool) -> None:
    whole = path.read_bytes()
    with Source(path, places=places) as source, ThreadPoolExecutor(4) as threads:

        def read(offset: int) -> bytes:
            room = bytearray(10)
            source.read(offset, memoryview(room))
            return bytes(room)

        offsets = [number * 37 % 991 for number in range(2000)]
        assert list(threads.map(read, offsets)) == [whole[offset : offset + 10] for offset in offsets]


@pytest.mark.parametrize("places", WAYS)
def test_what_is_not_there_cannot_be_read(path: Path, places: bool) -> None:
    with Source(path, places=places) as source:
        source.read(1000, memoryview(bytearray()))
        for offset in (995, 1000, 2000):
            with pytest.raises(ContentMismatch, match="shorter"):
                source.read(offset, memoryview(bytearray(10)))


@pytest.mark.parametrize("places", WAYS)
def test_a_file_that_cannot_be_read_is_another_content(tmp_path: Path, places: bool) -> None:
    path = tmp_path / "one-byte"
    path.write_bytes(b"x")
    with Source(path, places=places) as source, pytest.raises(ContentMismatch, match="cannot read"):
        source.read(-2, memoryview(bytearray(1)))


def test_the_size_is_that_of_now(path: Path) -> None:
    with Source(path) as source:
        source.check_size(1000)
        path.write_bytes(b"")
        with pytest.raises(ContentMismatch, match="has 0 bytes"):
            source.check_size(1000)
