"""How long the property tests of this folder look, and which contents they look at."""

from hypothesis import settings
from hypothesis import strategies as st

BRIEF = settings(max_examples=60, deadline=None, derandomize=True)
KEYS = st.binary(min_size=32, max_size=32)
CHUNK_SIZES = st.integers(1, 40)


@st.composite
def contents(draw: st.DrawFn, least: int = 0) -> tuple[bytes, int]:
    """A content and a chunk size, often with sizes at the edges of chunks."""
    chunk_size = draw(CHUNK_SIZES)
    edges = st.integers(0, 5).flatmap(
        lambda chunks: st.sampled_from([chunks * chunk_size + step for step in (-1, 0, 1)])
    )
    size = draw((edges | st.integers(0, 200)).map(lambda number: max(least, number)))
    return draw(st.binary(min_size=size, max_size=size)), chunk_size
