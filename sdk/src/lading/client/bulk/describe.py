"""Describe a file: size, leaf hashes and content root, in one pass.

Remembered while the file does not change.
"""

import os
import threading
from pathlib import Path

from lading.client.flow import Flow, Work
from lading.client.session import Session
from lading.client.transport import Transport
from lading.errors import UsageProblem
from lading.transfer.content import Content, describe


def described(session: Session, path: Path, chunk_size: int) -> Flow[Content]:
    """What a delivery or listing signs of a file. Raises `UsageProblem` where it cannot be read."""

    def work(transport: Transport, stop: threading.Event) -> Content:
        return _describe(session, path, chunk_size, stop)

    content: Content = yield Work(work)
    return content


def _describe(session: Session, path: Path, chunk_size: int, stop: threading.Event) -> Content:
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
        key = (str(path.absolute()), chunk_size, about.st_ino, about.st_mtime_ns, about.st_size)
        known = session.contents.get(key)
        if known is None:
            known = describe(path, chunk_size, lambda done: _report(session, stop, done, about.st_size))
            session.contents[key] = known
        return known
    except OSError as error:
        raise UsageProblem(f"cannot read {path}: {error.strerror}", hint="Check the path.") from None


def _report(session: Session, stop: threading.Event, done: int, total: int) -> None:
    if stop.is_set():
        raise UsageProblem("reading the file was given up")
    session.progress("hash", done, max(done, total))
