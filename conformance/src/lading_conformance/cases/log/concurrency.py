"""Many at once: nothing is lost, nothing stands twice, and a race has one winner."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.http import Signing, together
from lading_conformance.oracle import statement
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.steps import expect, wire
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

CROWD: Final = 24
RIVALS: Final = 8


def run(trial: Trial) -> None:
    """Register, repeat, contradict and read from many connections at one moment."""
    session = trial.session
    session.checkpoint_size()
    _crowd(trial)
    _same_bytes(trial)
    _rivals(trial)
    _nonce(trial)


def _registering(session: Session, jws: bytes) -> Callable[[], Answer]:
    return partial(session.exchange.register, jws)


def _crowd(trial: Trial) -> None:
    session = trial.session
    newcomers = [session.newcomer("in a crowd") for _ in range(CROWD)]
    statements = [newcomer.sign(newcomer.introduction()) for newcomer in newcomers]
    with trial.need(
        "LAD-HTP-015", f"{CROWD} registrations at one moment: each is answered, or the exchange is busy"
    ):
        answers = together([_registering(session, jws) for jws in statements])
        taken = {}
        for jws, answer in zip(statements, answers, strict=True):
            if wire.sound(answer).status == 503:
                expect.problem(answer, "busy")
            else:
                taken[jws] = expect.registered(session, jws, answer)
    with trial.check("LAD-LOG-012", "each that was taken has an entry of its own"):
        indices = [item.index for item in taken.values()]
        if len(set(indices)) != len(indices):
            raise Failed(f"{len(indices)} statements have {len(set(indices))} indices")
    with trial.check("LAD-LOG-002", "in the order of their entries their times do not fall"):
        times = [item.time for item in sorted(taken.values(), key=lambda item: item.index)]
        if times != sorted(times):
            raise Failed("an entry has a lower time than one before it")
    with trial.check("LAD-REG-004", "none of them is lost: the log and the reads show every one"):
        tiles = session.tiles(session.checkpoint().size)
        for jws, item in taken.items():
            if tiles.entry(item.index)[8:] != statement.digest(jws):
                raise Failed(
                    f"entry {item.index} is another statement than the one that was acknowledged there"
                )
            expect.stored(session, jws)


def _same_bytes(trial: Trial) -> None:
    session = trial.session
    newcomer = session.newcomer("impatient")
    jws = newcomer.sign(newcomer.introduction())
    with trial.check(
        "LAD-HTP-025", f"the same bytes {RIVALS} times at one moment: one 201, and 200 for the others"
    ):
        answers = together([_registering(session, jws)] * RIVALS)
        if sorted(answer.status for answer in answers) != [200] * (RIVALS - 1) + [201]:
            raise Failed(f"they are answered with {sorted(answer.status for answer in answers)}")
    with trial.check("LAD-REG-005", "and all of them with one entry"):
        found = {_place(expect.registered(session, jws, answer, answer.status)) for answer in answers}
        if len(found) != 1:
            raise Failed(f"they name {len(found)} entries")


def _place(item: Registration) -> tuple[int, int]:
    return item.index, item.time


def _rivals(trial: Trial) -> None:
    session = trial.session
    with trial.given("a participant"):
        party = session.introduced("of two minds")
    successors = [party.succeeded(SealKey.generate())[1] for _ in range(RIVALS)]
    with trial.need("LAD-PAR-004", f"{RIVALS} successors of one statement at one moment: one is registered"):
        answers = together([_registering(session, jws) for jws in successors])
        won = [jws for jws, answer in zip(successors, answers, strict=True) if answer.status == 201]
        if len(won) != 1:
            raise Failed(f"{len(won)} of them are registered")
        expect.registered(session, won[0], answers[successors.index(won[0])])
    with trial.check("LAD-REG-013", "and every other learns that it is the winner"):
        for jws, answer in zip(successors, answers, strict=True):
            if jws != won[0]:
                expect.problem(answer, "stale-previous")
                if answer.members().get("winner") != statement.statement_id(won[0]):
                    raise Failed(f"a loser is told that {answer.members().get('winner')!r} won")
    with trial.check("LAD-REG-003", "and is not stored"):
        for jws in successors:
            if jws != won[0]:
                expect.status(session.exchange.statement(statement.statement_id(jws)), 404)


def _nonce(trial: Trial) -> None:
    session = trial.session
    party = session.stranger
    signing = Signing(party.signer)
    read = partial(session.exchange.http.request, "GET", f"/statements/{party.id}", signing=signing)
    with trial.check("LAD-HTP-009", f"one signed request {RIVALS} times at one moment: one counts"):
        answers = together([read] * RIVALS)
        if sum(answer.status == 200 for answer in answers) != 1:
            raise Failed(f"{sum(answer.status == 200 for answer in answers)} of them are answered")
        for answer in answers:
            if answer.status != 200:
                expect.problem(answer, "nonce-used")


CASE = Case(
    name="log_concurrency",
    profile="log",
    story="A crowd registers at one moment; somebody sends the same bytes from eight connections; somebody else signs "
    "eight successors of one statement. Every acknowledgement holds, and every race has one winner, whom the losers "
    "learn.",
    requirements=(
        "LAD-HTP-015",
        "LAD-LOG-012",
        "LAD-LOG-002",
        "LAD-REG-004",
        "LAD-HTP-025",
        "LAD-REG-005",
        "LAD-PAR-004",
        "LAD-REG-013",
        "LAD-REG-003",
        "LAD-HTP-009",
    ),
    run=run,
)
