"""Several requests of one provider at the same time, for one content."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx

from reference_server.tests.trader import OCTETS, STATEMENT, Content, Market


def together(requests: Sequence[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """Make all requests at the same moment."""
    ready = Barrier(len(requests))

    def make(request: Callable[[], httpx.Response]) -> httpx.Response:
        ready.wait()
        return request()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(make, requests))


def test_tickets_for_one_content_do_not_disturb_each_other(market: Market) -> None:
    contract, content = market.contract(), Content(os.urandom(100_000))

    def ticket(number: int) -> httpx.Response:
        jws = market.provider.sign(
            "delivery",
            contract=contract,
            sequence=1,
            form="clear",
            custody="exchange",
            name="n" * number,
            **content.members,
        )
        return httpx.post(
            f"{market.api}/content", content=jws, headers={"Content-Type": STATEMENT}, trust_env=False
        )

    for _ in range(4):
        answers = together([lambda n=number: ticket(n) for number in range(1, 200, 20)])  # type: ignore[misc]
        assert {answer.status_code for answer in answers} == {200}


def test_a_manifest_that_comes_several_times_at_once_is_kept(market: Market) -> None:
    contract, content = market.contract(), Content(os.urandom(100_000))
    prefix = market.provider.open_upload(content.delivery(market.provider, contract)).json()["content"]
    path = f"{prefix}/manifest"

    def put() -> httpx.Response:
        headers = market.provider.headers("PUT", path, content.manifest) | {"Content-Type": OCTETS}
        return httpx.put(f"{market.api}{path}", content=content.manifest, headers=headers, trust_env=False)

    for _ in range(4):
        answers = {answer.status_code for answer in together([put] * 8)}
        assert answers <= {204, 503}
        assert 204 in answers
    assert market.provider.put(f"{prefix}/chunks/0", content.data).json() == {"held": 2}


def test_a_delivery_of_no_bytes_under_another_root_is_not_registered(market: Market) -> None:
    contract = market.contract()
    members = {"size": 0, "chunk_size": 65_536, "content_root": "sha256:" + "1" * 64}
    jws = market.provider.sign(
        "delivery", contract=contract, sequence=1, form="clear", custody="exchange", **members
    )
    assert market.provider.post(jws).json()["code"] == "bad-member"
    assert market.provider.post(Content(b"").delivery(market.provider, contract)).status_code == 201
