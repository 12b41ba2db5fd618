"""What a refusal is. Every code that there is stands in `lading.codes`.

A refusal is an exception, built by one constructor:

    raise refuse("wrong-alg", "alg is \\"ES256\\"; this protocol version signs with Ed25519 only")
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lading.codes import CHANGE, LATER, NEVER, TABLE, Layer, Retry
from lading.errors import LadingError


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of refusal: the code that machines compare, HTTP status, when to retry, requirement, meaning."""

    code: str
    layer: Layer
    status: int
    retry: Retry
    requirement: str
    meaning: str


class Refused(LadingError):
    """A statement or request was refused, for a reason with a code.

    Raised by the codec, the rules and the server, and by the client when an exchange answers with a problem.
    `pointer` is the JSON pointer of the member at fault; `winner` the id of the statement that holds the slot.
    """

    def __init__(
        self, problem: ProblemType, detail: str, pointer: str | None = None, winner: str | None = None
    ) -> None:
        super().__init__(f"{problem.code}: {detail}", hint=HINTS[problem.retry])
        self.problem = problem
        self.detail = detail
        self.pointer = pointer
        self.winner = winner

    @property
    def code(self) -> str:
        """The stable code that machines compare."""
        return self.problem.code

    @property
    def status(self) -> int:
        """The HTTP status that carries this refusal."""
        return self.problem.status

    @property
    def requirement(self) -> str:
        """The id of the requirement that was not met."""
        return self.problem.requirement

    @property
    def retry(self) -> Retry:
        """`never`, `later` (the same bytes may pass later) or `after-change` (sign or send something else)."""
        return self.problem.retry


HINTS: Mapping[Retry, str] = MappingProxyType(
    {
        NEVER: "These bytes will never be accepted; correct what the message names.",
        LATER: "The same bytes may be accepted later; wait and send them again.",
        CHANGE: "Read the current state, change what the message names, and try again.",
    }
)


def refuse(code: str, detail: str, *, pointer: str | None = None, winner: str | None = None) -> Refused:
    """The refusal with this code, to be raised. `detail` is one sentence for a developer."""
    return Refused(PROBLEMS[code], detail, pointer, winner)


PROBLEMS: Mapping[str, ProblemType] = MappingProxyType({row[0]: ProblemType(*row) for row in TABLE})
