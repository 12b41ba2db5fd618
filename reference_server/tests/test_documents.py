"""The documents of every act: uploaded under the registered statement or before it, shown to its readers."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from lading.problems import Refused
from lading.statement.envelope import statement_id
from lading.statement.words import Id
from lading_server.attachments import AttachmentStore
from reference_server.tests.sealed import digest_of
from reference_server.tests.test_attachments import described
from reference_server.tests.test_grants import Opened, is_hidden
from reference_server.tests.trader import OCTETS, Market, Trader

SCHEMA = b'{"fields": ["position", "time"]}'


def put(trader: Trader, statement: Id, data: bytes, named: bytes | None = None) -> httpx.Response:
    """Upload a document of a statement."""
    return trader.put(f"/attachments/{statement}/{digest_of(data if named is None else named)}", data)


def listed(market: Market) -> bytes:
    """A listing that names the document of its schema."""
    return market.provider.sign(
        "listing", kind="dataset", title="With a schema", data_schema=described("schema.json", SCHEMA)
    )


def invoice(market: Market, contract: Id, reference: str = "1") -> bytes:
    """An invoice with its document."""
    return market.provider.sign(
        "payment",
        contract=contract,
        kind="invoice",
        amount={"amount": "100.00", "currency": "EUR"},
        reference=reference,
        document=described("invoice.pdf", SCHEMA),
    )


def test_a_listing_is_registered_without_its_documents_which_come_later(market: Market) -> None:
    listing = market.provider.register(listed(market))
    where = f"/attachments/{listing}/{digest_of(SCHEMA)}"
    assert is_hidden(market.consumer.get(where))
    assert is_hidden(put(market.consumer, listing, SCHEMA))
    assert is_hidden(put(market.provider, listing, b"not named"))
    answer = put(market.provider, listing, b"other bytes", named=SCHEMA)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-attachment")
    assert put(market.provider, listing, SCHEMA).status_code == 204
    assert put(market.provider, listing, SCHEMA).status_code == 204
    answer = httpx.get(market.api + where)
    assert (answer.status_code, answer.content) == (200, SCHEMA)
    assert answer.headers["content-type"] == OCTETS
    assert "immutable" in answer.headers["cache-control"]


def test_what_is_known_is_not_sent_again(market: Market) -> None:
    listing = market.provider.register(listed(market))
    put(market.provider, listing, SCHEMA)
    where = f"{market.api}/attachments/{listing}/{digest_of(SCHEMA)}"
    tag = httpx.get(where).headers["etag"]
    assert tag == f'"{digest_of(SCHEMA)}"'
    same = httpx.get(where, headers={"If-None-Match": f'"other", {tag}'})
    assert (same.status_code, same.content) == (304, b"")
    assert httpx.get(where, headers={"If-None-Match": '"other"'}).content == SCHEMA
    part = httpx.get(where, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, SCHEMA[1:4])


def test_documents_can_come_first_under_a_ticket(market: Market) -> None:
    jws = listed(market)
    opened = market.provider.open_upload(jws)
    assert opened.json() == {"attachments": [{"digest": digest_of(SCHEMA), "held": False}]}
    assert put(market.provider, statement_id(jws), SCHEMA).status_code == 204
    where = f"/attachments/{statement_id(jws)}/{digest_of(SCHEMA)}"
    assert is_hidden(market.provider.get(where))
    market.provider.register(jws)
    assert market.stranger.get(where).content == SCHEMA
    assert market.provider.open_upload(jws).json()["attachments"][0]["held"] is True


def test_a_statement_that_names_nothing_is_no_ticket(market: Market) -> None:
    refused = market.provider.open_upload(market.provider.sign("listing", kind="dataset", title="Bare"))
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-member")


def test_what_is_held_of_a_registered_statement_needs_no_ticket_and_waits_for_nothing(market: Market) -> None:
    """More than may wait under tickets."""
    contract = market.contract()
    for number in range(10):
        jws = invoice(market, contract, f"many-{number}")
        payment = market.provider.register(jws)
        assert market.provider.open_upload(jws).json()["attachments"][0]["held"] is False
        assert put(market.provider, payment, SCHEMA).status_code == 204
        assert market.provider.open_upload(jws).json()["attachments"][0]["held"] is True


def test_documents_of_what_lies_between_two_are_theirs(market: Market) -> None:
    payment = market.provider.register(invoice(market, market.contract()))
    assert put(market.consumer, payment, SCHEMA).status_code == 404
    assert put(market.provider, payment, SCHEMA).status_code == 204
    where = f"/attachments/{payment}/{digest_of(SCHEMA)}"
    for reader in (market.provider, market.consumer, market.exchange):
        assert reader.get(where).content == SCHEMA
    assert "no-store" in market.consumer.get(where).headers["cache-control"]
    assert is_hidden(market.stranger.get(where))
    assert is_hidden(httpx.get(market.api + where))


def test_a_grant_opens_documents_and_the_journal_says_so(market: Market) -> None:
    opened = Opened(market)
    payment = market.provider.register(invoice(market, opened.contract))
    put(market.provider, payment, SCHEMA)
    answer = opened.auditor.get(f"/attachments/{payment}/{digest_of(SCHEMA)}")
    assert answer.content == SCHEMA
    assert opened.read() == [(payment, "attachment")]
    assert is_hidden(put(opened.auditor, payment, SCHEMA))


def claim(market: Market, **members: Any) -> bytes:
    """A claim of an admitted participant against a listing."""
    listing = market.listing()
    return market.stranger.sign(
        "claim",
        statement=listing,
        ground="rights",
        text="It is ours",
        evidence=[described("deed.pdf", SCHEMA)],
        **members,
    )


def test_a_claim_without_a_proof_needs_no_upload(market: Market) -> None:
    registered = market.stranger.register(claim(market))
    assert put(market.stranger, registered, SCHEMA).status_code == 204
    assert market.provider.get(f"/attachments/{registered}/{digest_of(SCHEMA)}").content == SCHEMA
    assert is_hidden(market.consumer.get(f"/attachments/{registered}/{digest_of(SCHEMA)}"))


def test_the_documents_of_one_participant_are_bounded(tmp_path: Path) -> None:
    store = AttachmentStore(tmp_path, quota=100)
    issuer, other = (Id("sha256:" + digit * 64) for digit in "ab")
    store.check_quota(issuer, 100)
    file = store.file(issuer, other, issuer)
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(60))
    store.check_quota(issuer, 40)
    with pytest.raises(Refused, match="at most 100 bytes"):
        store.check_quota(issuer, 41)
    store.check_quota(other, 100)
