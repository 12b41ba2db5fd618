"""What every act is made of: a model, rules and effects over a view of the register's state.

A rule reads one sentence of the specification and raises `Refused` where it is broken. It is pure: it sees the view,
the statement and the statement's place in the log, and nothing else, so that anyone can replay it. Effects are the
records that admitting the statement changes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, Literal, NamedTuple, Protocol, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo

from lading.problems import refuse
from lading.statement.words import Form, Id, Millis, StatementId, Thumbprint, Time, Unique, Uri


def _are_there(critical: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """LAD-STM-037: what is critical is a name in `extensions`."""
    if not set(critical) <= set(info.data.get("extensions") or ()):
        raise ValueError("critical names an extension that is not there")
    return critical


class Act(Form):
    """The members that all statements share (LAD-STM-013 to LAD-STM-016, LAD-STM-020 to LAD-STM-025)."""

    version: Literal[1]
    type: str
    home: StatementId | None = None
    issuer: StatementId | None = None
    under: StatementId | None = None
    issued_at: Time
    extensions: dict[Uri, Any] | None = None
    critical: (
        Annotated[tuple[Uri, ...], Field(min_length=1, max_length=16), Unique, AfterValidator(_are_there)]
        | None
    ) = None


class IssuedAct(Act):
    """An act of a registered participant: `home`, `issuer` and `under` are always there."""

    home: StatementId
    issuer: StatementId
    under: StatementId


A = TypeVar("A", bound=Act)
A_co = TypeVar("A_co", bound=Act, covariant=True)


class Statement(NamedTuple, Generic[A_co]):
    """One statement: its bytes, its id, the key that signed it, and the act that it says."""

    jws: bytes
    id: Id
    kid: Thumbprint
    act: A_co

    @property
    def issuer(self) -> Id:
        """The participant that speaks; in a participant's first statement that is the statement's own id."""
        return self.act.issuer or self.id


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands in its home log: entry index, and registration time in milliseconds."""

    index: int
    time: Millis


class Record(Form):
    """One row of the register's state, addressed by kind and key.

    `prose`: members of free text, which an erasure empties and the digest of a statement's changes leaves out.
    """

    kind: ClassVar[str]
    prose: ClassVar[frozenset[str]] = frozenset()
    key: str


R = TypeVar("R", bound=Record)


class View(Protocol):
    """The register's state as rules see it."""

    def get(self, kind: type[R], key: str) -> R | None:
        """The record of this kind and key, or None where the log has none up to here."""
        ...


def known(view: View, kind: type[R], key: Id, pointer: str) -> R:
    """The record that a statement names; `unknown-statement` where there is none."""
    record = view.get(kind, key)
    # LAD-REG-006
    if record is None:
        raise refuse("unknown-statement", f"{key} is no {kind.kind} of this log", pointer=pointer)
    return record


class Confidential(Record):
    """A record that only its parties may know of."""

    @property
    def parties(self) -> frozenset[Id]:
        """The participants that may know of it."""
        raise NotImplementedError


C = TypeVar("C", bound=Confidential)


def known_to(view: View, kind: type[C], key: Id, pointer: str, issuer: Id) -> C:
    """As `known`, for what lies between parties: for everybody else it does not exist.

    Ids stand in the public log, so an answer that told "not yours" from "not there" would give the act away.
    """
    record = view.get(kind, key)
    # LAD-REG-006
    if record is None or issuer not in record.parties:
        raise refuse("unknown-statement", f"{key} is no {kind.kind} of this log", pointer=pointer)
    return record


Scope = Literal["part", "doubt", "whole"]
"""How a refusal counts on a part of the log that holds what is named: it is sound, it is a doubt, or it is not asked.

On the whole log before the entry every refusal is sound.
"""


@dataclass(frozen=True, slots=True)
class Rule(Generic[A]):
    """One sentence of the specification, as a check."""

    scope: Scope
    check: Callable[[View, Statement[A], Place], None]

    @property
    def name(self) -> str:
        """The rule's name: that of its function."""
        return self.check.__name__


def holds_in_part(check: Callable[[View, Statement[A], Place], None]) -> Rule[A]:
    """A rule whose refusal no further statement could undo; auditors apply it to evidence too."""
    return Rule("part", check)


def doubtful_in_part(check: Callable[[View, Statement[A], Place], None]) -> Rule[A]:
    """A rule whose refusal a notice or an amendment could undo that a file lacks; auditors report it as a doubt."""
    return Rule("doubt", check)


def needs_whole(check: Callable[[View, Statement[A], Place], None]) -> Rule[A]:
    """A rule that a statement missing from a file could satisfy; only the whole log decides it."""
    return Rule("whole", check)


PUBLIC: Literal["public"] = "public"
Readers = Literal["public"] | frozenset[Id]
"""Who may read a statement besides its home exchange: everybody, or these participants."""


@dataclass(frozen=True, slots=True)
class ActType(Generic[A]):
    """Everything that the protocol says about one act."""

    name: str
    model: type[A]
    rules: tuple[Rule[A], ...]
    effects: Callable[[View, Statement[A], Place], Iterable[Record]]
    references: Callable[[A], tuple[Id, ...]]
    readers: Callable[[View, Statement[A]], Readers]
