"""A second person approves what is signed: nothing is signed before, nothing twice, and nothing else than was shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import lading
from lading.client import approvals
from lading.client.approvals import ApprovedSigner, Demand, Request
from lading.client.approver import ApproverKey
from lading.client.exchange import Exchange
from lading.client.flows.keys import list_keys
from lading.client.flows.open import Opening
from lading.client.session import now_ms
from lading.client.transport import HttpxTransport, Response
from lading.client.transport import Request as HttpRequest
from lading.errors import ApprovalPending, ApprovalRefused, UsageProblem
from lading.keys.signer import Ed25519Signer, Pending
from lading.statement.envelope import decode
from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.client.conftest import QUICK, person
from sdk.tests.client.office import SECRET, Killed, Office, Slow
from sdk.tests.client.stand_in import API, Seam, StandIn

HOURS = 3_600_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    exchange = ExchangeProcess(tmp_path_factory.mktemp("exchange") / "state").start()
    yield exchange
    assert exchange.end() == 0


@pytest.fixture
def office(served: ExchangeProcess, tmp_path: Path) -> Office:
    return Office(served, tmp_path)


def buy(x: lading.Exchange, listing: lading.Listing) -> lading.Contract:
    return x.accept(listing, purpose="research", at_most="100.00 EUR")


def left(office: Office) -> list[str]:
    """What waits in Buyer's outbox to be signed."""
    return sorted(path.name for path in (office.load("buyer").folder / "outbox").glob("*.unsigned"))


def test_nothing_is_signed_before_a_second_person_approved_and_then_just_what_was_shown(
    office: Office,
) -> None:
    ben, listing = office.approver("ben"), office.listing()
    office.demand(ben)
    with office.connect("buyer") as x:
        for _ in range(2):
            with pytest.raises(ApprovalPending, match="the acceptance waits for approval") as caught:
                buy(x, listing)
        assert list(x.session.outbox.pending()) == []
        assert x.contracts(listing).all() == []
    request = office.decide(ben)
    assert str(office.shared / f"{request.number}.request.json") == caught.value.where
    assert request.number in caught.value.hint
    assert request.statement["listing"] == listing.id
    with office.connect("buyer") as x:
        contract = buy(x, listing)
        signed = decode(x.statement(contract.id).jws)
        assert signed.signing_input == request.signing_input.encode()
        assert buy(x, listing) == contract
        assert x.contracts(listing).all() == [contract]
    assert left(office) == []


def test_acts_that_are_not_named_and_requests_are_signed_at_once(office: Office) -> None:
    office.demand(office.approver("ben"), acts=("offer",))
    with office.connect("buyer") as x:
        assert buy(x, office.listing()).id
    assert not office.shared.exists()


def test_a_refusal_is_shown_with_its_reason_and_the_next_call_proposes_anew(office: Office) -> None:
    ben, listing = office.approver("ben"), office.listing()
    office.demand(ben)
    with office.connect("buyer") as x:
        with pytest.raises(ApprovalPending):
            buy(x, listing)
        first = office.decide(ben, refused="Twice what we paid last year.")
        with pytest.raises(ApprovalRefused, match="ben refused the acceptance: Twice") as caught:
            buy(x, listing)
        assert caught.value.reason == "Twice what we paid last year."
        with pytest.raises(ApprovalPending):
            buy(x, listing)
        assert office.decide(ben).number != first.number
        assert buy(x, listing).id


def test_a_delivery_waits_with_its_shares_and_is_uploaded_once_it_is_approved(office: Office) -> None:
    ben, listing = office.approver("ben"), office.listing()
    with office.connect("buyer") as x:
        contract = buy(x, listing)
    office.demand(ben, acts=("delivery",), who="acme")
    for _ in range(2):
        with office.connect("acme") as x, pytest.raises(ApprovalPending):
            x.deliver(contract, office.goods)
    request = office.decide(ben)
    with office.connect("acme") as x:
        delivery = x.deliver(contract, office.goods)
        assert decode(x.statement(delivery.id).jws).signing_input == request.signing_input.encode()
        assert x.deliver(contract, office.goods) == delivery
    with office.connect("buyer") as x:
        got = x.receive(delivery, to=office.folder / "got")
    assert got.path.read_bytes() == office.goods.read_bytes()


def test_another_file_under_the_number_that_waits_is_another_request(office: Office) -> None:
    ben = office.approver("ben")
    with office.connect("acme") as x:
        terms = lading.Terms("0.00 EUR")
        listing = x.publish(None, title="Series", terms=terms, source="Sensors.", collection="sensor")
    with office.connect("buyer") as x:
        contract = buy(x, listing)
    office.demand(ben, acts=("delivery",), who="acme")
    for number in range(2):
        office.goods.write_bytes(b"%d" % number)
        with office.connect("acme") as x, pytest.raises(ApprovalPending):
            x.deliver(contract, office.goods)
    first, second = office.waiting()
    for request in (first, second):
        approvals.decide(office.shared, request, ben.public, ben.signer, refused=None, now=now_ms())
    with office.connect("acme") as x:
        delivery = x.deliver(contract, office.goods)
        jws = x.statement(delivery.id).jws
    assert delivery.act.size == 1
    assert sum(decode(jws).signing_input == one.signing_input.encode() for one in (first, second)) == 1


def test_a_signer_elsewhere_is_asked_with_the_same_bytes_until_it_signs(office: Office) -> None:
    listing, slow = office.listing(), Slow(office.load("buyer").signer)
    with office.connect("buyer", lambda signer: slow) as x:
        for _ in range(2):
            with pytest.raises(ApprovalPending, match="waits for approval: https://vault") as caught:
                buy(x, listing)
        assert caught.value.hint == "Ask the vault's operator."
        contract = buy(x, listing)
        assert buy(x, listing) == contract
        assert x.contracts(listing).all() == [contract]
        assert decode(x.statement(contract.id).jws).signing_input == slow.asked[0]
    assert len(slow.asked) == 3
    assert len(set(slow.asked)) == 1


def test_a_signer_that_lets_requests_wait_is_told_apart_from_silence(office: Office) -> None:
    class Waiting(Ed25519Signer):
        def sign(self, message: bytes) -> bytes | Pending:  # type: ignore[override]
            return Pending("a request", "the safe", "Open it.")

    with (
        pytest.raises(ApprovalPending, match="a request waits for approval: the safe"),
        office.connect("buyer", lambda signer: Waiting.generate()) as x,
    ):
        x.state(x.session.me)


class Deadly(HttpxTransport):
    """Ends the process around the send of a statement."""

    def __init__(self, url: str, moment: str) -> None:
        super().__init__(url)
        self.moment = moment

    def send(self, request: HttpRequest) -> Response:
        here = request.method == "POST" and request.url.endswith("/statements")
        if here and self.moment == "before the send":
            raise Killed
        response = super().send(request)
        if here and self.moment == "after the send":
            raise Killed
        return response


@pytest.mark.parametrize(
    "moment",
    ["before it signs", "after it signed", "before the send", "after the send"],
)
def test_after_a_crash_at_any_step_the_same_statement_is_registered_once(office: Office, moment: str) -> None:
    listing, identity = office.listing(), office.load("buyer")
    dies = {"before it signs": "before", "after it signed": "after"}.get(moment, "")
    slow = Slow(identity.signer, waits=0, dies=dies)
    identity.signer = slow
    deadly = Deadly(office.exchange.api, moment)
    x = lading.connect(office.exchange.api, identity, transport=deadly)
    with pytest.raises(Killed):
        buy(x, listing)
    deadly.close()
    again = Slow(office.load("buyer").signer, waits=0)
    with office.connect("buyer", lambda signer: again) as x:
        contract = buy(x, listing)
        assert decode(x.statement(contract.id).jws).signing_input == slow.asked[0]
        assert x.contracts(listing).all() == [contract]
    assert again.asked == (slow.asked if dies else [])
    assert left(office) == []


def test_a_crash_between_the_statement_and_the_end_of_what_waited_signs_nothing_twice(office: Office) -> None:
    listing, slow = office.listing(), Slow(office.load("buyer").signer, waits=1)
    with office.connect("buyer", lambda signer: slow) as x:
        with pytest.raises(ApprovalPending):
            buy(x, listing)
        folder = office.load("buyer").folder / "outbox"
        (name,) = left(office)
        waited = (folder / name).read_bytes()
        contract = buy(x, listing)
        (folder / name).write_bytes(waited)
        assert buy(x, listing) == contract
    assert len(slow.asked) == 2


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b'{"format": "lading-unsigned/1"}'])
def test_damaged_bytes_that_wait_are_never_signed(office: Office, damage: bytes) -> None:
    listing, slow = office.listing(), Slow(office.load("buyer").signer, waits=1)
    with office.connect("buyer", lambda signer: slow) as x:
        with pytest.raises(ApprovalPending):
            buy(x, listing)
        (office.load("buyer").folder / "outbox" / left(office)[0]).write_bytes(damage)
        with pytest.raises(UsageProblem, match="damaged"):
            buy(x, listing)
    assert len(slow.asked) == 1


def test_after_a_change_of_keys_it_is_proposed_anew_and_the_old_approval_does_not_count(
    office: Office,
) -> None:
    ben, listing = office.approver("ben"), office.listing()
    office.demand(ben)
    with office.connect("buyer") as x:
        with pytest.raises(ApprovalPending):
            buy(x, listing)
        old = office.decide(ben)
        x.rotate(**office.nexts(0))
        with pytest.raises(ApprovalPending):
            buy(x, listing)
        assert office.decide(ben).statement["under"] == x.session.head != old.statement["under"]
        assert x.statement(buy(x, listing).id).kid == x.run(list_keys)[0].kid


def test_a_change_of_keys_by_another_person_makes_it_a_new_request_too(office: Office) -> None:
    office.add(office.invited("cleo"))
    ben, listing = office.approver("ben"), office.listing()
    office.demand(ben, who="cleo")
    with office.connect("cleo") as x, pytest.raises(ApprovalPending):
        buy(x, listing)
    old = office.decide(ben)
    with office.connect("buyer") as x:
        head = x.rotate(**office.nexts(1)).id
    with office.connect("cleo") as x:
        with pytest.raises(ApprovalPending):
            buy(x, listing)
        assert office.decide(ben).statement["under"] == head != old.statement["under"]
        assert x.statement(buy(x, listing).id).kid == x.session.speaker.profile.key


def test_what_waited_too_long_is_proposed_anew_and_the_old_approval_does_not_count(tmp_path: Path) -> None:
    moment = [now_ms()]
    identity = person(tmp_path, "provider")
    provider = Exchange(
        Opening(API, identity, None, QUICK, clock=lambda: moment[0]), Seam(StandIn(clock=lambda: moment[0]))
    )
    provider.session  # noqa: B018 - registers
    ben = ApproverKey.create("ben", passphrase=SECRET, directory=tmp_path)
    demand = Demand(acts=("listing",), approvers=(ben.public,))
    identity.signer = ApprovedSigner(
        identity.signer, demand, tmp_path / "desk", "provider Ltd", lambda: moment[0]
    )

    def propose() -> Request:
        with pytest.raises(ApprovalPending) as caught:
            provider.publish(None, title="On request", source="Sensors.", collection="sensor")
        return approvals.parse_request(Path(caught.value.where))

    first = propose()
    moment[0] += 19 * HOURS
    assert propose() == first
    approvals.decide(tmp_path / "desk", first, ben.public, ben.signer, refused=None, now=moment[0])
    moment[0] += 2 * HOURS
    second = propose()
    assert second.number != first.number
    with pytest.raises(UsageProblem, match="expired"):
        approvals.decide(
            tmp_path / "desk", second, ben.public, ben.signer, refused=None, now=moment[0] + 21 * HOURS
        )


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff"])
def test_a_damaged_demand_stops_the_signer_instead_of_freeing_it(office: Office, data: bytes) -> None:
    office.demand(office.approver("ben"))
    (office.load("buyer").folder / approvals.DEMAND_FILE).write_bytes(data)
    with pytest.raises(UsageProblem, match="damaged"):
        office.load("buyer")
