"""What a key with `limit` may bind its owner to (`spec/keys.md`, part Which key signs)."""

from lading.acts.acceptance import Acceptance
from lading.acts.base import Act, Place, Statement, View
from lading.acts.offer import Offer
from lading.acts.payment import Payment
from lading.acts.records import ListingRecord, OfferRecord, VersionRecord
from lading.problems import refuse
from lading.statement.words import Money
from lading.terms.price import Price, committed, currency_of


def check_within_limit(view: View, statement: Statement[Act], at: Place) -> None:
    """An offer, an acceptance or a payment binds its issuer to no more than the key's limit."""
    version = view.get(VersionRecord, statement.act.under or "")
    keys = () if version is None else version.keys
    limit = next((key.limit for key in keys if key.kid == statement.kid), None)
    price = None if limit is None else _price(view, statement.act)
    # LAD-STM-051
    if limit is not None and price is not None and not _is_within(price, limit):
        raise refuse("over-limit", f"the key may bind its owner to {limit} at most", pointer="/under")


def _price(view: View, act: Act) -> Price | None:
    """What the act binds its issuer to: the price of the terms, or the amount of a payment."""
    match act:
        case Payment():
            return act.amount
        case Offer():
            return act.terms.price
        case Acceptance(offer=None):
            listing = view.get(ListingRecord, act.listing or "")
            return None if listing is None or listing.standing is None else listing.standing.terms.price
        case Acceptance():
            offer = view.get(OfferRecord, act.offer or "")
            return None if offer is None else offer.terms.price
        case _:
            return None


def _is_within(price: Price, limit: Money) -> bool:
    """Whether what is owed at most is bounded, in the limit's currency, and no more than it."""
    most = committed(price)
    return most is not None and currency_of(price) in (None, limit.currency) and most <= limit.value
