"""`GET /journal/{contract}`: what others read of a contract by virtue of a grant or a disclosure."""

from functools import partial

from starlette.responses import Response

from lading.acts.records import StatementRecord
from lading.http import media
from lading.statement.words import Id
from lading_server.journal import Row
from lading_server.problems import not_found
from lading_server.rendering import answer_json
from lading_server.request import integer
from lading_server.resource import Call
from lading_server.sight import Sight


async def read(call: Call) -> Response:
    """A page of readings above number `after`, for the parties alone (LAD-HTP-046)."""
    subject = Id(call.request.path_params["contract"])
    after = integer(call.values, "after", 0, 0, 2**53)
    limit = integer(call.values, "limit", media.EVENTS_PAGE, 1, media.EVENTS_PAGE)
    await call.exchange.read(partial(_check_party, call, subject))
    rows = await call.exchange.in_thread(call.exchange.journal.page, subject, after, limit)
    return answer_json(
        {"readings": [_reading(row) for row in rows], "next": rows[-1].number if rows else after}
    )


def _check_party(call: Call, subject: Id, sight: Sight) -> None:
    """The parties of a contract are the readers of the acceptance that concluded it; nobody else, the exchange too."""
    record = sight.get(StatementRecord, subject)
    readers = () if record is None else record.readers or ()
    # LAD-HTP-010
    if call.caller.participant not in readers:
        raise not_found()


def _reading(row: Row) -> dict[str, object]:
    return {
        "number": row.number,
        "time": row.time,
        "participant": row.participant,
        "statement": row.statement,
        "read": row.what,
        row.opening.sort: row.opening.id,
    }
