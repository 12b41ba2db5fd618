"""The feed shows each reader what is its own, in log order, page by page, and as soon as it is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

from lading_conformance.cases.statement.http import same_head
from lading_conformance.drivers.answers import Answer, integer_of, object_of, objects_of, text_of
from lading_conformance.drivers.http import together
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.http_signature import Signer
from lading_conformance.steps import deals, expect
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import OVER, Blocked, Failed
from lading_conformance.trial.session import Session

WAIT: Final = 5
"""For how many seconds the suite asks the exchange to wait for an event."""
SHORT: Final = 1
MEANWHILE: Final = 0.5
"""How long somebody has waited when something happens, in seconds."""
PROMPTLY: Final = 2.0
"""How many seconds after its registration a statement has to be shown to who waits for it."""
PAGE: Final = 3
MALFORMED: Final = (
    "after=-2",
    "after=-0",
    "after=01",
    "after=1.0",
    "after=x",
    "after=",
    "limit=0",
    "limit=-1",
    "limit=ten",
    "limit=%D9%A1",
    "wait=-1",
    "wait=long",
    "limit=1&limit=1",
    "since=0",
    "&",
    "limit",
    "LIMIT=1",
    "limit=%4",
)


@dataclass(frozen=True)
class Read:
    """One page of a feed."""

    indices: list[int]
    ids: list[str]
    following: int
    as_of: int


def run(trial: Trial) -> None:
    """Make a deal beside public events, and read what happened as everybody who may, and who may not."""
    session = trial.session
    with trial.given("a contract, and public events before and after it"):
        _ = session.consumer, session.stranger
        start = session.checkpoint_size() - 1
        public = [_newcomer(session)]
        contract = deals.contract(session)
        public += [_newcomer(session), _newcomer(session)]
    _readers(trial, start, contract, public)
    _pages(trial, start)
    _edges(trial)
    _forms(trial)
    _waiting(trial, contract)


def _newcomer(session: Session) -> Registration:
    newcomer = session.newcomer("in public")
    return deals.say(session, newcomer.sign(newcomer.introduction()))


def _page(session: Session, reader: Signer | None, **query: int) -> Read:
    members = expect.media_type(
        expect.status(session.exchange.events(reader, **query), 200), expect.JSON
    ).members()
    events = objects_of(members, "events")
    for event in events:
        _sound(event)
    indices = [integer_of(event, "index") for event in events]
    after, as_of = query.get("after", -1), integer_of(members, "as_of")
    following = members.get("next")
    if not isinstance(following, int) or following < max([after, *indices]):
        raise Failed(
            f"`next` is {following!r} after {after}, with events up to {max(indices, default=after)}"
        )
    if any(not earlier < later for earlier, later in pairwise([after, *indices])):
        raise Failed(f"the indices after {after} are {indices}: they do not rise")
    if indices and indices[-1] >= as_of:
        raise Failed(f"it shows index {indices[-1]} of a log that has {as_of} entries")
    return Read(indices, [text_of(event, "id") for event in events], following, as_of)


def _sound(event: dict[str, Json]) -> None:
    """Fail unless an event is what its statement's bytes say."""
    integer_of(event, "time")
    said = statement.parse(text_of(event, "statement").encode("utf-8"))
    if (text_of(event, "id"), text_of(event, "type")) != (said.id, said.payload.get("type")):
        raise Failed("an event's `id` or `type` is not that of its statement")


def _all(session: Session, reader: Signer | None, start: int, limit: int) -> list[Read]:
    """Return pages up to the end of the feed as it was at the first of them."""
    pages = [_page(session, reader, after=start, limit=limit)]
    end = pages[0].as_of
    while pages[-1].indices and pages[-1].following < end - 1:
        if session.is_over():
            raise Blocked(OVER)
        pages.append(_page(session, reader, after=pages[-1].following, limit=limit))
    return pages


def _readers(trial: Trial, start: int, contract: Registration, public: list[Registration]) -> None:
    session = trial.session
    readers: dict[str, tuple[Signer | None, bool]] = {
        "the provider": (session.provider.signer, True),
        "the consumer": (session.consumer.signer, True),
        "a stranger": (session.stranger.signer, False),
        "nobody in particular": (None, False),
    }
    for who, (reader, party) in readers.items():
        with trial.check("LAD-HTP-029", f"the feed of {who}: what is public, in log order"):
            ids = [item for page in _all(session, reader, start, 100) for item in page.ids]
            wanted = [item.id for item in public]
            if [item for item in ids if item in wanted] != wanted:
                raise Failed("a public event is missing, repeated, or at another place")
        with trial.check("LAD-HTP-019", f"the feed of {who}: {'once' if party else 'never'} the contract"):
            if ids.count(contract.id) != int(party):
                raise Failed(f"it shows the contract {ids.count(contract.id)} times")
    with trial.check("LAD-HTP-029", "index and time of an event are those of its registration"):
        members = expect.status(
            session.exchange.events(None, after=public[0].index - 1, limit=1), 200
        ).members()
        (event,) = objects_of(members, "events")
        said = (event.get("id"), event.get("index"), event.get("time"))
        if said != (public[0].id, public[0].index, public[0].time):
            raise Failed(f"it shows {said}")


def _pages(trial: Trial, start: int) -> None:
    session = trial.session
    for limit in (1, PAGE):
        with trial.check(
            "LAD-HTP-029", f"read by pages of {limit}: the same as at once, without gap or repetition"
        ):
            reader = session.consumer.signer
            whole = _all(session, reader, start, 100)
            pages = _all(session, reader, start, limit)
            if any(len(page.ids) > limit for page in pages):
                raise Failed(f"a page holds more than {limit} events")
            paged = [item for page in pages for item in page.ids]
            once = [item for page in whole for item in page.ids]
            if paged[: len(once)] != once:
                raise Failed(f"{len(paged)} events by pages, {len(once)} at once, or in another order")
    with trial.check("LAD-HTP-029", "from the start, with and without `after=-1`: entry 0 comes first"):
        for query in ({"limit": 1}, {"limit": 1, "after": -1}):
            page = _page(session, None, **query)
            if (page.indices, page.ids) != ([0], [session.facts.id]):
                raise Failed(f"the first event is {page.ids} at {page.indices}")


def _edges(trial: Trial) -> None:
    session = trial.session
    with trial.check("LAD-HTP-029", "a `limit` above the largest counts as the largest"):
        largest = _largest(session, "events_page")
        if len(_page(session, None, limit=largest + 1_000_000).ids) > largest:
            raise Failed(f"a page holds more than {largest} events")
    with trial.check(
        "LAD-HTP-029", "after the end, and long after it: no event, and `next` does not go back"
    ):
        for after in (session.checkpoint().size + 100_000, 2**31):
            if _page(session, None, after=after).ids:
                raise Failed(f"there are events after {after}")
    with trial.check("LAD-HTP-001", "HEAD of a page: like GET, without the body"):
        same_head(session, "/events?limit=1")


def _largest(session: Session, name: str) -> int:
    return integer_of(object_of(expect.status(session.exchange.well_known(), 200).members(), "limits"), name)


def _forms(trial: Trial) -> None:
    for query in MALFORMED:
        with trial.check("LAD-HTP-004", f"GET /events?{query}: bad-request"):
            expect.problem(trial.session.exchange.get(f"/events?{query}"), "bad-request")
    for query in ("limit=%31", "after=9007199254740991", "wait=0&limit=1&after=-1"):
        with trial.check("LAD-HTP-029", f"GET /events?{query}: answered"):
            expect.status(trial.session.exchange.get(f"/events?{query}"), 200)


def _waiting(trial: Trial, contract: Registration) -> None:
    session = trial.session
    with trial.check("LAD-HTP-030", "events that are there: answered at once, whatever `wait`"):
        if _took(partial(session.exchange.events, None, after=-1, limit=1, wait=WAIT))[0] > WAIT / 2:
            raise Failed("it waits although there is something to show")
    with trial.check(
        "LAD-HTP-030", f"nothing to show, and `wait={SHORT}`: waits that long, and answers no event"
    ):
        after = session.checkpoint().size + 100_000
        seconds, answer = _took(partial(session.exchange.events, None, after=after, wait=SHORT))
        if objects_of(expect.status(answer, 200).members(), "events"):
            raise Failed("there are events where none can be")
        if not SHORT * 0.8 <= seconds <= SHORT + 3:
            raise Failed(f"it answers after {seconds:.1f} s")
    newcomer = session.newcomer("awaited")
    public = newcomer.sign(newcomer.introduction())
    with trial.check("LAD-HTP-030", "a new public event ends the waiting of somebody who does not sign"):
        _woken(session, None, public)
    private = session.provider.says("payment", contract=contract.id, kind="invoice", **_owed(session))
    with trial.check("LAD-HTP-030", "a party's statement ends the waiting of the other party"):
        _woken(session, session.consumer.signer, private)


def _owed(session: Session) -> dict[str, Json]:
    return {"amount": {"amount": "1.00", "currency": "EUR"}, "reference": session.word()}


def _took(ask: Callable[[], Answer]) -> tuple[float, Answer]:
    begun = time.monotonic()
    answer = ask()
    return time.monotonic() - begun, answer


def _woken(session: Session, reader: Signer | None, jws: bytes) -> None:
    """Fail unless a reader that waits is answered with a statement as soon as that is registered."""
    own = statement.statement_id(jws)
    after = _all(session, reader, session.checkpoint().size - 1, 100)[-1].following

    def wait() -> float:
        last, until = after, time.monotonic() + 2 * WAIT
        while time.monotonic() < until:
            page = _page(session, reader, after=last, wait=WAIT)
            if own in page.ids:
                return time.monotonic()
            last = page.following
        raise Failed(f"it is not shown within {2 * WAIT} s")

    def act() -> float:
        time.sleep(MEANWHILE)
        deals.say(session, jws)
        return time.monotonic()

    shown, registered = together((wait, act))
    if shown - registered > PROMPTLY:
        raise Failed(f"it is shown {shown - registered:.1f} s after it was registered")


CASE = Case(
    name="contract_events",
    profile="contract",
    story="Provider, consumer, a stranger and somebody who does not sign follow the events of an exchange. Each sees "
    "what is its own, once and in the order of the log, in pages of any size; who waits is told at once.",
    requirements=("LAD-HTP-029", "LAD-HTP-019", "LAD-HTP-001", "LAD-HTP-004", "LAD-HTP-030"),
    run=run,
)
