"""All targets by name. The drafts that `lading lint` reads get a target here when there is such a command."""

from collections.abc import Mapping
from typing import Final

from tests.fuzz import codec, files, register, requests, sealed
from tests.fuzz.target import Target

TARGETS: Final[Mapping[str, Target]] = {
    target.name: target for module in (codec, register, files, requests, sealed) for target in module.TARGETS
}
