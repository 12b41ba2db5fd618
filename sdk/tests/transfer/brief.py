"""What the tests of this folder share: how long they look, at which contents, on how many threads."""

import threading

from hypothesis import settings
from hypothesis import strategies as st

BRIEF = settings(max_examples=60, deadline=None, derandomize=True)
KEYS = st.binary(min_size=32, max_size=32)
CHUNK_SIZES = st.integers(1, 40)
THREADS = st.integers(1, 4)


@st.composite
def contents(draw: st.DrawFn, least: int = 0) -> tuple[bytes, int]:
    """A content and a chunk size, often with sizes at the edges of chunks."""
    chunk_size = draw(CHUNK_SIZES)
    edges = st.integers(0, 5).flatmap(
        lambda chunks: st.sampled_from([chunks * chunk_size + step for step in (-1, 0, 1)])
    )
    size = draw((edges | st.integers(0, 200)).map(lambda number: max(least, number)))
    return draw(st.binary(min_size=size, max_size=size)), chunk_size


def no_thread_is_left() -> bool:
    """Whether no thread of a pipeline runs any more."""
    return not any(thread.name.startswith("lading-chunks") for thread in threading.enumerate())
