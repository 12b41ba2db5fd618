"""What one caller sees of the database, and by virtue of what."""

from lading.statement.words import Id, Millis
from lading_server.sight import Caller, Opening, Sight, StoredStatement


class Eyes:
    """A sight as one caller has it at one moment. `shown` notes what a grant or a disclosure let it see.

    Whoever answers with what these eyes saw writes `shown` into the journal first: `Call.look` does.
    """

    def __init__(self, sight: Sight, caller: Caller, now: Millis) -> None:
        self.sight = sight
        self.caller = caller
        self.now = now
        self.shown: dict[Id, Opening] = {}

    def statement(self, key: Id) -> StoredStatement | None:
        """A statement, if the caller may read it; what is hidden and what never was look the same."""
        stored = self.sight.visible(key, self.caller)
        if stored is not None or self.caller.participant is None:
            return stored
        # LAD-GRA-005, LAD-DIS-004
        found = self.sight.opened(key, self.caller.participant, self.now)
        if found is None:
            return None
        stored, self.shown[key] = found
        return stored

    def events(self, after: int, limit: int) -> list[StoredStatement]:
        """Statements above index `after` that the caller may read, in log order, at most `limit`."""
        own = self.sight.events(after, self.caller, limit)
        if self.caller.participant is None or self.caller.is_exchange:
            return own
        opened = self.sight.opened_events(after, self.caller.participant, self.now, limit)
        by_virtue = {stored.index: (stored, opening) for stored, opening in opened}
        for stored in own:
            by_virtue.pop(stored.index, None)
        page = sorted([*own, *(stored for stored, _ in by_virtue.values())], key=lambda event: event.index)
        page = page[:limit]
        self.shown |= {stored.id: by_virtue[stored.index][1] for stored in page if stored.index in by_virtue}
        return page
