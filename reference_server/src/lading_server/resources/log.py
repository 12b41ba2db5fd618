"""`/log`: the checkpoint, the tiles and the entry bundles (C2SP tlog-tiles)."""

import re

from starlette.responses import Response

from lading.http import media
from lading.log import tiles
from lading.log.tiles import HEIGHT, WIDTH
from lading.problems import refuse
from lading.tree import HASH_BYTES
from lading_server.problems import not_found
from lading_server.rendering import FOREVER, answer_bytes
from lading_server.resource import Call
from lading_server.sight import Sight

_LEVEL = re.compile(r"entries|[0-9]|[1-5][0-9]|6[0-3]")
_NUMBER = re.compile(r"((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


async def checkpoint(call: Call) -> Response:
    """`GET /log/checkpoint`: the last one that was published."""
    return answer_bytes(call.exchange.checkpoint.encode(), media.TEXT, "no-cache")


async def tile(call: Call) -> Response:
    """`GET /log/tile/…`: a tile or entry bundle of the published tree, whole or its first `W` hashes or
    entries.
    """
    level, number, width = _address(call)
    size = call.exchange.feed.size
    height = 0 if level == "entries" else HEIGHT * int(level)
    # LAD-LOG-010
    if number * WIDTH + width > size >> height:
        raise not_found()
    data = await call.exchange.read(lambda sight: _data(sight, level, number, width))
    return answer_bytes(data, media.OCTETS, FOREVER)


def _data(sight: Sight, level: str, number: int, width: int) -> bytes:
    if level == "entries":
        (bundle,) = tiles.entry_bundles(entry.data for entry in sight.entries(number * WIDTH, width))
        return bundle
    return sight.tile(int(level), number)[: width * HASH_BYTES]


def _address(call: Call) -> tuple[str, int, int]:
    """Level, number and width; a path has one spelling only."""
    level, rest = call.request.path_params["level"], call.request.path_params["number"]
    form = _NUMBER.fullmatch(rest)
    # LAD-HTP-004
    if _LEVEL.fullmatch(level) is None or form is None:
        raise refuse("bad-request", "not the path of a tile")
    number, width = int(re.sub("[x/]", "", form[1])), int(form[2] or WIDTH)
    # LAD-HTP-004
    if width > WIDTH or tiles.path_of(level, number, width) != f"tile/{level}/{rest}":
        raise refuse("bad-request", "not the one path of that tile")
    return level, number, width
