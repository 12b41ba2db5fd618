"""Events, search, state and the log's tiles, as callers read them."""

import threading
import time

import httpx
import pytest

from lading.keys import vkey
from lading.log import checkpoint, tiles
from lading.log.tiles import MemoryTiles
from lading.tree import root_of
from lading_server import operate
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.test_durability import read_entries
from reference_server.tests.trader import Market, Trader


def last_index(trader: Trader) -> int:
    """The log's last index as a cursor."""
    return int(trader.get("/events?after=99999999").json()["as_of"]) - 1


def test_events_continue_without_gap_or_repetition(market: Market) -> None:
    whole = [event["index"] for event in market.exchange.get("/events").json()["events"]]
    paged: list[int] = []
    after = -1
    while True:
        page = market.exchange.get(f"/events?after={after}&limit=3").json()
        paged += [event["index"] for event in page["events"]]
        if len(page["events"]) < 3:
            break
        assert page["next"] == page["events"][-1]["index"]
        after = page["next"]
    assert paged[: len(whole)] == whole
    assert paged == list(range(page["as_of"]))
    assert page["next"] == page["as_of"] - 1


def test_a_limit_above_the_maximum_counts_as_the_maximum(market: Market) -> None:
    for limit in ("101", "1" + "0" * 40):
        assert len(market.exchange.get(f"/events?limit={limit}").json()["events"]) <= 100
    assert httpx.get(f"{market.api}/events?after={'9' * 40}").json()["events"] == []


def test_next_goes_on_behind_what_the_caller_may_not_see(market: Market) -> None:
    after = last_index(market.exchange)
    market.consumer.register(market.offer(market.listing("Seen by all")))
    page = market.stranger.get(f"/events?after={after}").json()
    assert [event["type"] for event in page["events"]] == ["listing"]
    assert page["next"] == page["as_of"] - 1 == after + 2


def in_thread(read: object) -> "tuple[threading.Thread, list[httpx.Response]]":
    """Run a read beside the test; its answer lands in the list."""
    assert callable(read)
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(read()))
    thread.start()
    return thread, answers


def test_a_long_poll_is_answered_by_the_news(market: Market) -> None:
    after = last_index(market.exchange)
    begun = time.monotonic()
    thread, answers = in_thread(lambda: httpx.get(f"{market.api}/events?after={after}&wait=20", timeout=30))
    time.sleep(0.4)
    listing = market.listing("News")
    thread.join()
    assert time.monotonic() - begun < 5
    assert [event["id"] for event in answers[0].json()["events"]] == [listing]


def test_a_long_poll_is_not_answered_by_what_the_caller_may_not_see(market: Market) -> None:
    listing = market.listing()
    after = last_index(market.exchange)
    begun = time.monotonic()
    thread, answers = in_thread(lambda: market.stranger.get(f"/events?after={after}&wait=2"))
    time.sleep(0.3)
    offer = market.consumer.register(market.offer(listing))
    thread.join()
    assert time.monotonic() - begun > 1.8
    assert answers[0].json()["events"] == []
    events = market.provider.get(f"/events?after={after}&wait=20").json()["events"]
    assert [event["id"] for event in events] == [offer]


def test_a_long_poll_costs_no_time_of_the_processor(market: Market, served: ExchangeProcess) -> None:
    after = last_index(market.exchange)
    before = processor_ticks(served)
    assert httpx.get(f"{market.api}/events?after={after}&wait=2", timeout=30).json()["events"] == []
    assert processor_ticks(served) - before <= 10


def processor_ticks(exchange: ExchangeProcess) -> int:
    """Hundredths of a second that the process has used."""
    assert exchange.process is not None
    with open(f"/proc/{exchange.process.pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def found(market: Market, q: str, **parameters: str) -> list[str]:
    """Titles that a search finds, all pages."""
    titles: list[str] = []
    values = {"q": q, **parameters}
    while True:
        page = httpx.get(f"{market.api}/listings", params=values).json()
        titles += [item["title"] for item in page["listings"]]
        if "cursor" not in page:
            return titles
        values["cursor"] = page["cursor"]


@pytest.fixture(scope="module")
def catalogue(market: Market) -> Market:
    texts: dict[str, dict[str, object]] = {
        "Straßenverkehr": {"description": "Zählstellen in Köln", "keywords": ["mobility", "Verkehr"]},
        "Air quality": {
            "description": 'PM10 and NO2, "hourly"; 100 % coverage',
            "keywords": ["AIR", "no-licence"],
        },
        "空气质量": {"description": "北京 每小时"},
        "Road-traffic counts": {"description": "x" * 3_900, "keywords": ["traffic"]},
    }
    for title, members in texts.items():
        market.listing(f"{title} #fixture", **members)
    return market


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("straßenverkehr #fixture", ["Straßenverkehr"]),
        ("STRASSENVERKEHR", ["Straßenverkehr"]),
        ("enver #fixture", ["Straßenverkehr"]),
        ("köln", ["Straßenverkehr"]),
        ("mobil #fixture", ["Straßenverkehr"]),
        ("air #fixture", ["Air quality"]),
        ("quality air #FIXTURE", ["Air quality"]),
        ('"hourly";', ["Air quality"]),
        ("no #fixture", ["Air quality"]),
        ("% #fixture", ["Air quality"]),
        ("空气", ["空气质量"]),
        ("气 北京", ["空气质量"]),
        ("traffic #fixture", ["Road-traffic counts"]),
        ("road  -traf", ["Road-traffic counts"]),
        ("#fixture", ["Road-traffic counts", "空气质量", "Air quality", "Straßenverkehr"]),
        ("air traffic #fixture", []),
        ("fixturequality", []),
        ("' OR 1=1 --", []),
        ("NEAR(air quality)", []),
        ("a* AND #fixture", []),
        ("\x1f", []),
        ("\x00", []),
        ("air\x00quality", []),
    ],
)
def test_search_finds_what_holds_every_word(catalogue: Market, q: str, titles: list[str]) -> None:
    assert found(catalogue, q) == [f"{title} #fixture" for title in titles]
    assert found(catalogue, q, limit="1") == [f"{title} #fixture" for title in titles]


def test_a_search_of_very_many_words(catalogue: Market) -> None:
    words = " ".join(chr(0x4E00 + number) for number in range(200))
    assert found(catalogue, words) == []
    assert found(catalogue, " ".join(f"w{n}" for n in range(400)) + " #fixture") == []
    assert found(catalogue, " ".join(["#fixture"] * 100)) == found(catalogue, "#fixture")


def test_an_item_holds_what_a_buyer_needs(market: Market) -> None:
    listing = market.listing("Complete item")
    (item,) = httpx.get(f"{market.api}/listings", params={"q": "Complete item"}).json()["listings"]
    assert set(item) == {"id", "product", "provider", "title", "statement"}
    assert (item["id"], item["product"], item["provider"]) == (listing, listing, market.provider.id)


def test_only_heads_that_are_listed_are_found(market: Market) -> None:
    first = market.listing("Version one #heads")
    second = market.provider.issue("listing", kind="dataset", title="Version two #heads", supersedes=first)
    assert found(market, "#heads") == ["Version two #heads"]
    market.provider.issue("withdrawal", statement=second)
    assert found(market, "#heads") == []


def test_withdrawing_a_listing_closes_its_offers(market: Market) -> None:
    listing = market.listing("To be withdrawn")
    offer = market.consumer.register(market.offer(listing))
    withdrawal = market.provider.issue("withdrawal", statement=listing)
    state = market.provider.get(f"/state/{offer}").json()["record"]
    assert (state["state"], state["closed_by"]) == ("closed", withdrawal)


@pytest.mark.parametrize("act", ["admission", "participant", "listing"])
def test_states_of_public_subjects_are_public(market: Market, act: str) -> None:
    events = httpx.get(f"{market.api}/events").json()["events"]
    key = next(event["id"] for event in events if event["type"] == act)
    answer = httpx.get(f"{market.api}/state/{key}")
    if act == "admission":
        assert answer.status_code == 404
        return
    body = answer.json()
    assert (body["kind"], body["id"]) == (act, key)
    assert body["as_of"] >= len(events)
    assert None not in body["record"].values()


def test_the_tiles_are_those_of_the_tree(market: Market, served: ExchangeProcess) -> None:
    """Enough listings for full tiles; each tile is what an independent reading of the entries gives."""
    for batch in range(2):
        body = b"\n".join(
            market.provider.sign("listing", kind="dataset", title=f"Bulk {batch}/{n}") for n in range(200)
        )
        headers = {"Content-Type": "application/lading-batch"}
        answer = market.provider.http.post("/statements/batch", content=body, headers=headers)
        assert {result["status"] for result in answer.json()["results"]} == {201}
    key = vkey.parse(operate.describe(served.directory)["vkey"])
    with httpx.Client(base_url=served.api, trust_env=False) as http:
        signed, _ = checkpoint.open_signed(http.get("/log/checkpoint").text, key)
        leaves = [entry.leaf for entry in read_entries(http, signed.size)]
        assert root_of(leaves) == signed.root
        own = MemoryTiles()
        tiles.append(own, 0, leaves)
        for level in range(3):
            count = signed.size >> (8 * level)
            for number in range(-(-count // 256)):
                width = min(256, count - number * 256)
                answer = http.get(f"/log/{tiles.path_of(level, number, width)}")
                assert answer.content == own.tile(level, number)
                assert answer.headers["content-type"] == "application/octet-stream"
                assert "immutable" in answer.headers["cache-control"]
        assert http.get("/log/tile/0/000.p/17").content == own.tile(0, 0)[: 17 * 32]
        assert http.get("/log/tile/0/000").content == own.tile(0, 0)
        assert http.get(f"/log/{tiles.path_of(0, count_full(signed.size), 256)}").status_code == 404


def count_full(size: int) -> int:
    """The number of the first tile of level 0 that is not full."""
    return size // 256


def test_many_callers_wait_at_a_time(market: Market) -> None:
    after = last_index(market.exchange)
    waiting = [
        in_thread(lambda: httpx.get(f"{market.api}/events?after={after}&wait=20", timeout=30))
        for _ in range(40)
    ]
    time.sleep(0.5)
    listing = market.listing("For forty")
    for thread, answers in waiting:
        thread.join()
        assert listing in [event["id"] for event in answers[0].json()["events"]]
