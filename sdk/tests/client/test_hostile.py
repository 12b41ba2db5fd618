"""A misbehaving exchange: whatever it answers, the client believes nothing that was not signed or logged."""

import re
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

import lading
from lading.client.config import ClientConfig
from lading.client.exchange import Exchange
from lading.client.outbox import Outbox
from lading.client.results import Contract, Delivery
from lading.client.session import Session
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, Dishonest, LadingError, NotUnderstood, Unreachable, UsageProblem
from lading.problems import Refused
from sdk.tests.client.conftest import QUICK, Trade, person
from sdk.tests.client.memory import problem
from sdk.tests.client.stand_in import API, Seam, StandIn, answer

Twist = Callable[[Request, Response], Response]


def at(where: str, change: Callable[[Response], Response]) -> Twist:
    """Change every answer whose method and path match a pattern."""

    def twist(request: Request, response: Response) -> Response:
        path = request.url.removeprefix(API).partition("?")[0]
        return change(response) if re.fullmatch(where, f"{request.method} {path}") else response

    return twist


def edit(**changes: object) -> Callable[[Response], Response]:
    """Change members of a JSON answer; a callable gets the old value."""

    def change(response: Response) -> Response:
        if response.status >= 400:
            return response
        members = orjson.loads(response.body)
        for name, value in changes.items():
            members[name] = value(members[name]) if callable(value) else value
        return answer(members, response.status)

    return change


def raw(body: bytes, status: int = 200) -> Callable[[Response], Response]:
    return lambda response: Response(status, {"content-type": "application/json"}, body)


def contracted(trade: Trade, terms: Terms) -> Contract:
    listing = trade.provider.publish(trade.goods, title="Road sensors", terms=terms)
    return trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")


def delivered(trade: Trade, terms: Terms) -> Delivery:
    return trade.provider.deliver(contracted(trade, terms), trade.goods)


def opened(exchange: Exchange) -> Session:
    """Whatever opening a session raises, it raises here."""
    return exchange.session


POST = "POST /statements"
OTHER = "sha256:" + "ab" * 32
GARBAGE = [b"", b"null", b"[]", b"{", b"\xff\xfe", b"{}", b'{"id":1}', b"<html>", b"[" * 5000]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (edit(id=OTHER), "registered"),
        (edit(index=lambda old: old + 1), "another index"),
        (edit(index=-1), "another index"),
        (edit(time=lambda old: old + 1), "another index or time"),
        (edit(proof=""), "does not hold"),
        (edit(proof=lambda old: old.replace("index ", "index 1")), "does not hold"),
        (edit(proof=lambda old: old[:-20] + "A" + old[-19:]), "does not hold"),
        (edit(proof=lambda old: old.replace("127.0.0.1:8000\n", "evil.example\n")), "does not hold"),
    ],
)
def test_a_registration_is_believed_only_under_the_log_s_signature(
    trade: Trade, change: Callable[[Response], Response], said: str
) -> None:
    trade.twist(at(POST, change))
    with pytest.raises(Dishonest, match=said) as caught:
        trade.provider.publish(None, title="x")
    assert caught.value.hint
    (stored,) = trade.provider.session.outbox.pending()
    assert stored.registration is None


def test_a_proof_by_another_log_is_not_believed(trade: Trade, tmp_path: Path) -> None:
    other = StandIn(seed=50)
    foreign = person(tmp_path, "x")
    opened(lading.connect(API, foreign, config=QUICK, transport=Seam(other)))
    stored = next(iter((foreign.folder / "outbox").glob("*.json")))
    proof = orjson.loads(stored.read_bytes())["registration"]["proof"]
    trade.twist(at(POST, edit(proof=proof)))
    with pytest.raises(Dishonest):
        trade.provider.publish(None, title="x")


@pytest.mark.parametrize("body", GARBAGE)
@pytest.mark.parametrize(
    "where", [POST, "GET /listings", "GET /events", "GET /state/.*", "GET /statements/[^/]*/evidence"]
)
def test_garbage_is_not_understood(trade: Trade, terms: Terms, where: str, body: bytes) -> None:
    listing = trade.provider.publish(None, title="x", terms=terms)
    trade.twist(at(where, raw(body)))
    verbs: dict[str, Callable[[], object]] = {
        POST: lambda: trade.provider.publish(None, title="y"),
        "GET /listings": lambda: trade.consumer.search().all(),
        "GET /events": lambda: trade.consumer.events().all(),
        "GET /state/.*": lambda: trade.consumer.state(listing),
        "GET /statements/[^/]*/evidence": lambda: trade.consumer.evidence(listing),
    }
    with pytest.raises(NotUnderstood):
        verbs[where]()


@pytest.mark.parametrize("body", GARBAGE)
def test_garbage_in_place_of_an_exchange_s_description_is_not_understood(tmp_path: Path, body: bytes) -> None:
    seam = Seam(StandIn(), at(r"GET /\.well-known/lading", raw(body)))
    with pytest.raises(NotUnderstood):
        opened(lading.connect(API, person(tmp_path, "x"), config=QUICK, transport=seam))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (edit(statement="a.b.c"), NotUnderstood),
        (edit(head="a.b.c"), NotUnderstood),
        (edit(head=lambda old: old[:-4] + "AAAA"), NotUnderstood),
        (edit(id=OTHER), NotUnderstood),
        (edit(log={"origin": "evil.example", "vkey": "evil.example+00000000+AA"}), NotUnderstood),
        (edit(head=lambda old: None), NotUnderstood),
    ],
)
def test_an_exchange_s_description_must_hold_together(
    tmp_path: Path, change: Callable[[Response], Response], error: type[LadingError]
) -> None:
    seam = Seam(StandIn(), at(r"GET /\.well-known/lading", change))
    identity = person(tmp_path, "x")
    with pytest.raises(error):
        opened(lading.connect(API, identity, config=QUICK, transport=seam))
    assert identity.home is None


def test_another_exchange_at_the_pinned_address_is_noticed(trade: Trade) -> None:
    identity = trade.provider.session.identity
    with pytest.raises(Dishonest, match="another exchange"):
        opened(lading.connect(API, identity, config=QUICK, transport=Seam(StandIn(seed=50))))


def test_an_identity_does_not_speak_to_a_foreign_exchange(trade: Trade) -> None:
    identity = trade.provider.session.identity
    assert identity is not None
    home = (identity.folder / "home.json").read_text()
    (identity.folder / "home.json").write_text(home.replace(API, "https://home.example"))
    with pytest.raises(UsageProblem, match="at home at https"):
        opened(lading.connect(API, identity, config=QUICK, transport=Seam(StandIn(seed=50))))


def test_a_log_key_that_was_pinned_cannot_disappear(trade: Trade) -> None:
    identity = trade.provider.session.identity
    assert identity is not None
    home = (identity.folder / "home.json").read_text()
    (identity.folder / "home.json").write_text(home.replace("127.0.0.1:8000+", "127.0.0.1:8000+0"))
    with pytest.raises(Dishonest, match="pinned"):
        opened(trade.again(trade.provider))


def test_a_trust_policy_from_elsewhere_decides_before_anything_is_signed(
    trade: Trade, tmp_path: Path
) -> None:
    (tmp_path / "right.policy").write_text(trade.consumer.trust_policy())
    wrong = lading.connect(API, config=QUICK, transport=Seam(StandIn(seed=50)))
    (tmp_path / "wrong.policy").write_text(wrong.trust_policy())
    identity = person(tmp_path, "careful")
    with pytest.raises(Dishonest, match="trust policy"):
        opened(lading.connect(API, identity, trust=tmp_path / "wrong.policy", transport=trade.seam))
    assert identity.home is None
    right = tmp_path / "right.policy"
    assert lading.connect(API, identity, trust=right, config=QUICK, transport=trade.seam).session.signs


@pytest.mark.parametrize(
    "url",
    ["http://exchange.example", "ftp://127.0.0.1", "127.0.0.1:8000", "https://u:p@x", "https://x?q", ""],
)
def test_addresses_that_no_exchange_has_are_refused(url: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        opened(lading.connect(url, config=QUICK, transport=Seam(StandIn())))
    assert caught.value.hint


def test_an_exchange_that_publishes_itself_elsewhere_is_named() -> None:
    with pytest.raises(UsageProblem, match="another address") as caught:
        opened(lading.connect("http://localhost:8000/", config=QUICK, transport=Seam(StandIn())))
    assert API in caught.value.hint


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(trade: Trade, status: int) -> None:
    away = Response(status, {"location": "https://evil.example/"}, b"")
    trade.twist(at("GET /listings", lambda response: away))
    before = len(trade.exchange.requests)
    with pytest.raises(NotUnderstood, match="redirect"):
        trade.consumer.search().all()
    assert len(trade.exchange.requests) == before + 1


@pytest.mark.parametrize("status", [201, 204, 206, 400, 404, 418])
def test_a_status_that_the_protocol_does_not_hold_is_not_understood(trade: Trade, status: int) -> None:
    trade.twist(at("GET /listings", raw(b"{}", status)))
    with pytest.raises(NotUnderstood):
        trade.consumer.search().all()


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failing_server_is_unreachable_and_asked_again(trade: Trade, status: int) -> None:
    trade.twist(at("GET /listings", raw(b"oops", status)))
    before = len(trade.exchange.requests)
    with pytest.raises(Unreachable):
        trade.consumer.search().all()
    assert len(trade.exchange.requests) == before + QUICK.attempts


def test_a_problem_with_another_status_than_the_answer_is_not_believed(trade: Trade) -> None:
    lying = Response(404, {"content-type": "application/problem+json"}, problem(409, "stale-listing").body)
    trade.twist(at("GET /listings", lambda response: lying))
    with pytest.raises(NotUnderstood):
        trade.consumer.search().all()


def test_a_refusal_of_a_later_version_keeps_its_code(trade: Trade) -> None:
    later = problem(422, "not-invented-yet", retry="after-change", requirement="LAD-NEW-001")
    trade.twist(at(POST, lambda response: later))
    with pytest.raises(Refused) as caught:
        trade.provider.publish(None, title="x")
    assert (caught.value.code, caught.value.retry) == ("not-invented-yet", "after-change")


def test_a_refusal_cannot_talk_to_the_terminal(trade: Trade) -> None:
    evil = problem(422, "bad-member", detail="\x1b]0;owned\x07\u202e\n" + "x" * 9000)
    trade.twist(at(POST, lambda response: evil))
    with pytest.raises(Refused) as caught:
        trade.provider.publish(None, title="x")
    assert caught.value.detail.isprintable()
    assert len(caught.value.detail) < 1000


def test_a_winner_that_is_somebody_else_s_act_leaves_the_refusal(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    refused = problem(409, "reference-used", winner=trade.provider.session.me)
    trade.twist(at(POST, lambda response: refused))
    with pytest.raises(Refused):
        trade.consumer.accept(contract.listing, purpose="research", at_most="100.00 EUR", reference="new")


def test_a_listing_with_other_bytes_than_its_id_is_noticed(trade: Trade, terms: Terms) -> None:
    trade.provider.publish(None, title="one", terms=terms)
    trade.provider.publish(None, title="two", terms=terms)

    def swap(items: list[dict[str, object]]) -> list[dict[str, object]]:
        items[0]["statement"], items[1]["statement"] = items[1]["statement"], items[0]["statement"]
        return items

    trade.twist(at("GET /listings", edit(listings=swap)))
    with pytest.raises(Dishonest, match="other bytes"):
        trade.consumer.search().all()


@pytest.mark.parametrize("member", ["title", "provider"])
def test_a_listing_that_is_said_to_be_another_is_noticed(trade: Trade, terms: Terms, member: str) -> None:
    trade.provider.publish(None, title="one", terms=terms)
    trade.twist(at("GET /listings", edit(listings=lambda items: [{**items[0], member: OTHER}])))
    with pytest.raises(Dishonest, match="something else"):
        trade.consumer.search().all()


def test_pages_that_lead_in_a_circle_end(trade: Trade) -> None:
    trade.provider.publish(None, title="one")
    trade.twist(at("GET /listings", edit(cursor="0")))
    with pytest.raises(NotUnderstood, match="leads nowhere"):
        trade.consumer.search().all()


@pytest.mark.parametrize(
    "change",
    [
        lambda items: items[::-1],
        lambda items: [items[0], items[0]],
        lambda items: [{**items[0], "index": 10**9}],
        lambda items: [{**items[0], "id": OTHER}],
        lambda items: [{**items[0], "type": "receipt"}],
        lambda items: [{**items[0], "statement": items[1]["statement"]}],
    ],
)
def test_events_out_of_order_or_with_other_bytes_are_noticed(
    trade: Trade, change: Callable[[list[dict[str, object]]], list[dict[str, object]]]
) -> None:
    trade.twist(at("GET /events", edit(events=change)))
    with pytest.raises(Dishonest):
        trade.consumer.events().all()


def test_a_state_of_something_else_is_noticed(trade: Trade) -> None:
    trade.twist(at("GET /state/.*", edit(id=OTHER)))
    with pytest.raises(Dishonest):
        trade.consumer.state(trade.consumer.session.me)


def test_a_statement_with_other_bytes_is_noticed(trade: Trade) -> None:
    trade.twist(at("GET /statements/[^/]*", raw(b"a.b.c")))
    with pytest.raises(Dishonest, match="other bytes"):
        trade.consumer.statement(trade.consumer.session.me)


def test_evidence_about_something_else_is_noticed(trade: Trade, terms: Terms) -> None:
    first = trade.provider.publish(None, title="one", terms=terms)
    second = trade.provider.publish(None, title="two", terms=terms)
    foreign = trade.consumer.evidence(second).data
    trade.twist(at("GET /statements/.*/evidence", raw(foreign)))
    with pytest.raises(Dishonest, match="not on"):
        trade.consumer.accept(first, purpose="research", at_most="100.00 EUR")


def test_evidence_that_was_changed_is_noticed(trade: Trade, terms: Terms) -> None:
    listing = trade.provider.publish(None, title="one", terms=terms)
    data = trade.consumer.evidence(listing).data
    for position in range(0, len(data), 97):
        changed = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        trade.twist(at("GET /statements/.*/evidence", raw(changed)))
        with pytest.raises(NotUnderstood):
            trade.consumer.evidence(listing)


def test_a_forged_listing_under_the_provider_s_name_is_not_accepted(trade: Trade, terms: Terms) -> None:
    """The exchange makes up a cheap listing by a provider, with keys of its own."""
    listing = trade.provider.publish(None, title="one", terms=terms)
    evidence = trade.consumer.evidence(listing).data
    jws = listing_jws = trade.exchange.store.sight.statements[listing.id].decode()
    header, payload, _ = jws.split(".")
    from lading.statement import base64url

    signature = base64url.encode(trade.exchange.signer.sign(f"{header}.{payload}".encode())).decode()
    forged = evidence.replace(listing_jws.encode(), f"{header}.{payload}.{signature}".encode())
    trade.twist(at("GET /statements/.*/evidence", raw(forged)))
    with pytest.raises(NotUnderstood):
        trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")
    assert not list(trade.consumer.session.outbox.pending())


def corrupt(position: int) -> Callable[[Response], Response]:
    def change(response: Response) -> Response:
        body = bytearray(response.body)
        body[position] ^= 1
        return Response(response.status, response.headers, bytes(body))

    return change


@pytest.mark.parametrize("position", [0, 65_536, 200_000, -1])
def test_wrong_bytes_are_not_acknowledged(trade: Trade, terms: Terms, tmp_path: Path, position: int) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/chunks", corrupt(position)))
    with pytest.raises(ContentMismatch) as caught:
        trade.consumer.receive(delivery, to=tmp_path / "got")
    assert "refuse" in caught.value.hint
    assert not (tmp_path / "got").exists()
    assert trade.consumer.state(delivery).name == "open"
    trade.twist(None)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()


def test_wrong_bytes_can_be_refused_with_a_receipt(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/chunks", corrupt(5)))
    with pytest.raises(ContentMismatch) as caught:
        trade.consumer.receive(delivery, to=tmp_path / "got", refuse=True)
    assert "refused receipt was registered" in caught.value.hint
    assert trade.consumer.state(delivery).name == "refused"


def test_a_manifest_of_other_content_is_noticed_before_any_byte(
    trade: Trade, terms: Terms, tmp_path: Path
) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/manifest", corrupt(0)))
    with pytest.raises(ContentMismatch):
        trade.consumer.receive(delivery, to=tmp_path / "got")
    assert not any("GET" in path and path.endswith("/chunks") for path in trade.exchange.paths())


def test_a_truncated_stream_goes_on_where_it_stopped(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    asked: list[str] = []

    def short(request: Request, response: Response) -> Response:
        if request.method == "GET" and request.url.endswith("/chunks"):
            asked.append(request.headers["Range"])
            return Response(response.status, response.headers, response.body[:100_000])
        return response

    trade.twist(short)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()
    assert [int(item.removeprefix("bytes=").partition("-")[0]) for item in asked] == [
        0,
        65_536,
        131_072,
        196_608,
    ]


def test_a_stream_that_never_comes_is_unreachable(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/chunks", lambda response: Response(206, {}, b"")))
    with pytest.raises(Unreachable, match="ended early"):
        trade.consumer.receive(delivery, to=tmp_path / "got")
    assert trade.consumer.state(delivery).name == "open"


def test_more_bytes_than_were_signed_are_noticed(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /content/.*/chunks", lambda r: Response(r.status, {}, r.body + b"more")))
    with pytest.raises(ContentMismatch, match="more bytes"):
        trade.consumer.receive(delivery, to=tmp_path / "got")


def test_a_whole_answer_to_a_request_for_the_rest_is_not_taken_for_it(
    trade: Trade, terms: Terms, tmp_path: Path
) -> None:
    delivery = delivered(trade, terms)
    (tmp_path / "got.part").write_bytes(trade.goods.read_bytes()[:65_536])
    trade.twist(at("GET /content/.*/chunks", lambda r: Response(200, {}, trade.goods.read_bytes())))
    with pytest.raises(LadingError):
        trade.consumer.receive(delivery, to=tmp_path / "got")
    trade.twist(None)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()


@pytest.mark.parametrize(
    "left",
    [b"", b"garbage", b"\0" * 300_000, bytes(range(256)) * 256, bytes(range(256)) * 256 + b"half a chunk"],
)
def test_whatever_lies_in_the_part_file_is_verified_again(
    trade: Trade, terms: Terms, tmp_path: Path, left: bytes
) -> None:
    delivery = delivered(trade, terms)
    (tmp_path / "got.part").write_bytes(left)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()
    assert not (tmp_path / "got.part").exists()


def test_what_was_received_before_is_not_asked_for_again(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    (tmp_path / "got.part").write_bytes(trade.goods.read_bytes()[: 3 * 65_536 + 5])
    trade.consumer.receive(delivery, to=tmp_path / "got")
    (asked,) = [r for r in trade.exchange.requests if r.method == "GET" and r.url.endswith("/chunks")]
    assert asked.headers["Range"] == f"bytes={3 * 65_536}-{delivery.size - 1}"


def test_an_upload_goes_on_where_the_exchange_stopped(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    puts: list[str] = []

    def drop_second(request: Request, response: Response) -> Response:
        if request.method == "PUT" and "/chunks/" in request.url:
            puts.append(request.url.rpartition("/")[2])
            if len(puts) == 2:
                raise Unreachable("cut")
        return response

    trade.twist(drop_second)
    trade.provider.deliver(contract, trade.goods)
    # The second request arrived, its answer was lost, and HEAD told that it need not be repeated.
    assert puts == ["0", "2", "4"]
    assert any(path.startswith("HEAD") for path in trade.exchange.paths())


def test_an_upload_that_was_cut_off_is_finished_by_the_next_call(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)

    def cut(request: Request, response: Response) -> Response:
        if request.method in ("PUT", "HEAD") and not request.url.endswith(("/manifest", "/chunks/0")):
            raise Unreachable("cut")
        return response

    trade.twist(cut)
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)
    (stored,) = trade.provider.session.outbox.pending()
    trade.twist(None)
    before = len(trade.exchange.requests)
    assert trade.again(trade.provider).deliver(contract, trade.goods).id == stored.id
    assert not any(path.endswith(("/manifest", "/chunks/0")) for path in trade.exchange.paths()[before:])


@pytest.mark.parametrize(
    "change",
    [edit(content="/content/elsewhere"), edit(chunks=1), edit(held=99), edit(held=-1), raw(b"{}")],
)
def test_a_ticket_s_answer_about_other_content_is_not_followed(
    trade: Trade, terms: Terms, change: Callable[[Response], Response]
) -> None:
    contract = contracted(trade, terms)
    trade.twist(at("POST /content", change))
    with pytest.raises(NotUnderstood):
        trade.provider.deliver(contract, trade.goods)
    assert not any("PUT" in path for path in trade.exchange.paths())


@pytest.mark.parametrize("held", [0, -1, 10**6])
def test_chunks_that_are_not_counted_end_the_upload(trade: Trade, terms: Terms, held: int) -> None:
    contract = contracted(trade, terms)
    trade.twist(at("PUT /content/.*/chunks/.*", edit(held=held)))
    with pytest.raises(NotUnderstood, match="did not count"):
        trade.provider.deliver(contract, trade.goods)


def test_a_file_that_shrinks_under_the_upload_is_noticed(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)

    def shrink(request: Request, response: Response) -> Response:
        if request.method == "PUT" and request.url.endswith("/manifest"):
            trade.goods.write_bytes(b"short")
        return response

    trade.twist(shrink)
    with pytest.raises(ContentMismatch, match="shorter"):
        trade.provider.deliver(contract, trade.goods)


def test_a_file_that_changes_under_the_upload_is_refused(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)

    def change(request: Request, response: Response) -> Response:
        if request.method == "PUT" and request.url.endswith("/manifest"):
            trade.goods.write_bytes(b"\1" * trade.goods.stat().st_size)
        return response

    trade.twist(change)
    with pytest.raises(Refused) as caught:
        trade.provider.deliver(contract, trade.goods)
    assert caught.value.code == "bad-chunk"
    assert "changed" in caught.value.hint


def test_an_answer_that_comes_at_once_without_news_is_paused_for(trade: Trade, terms: Terms) -> None:
    """An exchange that does not hold long polls must not be hammered."""
    contract = contracted(trade, terms)
    pauses: list[float] = []
    from lading.client.flow import drive
    from lading.client.flows.deliveries import next_delivery

    moment = [0.0]

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        moment[0] += seconds

    config = ClientConfig(poll_pause=0.5, first_pause=0.0)
    session = lading.connect(
        API, trade.consumer.session.identity, config=config, transport=trade.seam
    ).session
    with pytest.raises(lading.TimedOut):
        drive(next_delivery(session, contract, timeout=5, clock=lambda: moment[0]), trade.seam, sleep)
    assert len(pauses) >= 8
    assert set(pauses) == {0.5}


def test_the_outbox_never_holds_a_registration_that_was_not_proven(trade: Trade) -> None:
    trade.twist(at(POST, edit(proof="c2sp.org/tlog-proof@v1\n")))
    with pytest.raises(Dishonest):
        trade.provider.publish(None, title="x")
    outbox: Outbox = trade.provider.session.outbox
    assert len(list(outbox.pending())) == 1
    trade.twist(None)
    trade.provider.publish(None, title="x")
    assert len(list(outbox.pending())) == 0
