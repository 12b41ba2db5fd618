"""`contracts`: the contracts that the caller is a party to."""

from lading.client.flow import Flow
from lading.client.flows.events import events
from lading.client.flows.evidence import study
from lading.client.pages import Page, Pages
from lading.client.results import Contract, Event, Listing, Named, contract_of, id_of, listing_of
from lading.client.session import Session


def contracts(session: Session, listing: Named | None = None, *, follow: bool = False) -> Pages[Contract]:
    """The caller's contracts in log order, each verified; with `follow` also those still to come, without
    end.

    With a `listing` only the contracts that bind this very version. All are given each time, also those
    long fulfilled: `deliver` finds out what it did before.
    """

    def page(position: str | int | None) -> Flow[Page[Contract]]:
        key, after = None if listing is None else id_of(listing), -1
        if position is None and listing is not None:
            after = yield from _place(session, listing)
        pages = events(session, after=after, follow=follow, types=("acceptance",))
        found: Page[Event] = yield from pages(position)
        items: list[Contract] = []
        for event in found.items:
            contract = yield from contract_at(session, event)
            concluded = contract.id == event.id  # else the acceptance amended it
            if concluded and (key is None or contract.listing.id == key):
                items.append(contract)
        return Page(tuple(items), found.next)

    return page


def contract_at(session: Session, thing: Named) -> Flow[Contract]:
    """The contract that a thing is or names, verified; nothing is fetched for one that was verified
    before.
    """
    if isinstance(thing, Contract):
        return thing
    key = id_of(thing)
    evidence = yield from study(session, key)
    return contract_of(evidence, key)


def _place(session: Session, listing: Named) -> Flow[int]:
    """The log index of a listing: its contracts come later."""
    if isinstance(listing, Listing) and listing.index is not None:
        return listing.index
    key = id_of(listing)
    evidence = yield from study(session, key)
    return listing_of(evidence, key).index or -1
