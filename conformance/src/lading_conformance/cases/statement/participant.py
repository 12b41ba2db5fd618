"""What a participant statement holds, and who may say that it is an exchange."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.party import listed, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.steps import expect, forms, policy
from lading_conformance.steps.flaws import EXTENSION
from lading_conformance.steps.forms import Build, Row
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Blocked, Failed
from lading_conformance.trial.session import Session

NEEDED: Final = (
    "version",
    "type",
    "home",
    "issued_at",
    "name",
    "kind",
    "jurisdiction",
    "keys",
    "next",
)
"""The members of a first statement that none can lack."""
LATER: Final = written_time(4_000_000_000_000)
ZERO: Final = "not-entry-zero"
"""How far the first statement of a would-be exchange gets where all its members are right."""
RELATED: Final[dict[str, Json]] = {"party": "lei:529900T8BM49AURSDO55", "relation": "affiliate"}

SWITCHES: Final[dict[str, Json]] = {
    "declarations": [
        "classification",
        "jurisdictions",
        "licence",
        "quality",
        "rights",
        "sample",
        "schema",
        "validity",
    ],
    "objection_window": "P7D",
    "attestations": ["quality", "export-assessment"],
    "excluded": ["NL"],
    "related_parties": "refused",
    "contracts": "trial",
}
NO_SWITCHES: Final[dict[str, dict[str, Json]]] = {
    "a switch that nobody knows": {"colour": "blue"},
    "a declaration that nobody knows": {"declarations": ["data_schema"]},
    "a window that is no duration": {"objection_window": "P1W"},
    "second signatures for an assessment": {"attestations": ["second-signature"]},
    "an excluded country that is none": {"excluded": ["XQ"]},
    "related parties as it comes": {"related_parties": True},
    "contracts of another sort": {"contracts": "none"},
    "onboarding at times": {"onboarding": "sometimes"},
}


def run(trial: Trial) -> None:
    """Ask whether newcomers are taken; then send what no newcomer may say."""
    _onboarding(trial)
    for rows in (MEMBERS, CHAIN, KINDS, KEYS, POLICIES):
        forms.judge(trial, rows)
    with trial.check("LAD-STM-015", "the refusal points to the member"):
        answer = trial.session.exchange.register(forms.member("jurisdiction", "XQ")(trial.session))
        expect.problem(answer, "bad-member")
        if answer.members().get("pointer") != "/jurisdiction":
            raise Failed(f"the problem points to {answer.members().get('pointer')!r}, not to '/jurisdiction'")
    with trial.check("LAD-PAR-008", "a newcomer that says it is an exchange: not-entry-zero, nothing stored"):
        session = trial.session
        expect.refused(session, forms.would_be_exchange(session, forms.exchange(session)), ZERO)


def _onboarding(trial: Trial) -> None:
    session = trial.session
    with trial.given("the exchange's policy"):
        closed = policy.switches(session).get("onboarding") == "closed"
    newcomer = session.newcomer("newcomer")
    jws = newcomer.sign(newcomer.introduction())
    if not closed:
        with trial.need("LAD-PAR-010", "the policy is open, and a newcomer is registered"):
            expect.registered(session, jws, session.exchange.register(jws))
        return
    with trial.check("LAD-PAR-010", "the policy is closed: onboarding-closed, nothing stored"):
        expect.refused(session, jws, "onboarding-closed")
    raise Blocked("this exchange takes no newcomers; what they may say cannot be tried")


def _later(**members: Json) -> Build:
    """A successor of what never was, with some members replaced; None: left out."""

    def build(session: Session) -> bytes:
        never = "sha256:" + session.random.randbytes(32).hex()
        party = session.newcomer("later")
        payload = party.introduction(previous=never, issuer=never, under=never)
        return party.sign(
            {name: value for name, value in {**payload, **members}.items() if value is not None}
        )

    return build


def _exchange_without(name: str) -> Build:
    """A would-be exchange that lacks a member of `exchange`."""
    return lambda session: forms.would_be_exchange(
        session, {key: value for key, value in forms.exchange(session).items() if key != name}
    )


def _at_home(session: Session) -> bytes:
    return forms.would_be_exchange(session, forms.exchange(session), home=session.facts.id)


def _company_with_log(session: Session) -> bytes:
    party = session.newcomer("company")
    return party.sign(party.introduction(exchange=forms.exchange(session)))


def _closing(**members: Json) -> Build:
    """The first statement of a would-be exchange that closes."""
    return lambda session: forms.would_be_exchange(session, forms.exchange(session, **members))


def _policy(**switches: Json) -> Build:
    return forms.exchange_member("policy", {"onboarding": "open", **switches})


def _many_keys(number: int) -> Build:
    """A newcomer that lists so many keys, its own first."""

    def build(session: Session) -> bytes:
        party = session.newcomer("form")
        public = [party.key.public, *(Key.generate().public for _ in range(number - 1))]
        return party.sign(party.introduction(keys=[listed(one) for one in public]))

    return build


def _named_by_extension(session: Session) -> bytes:
    party = session.newcomer("form")
    payload = party.introduction(extensions={EXTENSION: {"name": "In the extension"}})
    return party.sign({name: value for name, value in payload.items() if name != "name"})


MEMBERS: Final = (
    *(Row("LAD-STM-015", f"a newcomer without `{name}`", forms.without(name)) for name in NEEDED),
    Row("LAD-STM-015", "`version` as a text", forms.member("version", "1")),
    Row("LAD-STM-015", "`type` as a number", forms.member("type", 1)),
    Row("LAD-STM-015", "no keys", forms.member("keys", [])),
    Row("LAD-STM-015", "32 keys", _many_keys(32), None),
    Row("LAD-STM-015", "33 keys", _many_keys(33)),
    Row("LAD-STM-015", "a kind that nobody knows", forms.member("kind", "club")),
    Row("LAD-STM-015", "a further member of a key", forms.key_member(comment="mine")),
    Row("LAD-STM-015", "a use of a key that nobody knows", forms.key_member(use="encrypt")),
    Row(
        "LAD-STM-038",
        "a member that the act does not have, repeated in an extension",
        forms.newcomer(lambda party: {"colour": "blue", "extensions": {EXTENSION: {"colour": "blue"}}}),
    ),
    Row("LAD-STM-038", "no name but in an extension", _named_by_extension),
)

NEVER: Final = "sha256:" + "0" * 64
CHAIN: Final = (
    Row("LAD-PAR-001", "a successor of what never was, with all its members", _later(), "unknown-issuer"),
    Row("LAD-PAR-001", "`issuer` and `under` without `previous`", _later(previous=None)),
    Row("LAD-PAR-001", "`previous` and `under` without `issuer`", _later(issuer=None)),
    Row("LAD-PAR-001", "`previous` and `issuer` without `under`", _later(under=None)),
    Row("LAD-PAR-001", "`under` that is not `previous`", _later(under=NEVER)),
    Row("LAD-PAR-001", "a related party twice", forms.member("related", [RELATED, RELATED])),
    Row(
        "LAD-PAR-001",
        "a relation that nobody knows",
        forms.member("related", [{**RELATED, "relation": "likes"}]),
    ),
    Row(
        "LAD-PAR-001",
        "related parties by id and by identifier",
        forms.member("related", [RELATED, {"party": NEVER, "relation": "employs"}]),
        None,
    ),
)

KINDS: Final = (
    Row("LAD-PAR-005", "kind exchange without `exchange`", forms.member("kind", "exchange")),
    Row("LAD-PAR-005", "a company with `exchange`", _company_with_log),
    Row("LAD-PAR-005", "an exchange with `home`", _at_home),
    *(
        Row("LAD-PAR-001", f"`exchange` without `{name}`", _exchange_without(name))
        for name in ("api", "log", "rules", "policy", "limits")
    ),
    Row("LAD-PAR-001", "`exchange` with a further member", forms.exchange_member("colour", "blue")),
    Row("LAD-PAR-001", "rules of another number", forms.exchange_member("rules", 2)),
    Row("LAD-PAR-028", "`closed` and `closing_at`", _closing(closing_at=LATER, closed={}), ZERO),
    Row("LAD-PAR-028", "`closed` without `closing_at`", _closing(closed={})),
)

KEYS: Final = (
    Row(
        "LAD-PAR-001",
        "a key twice",
        forms.newcomer(lambda party: {"keys": [listed(party.key.public), listed(party.key.public)]}),
    ),
    Row(
        "LAD-PAR-011",
        "a promised key that is listed too",
        forms.newcomer(lambda party: {"next": [party.successor.thumbprint, party.key.thumbprint]}),
    ),
    Row(
        "LAD-STM-024",
        "signed by a key that may sign receipts only",
        forms.key_member(may=["receipt"]),
        "key-not-allowed",
    ),
    Row(
        "LAD-STM-024",
        "signed by a key that may sign this and receipts",
        forms.key_member(may=["participant", "receipt"]),
        None,
    ),
)

POLICIES: Final = (
    Row("LAD-GAT-017", "a policy with every switch", _policy(**SWITCHES), ZERO),
    *(Row("LAD-GAT-017", f"a policy with {what}", _policy(**switch)) for what, switch in NO_SWITCHES.items()),
    Row("LAD-GAT-017", "a policy without `onboarding`", forms.exchange_member("policy", {})),
)


CASE = Case(
    name="statement_participant",
    profile="statement",
    story="A newcomer leaves members out, adds some, succeeds itself in part, promises a key that it uses every day, "
    "and says that it is an exchange. Nothing of that is taken; one that introduces itself properly is.",
    requirements=(
        "LAD-PAR-010",
        "LAD-STM-015",
        "LAD-STM-038",
        "LAD-PAR-001",
        "LAD-PAR-005",
        "LAD-PAR-028",
        "LAD-PAR-011",
        "LAD-STM-024",
        "LAD-GAT-017",
        "LAD-PAR-008",
    ),
    run=run,
)
