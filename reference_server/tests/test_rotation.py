"""New keys for an exchange, also when the rotation is killed in the middle, and what old seal keys are still for."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from lading import acts
from lading.acts.participant import Participant
from lading.errors import UsageProblem
from lading.evidence.verdict import Status
from lading.evidence.verify import verify
from lading.keys.signer import Ed25519Signer
from lading.statement.envelope import decode, encode, statement_id
from lading_server import operate
from lading_server.state import StateDamaged, StateDirectory, StateInUse, read_key, write_key
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.sealed import SealedContent, seal_files, wait_until
from reference_server.tests.test_durability import copy_database, restore_database
from reference_server.tests.test_sealed_trade import release_of
from reference_server.tests.trader import Content, Market, Trader, jwk

DATA = b"roads"
ROTATE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from lading_server import rotation
from lading_server.exchange import Exchange
from lading_server.state import StateDirectory

state = StateDirectory(Path(sys.argv[1]))
with state.locked():
    exchange = Exchange.open(state)
    for number, step in enumerate(rotation.steps(state, exchange.store, exchange.register), 1):
        print(step, flush=True)
        if number == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
"""
STEPS = [
    "wrote the seal key",
    "wrote the following key",
    "registered the statement",
    "the next key signs",
    "the following key is next",
]


def head_of(exchange: ExchangeProcess) -> Participant:
    """The newest statement of the exchange, as it shows it."""
    head = httpx.get(f"{exchange.api}/.well-known/lading").json()["head"]
    act = acts.parse(decode(head.encode())).act
    assert isinstance(act, Participant)
    return act


def names(exchange: ExchangeProcess) -> set[str]:
    """The files of keys, those of seal keys by their number only."""
    files = [
        path.name for path in (exchange.directory / "keys").iterdir() if path not in seal_files(exchange)
    ]
    return {*files, f"{len(seal_files(exchange))} seal keys"}


def check_keys(exchange: ExchangeProcess) -> None:
    """The files are the keys of the exchange's newest statement."""
    state, head = StateDirectory(exchange.directory), head_of(exchange)
    assert read_key(state.key_file("statement")).thumbprint == head.signing[0].kid
    assert read_key(state.key_file("next")).thumbprint in head.next
    assert len(head.sealing) == 1
    assert f"seal-{head.sealing[0].kid}.pem" in {path.name for path in seal_files(exchange)}
    for path in (exchange.directory / "keys").iterdir():
        assert path.stat().st_mode & 0o077 == 0


def renewed(market: Market, exchange: ExchangeProcess) -> None:
    """Sign as the exchange with its present key from now on."""
    market.exchange.http.close()
    head = httpx.get(f"{exchange.api}/.well-known/lading").json()["head"].encode()
    market.exchange = Trader.exchange(exchange.api, exchange.id, exchange.directory, statement_id(head))


def test_a_rotation_gives_all_keys_but_the_log_key_anew(
    own_exchange: ExchangeProcess, own_market: Market, tmp_path: Path
) -> None:
    state, before = StateDirectory(own_exchange.directory), head_of(own_exchange)
    following = read_key(state.key_file("next"))
    log_key = state.key_file("log").read_bytes()
    own_exchange.end()
    made = operate.rotate(own_exchange.directory)
    own_exchange.start()
    head = head_of(own_exchange)
    assert head.previous == own_exchange.id
    assert [key.kid for key in head.signing] == [following.thumbprint]
    assert head.sealing[0].kid == made["seal_key"] != before.sealing[0].kid
    assert len(head.next) == 1
    assert not {*head.next} & {*before.next}
    same = ("name", "kind", "jurisdiction", "exchange", "revoked", "identifiers")
    assert [getattr(head, name) for name in same] == [getattr(before, name) for name in same]
    assert state.key_file("log").read_bytes() == log_key
    check_keys(own_exchange)
    renewed(own_market, own_exchange)
    assert own_market.exchange.head == made["statement"]
    with Trader(own_exchange.api, own_exchange.id, "Newcomer") as newcomer:
        newcomer.register(newcomer.first)
        operate.admit(own_exchange.directory, newcomer.id)
    content = SealedContent(own_market, own_market.contract(), DATA)
    receipt = own_market.consumer.register(content.receipt(content.delivered()))
    release = release_of(own_market, receipt)
    assert decode(release["statement"].encode()).members["under"] == made["statement"]
    (tmp_path / "trust").write_text(operate.policy(own_exchange.directory))
    (tmp_path / "evidence").write_bytes(own_market.consumer.get(f"/statements/{receipt}/evidence").content)
    assert verify(tmp_path / "evidence", tmp_path / "trust").status is Status.VALID


def test_an_open_delivery_keeps_the_seal_key_that_it_names(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    content = SealedContent(own_market, own_market.contract(), DATA)
    delivery = content.delivered()
    (old,) = seal_files(own_exchange)
    own_exchange.end()
    operate.rotate(own_exchange.directory)
    own_exchange.start()
    renewed(own_market, own_exchange)
    late = SealedContent(own_market, own_market.contract(), b"sealed to the old key")
    assert late.public["exchange"] != content.public["exchange"]
    late.public["exchange"] = content.public["exchange"]
    late.boxes["exchange"] = late.box("exchange")
    second = late.delivered()
    own_exchange.end()
    operate.rotate(own_exchange.directory)
    own_exchange.start()
    renewed(own_market, own_exchange)
    wait_until(lambda: len(seal_files(own_exchange)) == 2)
    assert old in seal_files(own_exchange)
    release_of(own_market, own_market.consumer.register(content.receipt(delivery)))
    release_of(own_market, own_market.consumer.register(late.receipt(second)))
    wait_until(lambda: len(seal_files(own_exchange)) == 1, seconds=5)
    check_keys(own_exchange)
    too_late = SealedContent(own_market, own_market.contract(), DATA)
    too_late.public["exchange"] = content.public["exchange"]
    refused = own_market.provider.open_upload(too_late.delivery()).json()
    assert (refused["code"], refused["pointer"]) == ("bad-share", "/sealed/exchange/key")


def test_an_upload_over_a_rotation_needs_a_new_box_and_nothing_else(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    content = SealedContent(own_market, own_market.contract(), DATA)
    ticket = content.opened()
    own_exchange.end()
    operate.rotate(own_exchange.directory)
    own_exchange.start()
    renewed(own_market, own_exchange)
    wait_until(lambda: len(seal_files(own_exchange)) == 1)
    assert own_market.provider.post(ticket).json()["code"] == "bad-share"
    fresh = SealedContent(own_market, own_market.contract(), DATA)
    content.public["exchange"] = fresh.public["exchange"]
    content.boxes["exchange"] = content.box("exchange")
    anew = content.delivery()
    opened = own_market.provider.open_upload(anew).json()
    assert (opened["held"], opened["boxes"]) == (1, {"exchange": False, "consumer": True})
    content.put("boxes/exchange", content.boxes["exchange"])
    own_market.provider.register(anew)


@pytest.mark.parametrize(
    ("then", "step"), [*(("start", n) for n in range(1, 6)), *(("rotate", n) for n in range(2, 5))]
)
def test_a_rotation_that_is_killed_is_finished_or_undone(
    own_exchange: ExchangeProcess, own_market: Market, step: int, then: str
) -> None:
    content = SealedContent(own_market, own_market.contract(), DATA)
    delivery = content.delivered()
    before = head_of(own_exchange)
    own_exchange.end()
    child = subprocess.run(
        [sys.executable, "-c", ROTATE_AND_DIE, str(own_exchange.directory), str(step)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert child.stdout.splitlines() == STEPS[:step]
    litter = own_exchange.directory / "keys" / "seal-x.pem.new"
    litter.write_text("torn")
    if then == "rotate":
        operate.rotate(own_exchange.directory)
    own_exchange.start()
    head, registered = head_of(own_exchange), step >= STEPS.index("registered the statement") + 1
    length = httpx.get(f"{own_exchange.api}/state/{own_exchange.id}").json()["record"]["statements"]
    assert length == 1 + registered + (then == "rotate")
    assert (head.previous is None) == (length == 1)
    assert (head == before) == (length == 1)
    check_keys(own_exchange)
    expected = {"statement.pem", "next.pem", "log.pem"}
    assert names(own_exchange) - {f"{number} seal keys" for number in range(1, 4)} == expected
    renewed(own_market, own_exchange)
    release_of(own_market, own_market.consumer.register(content.receipt(delivery)))
    wait_until(lambda: names(own_exchange) == {*expected, "1 seal keys"}, seconds=5)
    check_keys(own_exchange)


def test_an_exchange_that_is_served_is_not_rotated(own_exchange: ExchangeProcess) -> None:
    keys = names(own_exchange)
    with pytest.raises(StateInUse):
        operate.rotate(own_exchange.directory)
    assert names(own_exchange) == keys


@pytest.mark.parametrize("what", ["elsewhere", "another"])
def test_without_the_next_key_nothing_is_rotated(
    own_exchange: ExchangeProcess, tmp_path: Path, what: str
) -> None:
    own_exchange.end()
    keys = own_exchange.directory / "keys"
    (keys / "next.pem").rename(tmp_path / "next.pem")
    if what == "another":
        (keys / "next.pem").write_bytes((keys / "statement.pem").read_bytes())
    before = names(own_exchange)
    with pytest.raises(UsageProblem):
        operate.rotate(own_exchange.directory)
    assert names(own_exchange) == before
    (tmp_path / "next.pem").rename(keys / "next.pem")
    operate.rotate(own_exchange.directory)
    own_exchange.start()
    check_keys(own_exchange)


def test_an_older_database_has_no_keys_deleted(
    own_exchange: ExchangeProcess, own_market: Market, tmp_path: Path
) -> None:
    """Restored from before the rotation it is read-only, and knows nothing of the new keys. They are needed again."""
    copy_database(own_exchange, tmp_path / "backup")
    own_exchange.end()
    operate.rotate(own_exchange.directory)
    own_exchange.start()
    wait_until(lambda: len(seal_files(own_exchange)) == 1)
    own_exchange.end()
    copy_database(own_exchange, tmp_path / "newer")
    keys = {path: path.read_bytes() for path in (own_exchange.directory / "keys").iterdir()}
    restore_database(own_exchange, tmp_path / "backup")
    with pytest.raises(StateDamaged, match="read-only"):
        operate.rotate(own_exchange.directory)
    own_exchange.start()
    assert "read-only" in own_exchange.log()
    own_exchange.end()
    assert {path: path.read_bytes() for path in (own_exchange.directory / "keys").iterdir()} == keys
    restore_database(own_exchange, tmp_path / "newer")
    own_exchange.start()
    renewed(own_market, own_exchange)
    content = SealedContent(own_market, own_market.contract(), DATA)
    own_market.consumer.register(content.receipt(content.delivered()))


def test_a_rotation_gives_an_exchange_without_a_seal_key_one(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    own_exchange.end()
    (lost,) = seal_files(own_exchange)
    lost.unlink()
    own_exchange.start()
    own_market.delivered(own_market.contract(), Content(DATA))
    own_exchange.end()
    operate.rotate(own_exchange.directory)
    own_exchange.start()
    renewed(own_market, own_exchange)
    content = SealedContent(own_market, own_market.contract(), DATA)
    own_market.consumer.register(content.receipt(content.delivered()))


def test_a_further_next_key_stays_promised(own_exchange: ExchangeProcess, own_market: Market) -> None:
    """An exchange that keeps a second next key elsewhere has it still after a rotation with the first."""
    state = StateDirectory(own_exchange.directory)
    head = httpx.get(f"{own_exchange.api}/.well-known/lading").json()["head"].encode()
    spare, following, signer = (
        Ed25519Signer.generate(),
        Ed25519Signer.generate(),
        read_key(state.key_file("next")),
    )
    links = {"issuer": own_exchange.id, "previous": own_exchange.id, "under": own_exchange.id}
    keys = {"keys": [{"jwk": jwk(signer), "use": "sign"}], "next": [following.thumbprint, spare.thumbprint]}
    own_market.exchange.register(encode(decode(head).members | links | keys, signer))
    own_exchange.end()
    write_key(state.key_file("statement"), signer)
    write_key(state.key_file("next"), following)
    operate.rotate(own_exchange.directory)
    own_exchange.start()
    assert spare.thumbprint in head_of(own_exchange).next
    check_keys(own_exchange)


@pytest.mark.parametrize(
    ("command", "code"),
    [(["lading.cli", "exchange", "rotate", "--json"], 2), (["lading_server", "rotate"], 3)],
    ids=["lading", "lading_server"],
)
def test_the_command_line_rotates(own_exchange: ExchangeProcess, command: list[str], code: int) -> None:
    words = [sys.executable, "-m", *command, str(own_exchange.directory)]
    served = subprocess.run(words, capture_output=True, text=True, check=False)
    assert served.returncode == code
    assert "already serves" in served.stdout + served.stderr
    own_exchange.end()
    made = subprocess.run(words, capture_output=True, text=True, check=True)
    own_exchange.start()
    head = httpx.get(f"{own_exchange.api}/.well-known/lading").json()["head"].encode()
    assert statement_id(head) in made.stdout
    check_keys(own_exchange)
