"""Register a statement together with the documents that it names, where the exchange wants to hold them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from lading.acts.attachment import Attachment, attachments_of
from lading.acts.base import Act
from lading.client import files
from lading.client.ask import Answer, answer, ask
from lading.client.bulk.upload import announce, put
from lading.client.flow import Flow
from lading.client.flows.issue import issue
from lading.client.flows.register import Registered, finish
from lading.client.outbox import Slot
from lading.client.results import statement_of
from lading.client.sealings import digest
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.problems import Refused
from lading.statement.words import Id, StatementId

A = TypeVar("A", bound=Act)


class _Held(Answer):
    digest: StatementId
    held: bool


class _Place(Answer):
    """Which attachments the exchange holds."""

    attachments: tuple[_Held, ...]


def issue_with_documents(
    session: Session,
    slot: Slot,
    kind: type[A],
    members: Mapping[str, object],
    draft: str | os.PathLike[str] | None,
) -> Flow[Registered]:
    """As `issue`. Documents that the exchange wants first are uploaded from the files of their names beside `draft`.

    Raises `UsageProblem` where such a file is not there, or is another one; nothing is registered then.
    """
    try:
        return (yield from issue(session, slot, kind, members))
    except Refused as refusal:
        stored = session.outbox.get(slot)
        if refusal.code != "content-missing" or stored is None or draft is None:
            raise
    yield from _upload(session, stored.id, stored.jws, Path(draft).absolute().parent)
    return (yield from finish(session, slot, stored))


def _upload(session: Session, statement: Id, jws: bytes, folder: Path) -> Flow[None]:
    """Upload, under the statement as the ticket, what is not held yet (LAD-TRF-017)."""
    documents = {named: _read(named, folder) for named in attachments_of(statement_of(jws).act)}
    there = yield from announced(session, jws)
    for named, data in documents.items():
        if named.digest not in there and named.size:
            yield from ask(session, put(session, f"/attachments/{statement}/{named.digest}", data), 204)


def announced(session: Session, jws: bytes) -> Flow[frozenset[Id]]:
    """Announce the attachments of a statement (LAD-TRF-017): the digests of those that the exchange holds."""
    said = answer(_Place, (yield from announce(session, jws)), "/content")
    return frozenset(item.digest for item in said.attachments if item.held)


def _read(named: Attachment, folder: Path) -> bytes:
    """The document, from the file of its name."""
    path = folder / named.name
    data = files.read(path, named.size)
    if data is None or (len(data), digest(data)) != (named.size, named.digest):
        hint = "Put it there again, or draft the listing anew."
        raise UsageProblem(f"the document that the listing names is not in {path}", hint=hint)
    return data
