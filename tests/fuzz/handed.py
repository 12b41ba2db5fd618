"""Files that persons of one organisation hand each other: invites, keys, requests for approval, and decisions."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from lading.client import approvals, invite
from lading.client.approvals import Approver, Decision
from lading.client.invite import Invite, KeyFile
from lading.client.profile import Home, dump
from lading.statement import base64url
from lading.statement.words import Id
from sdk.tests.core.outcome import reading
from sdk.tests.core.vectors import load
from tests.fuzz import inputs
from tests.fuzz.mutation import mutate_json
from tests.fuzz.sketches import NOBODY
from tests.fuzz.target import Target


@lru_cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where inputs are files; it goes when this process ends."""
    return tempfile.TemporaryDirectory(prefix="lading-fuzz-")


@contextmanager
def file_of(data: bytes, name: str = "input.json") -> Iterator[Path]:
    path = Path(_folder().name) / name
    path.write_bytes(data)
    yield path
    path.unlink()


def handed(data: bytes) -> None:
    """A file as each of those that persons of one organisation hand each other: its form, or a `UsageProblem`."""
    readers: tuple[Callable[[Path], object], ...] = (
        invite.read_invite,
        invite.read_key,
        approvals.read_approver,
        approvals.parse_request,
    )
    for read in readers:
        with file_of(data) as path:
            found = reading(read, path)
            assert not isinstance(found, ValueError), found
    _answered(data)


def _answered(data: bytes) -> None:
    """The file as the decision about a request that waits; it counts only if it is the one that was made."""
    request, approver = _request(), _approver()
    folder = Path(_folder().name)
    with file_of(data, f"{request.number}.decision.json"):
        found = reading(approvals.decision, folder, request)
    if isinstance(found, Decision):
        demand = approvals.Demand(acts=("listing",), approvers=(approver,))
        checked = reading(approvals.check, demand, request, found, _decided_at() + 1)
        assert checked is not None or found == _decision(), "a decision that nobody made"


def _approver() -> Approver:
    return Approver(name="bea", x=base64url.encode(inputs.signers()["buyer"].public).decode())


@lru_cache
def _request() -> approvals.Request:
    jws = next(jws for jws in inputs.statements() if b'"type":"listing"' in (inputs.payload_of(jws) or b""))
    return approvals.request_of("Acme", jws.rpartition(b".")[0])


def _decided_at() -> int:
    return int(load("scenarios/market").cases[-1]["time"])


@lru_cache
def _decision() -> Decision:
    with tempfile.TemporaryDirectory() as folder:
        key = inputs.signers()["buyer"]
        return approvals.decide(Path(folder), _request(), _approver(), key, refused=None, now=_decided_at())


def _files() -> tuple[bytes, ...]:
    acme = base64url.encode(inputs.ACME.public).decode()
    forms = (
        KeyFile(participant=inputs.digest({}, ""), name="Bea", x=acme),
        _approver(),
        _request(),
        _decision(),
    )
    home = Home(
        exchange=Id(NOBODY),
        api="https://vectors.example",
        origin="vectors.example/log",
        vkey=load("log/checkpoints").head["vkey"],
        participant=Id(NOBODY),
        index=1,
        time=1,
    )
    guest = Invite(legal_name="Acme", kind="company", jurisdiction="CH", home=home)
    return tuple(map(dump, (*forms, guest)))


TARGETS: Final = (
    Target("handed", "invites, key files, approvers, requests and decisions", handed, _files, mutate_json),
)
