"""A log with two histories is caught, and the two checkpoints are kept."""

from __future__ import annotations

import time

from lading_conformance.drivers.answers import object_of
from lading_conformance.drivers.decoy import Decoy
from lading_conformance.drivers.party import Party, now, written_time
from lading_conformance.oracle import statement, tree
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.note import parse_checkpoint
from lading_conformance.steps import deals, expect, peering
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

WAIT_SECONDS = 3.0
"""How long the suite gives an exchange to believe what it must not believe."""


def run(trial: Trial) -> None:
    """Be a peer: honest at first, then with lies in the feed, a false signature, and another history."""
    session = trial.session
    with Decoy.serving() as decoy:
        with trial.given("an exchange of the suite's own that the subject follows"):
            peering.follow(session, decoy)
            peering.caught_up(session, decoy)
        guest = _guest(trial, decoy)
        word, listing = _listed(trial, decoy, guest)
        _invented(trial, decoy, guest)
        _signed_by_another(trial, decoy)
        _split(trial, decoy)
        with trial.check("LAD-FED-006", "the peer is followed no more, and the mirror stays as it was"):
            decoy.register(_listing(guest, decoy, "after the split"))
            time.sleep(WAIT_SECONDS)
            if peering.found(session, listing, word) is None:
                raise Failed("what was mirrored before is gone")
            if peering.peer(session, decoy.id).get("state") != "split":
                raise Failed("the peer is followed again")
        with trial.check("LAD-FED-012", "its guests make no more deals here: home-silent"):
            jws = deals.acceptance(session, _goods(trial), session.word(), peering.abroad(guest, session))
            expect.refused(session, jws, "home-silent")


def _guest(trial: Trial, decoy: Decoy) -> Party:
    """A participant that the decoy registered and admitted, and that made a deal here."""
    session = trial.session
    newcomer = peering.abroad_of(session.newcomer("resident of the decoy"), decoy.id)
    first = newcomer.sign(newcomer.introduction())
    guest = newcomer.registered(first)
    decoy.register(first)
    roles = ["provider", "consumer"]
    decoy.register(decoy.says("admission", participant=guest.id, status="admitted", roles=[*roles]))
    with trial.given("a deal of a guest from there"):
        peering.caught_up(session, decoy)
        listing = _goods(trial)
        jws = deals.acceptance(session, listing, session.word(), peering.abroad(guest, session))
        deals.say(session, jws)
    return guest


def _goods(trial: Trial) -> str:
    with trial.given("a listing here"):
        return deals.publish(trial.session).id


def _listing(guest: Party, decoy: Decoy, word: str) -> bytes:
    terms = deals.standing(expires_at=written_time(now() + deals.DAY))
    return peering.abroad_of(guest, decoy.id).says(
        "listing", kind="dataset", title=f"Listing {word}", standing=terms
    )


def _listed(trial: Trial, decoy: Decoy, guest: Party) -> tuple[str, str]:
    session = trial.session
    word = session.word()
    jws = _listing(guest, decoy, word)
    decoy.register(jws)
    listing = statement.statement_id(jws)
    with trial.need("LAD-FED-002", "what the peer lists is found here"):
        peering.mirrored(session, listing, word)
    return word, listing


def _invented(trial: Trial, decoy: Decoy, guest: Party) -> None:
    session = trial.session
    word = session.word()
    jws = _listing(guest, decoy, word)
    index = len(decoy.entries)
    with trial.check("LAD-FED-005", "what the feed tells and the log does not hold is not mirrored"):
        shadow = decoy.entry_of(jws)
        decoy.invented.append(decoy.event(index, shadow))
        decoy.register(decoy.says("notarisation", digest="sha256:" + 64 * "5"))
        time.sleep(WAIT_SECONDS)
        if peering.found(session, statement.statement_id(jws), word) is not None:
            raise Failed("a listing is shown that stands in no log")
        expect.problem(session.exchange.statement(statement.statement_id(jws)), "not-found")
    decoy.invented.clear()


def _signed_by_another(trial: Trial, decoy: Decoy) -> None:
    session, honest = trial.session, decoy.log_key
    with trial.check("LAD-FED-004", "a checkpoint by another key is not taken"):
        peering.caught_up(session, decoy)
        size = len(decoy.entries)
        decoy.log_key = Key.generate()
        decoy.register(decoy.says("notarisation", digest="sha256:" + 64 * "6"))
        time.sleep(WAIT_SECONDS)
        shown = peering.peer(session, decoy.id)
        if shown.get("size") != size or shown.get("state") == "split":
            raise Failed(f"the peer is {shown.get('state')!r} at size {shown.get('size')}, and was at {size}")
    decoy.log_key = honest
    with trial.given("the peer signs with its own key again"):
        peering.caught_up(session, decoy)


def _split(trial: Trial, decoy: Decoy) -> None:
    session = trial.session
    decoy.rewrite(1, decoy.says("notarisation", digest="sha256:" + 64 * "7"))
    decoy.register(decoy.says("notarisation", digest="sha256:" + 64 * "8"))
    with trial.need("LAD-FED-006", "a second history: the peer is split, and both checkpoints are shown"):
        shown = expect.in_time(
            session,
            session.subject.news_seconds,
            lambda: _split_of(peering.peer(session, decoy.id)),
            "the peer was not called split",
        )
        texts = shown.get("checkpoints")
        if not isinstance(texts, list) or len(texts) != 2:
            raise Failed("`checkpoints` does not hold two texts")
        pair = [parse_checkpoint(str(text)) for text in texts]
        for checkpoint in pair:
            checkpoint.note.verify(decoy.vkey)
        old, new = sorted(pair, key=lambda checkpoint: checkpoint.size)
        leaves = [item.leaf for item in decoy.entries]
        if (
            new.size != len(leaves)
            or new.root != tree.root(leaves)
            or old.root == tree.root(leaves[: old.size])
        ):
            raise Failed("the two checkpoints do not contradict each other")


def _split_of(peer: peering.Peer) -> peering.Peer | None:
    return object_of(peer, "split") if peer.get("state") == "split" else None


CASE = Case(
    name="peering_split",
    profile="exchange-to-exchange",
    story="The suite keeps an exchange of its own that is followed. It invents events, signs with another key, and "
    "then shows a second history.",
    requirements=("LAD-FED-002", "LAD-FED-005", "LAD-FED-004", "LAD-FED-006", "LAD-FED-012"),
    run=run,
    slow=True,
    needs=("follow",),
)
