"""What the rules refuse, and a peer registered all the same, changes nothing in the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.decoy import Decoy
from lading_conformance.drivers.party import Party, written_time
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.note import VerifierKey
from lading_conformance.steps import deals, expect, peering
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

ROLES: Final[tuple[str, ...]] = ("provider", "consumer")
LATE: Final = 40 * deals.DAY
"""How late the peer's clock is, so that its closing can have passed."""
CLOSING: Final = 31 * deals.DAY


@dataclass(frozen=True)
class Listed:
    """A listing in the peer's log, and a word that finds it."""

    index: int
    time: int
    jws: bytes
    word: str

    @property
    def id(self) -> str:
        """Its id."""
        return statement.statement_id(self.jws)


def run(trial: Trial) -> None:
    """Be a peer that knows no rules, and look at what is shown of its log."""
    session = trial.session
    with Decoy.serving(late=LATE) as decoy:
        decoy.talkative = True
        with trial.given("an exchange of the suite's own that the subject follows"):
            peering.follow(session, decoy)
        resident, first = _resident(trial, decoy)
        kept = _list(trial, decoy, resident)
        with trial.need("LAD-HTP-033", "it is followed, whatever else its answers hold that nobody knows"):
            peering.caught_up(session, decoy)
            peering.mirrored(session, kept.id, kept.word)
        _unsound_keys(trial, decoy)
        _erasures(trial, decoy, resident, first)
        _expelled(trial, decoy)
        _closing(trial, decoy, resident, kept)


def _resident(trial: Trial, decoy: Decoy) -> tuple[Party, bytes]:
    """A participant that is admitted at the peer, and its first statement."""
    newcomer = peering.abroad_of(trial.session.newcomer("resident of an unruly peer"), decoy.id)
    first = newcomer.sign(newcomer.introduction())
    resident = newcomer.registered(first)
    decoy.register(first)
    decoy.register(_decided(decoy, resident, "admitted"))
    return resident, first


def _decided(decoy: Decoy, party: Party, status: str) -> bytes:
    return decoy.says("admission", participant=party.id, status=status, roles=[*ROLES])


def _list(trial: Trial, decoy: Decoy, provider: Party) -> Listed:
    word, time = trial.session.word(), decoy.time
    jws = provider.says("listing", kind="dataset", title=f"Listing {word}", issued_at=written_time(time))
    index = decoy.register(jws)
    return Listed(index, decoy.entries[index].time, jws, word)


def _unsound_keys(trial: Trial, decoy: Decoy) -> None:
    other = VerifierKey(decoy.origin, Key.generate().public)
    keys: list[Json] = [{"vkey": key.text, "from_size": 1} for key in (decoy.vkey, other)]
    with trial.need(
        "LAD-PAR-009",
        "a log key for sizes that were signed before does not count: the peer is followed under its old one",
    ):
        decoy.succeed(counts=False, log={"origin": decoy.origin, "keys": keys})
        peering.caught_up(trial.session, decoy)


def _erasures(trial: Trial, decoy: Decoy, resident: Party, first: bytes) -> None:
    session = trial.session
    one, two, three = (_list(trial, decoy, resident) for _ in range(3))
    decoy.register(_erasure(decoy, one))
    decoy.register(_erasure(decoy, two, index=three.index))
    named: dict[str, Json] = {"statement": resident.id, "sort": "participant", "changes": []}
    decoy.register(_erasure(decoy, one, **named, index=_index(decoy, first)))
    with trial.given("erasures at the peer"):
        peering.caught_up(session, decoy)
    with trial.check("LAD-ERA-009", "what the peer erased as the rules have it is gone here too"):
        expect.problem(session.exchange.statement(one.id), "gone")
    with trial.check("LAD-ERA-006", "an erasure that names the index of another statement erases neither"):
        expect.stored(session, two.jws)
        expect.stored(session, three.jws)
    with trial.check("LAD-ERA-002", "an erasure of what a participant says of itself erases nothing"):
        expect.stored(session, first)


def _index(decoy: Decoy, jws: bytes) -> int:
    return next(index for index, item in enumerate(decoy.entries) if item.jws == jws)


def _erasure(decoy: Decoy, of: Listed, **members: Json) -> bytes:
    said = statement.parse(of.jws)
    provider = said.payload["issuer"]
    product: dict[str, Json] = {"head": of.id, "key": of.id, "provider": provider}
    listing: dict[str, Json] = {
        **{"accepted": 0, "contested": 0, "exceeds": -1, "excluded": [], "export": False},
        **{"key": of.id, "kid": said.kid, "listed_at": of.time, "needs": [], "product": of.id},
        **{"provider": provider, "sales": "dataset", "state": "listed"},
    }
    named: dict[str, Json] = {
        "statement": of.id,
        "index": of.index,
        "sort": "listing",
        "author": provider,
        "ground": "personal-data",
        "changes": [{"kind": "product", "record": product}, {"kind": "listing", "record": listing}],
    }
    return decoy.says("erasure", **{**named, **members})


def _expelled(trial: Trial, decoy: Decoy) -> None:
    session = trial.session
    outcast, _ = _resident(trial, decoy)
    decoy.register(_decided(decoy, outcast, "expelled"))
    hidden = _list(trial, decoy, outcast)
    decoy.register(_decided(decoy, outcast, "admitted"))
    with trial.given("a listing here, and the news of the peer"):
        listing = deals.publish(session).id
        peering.caught_up(session, decoy)
    with trial.check("LAD-ADM-004", "a listing of who was expelled is not found"):
        _is_hidden(trial, hidden)
    with trial.check("LAD-ADM-003", "who was expelled is not admitted here, whatever the peer said after it"):
        jws = deals.acceptance(session, listing, session.word(), peering.abroad(outcast, session))
        expect.problem(session.exchange.register(jws), "not-admitted")
        # Its chain is registered now, and nothing else is.
        session.checkpoint()
        expect.refused(session, jws, "not-admitted")


def _closing(trial: Trial, decoy: Decoy, resident: Party, kept: Listed) -> None:
    session = trial.session
    decoy.succeed(counts=False, closing_at=written_time(decoy.time + deals.DAY))
    before = _list(trial, decoy, resident)
    closing = written_time(decoy.time + CLOSING)
    decoy.succeed(closing_at=closing)
    after = _list(trial, decoy, resident)
    decoy.late -= CLOSING + deals.DAY
    decoy.succeed(closing_at=closing, closed={})
    late = {"statement": kept.id, "issued_at": written_time(decoy.time)}
    decoy.register(resident.says("withdrawal", **late))
    with trial.given("the peer's log to its end"):
        peering.caught_up(session, decoy)
    with trial.check("LAD-PAR-024", "a closing of the next day does not count: what is listed then is found"):
        if peering.found(session, before.id, before.word) is None:
            raise Failed("the listing is not found")
    with trial.check("LAD-PAR-022", "what is listed after a closing was announced is not found"):
        _is_hidden(trial, after)
    with trial.check("LAD-PAR-023", "what is withdrawn after the end of the log is found"):
        if peering.found(session, kept.id, kept.word) is None:
            raise Failed("the listing is not found any more")


def _is_hidden(trial: Trial, listed: Listed) -> None:
    if peering.found(trial.session, listed.id, listed.word) is not None:
        raise Failed("the listing is found")


CASE = Case(
    name="peering_unruly",
    profile="exchange-to-exchange",
    story="The suite keeps an exchange of its own, whose answers hold more than anybody knows, and which registers "
    "what the rules refuse: erasures of the wrong statement, words of who was expelled, log keys of the past, a "
    "closing too soon, and business after it. It is followed, and none of that counts.",
    requirements=(
        "LAD-HTP-033",
        "LAD-PAR-009",
        "LAD-ERA-009",
        "LAD-ERA-006",
        "LAD-ERA-002",
        "LAD-ADM-004",
        "LAD-ADM-003",
        "LAD-PAR-024",
        "LAD-PAR-022",
        "LAD-PAR-023",
    ),
    run=run,
    slow=True,
    needs=("follow",),
)
