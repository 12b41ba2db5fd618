"""After a hard stop everything that was acknowledged is there, and nothing that was refused counts again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.http import Signing
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement, tree
from lading_conformance.oracle.note import Checkpoint
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.steps import deals, expect, operator
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

COUNT: Final = 5


@dataclass(frozen=True)
class Before:
    """What was acknowledged and published before the stop."""

    registered: dict[bytes, Registration]
    checkpoint: Checkpoint
    owner: Party
    reader: Party
    read: Signing


def run(trial: Trial) -> None:
    """Register, read, and stop the exchange hard, right after its last answer; then look for all of it."""
    session = trial.session
    before = _before(trial)
    operator.restarted(session)
    _log(trial, before)
    _state(trial, before)
    _nonces(trial, before)
    _onwards(trial, before)


def _before(trial: Trial) -> Before:
    session = trial.session
    with trial.given("some registrations, a chain of two statements, and a signed read"):
        registered = {}
        for _ in range(COUNT):
            newcomer = session.newcomer("before the stop")
            jws = newcomer.sign(newcomer.introduction())
            registered[jws] = deals.say(session, jws)
        reader, owner = session.stranger, session.introduced("before and after")
        read = Signing(reader.signer)
        expect.status(session.exchange.http.request("GET", _own(reader), signing=read), 200)
        checkpoint = session.checkpoint()
        owner, jws = owner.succeeded(SealKey.generate())
        registered[jws] = deals.say(session, jws)
    return Before(registered, checkpoint, owner, reader, read)


def _own(party: Party) -> str:
    return f"/statements/{party.id}"


def _log(trial: Trial, before: Before) -> None:
    session = trial.session
    least = max(before.checkpoint.size, *(item.index + 1 for item in before.registered.values()))
    with trial.need("LAD-LOG-016", "its checkpoint is no smaller than those that it gave out before"):
        checkpoint = session.checkpoint()
        if checkpoint.size < max(least, session.highest):
            raise Failed(
                f"the checkpoint has size {checkpoint.size}; one of size {session.highest} was given out"
            )
    tiles = session.tiles(checkpoint.size)
    with trial.check("LAD-LOG-007", "the tree before the stop is a prefix of the one after it"):
        old = before.checkpoint
        tree.check_consistency(
            old.size, checkpoint.size, old.root, checkpoint.root, tiles.consistency_path(old.size)
        )
    for number, (jws, item) in enumerate(before.registered.items(), start=1):
        with trial.check("LAD-REG-004", f"statement {number} that it acknowledged: its entry, and its bytes"):
            if tiles.entry(item.index)[8:] != statement.digest(jws):
                raise Failed(f"entry {item.index} is another statement, or none")
            expect.stored(session, jws)
        with trial.check("LAD-REG-005", f"statement {number} again: 200, with its index and time"):
            again = expect.registered(session, jws, session.exchange.register(jws), 200)
            if (again.index, again.time) != (item.index, item.time):
                raise Failed(f"index {again.index}, time {again.time} instead of {item.index}, {item.time}")


def _state(trial: Trial, before: Before) -> None:
    owner = before.owner
    with trial.check("LAD-HTP-028", "the state of the chain is what it was"):
        expect.state(
            trial.session, owner, owner.id, "participant", head=owner.head, statements=2, state="pending"
        )


def _nonces(trial: Trial, before: Before) -> None:
    session = trial.session
    with trial.check("LAD-HTP-008", "a request from before the stop counts no second time"):
        answer = session.exchange.http.request("GET", _own(before.reader), signing=before.read)
        expect.problem(
            answer, "nonce-used" if answer.members().get("code") == "nonce-used" else "request-expired"
        )
    with trial.check("LAD-HTP-008", "and one that is signed now is answered"):
        fresh = Signing(before.reader.signer, created=int(time.time()) + 1)
        expect.status(session.exchange.http.request("GET", _own(before.reader), signing=fresh), 200)


def _onwards(trial: Trial, before: Before) -> None:
    session = trial.session
    with trial.check("LAD-LOG-002", "and the log goes on: the next entry comes after all, and no earlier"):
        newcomer = session.newcomer("after the stop")
        jws = newcomer.sign(newcomer.introduction())
        item = expect.registered(session, jws, session.exchange.register(jws))
        last = max(before.registered.values(), key=lambda old: old.index)
        if item.index <= last.index or item.time < last.time:
            raise Failed(f"index {item.index}, time {item.time} after {last.index}, {last.time}")


CASE = Case(
    name="log_restart",
    profile="log",
    story="The exchange is stopped hard, right after it has acknowledged something, and started again. Its log is "
    "longer than before or the same, everybody finds what was acknowledged, and an eavesdropper cannot use the stop to "
    "have an old request answered once more.",
    requirements=(
        "LAD-LOG-016",
        "LAD-LOG-007",
        "LAD-REG-004",
        "LAD-REG-005",
        "LAD-HTP-028",
        "LAD-HTP-008",
        "LAD-LOG-002",
    ),
    run=run,
    needs=("restart",),
)
