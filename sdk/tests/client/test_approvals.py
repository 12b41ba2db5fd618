"""A second person approves what is signed: nothing is signed before, nothing twice, and nothing else than was shown."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lading
from lading.client import approvals
from lading.client.approvals import ApprovedSigner, Approver, Decision, Demand, Request
from lading.client.approver import ApproverKey
from lading.client.exchange import Exchange
from lading.client.flows.keys import list_keys
from lading.client.flows.open import Opening
from lading.client.session import now_ms
from lading.client.transport import HttpxTransport, Response
from lading.client.transport import Request as HttpRequest
from lading.errors import ApprovalPending, ApprovalRefused, IdentityLocked, IdentityNotFound, UsageProblem
from lading.keys.signer import Ed25519Signer, Pending
from lading.statement import base64url
from lading.statement.envelope import decode, to_sign
from lading.statement.words import format_time
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


NOW = now_ms()


class Desk:
    """One signer of one person, asked for one acceptance; two approvers, and the person's own approver key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = Ed25519Signer.generate()
        self.keys = {name: Ed25519Signer.generate() for name in ("ben", "ann", "mallory")}
        self.now = NOW
        self.demand = Demand(
            acts=("acceptance",),
            approvers=(self.public("ben"), self.public("ann")),
            own=self.public("ann").thumbprint,
        )
        members = {"type": "acceptance", "issued_at": format_time(NOW), "listing": "sha256:" + "1" * 64}
        self.message = to_sign(members, self.key.thumbprint)
        self.request = approvals.request_of("Buyer Ltd", self.message)
        self.signer = ApprovedSigner(self.key, self.demand, folder, "Buyer Ltd", lambda: self.now)

    def public(self, name: str) -> Approver:
        return Approver(name=name, x=base64url.encode(self.keys[name].public).decode())

    def sign(self) -> bytes | Pending:
        return self.signer.sign(self.message)

    def answer(self, **changes: object) -> None:
        """Put a decision there: ben's approval, signed after these changes."""
        key = self.keys[str(changes.pop("key", "ben"))]
        signs = changes.pop("signs", True)
        said = {"request": self.request.digest, "outcome": "approved", "approver": self.public("ben")}
        bare = Decision.model_validate(said | {"decided_at": format_time(NOW)} | changes)
        signature = base64url.encode(key.sign(bare.to_sign)).decode() if signs else "A" * 86
        made = bare.model_copy(update={"signature": signature})
        (self.folder / f"{self.request.number}.decision.json").write_text(made.model_dump_json())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "desk")
    waits = desk.sign()
    assert isinstance(waits, Pending)
    assert "Ask ben:" in waits.hint
    return desk


def test_the_signature_is_the_keys_own_once_it_is_approved(desk: Desk) -> None:
    desk.answer()
    assert desk.sign() == desk.key.sign(desk.message)


WRONG: dict[str, tuple[Callable[[Desk], dict[str, object]], str]] = {
    "another request": (lambda desk: {"request": "sha256:" + "0" * 64}, "for another request"),
    "the proposer's own": (
        lambda desk: {"key": "ann", "approver": desk.public("ann")},
        "proposer's own approver key",
    ),
    "an unknown approver": (
        lambda desk: {"key": "mallory", "approver": desk.public("mallory")},
        "no approver's here",
    ),
    "another's signature": (lambda desk: {"key": "mallory"}, "does not carry the signature of 'ben'"),
    "no signature": (lambda desk: {"signs": False}, "does not carry the signature of 'ben'"),
    "approved too late": (
        lambda desk: {"decided_at": format_time(NOW + 20 * HOURS + 1)},
        "came too late",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_approval_that_does_not_count_is_refused_in_clear_words(desk: Desk, case: str) -> None:
    changes, said = WRONG[case]
    desk.answer(**changes(desk))
    with pytest.raises(UsageProblem, match=said) as caught:
        desk.sign()
    assert caught.value.hint


@pytest.mark.parametrize("outcome", ["approved", "refused"])
def test_a_changed_approval_does_not_count(desk: Desk, outcome: str) -> None:
    desk.answer(outcome="refused", reason="No.")
    path = desk.folder / f"{desk.request.number}.decision.json"
    path.write_text(path.read_text().replace('"refused"', f'"{outcome}"').replace("No.", "Yes."))
    with pytest.raises(UsageProblem, match="does not carry the signature"):
        desk.sign()


def test_an_approval_is_worth_nothing_once_the_request_expired(desk: Desk) -> None:
    desk.answer()
    desk.now = NOW + 20 * HOURS + 1
    with pytest.raises(UsageProblem, match="came too late"):
        desk.sign()


def test_an_approval_that_was_copied_to_another_request_does_not_count(desk: Desk) -> None:
    desk.answer()
    approved = (desk.folder / f"{desk.request.number}.decision.json").read_text()
    members = {"type": "acceptance", "issued_at": format_time(NOW), "listing": "sha256:" + "2" * 64}
    message = to_sign(members, desk.key.thumbprint)
    other = approvals.request_of("Buyer Ltd", message)
    assert isinstance(desk.signer.sign(message), Pending)
    (desk.folder / f"{other.number}.decision.json").write_text(approved)
    with pytest.raises(UsageProblem, match="for another request"):
        desk.signer.sign(message)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("1" * 64, "2" * 64, 1),
        lambda text: text.replace("Buyer Ltd", "Other Ltd"),
        lambda text: text.replace("acceptance", "rejection"),
        lambda text: text.replace("\n", "\n ", 1),
        lambda text: text[:-20],
        lambda text: "",
        lambda text: "[" * 9000,
    ],
    ids=["statement", "name", "act", "spaces", "cut", "empty", "deep"],
)
def test_a_changed_request_is_neither_shown_nor_approved_nor_signed(
    desk: Desk, change: Callable[[str], str]
) -> None:
    path = desk.folder / approvals.request_name(desk.request)
    path.write_text(change(path.read_text()))
    with pytest.raises(UsageProblem, match="was changed"):
        approvals.parse_request(path)
    assert list(approvals.requests(desk.folder)) == [(desk.request.number, None, None)]
    desk.answer()
    with pytest.raises(UsageProblem, match="was changed"):
        desk.sign()


def test_what_the_request_shows_is_what_is_signed(desk: Desk) -> None:
    path = desk.folder / approvals.request_name(desk.request)
    shown = json.loads(path.read_text())["statement"]
    assert shown == decode(desk.message + b"." + b"A" * 86).members
    assert approvals.parse_request(path) == desk.request


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"[" * 9000])
def test_a_decision_that_is_none_is_refused(desk: Desk, data: bytes) -> None:
    (desk.folder / f"{desk.request.number}.decision.json").write_bytes(data)
    with pytest.raises(UsageProblem, match="is not an approval"):
        desk.sign()


def test_a_request_is_decided_once(desk: Desk) -> None:
    def decide(refused: str | None) -> None:
        approvals.decide(
            desk.folder, desk.request, desk.public("ben"), desk.keys["ben"], refused=refused, now=NOW
        )

    for reason in ("", "x" * 401, "a\x1bb"):
        with pytest.raises(UsageProblem, match="a reason has"):
            decide(reason)
    decide("No.")
    with pytest.raises(UsageProblem, match="was refused by 'ben'"):
        decide(None)
    with pytest.raises(ApprovalRefused, match="ben refused the acceptance: No"):
        desk.sign()


def test_an_approver_key_is_encrypted_and_opens_with_its_passphrase(tmp_path: Path) -> None:
    made = ApproverKey.create("ben", passphrase=SECRET, directory=tmp_path)
    assert made.signer.seed not in (tmp_path / "approvers" / "ben.json").read_bytes()
    assert ApproverKey.load("ben", SECRET, directory=tmp_path).public == made.public
    with pytest.raises(IdentityLocked):
        ApproverKey.load("ben", "another", directory=tmp_path)
    with pytest.raises(IdentityLocked):
        ApproverKey.load("ben", directory=tmp_path)
    with pytest.raises(IdentityNotFound):
        ApproverKey.load("ann", SECRET, directory=tmp_path)
    for name in ("ben", "../ben"):
        with pytest.raises(UsageProblem):
            ApproverKey.create(name, passphrase=SECRET, directory=tmp_path)


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff"])
def test_a_damaged_demand_stops_the_signer_instead_of_freeing_it(office: Office, data: bytes) -> None:
    office.demand(office.approver("ben"))
    (office.load("buyer").folder / approvals.DEMAND_FILE).write_bytes(data)
    with pytest.raises(UsageProblem, match="damaged"):
        office.load("buyer")
