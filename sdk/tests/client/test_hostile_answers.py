"""A misbehaving exchange: whatever it answers, the client believes nothing that was not signed or logged."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

import lading
from lading.client.terms import Terms
from lading.client.transport import Response
from lading.errors import Dishonest, LadingError, NotUnderstood, Unreachable, UsageProblem
from lading.problems import Refused
from sdk.tests.client.conftest import QUICK, Trade, person
from sdk.tests.client.memory import problem
from sdk.tests.client.stand_in import API, Seam, StandIn
from sdk.tests.client.steps import contracted
from sdk.tests.client.twists import OTHER, POST, at, edit, opened, raw

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
        (edit(proof=lambda old: old[:-20] + ("B" if old[-20] == "A" else "A") + old[-19:]), "does not hold"),
        (edit(proof=lambda old: old.replace("127.0.0.1:8000\n", "evil.example\n")), "does not hold"),
    ],
)
def test_a_registration_is_believed_only_under_the_log_s_signature(
    trade: Trade, change: Callable[[Response], Response], said: str
) -> None:
    trade.twist(at(POST, change))
    with pytest.raises(Dishonest, match=said) as caught:
        trade.provider.publish(None, source="Sensors", collection="sensor", title="x")
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
        trade.provider.publish(None, source="Sensors", collection="sensor", title="x")


@pytest.mark.parametrize("body", GARBAGE)
@pytest.mark.parametrize(
    "where", [POST, "GET /listings", "GET /events", "GET /state/.*", "GET /statements/[^/]*/evidence"]
)
def test_garbage_is_not_understood(trade: Trade, terms: Terms, where: str, body: bytes) -> None:
    listing = trade.provider.publish(None, source="Sensors", collection="sensor", title="x", terms=terms)
    trade.twist(at(where, raw(body)))
    verbs: dict[str, Callable[[], object]] = {
        POST: lambda: trade.provider.publish(None, source="Sensors", collection="sensor", title="y"),
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
        trade.provider.publish(None, source="Sensors", collection="sensor", title="x")
    assert (caught.value.code, caught.value.retry) == ("not-invented-yet", "after-change")


def test_a_refusal_cannot_talk_to_the_terminal(trade: Trade) -> None:
    evil = problem(422, "bad-member", detail="\x1b]0;owned\x07\u202e\n" + "x" * 9000)
    trade.twist(at(POST, lambda response: evil))
    with pytest.raises(Refused) as caught:
        trade.provider.publish(None, source="Sensors", collection="sensor", title="x")
    assert caught.value.detail.isprintable()
    assert len(caught.value.detail) < 1000


def test_a_winner_that_is_somebody_else_s_act_leaves_the_refusal(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    refused = problem(409, "reference-used", winner=trade.provider.session.me)
    trade.twist(at(POST, lambda response: refused))
    with pytest.raises(Refused):
        trade.consumer.accept(contract.listing, purpose="research", at_most="100.00 EUR", reference="new")


def test_a_listing_with_other_bytes_than_its_id_is_noticed(trade: Trade, terms: Terms) -> None:
    trade.provider.publish(None, source="Sensors", collection="sensor", title="one", terms=terms)
    trade.provider.publish(None, source="Sensors", collection="sensor", title="two", terms=terms)

    def swap(items: list[dict[str, object]]) -> list[dict[str, object]]:
        items[0]["statement"], items[1]["statement"] = items[1]["statement"], items[0]["statement"]
        return items

    trade.twist(at("GET /listings", edit(listings=swap)))
    with pytest.raises(Dishonest, match="other bytes"):
        trade.consumer.search().all()


@pytest.mark.parametrize("member", ["title", "provider"])
def test_a_listing_that_is_said_to_be_another_is_noticed(trade: Trade, terms: Terms, member: str) -> None:
    trade.provider.publish(None, source="Sensors", collection="sensor", title="one", terms=terms)
    trade.twist(at("GET /listings", edit(listings=lambda items: [{**items[0], member: OTHER}])))
    with pytest.raises(Dishonest, match="something else"):
        trade.consumer.search().all()


def test_pages_that_lead_in_a_circle_end(trade: Trade) -> None:
    trade.provider.publish(None, source="Sensors", collection="sensor", title="one")
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
    first = trade.provider.publish(None, source="Sensors", collection="sensor", title="one", terms=terms)
    second = trade.provider.publish(None, source="Sensors", collection="sensor", title="two", terms=terms)
    foreign = trade.consumer.evidence(second).data
    trade.twist(at("GET /statements/.*/evidence", raw(foreign)))
    with pytest.raises(Dishonest, match="not on"):
        trade.consumer.accept(first, purpose="research", at_most="100.00 EUR")


def test_evidence_that_was_changed_is_noticed(trade: Trade, terms: Terms) -> None:
    listing = trade.provider.publish(None, source="Sensors", collection="sensor", title="one", terms=terms)
    data = trade.consumer.evidence(listing).data
    for position in range(0, len(data), 97):
        changed = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        trade.twist(at("GET /statements/.*/evidence", raw(changed)))
        with pytest.raises(NotUnderstood):
            trade.consumer.evidence(listing)


def test_a_forged_listing_under_the_provider_s_name_is_not_accepted(trade: Trade, terms: Terms) -> None:
    """The exchange makes up a cheap listing by a provider, with keys of its own."""
    listing = trade.provider.publish(None, source="Sensors", collection="sensor", title="one", terms=terms)
    evidence = trade.consumer.evidence(listing).data
    jws = listing_jws = trade.exchange.store.sight.statements[listing.id].decode()
    header, payload, _ = jws.split(".")
    from lading.statement import base64url

    signature = base64url.encode(trade.exchange.signer.sign(f"{header}.{payload}".encode())).decode()
    forged = evidence.replace(listing_jws.encode(), f"{header}.{payload}.{signature}".encode())
    trade.twist(at("GET /statements/.*/evidence", raw(forged)))
    with pytest.raises(Dishonest, match="INVALID"):
        trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")
    assert not list(trade.consumer.session.outbox.pending())
