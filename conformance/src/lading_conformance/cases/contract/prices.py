"""The forms of a price: which are taken, and which are refused."""

from __future__ import annotations

from typing import Final

from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.agreements import euros
from lading_conformance.trial.case import Case, Trial

Price = dict[str, Json]


def _unit(amount: Json, currency: str = "EUR") -> Price:
    return {"amount": amount, "currency": currency}


def _per_unit(amount: Json = "1", currency: str = "EUR", **members: Json) -> Price:
    return {"model": "per-unit", "unit": "row", "price": _unit(amount, currency), **members}


def _tier(up_to: int | None = None, currency: str = "EUR", **members: Json) -> Price:
    bound: Price = {} if up_to is None else {"up_to": up_to}
    return {"price": _unit("1", currency), **bound, **members}


def _tiered(*tiers: Price, **members: Json) -> Price:
    return {"model": "tiered", "unit": "row", "mode": "graduated", "tiers": list(tiers), **members}


def _share(share: str = "5", **members: Json) -> Price:
    return {"model": "revenue-share", "share": share, "currency": "EUR", **members}


def _without(price: Price, name: str) -> Price:
    return {key: value for key, value in price.items() if key != name}


SUBSCRIPTION: Final[Price] = {"model": "subscription", "amount": euros("10.00"), "period": "P30D"}
DOLLARS: Final[Price] = {"amount": "1.00", "currency": "USD"}

TAKEN: Final[tuple[tuple[str, str, Price], ...]] = (
    ("LAD-TRM-001", "a fixed amount of nothing", euros("0.00")),
    ("LAD-TRM-001", "nothing is owed", {"model": "free"}),
    ("LAD-TRM-001", "by the unit with a ceiling", _per_unit("0.00025", ceiling=euros("100.00"))),
    ("LAD-TRM-001", "32 tiers by volume", _tiered(*map(_tier, range(1, 32)), _tier(), mode="volume")),
    ("LAD-TRM-001", "tiers with flat amounts", _tiered(_tier(1, flat=euros("5.00")), _tier())),
    ("LAD-TRM-001", "twelve months", {**SUBSCRIPTION, "periods": 12}),
    ("LAD-TRM-001", "months without an end", SUBSCRIPTION),
    ("LAD-TRM-003", "nine decimal digits a unit", _per_unit("0.000000001")),
    ("LAD-TRM-003", "twelve digits before the point", _per_unit("999999999999.999999999")),
    ("LAD-TRM-003", "half a yen a unit", _per_unit("0.5", "JPY")),
    ("LAD-TRM-004", "a tier up to 2^31-1", _tiered(_tier(2**31 - 1), _tier())),
    ("LAD-TRM-007", "a share of all", _share("100")),
    ("LAD-TRM-007", "a share of 0.0001 per cent", _share("0.0001")),
    ("LAD-TRM-008", "a minimum that is the ceiling", _share(minimum=euros("10.00"), ceiling=euros("10.00"))),
)
"""Prices that terms may have, with the requirement that is at its limit."""

REFUSED: Final[tuple[tuple[str, str, Price], ...]] = (
    ("LAD-TRM-001", "a model that there is not", {"model": "auction"}),
    ("LAD-TRM-001", "a fixed amount with a model", {"model": "fixed", **euros("1.00")}),
    ("LAD-TRM-001", "no member at all", {}),
    ("LAD-TRM-001", "a free contract with an amount", {"model": "free", **euros("0.00")}),
    ("LAD-TRM-001", "by the unit, and nothing says which", _without(_per_unit(), "unit")),
    ("LAD-TRM-001", "by the unit with a minimum", _per_unit(minimum=euros("1.00"))),
    ("LAD-TRM-001", "a mode that there is not", _tiered(_tier(), mode="stairs")),
    ("LAD-TRM-001", "no tier", _tiered()),
    ("LAD-TRM-001", "33 tiers", _tiered(*map(_tier, range(1, 33)), _tier())),
    ("LAD-TRM-001", "a flat amount in cents of a cent", _tiered(_tier(flat=euros("5.000")))),
    ("LAD-TRM-001", "a subscription without a period", _without(SUBSCRIPTION, "period")),
    ("LAD-TRM-001", "a subscription of no periods", {**SUBSCRIPTION, "periods": 0}),
    ("LAD-TRM-001", "a share in a currency that there is not", {**_share(), "currency": "EUC"}),
    ("LAD-TRM-002", "a ceiling in another currency", _per_unit(ceiling=DOLLARS)),
    ("LAD-TRM-002", "tiers in two currencies", _tiered(_tier(5), _tier(currency="USD"))),
    ("LAD-TRM-002", "a flat amount in another currency", _tiered(_tier(flat=DOLLARS))),
    ("LAD-TRM-002", "a minimum in another currency", _share(minimum=DOLLARS)),
    ("LAD-TRM-003", "a zero at the end of a unit price", _per_unit("0.10")),
    ("LAD-TRM-003", "a unit price that ends with its point", _per_unit("1.")),
    ("LAD-TRM-003", "a zero before a unit price", _per_unit("01")),
    ("LAD-TRM-003", "an exponent", _per_unit("1e3")),
    ("LAD-TRM-003", "a unit price that is a number", _per_unit(1)),
    ("LAD-TRM-003", "a negative unit price", _per_unit("-1")),
    ("LAD-TRM-003", "ten decimal digits", _per_unit("0.0000000001")),
    ("LAD-TRM-003", "thirteen digits before the point", _per_unit("1000000000000")),
    ("LAD-TRM-003", "a unit price in a currency that there is not", _per_unit("1", "XXX")),
    ("LAD-TRM-004", "two tiers that end at one number", _tiered(_tier(5), _tier(5), _tier())),
    ("LAD-TRM-004", "tiers in falling order", _tiered(_tier(6), _tier(5), _tier())),
    ("LAD-TRM-004", "a last tier with an end", _tiered(_tier(5), _tier(6))),
    ("LAD-TRM-004", "a first tier without one", _tiered(_tier(), _tier())),
    ("LAD-TRM-007", "a share of nothing", _share("0")),
    ("LAD-TRM-007", "a share of more than all", _share("100.0001")),
    ("LAD-TRM-007", "a zero at the end of a share", _share("12.50")),
    ("LAD-TRM-007", "five decimal digits of a share", _share("0.00001")),
    ("LAD-TRM-008", "a minimum above the ceiling", _share(minimum=euros("10.01"), ceiling=euros("10.00"))),
)
"""Prices that no terms have, each with one fault and the requirement that it breaks."""


def run(trial: Trial) -> None:
    """Offer every price."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("a listing"):
        listing = deals.publish(session)
    for requirement, what, price in TAKEN:
        with trial.check(requirement, f"{what}: registered, and shown as it was signed"):
            terms = agreements.terms(price=price)
            offer = agreements.offered(session, listing.id, terms=terms)
            expect.state(session, consumer, offer.id, "offer", terms=terms)
    for requirement, what, price in REFUSED:
        with trial.check(requirement, f"{what}: bad-member"):
            jws = agreements.offer(
                provider, consumer, listing=listing.id, terms=agreements.terms(price=price)
            )
            expect.refused(session, jws, "bad-member")


CASE = Case(
    name="contract_prices",
    profile="contract",
    story="A provider offers its data at every form of price: fixed, free, by the unit, in tiers, by subscription, for "
    "a share of sales. Each that can be computed with is taken; each that two parsers would read differently, or that "
    "nobody could compute, is refused.",
    requirements=("LAD-TRM-001", "LAD-TRM-003", "LAD-TRM-004", "LAD-TRM-007", "LAD-TRM-008", "LAD-TRM-002"),
    run=run,
)
