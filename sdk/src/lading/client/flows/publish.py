"""`publish`: describe a product to everybody, with the file that it promises and with standing terms.

What is not said in the call may stand in a draft, as `lading.draft` makes it and a person completes it.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from lading.acts.listing import Listing as ListingAct
from lading.client.bulk.describe import described, product_of
from lading.client.drafting.draft_file import read_draft
from lading.client.files import file_name
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.issue import forget_unless, issue
from lading.client.outbox import Slot
from lading.client.results import Listing, Named, id_of, listing_of, statement_of
from lading.client.session import Session
from lading.errors import ContentMismatch, UsageProblem
from lading.statement import canonical
from lading.statement.words import format_time, parse_duration, parse_time
from lading.terms.terms import Terms

LISTED: Final = frozenset({"listed"})


def publish(
    session: Session,
    content: str | os.PathLike[str] | None,
    *,
    title: str | None = None,
    draft: str | os.PathLike[str] | None = None,
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
    """List a dataset. `content` is the file that every delivery will be; its bytes stay here. None promises
    no file.

    The listing promises the file as it will be delivered: sealed, its root over salted chunks, so that nobody can
    test a guess of it; or in clear, where `sealed` is False. The salts come from a secret in the identity's folder.

    `draft` is a draft of the listing (`lading.draft`), completed by a person. Its members are listed as they are, but
    for those that this call names otherwise. The file has to be the one that was drafted, in the form that was drafted.

    With `terms` anybody, or only the `eligible`, may conclude a contract at once: for `valid_for` (ISO
    8601) from now, at most `maximum` times. Without `terms` it is sold on request. `licence` is an SPDX
    expression. `name` is the file name that consumers see; by default the file's own. `supersedes` makes it
    the next version of a listing of yours. Publishing the same once more returns the listing that is there.
    Raises `Refused`, `UsageProblem`, `ContentMismatch` where the draft is another file's.
    """
    path = None if content is None else Path(content)
    members = {} if draft is None else read_draft(draft)
    given: dict[str, Any] = {
        "title": title,
        "description": description,
        "keywords": tuple(keywords) or None,
        "licence": licence,
        "media_type": media_type,
        "name": name,
        "supersedes": None if supersedes is None else id_of(supersedes),
        "standing": None if terms is None else _standing(terms, maximum, eligible),
    }
    members |= {member: value for member, value in given.items() if value is not None}
    members = {"kind": "dataset", **({} if path is None else {"name": file_name(path)}), **members}
    if "title" not in members:
        raise UsageProblem("the listing has no title", hint="Say it with title (--title), or in the draft.")
    if path is not None:
        members |= yield from _promise(session, path, members, sealed)
    standing: Any = members.pop("standing", None)
    standing = None if standing is None else dict(standing)
    slot = Slot("publish", (session.peer.exchange, _words({**members, "standing": standing}), valid_for))
    yield from forget_unless(session, slot, LISTED)
    _forget_expired(session, slot)
    if standing is not None and "expires_at" not in standing:
        standing["expires_at"] = later(session, valid_for)
    registered = yield from issue(session, slot, ListingAct, {**members, "standing": standing})
    evidence = yield from study(session, registered.id)
    return listing_of(evidence, registered.id)


def _promise(session: Session, path: Path, members: Mapping[str, Any], sealed: bool) -> Flow[dict[str, Any]]:
    """What the listing promises of a file. `ContentMismatch` where its draft promises something else."""
    found = yield from described(session, path, members.get("chunk_size") or session.config.chunk_bytes)
    drafted = (members.get("size"), members.get("content_root"))
    if sealed and drafted != (found.size, found.root):
        root = (yield from product_of(session, path, found)).content_root
    else:
        root = found.root
    if drafted not in ((None, None), (found.size, root)):
        hint = "Draft it again: lading init. One that is not in clear is published by the identity that drafted it."
        raise ContentMismatch(f"the draft is not one of {path}", hint=hint)
    return {"size": found.size, "chunk_size": found.chunk_size, "content_root": root}


def later(session: Session, duration: str) -> str:
    """The moment that lies this ISO 8601 duration ahead, as a statement has it."""
    try:
        return format_time(session.clock() + parse_duration(duration))
    except ValueError as error:
        raise UsageProblem(f"not a duration: {duration!r}", hint=f"{error}.") from None


def _standing(terms: Terms, maximum: int | None, eligible: Sequence[Named]) -> dict[str, Any]:
    members = {
        "terms": terms.model_dump(exclude_none=True),
        "maximum": maximum,
        "eligible": tuple(id_of(party) for party in eligible) or None,
    }
    return {name: value for name, value in members.items() if value is not None}


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
