"""What makes a participant an exchange: its log, limits and policy (`spec/acts/participant.md`, part Exchange)."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from lading.acts.policy import Policy
from lading.acts.records import ExchangeRecord, LogKey
from lading.keys import vkey
from lading.problems import Refused, refuse
from lading.statement.words import (
    Count,
    Form,
    HttpUrl,
    Millis,
    Origin,
    Size,
    StatementId,
    Time,
    parse_time,
)

NOTICE: Final = 30 * 24 * 3600 * 1000
"""How long before it an exchange says that it closes, in milliseconds."""

LogSize = Annotated[int, Field(ge=1, le=2**53 - 1)]


class LogKeyRange(Form):
    """A key of the exchange's log and the tree sizes whose checkpoints it signs, from and until inclusive."""

    vkey: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    from_size: LogSize
    until_size: LogSize | None = None


class LogDescription(Form):
    """The exchange's log: its origin line and keys."""

    origin: Origin
    keys: Annotated[tuple[LogKeyRange, ...], Field(min_length=1, max_length=8)]

    @property
    def records(self) -> tuple[LogKey, ...]:
        """The keys as the register's state keeps them."""
        return tuple(
            LogKey(vkey=key.vkey, from_size=key.from_size, until_size=key.until_size) for key in self.keys
        )


class Limits(Form):
    """What an exchange takes at most: bytes of a statement, statements of a batch, bytes of content, of one upload."""

    statement_bytes: Count
    batch_statements: Count
    content_bytes: Size
    upload_bytes: Count


class Closed(Form):
    """The log ends with this statement; `successor`: the exchange that goes on with what runs."""

    successor: StatementId | None = None


class Succeeds(Form):
    """The exchange whose log this one goes on from, and the last checkpoint of that, as a signed note."""

    exchange: StatementId
    checkpoint: Annotated[str, Field(min_length=1, max_length=16_384)]


class Exchange(Form):
    """What an exchange says of itself beside name and keys; when it closes, and that it has."""

    api: HttpUrl
    log: LogDescription
    rules: Literal[1]
    policy: Policy
    limits: Limits
    closing_at: Time | None = None
    closed: Closed | None = None
    succeeds: Succeeds | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Exchange":
        # LAD-PAR-028
        if self.closed is not None and self.closing_at is None:
            raise ValueError("an exchange that has closed says when it was to close")
        return self


def check_log_keys(log: LogDescription, statement_keys: frozenset[bytes]) -> None:
    """LAD-PAR-009: every log key is sound, named as the origin, listed once, and no statement key."""
    publics = []
    for key in log.keys:
        try:
            parsed = vkey.parse(key.vkey)
        except ValueError as error:
            raise _bad(f"a vkey is {error}") from None
        if parsed.name != log.origin or parsed.kind != vkey.LOG_KEY:
            raise _bad("a log key is not an Ed25519 note key named as the origin")
        publics.append(parsed.public)
    if len(set(publics)) != len(publics) or statement_keys & set(publics):
        raise _bad("a log key stands twice, or is a statement key too")
    if not _every_size_has_a_key(log):
        raise _bad("some size has no key")


def _every_size_has_a_key(log: LogDescription) -> bool:
    """Whether the ranges leave no size from 1 on without a key."""
    covered = 0
    for key in sorted(log.keys, key=lambda key: key.from_size):
        if key.from_size > covered + 1:
            return False
        if key.until_size is None:
            return True
        covered = max(covered, key.until_size)
    return False


def check_log_succession(old: tuple[LogKey, ...], new: tuple[LogKey, ...], index: int) -> None:
    """LAD-PAR-009: keys begin and end only at sizes above this entry's index, and none is forgotten."""
    before = {key.vkey: key for key in old}
    if not before.keys() <= {key.vkey for key in new}:
        raise _bad("an earlier log key is missing")
    for key in new:
        known = before.get(key.vkey)
        if known is None and not index < key.from_size:
            raise _bad("a new log key begins at a size that is already signed")
        if known is not None and known.from_size != key.from_size:
            raise _bad("a log key's from_size changed")
        if key.until_size is not None and not key.from_size <= key.until_size:
            raise _bad("a log key ends before it begins")
        ended = None if known is None else known.until_size
        changed = key.until_size != ended
        if changed and any(size is not None and not index < size for size in (key.until_size, ended)):
            raise _bad("a log key's until_size changed at a size that is already signed")


def _bad(detail: str) -> Refused:
    return refuse("bad-log-key", detail, pointer="/exchange/log/keys")


def check_closing(before: ExchangeRecord | None, act: Exchange, now: Millis) -> None:
    """LAD-PAR-024: a closing is announced 30 days ahead, and from then on only moved to later, until it has come."""
    said = None if before is None else before.closing_at
    closing = None if act.closing_at is None else parse_time(act.closing_at)
    if said is None and closing is not None and closing < now + NOTICE:
        raise _wrong("less than 30 days ahead")
    if said is not None and (closing is None or closing < said):
        raise _wrong("an announced closing is not taken back, and does not come earlier")
    if said is not None and now > said and closing != said:
        raise _wrong("the closing has come")
    if act.closed is not None and (said is None or now <= said):
        raise _wrong("the log ends after the closing that was announced", "/exchange/closed")


def _wrong(detail: str, pointer: str = "/exchange/closing_at") -> Refused:
    return refuse("wrong-closing", detail, pointer=pointer)
