"""Describe a file: size, leaf hashes and content root, in one pass; as it is, salted, or sealed.

The description of a file as it is is remembered while the file does not change.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from lading.client.flow import Flow, Work
from lading.client.products import Product
from lading.client.session import Session
from lading.client.transport import Transport
from lading.errors import ContentMismatch, UsageProblem
from lading.transfer.content import Content, describe
from lading.transfer.pipeline import SealedContent, describe_salted, describe_sealed
from lading.transfer.sealing import SealingKeys, new_secret

T = TypeVar("T")


def described(session: Session, path: Path, chunk_size: int) -> Flow[Content]:
    """What a clear delivery or listing signs of a file. Raises `UsageProblem` where it cannot be read."""

    def work(transport: Transport, stop: threading.Event) -> Content:
        return _describe(session, path, chunk_size, stop)

    content: Content = yield Work(work)
    return content


def product_of(session: Session, path: Path, found: Content) -> Flow[Product]:
    """The product that a file, described as `found`, is a version of; with a new secret where it is none yet."""
    products = session.speaker.products
    known = products.get(found)
    if known is not None:
        return known
    secret = new_secret()

    def work(transport: Transport, stop: threading.Event) -> Content:
        report = _reporter(session, "hash", found.size)
        return _reading(
            path, lambda: describe_salted(path, secret, found.chunk_size, progress=report, stop=stop)
        )

    salted: Content = yield Work(work)
    if (yield from described(session, path, found.chunk_size)) != found:
        raise _changed(path)
    return products.add(found, secret, salted.root)


def sealed(session: Session, path: Path, keys: SealingKeys, product: Product) -> Flow[SealedContent]:
    """What a sealed delivery of a version of a product signs. `ContentMismatch` where the file is another one."""

    def work(transport: Transport, stop: threading.Event) -> SealedContent:
        report = _reporter(session, "seal", product.size)
        return _reading(
            path, lambda: describe_sealed(path, keys, product.chunk_size, progress=report, stop=stop)
        )

    content: SealedContent = yield Work(work)
    if (content.size, content.root) != (product.size, product.content_root):
        raise _changed(path)
    return content


def salted_root(session: Session, path: Path, salts: Path, chunk_size: int) -> Flow[Content]:
    """What a file and the file of its salts add up to. Raises `UsageProblem` where one cannot be read."""

    def work(transport: Transport, stop: threading.Event) -> Content:
        def read() -> Content:
            with salts.open("rb") as file:
                size = path.stat().st_size
                return describe(path, chunk_size, lambda done: _report(session, stop, done, size), file)

        return _reading(path, read)

    content: Content = yield Work(work)
    return content


def _describe(session: Session, path: Path, chunk_size: int, stop: threading.Event) -> Content:
    def read() -> Content:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
        key = (str(path.absolute()), chunk_size, about.st_ino, about.st_mtime_ns, about.st_size)
        known = session.contents.get(key)
        if known is None:
            known = describe(path, chunk_size, lambda done: _report(session, stop, done, about.st_size))
            session.contents[key] = known
        return known

    return _reading(path, read)


def _reading(path: Path, read: Callable[[], T]) -> T:
    """What `read` reads; `UsageProblem` where the file does not let it."""
    try:
        return read()
    except OSError as error:
        where = error.filename or path
        raise UsageProblem(f"cannot read {where}: {error.strerror}", hint="Check the path.") from None


def _reporter(session: Session, doing: str, total: int) -> Callable[[int], None]:
    return lambda done: session.progress(doing, done, total)


def _report(session: Session, stop: threading.Event, done: int, total: int) -> None:
    if stop.is_set():
        raise UsageProblem("reading the file was given up")
    session.progress("hash", done, max(done, total))


def _changed(path: Path) -> ContentMismatch:
    return ContentMismatch(f"{path} changed while it was read", hint="Call again when nobody writes to it.")
