"""Searches that are made to take long: two-letter words that the index does not know, all of them in every text."""

import string
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import httpx
import pytest

from reference_server.tests.trader import BATCH, Market

PAIRS = ["".join(pair) for pair in product(string.ascii_lowercase + string.digits, repeat=2)]
TEXT = " ".join(PAIRS)[:4_000]
LISTINGS = 1_500
SLOW = " ".join(["#", *PAIRS[:600]])


@pytest.fixture
def crowded(own_market: Market) -> Market:
    for start in range(0, LISTINGS, 250):
        jws = [
            own_market.provider.sign(
                "listing", kind="dataset", title=f"Listing {start + n}", description=TEXT
            )
            for n in range(250)
        ]
        url, headers = f"{own_market.api}/statements/batch", {"Content-Type": BATCH}
        answer = httpx.post(url, content=b"\n".join(jws), headers=headers, timeout=60, trust_env=False)
        assert answer.status_code == 200
    return own_market


def search(market: Market, words: str) -> httpx.Response:
    with httpx.Client(base_url=market.api, timeout=60, trust_env=False) as http:
        return http.get("/listings", params={"q": words, "limit": "1"})


def test_slow_searches_are_given_up_and_delay_no_other_reading(crowded: Market) -> None:
    with ThreadPoolExecutor(8) as pool:
        slow = [pool.submit(search, crowded, SLOW) for _ in range(8)]
        time.sleep(0.2)
        start = time.monotonic()
        assert httpx.get(f"{crowded.api}/.well-known/lading", trust_env=False).status_code == 200
        assert time.monotonic() - start < 1.5
        answers = [future.result() for future in slow]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "busy")}
    assert search(crowded, "listing 1499").json()["listings"][0]["title"] == "Listing 1499"
