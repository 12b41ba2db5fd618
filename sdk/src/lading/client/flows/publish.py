"""`publish`: describe a product to everybody, with the file that it promises and with standing terms.

What is not said in the call may stand in a draft, as `lading.draft` makes it and a person completes it.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from lading.acts.description import Collection
from lading.acts.listing import Listing as ListingAct
from lading.client.bulk.describe import described, product_of
from lading.client.drafting.draft_file import read_draft
from lading.client.files import file_name
from lading.client.flow import Flow
from lading.client.flows.documents import issue_with_documents
from lading.client.flows.evidence import study
from lading.client.flows.issue import forget_unless
from lading.client.flows.register import common
from lading.client.outbox import Slot
from lading.client.results import Listing, Named, id_of, listing_of, statement_of
from lading.client.session import Session
from lading.errors import ContentMismatch, UsageProblem
from lading.statement import canonical
from lading.statement.words import Id, format_time, parse_duration, parse_time
from lading.terms.terms import Terms
from lading.transfer.content import Content

Kind = Literal["dataset", "stream", "service"]
LISTED: Final = frozenset({"listed"})


def publish(
    session: Session,
    content: str | os.PathLike[str] | None,
    *,
    title: str | None = None,
    draft: str | os.PathLike[str] | None = None,
    kind: Kind | None = None,
    source: str | None = None,
    collection: Collection | None = None,
    terms: Terms | None = None,
    description: str | None = None,
    keywords: Sequence[str] = (),
    licence: str | None = None,
    media_type: str | None = None,
    name: str | None = None,
    valid_for: str = "P365D",
    maximum: int | None = None,
    eligible: Sequence[Named] = (),
    supersedes: Named | None = None,
    sealed: bool = True,
) -> Flow[Listing]:
    """List a dataset, or the `kind` that you or the draft say. `content` is the file that every delivery will be; its
    bytes stay here. None promises no file.

    The listing promises the file as it will be delivered: sealed, its root over salted chunks, so that nobody can
    test a guess of it; or in clear, where `sealed` is False. The salts come from a secret in the identity's folder.
    `draft` is a draft of the listing (`lading.draft`), completed by a person. What this call says replaces its members.
    The file has to be the one that was drafted. Documents that it names are uploaded where the exchange wants them.
    Every listing says where its data comes from, in words (`source`), and by one word how it came to be (`collection`).

    With `terms` anybody, or only the `eligible`, may conclude a contract at once: for `valid_for` (ISO 8601) from now,
    at most `maximum` times; without, it is sold on request. `licence` is an SPDX expression, `name` the file name that
    consumers see. `supersedes` makes it the next version of a listing of yours. Publishing the same once more returns
    the listing that is there.
    Raises `Refused`, `UsageProblem`, `ContentMismatch` where the draft is another file's.
    """
    path = None if content is None else Path(content)
    given: dict[str, Any] = {
        "kind": kind,
        "title": title,
        "description": description,
        "keywords": tuple(keywords) or None,
        "licence": licence,
        "media_type": media_type,
        "name": name,
        "supersedes": None if supersedes is None else id_of(supersedes),
        "provenance": _provenance(source, collection),
        "standing": None if terms is None else _standing(terms, maximum, eligible),
    }
    members = _completed(session, path, draft, given)
    members |= yield from _promise(session, path, members, sealed)
    standing: Any = members.pop("standing", None)
    slot = Slot("publish", (session.peer.exchange, _words({**members, "standing": standing}), valid_for))
    yield from forget_unless(session, slot, LISTED)
    _forget_expired(session, slot)
    if isinstance(standing, dict) and "expires_at" not in standing:
        standing = {**standing, "expires_at": later(session, valid_for)}
    members |= {"standing": standing}
    registered = yield from issue_with_documents(session, slot, ListingAct, members, draft)
    return listing_of((yield from study(session, registered.id)), registered.id)


def _completed(
    session: Session, path: Path | None, draft: str | os.PathLike[str] | None, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The members of the draft, and over them those given in the call."""
    members: dict[str, Any] = {"kind": "dataset", "name": None if path is None else file_name(path)}
    if draft is not None:
        members |= read_draft(draft)
    drafted = members.get("provenance")
    members |= {name: value for name, value in given.items() if value is not None}
    if isinstance(drafted, dict):
        members["provenance"] = drafted | (given["provenance"] or {})
    members = {name: value for name, value in members.items() if value is not None}
    if "title" not in members:
        raise UsageProblem("the listing has no title", hint="Say it with title (--title), or in the draft.")
    for name in common(session):
        if name in members:
            raise UsageProblem(f"the draft has the member {name}", hint="Take it out: whoever signs says it.")
    return members


def _promise(
    session: Session, path: Path | None, members: Mapping[str, Any], sealed: bool
) -> Flow[dict[str, Any]]:
    """What the listing promises of a file. `ContentMismatch` where its draft promises something else."""
    drafted = (members.get("size"), members.get("content_root"))
    if path is None:
        if drafted != (None, None):
            raise UsageProblem("the draft promises a file, and none was named", hint="Name it.")
        return {}
    found = yield from described(session, path, members.get("chunk_size") or session.config.chunk_bytes)
    if drafted == (None, None):
        root = (yield from product_of(session, path, found)).content_root if sealed else found.root
    else:
        root = _drafted_root(session, path, found, drafted, sealed)
    return {"size": found.size, "chunk_size": found.chunk_size, "content_root": root}


def _drafted_root(
    session: Session, path: Path, found: Content, drafted: tuple[object, object], sealed: bool
) -> Id:
    """The root that the draft has, if it is one of this file: as it is, or as this identity salts it."""
    product = session.speaker.products.get(found)
    if drafted == (found.size, found.root):
        return found.root
    if product is None or drafted != (product.size, product.content_root):
        hint = "Draft it again with lading init, as the identity that publishes it."
        raise ContentMismatch(f"the draft is not one of {path}", hint=hint)
    if not sealed:
        raise UsageProblem("the draft is one for sealed deliveries", hint="Draft it again with --clear.")
    return product.content_root


def later(session: Session, duration: str, *, more: int = 0) -> str:
    """The moment that lies this ISO 8601 duration, and `more` milliseconds, ahead, as a statement has it."""
    try:
        return format_time(session.clock() + parse_duration(duration) + more)
    except ValueError as error:
        raise UsageProblem(f"not a duration: {duration!r}", hint=f"{error}.") from None


def _standing(terms: Terms, maximum: int | None, eligible: Sequence[Named]) -> dict[str, Any]:
    members = {
        "terms": terms.model_dump(exclude_none=True),
        "maximum": maximum,
        "eligible": tuple(id_of(party) for party in eligible) or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _provenance(source: str | None, collection: Collection | None) -> dict[str, Any] | None:
    said = {"source": source, "collection": collection}
    return {name: value for name, value in said.items() if value is not None} or None


def _words(members: dict[str, Any]) -> str:
    """What makes two calls of `publish` the same intent, as one string."""
    return canonical.dumps({name: value for name, value in members.items() if value is not None}).decode()


def _forget_expired(session: Session, slot: Slot) -> None:
    """A listing whose standing terms have expired is no answer to somebody who publishes them now."""
    stored = session.outbox.get(slot)
    if stored is None:
        return
    act = statement_of(stored.jws).act
    standing = act.standing if isinstance(act, ListingAct) else None
    if standing is not None and session.clock() > parse_time(standing.expires_at):
        session.outbox.drop(slot, stored)
