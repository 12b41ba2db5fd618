"""`GET /listings`: search the listings that are open."""

import re
from collections.abc import Mapping
from hashlib import sha256

from starlette.responses import Response

from lading.acts.records import ListingRecord
from lading.http import media
from lading.problems import refuse
from lading.statement import base64url
from lading_server.rendering import answer_json
from lading_server.request import integer
from lading_server.resource import Call
from lading_server.sight import FACETS, Sight, StoredStatement, words_of

_VALUE = re.compile(r"[A-Za-z][A-Za-z-]{0,63}", re.ASCII)
_CURSOR = re.compile(r"[A-Za-z0-9_-]{22}")


async def search(call: Call) -> Response:
    """Listings that hold every word of `q` and are of what else is asked for, newest first; `cursor` goes on where a
    page ended (LAD-HTP-027).
    """
    words = words_of(call.values.get("q", ""))
    limit = integer(call.values, "limit", media.LISTINGS_PAGE, 1, media.LISTINGS_PAGE)
    before = _index_of(call.values["cursor"]) if "cursor" in call.values else None
    only = {facet: _facet(call.values, facet) for facet in FACETS if facet in call.values}
    return answer_json(await call.exchange.search(lambda sight: _page(sight, words, before, limit, only)))


def _page(
    sight: Sight, words: list[str], before: int | None, limit: int, only: Mapping[str, str]
) -> dict[str, object]:
    found = sight.listed(words, sight.size() if before is None else before, limit + 1, only)
    page = {"listings": [_item(sight, stored) for stored in found[:limit]], "as_of": sight.size()}
    return page | ({"cursor": _cursor(found[limit - 1].index)} if len(found) > limit else {})


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
    return {
        "id": stored.id,
        "product": record.product,
        "provider": record.provider,
        "title": record.title,
        "statement": stored.jws.decode("ascii"),
    }


def _cursor(index: int) -> str:
    """Where a page ended, and a checksum, so that a mistyped cursor is noticed."""
    place = index.to_bytes(8, "big")
    return base64url.encode(place + sha256(b"cursor" + place).digest()[:8]).decode()


def _index_of(cursor: str) -> int:
    index = int.from_bytes(base64url.decode(cursor.encode())[:8], "big") if _CURSOR.fullmatch(cursor) else 0
    # LAD-HTP-004
    if _cursor(index) != cursor:
        raise refuse("bad-request", "the cursor is not one that this exchange gave")
    return index
