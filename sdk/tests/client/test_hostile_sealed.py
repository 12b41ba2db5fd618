"""A hostile exchange and a dishonest provider of sealed content: what each can change, and when it is found."""

import os
from collections.abc import Callable

import pytest

import lading
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, Dishonest, NotUnderstood
from lading.transfer.shares import Binding
from sdk.tests.client.cheating import CHUNK, Cheat
from sdk.tests.client.conftest import Trade
from sdk.tests.client.forging import is_a, with_another_release, without
from sdk.tests.client.steps import delivered, left, receive, unpromised
from sdk.tests.client.twists import OTHER, at, corrupt

SEALED_CHUNK = CHUNK + 48
Change = Callable[[Response], Response]


def wrong_box(response: Response) -> Response:
    return Response(200, {}, os.urandom(1168))


def short(response: Response) -> Response:
    return Response(response.status, {}, response.body[:-1])


def swapped(response: Response) -> Response:
    body = response.body
    return Response(
        response.status,
        {},
        body[SEALED_CHUNK : 2 * SEALED_CHUNK] + body[:SEALED_CHUNK] + body[2 * SEALED_CHUNK :],
    )


HOSTILE = [
    ("manifest", corrupt(0), "bad-manifest"),
    ("manifest", corrupt(32), "bad-manifest"),
    ("manifest", corrupt(-1), "bad-manifest"),
    ("manifest", short, "bad-manifest"),
    ("manifest", lambda response: Response(200, {}, b""), "bad-manifest"),
    ("boxes/consumer", wrong_box, "bad-share"),
    ("boxes/consumer", short, "bad-share"),
    ("boxes/consumer", corrupt(5), "bad-share"),
    ("chunks", corrupt(0), "content-mismatch"),
    ("chunks", corrupt(-1), "content-mismatch"),
    ("chunks", swapped, "content-mismatch"),
]


@pytest.mark.parametrize(("where", "change", "reason"), HOSTILE)
def test_what_a_hostile_exchange_changes_is_not_acknowledged(
    trade: Trade, terms: Terms, where: str, change: Change, reason: str
) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at(f"GET /content/.*/{where}", change))
    with pytest.raises(ContentMismatch) as caught:
        receive(trade, delivery)
    assert caught.value.reason == reason
    assert "refuse" in caught.value.hint
    assert trade.consumer.state(delivery).name == "open"
    assert "got" not in left(trade)
    trade.twist(None)
    assert receive(trade, delivery).path.read_bytes() == trade.goods.read_bytes()


@pytest.mark.parametrize(("where", "change", "reason"), HOSTILE[::4])
def test_a_refused_receipt_says_what_was_wrong(
    trade: Trade, terms: Terms, where: str, change: Change, reason: str
) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at(f"GET /content/.*/{where}", change))
    with pytest.raises(ContentMismatch) as caught:
        receive(trade, delivery, refuse=True)
    assert "refused receipt was registered" in caught.value.hint
    said = trade.consumer.state(delivery).record
    assert said["state"] == "refused"
    assert trade.consumer.statement(said["closed_by"]).act.model_dump()["reason"] == reason


def test_checks_are_made_in_order(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    everything = [
        at(f"GET /content/.*/{where}", corrupt(3)) for where in ("manifest", "boxes/consumer", "chunks")
    ]

    def all_of_it(request: Request, response: Response) -> Response:
        for twist in everything:
            response = twist(request, response)
        return response

    trade.twist(all_of_it)
    reasons = []
    while everything:
        with pytest.raises(ContentMismatch) as caught:
            receive(trade, delivery)
        reasons.append(caught.value.reason)
        everything.pop(0)
    assert reasons == ["bad-manifest", "bad-share", "content-mismatch"]


def garbage_box(cheat: Cheat) -> None:
    cheat.boxes["consumer"] = os.urandom(1168)


def box_of_another_delivery(cheat: Cheat) -> None:
    other = Binding(cheat.contract.id, 2, cheat.bound.provider)
    cheat.boxes["consumer"] = cheat.box("consumer", cheat.shares.consumer, other)


def box_for_the_other_role(cheat: Cheat) -> None:
    cheat.boxes["consumer"] = cheat.boxes["exchange"]


def right_share_wrong_commitment(cheat: Cheat) -> None:
    cheat.committed["consumer"] = OTHER


def another_share(cheat: Cheat) -> None:
    cheat.boxes["consumer"] = cheat.box("consumer", os.urandom(32))


@pytest.mark.parametrize(
    "spoil",
    [
        garbage_box,
        box_of_another_delivery,
        box_for_the_other_role,
        right_share_wrong_commitment,
        another_share,
    ],
)
def test_a_share_that_a_dishonest_provider_spoilt_is_found_before_the_receipt(
    trade: Trade, terms: Terms, spoil: Callable[[Cheat], None]
) -> None:
    cheat = Cheat(trade, unpromised(trade, terms))
    spoil(cheat)
    delivery = cheat.deliver()
    with pytest.raises(ContentMismatch) as caught:
        receive(trade, delivery)
    assert caught.value.reason == "bad-share"
    assert trade.consumer.state(delivery).name == "open"
    assert not any("GET" in path and path.endswith("/chunks") for path in trade.exchange.paths())


def series(trade: Trade, terms: Terms) -> lading.Contract:
    listing = trade.provider.publish(
        None, source="Sensors", collection="sensor", title="A series", terms=terms
    )
    return trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")


def two_faults(cheat: Cheat) -> None:
    cheat.seal_with_another_key(3)
    cheat.seal_other_data(1)


FAULTS: dict[str, tuple[Callable[[Cheat], None], str, int]] = {
    "random bytes": (lambda cheat: cheat.replace(1, os.urandom(len(cheat.chunks[1]))), "bad-chunk", 1),
    "other data": (lambda cheat: cheat.seal_other_data(3), "bad-chunk", 3),
    "another key": (lambda cheat: cheat.seal_with_another_key(2), "wrong-key", 2),
    "the last chunk": (lambda cheat: cheat.seal_other_data(4), "bad-chunk", 4),
    "the first of two": (two_faults, "bad-chunk", 1),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_does_not_open_is_a_provable_fault_and_the_proof_is_kept(
    trade: Trade, terms: Terms, name: str
) -> None:
    spoil, ground, number = FAULTS[name]
    cheat = Cheat(trade, unpromised(trade, terms))
    spoil(cheat)
    delivery = cheat.deliver()
    with pytest.raises(lading.ProvableFault) as caught:
        receive(trade, delivery)
    assert (caught.value.ground, caught.value.number) == (ground, number)
    assert "claim" in caught.value.hint
    assert "got.sealed.part" in caught.value.hint
    assert left(trade) == {"got.sealed.part"}
    assert (trade.folder / "got.sealed.part").read_bytes() == b"".join(cheat.chunks)
    assert trade.consumer.state(delivery).name == "received"
    with pytest.raises(lading.ProvableFault):
        receive(trade, delivery, refuse=True)


def test_a_release_that_is_not_in_the_evidence_is_missed(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    trade.twist(
        at("GET /statements/.*/evidence", lambda r: Response(200, {}, without(r.body, is_a("release"))))
    )
    with pytest.raises(NotUnderstood, match="release"):
        receive(trade, delivery)
    assert left(trade) == {"got.sealed.part"}
    trade.twist(None)
    assert receive(trade, delivery).path.read_bytes() == trade.goods.read_bytes()


def test_a_release_of_another_share_is_dishonest(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)

    def forge(request: Request, response: Response) -> Response:
        receipt = trade.exchange.store.sight.entries[-2].id
        if f"{receipt}/evidence" in request.url:
            return Response(200, {}, with_another_release(trade.exchange, receipt, bytes(32)))
        return response

    trade.twist(forge)
    with pytest.raises(Dishonest, match="share"):
        receive(trade, delivery)
    assert left(trade) == {"got.sealed.part"}
