"""`GET /state/{id}`: what a statement's subject has come to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from lading.acts.base import Record, View
from lading.acts.deadlines import deadline_of, settles_of
from lading.acts.offer import as_it_stands
from lading.acts.records import (
    ContractRecord,
    DeliveryRecord,
    ListingRecord,
    OfferRecord,
    ParticipantRecord,
)
from lading.acts.recourse import (
    AttestationRecord,
    ClaimRecord,
    DisclosureRecord,
    GrantRecord,
    NoticeRecord,
    PaymentRecord,
    RulingRecord,
)
from lading.statement.words import Millis
from lading_server.eyes import Eyes
from lading_server.problems import not_found
from lading_server.rendering import answer_json
from lading_server.resource import Call

SUBJECTS: Final[Mapping[str, type[Record]]] = MappingProxyType(
    {
        "participant": ParticipantRecord,
        "listing": ListingRecord,
        "offer": OfferRecord,
        "acceptance": ContractRecord,
        "delivery": DeliveryRecord,
        "claim": ClaimRecord,
        "ruling": RulingRecord,
        "attestation": AttestationRecord,
        "notice": NoticeRecord,
        "payment": PaymentRecord,
        "grant": GrantRecord,
        "disclosure": DisclosureRecord,
    }
)
"""The record that a statement of each act opens; the other acts have no subject of their own."""
OWN: Final = frozenset({"accepted", "contested"})
"""Members of a listing's record that only its provider and the exchange see."""


async def read(call: Call) -> Response:
    """The subject's record at the size of the log that is given with it (LAD-HTP-028)."""
    return answer_json(await call.look("state", lambda eyes: _state(call, eyes)))


def _state(call: Call, eyes: Eyes) -> dict[str, object]:
    stored, sight = eyes.statement(call.id), eyes.sight
    kind = None if stored is None else SUBJECTS.get(stored.type)
    record = None if kind is None else sight.get(kind, call.id)
    # LAD-HTP-010
    if record is None:
        raise not_found()
    if isinstance(record, OfferRecord):
        record = as_it_stands(sight, record)
    members = record.model_dump(mode="json", exclude={"key", *_hidden(record, call)}, exclude_none=True)
    answer = {"kind": record.kind, "id": call.id, "as_of": sight.size(), "record": members}
    moved = _moved(sight, record) if isinstance(record, DeliveryRecord) else {}
    return answer | ({"moved": moved} if moved else {})


def _hidden(record: Record, call: Call) -> frozenset[str]:
    """How often standing terms were accepted and how often a listing is disputed tells of contracts and claims."""
    # LAD-HTP-028
    if not isinstance(record, ListingRecord):
        return frozenset()
    may_see = call.caller.is_exchange or call.caller.participant == record.provider
    return frozenset() if may_see else OWN


def _moved(view: View, delivery: DeliveryRecord) -> dict[str, Millis | None]:
    """LAD-HTP-047: the moment that counts in this state, if it is not the one in the record; None: it stands still."""
    if delivery.state == "open":
        name, signed, now = "deadline", delivery.deadline, deadline_of(view, delivery)
    elif delivery.settles_at is not None:
        name, signed, now = "settles_at", delivery.settles_at, settles_of(view, delivery)
    else:
        return {}
    return {} if now == signed else {name: now}
