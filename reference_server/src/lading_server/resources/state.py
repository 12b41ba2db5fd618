"""`GET /state/{id}`: what a participant, listing, offer, contract, delivery or claim has come to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from lading.acts.base import Record
from lading.acts.offer import as_it_stands
from lading.acts.records import (
    ContractRecord,
    DeliveryRecord,
    ListingRecord,
    OfferRecord,
    ParticipantRecord,
)
from lading.acts.recourse import ClaimRecord
from lading_server.problems import not_found
from lading_server.rendering import answer_json
from lading_server.resource import Call
from lading_server.sight import Sight

SUBJECTS: Final[Mapping[str, type[Record]]] = MappingProxyType(
    {
        "participant": ParticipantRecord,
        "listing": ListingRecord,
        "offer": OfferRecord,
        "acceptance": ContractRecord,
        "delivery": DeliveryRecord,
        "claim": ClaimRecord,
    }
)
"""The record that a statement of each act opens; the other acts have no subject of their own."""


async def read(call: Call) -> Response:
    """The subject's record at the size of the log that is given with it (LAD-HTP-028)."""
    return answer_json(await call.exchange.read(lambda sight: _state(call, sight)))


def _state(call: Call, sight: Sight) -> dict[str, object]:
    stored = sight.visible(call.id, call.caller)
    kind = None if stored is None else SUBJECTS.get(stored.type)
    record = None if kind is None else sight.get(kind, call.id)
    # LAD-HTP-010
    if record is None:
        raise not_found()
    if isinstance(record, OfferRecord):
        record = as_it_stands(sight, record)
    members = record.model_dump(mode="json", exclude={"key", *_hidden(record, call)}, exclude_none=True)
    return {"kind": record.kind, "id": call.id, "as_of": sight.size(), "record": members}


def _hidden(record: Record, call: Call) -> set[str]:
    """How often standing terms were accepted tells of contracts, so only the provider and the exchange see it."""
    # LAD-HTP-028
    if not isinstance(record, ListingRecord):
        return set()
    may_see = call.caller.is_exchange or call.caller.participant == record.provider
    return set() if may_see else {"accepted"}
