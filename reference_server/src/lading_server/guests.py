"""Guests: participants at home at a peer, whose chains are registered here with the bytes that they have there.

guests = Guests(own, reading, following, mirror, writer, desk)
answers = await guests.register(statements)      # who is unknown here and known at a peer is taken in first
await guests.news(statements)                    # what a peer's log says anew of guests is registered here
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Final, NamedTuple

from lading import acts
from lading.acts.admission import Admission
from lading.acts.base import Act, Statement, View
from lading.acts.participant import Participant
from lading.acts.records import ParticipantRecord, SigningKey, StatementRecord, VersionRecord
from lading.problems import Refused
from lading.register.register import system_clock
from lading.rules import engine
from lading.statement.envelope import Envelope, decode
from lading.statement.words import Id
from lading_server.following import Following
from lading_server.homes import decided_by
from lading_server.mirror import Glance, Mirror, Mirrored
from lading_server.reading import Reading
from lading_server.shares import Desk
from lading_server.sight import Sight
from lading_server.writer import Answer, Writer

MAX_CHAIN: Final = 1_024
"""Statements of one chain that are taken over."""
ROLES: Final = ("provider", "consumer")
WAIT: Final = frozenset({"busy", "read-only", "internal-error"})
"""Refusals of news that have to be tried again."""
_LOG = logging.getLogger("lading_server")


class Link(NamedTuple):
    """One statement of a chain."""

    statement: Statement[Participant]
    home: Id | None


ChainOf = Callable[[Id], list[Link]]


class Asked(NamedTuple):
    """A statement that was sent, as far as it concerns guests: whose it is, and whether it is of their own chain."""

    envelope: Envelope
    statement: Statement[Act]

    @property
    def is_chain(self) -> bool:
        """Whether the participant speaks of itself."""
        return isinstance(self.statement.act, Participant)


class Guests:
    """Takes guests in, and keeps their chains as they are at home."""

    def __init__(
        self, own: Id, reading: Reading, following: Following, mirror: Mirror, writer: Writer, desk: Desk
    ) -> None:
        self._own = own
        self._reading = reading
        self._following = following
        self._mirror = mirror
        self._writer = writer
        self._desk = desk
        # Between looking into a chain and registering it, no news of it may pass.
        self._one = asyncio.Lock()

    async def register(self, statements: Sequence[bytes]) -> list[Answer]:
        """As `Writer.register`; LAD-FED-013: chains of issuers that are unknown here come first."""
        if not self._following.peers or self._writer.read_only is not None:
            return await self._writer.register(statements)
        asked, known = await self._reading.read(partial(self._look, statements))
        if not asked:
            return await self._writer.register(statements)
        if not known:
            await self._following.refresh()
        async with self._one:
            around = await self._reading.read(partial(self._around, asked))
            items: list[bytes] = []
            places: list[int] = []
            for number, jws in enumerate(statements):
                before, after = around.get(number, ([], []))
                places.append(len(items) + len(before))
                items += [*before, jws, *after]
            answers = await self._writer.register(items)
        for place, answer in enumerate(answers):
            if place not in places:
                _say(answer)
        return [answers[place] for place in places]

    async def news(self, news: Sequence[Mirrored]) -> None:
        """LAD-FED-011: register what a peer's log says anew of guests. Raises `Refused` where that has to wait."""
        who = dict.fromkeys(key for found in news if (key := _about(found)) is not None)
        async with self._one:
            said = await self._reading.read(partial(self._anew, list(who)))
            answers = await self._writer.register(said) if said else []
        for answer in answers:
            _say(answer)
            if isinstance(answer, Refused) and answer.code in WAIT:
                raise answer

    def _look(self, statements: Sequence[bytes], sight: Sight) -> tuple[dict[int, Asked], bool]:
        """Which statements may need something of guests, and whether the mirror has it all."""
        asked: dict[int, Asked] = {}
        known = True
        with self._mirror.read() as glance:
            chain_of = cache(partial(self._chain, glance, sight))
            for number, jws in enumerate(statements):
                item = _read(jws)
                if item is None or not self._concerns(glance, sight, item.statement):
                    continue
                asked[number] = item
                if item.is_chain:
                    home = decided_by(sight, item.statement, self._own)
                    if home is not None and self._following.standing(home) is not None:
                        known = known and self._stands(glance, sight, home, item.statement.id)
                elif (chain := self._vouched(glance, sight, item, chain_of)) is not None:
                    known = known and self._is_decided_at_home(glance, item.statement.issuer, chain)
                else:
                    known = known and _is_under(sight, item.statement)
        return asked, known

    def _is_decided_at_home(self, glance: Glance, participant: Id, chain: Sequence[Link]) -> bool:
        """Whether the mirror has what the participant's home decided on it, or the home is not followed."""
        home = chain[-1].home if chain else None
        if home is None or self._following.standing(home) is None:
            return True
        view = glance.view(home)
        record = None if view is None else view.get(ParticipantRecord, participant)
        return record is not None and record.decided_by is not None

    def _concerns(self, glance: Glance, sight: Sight, statement: Statement[Act]) -> bool:
        if sight.get(StatementRecord, statement.id) is not None or statement.issuer == self._own:
            return False
        if isinstance(statement.act, Participant):
            return decided_by(sight, statement, self._own) is not None
        if statement.act.home != self._own:
            return False
        record = sight.get(ParticipantRecord, statement.issuer)
        if record is None or not _is_under(sight, statement):
            return True
        return _is_undecided(record) or self._lags(glance, sight, record)

    def _lags(self, glance: Glance, sight: Sight, record: ParticipantRecord) -> bool:
        """Whether a guest's home has a later statement of its chain than the own log, which did not take it then."""
        view = None if record.home is None else glance.view(record.home)
        there = None if view is None else view.get(ParticipantRecord, record.key)
        return there is not None and sight.get(StatementRecord, there.head) is None

    def _around(self, asked: dict[int, Asked], sight: Sight) -> dict[int, tuple[list[bytes], list[bytes]]]:
        """What is registered before and after each of these statements."""
        found: dict[int, tuple[list[bytes], list[bytes]]] = {}
        taken: set[Id] = set()
        with self._mirror.read() as glance:
            chain_of = cache(partial(self._chain, glance, sight))
            for number, item in asked.items():
                issuer = item.statement.issuer
                if issuer in taken:
                    continue
                if item.is_chain:
                    home = decided_by(sight, item.statement, self._own)
                    if home is None or not self._stands(glance, sight, home, item.statement.id):
                        continue
                    found[number] = [], self._admission(glance, sight, issuer, chain_of(issuer))
                elif (vouched := self._vouched(glance, sight, item, chain_of)) is not None:
                    found[number] = self._brings(glance, sight, issuer, vouched), []
                else:
                    continue
                taken.add(issuer)
        return found

    def _brings(self, glance: Glance, sight: Sight, participant: Id, chain: Sequence[Link]) -> list[bytes]:
        """What of a guest's chain is missing here, and the admission as soon as it can be: who waits for one may
        register few statements.
        """
        missing = _missing(sight, chain)
        first = 1 if sight.get(ParticipantRecord, participant) is None else 0
        return missing[:first] + self._admission(glance, sight, participant, chain) + missing[first:]

    def _anew(self, who: Sequence[Id], sight: Sight) -> list[bytes]:
        """What guests among these have come to at home and is not in the own log."""
        said: list[bytes] = []
        with self._mirror.read() as glance:
            for participant in who:
                record = sight.get(ParticipantRecord, participant)
                if record is None or record.home is None:
                    continue
                said += self._brings(glance, sight, participant, self._chain(glance, sight, participant))
        return said

    def _vouched(self, glance: Glance, sight: Sight, item: Asked, chain_of: ChainOf) -> list[Link] | None:
        """The issuer's chain, if it holds `under` and a key that this lists signed the statement.

        The key comes first: it costs little, a chain may be long, and anybody may send anything.
        """
        act, issuer = item.statement.act, item.statement.issuer
        views: list[View] = [sight]
        views += [view for peer in self._following.peers if (view := glance.view(peer.id)) is not None]
        versions = (view.get(VersionRecord, act.under or "") for view in views)
        version = next(
            (found for found in versions if found is not None and found.participant == issuer), None
        )
        keys = () if version is None else version.keys
        if not any(key.kid == item.statement.kid and _verifies(item.envelope, key) for key in keys):
            return None
        chain = chain_of(issuer)
        return chain if any(link.statement.id == act.under for link in chain) else None

    def _chain(self, glance: Glance, sight: Sight, participant: Id) -> list[Link]:
        """The participant's chain as far as it stands in the logs that decide it: the longest that is known."""
        best: list[Link] = []
        for peer in self._following.peers:
            verified: list[Link] = []
            for link in _walk(glance, peer.id, participant):
                decides = verified[-1].home if verified else link.home
                if decides is None or not self._stands(glance, sight, decides, link.statement.id):
                    break
                verified.append(link)
            best = max(best, verified, key=len)
        return best

    def _stands(self, glance: Glance, sight: Sight, home: Id, key: Id) -> bool:
        if home == self._own:
            return sight.get(StatementRecord, key) is not None
        return self._following.standing(home) is not None and glance.of_peer(home, key) is not None

    def _admission(self, glance: Glance, sight: Sight, participant: Id, chain: Sequence[Link]) -> list[bytes]:
        """LAD-FED-014: the admission of a guest, by that of its home; none where it has none, or was decided upon."""
        home = chain[-1].home if chain else None
        standing = None if home is None else self._following.standing(home)
        own = sight.get(ParticipantRecord, participant)
        if standing is None or home is None or not standing.peer.guests or not self._desk.can_sign(sight):
            return []
        view = glance.view(home)
        there = None if view is None else view.get(ParticipantRecord, participant)
        if (own is not None and not _is_undecided(own)) or there is None or there.decided_by is None:
            return []
        roles = tuple(role for role in ROLES if role in there.roles)
        if there.state != "admitted" or not roles:
            return []
        return [self._desk.admission(sight, participant, roles, there.decided_by, system_clock())]


def _is_under(sight: Sight, statement: Statement[Act]) -> bool:
    """Whether `under` is a statement of the issuer's chain in the own log."""
    version = sight.get(VersionRecord, statement.act.under or "")
    return version is not None and version.participant == statement.issuer


def _is_undecided(record: ParticipantRecord) -> bool:
    return record.home is not None and record.state == "pending" and record.decided_by is None


def _missing(sight: Sight, chain: Sequence[Link]) -> list[bytes]:
    return [link.statement.jws for link in chain if sight.get(StatementRecord, link.statement.id) is None]


def _walk(glance: Glance, peer: Id, participant: Id) -> list[Link]:
    """The participant's chain as one peer's log has it, the oldest first; empty where it is too long."""
    view = glance.view(peer)
    record = None if view is None else view.get(ParticipantRecord, participant)
    chain: list[Link] = []
    key = None if record is None else record.head
    while key is not None:
        found = glance.of_peer(peer, key)
        item = None if found is None or found.jws is None else _read(found.jws)
        if item is None or not isinstance(item.statement.act, Participant) or len(chain) >= MAX_CHAIN:
            return []
        act = item.statement.act
        link = Statement(item.statement.jws, item.statement.id, item.statement.kid, act)
        chain.append(Link(link, act.home))
        key = act.previous
    return chain[::-1]


def _read(jws: bytes) -> Asked | None:
    try:
        envelope = decode(jws)
        return Asked(envelope, acts.parse(envelope))
    except Refused:
        return None


def _verifies(envelope: Envelope, key: SigningKey) -> bool:
    try:
        engine.check_signature(envelope, key)
    except Refused:
        return False
    return True


def _about(found: Mirrored) -> Id | None:
    """The participant that a statement is about."""
    item = None if found.jws is None else _read(found.jws)
    if item is None:
        return None
    act = item.statement.act
    return act.participant if isinstance(act, Admission) else item.statement.issuer


def _say(answer: Answer) -> None:
    if isinstance(answer, Refused):
        _LOG.warning("what a guest brings was refused", extra={"reason": str(answer)})
