"""A grant opens the statements of one contract to somebody else, for a while; content stays with the parties."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import Party, clear_terms
from lading_conformance.oracle import statement
from lading_conformance.steps import agreements, deals, evidence, expect, handover, recourse, sight
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

BRIEF_MILLISECONDS: Final = 1_500
"""How long the grant lasts that is over before the case is."""


@dataclass
class Trade:
    """A sealed trade, the statements that belong to it, and those that do not. `start` is the index before it."""

    start: int
    prefix: str
    contract: str
    delivery: str
    amendment: str
    claim: Registration
    sample: recourse.Attached
    own: dict[str, bytes]
    others: dict[str, str]
    stateless: frozenset[str]


def run(trial: Trial) -> None:
    """Grant, read, withdraw; and grant what cannot be granted."""
    session = trial.session
    with trial.given(
        "a sealed trade by an offer that was amended, with a claim, and a reader who is nobody there"
    ):
        trade, reader = _trade(session), session.introduced("auditor")
    with trial.check("LAD-HTP-010", "before any grant the reader finds nothing"):
        for key in (trade.contract, trade.delivery, trade.claim.id):
            sight.hidden(session, key, reader)
    _not_granted(trial, trade, reader)
    grant = _granted(trial, trade, reader)
    _reads(trial, trade, reader)
    _reads_only(trial, trade, reader)
    _says_nothing(trial, trade, reader)
    _withdrawn(trial, trade, reader, grant)
    _ends(trial, trade, reader)


def _trade(session: Session) -> Trade:
    provider, consumer = session.provider, session.sealed_consumer
    start = deals.publish(session)
    offer = agreements.offer(provider, consumer, listing=start.id)
    deals.say(session, offer)
    accepted = consumer.says("acceptance", offer=statement.statement_id(offer))
    contract = deals.say(session, accepted)
    content = handover.seal(session, contract.id, deals.new_content(session, deals.CHUNK + 1))
    delivered = handover.deliver(session, content)
    receipt = delivered.sealed.receipt(consumer, delivered.id)
    release, _ = handover.released(session, deals.say(session, receipt))
    change = agreements.offer(provider, consumer, amends=contract.id, terms=clear_terms("90.00"))
    amendment = consumer.says("acceptance", offer=deals.say(session, change).id)
    deals.say(session, amendment)
    sample = recourse.attached(session)
    claim = recourse.leak(provider, delivered.id, sample)
    registered = deals.say(session, claim)
    expect.status(recourse.put(session, registered.id, sample, provider), 204)
    answer = recourse.answer(consumer, registered.id)
    withdrawal = recourse.withdrawal(provider, registered.id)
    for jws in (answer, withdrawal):
        deals.say(session, jws)
    refused = deals.say(session, agreements.offer(provider, consumer, listing=start.id))
    rejection = deals.say(session, consumer.says("rejection", offer=refused.id, reason="regret"))
    own = {
        "offer": offer,
        "acceptance": accepted,
        "delivery": delivered.jws,
        "receipt": receipt,
        "release": release.jws,
        "amending offer": change,
        "amendment": amendment,
        "claim": claim,
        "answer": answer,
        "withdrawal": withdrawal,
    }
    return Trade(
        start.index,
        delivered.prefix,
        contract.id,
        delivered.id,
        statement.statement_id(amendment),
        registered,
        sample,
        own,
        {"offer": refused.id, "rejection": rejection.id, "contract": _other(session).id},
        frozenset({"receipt", "release", "amendment", "answer", "withdrawal"}),
    )


def _other(session: Session) -> Registration:
    """Return another contract of the same parties."""
    return deals.contract(session, session.sealed_consumer)


def _not_granted(trial: Trial, trade: Trade, reader: Party) -> None:
    session, provider = trial.session, trial.session.provider
    with trial.check("LAD-GRA-002", "a grant to a party of the contract: wrong-party"):
        for party in (provider, session.sealed_consumer):
            expect.refused(session, recourse.grant(provider, trade.contract, party), "wrong-party")
    with trial.check("LAD-REG-006", "a grant of who is no party, to itself or another: unknown-statement"):
        for to in (reader, session.provider):
            expect.refused(session, recourse.grant(reader, trade.contract, to), "unknown-statement")
    never = recourse.grant(provider, trade.contract, reader, to=recourse.never(session))
    wrong = {
        "to nobody": never,
        "to what is no first statement": recourse.grant(provider, trade.contract, reader, to=trade.delivery),
        "of nothing": recourse.grant(provider, recourse.never(session), reader),
        "of an amendment": recourse.grant(provider, trade.amendment, reader),
        "of a delivery": recourse.grant(provider, trade.delivery, reader),
    }
    for what, jws in wrong.items():
        with trial.check("LAD-REG-006", f"a grant {what}: unknown-statement"):
            expect.refused(session, jws, "unknown-statement")
    with trial.check("LAD-GRA-004", "a grant whose until is past: already-expired"):
        past = recourse.grant(provider, trade.contract, reader, trade.claim.time - 1)
        expect.refused(session, past, "already-expired")


def _granted(trial: Trial, trade: Trade, reader: Party) -> Registration:
    session = trial.session
    until = trade.claim.time + deals.DAY
    with trial.need("LAD-REG-002", "the consumer grants the contract to the reader: registered"):
        jws = recourse.grant(session.sealed_consumer, trade.contract, reader, until)
        grant = deals.say(session, jws)
    with trial.check("LAD-HTP-019", "both parties and the reader read the grant"):
        for party in (session.provider, session.sealed_consumer, reader):
            sight.shown(session, jws, party)
    with trial.check("LAD-HTP-010", "to all others it is nothing"):
        for other in (session.stranger, None):
            sight.hidden(session, grant.id, other)
    with trial.check("LAD-HTP-028", "its state tells who opened what to whom until when"):
        wanted = {
            "contract": trade.contract,
            "granter": session.sealed_consumer.id,
            "other": session.provider.id,
            "reader": reader.id,
            "until": until,
            "state": "open",
            "closed_by": None,
        }
        expect.state(session, reader, grant.id, "grant", **wanted)
    with trial.check("LAD-EVI-016", "its evidence shows the contract and the reader"):
        closure = {grant.id, trade.contract, reader.id, session.facts.id}
        evidence.check(session, grant.id, closure, session.provider)
    return grant


def _reads(trial: Trial, trade: Trade, reader: Party) -> None:
    session = trial.session
    for what, jws in trade.own.items():
        with trial.check(
            "LAD-GRA-005", f"the reader reads {what}, its proof and evidence, as if it were a party"
        ):
            sight.shown(session, jws, reader, stateful=what not in trade.stateless)
    with trial.check("LAD-GRA-005", "and the sample of the claim"):
        recourse.is_shown(session, trade.claim.id, trade.sample, reader)
    with trial.check("LAD-GRA-005", "all of them are among its events, though older than the grant"):
        ids = {statement.statement_id(jws) for jws in trade.own.values()}
        if missing := ids - sight.events(session, reader, trade.start - 1):
            raise Failed(f"{len(missing)} of {len(ids)} statements are not in the reader's feed")
    with trial.check("LAD-GRA-005", "and so is what is registered from then on"):
        jws = recourse.claim(session.sealed_consumer, trade.contract, "breach")
        later = deals.say(session, jws)
        sight.shown(session, jws, reader)
        if later.id not in sight.events(session, reader, later.index - 1):
            raise Failed("it is not in the reader's feed")
    with trial.check("LAD-EVI-016", "in the evidence of the receipt nothing is withheld from it"):
        receipt = statement.statement_id(trade.own["receipt"])
        evidence.withholds(session, receipt, set(), reader)


def _reads_only(trial: Trial, trade: Trade, reader: Party) -> None:
    session = trial.session
    for what, key in trade.others.items():
        with trial.check("LAD-HTP-010", f"another {what} of the same parties is nothing to it"):
            sight.hidden(session, key, reader)
    with trial.check("LAD-HTP-019", "and in none of its events"):
        sight.none_of(session, reader, trade.start - 1, trade.others.values())
    for part in ("manifest", "chunks", "boxes/consumer", "boxes/exchange"):
        with trial.check("LAD-GRA-006", f"{part} of the delivery: not found"):
            expect.problem(session.exchange.get(f"{trade.prefix}/{part}", reader.signer), "not-found")
    with trial.check("LAD-GRA-006", "nor how many chunks are held"):
        expect.status(session.exchange.head(f"{trade.prefix}/chunks", reader.signer), 404)
    with trial.check("LAD-GRA-007", "nor does it read the journal of the contract"):
        expect.same_as_absent(session, "/journal/{}", trade.contract, reader.signer)
    with trial.check("LAD-HTP-010", "to a stranger the contract is nothing still"):
        for other in (session.stranger, None):
            sight.hidden(session, trade.contract, other)


def _says_nothing(trial: Trial, trade: Trade, reader: Party) -> None:
    """Where a rule asks whether an issuer may read a statement, a grant does not count."""
    session = trial.session
    tried = {
        "claim": recourse.claim(reader, trade.contract, "breach"),
        "answer": recourse.answer(reader, trade.claim.id),
        "disclosure": recourse.disclosure(reader, trade.delivery),
        "grant of its own": recourse.grant(reader, trade.contract, session.stranger),
        "withdrawal": recourse.withdrawal(reader, trade.delivery),
    }
    for what, jws in tried.items():
        with trial.check("LAD-REG-006", f"a {what} by the reader: unknown-statement"):
            expect.refused(session, jws, "unknown-statement")


def _withdrawn(trial: Trial, trade: Trade, reader: Party, grant: Registration) -> None:
    session, consumer = trial.session, trial.session.sealed_consumer
    with trial.check("LAD-LST-003", "the other party withdraws the grant: not-author"):
        expect.refused(session, recourse.withdrawal(session.provider, grant.id), "not-author")
    with trial.need("LAD-REG-002", "its issuer withdraws it: registered"):
        jws = recourse.withdrawal(consumer, grant.id)
        last = deals.say(session, jws)
    with trial.check("LAD-GRA-003", "a second withdrawal: grant-not-open by the first"):
        again = recourse.withdrawal(consumer, grant.id)
        expect.refused(session, again, "grant-not-open", winner=last.id)
    with trial.check("LAD-LIF-001", "the grant is withdrawn, and its reader still sees it, and by what"):
        for party in (session.provider, consumer, reader):
            expect.state(session, party, grant.id, "grant", state="withdrawn", closed_by=last.id)
            expect.stored(session, jws, party.signer)
    _nothing_left(trial, trade, reader, "from the withdrawal on")


def _nothing_left(trial: Trial, trade: Trade, reader: Party, when: str) -> None:
    session = trial.session
    ids = [statement.statement_id(jws) for jws in trade.own.values()]
    with trial.check("LAD-GRA-005", f"{when} the reader finds nothing of the contract"):
        for key in ids:
            sight.hidden(session, key, reader)
        recourse.is_hidden(session, trade.claim.id, trade.sample, reader)
    with trial.check("LAD-GRA-005", f"{when} none of it is among its events"):
        sight.none_of(session, reader, trade.start - 1, ids)


def _ends(trial: Trial, trade: Trade, reader: Party) -> None:
    """A grant that ends by itself."""
    session = trial.session
    with trial.need("LAD-REG-002", "a grant of the provider that ends soon: registered"):
        until = _other(session).time + BRIEF_MILLISECONDS
        over = time.monotonic() + BRIEF_MILLISECONDS / 1_000 + 0.05
        grant = deals.say(session, recourse.grant(session.provider, trade.contract, reader, until))
    with trial.check("LAD-GRA-005", "until then the reader reads the contract"):
        expect.stored(session, trade.own["acceptance"], reader.signer)
    time.sleep(max(0.0, over - time.monotonic()))
    _nothing_left(trial, trade, reader, "after its until")
    with trial.check("LAD-LIF-002", "it is open still, since no state changes by time, and can be withdrawn"):
        expect.state(session, reader, grant.id, "grant", state="open", closed_by=None)
        deals.say(session, recourse.withdrawal(session.provider, grant.id))


CASE = Case(
    name="access_grants",
    profile="access",
    story="A consumer lets an auditor look at a contract. The auditor reads its statements, the old ones and the new "
    "ones, and no content, no other contract and no journal; it can say nothing about what it reads. When the grant is "
    "withdrawn, or past its end, it finds nothing any more.",
    requirements=(
        "LAD-HTP-010",
        "LAD-GRA-002",
        "LAD-REG-006",
        "LAD-GRA-004",
        "LAD-REG-002",
        "LAD-HTP-019",
        "LAD-HTP-028",
        "LAD-EVI-016",
        "LAD-GRA-005",
        "LAD-GRA-006",
        "LAD-GRA-007",
        "LAD-LST-003",
        "LAD-GRA-003",
        "LAD-LIF-001",
        "LAD-LIF-002",
    ),
    run=run,
    slow=True,
)
