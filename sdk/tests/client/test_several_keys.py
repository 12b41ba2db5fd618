"""Several people act for one participant, each with a key of their own; against a real exchange."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import lading
from lading.client import invite, nextkey, rotation
from lading.client.flows.keys import add_key, list_keys, remove_key
from lading.client.identity import Identity
from lading.client.invite import KeyFile
from lading.client.transport import HttpxTransport, Request, Response
from lading.errors import UsageProblem
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.words import Thumbprint
from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.client.office import SECRET, Killed, Office

ACTS = ("acceptance", "receipt")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    exchange = ExchangeProcess(tmp_path_factory.mktemp("exchange") / "state").start()
    yield exchange
    assert exchange.end() == 0


@pytest.fixture
def office(served: ExchangeProcess, tmp_path: Path) -> Office:
    return Office(served, tmp_path)


def buy(office: Office, who: str, listing: str) -> lading.Contract:
    with office.connect(who) as x:
        return x.accept(listing, purpose="research", at_most="100.00 EUR")


def test_two_people_act_for_one_organisation_with_a_key_each(office: Office) -> None:
    key, listing = office.invited(), office.listing()
    office.add(key, may=ACTS)
    contract = buy(office, "ben", listing.id)
    with office.connect("buyer") as x:
        assert x.contracts(listing).all() == [contract]
        signed = x.statement(contract.id)
        assert signed.kid == key.thumbprint != x.session.speaker.profile.key
        assert signed.issuer == x.session.me == office.load("ben").id
    assert buy(office, "buyer", listing.id).id == contract.id


def test_nothing_secret_is_in_what_they_hand_each_other(office: Office) -> None:
    office.invited()
    ben, buyer = office.load("ben"), office.load("buyer")
    assert isinstance(ben.signer, Ed25519Signer)
    assert isinstance(buyer.signer, Ed25519Signer)
    assert ben.signer.public != buyer.signer.public
    assert ben.seal_keys == ()
    assert ben.profile.next_key is None
    seeds = [ben.signer.seed, buyer.signer.seed, *(key.seed for key in buyer.seal_keys)]
    for name in ("ben.invite.json", "ben.key.json"):
        text = (office.folder / name).read_text()
        assert not any(base64url.encode(seed).decode() in text or seed.hex() in text for seed in seeds)


def test_before_the_key_is_listed_nothing_can_be_done_with_it_and_the_hint_says_who_lists_it(
    office: Office,
) -> None:
    office.invited()
    with pytest.raises(UsageProblem, match="does not list the key of 'ben'") as caught, office.connect("ben"):
        pass
    assert office.load("ben").profile.key in caught.value.hint


def test_a_key_signs_only_what_it_may(office: Office) -> None:
    office.add(office.invited(), may=ACTS)
    with office.connect("ben") as x, pytest.raises(Refused) as caught:
        x.withdraw(office.listing())
    assert caught.value.code == "key-not-allowed"


def test_the_listed_keys_are_shown_with_what_they_may_and_up_to_which_amount(office: Office) -> None:
    key = office.invited()
    office.add(key, may=ACTS, limit="500.00 EUR")
    with office.connect("ben") as x:
        main, other = x.run(list_keys)
    assert main.kid == office.load("buyer").profile.key
    assert (main.may, main.limit) == (None, None)
    assert (other.kid, other.may, str(other.limit)) == (key.thumbprint, ACTS, "500.00 EUR")


def test_a_key_binds_its_owner_to_no_more_than_its_limit(office: Office) -> None:
    key, listing = office.invited(), office.listing()
    office.add(key, limit="99.99 EUR")
    with pytest.raises(Refused) as caught:
        buy(office, "ben", listing.id)
    assert caught.value.code == "over-limit"
    office.add(key, 1, limit="100.00 EUR")
    assert buy(office, "ben", listing.id).id


def test_adding_a_key_again_changes_what_it_may(office: Office) -> None:
    key = office.invited()
    office.add(key, may=("receipt",))
    listing = office.listing()
    with pytest.raises(Refused) as caught:
        buy(office, "ben", listing.id)
    assert caught.value.code == "key-not-allowed"
    office.add(key, 1, may=ACTS)
    assert buy(office, "ben", listing.id).id
    with office.connect("buyer") as x:
        assert [listed.kid for listed in x.run(list_keys)[1:]] == [key.thumbprint]


def test_a_rotation_keeps_the_others_and_they_go_on_by_themselves(office: Office) -> None:
    office.add(office.invited())
    before = office.load("ben").head
    with office.connect("buyer") as x:
        head = x.rotate(**office.nexts(1)).id
    assert buy(office, "ben", office.listing().id).id
    assert office.load("ben").head == head != before


def test_a_removed_key_signs_nothing_more_and_what_it_signed_stands(office: Office) -> None:
    key, listing = office.invited(), office.listing()
    office.add(key)
    contract = buy(office, "ben", listing.id)
    with office.connect("buyer") as x:
        x.run(lambda s: remove_key(s, key.thumbprint, **office.nexts(1)))
        assert [listed.kid for listed in x.run(list_keys)] == [x.session.speaker.profile.key]
        assert x.state(contract).name == "active"
    with pytest.raises(UsageProblem, match="no longer"):
        buy(office, "ben", listing.id)


def test_a_revoked_key_is_never_listed_again(office: Office) -> None:
    key = office.invited()
    office.add(key)
    with office.connect("buyer") as x:
        x.run(lambda s: remove_key(s, key.thumbprint, revoke=True, **office.nexts(1)))
    with pytest.raises(Refused) as caught:
        office.add(key, 2)
    assert caught.value.code == "revoked-key"


def test_who_joined_cannot_change_keys(office: Office) -> None:
    key = office.invited()
    office.add(key)
    with office.connect("ben") as x, pytest.raises(UsageProblem, match="holds no next key"):
        x.rotate(**office.nexts(1))
    assert office.load("ben").profile.key == key.thumbprint


def test_wrong_keys_are_refused_before_anything_is_signed(office: Office) -> None:
    key, strange = office.invited(), Ed25519Signer.generate()
    x64 = base64url.encode(strange.public).decode()
    other = KeyFile(participant="sha256:" + "0" * 64, name="x", x=x64)  # type: ignore[arg-type]
    own = base64url.encode(office.load("buyer").signer.public).decode()
    wrong = {
        "made for": other,
        "identity's own": key.model_copy(update={"x": own}),
    }
    for said, file in wrong.items():
        with pytest.raises(UsageProblem, match=said):
            office.add(file)
    with office.connect("buyer") as x, pytest.raises(UsageProblem, match="not listed"):
        x.run(lambda s: remove_key(s, strange.thumbprint, **office.nexts(0)))
    with pytest.raises(UsageProblem, match="not an amount"):
        office.add(key, limit="much")
    assert office.load("buyer").head is None


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"[" * 9000])
def test_a_file_that_is_no_invite_or_key_is_a_usage_problem(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    for read in (invite.read_invite, invite.read_key):
        with pytest.raises(UsageProblem, match="is not a"):
            read(tmp_path / "file")


def test_an_unsound_key_is_not_taken(tmp_path: Path) -> None:
    key = {"format": "lading-public-key/1", "participant": "sha256:" + "0" * 64, "name": "x"}
    (tmp_path / "file").write_text(json.dumps(key | {"x": "A" * 43}))
    with pytest.raises(UsageProblem, match="sound key"):
        invite.read_key(tmp_path / "file")


class Deadly(HttpxTransport):
    """Ends the process around the send of a statement."""

    def __init__(self, url: str, moment: str) -> None:
        super().__init__(url)
        self.moment = moment

    def send(self, request: Request) -> Response:
        here = request.method == "POST" and request.url.endswith("/statements")
        if here and self.moment == "before":
            raise Killed
        response = super().send(request)
        if here:
            raise Killed
        return response


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_while_a_key_is_added_leaves_one_change(office: Office, moment: str) -> None:
    key = office.invited()
    deadly = Deadly(office.exchange.api, moment)
    x = lading.connect(office.exchange.api, office.load("buyer"), transport=deadly)
    with pytest.raises(Killed):
        x.run(lambda s: add_key(s, key, may=ACTS, **office.nexts(0)))
    deadly.close()
    office.add(key, may=ACTS)
    with office.connect("buyer") as x:
        assert x.state(x.session.me).record["statements"] == 2
        assert x.run(list_keys)[1].may == ACTS


def test_another_change_than_the_one_under_way_is_noticed(office: Office) -> None:
    first, second = office.invited(), office.invited("cleo")
    deadly = Deadly(office.exchange.api, "before")
    x = lading.connect(office.exchange.api, office.load("buyer"), transport=deadly)
    with pytest.raises(Killed):
        x.run(lambda s: add_key(s, first, **office.nexts(0)))
    deadly.close()
    with pytest.raises(UsageProblem, match="earlier change of keys is registered") as caught:
        office.add(second)
    assert "buyer.1" in caught.value.hint
    with pytest.raises(UsageProblem, match="earlier change"):
        office.add(second)
    office.add(second, 1)
    with office.connect("buyer") as x:
        assert {listed.kid for listed in x.run(list_keys)[1:]} == {first.thumbprint, second.thumbprint}
    assert rotation.load(office.load("buyer").folder) is None


def test_the_next_key_of_a_change_is_written_where_it_was_said(office: Office) -> None:
    office.add(office.invited())
    assert nextkey.read(office.folder / "buyer.1").thumbprint == office.load("buyer").profile.next_key


def test_joining_takes_a_free_name_and_a_passphrase(office: Office) -> None:
    office.invited()
    invited = invite.read_invite(office.folder / "ben.invite.json")
    with pytest.raises(UsageProblem, match="exists"):
        Identity.join("ben", invited, passphrase=SECRET, directory=office.folder)
    assert Thumbprint(office.load("ben").profile.key) == office.load("ben").signer.thumbprint
