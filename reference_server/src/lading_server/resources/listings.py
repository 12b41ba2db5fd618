"""`GET /listings`: search the listings that are open, the own ones and then those of peers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from starlette.responses import Response

from lading.acts.records import ListingRecord
from lading.http import media
from lading.problems import refuse
from lading.statement import base64url
from lading.statement.words import Id
from lading_server.mirror import SHIFT, Glance, Mirrored
from lading_server.rendering import answer_json
from lading_server.request import integer
from lading_server.resource import Call
from lading_server.searching import FACETS, words_of
from lading_server.sight import Sight, StoredStatement

_VALUE = re.compile(r"[A-Za-z][A-Za-z-]{0,63}", re.ASCII)
_CURSOR = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class _Query:
    words: list[str]
    only: Mapping[str, str]
    limit: int
    before: int | None
    """A place in the mirror, where its bits above `SHIFT` name a peer, and an index of the own log otherwise."""


async def search(call: Call) -> Response:
    """Listings that hold every word of `q` and are of what else is asked for, newest first; `cursor` goes on where a
    page ended (LAD-HTP-027, LAD-FED-002).
    """
    query = _Query(
        words_of(call.values.get("q", "")),
        {facet: _facet(call.values, facet) for facet in FACETS if facet in call.values},
        integer(call.values, "limit", media.LISTINGS_PAGE, 1, media.LISTINGS_PAGE),
        _place_of(call.values["cursor"]) if "cursor" in call.values else None,
    )
    peers = [peer.id for peer in call.exchange.following.peers]

    def ask(sight: Sight) -> dict[str, object]:
        if not peers:
            return _page(sight, None, peers, query)
        with call.exchange.mirror.read() as glance:
            return _page(sight, glance, peers, query)

    return answer_json(await call.exchange.search(ask))


def _page(sight: Sight, glance: Glance | None, peers: Sequence[Id], query: _Query) -> dict[str, object]:
    """One page: what is left of the own listings, then of each peer's, until there is one more than fits."""
    found: list[tuple[int, dict[str, str]]] = []
    if query.before is None or query.before < 1 << SHIFT:
        before = sight.size() if query.before is None else query.before
        own = sight.listed(query.words, before, query.limit + 1, query.only)
        found = [(stored.index, _item(sight, stored)) for stored in own]
    if glance is not None and len(found) <= query.limit:
        found += _of_peers(glance, peers, query, query.limit + 1 - len(found))
    page: dict[str, object] = {
        "listings": [item for _, item in found[: query.limit]],
        "as_of": sight.size(),
    }
    return page | ({"cursor": _cursor(found[query.limit - 1][0])} if len(found) > query.limit else {})


def _of_peers(
    glance: Glance, peers: Sequence[Id], query: _Query, limit: int
) -> list[tuple[int, dict[str, str]]]:
    number = 0 if query.before is None else query.before >> SHIFT
    begun = glance.id_of(number) if number else None
    found: list[tuple[int, dict[str, str]]] = []
    for peer in peers:
        kept = glance.kept(peer)
        if kept is None or (begun is not None and peer < begun) or len(found) >= limit:
            continue
        before = (query.before or 0) & (1 << SHIFT) - 1 if peer == begun else kept.size
        rows = glance.listed(kept, query.words, before, limit - len(found), query.only)
        found += [((row.peer << SHIFT) + row.index, _mirrored(glance, peer, row)) for row in rows]
    return found


def _facet(values: Mapping[str, str], name: str) -> str:
    """A value that listings are chosen by; one that no listing has finds none."""
    # LAD-HTP-004
    if _VALUE.fullmatch(values[name]) is None:
        raise refuse("bad-request", f"{name} has a value that no listing can have")
    return values[name]


def _item(sight: Sight, stored: StoredStatement) -> dict[str, str]:
    record = sight.get(ListingRecord, stored.id)
    assert record is not None
    assert stored.jws is not None
    return _members(record, stored.jws)


def _mirrored(glance: Glance, peer: Id, found: Mirrored) -> dict[str, str]:
    view = glance.view(peer)
    record = None if view is None else view.get(ListingRecord, found.id)
    assert record is not None
    assert found.jws is not None
    return {**_members(record, found.jws), "home": peer, "proof": glance.proof(found)}


def _members(record: ListingRecord, jws: bytes) -> dict[str, str]:
    return {
        "id": record.key,
        "product": record.product,
        "provider": record.provider,
        "title": record.title,
        "statement": jws.decode("ascii"),
    }


def _cursor(place: int) -> str:
    """Where a page ended, and a checksum, so that a mistyped cursor is noticed."""
    data = place.to_bytes(8, "big")
    return base64url.encode(data + sha256(b"cursor" + data).digest()[:8]).decode()


def _place_of(cursor: str) -> int:
    place = int.from_bytes(base64url.decode(cursor.encode())[:8], "big") if _CURSOR.fullmatch(cursor) else 0
    # LAD-HTP-004
    if _cursor(place) != cursor:
        raise refuse("bad-request", "the cursor is not one that this exchange gave")
    return place
