"""A batch is as many registrations, one after another; a batch that is none is refused as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lading_conformance.drivers.answers import Answer, integer_of, object_of, objects_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.steps import expect
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

MEDIA_TYPE: Final = "application/lading-batch"
MOST: Final = 256


def run(trial: Trial) -> None:
    """Send a batch in every wrong form, and then one whose lines need, repeat and refuse each other."""
    session = trial.session
    session.checkpoint_size()
    _forms(trial)
    _sizes(trial)
    _in_order(trial)
    _same_in_a_batch(trial)


def _first(session: Session, name: str) -> tuple[Party, bytes]:
    party = session.newcomer(name)
    jws = party.sign(party.introduction())
    return party.registered(jws), jws


def _sent(session: Session, body: bytes) -> Answer:
    headers = {"Content-Type": MEDIA_TYPE}
    return session.exchange.http.request("POST", "/statements/batch", body=body, headers=headers)


def _results(answer: Answer, wanted: int) -> list[dict[str, Json]]:
    results = objects_of(expect.media_type(expect.status(answer, 200), expect.JSON).members(), "results")
    if len(results) != wanted:
        raise Failed(f"{len(results)} results for {wanted} lines")
    return results


def _forms(trial: Trial) -> None:
    session = trial.session
    _, jws = _first(session, "between empty lines")
    wrong = {
        "no line at all": b"",
        "one empty line": b"\n",
        "an empty line at its beginning": b"\n" + jws,
        "an empty line within": jws + b"\n\n" + jws,
        "two line feeds at its end": jws + b"\n\n",
    }
    for what, body in wrong.items():
        with trial.check("LAD-HTP-004", f"a batch with {what}: bad-request, nothing stored"):
            expect.problem(_sent(session, body), "bad-request")
            expect.not_stored(session, jws)
    with trial.check(
        "LAD-HTP-026", "a line that ends with a carriage return: refused in its place, by its own code"
    ):
        (result,) = _results(_sent(session, jws + b"\r\n"), 1)
        _refused(result, "bad-base64url")
        expect.not_stored(session, jws)
    with trial.check("LAD-HTP-026", "one line, and a line feed at its end: registered"):
        (result,) = _results(_sent(session, jws + b"\n"), 1)
        expect.batched(session, jws, result, 201)


def _sizes(trial: Trial) -> None:
    session = trial.session
    _, jws = _first(session, "the first of many")
    junk = [b"a"] * MOST
    with trial.check("LAD-HTP-013", "257 lines, the first one good: batch-too-large, nothing stored"):
        expect.problem(session.exchange.register_batch([jws, *junk]), "batch-too-large")
        expect.not_stored(session, jws)
    with trial.check("LAD-HTP-023", "257 lines, one of them empty: bad-request, which comes first"):
        expect.problem(session.exchange.register_batch([jws, b"", *junk[1:]]), "bad-request")
    with trial.check("LAD-HTP-013", "256 lines: each has its result, and the good one is registered"):
        results = _results(session.exchange.register_batch([*junk[1:], jws]), MOST)
        for result in results[:-1]:
            _refused(result, "malformed-envelope")
        expect.batched(session, jws, results[-1], 201)


def _in_order(trial: Trial) -> None:
    session = trial.session
    party, first = _first(session, "twice in a batch")
    after, second = party.succeeded(SealKey.generate())
    _, late = party.succeeded(SealKey.generate())
    _, third = after.succeeded(SealKey.generate())
    lines = [second, first, second, late, first, third]
    with trial.need("LAD-REG-007", "a successor before its predecessor is refused, behind it registered"):
        results = _results(session.exchange.register_batch(lines), len(lines))
        _refused(results[0], "unknown-issuer")
        registered = [expect.batched(session, lines[at], results[at], 201) for at in (1, 2, 5)]
    with trial.check(
        "LAD-REG-013", "a second successor is refused and learns of the first, a line before it"
    ):
        _refused(results[3], "stale-previous")
        winner = object_of(results[3], "problem").get("winner")
        if winner != statement.statement_id(second):
            raise Failed(f"the problem names {winner!r} as the winner, not the line before")
    with trial.check(
        "LAD-REG-005", "a line that stands there twice: 200, with the index and time of the first"
    ):
        again = expect.batched(session, first, results[4], 200)
        if (again.index, again.time) != (registered[0].index, registered[0].time):
            raise Failed(f"index {again.index}, time {again.time}: not those of the line before")
    with trial.check("LAD-LOG-002", "indices rise and times do not fall in the order of the lines"):
        indices, times = [item.index for item in registered], [item.time for item in registered]
        if sorted(set(indices)) != indices or sorted(times) != times:
            raise Failed(f"indices {indices}, times {times}")


def _same_in_a_batch(trial: Trial) -> None:
    """What is refused alone is refused in a batch, with the same words for programs."""
    session = trial.session
    newcomer = session.newcomer("refused twice")
    jws = newcomer.sign(newcomer.introduction(jurisdiction="XQ"))
    with trial.check("LAD-HTP-026", "a refusal in a batch: status and problem of the same refusal alone"):
        alone = session.exchange.register(jws)
        (result,) = _results(session.exchange.register_batch([jws]), 1)
        expect.problem(alone, "bad-member")
        _refused(result, "bad-member")
        if object_of(result, "problem") != alone.members():
            raise Failed("the problem in the batch is not the one that the statement alone is answered with")


def _refused(result: dict[str, Json], code: str) -> None:
    problem = object_of(result, "problem")
    expect.problem_members(problem, code)
    if integer_of(result, "status") != problem["status"] or set(result) != {"status", "problem"}:
        raise Failed(f"the result has the members {_names(list(result))} and status {result['status']}")


def _names(members: Sequence[str]) -> str:
    return ", ".join(sorted(members))


CASE = Case(
    name="log_batch",
    profile="log",
    story="A participant sends its whole life in one batch, out of order, with a line twice and a second successor in "
    "it. Each line is judged after the ones before. Batches with empty lines, or one line too many, leave no trace.",
    requirements=(
        "LAD-HTP-004",
        "LAD-HTP-026",
        "LAD-HTP-013",
        "LAD-HTP-023",
        "LAD-REG-007",
        "LAD-REG-013",
        "LAD-REG-005",
        "LAD-LOG-002",
    ),
    run=run,
)
