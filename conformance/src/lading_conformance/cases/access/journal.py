"""The journal: who read what by a grant or disclosure, in which way, noted for the parties and for nobody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from lading_conformance.drivers.party import Party
from lading_conformance.steps import agreements, deals, evidence, expect, feed, journal, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.steps.journal import Reading
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session


@dataclass
class Watched:
    """A contract that was granted to a reader, and how many of its readings are known."""

    contract: Registration
    delivery: Registration
    claim: Registration
    sample: recourse.Attached
    grant: Registration
    reader: Party
    known: list[Reading] = field(default_factory=list)

    def new(self, session: Session) -> list[Reading]:
        """Return the readings since the last look, the same for both parties."""
        number = len(self.known)
        found = journal.after(session, self.contract.id, session.provider, number)
        if found != journal.after(session, self.contract.id, session.consumer, number):
            raise Failed("the journal shows the two parties different readings")
        self.known += found
        return found


def run(trial: Trial) -> None:
    """Read in every way, and look after each what the journal has."""
    session = trial.session
    with trial.given("a contract with a delivery and a claim, and a grant of it to a reader"):
        watched = _watched(session)
    _ways(trial, watched)
    _not_noted(trial, watched)
    _pages(trial, watched)
    _closed(trial, watched)
    _two_faults(trial, watched.contract.id)
    _disclosed(trial, watched)


def _watched(session: Session) -> Watched:
    contract = agreements.agreed(session)
    delivery = agreements.delivered(session, contract.id)
    sample, reader = recourse.attached(session), session.introduced("auditor")
    claim = deals.say(session, recourse.leak(session.provider, delivery.id, sample))
    expect.status(recourse.put(session, claim.id, sample, session.provider), 204)
    grant = deals.say(session, recourse.grant(session.consumer, contract.id, reader))
    return Watched(contract, delivery, claim, sample, grant, reader)


def _ways(trial: Trial, watched: Watched) -> None:
    """Each way of reading by the grant."""
    session, signer, key = trial.session, watched.reader.signer, watched.delivery.id
    with trial.check("LAD-HTP-046", "before anything is read the journal is empty"):
        if watched.new(session):
            raise Failed("it has readings")
    ways: dict[str, tuple[str, str]] = {
        "statement": (f"/statements/{key}", key),
        "proof": (f"/statements/{key}/proof", key),
        "state": (f"/state/{key}", key),
        "attachment": (recourse.path_of(watched.claim.id, watched.sample), watched.claim.id),
    }
    for way, (path, about) in ways.items():
        with trial.check("LAD-HTP-043", f"a {way} that the reader reads is noted"):
            expect.status(session.exchange.get(path, signer), 200)
            _noted(session, watched, {about})
    with trial.check("LAD-HTP-043", "of evidence every statement that only the grant opens"):
        shown = evidence.read(session, watched.claim.id, watched.reader)
        public = {"participant", "admission", "listing"}
        opened = {own for own, said in shown.statements.items() if said.payload["type"] not in public}
        _noted(session, watched, opened)
    with trial.check("LAD-HTP-043", "of events likewise"):
        events = feed.after(session, watched.reader, watched.contract.index - 1)
        opened = {watched.contract.id, watched.delivery.id, watched.claim.id}
        if not opened <= {event.id for event in events}:
            raise Failed("the reader's feed does not show the contract")
        _noted(session, watched, opened)
    _tells_ways(trial, watched)


def _tells_ways(trial: Trial, watched: Watched) -> None:
    with trial.check("LAD-HTP-046", "each reading tells in which way the statement was read"):
        ways = list(dict.fromkeys(reading.read for reading in watched.known))
        if ways != ["statement", "proof", "state", "attachment", "evidence", "event"]:
            raise Failed(f"in this order, the readings are by {', '.join(ways)}")


def _noted(session: Session, watched: Watched, statements: set[str]) -> None:
    """Fail unless exactly these statements were noted since the last look, each once, as read by the grant."""
    found = watched.new(session)
    # LAD-GRA-007
    if sorted(reading.statement for reading in found) != sorted(statements):
        raise Failed(f"{len(found)} readings are noted for {len(statements)} statements that were shown")
    for reading in found:
        seen = (reading.participant, reading.opening, reading.by)
        if seen != (watched.reader.id, "grant", watched.grant.id):
            raise Failed(f"reading {reading.number} is one by {reading.participant}, of a {reading.opening}")
        # LAD-HTP-046: the exchange's clock is its own; the grant's registration bounds it from below.
        if reading.time < watched.grant.time:
            raise Failed(f"reading {reading.number} has a time before the grant was registered")
    if any(one.time > other.time for one, other in pairwise(found)):
        raise Failed("the times of the readings fall")


def _not_noted(trial: Trial, watched: Watched) -> None:
    session, contract = trial.session, watched.contract.id
    with trial.check("LAD-HTP-043", "what somebody may read anyhow is not noted"):
        for party in (session.provider, session.consumer):
            expect.status(session.exchange.statement(contract, party.signer), 200)
        expect.status(session.exchange.statement(watched.grant.id, watched.reader.signer), 200)
        _nothing(session, watched)
    with trial.check("LAD-HTP-043", "nor what nobody is shown"):
        for signer in (session.stranger.signer, None):
            expect.status(session.exchange.statement(contract, signer), 404)
        path = f"/attachments/{contract}/{watched.sample.digest}"
        expect.status(session.exchange.get(path, watched.reader.signer), 404)
        _nothing(session, watched)


def _nothing(session: Session, watched: Watched) -> None:
    if found := watched.new(session):
        raise Failed(f"{len(found)} readings are noted")


def _pages(trial: Trial, watched: Watched) -> None:
    session, contract, total = trial.session, watched.contract.id, len(watched.known)
    with trial.check("LAD-HTP-046", "read one by one, it has the same readings in the same order"):
        if journal.after(session, contract, session.consumer, 0, limit=1) != watched.known:
            raise Failed("it has other readings")
    with trial.check("LAD-HTP-046", "it begins above `after`, and holds at most `limit`"):
        page = journal.page(session, contract, session.consumer, after=1, limit=2)
        if page.readings != watched.known[1:3]:
            raise Failed(f"it has the numbers {[reading.number for reading in page.readings]}")
    with trial.check("LAD-HTP-046", "`after` its last reading it goes on from there"):
        page = journal.page(session, contract, session.consumer, after=total)
        if page.readings or page.next != total:
            raise Failed(f"it has {len(page.readings)} readings, and `next` is {page.next}")
    for query in ("after=-1", "limit=0", "after=x", "since=1", "limit=1&limit=1"):
        with trial.check("LAD-HTP-004", f"?{query}: bad-request"):
            answer = session.exchange.get(f"/journal/{contract}?{query}", session.consumer.signer)
            expect.problem(answer, "bad-request")


def _closed(trial: Trial, watched: Watched) -> None:
    session, contract = trial.session, watched.contract.id
    with trial.check("LAD-GRA-007", "the journal is nothing to the reader and to strangers"):
        for party in (watched.reader, session.stranger, session.arbiter):
            expect.same_as_absent(session, "/journal/{}", contract, party.signer)
    with trial.check("LAD-HTP-006", "and asks who does not sign for a signature"):
        expect.problem(session.exchange.get(f"/journal/{contract}"), "signature-required")
    with trial.check("LAD-HTP-010", "a public statement has none"):
        for key in (session.provider.id, session.facts.id):
            expect.same_as_absent(session, "/journal/{}", key, session.provider.signer)


def _two_faults(trial: Trial, contract: str) -> None:
    """Requests without the signature that is needed, each with a fault that comes before that."""
    for what, (code, method, path) in {
        "1 before 4: an id of another form, not signed": ("bad-request", "GET", f"/journal/{contract[:-1]}"),
        "1 before 4: an unknown parameter, not signed": (
            "bad-request",
            "GET",
            f"/journal/{contract}?since=1",
        ),
        "3 before 4: DELETE, not signed": ("method-not-allowed", "DELETE", f"/journal/{contract}"),
    }.items():
        with trial.check("LAD-HTP-023", f"{what}: {code}"):
            expect.problem(trial.session.exchange.http.request(method, path), code)


def _disclosed(trial: Trial, watched: Watched) -> None:
    """Readings by disclosures: of a statement of the contract, and of one that belongs to none."""
    session, reader = trial.session, watched.reader
    with trial.given("disclosures of another contract's delivery, and of an offer that nobody accepted"):
        contract = agreements.agreed(session)
        delivery = agreements.delivered(session, contract.id)
        listing = deals.publish(session)
        offer = agreements.offered(session, listing.id)
        said = [recourse.disclosure(session.consumer, key.id, reader) for key in (delivery, offer)]
        by = [deals.say(session, jws).id for jws in said]
    subjects = {"of its contract": (contract.id, delivery.id), "of itself": (offer.id, offer.id)}
    for (where, (subject, about)), disclosure in zip(subjects.items(), by, strict=True):
        with trial.check("LAD-HTP-043", f"what a disclosure opened is noted in the journal {where}"):
            expect.status(session.exchange.statement(about, reader.signer), 200)
            for party in (session.provider, session.consumer):
                _is_first(journal.after(session, subject, party), reader, about, disclosure)
    with trial.check("LAD-HTP-046", "and each journal numbers its own readings"):
        _nothing(session, watched)
    with trial.check("LAD-GRA-007", "that of the offer is nothing to others"):
        for party in (reader, session.stranger):
            expect.same_as_absent(session, "/journal/{}", offer.id, party.signer)


def _is_first(found: list[Reading], reader: Party, about: str, disclosure: str) -> None:
    seen = [(one.number, one.participant, one.statement, one.read, one.opening, one.by) for one in found]
    if seen != [(1, reader.id, about, "statement", "disclosure", disclosure)]:
        raise Failed(f"the journal has {seen}")


CASE = Case(
    name="access_journal",
    profile="access",
    story="An auditor reads by a grant and by disclosures, in every way that there is. The parties find in the journal "
    "each statement that it was shown, once, in order, with time and way, and nothing that it might have read anyhow. "
    "Nobody else is shown the journal.",
    requirements=(
        "LAD-HTP-046",
        "LAD-HTP-043",
        "LAD-HTP-004",
        "LAD-GRA-007",
        "LAD-HTP-006",
        "LAD-HTP-010",
        "LAD-HTP-023",
    ),
    run=run,
)
