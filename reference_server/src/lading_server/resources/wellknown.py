"""`GET /.well-known/lading`: who the exchange is."""

from starlette.responses import Response

from lading.acts.records import SELF, ExchangeRecord
from lading.http import media
from lading_server.rendering import answer_json
from lading_server.resource import Call
from lading_server.sight import Sight

PROFILES = (
    "statement",
    "log",
    "catalogue",
    "contract",
    "transfer",
    "recourse",
    "access",
    "exchange-to-exchange",
)


async def describe(call: Call) -> Response:
    """The exchange's first and latest statement, its addresses, profiles and limits (LAD-HTP-024)."""
    exchange = call.exchange
    first, head = await exchange.read(_statements)
    limits = exchange.identity.description.limits
    return answer_json(
        {
            "id": exchange.id,
            "statement": first.decode("ascii"),
            "head": head.decode("ascii"),
            "api": exchange.api,
            "log": {"origin": exchange.log_key.name, "vkey": str(exchange.log_key)},
            "profiles": PROFILES,
            "limits": {
                **limits.model_dump(),
                "listings_page": media.LISTINGS_PAGE,
                "events_page": media.EVENTS_PAGE,
                "long_poll_seconds": media.LONG_POLL_SECONDS,
            },
        }
    )


def _statements(sight: Sight) -> tuple[bytes, bytes]:
    record = sight.get(ExchangeRecord, SELF)
    assert record is not None
    first, head = sight.statement(record.id), sight.statement(record.head)
    assert first is not None
    assert head is not None
    return first, head
