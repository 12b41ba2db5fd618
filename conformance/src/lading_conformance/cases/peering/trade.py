"""A whole trade across two exchanges, decided by one log."""

from __future__ import annotations

from lading_conformance.drivers.answers import text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import base64url, statement
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.steps import deals, evidence, expect, feed, peering, sealed
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

SIZE = deals.CHUNK + 77


def run(trial: Trial) -> None:
    """Let a participant of the other exchange buy here, by a request to its own."""
    here, there = trial.session, peering.other(trial.session)
    with trial.given("the exchanges follow each other"):
        peering.follows(here, there)
        peering.follows(there, here)
    with trial.given("a provider here, and an admitted consumer at the other exchange"):
        _ = here.provider
        resident = there.admitted("consumer from abroad", "consumer", SealKey.generate())
        guest = peering.abroad(resident, here)
    word = here.word()
    with trial.given("a listing here"):
        listing = deals.publish(here, title=f"Listing {word}")
    with trial.need("LAD-FED-002", "the consumer finds it at its own exchange"):
        peering.mirrored(there, listing.id, word)
    with trial.need(
        "LAD-FED-007", "its acceptance, posted at its own exchange, is answered by the listing's home"
    ):
        jws = deals.acceptance(here, listing.id, here.word(), guest)
        contract = expect.registered(here, jws, there.exchange.register(jws))
    _taken_in(trial, resident, contract)
    with trial.check("LAD-FED-007", "the same bytes again, posted at both, are answered alike"):
        for exchange in (there.exchange, here.exchange):
            again = expect.registered(here, jws, exchange.register(jws), 200)
            if (again.index, again.time) != (contract.index, contract.time):
                raise Failed(f"index {again.index} instead of {contract.index}")
    _handed_over(trial, guest, contract.id)
    with trial.check("LAD-FED-007", "a refusal of the home comes back as the home said it"):
        jws = deals.acceptance(here, listing.id, "again", peering.abroad(there.stranger, here))
        expect.problem(there.exchange.register(jws), "not-admitted")


def _taken_in(trial: Trial, resident: Party, contract: Registration) -> None:
    here, there = trial.session, peering.other(trial.session)
    with trial.check(
        "LAD-FED-013", "the consumer's chain stands in this log before the contract, with its bytes"
    ):
        first = there.exchange.statement(resident.id).body
        expect.stored(here, first)
        place = here.exchange.get(f"/statements/{resident.id}/proof")
        proof = peering.proven(expect.status(place, 200).text(), here.facts.log_key, first)
        if proof.index >= contract.index:
            raise Failed(f"the chain has index {proof.index}, the contract {contract.index}")
    with trial.check("LAD-FED-014", "its admission here names that of its home, with the same role"):
        expect.state(
            here,
            here.provider,
            resident.id,
            "participant",
            state="admitted",
            home=there.facts.id,
            roles=["consumer"],
        )
        answer = expect.status(here.exchange.statement(evidence.admission(here, resident.id)), 200)
        said = statement.parse(answer.body)
        wanted = {"kind": "admitted-at-home", "digest": evidence.admission(there, resident.id)}
        checks = said.payload.get("checks")
        if not isinstance(checks, list) or wanted not in checks:
            raise Failed(f"the admission's checks are {checks!r}, without {wanted}")


def _handed_over(trial: Trial, guest: Party, contract: str) -> None:
    here = trial.session
    content = deals.new_content(here, SIZE)
    with trial.need("LAD-REG-002", "a sealed delivery to the guest is registered"):
        shares = sealed.new_shares(here, sealed.key_of_exchange(here), guest)
        parcel = sealed.seal(here, contract, content, shares)
        jws = parcel.delivery(here.provider)
        prefix = sealed.upload_all(here, jws, parcel).prefix
        delivery = deals.say(here, jws)
    with trial.need("LAD-TRF-006", "the guest reads it here, with the keys that it has at home"):
        manifest = deals.octets(here, f"{prefix}/manifest", guest)
        ciphertext = deals.download(here, prefix, guest)
    with trial.need("LAD-REG-002", "its receipt is registered, and released"):
        receipt = deals.say(here, parcel.receipt(guest, delivery.id))
        events = feed.after(here, guest, receipt.index)
        if not events or (events[0].index, events[0].type) != (receipt.index + 1, "release"):
            raise Failed("no release stands behind the receipt")
        share = base64url.decode(text_of(events[0].read().payload, "share"))
        if sealed.opened(parcel.bound, share, shares["consumer"].value, manifest, ciphertext) != content.data:
            raise Failed("both shares open other bytes than were delivered")
    with trial.check(
        "LAD-EVI-016", "one file proves the trade under this log's key alone, the guest's chain in it"
    ):
        closure = {contract, delivery.id, receipt.id, here.provider.id, guest.id, here.facts.id}
        evidence.check(here, receipt.id, closure, guest)


CASE = Case(
    name="peering_trade",
    profile="exchange-to-exchange",
    story="A consumer finds a listing at its own exchange and accepts it there. The listing's home takes it in as a "
    "guest, the trade runs there, and one log's key proves all of it.",
    requirements=(
        "LAD-FED-002",
        "LAD-FED-007",
        "LAD-FED-013",
        "LAD-FED-014",
        "LAD-REG-002",
        "LAD-TRF-006",
        "LAD-EVI-016",
    ),
    run=run,
)
