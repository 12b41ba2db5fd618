"""Acts: what a statement can say, one module each (`spec/acts`).

    statement = parse(envelope)        # typed and closed; not yet judged by any rule
    statement.act.type, statement.issuer

Adding an act is one module and one line in `ACTS`.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from lading.acts import (
    acceptance,
    admission,
    attestation,
    claim,
    deletion,
    delivery,
    disclosure,
    erasure,
    grant,
    lapse,
    listing,
    notarisation,
    notice,
    offer,
    participant,
    payment,
    receipt,
    rejection,
    release,
    ruling,
    withdrawal,
)
from lading.acts.attachment import attachments_of as attachments_of
from lading.acts.base import Act, ActType, Statement
from lading.problems import Refused, refuse
from lading.statement.envelope import Envelope

ACTS: Final[tuple[ActType[Any], ...]] = (
    participant.ACT,
    admission.ACT,
    listing.ACT,
    offer.ACT,
    acceptance.ACT,
    rejection.ACT,
    withdrawal.ACT,
    delivery.ACT,
    receipt.ACT,
    release.ACT,
    lapse.ACT,
    claim.ACT,
    attestation.ACT,
    notice.ACT,
    deletion.ACT,
    payment.ACT,
    ruling.ACT,
    grant.ACT,
    disclosure.ACT,
    erasure.ACT,
    notarisation.ACT,
)

BY_NAME: Final[Mapping[str, ActType[Any]]] = MappingProxyType({act.name: act for act in ACTS})
_READ: Final = {act.name: act.model.__pydantic_validator__.validate_json for act in ACTS}
VERSION: Final = 1
UNDERSTOOD_EXTENSIONS: Final[frozenset[str]] = frozenset()


def parse(envelope: Envelope) -> Statement[Act]:
    """The act that a decoded envelope holds; `Refused` where its members are not those of a known act.

    Checks nothing outside the statement: neither signature, nor parties, nor state.
    """
    members = envelope.members
    version = members.get("version")
    # LAD-STM-013
    if type(version) is int and version != VERSION:
        raise refuse("unknown-version", f"version {version} is not known here", pointer="/version")
    name = members.get("type")
    # LAD-STM-015
    if type(version) is not int or type(name) is not str:
        pointer = "/version" if type(version) is not int else "/type"
        raise refuse(
            "bad-member", "every statement has a version, an integer, and a type, a string", pointer=pointer
        )
    read = _READ.get(name)
    # LAD-STM-014
    if read is None:
        raise refuse("unknown-type", "type names no act of this version", pointer="/type")
    if envelope.has_null:
        refuse_null(members, "")
    try:
        act = read(envelope.payload)
    except ValidationError as error:
        raise next(bad_members(error, members)) from None
    # LAD-STM-016
    for uri in act.critical or ():
        if uri not in UNDERSTOOD_EXTENSIONS:
            raise refuse(
                "unknown-critical", f"the critical extension {uri} is not understood", pointer="/critical"
            )
    return Statement(envelope.jws, envelope.id, envelope.kid, act)


def refuse_null(value: object, pointer: str) -> None:
    """LAD-STM-015: an absent member is absent; null is a second spelling of it. What is in extensions may be null."""
    if value is None:
        raise refuse("bad-member", "null stands for nothing here; leave the member out", pointer=pointer)
    if isinstance(value, dict):
        for name, child in value.items():
            if pointer or name != "extensions" or child is None:
                refuse_null(child, f"{pointer}/{_escape(name)}")
    elif isinstance(value, list):
        for position, child in enumerate(value):
            refuse_null(child, f"{pointer}/{position}")


def bad_members(error: ValidationError, members: object) -> Iterator[Refused]:
    """LAD-STM-015, for each member at fault with its pointer."""
    for fault in error.errors(include_url=False, include_input=False):
        named = [*fault["loc"]]
        tag = str(fault.get("ctx", {}).get("discriminator", "")) if "union_tag" in fault["type"] else ""
        named += [tag.strip("'")] if tag.startswith("'") else []
        absent = bool(tag) or fault["type"] in ("missing", "extra_forbidden")
        pointer = "".join(f"/{_escape(str(part))}" for part in _without_tags(named, members, absent))
        yield refuse("bad-member", fault["msg"][:300], pointer=pointer[:300])


def _without_tags(named: list[int | str], members: object, absent: bool) -> Iterator[int | str]:
    """A place as the statement has it; among the parts that pydantic names is also which kind of object was meant.

    `absent`: the last part names a member that is not there.
    """
    value: Any = members
    for position, part in enumerate(named):
        last = absent and position == len(named) - 1
        if isinstance(value, list) and isinstance(part, int):
            value = value[part]
        elif isinstance(value, dict) and (part in value or last):
            value = value.get(part)
        else:
            continue
        yield part


def _escape(name: str) -> str:
    """RFC 6901 escapes."""
    return name.replace("~", "~0").replace("/", "~1")
