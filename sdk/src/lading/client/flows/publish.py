"""`publish`: describe a product to everybody, with the file that it promises and with standing terms."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from lading.acts.listing import Listing as ListingAct
from lading.acts.terms import Terms
from lading.client.bulk.describe import described, product_of
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.issue import forget_unless, issue
from lading.client.outbox import Slot
from lading.client.results import Listing, Named, id_of, listing_of, statement_of
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.statement import canonical
from lading.statement.words import format_time, parse_duration, parse_time

LISTED: Final = frozenset({"listed"})
_FILE_NAME = re.compile(r"[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]{0,199}")


def publish(
    session: Session,
    content: str | os.PathLike[str] | None,
    *,
    title: str,
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
    With `terms` anybody, or only the `eligible`, may conclude a contract at once: for `valid_for` (ISO
    8601) from now, at most `maximum` times. Without `terms` it is sold on request. `licence` is an SPDX
    expression. `name` is the file name that consumers see; by default the file's own. `supersedes` makes it
    the next version of a listing of yours. Publishing the same once more returns the listing that is there.
    Raises `Refused`, `UsageProblem`.
    """
    path = None if content is None else Path(content)
    members: dict[str, Any] = {
        "kind": "dataset",
        "title": title,
        "description": description,
        "keywords": tuple(keywords) or None,
        "licence": licence,
        "media_type": media_type,
        "name": name if name is not None or path is None else file_name(path),
        "supersedes": None if supersedes is None else id_of(supersedes),
    }
    if path is not None:
        found = yield from described(session, path, session.config.chunk_bytes)
        root = (yield from product_of(session, path, found)).content_root if sealed else found.root
        members |= {"size": found.size, "chunk_size": found.chunk_size, "content_root": root}
    standing = None if terms is None else _standing(terms, maximum, eligible)
    slot = Slot("publish", (session.peer.exchange, _words({**members, "standing": standing}), valid_for))
    yield from forget_unless(session, slot, LISTED)
    _forget_expired(session, slot)
    if standing is not None:
        standing["expires_at"] = later(session, valid_for)
    registered = yield from issue(session, slot, ListingAct, {**members, "standing": standing})
    evidence = yield from study(session, registered.id)
    return listing_of(evidence, registered.id)


def file_name(path: Path) -> str | None:
    """A file's name, if a listing or delivery may carry it."""
    return path.name if _FILE_NAME.fullmatch(path.name) else None


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
