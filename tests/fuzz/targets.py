"""All targets by name. Drafts of listings, and what `lading lint` says of them, get one here."""

from collections.abc import Mapping
from typing import Final

from tests.fuzz import codec, files, handed, register, requests, sealed
from tests.fuzz.target import Target

TARGETS: Final[Mapping[str, Target]] = {
    target.name: target
    for module in (codec, register, files, requests, sealed, handed)
    for target in module.TARGETS
}
