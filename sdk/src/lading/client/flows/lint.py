"""`lint`: what this exchange would say of a listing, before anything is signed or sent."""

from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from lading.acts.base import Record
from lading.acts.records import ListingRecord, ParticipantRecord
from lading.client.flow import Flow
from lading.client.flows.state import state
from lading.client.session import Session
from lading.errors import NotUnderstood
from lading.lint.lint import Report, Setting
from lading.lint.lint import lint as lint_in
from lading.problems import Refused
from lading.statement.words import ID, Id, Millis

R = TypeVar("R", bound=Record)


def lint(session: Session, members: Mapping[str, Any]) -> Flow[Report]:
    """What this exchange would refuse a listing of these members for, and what would keep contracts about it away.

    Applies the exchange's policy and, where the connection has an identity, what the exchange says of it. Signs and
    registers nothing. Not checked: whether declarations are true.
    """
    issuer = None
    if session.home is not None:
        issuer = yield from _record(session, ParticipantRecord, session.me)
    superseded, old = None, members.get("supersedes")
    if isinstance(old, str) and ID.fullmatch(old):
        superseded = yield from _record(session, ListingRecord, Id(old))
    setting = Setting(
        now=Millis(session.clock()),
        policy=session.peer.gates,
        issuer=issuer,
        exchange=session.peer.exchange,
        superseded=superseded,
    )
    return lint_in(members, setting)


def _record(session: Session, kind: type[R], key: Id) -> Flow[R | None]:
    """The record that the exchange says the subject has; None where it knows of none."""
    try:
        said = yield from state(session, key)
    except Refused as refusal:
        if refusal.code == "not-found":
            return None
        raise
    if said.kind != kind.kind:
        return None
    try:
        return kind.model_validate_json(orjson.dumps({**said.record, "key": key}))
    except ValidationError as error:
        raise NotUnderstood(f"the state of {key} is not what the specification says: {error}") from None
