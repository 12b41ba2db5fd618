"""What the terms in force ask a delivery or a receipt to say, asked before anything is signed."""

from collections.abc import Mapping, Sequence

from lading.client.flow import Flow
from lading.client.flows.amend import terms_in_force
from lading.client.results import Contract, Delivery
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.terms.price import PerUnit, Tiered
from lading.terms.terms import Terms

PLACES = {"stored_in": "storage", "processed_in": "processing", "accessed_from": "access"}
"""The members of a receipt, by which part of the terms' `localisation` bounds them."""


def check_agreed(session: Session, contract: Contract, said: Mapping[str, object]) -> Flow[None]:
    """`UsageProblem` where somebody else delivers, or a delivery leaves out what product or terms ask for."""
    if session.me != contract.provider:
        raise UsageProblem(
            "another participant delivers under this contract", hint="Receive: lading receive."
        )
    sales = contract.listing.act.kind
    window = said["window"]
    if (window is None) != (sales == "dataset"):
        needs = "no window" if sales == "dataset" else "a window"
        raise UsageProblem(
            f"the product is a {sales}: its deliveries have {needs}",
            hint="Leave it out."
            if sales == "dataset"
            else "Say it: window=(first, last), --window FIRST-LAST.",
        )
    if _is_complete(contract.terms, said):
        return
    terms = yield from terms_in_force(session, contract)  # which may be others than those it was concluded on
    if _is_complete(terms, said):
        return
    if terms.compatibility is not None and said["data_schema"] is None:
        listed = contract.listing.act.data_schema
        named = "" if listed is None else f" The listing's is {listed.digest}."
        hint = f"Say it: data_schema=DIGEST, --data-schema.{named}"
        raise UsageProblem("the terms ask for the digest of the delivery's schema", hint=hint)
    hint = "Say how many: units=NUMBER, --units."
    raise UsageProblem("the price counts units, and the delivery does not say how many it has", hint=hint)


def _is_complete(terms: Terms, said: Mapping[str, object]) -> bool:
    counted = said["units"] is not None or said["window"] is not None
    described = said["data_schema"] is not None or terms.compatibility is None
    return described and (counted or not isinstance(terms.price, PerUnit | Tiered))


def check_places(delivery: Delivery, said: Mapping[str, Sequence[str] | None]) -> None:
    """`UsageProblem` where the terms bound where the data is, and a receipt says nothing, or somewhere else."""
    for member, part in PLACES.items():
        permitted = None if delivery.localisation is None else getattr(delivery.localisation, part)
        if permitted is None:
            continue
        places, countries = said[member], ", ".join(permitted)
        how = f"Say the countries: {member}=[…], --{member.replace('_', '-')}. Permitted: {countries}."
        if not places:
            raise UsageProblem(f"the terms ask in which countries the data is {_WORDS[member]}", hint=how)
        elsewhere = sorted(set(places) - set(permitted))
        if elsewhere:
            raise UsageProblem(
                f"the terms do not let the data be {_WORDS[member]} {', '.join(elsewhere)}", hint=how
            )


_WORDS = {"stored_in": "stored in", "processed_in": "processed in", "accessed_from": "accessed from"}
