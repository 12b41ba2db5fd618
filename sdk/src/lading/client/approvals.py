"""Approvals: a key that signs certain acts only after a second person has agreed.

A request is a file that holds the exact bytes to be signed, and the same in readable JSON. Whoever approves signs the
digest of that file with a key of their own, which is no participant's key and is known to no exchange; the signature
lies beside the request. The first person's signer checks it and then signs.

This is a process within one organisation. It keeps a person, or a program that uses the SDK, from signing by mistake or
alone. It does not keep out whoever holds the signing key itself and is ready to sign without it: against them stand
`may` and `limit`, which every exchange enforces, and a signer that keeps the key elsewhere.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from lading.client import files, profile
from lading.client.outbox import UNSIGNED_AGE
from lading.errors import ApprovalRefused, UsageProblem
from lading.keys import ed25519
from lading.keys.signer import Pending, Signer, signature_of
from lading.problems import Refused
from lading.statement import base64url, canonical
from lading.statement.envelope import header_segment, read_to_sign
from lading.statement.words import (
    Digest,
    Form,
    Id,
    Thumbprint,
    Time,
    Token,
    Unique,
    format_time,
    parse_time,
    text,
)

DEMAND_FILE: Final = "approvals.json"
FOLDER: Final = "approvals"
_LIMIT: Final = 262_144
_CONTEXT: Final = b"lading-approval/1\n"
"""What an approval's signature begins with, so that it is never one over a statement or a request."""
_NUMBER = re.compile(r"[0-9a-f]{32}")

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*\z", max_length=64)]


class Approver(Form):
    """A person who may approve: a name, and the public key (`x`, base64url) that their approvals are checked with."""

    format: Literal["lading-approver/1"] = "lading-approver/1"
    name: Name
    x: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\z")]

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return base64url.decode(self.x.encode())

    @property
    def thumbprint(self) -> Thumbprint:
        """The key's RFC 7638 thumbprint, to be compared by telephone."""
        return ed25519.thumbprint(self.public)


class Demand(Form):
    """`approvals.json` in an identity's folder: which acts wait for whom, and where requests are put.

    `own` is the approver key of the person who uses this identity: what they approve themselves does not count.
    """

    format: Literal["lading-approvals/1"] = "lading-approvals/1"
    acts: Annotated[tuple[Token, ...], Field(min_length=1, max_length=32), Unique]
    approvers: Annotated[tuple[Approver, ...], Field(min_length=1, max_length=16)]
    own: Thumbprint | None = None
    folder: str | None = None


class Request(Form):
    """A file that asks for an approval. `statement` is what `signing_input` says; they are compared when it is read."""

    format: Literal["lading-approval-request/1"] = "lading-approval-request/1"
    organisation: Annotated[str, text(200)]
    expires_at: Time
    statement: dict[str, Any]
    signing_input: str

    @property
    def data(self) -> bytes:
        """The file's bytes; a request has no other form."""
        return profile.dump(self)

    @property
    def digest(self) -> Id:
        """What an approval is over: the SHA-256 of the file."""
        return Id("sha256:" + hashlib.sha256(self.data).hexdigest())

    @property
    def number(self) -> str:
        """How people call it, and the start of its file names."""
        return self.digest.removeprefix("sha256:")[:32]

    @property
    def act(self) -> str:
        """The act that waits."""
        return str(self.statement["type"])


class Decision(Form):
    """A file that answers a request: approved, or refused with a reason; signed by the approver's key."""

    format: Literal["lading-approval/1"] = "lading-approval/1"
    request: Digest
    outcome: Literal["approved", "refused"]
    reason: Annotated[str, text(400)] | None = None
    approver: Approver
    decided_at: Time
    signature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{85}[AQgw]\z")] = "A" * 86

    @property
    def to_sign(self) -> bytes:
        """The bytes that the approver signs: all of the above but the signature."""
        return _CONTEXT + canonical.dumps(self.model_dump(exclude={"signature"}, exclude_none=True))


def request_of(organisation: str, to_sign: bytes) -> Request:
    """The request for an approval of these bytes; `Refused` where they are no statement's signing input."""
    said = read_to_sign(to_sign)
    try:
        issued = parse_time(str(said.members.get("issued_at")))
    except ValueError as error:
        raise UsageProblem(f"a statement without a time cannot be approved: {error}") from None
    return Request(
        organisation=organisation,
        expires_at=format_time(issued + UNSIGNED_AGE),
        statement=said.members,
        signing_input=to_sign.decode("ascii"),
    )


def parse_request(path: Path) -> Request:
    """The request in a file. `UsageProblem` where it is none, or says in JSON something else than what is signed."""
    data = files.read(path, _LIMIT) if path.is_file() else None
    if data is None:
        raise UsageProblem(f"there is no request {path}", hint="See which ones wait: lading approve list.")
    try:
        found = Request.model_validate_json(data)
        same = request_of(found.organisation, found.signing_input.encode())
    except (ValidationError, Refused, UsageProblem):
        same = None
    if same is None or same.data != data or path.name != request_name(same):
        hint = "Approve nothing of it. Whoever proposed it deletes the file and repeats their command."
        raise UsageProblem(f"{path} was changed, or is no request: it is not what would be signed", hint=hint)
    return same


def request_name(request: Request) -> str:
    """The file name of a request."""
    return f"{request.number}.request.json"


def requests(folder: Path) -> Iterator[tuple[str, Request | None, Decision | None]]:
    """The requests in a folder by number: what each asks for (None: changed) and how it was answered (None: not yet).

    A decision is shown as its file says it; only the signer checks whether it counts.
    """
    for path in sorted(folder.glob("*.request.json")):
        number = path.name.partition(".")[0]
        if _NUMBER.fullmatch(number) is None:
            continue
        try:
            found = parse_request(path)
            yield number, found, decision(folder, found)
        except UsageProblem:
            yield number, None, None


def decision(folder: Path, request: Request) -> Decision | None:
    """The answer that lies beside a request, unchecked; None where there is none."""
    path = folder / f"{request.number}.decision.json"
    data = files.read(path, _LIMIT) if path.is_file() else None
    if data is None:
        return None
    try:
        return Decision.model_validate_json(data)
    except ValidationError:
        raise UsageProblem(f"{path} is not an approval", hint=_ANEW) from None


_ANEW: Final = "Delete that file, find out who wrote it, and have the request decided again."


def decide(
    folder: Path, request: Request, approver: Approver, key: Signer, *, refused: str | None, now: int
) -> Decision:
    """Answer a request, once: approve it, or refuse it for the reason `refused`. `now` is in milliseconds.

    `UsageProblem` where it was answered before, or nobody waits for it any more.
    """
    before = decision(folder, request)
    if before is not None:
        raise UsageProblem(
            f"this request was {before.outcome} by {before.approver.name!r}", hint="It is decided once."
        )
    if now > parse_time(request.expires_at):
        hint = "Whoever proposed it repeats their command, which makes a new request."
        raise UsageProblem(f"this request expired at {request.expires_at}", hint=hint)
    bare = Decision(
        request=request.digest,
        outcome="approved" if refused is None else "refused",
        reason=_reason(refused),
        approver=approver,
        decided_at=format_time(now),
    )
    signature = base64url.encode(signature_of(key, bare.to_sign)).decode("ascii")
    made = bare.model_copy(update={"signature": signature})
    path = folder / f"{request.number}.decision.json"
    if not _written(path, profile.dump(made)):
        return decide(folder, request, approver, key, refused=refused, now=now)
    return made


def _reason(given: str | None) -> str | None:
    if given is not None and re.fullmatch(r"[^\x00-\x09\x0b-\x1f\x7f]{1,400}", given) is None:
        raise UsageProblem("a reason has 1 to 400 characters, none of them a control character")
    return given


def check(demand: Demand, request: Request, found: Decision, now: int) -> None:
    """Return if the decision approves this very request; else `UsageProblem`, or `ApprovalRefused`."""
    said = next((one for one in demand.approvers if one.thumbprint == found.approver.thumbprint), None)
    if found.request != request.digest:
        raise UsageProblem("the approval is for another request", hint=_ANEW)
    if found.approver.thumbprint == demand.own:
        raise UsageProblem(
            "the approval is by the proposer's own approver key: it needs a second person", hint=_ANEW
        )
    if said is None:
        what = f"the approval is by a key that is no approver's here: {found.approver.thumbprint}"
        raise UsageProblem(what, hint=_ANEW)
    try:
        ed25519.check_public(said.public)
        ed25519.verify(said.public, found.to_sign, base64url.decode(found.signature.encode()))
    except Refused:
        raise UsageProblem(
            f"the approval does not carry the signature of {said.name!r}", hint=_ANEW
        ) from None
    if max(now, parse_time(found.decided_at)) > parse_time(request.expires_at):
        hint = "Repeat the command: it makes a new request."
        raise UsageProblem(
            f"the approval came too late: the request expired at {request.expires_at}", hint=hint
        )
    if found.outcome == "refused":
        reason = found.reason or "no reason given"
        hint = "Nothing was signed. The same command proposes it anew."
        raise ApprovalRefused(f"{said.name} refused the {request.act}: {reason}", reason=reason, hint=hint)


class ApprovedSigner:
    """A key that signs the acts of its demand only after a second person approved; everything else at once."""

    def __init__(
        self,
        signer: Signer,
        demand: Demand,
        folder: Path,
        organisation: str,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.public = signer.public
        self.thumbprint = signer.thumbprint
        self._signer = signer
        self._demand = demand
        self._folder = folder
        self._organisation = organisation
        self._clock = clock

    def sign(self, message: bytes) -> bytes | Pending:
        """The signature; `Pending`, with the request's path, while nobody has approved it.

        Raises `ApprovalRefused` where a second person refused, `UsageProblem` where the request was changed or the
        approval does not count, and says why.
        """
        # Requests to an exchange are no statements: their signing base starts with a quotation mark.
        if not message.startswith(header_segment(self.thumbprint) + b"."):
            return self._signer.sign(message)
        if read_to_sign(message).members.get("type") not in self._demand.acts:
            return self._signer.sign(message)
        request = request_of(self._organisation, message)
        path = self._folder / request_name(request)
        if path.exists():
            parse_request(path)
        else:
            files.make_directory(self._folder)
            _written(path, request.data)
        found = decision(self._folder, request)
        if found is None:
            names = " or ".join(
                one.name for one in self._demand.approvers if one.thumbprint != self._demand.own
            )
            hint = f"Ask {names}: lading approve give {request.number}. Then run the same command again."
            return Pending(f"the {request.act}", str(path), hint)
        check(self._demand, request, found, self._clock())
        return self._signer.sign(message)

    def __repr__(self) -> str:
        return f"ApprovedSigner({self.thumbprint})"


def load(folder: Path) -> Demand | None:
    """Which acts of the identity in `folder` wait for a second person; None where none does."""
    data = files.read(folder / DEMAND_FILE, _LIMIT)
    if data is None:
        return None
    try:
        return Demand.model_validate_json(data)
    except ValidationError:
        hint = "Restore it, or set it again: lading identity approvals."
        raise UsageProblem(f"{folder / DEMAND_FILE} is damaged", hint=hint) from None


def save(folder: Path, demand: Demand | None) -> None:
    """Set which acts of the identity in `folder` wait for a second person; None: no act."""
    if demand is None:
        files.remove(folder / DEMAND_FILE)
    else:
        files.replace(folder / DEMAND_FILE, profile.dump(demand))


def demand(
    acts: tuple[str, ...], approver_files: list[Path], own: Path | None, folder: Path | None, key: Thumbprint
) -> Demand:
    """The demand of an identity with the everyday key `key`; `UsageProblem` where nobody could ever approve."""
    approvers = tuple(map(read_approver, approver_files))
    proposer = None if own is None else read_approver(own).thumbprint
    prints = [one.thumbprint for one in approvers]
    if len(set(prints)) != len(prints) or len({one.name for one in approvers}) != len(prints):
        raise UsageProblem("an approver stands twice", hint="Each has a name and a key of their own.")
    if not set(prints) - {proposer}:
        raise UsageProblem(
            "nobody but the proposer could approve", hint="Name a second person's approver file."
        )
    if key in prints:
        raise UsageProblem("an approver's key is the identity's own key", hint="Make another approver's key.")
    if folder is not None and not folder.is_dir():
        hint = "Make it so that both persons can write to it."
        raise UsageProblem(f"there is no folder {folder}", hint=hint)
    where = None if folder is None else str(folder.absolute())
    try:
        return Demand(acts=acts, approvers=approvers, own=proposer, folder=where)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageProblem(
            f"this cannot be demanded: {first['msg']}", hint="Acts are words like acceptance."
        ) from None


def place(folder: Path, demand: Demand) -> Path:
    """Where the requests of the identity in `folder` lie."""
    return folder / FOLDER if demand.folder is None else Path(demand.folder)


def read_approver(path: Path) -> Approver:
    """The public file of an approver; `UsageProblem` where it is none."""
    data = files.read(path, _LIMIT)
    try:
        found = Approver.model_validate_json(data or b"")
        ed25519.check_public(found.public)
    except (ValidationError, Refused):
        hint = "They make it with: lading identity approver NAME."
        raise UsageProblem(f"{path} is not an approver's file", hint=hint) from None
    return found


def _written(path: Path, data: bytes) -> bool:
    try:
        return files.create(path, data, files.SHARED_FILE)
    except OSError as error:
        hint = "Both persons need to be able to write to this folder."
        raise UsageProblem(f"cannot write {path}: {error.strerror}", hint=hint) from None
