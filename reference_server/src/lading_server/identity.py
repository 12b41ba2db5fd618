"""Who the exchange is by its own log, and whether that log may still grow."""

from dataclasses import dataclass

from lading import acts
from lading.acts.exchange import Exchange as ExchangeDescription
from lading.acts.participant import Participant
from lading.acts.records import SELF, ExchangeRecord
from lading.keys.vkey import VerifierKey
from lading.log import tiles
from lading.log.checkpoint import open_signed
from lading.statement.envelope import decode
from lading.statement.words import Id
from lading_server.highwater import HighWater
from lading_server.sight import Sight
from lading_server.state import StateDamaged


@dataclass(frozen=True, slots=True)
class Identity:
    """What the exchange's own latest statement says, read once at start."""

    id: Id
    head: Id
    description: ExchangeDescription

    @classmethod
    def read(cls, sight: Sight) -> "Identity":
        """Read it from the register; `StateDamaged` where there is no exchange in it."""
        record = sight.get(ExchangeRecord, SELF)
        jws = None if record is None else sight.statement(record.head)
        if record is None or jws is None:
            raise StateDamaged("the database holds no exchange")
        act = acts.parse(decode(jws)).act
        if not isinstance(act, Participant) or act.exchange is None:
            raise StateDamaged("the exchange's latest statement describes no exchange")
        return cls(record.id, record.head, act.exchange)

    def signs_alone(self, key: VerifierKey, size: int) -> bool:
        """Whether the key is all that a checkpoint of this size must be signed with (LAD-LOG-006)."""
        listed = self.description.log.keys
        in_force = [k.vkey for k in listed if k.from_size <= size <= (k.until_size or size)]
        return in_force == [str(key)]


def contradiction(sight: Sight, identity: Identity, mark: HighWater, key: VerifierKey) -> str | None:
    """Why this database must not be appended to, or None."""
    try:
        signed, _ = open_signed(sight.checkpoint(), key)
    except ValueError as error:
        return f"the last checkpoint is not signed by the log key: {error}"
    if not identity.signs_alone(key, sight.size() + 1):
        return "the log key in force by the exchange's latest statement is not the one in keys/log.pem"
    if tiles.root(sight, sight.size()) != signed.root or signed.size != sight.size():
        return "the tree does not have the root of the last checkpoint"
    return mark.contradiction(sight.size(), sight)
