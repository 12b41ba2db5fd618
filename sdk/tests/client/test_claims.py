"""Claims: from a chunk that does not open to a registered claim with all its pieces."""

import json
import stat

import pytest

import lading
from lading.acts.claim import Claim as ClaimAct
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, Dishonest, Unreachable, UsageProblem
from lading.keys.seal import SealKey
from lading.problems import Refused, refuse
from lading.statement import base64url
from sdk.tests.client.conftest import Trade
from sdk.tests.client.court import SPOILS, Court
from sdk.tests.client.steps import delivered, entries, receive
from sdk.tests.client.twists import at, corrupt


@pytest.fixture
def court(trade: Trade, terms: Terms) -> Court:
    return Court(trade, terms, SPOILS["other data"][0])


@pytest.fixture
def keyless(trade: Trade, terms: Terms) -> Court:
    """A court for a key that does not derive."""
    return Court(trade, terms, SPOILS["another key"][0])


@pytest.mark.parametrize("name", SPOILS)
def test_a_fault_is_claimed_and_upheld(trade: Trade, terms: Terms, name: str) -> None:
    spoil, ground, number, code = SPOILS[name]
    court = Court(trade, terms, spoil)
    made = court.claim()
    assert (made.ground, made.number, made.delivery.id) == (ground, number, court.delivery.id)
    assert made.evidence.verdict.status is lading.Status.VALID
    assert [event.type for event in made.evidence.verdict.story][-3:] == ["receipt", "release", "claim"]
    assert made.path == court.out
    judgement = court.judge()
    assert (judgement.outcome, judgement.code, judgement.exit_code) == ("upheld", code, 0)


def test_a_chunk_is_judged_by_anybody(court: Court) -> None:
    court.claim(arbiter=None)
    assert court.judge(keys=()).outcome == "upheld"


def test_the_claim_file_is_all_that_a_judge_needs(court: Court) -> None:
    """No identity, no network: the bytes and a policy."""
    court.claim()
    (court.trade.folder / "trust.policy").write_text(court.trade.consumer.trust_policy())
    court.trade.seam.down = True
    judgement = lading.judge(court.out.read_bytes(), court.trade.folder / "trust.policy")
    assert judgement.outcome == "upheld"


def test_a_key_is_judged_by_the_arbiter_alone(keyless: Court) -> None:
    keyless.claim()
    assert "share" not in keyless.members()
    assert keyless.judge().code == "key-does-not-derive"
    assert keyless.judge(keys=()).code == "share-missing"
    assert keyless.judge(keys=(SealKey.generate(),)).code == "share-missing"


def test_the_share_for_another_judge_is_written_only_when_asked_for(keyless: Court) -> None:
    target = keyless.trade.folder / "share.txt"
    keyless.claim(share_to=target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    share = base64url.decode(target.read_bytes().strip())
    assert share == keyless.cheat.shares.consumer
    assert keyless.judge(keys=(), share=share).outcome == "upheld"
    assert keyless.judge(keys=(), share=bytes(32)).code == "other-share"
    with pytest.raises(UsageProblem, match="32 bytes"):
        keyless.judge(share=b"short")


def test_a_key_that_does_not_derive_needs_an_arbiter(keyless: Court) -> None:
    size = entries(keyless.trade)
    with pytest.raises(UsageProblem, match="needs an arbiter") as caught:
        keyless.claim(arbiter=None)
    assert "--arbiter" in caught.value.hint
    assert entries(keyless.trade) == size
    assert not keyless.out.exists()


def test_claiming_again_is_the_same_claim_with_the_same_box(keyless: Court) -> None:
    first, data = keyless.claim(), keyless.out.read_bytes()
    size = entries(keyless.trade)
    again = keyless.claim()
    assert again.id == first.id
    assert entries(keyless.trade) == size
    assert json.loads(data)["attachments"] == keyless.members()["attachments"]


@pytest.mark.parametrize("about", ["delivery", "receipt", "release"])
def test_a_claim_is_made_about_delivery_receipt_or_release(court: Court, about: str) -> None:
    record = court.trade.consumer.state(court.delivery).record
    named = {"delivery": court.delivery.id, "receipt": record["closed_by"], "release": record["released_by"]}
    made = court.trade.consumer.claim(named[about], sealed=court.sealed)
    assert made.evidence.act(made.id, ClaimAct).statement == record["released_by"]


def lost(response: Response) -> Response:
    raise Unreachable("lost")


@pytest.mark.parametrize("moment", ["POST /content", "PUT /attachments/.*", "POST /statements"])
def test_a_claim_that_was_cut_off_goes_on_with_the_same_bytes(keyless: Court, moment: str) -> None:
    trade = keyless.trade
    trade.twist(at(moment, lost))
    with pytest.raises(Unreachable):
        keyless.claim()
    (stored,) = trade.consumer.session.outbox.pending()
    trade.twist(None)
    assert keyless.claim().id == stored.id
    assert keyless.judge().outcome == "upheld"


def test_pieces_that_were_lost_before_the_claim_was_sent_are_made_anew(keyless: Court) -> None:
    trade = keyless.trade
    trade.twist(at("POST /content", lost))
    with pytest.raises(Unreachable):
        keyless.claim()
    (stored,) = trade.consumer.session.outbox.pending()
    forget(keyless)
    trade.twist(None)
    assert keyless.claim().id != stored.id
    assert keyless.judge().outcome == "upheld"


def forget(court: Court) -> None:
    for path in (court.trade.consumer.session.speaker.folder / "attachments").iterdir():
        path.unlink()


def test_a_lost_folder_finds_claim_and_pieces_at_the_exchange(keyless: Court) -> None:
    first, size = keyless.claim(), entries(keyless.trade)
    forget(keyless)
    for path in (keyless.trade.consumer.session.speaker.folder / "outbox").glob("claim-*"):
        path.unlink()
    keyless.out.unlink()
    assert keyless.claim().id == first.id
    assert entries(keyless.trade) == size
    assert keyless.judge().outcome == "upheld"


def test_wrong_pieces_of_the_exchange_are_dishonest(keyless: Court) -> None:
    keyless.claim()
    forget(keyless)
    keyless.trade.twist(at("GET /attachments/.*", corrupt(0)))
    with pytest.raises(Dishonest, match="other bytes"):
        keyless.claim()


def test_what_opens_is_not_claimed(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    trade.twist(at("GET /statements/.*/evidence", lost))
    with pytest.raises(Unreachable):
        receive(trade, delivery)
    trade.twist(None)
    size = entries(trade)
    with pytest.raises(UsageProblem, match="every chunk opens"):
        trade.consumer.claim(delivery, sealed=trade.folder / "got.sealed.part")
    assert entries(trade) == size
    assert receive(trade, delivery).path.read_bytes() == trade.goods.read_bytes()


@pytest.mark.parametrize("data", [b"", b"other", bytes(262_151 + 5 * 48)])
def test_other_bytes_than_the_ciphertexts_prove_nothing(court: Court, data: bytes) -> None:
    court.sealed.write_bytes(data)
    with pytest.raises(ContentMismatch):
        court.claim()


def test_a_file_that_cannot_be_read_is_a_usage_problem(court: Court) -> None:
    with pytest.raises(UsageProblem, match="cannot read"):
        court.claim(sealed=court.trade.folder / "nowhere")
    with pytest.raises(UsageProblem, match="cannot write"):
        court.claim(out=court.trade.folder / "nowhere" / "claim.json")


def test_only_what_was_acknowledged_is_claimed_about(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    (trade.folder / "x").write_bytes(b"x")
    with pytest.raises(UsageProblem, match="not received yet"):
        trade.consumer.claim(delivery, sealed=trade.folder / "x")
    refused = trade.consumer.refuse(delivery, reason="not-as-described")
    for thing in (delivery.id, refused.id):
        with pytest.raises(UsageProblem, match="no sealed delivery that you acknowledged"):
            trade.consumer.claim(thing, sealed=trade.folder / "x")
    with pytest.raises(UsageProblem, match="receipt"):
        trade.consumer.claim(delivery.contract, sealed=trade.folder / "x")


def test_clear_content_is_not_claimed_about(clear_trade: Trade, terms: Terms) -> None:
    delivery = delivered(clear_trade, terms)
    receive(clear_trade, delivery)
    with pytest.raises(UsageProblem, match="no sealed delivery"):
        clear_trade.consumer.claim(delivery, sealed=clear_trade.folder / "got")


def test_a_state_that_names_another_receipt_is_dishonest(court: Court) -> None:
    trade = court.trade
    other = trade.provider.deliver(court.delivery.contract, trade.goods, sequence=2)
    trade.consumer.receive(other, to=trade.folder / "second")
    closed_by = trade.consumer.state(other).record["closed_by"]

    def swap(request: Request, response: Response) -> Response:
        if request.url.endswith(f"/state/{court.delivery.id}"):
            members = json.loads(response.body)
            members["record"]["closed_by"] = closed_by
            return Response(200, {}, json.dumps(members).encode())
        return response

    trade.twist(swap)
    with pytest.raises(Dishonest, match="as that of"):
        court.claim()


def test_a_claim_after_the_dispute_window_is_refused(court: Court) -> None:
    def late(request: Request, response: Response) -> Response:
        if request.url.endswith("/content"):
            raise refuse("dispute-window-closed", "too late")
        return response

    court.trade.twist(late)
    with pytest.raises(Refused) as caught:
        court.claim()
    assert caught.value.code == "dispute-window-closed"
    assert not list(court.trade.consumer.session.outbox.pending())
