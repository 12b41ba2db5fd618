"""What the acts beside a trade have come to, as their readers are told; and to what a search can be narrowed."""

from typing import Any

import pytest

from lading.statement.words import Id, format_time
from reference_server.tests.test_grants import is_hidden
from reference_server.tests.trader import PROVENANCE, Content, Market, Trader, now_ms


def record_of(reader: Trader, subject: Id, kind: str) -> dict[str, Any]:
    """The record of a subject of this kind."""
    answer = reader.get(f"/state/{subject}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["kind"] == kind
    record: dict[str, Any] = answer.json()["record"]
    return record


def test_what_a_listing_is_blamed_for_is_its_providers_to_know(market: Market) -> None:
    listing, other = market.listing(standing=None), market.listing(standing=None)
    claim = market.stranger.issue("claim", statement=listing, ground="rights", text="It is ours")
    for reader in (market.provider, market.exchange):
        assert record_of(reader, listing, "listing")["contested"] == 1
    shown = []
    for subject in (listing, other):
        record = record_of(market.consumer, subject, "listing")
        shown.append({name: record[name] for name in record if name not in ("product", "listed_at")})
    assert shown[0] == shown[1]
    assert not {"accepted", "contested"} & set(shown[0])
    assert record_of(market.provider, claim, "claim")["state"] == "open"
    assert is_hidden(market.consumer.get(f"/state/{claim}"))
    market.provider.issue("claim", replies_to=claim, answer="denied")
    assert record_of(market.stranger, claim, "claim")["state"] == "answered"


def test_an_attestation_is_told_to_the_readers_of_what_it_is_about(market: Market) -> None:
    assessor = market.admitted("Assessor", ["assessor"])
    listing = market.listing()
    attestation = assessor.issue("attestation", statement=listing, kind="quality", outcome="passed")
    record = record_of(market.stranger, attestation, "attestation")
    assert (record["about"], record["sort"], record["state"]) == (listing, "quality", "standing")
    assessor.issue("withdrawal", statement=attestation)
    assert record_of(market.stranger, attestation, "attestation")["state"] == "withdrawn"


def test_a_contract_is_told_with_its_terms_in_force_and_its_end(market: Market) -> None:
    contract = market.contract()
    before = record_of(market.provider, contract, "contract")
    assert (before["head"], before["related"], before["pauses"], before["deliveries"]) == (
        contract,
        False,
        [],
        0,
    )
    assert "ends_at" not in before
    ends = now_ms() + 40 * 86_400_000
    notice = market.consumer.issue(
        "notice", contract=contract, kind="terminate", ground="no-need", effective_at=format_time(ends)
    )
    after = record_of(market.provider, contract, "contract")
    assert (after["state"], after["ends_at"], after["ended_by"]) == ("ending", ends, notice)
    assert after["terms"] == before["terms"]
    assert record_of(market.provider, notice, "notice")["contract"] == contract
    assert is_hidden(market.stranger.get(f"/state/{notice}"))


def test_payments_grants_and_disclosures_are_told(market: Market) -> None:
    contract = market.contract()
    payment = market.provider.issue(
        "payment",
        contract=contract,
        kind="invoice",
        amount={"amount": "100.00", "currency": "EUR"},
        reference="4711",
    )
    assert record_of(market.consumer, payment, "payment")["reference"] == "4711"
    until = format_time(now_ms() + 60_000)
    grant = market.consumer.issue("grant", contract=contract, to=market.stranger.id, until=until)
    for reader in (market.provider, market.consumer, market.stranger):
        assert record_of(reader, grant, "grant")["reader"] == market.stranger.id
    disclosure = market.provider.issue(
        "disclosure",
        statement=contract,
        authority="Tax office",
        legal_basis="An order",
        scope="All of it",
        response="refused",
    )
    assert record_of(market.consumer, disclosure, "disclosure")["about"] == contract


def test_what_has_no_record_of_its_own_is_not_found(market: Market) -> None:
    delivery = market.delivered(market.contract(), Content(b"roads"))
    receipt = market.consumer.issue("receipt", delivery=delivery, outcome="refused", reason="late")
    assert is_hidden(market.consumer.get(f"/state/{receipt}"))


def found(market: Market, query: str) -> set[str]:
    """The titles that a search finds."""
    listings = market.consumer.get(f"/listings?q=narrowed&{query}").json()["listings"]
    return {listing["title"] for listing in listings}


@pytest.fixture(scope="module")
def narrowed(market: Market) -> Market:
    graded = {"classification": {"grade": "important", "graded_by": "Office"}}
    market.listing("Narrowed data")
    market.provider.issue("listing", kind="stream", title="Narrowed stream")
    market.listing("Narrowed survey", provenance={**PROVENANCE, "collection": "survey"}, **graded)
    return market


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("kind=stream", {"stream"}),
        ("kind=dataset", {"data", "survey"}),
        ("grade=important", {"survey"}),
        ("collection=survey", {"survey"}),
        ("collection=sensor&kind=dataset", {"data"}),
        ("jurisdiction=DE", {"data", "stream", "survey"}),
        ("jurisdiction=FR", set()),
        ("grade=nothing", set()),
    ],
)
def test_a_search_is_narrowed(narrowed: Market, query: str, titles: set[str]) -> None:
    assert found(narrowed, query) == {f"Narrowed {title}" for title in titles}


@pytest.mark.parametrize(
    "query", ["kind=", "kind=a%20b", "grade='", "kind=dataset&kind=dataset", "licence=x"]
)
def test_a_search_for_what_no_listing_can_have_is_refused(market: Market, query: str) -> None:
    answer = market.consumer.get(f"/listings?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
