"""The subject of a run: the one file that describes it, and how it admits test participants.

The file is TOML; `docs/conformance.md` has the contract. The suite runs the command that stands there as it
stands, without a shell, in the folder of the file.
"""

from __future__ import annotations

import os
import subprocess
import tomllib
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

Profile = Literal[
    "statement",
    "log",
    "catalogue",
    "contract",
    "transfer",
    "recourse",
    "access",
    "exchange-to-exchange",
    "verifier",
]
"""A part of the protocol that a subject claims as a whole (`spec/profiles.md`)."""

Role = Literal["provider", "consumer", "assessor", "arbiter"]
"""What a test participant is admitted as."""

Hook = Literal["restart", "suspend", "expel", "erase", "notarise", "follow"]
"""What only the operator of an exchange can do, and the suite asks for by a command of the subject's file."""

PROFILES: Final[tuple[Profile, ...]] = (
    "statement",
    "log",
    "catalogue",
    "contract",
    "transfer",
    "recourse",
    "access",
    "exchange-to-exchange",
)
"""The profiles of exchanges."""


class SubjectFault(Exception):
    """The subject's file, or what it says about admission, does not work. It is mended there, not in the
    subject.
    """


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Admission(_Closed):
    """How a registered test participant becomes admitted: a command, an HTTP hook, or neither
    (automatically).
    """

    command: tuple[str, ...] | None = None
    hook: str | None = None
    token_env: str | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.command is not None and self.hook is not None:
            raise ValueError("[admission] holds either `command` or `hook`, not both")
        return self


class Hooks(_Closed):
    """Commands for what only the operator can do; the words in braces are filled in. None: the subject gives none."""

    restart: tuple[str, ...] | None = None
    """Stop the exchange hard, start it again, and end when it answers."""
    suspend: tuple[str, ...] | None = None
    """Register an admission of `{participant}` with status `suspended`."""
    expel: tuple[str, ...] | None = None
    """Register an admission of `{participant}` with status `expelled`."""
    erase: tuple[str, ...] | None = None
    """Register an erasure of `{statement}`."""
    notarise: tuple[str, ...] | None = None
    """Register a notarisation of `{digest}`, to be read by everybody."""
    follow: tuple[str, ...] | None = None
    """Follow the exchange at `{url}`, whose id is `{exchange}` and whose log key is `{vkey}`."""
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0

    @property
    def given(self) -> frozenset[Hook]:
        """The hooks that the subject gives."""
        names: tuple[Hook, ...] = ("restart", "suspend", "expel", "erase", "notarise", "follow")
        return frozenset(name for name in names if getattr(self, name) is not None)


class ExpectedFailure(_Closed):
    """A failure that the subject's team knows of: in a case, or wherever a requirement is checked."""

    case: str | None = None
    requirement: str | None = None
    reason: Annotated[str, Field(min_length=1)]
    issue: Annotated[str, Field(min_length=1)]
    expires: date
    """The last day on which it is expected."""

    @property
    def about(self) -> str:
        """The case or the requirement."""
        return str(self.case or self.requirement)

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.case is None) == (self.requirement is None):
            raise ValueError("an [[expected_failure]] holds either `case` or `requirement`")
        return self


class Peer(_Closed):
    """The second exchange of cases with two: a file of its own, or what that file would say."""

    subject: Path | None = None
    url: str | None = None
    admission: Admission = Admission()
    hooks: Hooks = Hooks()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.subject is not None and self.model_fields_set & {"admission", "hooks"}:
            raise ValueError("[peer] holds either `subject` or `admission` and `hooks`, not both")
        return self


class Verifier(_Closed):
    """A program that answers vectors; `{vectors}` in the command stands for their folder."""

    command: Annotated[tuple[str, ...], Field(min_length=1)]
    timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = 300.0


class Subject(_Closed):
    """What `subject.toml` says. `capabilities` are the profiles that an exchange claims."""

    name: str = "unnamed subject"
    url: str | None = None
    capabilities: tuple[Profile, ...] = PROFILES
    quiet: bool = True
    request_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 10.0
    news_seconds: Annotated[float, Field(gt=0, le=600)] = 60.0
    """How long the news of one exchange may take to arrive at another that follows it."""
    admission: Admission = Admission()
    hooks: Hooks = Hooks()
    expected_failure: tuple[ExpectedFailure, ...] = ()
    peer: Peer | None = None
    verifier: Verifier | None = None
    folder: Path = Path()

    @model_validator(mode="after")
    def _verifier_is_given(self) -> Self:
        if "verifier" in self.capabilities:
            raise ValueError("the profile verifier is claimed by a table [verifier]")
        return self

    @property
    def claimed(self) -> tuple[Profile, ...]:
        """The profiles that the subject claims."""
        return (*self.capabilities, *(("verifier",) if self.verifier is not None else ()))

    def is_for(self, profile: Profile) -> bool:
        """Whether a profile is for this kind of subject: an exchange, or a verifier, or both."""
        return self.verifier is not None if profile == "verifier" else bool(self.capabilities)

    def second(self) -> Subject | None:
        """Return what the file says of the second exchange, or None. Raises `SubjectFault`."""
        if self.peer is None:
            return None
        if self.peer.subject is None:
            own = {name: getattr(self.peer, name) for name in ("url", "admission", "hooks")}
            return self.model_copy(update={"name": "the peer", "expected_failure": (), "peer": None, **own})
        loaded = load(self.folder / self.peer.subject)
        return loaded.model_copy(update={"url": self.peer.url or loaded.url})

    def admit(self, participant: str, role: Role) -> None:
        """Ask the subject to admit `participant` (an id) in one role. Raises `SubjectFault`.

        Returns when the subject has taken the order; that the admission stands in the log is for the caller
        to see.
        """
        order = {"participant": participant, "role": role}
        if self.admission.command is not None:
            _run("admission", self.admission.command, self.admission.timeout_seconds, self.folder, order)
        elif self.admission.hook is not None:
            _call(self.admission, order)

    def operate(self, hook: Hook, **order: str) -> None:
        """Run a hook; `order` fills the words in braces. Raises `SubjectFault` also where the hook is not given."""
        command: tuple[str, ...] | None = getattr(self.hooks, hook)
        if command is None:
            raise SubjectFault(f"the subject's file gives no [hooks] {hook}")
        _run(f"`{hook}`", command, self.hooks.timeout_seconds, self.folder, order)


def load(path: Path) -> Subject:
    """Return the subject that a file describes. Raises `SubjectFault` naming what is wrong with it."""
    try:
        members = tomllib.loads(path.read_text(encoding="utf-8"))
        return Subject.model_validate({**members, "folder": path.parent.resolve()})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SubjectFault(f"{path}: {error}") from None
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {_said(e)}" for e in error.errors())
        raise SubjectFault(f"{path}: {faults}") from None


def _said(fault: ErrorDetails) -> str:
    """Say what is wrong with an entry in words of the file, and not of Python."""
    name = str(fault["loc"][-1]) if fault["loc"] else ""
    names = {entry for model in _Closed.__subclasses__() for entry in model.model_fields} - {name, "folder"}
    match fault["type"]:
        case "extra_forbidden":
            alike = get_close_matches(name, sorted(names), 1)
            return "there is no such entry here" + (f"; did you mean {alike[0]}?" if alike else "")
        case "tuple_type":
            return 'this has to be a list, as ["a", "b"]'
        case "model_type" | "model_attributes_type":
            return "this has to be a table"
        case "missing":
            return "this entry is missing"
    return fault["msg"].removeprefix("Value error, ")


def _run(what: str, words: tuple[str, ...], seconds: float, folder: Path, order: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            [_filled(word, order) for word in words],
            cwd=folder,
            timeout=seconds,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, IndexError) as error:
        raise SubjectFault(f"the {what} command could not be started: {error}") from None
    except subprocess.TimeoutExpired:
        raise SubjectFault(f"the {what} command took over {seconds:g} s") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()[-300:]
        raise SubjectFault(
            f"the {what} command ended with exit code {done.returncode}: {said or 'it said nothing'}"
        )


def _filled(word: str, order: dict[str, str]) -> str:
    for name, value in order.items():
        word = word.replace("{" + name + "}", value)
    return word


def _call(admission: Admission, order: dict[str, str]) -> None:
    token = os.environ.get(admission.token_env, "") if admission.token_env else None
    if token == "":
        raise SubjectFault(f"the environment variable {admission.token_env} is empty or absent")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with httpx.Client(trust_env=False, timeout=admission.timeout_seconds) as client:
            status = client.post(str(admission.hook), json=order, headers=headers).status_code
    except httpx.HTTPError as error:
        raise SubjectFault(f"the admission hook gave no answer: {type(error).__name__}") from None
    if not 200 <= status < 300:
        raise SubjectFault(f"the admission hook answered {status}")
