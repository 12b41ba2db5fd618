"""To which key a share for somebody is sealed."""

from dataclasses import dataclass, field

from lading.client.flow import Flow
from lading.client.flows.latest import latest
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.statement.words import Id, Thumbprint


@dataclass(frozen=True, slots=True)
class Recipient:
    """A participant, and the public seal key that it lists now."""

    id: Id
    key: Thumbprint
    public: bytes = field(repr=False)


def recipient(session: Session, participant: Id, who: str, hint: str) -> Flow[Recipient]:
    """The newest seal key of a participant, out of the verified head of its chain; `who` it is, in words.

    Which statement is the head is the exchange's word; that it is one of the chain is verified. Raises
    `UsageProblem`, with this hint, where the participant has no seal key.
    """
    _, act = yield from latest(session, participant)
    if not act.sealing:
        raise UsageProblem(f"{who}, {act.name!r}, has no seal key", hint=hint)
    key = act.sealing[0]
    return Recipient(participant, key.kid, key.raw)
