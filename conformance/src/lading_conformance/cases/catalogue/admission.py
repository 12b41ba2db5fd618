"""Who may list: the states of a participant, which only the exchange's own statements change."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, expect, operator, policy
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

SHARED: Final = frozenset(
    {"version", "type", "home", "issuer", "under", "issued_at", "extensions", "critical"}
)
OWN: Final = frozenset({"participant", "status", "roles", "checks"})
"""The members of an admission (LAD-ADM-006)."""


def run(trial: Trial) -> None:
    """Follow one provider from its registration to its expulsion, and ask at each step what it may."""
    session = trial.session
    start = session.checkpoint_size()
    with trial.given("an admitted provider, and a newcomer that nobody has admitted"):
        party = session.admitted("provider that is suspended", "provider")
        newcomer = session.introduced("newcomer")
    _pending(trial, newcomer)
    _admitted(trial, party, start)
    _by_others(trial, party)
    listing = deals.say(session, _listing(trial, party))
    operator.stopped(trial, "suspend", party)
    _barred(trial, party, "suspended")
    _not_suspended(trial, "a participant that is suspended", party.id)
    operator.admitted_again(trial, party, "provider")
    with trial.check("LAD-ADM-004", "admitted again, it lists: registered"):
        deals.say(session, _listing(trial, party))
    operator.stopped(trial, "expel", party)
    _barred(trial, party, "expelled")
    _never_barred(trial, party, listing.id)
    _final(trial, party)


def _listing(trial: Trial, party: Party) -> bytes:
    declared = policy.declared(trial.session)
    return party.says("listing", kind="dataset", title=f"Admission {trial.session.word()}", **declared)


def _pending(trial: Trial, newcomer: Party) -> None:
    session = trial.session
    with trial.check("LAD-LIF-002", "a newcomer is pending, without roles"):
        expect.state(session, newcomer, newcomer.id, "participant", state="pending", roles=[])
    with trial.check("LAD-ADM-004", "a pending newcomer lists: not-admitted"):
        expect.refused(session, _listing(trial, newcomer), "not-admitted")
    _not_suspended(trial, "a participant that is pending", newcomer.id)
    with trial.check("LAD-LIF-002", "what was refused changes nothing: it is pending"):
        expect.state(session, newcomer, newcomer.id, "participant", state="pending", roles=[])


def _admitted(trial: Trial, party: Party, start: int) -> None:
    session = trial.session
    with trial.need(
        "LAD-LIF-002", "an admitted provider has the state and the roles that its admission says"
    ):
        admission = operator.admissions(session, party.id, start)[-1]
        wanted = {"state": "admitted", "roles": admission.get("roles")}
        expect.state(session, session.stranger, party.id, "participant", **wanted)
    with trial.check("LAD-ADM-006", "its admission holds the members that an admission has, and no other"):
        _check_form(admission)
    with trial.check(
        "LAD-ADM-001", "its admission is the exchange's own word, signed by a key that it lists"
    ):
        if admission.get("issuer") != session.facts.id:
            raise Failed(f"the issuer is {admission.get('issuer')!r}, not the exchange")
        said = session.exchange.statement(text_of(operator.record(session, party), "decided_by"))
        under = session.exchange.statement(text_of(admission, "under"))
        expect.signed(statement.parse(expect.status(said, 200).body), statement.parse(under.body))


def _check_form(admission: dict[str, Json]) -> None:
    names = set(admission)
    if names - SHARED - OWN or {"participant", "status", "roles"} - names:
        raise Failed(f"it holds {', '.join(sorted(names))}")
    roles = admission["roles"]
    known = {"provider", "consumer", "assessor", "arbiter"}
    if not isinstance(roles, list) or len({str(role) for role in roles} & known) != len(roles):
        raise Failed(f"`roles` is {roles!r}")


def _by_others(trial: Trial, party: Party) -> None:
    """Nobody but the exchange admits, not even itself."""
    session = trial.session
    named: dict[str, Json] = {"participant": party.id, "status": "admitted", "roles": ["provider"]}
    with trial.check("LAD-ADM-001", "a participant that admits itself: wrong-issuer"):
        expect.refused(session, party.says("admission", **named), "wrong-issuer")
    with trial.check("LAD-ADM-001", "a participant that expels another: wrong-issuer"):
        expelled = {**named, "participant": session.stranger.id, "status": "expelled"}
        expect.refused(session, party.says("admission", **expelled), "wrong-issuer")
    wrong: dict[str, dict[str, Json]] = {
        "a status that nobody knows": {"status": "welcome"},
        "a role that nobody knows": {"roles": ["exchange"]},
        "a role twice": {"roles": ["provider", "provider"]},
        "no checks in a list of checks": {"checks": []},
        "a check without a kind": {"checks": [{}]},
        "a further member": {"colour": "blue"},
    }
    for what, members in wrong.items():
        with trial.check("LAD-ADM-006", f"an admission with {what}: bad-member"):
            expect.refused(session, party.says("admission", **{**named, **members}), "bad-member")


def _not_suspended(trial: Trial, whom: str, participant: str, requirement: str = "LAD-ADM-003") -> None:
    """Have the operator try what the table does not hold."""
    with trial.check(requirement, f"{whom} is not suspended: no admission of it is registered"):
        if operator.attempted(trial.session, "suspend", participant):
            raise Failed("an admission of it stands in the log")


def _barred(trial: Trial, party: Party, state: str) -> None:
    with trial.check("LAD-ADM-004", f"a provider that is {state} lists: not-admitted"):
        expect.refused(trial.session, _listing(trial, party), "not-admitted")


def _never_barred(trial: Trial, party: Party, listing: str) -> None:
    """Who is expelled takes back and changes keys."""
    session = trial.session
    with trial.check("LAD-REG-002", "an expelled provider withdraws its listing: registered"):
        deals.say(session, party.says("withdrawal", statement=listing))
    with trial.check("LAD-REG-002", "an expelled provider replaces its keys: registered"):
        deals.say(session, party.succeeded()[1])
    with trial.check("LAD-LIF-002", "new keys change no state: it is expelled"):
        expect.state(session, session.stranger, party.id, "participant", state="expelled", statements=2)


def _final(trial: Trial, party: Party) -> None:
    """What the operator cannot do either."""
    session = trial.session
    _not_suspended(trial, "an expelled participant", party.id)
    _not_suspended(trial, "the exchange itself", session.facts.id)
    _not_suspended(trial, "a participant that never was", _never(trial), "LAD-ADM-002")
    with trial.check("LAD-LIF-001", "expulsion is final: its state is expelled"):
        expect.state(session, session.stranger, party.id, "participant", state="expelled")


def _never(trial: Trial) -> str:
    return statement.statement_id(trial.session.random.randbytes(32))


CASE = Case(
    name="catalogue_admission",
    profile="catalogue",
    story="A provider is admitted, suspended, admitted again and expelled. It lists only while it is admitted; it "
    "takes back and changes keys to the end; and nobody but the exchange decides, and that only as the table says.",
    requirements=(
        "LAD-LIF-002",
        "LAD-ADM-004",
        "LAD-ADM-006",
        "LAD-ADM-001",
        "LAD-REG-002",
        "LAD-ADM-003",
        "LAD-ADM-002",
        "LAD-LIF-001",
    ),
    run=run,
    slow=True,
    needs=("suspend", "expel"),
)
