"""What a statement may hold: each act without its closedness.

An act is opened by having statements of it read by a model that ignores members which it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ConfigDict

from lading import acts
from lading.acts.base import ActType


@contextmanager
def opened(act: ActType[Any]) -> Iterator[None]:
    """Statements of this act may hold members of any other name, until the block ends."""
    readers = acts._READ
    old = readers[act.name]
    readers[act.name] = _open(act.model).__pydantic_validator__.validate_json
    try:
        yield
    finally:
        readers[act.name] = old


def _open(model: type[Any]) -> type[Any]:
    config = ConfigDict(extra="ignore")
    return type(model.__name__, (model,), {"model_config": config, "__module__": model.__module__})
