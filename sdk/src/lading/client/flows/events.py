"""`events`: what the caller may see, in log order; long polls while nothing is new."""

from collections.abc import Sequence

from lading.client.ask import Answer, answer, fetch
from lading.client.flow import Flow, Pause
from lading.client.outbox import Cursor
from lading.client.pages import Page, Pages
from lading.client.peer import dishonest
from lading.client.results import Event, statement_of
from lading.client.session import Session
from lading.errors import NotUnderstood
from lading.problems import Refused
from lading.statement.envelope import statement_id
from lading.statement.words import StatementId


class _Event(Answer):
    index: int
    time: int
    id: StatementId
    type: str
    statement: str


class _Events(Answer):
    events: tuple[_Event, ...]
    next: int
    as_of: int


def events(
    session: Session,
    *,
    after: int = -1,
    follow: bool = False,
    types: Sequence[str] = (),
    cursor: str | None = None,
) -> Pages[Event]:
    """The statements with an index above `after`, oldest first; with `follow` also those still to come,
    without end.

    `types` keeps only these acts. `cursor` is a name under which the position is stored beside the outbox,
    so that the next call goes on where this one stopped; a page that was not finished is given again. Bytes
    and ids are checked; signatures and inclusion are not: see `evidence`.
    """

    def page(position: str | int | None) -> Flow[Page[Event]]:
        start = position if isinstance(position, int) else after
        if cursor is not None:
            start = _resume(session.speaker.cursor(cursor), position, start)
        found, reached, end = yield from poll(
            session, start, session.config.long_poll_seconds if follow else 0
        )
        wanted = tuple(event for event in found if not types or event.type in types)
        done = end and not follow and (cursor is None or not wanted)
        return Page(wanted, None if done else reached)

    return page


def poll(session: Session, after: int, wait: float | None) -> Flow[tuple[tuple[Event, ...], int, bool]]:
    """One page of events: the events, the position that it reaches, and whether that is the present end.

    With `wait` the exchange is asked to hold the answer until something is new, at most so many seconds. An
    exchange that answers at once without news is asked again only after a pause.
    """
    response = yield from fetch(
        session,
        "/events",
        bound=session.config.page_bytes,
        after=after,
        wait=_whole_seconds(session, wait),
    )
    said = answer(_Events, response, "/events")
    found = _checked(said, after)
    end = said.next + 1 >= said.as_of
    if wait is not None and not found and said.next <= after:
        yield Pause(min(session.config.poll_pause, max(wait, 0.0)))
    return found, max(said.next, after), end


def _whole_seconds(session: Session, wait: float | None) -> int | None:
    """How long the exchange is asked to hold its answer; None where less than a second is left."""
    seconds = min(session.config.long_poll_seconds, int(wait or 0))
    return seconds if seconds > 0 else None


def _checked(said: _Events, after: int) -> tuple[Event, ...]:
    """The events of a page in rising order, each with the bytes of its id."""
    found: list[Event] = []
    last = after
    for item in said.events:
        if not last < item.index <= said.next:
            raise dishonest("the exchange's events are not in log order")
        last = item.index
        found.append(_event(item))
    return tuple(found)


def _event(item: _Event) -> Event:
    jws = item.statement.encode()
    if statement_id(jws) != item.id:
        raise dishonest(f"the exchange's event {item.index} has other bytes than those of {item.id}")
    try:
        statement = statement_of(jws)
    except Refused as refusal:
        raise NotUnderstood(
            f"event {item.index} is no statement that this version understands: {refusal}"
        ) from None
    if statement.act.type != item.type:
        raise dishonest(f"the exchange's event {item.index} is a {statement.act.type}, not a {item.type}")
    return Event(item.index, item.time, item.id, item.type, statement)


def _resume(mark: Cursor, position: str | int | None, after: int) -> int:
    """Where to go on. Whoever asks for a further page has dealt with those before, so that is stored now."""
    if not isinstance(position, int):
        return max(after, mark.get())
    mark.set(position)
    return position
