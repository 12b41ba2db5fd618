"""All targets by name."""

from collections.abc import Mapping
from typing import Final

from tests.fuzz import codec, drafts, files, handed, register, requests, sealed
from tests.fuzz.target import Target

TARGETS: Final[Mapping[str, Target]] = {
    target.name: target
    for module in (codec, register, files, requests, sealed, handed, drafts)
    for target in module.TARGETS
}
