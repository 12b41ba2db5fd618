"""An exchange's switches in a JSON file: an object of the members of `policy` (`spec/gates.md`, part Policy).

read(Path("policy.json"))      # {"onboarding": "open", "related_parties": "refused"}
"""

import json
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from lading.acts.policy import Policy
from lading.errors import UsageProblem

MAX_BYTES: Final = 64 * 1024
_HINT: Final = 'Write switches like {"related_parties": "refused"}; they are listed in spec/gates.md.'


def read(path: Path, *, onboarding: str | None = None) -> dict[str, Any]:
    """The switches in the file, as a statement says them. `onboarding`, where it is given, stands in the file too, or
    takes its place there.

    Raises `UsageProblem` where the file cannot be read, or holds something else.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        said = json.loads(data) if len(data) <= MAX_BYTES else None
    except OSError as error:
        raise UsageProblem(f"cannot read {path}: {error.strerror}", hint="Name the file.") from None
    except (ValueError, RecursionError):
        raise UsageProblem(f"{path} is not JSON", hint=_HINT) from None
    if not isinstance(said, dict):
        raise UsageProblem(f"{path} does not hold an object of switches", hint=_HINT)
    asked = said.setdefault("onboarding", onboarding or "open")
    if onboarding not in (None, asked):
        raise UsageProblem(f"{path} says another onboarding than the option", hint="Leave the option away.")
    try:
        return Policy.model_validate_json(json.dumps(said)).model_dump(mode="json", exclude_none=True)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = "/".join(map(str, fault["loc"]))
        raise UsageProblem(f"{path}: {where}: {fault['msg'][:200]}", hint=_HINT) from None
