"""After a hard stop the journal has every reading that was answered, the last one as well."""

from __future__ import annotations

import time
from typing import Final

from lading_conformance.drivers.party import Party
from lading_conformance.steps import agreements, deals, evidence, expect, feed, journal, operator, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.steps.journal import Reading
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

PAUSE_SECONDS: Final = 1.5
"""A signed request counts only from the moment on from which the exchange remembers all nonces (LAD-HTP-008), and says
when it was made in whole seconds.
"""
WAYS: Final = ("state", "evidence", "event", "proof", "statement")
"""How the contract is read, in this order."""


def run(trial: Trial) -> None:
    """Read by a grant, stop the exchange hard right after the last answer, and look into the journal; read on."""
    session = trial.session
    with trial.given("a contract, and a grant of it to a reader"):
        contract, reader = agreements.agreed(session), session.introduced("auditor")
        grant = deals.say(session, recourse.grant(session.consumer, contract.id, reader))
    seen = (reader.id, contract.id, grant.id)
    with trial.given("the reader reads the contract in several ways, and the exchange is stopped"):
        for way in WAYS:
            _read(session, way, contract, reader)
        operator.restarted(session)
        time.sleep(PAUSE_SECONDS)
    for name, party in (("provider", session.provider), ("consumer", session.consumer)):
        with trial.check("LAD-HTP-044", f"in the journal the {name} finds every reading that was answered"):
            _check(journal.after(session, contract.id, party), WAYS, seen)
    with trial.check("LAD-HTP-046", "and a reading after the stop has the next number"):
        _read(session, "proof", contract, reader)
        _check(journal.after(session, contract.id, session.consumer), (*WAYS, "proof"), seen)


def _read(session: Session, way: str, contract: Registration, reader: Party) -> None:
    paths = {
        "statement": f"/statements/{contract.id}",
        "proof": f"/statements/{contract.id}/proof",
        "state": f"/state/{contract.id}",
    }
    if way == "evidence":
        evidence.read(session, contract.id, reader)
    elif way == "event":
        feed.after(session, reader, contract.index - 1)
    else:
        expect.status(session.exchange.get(paths[way], reader.signer), 200)


def _check(found: list[Reading], ways: tuple[str, ...], seen: tuple[str, str, str]) -> None:
    """Fail unless these are the readings, in this order, each of the reader, the contract and the grant in `seen`."""
    if [reading.read for reading in found] != list(ways):
        raise Failed(
            f"it has {len(found)} readings: {', '.join(reading.read for reading in found) or 'none'}"
        )
    for reading in found:
        if (reading.participant, reading.statement, reading.by) != seen:
            raise Failed(f"reading {reading.number} is of {reading.statement} by {reading.participant}")


CASE = Case(
    name="access_restart",
    profile="access",
    story="An auditor reads by a grant, and the exchange is stopped hard, right after its last answer, and started "
    "again. In the journal the parties find every reading that was answered, and the next one behind them.",
    requirements=("LAD-HTP-044", "LAD-HTP-046"),
    run=run,
    needs=("restart",),
)
