"""One test per rule of notarisations, and who reads them."""

import pytest

from lading.acts.records import StatementRecord
from lading.evidence.verdict import Status
from lading.problems import Refused
from lading.statement.words import Id
from sdk.tests.acts.erasing import judged
from sdk.tests.core.market import NO_BOX, Market, traded


@pytest.fixture
def market() -> Market:
    return traded()


def test_notarisation_is_the_exchanges(market: Market) -> None:
    market.check_refused(market.say("acme", "notarisation", digest=NO_BOX), "wrong-issuer")
    market.put(
        market.say("exchange", "notarisation", digest=NO_BOX, media_type="application/pdf", text="A letter.")
    )


def test_notarisation_reader_is_registered(market: Market) -> None:
    for reader in (Id("sha256:" + "0" * 64), market.id["listing"]):
        refusal = market.check_refused(
            market.say("exchange", "notarisation", digest=NO_BOX, reader=reader), "unknown-statement"
        )
        assert refusal.pointer == "/reader"
    market.put(market.say("exchange", "notarisation", digest=NO_BOX, reader=market.id["dave"]))


def test_a_notarisation_is_read_by_its_reader_or_by_everybody(market: Market) -> None:
    public = market.put(market.say("exchange", "notarisation", digest=NO_BOX))
    private = market.put(market.say("exchange", "notarisation", digest=NO_BOX, reader=market.id["buyer"]))
    records = [market.sight.get(StatementRecord, key) for key in (public, private)]
    assert [record.readers for record in records if record is not None] == [None, (market.id["buyer"],)]


def test_the_same_digest_can_be_notarised_again_and_names_nothing_of_the_log(market: Market) -> None:
    for _ in range(2):
        subject = market.put(market.say("exchange", "notarisation", digest=market.id["listing"]))
        market.clock.now += 1
        assert judged(market, subject).status is Status.VALID


def test_the_digest_has_the_form_of_one(market: Market) -> None:
    answer = market.answer(market.say("exchange", "notarisation", digest=NO_BOX[:-1]))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.pointer) == ("bad-member", "/digest")
