"""What a statement may hold: each act without its closedness.

An act is opened by having statements of it read by a model that ignores members which it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

from pydantic import ConfigDict

from lading import acts
from lading.acts.base import ActType

EXACTLY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "acceptance": "LAD-ACC-001",
        "admission": "LAD-ADM-006",
        "attestation": "LAD-ATT-001",
        "claim": "LAD-CLM-001",
        "deletion": "LAD-DEL-001",
        "description": "LAD-LST-001",
        "delivery": "LAD-DLV-009",
        "disclosure": "LAD-DIS-001",
        "erasure": "LAD-ERA-001",
        "grant": "LAD-GRA-001",
        "lapse": "LAD-LPS-001",
        "listing": "LAD-LST-001",
        "notarisation": "LAD-NOT-001",
        "notice": "LAD-NTC-001",
        "offer": "LAD-OFR-001",
        "participant": "LAD-PAR-001",
        "payment": "LAD-PAY-001",
        "receipt": "LAD-RCP-006",
        "rejection": "LAD-REJ-002",
        "release": "LAD-RLS-001",
        "ruling": "LAD-RUL-001",
        "withdrawal": "LAD-WDR-002",
    }
)
"""The requirement that says which members an act has."""


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
