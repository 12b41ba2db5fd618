"""Who reads what is not theirs: by a grant, by a disclosure, and never without a line in the journal."""

import sqlite3
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from lading.problems import Refused
from lading.statement.envelope import statement_id
from lading.statement.words import Id, Millis, format_time
from lading_server.journal import Journal
from lading_server.problems import not_found, problem_bytes
from lading_server.sight import Opening
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.sealed import SealedContent
from reference_server.tests.test_reading import in_thread, last_index
from reference_server.tests.test_sealed_trade import release_of
from reference_server.tests.trader import Content, Market, Trader, now_ms

DATA = b"roads" * 50


class Opened:
    """A trade, and an auditor to whom the consumer opens its contract."""

    def __init__(self, market: Market, seconds: float = 3_600) -> None:
        self.market = market
        self.auditor = market.admitted("Auditor", ["consumer"])
        self.contract = market.contract()
        self.content = SealedContent(market, self.contract, DATA)
        self.delivery = self.content.delivered()
        self.receipt = market.consumer.register(self.content.receipt(self.delivery))
        self.release = Id(release_of(market, self.receipt)["id"])
        self.grant = self.granted(seconds)

    def granted(self, seconds: float) -> Id:
        """A grant to the auditor."""
        until = format_time(now_ms() + int(seconds * 1000))
        return self.market.consumer.issue("grant", contract=self.contract, to=self.auditor.id, until=until)

    @property
    def statements(self) -> list[Id]:
        """What the grant opens, and its reader could not read without it."""
        return [self.contract, self.delivery, self.receipt, self.release]

    def journal(self, reader: Trader | None = None, query: str = "") -> dict[str, Any]:
        """A page of the journal."""
        answer = (reader or self.market.provider).get(f"/journal/{self.contract}{query}")
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def read(self) -> list[tuple[str, str]]:
        """Statement and kind of all readings so far."""
        return [(reading["statement"], reading["read"]) for reading in self.journal()["readings"]]


@pytest.fixture
def opened(market: Market) -> Opened:
    return Opened(market)


def is_hidden(answer: httpx.Response) -> bool:
    """Whether it is the one answer for what is hidden or absent."""
    return (answer.status_code, answer.content) == (404, problem_bytes(not_found()))


def test_a_grants_reader_reads_the_statements_of_the_contract(opened: Opened) -> None:
    auditor, stranger = opened.auditor, opened.market.stranger
    for statement in opened.statements:
        for path in (f"/statements/{statement}", f"/statements/{statement}/proof"):
            assert auditor.get(path).content == opened.market.provider.get(path).content
            assert is_hidden(stranger.get(path))
        evidence = f"/statements/{statement}/evidence"
        assert auditor.get(evidence).json() == opened.market.provider.get(evidence).json()
    for statement in (opened.contract, opened.delivery):
        ours, theirs = (one.get(f"/state/{statement}").json() for one in (auditor, opened.market.provider))
        assert ours["record"] == theirs["record"]


def test_what_comes_after_the_grant_and_what_is_said_of_it_is_open_too(opened: Opened) -> None:
    market = opened.market
    notice = market.provider.issue(
        "notice",
        contract=opened.contract,
        kind="terminate",
        ground="no-need",
        effective_at=format_time(now_ms() + 31 * 86_400_000),
    )
    assert opened.auditor.get(f"/state/{notice}").json()["record"]["sort"] == "terminate"
    offer = market.consumer.register(market.offer(market.listing()))
    accepted = market.provider.issue("acceptance", offer=offer)
    assert is_hidden(opened.auditor.get(f"/statements/{offer}"))
    until = format_time(now_ms() + 60_000)
    market.provider.issue("grant", contract=accepted, to=opened.auditor.id, until=until)
    assert opened.auditor.get(f"/statements/{offer}").status_code == 200


def test_content_is_never_granted(opened: Opened) -> None:
    prefix = opened.content.prefix
    for path in ("manifest", "chunks", "boxes/consumer", "boxes/exchange"):
        assert is_hidden(opened.auditor.get(f"{prefix}/{path}")), path
    assert opened.auditor.head_request(f"{prefix}/chunks").status_code == 404


def test_a_grant_is_for_reading_alone(opened: Opened) -> None:
    auditor = opened.auditor
    refused = auditor.post(auditor.sign("withdrawal", statement=opened.delivery)).json()
    assert refused["code"] == "unknown-statement"


def test_events_hold_what_is_granted_in_log_order(opened: Opened) -> None:
    events = all_events(opened.auditor, limit=3)
    indices = [event["index"] for event in events]
    assert indices == sorted(set(indices))
    assert set(opened.statements) <= {event["id"] for event in events}
    assert [(statement, "event") for statement in opened.statements] == opened.read()


def test_a_long_poll_of_the_reader_is_answered_by_what_is_granted(opened: Opened) -> None:
    after = last_index(opened.market.exchange)
    begun = time.monotonic()
    thread, answers = in_thread(lambda: opened.auditor.get(f"/events?after={after}&wait=20"))
    time.sleep(0.4)
    invoice = opened.market.provider.issue(
        "payment",
        contract=opened.contract,
        kind="invoice",
        amount={"amount": "100.00", "currency": "EUR"},
        reference="1",
    )
    thread.join()
    assert time.monotonic() - begun < 5
    assert [event["id"] for event in answers[0].json()["events"]] == [invoice]


def test_the_journal_says_who_read_what_when_by_which_grant(opened: Opened) -> None:
    begun = now_ms()
    opened.auditor.get(f"/statements/{opened.delivery}")
    opened.auditor.get(f"/state/{opened.contract}")
    opened.auditor.get(f"/statements/{opened.receipt}/proof")
    page = opened.journal()
    assert [begun <= reading.pop("time") <= now_ms() for reading in page["readings"]] == [True] * 3
    common = {"participant": opened.auditor.id, "grant": opened.grant}
    assert page == {
        "readings": [
            common | {"number": 1, "statement": opened.delivery, "read": "statement"},
            common | {"number": 2, "statement": opened.contract, "read": "state"},
            common | {"number": 3, "statement": opened.receipt, "read": "proof"},
        ],
        "next": 3,
    }
    assert opened.journal(opened.market.consumer)["next"] == 3


def test_evidence_notes_every_statement_that_it_opened(opened: Opened) -> None:
    opened.auditor.get(f"/statements/{opened.receipt}/evidence")
    assert sorted(opened.read()) == sorted((statement, "evidence") for statement in opened.statements)


def test_what_somebody_reads_of_their_own_is_in_no_journal(opened: Opened) -> None:
    for reader in (opened.market.provider, opened.market.consumer, opened.market.exchange):
        reader.get(f"/statements/{opened.delivery}/evidence")
        reader.get("/events")
    opened.auditor.get(f"/statements/{opened.grant}")
    opened.market.stranger.get(f"/statements/{opened.delivery}")
    assert opened.journal() == {"readings": [], "next": 0}


def test_the_journal_is_the_parties_alone(opened: Opened) -> None:
    opened.auditor.get(f"/statements/{opened.delivery}")
    for other in (opened.auditor, opened.market.stranger, opened.market.exchange):
        assert is_hidden(other.get(f"/journal/{opened.contract}"))
    absent = statement_id(opened.market.provider.sign("listing", kind="dataset", title="Never registered"))
    for nothing in (absent, opened.market.listing()):
        assert is_hidden(opened.market.provider.get(f"/journal/{nothing}"))
    unsigned = httpx.get(f"{opened.market.api}/journal/{opened.contract}")
    assert (unsigned.status_code, unsigned.json()["code"]) == (401, "signature-required")


def test_the_journal_is_read_in_pages(opened: Opened) -> None:
    for _ in range(5):
        opened.auditor.get(f"/statements/{opened.delivery}")
    numbers: list[int] = []
    page: dict[str, Any] = {"next": 0}
    while len(numbers) < 5:
        page = opened.journal(query=f"?after={page['next']}&limit=2")
        numbers += [reading["number"] for reading in page["readings"]]
    assert numbers == [1, 2, 3, 4, 5]
    assert opened.journal(query="?after=5") == {"readings": [], "next": 5}
    for query in ("?after=-1", "?limit=0", "?after=x", "?wait=1"):
        answer = opened.market.provider.get(f"/journal/{opened.contract}{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_a_grant_ends_by_its_withdrawal(opened: Opened) -> None:
    withdrawal = opened.market.consumer.issue("withdrawal", statement=opened.grant)
    for statement in opened.statements:
        assert is_hidden(opened.auditor.get(f"/statements/{statement}"))
        assert is_hidden(opened.auditor.get(f"/state/{statement}"))
    assert not {event["id"] for event in all_events(opened.auditor)} & set(opened.statements)
    assert opened.auditor.get(f"/statements/{withdrawal}").status_code == 200
    assert opened.journal()["readings"] == []


def test_a_grant_ends_by_itself(market: Market) -> None:
    opened = Opened(market, seconds=2)
    assert opened.auditor.get(f"/statements/{opened.delivery}").status_code == 200
    time.sleep(2.1)
    assert is_hidden(opened.auditor.get(f"/statements/{opened.delivery}"))
    assert opened.auditor.get(f"/state/{opened.grant}").json()["record"]["state"] == "open"
    again = opened.granted(60)
    opened.auditor.get(f"/statements/{opened.delivery}")
    assert [reading["grant"] for reading in opened.journal()["readings"]] == [opened.grant, again]


def disclosed(market: Market, issuer: Trader, statement: Id, reader: Trader, seconds: float = 60) -> Id:
    """A disclosure to a reader."""
    return issuer.issue(
        "disclosure",
        statement=statement,
        authority="Tax office",
        legal_basis="An order",
        scope="This one",
        response="complied",
        reader=reader.id,
        until=format_time(now_ms() + int(seconds * 1000)),
    )


def test_a_disclosures_reader_reads_one_statement(market: Market) -> None:
    contract = market.contract()
    delivery = market.delivered(contract, Content(b"roads"))
    office = market.admitted("Tax office", ["consumer"])
    disclosure = disclosed(market, market.provider, contract, office, seconds=3)
    assert (
        office.get(f"/statements/{contract}").content
        == market.provider.get(f"/statements/{contract}").content
    )
    evidence = office.get(f"/statements/{contract}/evidence").json()
    assert evidence["subject"] == contract
    assert is_hidden(office.get(f"/statements/{delivery}"))
    assert contract in {event["id"] for event in all_events(office)}
    readings = market.consumer.get(f"/journal/{contract}").json()["readings"]
    assert {reading["read"] for reading in readings} == {"statement", "evidence", "event"}
    assert {(reading["statement"], reading["disclosure"]) for reading in readings} == {(contract, disclosure)}
    assert "grant" not in readings[0]
    time.sleep(3.1)
    assert is_hidden(office.get(f"/statements/{contract}"))


def test_what_belongs_to_no_contract_has_a_journal_of_its_own(market: Market) -> None:
    offer = market.consumer.register(market.offer(market.listing()))
    office = market.admitted("Tax office", ["consumer"])
    disclosure = disclosed(market, market.exchange, offer, office)
    office.get(f"/state/{offer}")
    for party in (market.provider, market.consumer):
        (reading,) = party.get(f"/journal/{offer}").json()["readings"]
        assert (reading["disclosure"], reading["read"]) == (disclosure, "state")
    for other in (office, market.stranger, market.exchange):
        assert is_hidden(other.get(f"/journal/{offer}"))


def all_events(reader: Trader, limit: int = 100) -> list[dict[str, Any]]:
    """Everything that somebody is shown."""
    events: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": -1, "as_of": 1}
    while page["next"] < page["as_of"] - 1:
        page = reader.get(f"/events?after={page['next']}&limit={limit}").json()
        events += page["events"]
    return events


def test_the_journal_survives_a_crash(own_exchange: ExchangeProcess, own_market: Market) -> None:
    opened = Opened(own_market)
    opened.auditor.get(f"/statements/{opened.delivery}")
    kill_9(own_exchange)
    own_exchange.start()
    assert opened.read() == [(opened.delivery, "statement")]


def test_nothing_is_shown_that_the_journal_does_not_take(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    opened = Opened(own_market)
    journal = sqlite3.connect(own_exchange.directory / "journal.db", isolation_level=None)
    journal.execute("BEGIN IMMEDIATE")
    answer = opened.auditor.get(f"/statements/{opened.delivery}")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert own_market.provider.get(f"/statements/{opened.delivery}").status_code == 200
    journal.execute("ROLLBACK")
    journal.close()
    assert opened.auditor.get(f"/statements/{opened.delivery}").status_code == 200


def test_readings_of_a_day_are_bounded(tmp_path: Path) -> None:
    def name(number: int) -> Id:
        return Id(f"sha256:{number:064x}")

    journal = Journal(tmp_path / "journal.db", most=3)
    first, second = Opening("grant", name(1), name(9)), Opening("disclosure", name(2), name(9))
    day = 24 * 3600 * 1000
    journal.write(name(5), "evidence", {name(6): first, name(7): first}, Millis(day))
    with pytest.raises(Refused, match="a day"):
        journal.write(name(5), "evidence", {name(6): first, name(7): first}, Millis(day + 1))
    journal.write(name(5), "statement", {name(6): first}, Millis(day + 2))
    journal.write(name(5), "statement", {name(6): second}, Millis(day + 2))
    journal.write(name(5), "evidence", {name(6): first, name(7): first}, Millis(2 * day + 1))
    rows = journal.page(name(9), 0, 100)
    assert [(row.number, row.opening.sort) for row in rows] == [
        (1, "grant"),
        (2, "grant"),
        (3, "grant"),
        (4, "disclosure"),
        (5, "grant"),
        (6, "grant"),
    ]
    journal.close()
