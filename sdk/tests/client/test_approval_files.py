"""What an approval has to be to count, and what a request has to be to be shown; and what waits to be signed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lading.client import approvals
from lading.client.approvals import ApprovedSigner, Approver, Decision, Demand
from lading.client.approver import ApproverKey
from lading.client.outbox import Outbox, Slot
from lading.client.session import now_ms
from lading.errors import ApprovalRefused, IdentityLocked, IdentityNotFound, UsageProblem
from lading.keys.signer import Ed25519Signer, Pending
from lading.statement import base64url
from lading.statement.envelope import decode, to_sign
from lading.statement.words import format_time
from sdk.tests.client.office import SECRET

HOURS = 3_600_000
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


SLOT = Slot("accept", ("sha256:" + "0" * 64, "research"))
_KILLED_AFTER_PREPARING = """
import os, signal, sys
from pathlib import Path
from lading.client.outbox import Outbox, Slot
slot = Slot("accept", ("sha256:" + "0" * 64, "research"))
Outbox(Path(sys.argv[1])).prepare(slot, lambda: os.urandom(8).hex().encode() + b".b")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_wanted_to_sign_is_what_the_next_one_signs(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KILLED_AFTER_PREPARING, str(tmp_path)]
    assert subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL
    outbox = Outbox(tmp_path)
    waits = outbox.unsigned(SLOT)
    assert waits is not None
    assert outbox.prepare(SLOT, lambda: b"new.b") == waits
    assert list(outbox.pending()) == []


def test_what_waits_goes_with_the_slot(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.prepare(SLOT, lambda: b"a.b")
    stored = outbox.put(SLOT, lambda: b"a.b.c")
    assert outbox.unsigned(SLOT) is None
    outbox.prepare(SLOT, lambda: b"d.e")
    outbox.drop(SLOT, stored)
    assert outbox.unsigned(SLOT) is None
    assert outbox.get(SLOT) is None


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_what_waits_is_private(tmp_path: Path) -> None:
    Outbox(tmp_path).prepare(SLOT, lambda: b"a.b")
    assert (tmp_path / SLOT.unsigned_name).stat().st_mode & 0o777 == 0o600
