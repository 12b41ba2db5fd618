"""Requirements that no suite can test, each with the reason (`untested.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def untested() -> Mapping[str, str]:
    """Return the requirements that no suite can test, each with the reason."""
    text = files("lading_conformance").joinpath("untested.toml").read_text(encoding="utf-8")
    return {name: str(reason) for name, reason in tomllib.loads(text).items()}
