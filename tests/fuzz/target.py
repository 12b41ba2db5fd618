"""A fuzz target: a plain function of bytes, what it begins with, and how its inputs are changed."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.fuzz.mutation import Mutator, mutate_bytes


@dataclass(frozen=True)
class Target:
    """`run` returns for every input there is, and raises only where the code under it is wrong.

    `seeds` are inputs that reach far; `mutate` keeps much of their structure. `limit` is the size in bytes of the
    largest input that is tried.
    """

    name: str
    about: str
    run: Callable[[bytes], None]
    seeds: Callable[[], tuple[bytes, ...]]
    mutate: Mutator = mutate_bytes
    limit: int = 65_536
