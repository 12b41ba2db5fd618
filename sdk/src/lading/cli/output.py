"""What commands say: text for people on a terminal, or one JSON object; progress and errors on standard
error.
"""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import orjson

from lading.errors import (
    ApprovalPending,
    ApprovalRefused,
    ContentMismatch,
    Dishonest,
    IdentityLocked,
    IdentityNotFound,
    Insufficient,
    LadingError,
    NotUnderstood,
    TimedOut,
    Unreachable,
    UsageProblem,
)
from lading.problems import Refused

if TYPE_CHECKING:
    from lading.client.results import Acknowledged
    from lading.client.session import Progress

DONE: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
AGAIN: Final = 3
OUTSIDE: Final = 4
BUG: Final = 70
INTERRUPTED: Final = 130

_CODES: Final[Mapping[type[LadingError], int]] = {
    Refused: REFUSED,
    ContentMismatch: REFUSED,
    ApprovalRefused: REFUSED,
    UsageProblem: USAGE,
    IdentityNotFound: USAGE,
    IdentityLocked: USAGE,
    Unreachable: AGAIN,
    TimedOut: AGAIN,
    ApprovalPending: AGAIN,
    Dishonest: OUTSIDE,
    Insufficient: USAGE,
    NotUnderstood: OUTSIDE,
}
_DOING: Final[Mapping[str, str]] = {
    "hash": "reading",
    "seal": "sealing",
    "write": "writing",
    "upload": "uploading",
    "download": "receiving",
    "open": "opening",
}


def exit_code(error: LadingError) -> int:
    """The exit code of an error."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), USAGE)


def plain(text: object) -> str:
    """A text from elsewhere without anything that a terminal would obey: controls, bidirectional
    overrides.
    """
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(text))


def line(text: str = "") -> None:
    """One line of text on standard output."""
    print(text, flush=True)


def show_json(value: object) -> None:
    """One JSON value on standard output, on one line, with everything escaped that a terminal would obey."""
    text = orjson.dumps(value).decode()
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fields(rows: Mapping[str, object]) -> None:
    """Names and values, one pair a line; empty values are left out."""
    width = max(map(len, rows), default=0)
    for name, value in rows.items():
        if value not in (None, "", ()):
            line(f"  {name:<{width}}  {plain(value)}")


def result(as_json: bool, shown: Mapping[str, object], members: Mapping[str, object]) -> None:
    """A command's result, as fields for people or as one JSON object."""
    if as_json:
        show_json(members)
    else:
        fields(shown)


def registered(said: "Acknowledged", *, as_json: bool) -> None:
    """The result of a command that registered one statement and has nothing more to say."""
    from lading.cli import render

    result(as_json, render.acknowledged(said), render.acknowledged_members(said))


def compact(value: object) -> object:
    """A nested value in one line."""
    return orjson.dumps(value).decode() if isinstance(value, dict | list | tuple) else value


def wrapped(text: str) -> str:
    """A paragraph in lines of readable length."""
    return textwrap.fill(text, 88, initial_indent="  ", subsequent_indent="  ")


def program() -> str:
    """How this user calls the command: by its name, or by its path where the name is not found."""
    return "lading" if shutil.which("lading") or not sys.argv[0].endswith("lading") else sys.argv[0]


def note(text: str) -> None:
    """One line on standard error."""
    print(text, file=sys.stderr, flush=True)


def fail(error: LadingError, *, as_json: bool) -> int:
    """Say what went wrong and what to do next; the exit code."""
    if as_json:
        show_json({"error": error_members(error)})
    else:
        note(f"lading: {plain(error)}")
        if error.hint:
            note(f"  {plain(error.hint)}")
    return exit_code(error)


def error_members(error: LadingError) -> dict[str, object]:
    """An error as JSON has it."""
    members: dict[str, object] = {"kind": type(error).__name__, "message": str(error), "hint": error.hint}
    if isinstance(error, Refused):
        members |= {"code": error.code, "requirement": error.requirement, "retry": error.retry}
        members |= {"pointer": error.pointer, "winner": error.winner}
    if isinstance(error, ApprovalPending):
        members |= {"what": error.what, "where": error.where}
    if isinstance(error, ApprovalRefused):
        members |= {"reason": error.reason}
    if isinstance(error, ContentMismatch):
        members |= {"reason": error.reason}
        members |= {name: getattr(error, name, None) for name in ("ground", "number")}
    return {name: value for name, value in members.items() if value is not None}


def interrupted() -> int:
    """The user stopped the command."""
    note("lading: interrupted. Run the same command again to go on.")
    return INTERRUPTED


def bug(error: Exception) -> int:
    """Something that must not happen; the traceback is shown where LADING_DEBUG is set."""
    if os.environ.get("LADING_DEBUG"):
        import traceback

        traceback.print_exception(error)
    note(f"lading: a bug in Lading: {type(error).__name__}: {plain(error)}")
    note("  Please report it, with what LADING_DEBUG=1 shows in addition.")
    return BUG


@contextmanager
def progress(*, quiet: bool) -> Iterator["Progress"]:
    """A progress bar for content on its way, on standard error where that is a terminal."""
    from lading.client.session import no_progress

    if quiet or not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    bars = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    tasks = {doing: bars.add_task(_DOING[doing], visible=False, total=None) for doing in _DOING}

    def report(doing: str, done: int, total: int) -> None:
        bars.start()  # only now: while a command waits, the terminal belongs to `waiting`
        bars.update(tasks[doing], completed=done, total=total, visible=done < total)

    try:
        yield report
    finally:
        bars.stop()


@contextmanager
def waiting(text: str, *, quiet: bool) -> Iterator[None]:
    """Say what is waited for, on standard error; a terminal shows that it goes on."""
    if quiet:
        yield
        return
    if not sys.stderr.isatty():
        note(text)
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield
