"""Admission checks about guests: what they say of themselves stands in the log of their home, and it is heard of."""

import logging
from typing import Final

import apsw

from lading.acts.base import Act, Place, Statement, View
from lading.acts.participant import Participant
from lading.acts.records import ParticipantRecord
from lading.problems import refuse
from lading.register.register import AdmissionCheck
from lading.statement.words import Id
from lading_server.following import Following
from lading_server.mirror import Mirror

_LOG = logging.getLogger("lading_server")
DEALS: Final = frozenset({"listing", "offer", "acceptance"})
"""Acts with which a guest begins something new."""


class Homes:
    """The checks, over what is known of peers."""

    def __init__(self, own: Id, following: Following, mirror: Mirror) -> None:
        self._own = own
        self._following = following
        self._mirror = mirror

    @property
    def all(self) -> tuple[AdmissionCheck, ...]:
        """All checks, in the order in which they are asked."""
        return (self.home_is_followed, self.stands_at_home, self.home_is_heard)

    def home_is_followed(self, view: View, statement: Statement[Act], at: Place) -> None:
        """What a guest says of itself is decided at a peer."""
        decides = decided_by(view, statement, self._own)
        # LAD-FED-009
        if decides is not None and self._following.standing(decides) is None:
            raise refuse("unknown-home", f"this exchange does not follow {decides}", pointer="/home")

    def stands_at_home(self, view: View, statement: Statement[Act], at: Place) -> None:
        """What a guest says of itself was verified to stand in the log that decides it."""
        decides = decided_by(view, statement, self._own)
        if decides is None:
            return
        # LAD-FED-010
        if not self._stands(decides, statement.id):
            raise refuse("not-at-home", f"not seen in the log of {decides}", pointer="/home")

    def _stands(self, home: Id, key: Id) -> bool:
        """Whether the mirror has it; a mirror that cannot be read has nothing, and the own log goes on."""
        try:
            with self._mirror.read() as glance:
                return glance.of_peer(home, key) is not None
        except apsw.Error as error:
            _LOG.error("the mirror cannot be read", extra={"reason": str(error)})
            return False

    def home_is_heard(self, view: View, statement: Statement[Act], at: Place) -> None:
        """A guest begins nothing new while nothing can be heard of its home."""
        record = view.get(ParticipantRecord, statement.issuer)
        if statement.act.type not in DEALS or record is None or record.home is None:
            return
        state = self._following.state(record.home)
        # LAD-FED-012
        if state != "following":
            raise refuse("home-silent", f"the issuer's home {record.home} is {state or 'not followed'}")


def decided_by(view: View, statement: Statement[Act], own: Id) -> Id | None:
    """The other exchange that decides what a participant says of itself; None where this one does."""
    act = statement.act
    if not isinstance(act, Participant) or act.exchange is not None:
        return None
    record = view.get(ParticipantRecord, statement.issuer)
    home = act.home if record is None else record.home
    return None if home == own else home
