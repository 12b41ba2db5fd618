"""Results of the client's verbs as fields for people and as members for programs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lading.client.results import Acknowledged, Claimed, Contract, Delivery, Listing, Offer, Received
from lading.statement.words import Id, format_time

NOWHERE: Final[Mapping[Id, str]] = MappingProxyType({})


def listing(found: Listing, addresses: Mapping[Id, str] = NOWHERE) -> dict[str, object]:
    """A listing for people. `addresses`: of other exchanges."""
    act, terms = found.act, found.terms
    size = None if act.size is None else f"{act.size:,} bytes"
    purposes = None if terms is None else ", ".join(terms.purposes or ("any",))
    return {
        "listing": found.id,
        "title": act.title,
        "about": act.description,
        "provider": found.provider,
        "at home at": None if found.home is None else addresses.get(found.home, found.home),
        "price": "on request" if terms is None else terms.price,
        "purposes": purposes,
        "until": None if act.standing is None else act.standing.expires_at,
        "file": ", ".join(str(part) for part in (act.name, size, act.media_type) if part),
        "licence": act.licence,
    }


def listing_members(found: Listing, addresses: Mapping[Id, str] = NOWHERE) -> dict[str, object]:
    """A listing for programs. `addresses`: of other exchanges."""
    members: dict[str, object] = {
        "id": found.id,
        "product": found.product,
        "provider": found.provider,
        "index": found.index,
    }
    if found.home is not None:
        members |= {"home": found.home, "home_api": addresses.get(found.home)}
    return members | {"act": found.act.model_dump(exclude_none=True)}


def contract(found: Contract) -> dict[str, object]:
    """A contract for people."""
    return {
        "contract": found.id,
        "listing": f"{found.listing.title} ({found.listing.id})",
        "provider": f"{found.provider_name} ({found.provider})",
        "consumer": f"{found.consumer_name} ({found.consumer})",
        "price": found.terms.price,
        "purpose": found.purpose,
        "concluded": found.when,
    }


def contract_members(found: Contract) -> dict[str, object]:
    """A contract for programs."""
    return {
        "id": found.id,
        "listing": found.listing.id,
        "title": found.listing.title,
        "provider": found.provider,
        "consumer": found.consumer,
        "provider_name": found.provider_name,
        "consumer_name": found.consumer_name,
        "terms": found.terms.model_dump(exclude_none=True),
        "purpose": found.purpose,
        "index": found.index,
        "time": found.time,
    }


def offer(found: Offer) -> dict[str, object]:
    """An offer for people."""
    act = found.act
    return {
        "offer": found.id,
        "listing": act.listing,
        "amends": act.amends,
        "from": found.issuer,
        "to": act.to,
        "answers": act.replies_to,
        "price": act.terms.price,
        "purpose": act.purpose,
        "actions": ", ".join(act.actions or ()),
        "until": act.expires_at,
    }


def offer_members(found: Offer) -> dict[str, object]:
    """An offer for programs."""
    members = {"id": found.id, "issuer": found.issuer, "provider": found.provider}
    return members | {
        "index": found.index,
        "time": found.time,
        "act": found.act.model_dump(exclude_none=True),
    }


def delivery(found: Delivery) -> dict[str, object]:
    """A delivery for people."""
    act = found.act
    return {
        "delivery": found.id,
        "contract": found.contract,
        "number": act.sequence,
        "file": ", ".join(str(part) for part in (act.name, f"{act.size:,} bytes", act.media_type) if part),
        "form": act.form,
        "fields": ", ".join(act.fields or ()),
        "marked": act.marked,
        "units": act.units,
        "window": None
        if act.window is None
        else f"{act.window.first} to {act.window.last}, {act.window.count} of them",
        "corrects": act.corrects,
        "custody": act.url,
        "content root": act.content_root,
        "delivered": found.when,
        "take until": format_time(found.deadline),
    }


def delivery_members(found: Delivery) -> dict[str, object]:
    """A delivery for programs."""
    members = {"id": found.id, "contract": found.contract, "deadline": found.deadline}
    return members | {
        "index": found.index,
        "time": found.time,
        "act": found.act.model_dump(exclude_none=True),
    }


def acknowledged(found: Acknowledged) -> dict[str, object]:
    """A registered statement for people."""
    return {found.type: found.id, "log index": found.index, "registered": found.when}


def acknowledged_members(found: Acknowledged) -> dict[str, object]:
    """A registered statement for programs."""
    return {"id": found.id, "type": found.type, "index": found.index, "time": found.time}


def received_members(found: Received, evidence: str | None) -> dict[str, object]:
    """A received delivery for programs. `evidence` is where the evidence was saved."""
    return {
        "path": str(found.path),
        "delivery": delivery_members(found.delivery),
        "receipt": acknowledged_members(found.receipt),
        "salts": None if found.salts is None else str(found.salts),
        "evidence": evidence,
    }


def claimed(found: Claimed) -> dict[str, object]:
    """A registered claim for people."""
    return {
        "claim": found.id,
        "delivery": found.delivery.id,
        "ground": found.ground,
        "chunk": found.number,
        "registered": found.registered.when,
        "saved as": found.path,
    }


def claimed_members(found: Claimed) -> dict[str, object]:
    """A registered claim for programs."""
    members = acknowledged_members(found.registered) | {"delivery": found.delivery.id}
    path = None if found.path is None else str(found.path)
    return members | {"ground": found.ground, "number": found.number, "path": path}
