"""For whom it does not concern, a contract does not exist; and a signed read counts once."""

from __future__ import annotations

from dataclasses import replace

from lading_conformance.drivers.answers import Answer, objects_of
from lading_conformance.drivers.http import Signing
from lading_conformance.drivers.party import Party
from lading_conformance.oracle.http_signature import Signer
from lading_conformance.steps import deals, expect
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

READS = ("/statements/{}", "/statements/{}/proof", "/statements/{}/evidence", "/state/{}")
EXPIRED_SECONDS = 120


def run(trial: Trial) -> None:
    """Let strangers and nobody read a contract, and replay and alter the request of who may read it."""
    session = trial.session
    with trial.given("a contract between provider and consumer, and a stranger"):
        stranger = session.stranger
        contract = deals.contract(session)
    _parties_read(trial, contract)
    _others_find_nothing(trial, contract, stranger)
    _probes(trial, contract, stranger)
    _feeds(trial, contract, stranger)
    _content(trial, contract, stranger)
    _request_signatures(trial, contract, stranger)


def _parties_read(trial: Trial, contract: Registration) -> None:
    session = trial.session
    with trial.need("LAD-HTP-019", "both parties read the contract, its proof, its evidence and its state"):
        for path in READS:
            for party in (session.provider, session.consumer):
                expect.status(session.exchange.get(path.format(contract.id), party.signer), 200)


def _others_find_nothing(trial: Trial, contract: Registration, stranger: Party) -> None:
    readers = {"a stranger": stranger.signer, "nobody in particular": None}
    for who, reader in readers.items():
        for path in READS:
            what = f"GET {path.format('{contract}')} by {who}: the 404 of what never was"
            with trial.check("LAD-HTP-010", what):
                expect.same_as_absent(trial.session, path, contract.id, reader)


def _probes(trial: Trial, contract: Registration, stranger: Party) -> None:
    session = trial.session
    content = deals.new_content(session, 100)
    probes = {
        "a delivery under it": deals.delivery(stranger, contract.id, content),
        "its withdrawal": stranger.says("withdrawal", statement=contract.id),
    }
    for what, jws in probes.items():
        with trial.check(
            "LAD-REG-006", f"a stranger registers {what}: unknown-statement, as for what never was"
        ):
            expect.refused(session, jws, "unknown-statement")


def _feeds(trial: Trial, contract: Registration, stranger: Party) -> None:
    session = trial.session
    with trial.check("LAD-HTP-029", "the feed of a party shows the contract"):
        if contract.id not in _ids_after(session, contract.index - 1, session.consumer.signer):
            raise Failed("the contract is not in the consumer's feed")
    with trial.check("LAD-HTP-019", "the feeds of a stranger and of nobody in particular do not"):
        for reader in (stranger.signer, None):
            if contract.id in _ids_after(session, contract.index - 1, reader):
                raise Failed("the contract is in a feed of somebody whom it does not concern")


def _ids_after(session: Session, after: int, reader: Signer | None) -> list[str]:
    answer = expect.status(session.exchange.events(reader, after=after), 200)
    events = objects_of(expect.media_type(answer, expect.JSON).members(), "events")
    return [str(event.get("id")) for event in events]


def _content(trial: Trial, contract: Registration, stranger: Party) -> None:
    session = trial.session
    content = deals.new_content(session, 100)
    with trial.given("a delivery under the contract"):
        jws = deals.delivery(session.provider, contract.id, content)
        prefix = deals.upload(session, jws, content).prefix
        deals.say(session, jws)
    with trial.check("LAD-HTP-006", "its content without a signature: signature-required"):
        expect.problem(session.exchange.get(f"{prefix}/chunks"), "signature-required")
    with trial.check(
        "LAD-HTP-010", "its content and manifest, asked for by a stranger: the 404 of what never was"
    ):
        for part in ("chunks", "manifest"):
            path = prefix.replace(contract.id, "{}") + f"/{part}"
            expect.same_as_absent(session, path, contract.id, stranger.signer)


def _request_signatures(trial: Trial, contract: Registration, stranger: Party) -> None:
    session = trial.session
    consumer = session.consumer.signer
    honest = Signing(consumer)
    path = f"/statements/{contract.id}"
    with trial.check("LAD-HTP-009", "the same signed request twice: the second is nonce-used"):
        expect.status(_get(session, path, honest), 200)
        expect.problem(_get(session, path, honest), "nonce-used")
    for what, moved in {"old": -EXPIRED_SECONDS, "early": EXPIRED_SECONDS}.items():
        with trial.check("LAD-HTP-008", f"signed {EXPIRED_SECONDS} s too {what}: request-expired"):
            fresh = Signing(consumer)
            expect.problem(
                _get(session, path, replace(fresh, created=fresh.created + moved)), "request-expired"
            )
    with trial.check(
        "LAD-HTP-007", "signed in the consumer's name with a stranger's key: bad-request-signature"
    ):
        forged = Signing(Signer(consumer.participant, stranger.key))
        expect.problem(_get(session, path, forged), "bad-request-signature")
    with trial.check("LAD-HTP-021", "a signature over another path: bad-request-signature"):
        headers = session.exchange.http.signed_headers("GET", path + "/proof", None, Signing(consumer))
        answer = session.exchange.http.request("GET", path, headers=headers)
        expect.problem(answer, "bad-request-signature")


def _get(session: Session, path: str, signing: Signing) -> Answer:
    return session.exchange.http.request("GET", path, signing=signing)


CASE = Case(
    name="contract_privacy",
    profile="contract",
    story="Two companies have a contract. A stranger who has learned its id, and somebody who does not sign at all,"
    " ask for it, its proof, its state and its content, and learn nothing. An eavesdropper repeats a party's request,"
    " and is refused.",
    requirements=(
        "LAD-HTP-019",
        "LAD-HTP-010",
        "LAD-REG-006",
        "LAD-HTP-029",
        "LAD-HTP-006",
        "LAD-HTP-009",
        "LAD-HTP-008",
        "LAD-HTP-007",
        "LAD-HTP-021",
    ),
    run=run,
)
