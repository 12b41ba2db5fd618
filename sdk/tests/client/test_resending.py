"""Silence, lost answers and refusals that pass: the same bytes are sent again, and nothing happens twice."""

from pathlib import Path

import pytest

import lading
from lading.acts.policy import Policy
from lading.client.ask import ask, get
from lading.client.config import ClientConfig
from lading.client.exchange import Exchange
from lading.client.flow import drive
from lading.client.flows.open import Opening
from lading.client.outbox import Outbox
from lading.client.peer import Peer
from lading.client.session import Session, now_ms
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import (
    Dishonest,
    LadingError,
    Unreachable,
)
from lading.problems import Refused, refuse
from sdk.tests.client.conftest import QUICK, Trade, person
from sdk.tests.client.memory import Script, answer, problem
from sdk.tests.client.stand_in import API, Seam, StandIn
from sdk.tests.client.steps import contracted, entries, listed
from sdk.tests.client.twists import OTHER, POST, Twist, at, edit

OPEN = Policy(onboarding="open")


def once(where: str, error: LadingError) -> Twist:
    """After the exchange has done what was asked, its answer is lost, once."""
    lost: list[Request] = []

    def twist(request: Request, response: Response) -> Response:
        if where in request.url and request.method in ("POST", "PUT") and not lost:
            lost.append(request)
            raise error
        return response

    return twist


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(trade: Trade, terms: Terms) -> None:
    size = entries(trade)
    trade.twist(once("/statements", Unreachable("lost")))
    listed(trade, terms)
    posts = [request.body for request in trade.exchange.requests if request.url == f"{API}/statements"]
    assert posts[-1] == posts[-2]
    assert entries(trade) == size + 1


def test_after_silence_without_end_the_next_call_sends_the_same_bytes(trade: Trade, terms: Terms) -> None:
    def silent(request: Request, response: Response) -> Response:
        if request.method == "POST":
            raise Unreachable("silence")
        return response

    listing = listed(trade, terms)
    trade.twist(silent)
    with pytest.raises(Unreachable):
        trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")
    (stored,) = trade.consumer.session.outbox.pending()
    trade.twist(None)
    size = entries(trade)
    again = trade.again(trade.consumer).accept(listing, purpose="research", at_most="100.00 EUR")
    assert again.id == stored.id
    assert entries(trade) == size


def test_a_refusal_that_passes_is_waited_out_and_a_final_one_is_not(trade: Trade, terms: Terms) -> None:
    calls = []

    def busy(request: Request, response: Response) -> Response:
        if "/listings" in request.url:
            calls.append(request)
            if len(calls) < 3:
                return Response(
                    503,
                    {"content-type": "application/problem+json"},
                    b'{"title":"x","status":503,"code":"busy","retry":"later","detail":"d"}',
                )
        return response

    trade.twist(busy)
    assert trade.consumer.search().all() == []
    assert len(calls) == 3


def test_every_attempt_has_a_signature_of_its_own(trade: Trade) -> None:
    trade.twist(lambda request, response: answer({}, 500) if "/state/" in request.url else response)
    with pytest.raises(Unreachable):
        trade.consumer.state(trade.consumer.session.me)
    nonces = [r.headers["Signature-Input"] for r in trade.exchange.requests if "/state/" in r.url]
    assert len(nonces) == len(set(nonces)) == QUICK.attempts


def test_statements_grown_too_old_are_signed_anew(tmp_path: Path) -> None:
    moment = [now_ms()]
    seam = Seam(StandIn(clock=lambda: moment[0]))
    opening = Opening(API, person(tmp_path, "provider"), None, QUICK, clock=lambda: moment[0])
    provider = Exchange(opening, seam)
    seam.exchange.admit(provider.session.me)
    seam.down = True
    with pytest.raises(Unreachable):
        provider.publish(None, source="Sensors", collection="sensor", title="On request")
    (old,) = provider.session.outbox.pending()
    seam.down = False
    moment[0] += 25 * 3600 * 1000
    assert provider.publish(None, source="Sensors", collection="sensor", title="On request").id != old.id
    assert not list(provider.session.outbox.pending())


def test_closed_onboarding_is_refused_and_leaves_the_identity_free(tmp_path: Path) -> None:
    identity = person(tmp_path, "late")
    with pytest.raises(Refused) as caught:
        lading.connect(API, identity, config=QUICK, transport=Seam(StandIn(onboarding="closed"))).session  # noqa: B018
    assert caught.value.code == "onboarding-closed"
    assert identity.home is None
    lading.connect(API, identity, config=QUICK, transport=Seam(StandIn(seed=7))).session  # noqa: B018
    assert identity.home is not None


def test_refused_is_not_unreachable() -> None:
    assert not isinstance(refuse("busy", "x"), Unreachable)


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
        trade.provider.publish(None, source="Sensors", collection="sensor", title="x")
    outbox: Outbox = trade.provider.session.outbox
    assert len(list(outbox.pending())) == 1
    trade.twist(None)
    trade.provider.publish(None, source="Sensors", collection="sensor", title="x")
    assert len(list(outbox.pending())) == 0


def test_an_exchange_that_asks_for_time_gets_it() -> None:
    waited: list[float] = []
    busy = problem(503, "busy", retry="later")
    answers = [Response(503, {**busy.headers, "retry-after": "7"}, busy.body), answer({"ok": True})]
    session = Session(Peer(OTHER, "x", API, "x", (), OPEN, 0))  # type: ignore[arg-type]
    response = drive(ask(session, get(session, "/x")), Script(answers), waited.append)
    assert response.status == 200
    (pause,) = waited
    assert 7 <= pause <= 7 + session.config.first_pause


def test_an_exchange_that_asks_for_too_much_time_is_not_waited_for() -> None:
    busy = problem(503, "busy", retry="later")
    session = Session(Peer(OTHER, "x", API, "x", (), OPEN, 0))  # type: ignore[arg-type]
    script = Script([Response(503, {**busy.headers, "retry-after": "86400"}, busy.body)])
    with pytest.raises(Refused):
        drive(ask(session, get(session, "/x")), script, lambda seconds: None)
    assert len(script.requests) == 1


def test_pauses_grow_are_random_and_end() -> None:
    waited: list[float] = []
    config = ClientConfig(attempts=12)
    session = Session(Peer(OTHER, "x", API, "x", (), OPEN, 0), config=config)  # type: ignore[arg-type]
    with pytest.raises(Unreachable):
        drive(ask(session, get(session, "/x")), Script([Unreachable("x")] * 12), waited.append)
    assert len(waited) == 11
    for attempt, seconds in enumerate(waited):
        most = min(config.longest_pause, config.first_pause * 2**attempt)
        assert most / 4 <= seconds <= most
    assert len(set(waited)) == len(waited)


def test_what_is_no_silence_is_not_repeated() -> None:
    session = Session(Peer(OTHER, "x", API, "x", (), OPEN, 0))  # type: ignore[arg-type]
    script = Script([problem(404, "not-found")])
    with pytest.raises(Refused):
        drive(ask(session, get(session, "/x")), script, lambda seconds: None)
    assert len(script.requests) == 1
