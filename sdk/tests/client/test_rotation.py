"""Replacing keys: what changes, what stays, and that no crash leaves an identity without its keys."""

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

import lading
from lading.acts.participant import Participant, Relative
from lading.client import nextkey, profile, rotation
from lading.client.exchange import Exchange
from lading.client.identity import Identity
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import Unreachable, UsageProblem
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from sdk.tests.client.conftest import QUICK, Trade
from sdk.tests.client.memory import MemoryKeyring
from sdk.tests.client.stand_in import API
from sdk.tests.client.steps import contracted, delivered, entries, listed
from sdk.tests.client.twists import at

PASSPHRASE = "a passphrase"


class Person:
    """An identity on the disk, which can be opened again and again."""

    def __init__(self, trade: Trade, *, keyring: MemoryKeyring | None = None) -> None:
        self.trade = trade
        self.home = trade.folder / "another home"
        self.keyring = keyring
        self.home.mkdir()
        Identity.create(
            "acme",
            legal_name="Acme Ltd",
            jurisdiction="IE",
            identifiers=["lei:ACME"],
            related={"lei:PARENT": "controlled-by"},
            next_key=self.home / "next.txt",
            directory=self.home,
            **self._secret(),  # type: ignore[arg-type]
        )
        trade.exchange.admit(self.open().session.me)

    def _secret(self) -> dict[str, object]:
        return {"passphrase": PASSPHRASE} if self.keyring is None else {"keyring": self.keyring}

    def load(self) -> Identity:
        return Identity.load("acme", directory=self.home, **self._secret())  # type: ignore[arg-type]

    def open(self) -> Exchange:
        return lading.connect(API, self.load(), config=QUICK, transport=self.trade.seam)

    def rotate(self, x: Exchange | None = None, old: str = "next.txt", new: str = "next-2.txt") -> str:
        return (x or self.open()).rotate(next_key=self.home / old, new_next_key=self.home / new).id


@pytest.fixture
def someone(trade: Trade) -> Person:
    return Person(trade)


def test_a_rotation_changes_all_keys_and_keeps_the_old_seal_key(someone: Person) -> None:
    before = someone.load()
    promised = nextkey.read(someone.home / "next.txt").thumbprint
    head = someone.rotate()
    after = someone.load()
    assert after.signer.thumbprint == promised == after.profile.key
    assert after.id == before.id
    assert after.head == head
    assert [key.kid for key in after.seal_keys[1:]] == [key.kid for key in before.seal_keys]
    assert after.profile.seal_key == after.seal_keys[0].kid != before.profile.seal_key
    assert nextkey.read(someone.home / "next-2.txt").thumbprint == after.profile.next_key
    assert stat.S_IMODE((someone.home / "next-2.txt").stat().st_mode) == 0o600
    assert not (after.folder / rotation.FILE).exists()


def test_the_successor_lists_the_new_keys_alone_and_says_the_rest_again(someone: Person) -> None:
    x = someone.open()
    head = someone.rotate(x)
    act = x.evidence(head).act(head, Participant)
    identity = someone.load()
    assert [key.kid for key in act.signing] == [identity.profile.key]
    assert [key.kid for key in act.sealing] == [identity.profile.seal_key]
    assert act.next == (identity.profile.next_key,)
    assert (act.name, act.jurisdiction, act.kind, act.issuer) == ("Acme Ltd", "IE", "company", identity.id)
    assert act.identifiers == ("lei:ACME",)
    assert act.related == (Relative(party="lei:PARENT", relation="controlled-by"),)


def test_the_same_session_and_later_ones_go_on_under_the_new_keys(someone: Person, terms: Terms) -> None:
    trade = someone.trade
    x = someone.open()
    before = x.publish(trade.goods, source="Sensors", collection="sensor", title="Before", terms=terms)
    head = someone.rotate(x)
    assert x.session.head == head
    for party, title in ((x, "After"), (someone.open(), "Later")):
        listing = party.publish(trade.goods, source="Sensors", collection="sensor", title=title, terms=terms)
        assert party.statement(listing).act.under == head
        assert party.state(party.session.me).name == "admitted"
    assert (
        x.publish(trade.goods, source="Sensors", collection="sensor", title="Before", terms=terms) == before
    )
    trade.consumer.accept(before, purpose="research", at_most="100.00 EUR")


def test_keys_are_replaced_again_and_again(someone: Person) -> None:
    heads = [someone.rotate(old=f"{n or 'next.txt'}", new=f"{n + 1}") for n in range(3)]
    identity = someone.load()
    assert identity.head == heads[-1]
    assert len(identity.seal_keys) == 4
    with pytest.raises(UsageProblem, match="does not hold the next key"):
        someone.rotate(old="1", new="9")


def test_rotating_again_with_the_same_files_is_the_same_rotation(someone: Person) -> None:
    first, size = someone.rotate(), entries(someone.trade)
    assert someone.rotate() == first
    assert entries(someone.trade) == size


def test_an_identity_in_the_keyring_is_rotated_without_asking_for_anything(trade: Trade) -> None:
    someone = Person(trade, keyring=MemoryKeyring())
    head = someone.rotate()
    assert someone.load().head == head
    assert someone.rotate(old="next-2.txt", new="next-3.txt") == someone.load().head


def test_an_identity_from_before_sealed_transfers_gets_a_seal_key(someone: Person) -> None:
    identity = someone.load()
    about = json.loads((identity.folder / "identity.json").read_text())
    del about["seal_key"]
    (identity.folder / "identity.json").write_text(json.dumps(about))
    old_box = identity.lock.close(identity.signer.seed)  # type: ignore[attr-defined]
    (identity.folder / "key.json").write_bytes(profile.dump(old_box))
    assert someone.load().seal_keys == ()
    assert someone.load().profile.seal_key is None
    someone.rotate()
    assert len(someone.load().seal_keys) == 1


def test_the_stored_seal_key_is_not_in_clear(someone: Person) -> None:
    someone.rotate()
    secrets = [key.seed for key in someone.load().seal_keys]
    for path in someone.load().folder.rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert not any(seed in path.read_bytes() for seed in secrets)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("nowhere", "new", "holds no next key"),
        ("strange", "new", "does not hold the next key"),
        ("next.txt", "next.txt", "exists"),
        ("next.txt", "strange", "exists"),
        ("next.txt", "nowhere/new", "cannot write"),
    ],
)
def test_wrong_files_are_a_usage_problem_and_change_nothing(
    someone: Person, old: str, new: str, said: str
) -> None:
    nextkey.write(someone.home / "strange", Ed25519Signer.generate(), name="x", legal_name="x")
    before, size = someone.load().profile, entries(someone.trade)
    with pytest.raises(UsageProblem, match=said):
        someone.rotate(old=old, new=new)
    assert someone.load().profile == before
    assert entries(someone.trade) == size
    someone.rotate()


class Killed(BaseException):
    """The process ends here."""


def kill_at(moment: str) -> Callable[[Request, Response], Response]:
    """The exchange learns of a request; nobody learns of its answer."""

    def twist(request: Request, response: Response) -> Response:
        path = request.url.removeprefix(API)
        if f"{request.method} {path}" == moment:
            raise Killed
        return response

    return twist


class BeforeIt:
    """Ends the process before a request is sent."""

    def __init__(self, trade: Trade, moment: str) -> None:
        self.trade, self.moment = trade, moment

    def send(self, request: Request) -> Response:
        if f"{request.method} {request.url.removeprefix(API)}" == self.moment:
            raise Killed
        return self.trade.seam.send(request)


def crash(someone: Person, *, registered: bool) -> None:
    """A rotation whose process ended around the send of its statement."""
    trade = someone.trade
    if registered:
        trade.twist(kill_at("POST /statements"))
        with pytest.raises(Killed):
            someone.rotate()
        trade.twist(None)
        return
    x = lading.connect(API, someone.load(), config=QUICK, transport=BeforeIt(trade, "POST /statements"))
    with pytest.raises(Killed):
        someone.rotate(x)


def test_a_rotation_that_was_registered_before_the_crash_is_adopted_by_the_next_session(
    someone: Person,
) -> None:
    promised = nextkey.read(someone.home / "next.txt").thumbprint
    crash(someone, registered=True)
    assert someone.load().profile.key != promised  # nobody has asked yet
    x = someone.open()
    assert x.session.speaker.profile.key == promised
    assert someone.load().profile.key == promised
    assert x.publish(None, source="Sensors", collection="sensor", title="On request").id
    assert someone.rotate() == someone.load().head


def test_a_rotation_that_was_not_sent_waits_for_the_next_call(someone: Person) -> None:
    crash(someone, registered=False)
    size = entries(someone.trade)
    x = someone.open()
    assert x.publish(None, source="Sensors", collection="sensor", title="Still under the old key").id
    with pytest.raises(UsageProblem, match="under way") as caught:
        someone.rotate(new="elsewhere")
    assert "next-2.txt" in caught.value.hint
    (stored,) = x.session.outbox.pending()
    assert someone.rotate() == stored.id
    assert entries(someone.trade) == size + 2


def test_a_crash_before_the_next_key_is_written_begins_anew(someone: Person) -> None:
    with pytest.raises(UsageProblem):
        someone.rotate(new="nowhere/new")
    assert (someone.load().folder / rotation.FILE).exists()
    someone.rotate()
    assert nextkey.read(someone.home / "next-2.txt").thumbprint == someone.load().profile.next_key


@pytest.mark.parametrize("files_in_place", [0, 1, 2])
def test_a_crash_while_keys_are_put_in_place_is_made_up_for(someone: Person, files_in_place: int) -> None:
    """The head in home.json is what counts; the files that follow from it may be old or new."""
    promised = nextkey.read(someone.home / "next.txt").thumbprint
    crash(someone, registered=True)
    folder = someone.load().folder
    pending = rotation.load(folder)
    assert pending is not None
    head = someone.trade.exchange.store.sight.entries[-1].id
    home = profile.load_home(folder)
    assert home is not None
    profile.save_home(folder, home.model_copy(update={"head": head}))
    if files_in_place > 0:
        (folder / "key.json").write_bytes(profile.dump(pending.box))
    if files_in_place > 1:
        (folder / "identity.json").write_bytes(profile.dump(pending.profile))
    identity = someone.load()
    assert identity.signer.thumbprint == promised == identity.profile.key
    assert identity.head == head
    assert not (folder / rotation.FILE).exists()
    assert someone.open().publish(None, source="Sensors", collection="sensor", title="On request").id


def test_silence_is_not_taken_for_an_answer(someone: Person) -> None:
    def silent(response: Response) -> Response:
        raise Unreachable("lost")

    someone.trade.twist(at("POST /statements", silent))
    with pytest.raises(Unreachable):
        someone.rotate()
    someone.trade.twist(at("GET /statements/.*", silent))
    with pytest.raises(Unreachable):
        opened(someone)
    someone.trade.twist(None)
    assert opened(someone).head == someone.rotate()


def opened(someone: Person) -> Identity:
    return someone.open().session.speaker


def test_keys_that_were_replaced_elsewhere_are_refused_and_nothing_is_left(
    someone: Person, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(someone.home, copy)
    someone.rotate()
    late = Identity.load("acme", PASSPHRASE, directory=copy)
    x = lading.connect(API, late, config=QUICK, transport=someone.trade.seam)
    with pytest.raises(Refused) as caught:
        x.rotate(next_key=copy / "next.txt", new_next_key=copy / "2.txt")
    assert "replaced" in caught.value.hint
    assert not (late.folder / rotation.FILE).exists()
    assert not (copy / "2.txt").exists()
    with pytest.raises(Refused) as caught:
        x.publish(None, source="Sensors", collection="sensor", title="x")
    assert caught.value.code == "stale-under"
    assert "replaced" in caught.value.hint


def test_a_damaged_rotation_is_a_usage_problem(someone: Person) -> None:
    (someone.load().folder / rotation.FILE).write_text("{}")
    with pytest.raises(UsageProblem, match="damaged"):
        someone.load()


def test_a_delivery_that_was_begun_under_the_old_key_is_finished_under_the_new(
    trade: Trade, terms: Terms
) -> None:
    contract = contracted(trade, terms)

    def lost(response: Response) -> Response:
        raise Unreachable("lost")

    trade.twist(at("(PUT|HEAD) .*/chunks.*", lost))
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)
    kept = trade.provider.session.speaker.sealings.get(contract.id, 1)
    trade.twist(None)
    trade.provider.rotate(
        next_key=trade.folder / "provider.next-key.txt", new_next_key=trade.folder / "2.txt"
    )
    delivery = trade.provider.deliver(contract, trade.goods)
    assert trade.provider.session.speaker.sealings.get(contract.id, 1) == kept
    got = trade.consumer.receive(delivery, to=trade.folder / "got")
    assert got.path.read_bytes() == trade.goods.read_bytes()


def test_the_exchange_refuses_an_everyday_key_as_successor(someone: Person) -> None:
    """What keeps a stolen everyday key from taking the identity is the exchange's rule; the client does not try."""
    x = someone.open()
    stolen = someone.home / "stolen"
    nextkey.write(stolen, x.session.speaker.signer, name="x", legal_name="x")  # type: ignore[arg-type]
    with pytest.raises(UsageProblem, match="does not hold the next key"):
        someone.rotate(x, old="stolen")


def test_what_was_delivered_before_is_received_after_both_rotated(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    for name, party in (("provider", trade.provider), ("consumer", trade.consumer)):
        party.rotate(next_key=trade.folder / f"{name}.next-key.txt", new_next_key=trade.folder / f"{name}.2")
    got = trade.consumer.receive(delivery, to=trade.folder / "got")
    assert got.evidence.verdict.status is lading.Status.VALID
    assert listed(trade, terms).id
