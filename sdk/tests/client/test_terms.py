"""Terms and prices as a person writes them, in Python and in a file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lading
from lading.client.terms import read_terms
from lading.terms.terms import Terms

PRICES = {
    "fixed": ("100 EUR", {"amount": "100.00", "currency": "EUR"}),
    "free": (lading.Free(), {"model": "free"}),
    "per unit": (
        lading.PerUnit("row", "0.0020 EUR", ceiling="5 EUR"),
        {
            "model": "per-unit",
            "unit": "row",
            "price": {"amount": "0.002", "currency": "EUR"},
            "ceiling": {"amount": "5.00", "currency": "EUR"},
        },
    ),
    "tiered": (
        lading.Tiered("call", [(10, "0.1 EUR"), (None, "10 EUR", "2.00 EUR")], mode="volume"),
        {
            "model": "tiered",
            "unit": "call",
            "mode": "volume",
            "tiers": [
                {"up_to": 10, "price": {"amount": "0.1", "currency": "EUR"}},
                {
                    "price": {"amount": "10", "currency": "EUR"},
                    "flat": {"amount": "2.00", "currency": "EUR"},
                },
            ],
        },
    ),
    "subscription": (
        lading.Subscription("9.00 EUR", "P30D", periods=12),
        {
            "model": "subscription",
            "amount": {"amount": "9.00", "currency": "EUR"},
            "period": "P30D",
            "periods": 12,
        },
    ),
    "revenue share": (
        lading.RevenueShare("12.5", "EUR", minimum="1.00 EUR", ceiling="9.00 EUR"),
        {
            "model": "revenue-share",
            "share": "12.5",
            "currency": "EUR",
            "minimum": {"amount": "1.00", "currency": "EUR"},
            "ceiling": {"amount": "9.00", "currency": "EUR"},
        },
    ),
}
MORE: dict[str, Any] = {
    "tax": "excluded",
    "purposes": ["research"],
    "permissions": {
        "permissions": [
            {"action": "use", "constraints": [{"left": "spatial", "operator": "isAnyOf", "right": ["IE"]}]}
        ]
    },
    "schedule": {"first": "P1D", "every": "P7D", "deliveries": 10},
    "term": "P365D",
    "compatibility": "backward",
    "suspension": {"by": ["provider"], "maximum": "P30D"},
    "termination": {"by": ["provider", "consumer"], "notice": "P14D"},
    "localisation": {"storage": ["IE", "DE"]},
    "sub_licence_depth": 0,
    "law": "IE",
    "forum": "The courts of Dublin",
    "arbiter": f"sha256:{'a' * 64}",
    "instruments": [{"id": "https://law.example/1", "version": "2", "status": "in-force", "reopen": True}],
    "trial": True,
}


def wire(terms: Terms) -> Any:
    """Terms as JSON has them."""
    return json.loads(terms.model_dump_json(exclude_none=True))


@pytest.mark.parametrize("name", PRICES)
def test_each_price_is_written_and_read(name: str, tmp_path: Path) -> None:
    price, meant = PRICES[name]
    terms = lading.Terms(price)  # type: ignore[arg-type]
    assert wire(terms) == {"price": meant, "taking_period": "P7D", "dispute_window": "P14D"}
    (tmp_path / "terms.json").write_text(json.dumps({"price": meant}))
    assert wire(read_terms(tmp_path / "terms.json")) == wire(terms)
    assert str(terms.price)


def test_every_member_of_terms_is_an_argument(tmp_path: Path) -> None:
    terms = lading.Terms("1.00 EUR", **MORE)
    periods = {"taking_period": "P7D", "dispute_window": "P14D"}
    assert wire(terms) == {"price": {"amount": "1.00", "currency": "EUR"}, **periods, **MORE}
    assert set(wire(terms)) == set(Terms.model_fields)
    (tmp_path / "terms.json").write_text(json.dumps(MORE | {"price": "1.00 EUR"}))
    assert wire(read_terms(tmp_path / "terms.json")) == wire(terms)


MISTAKES: dict[str, tuple[Callable[[], object], str, str]] = {
    "no amount": (lambda: lading.Terms("much"), "not an amount", "100.00 EUR"),
    "no duration": (
        lambda: lading.Terms("1.00 EUR", schedule={"first": "soon", "deliveries": 1}),
        "schedule.first",
        "P1DT30M",
    ),
    "an unknown member": (
        lambda: lading.Terms("1.00 EUR", suspension={"by": ["provider"], "until": "P1D"}),
        "suspension.until",
        "Correct",
    ),
    "an unknown model": (lambda: lading.Terms({"model": "auction"}), "has a model", "Correct"),
    "no value of JSON": (lambda: lading.Terms("1.00 EUR", forum=object()), "not acceptable", "plain"),  # type: ignore[arg-type]
    "no id": (lambda: lading.Terms("1.00 EUR", arbiter="me"), "not an id", "sha256"),
    "no price of a unit": (lambda: lading.PerUnit("row", "cheap"), "price of a unit", "0.002 EUR"),
    "no unit": (lambda: lading.PerUnit("Rows", "1 EUR"), "unit", "lower-case"),
    "tiers without an end": (lambda: lading.Tiered("row", [(5, "1 EUR")]), "the last has none", "Correct"),
    "two currencies": (
        lambda: lading.PerUnit("row", "1 EUR", ceiling="9.00 USD"),
        "one currency",
        "Correct",
    ),
    "no period": (lambda: lading.Subscription("1.00 EUR", "monthly"), "period", "P7D"),
    "more than all": (lambda: lading.RevenueShare("101", "EUR"), "share", "Correct"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place(name: str) -> None:
    make, said, hint = MISTAKES[name]
    with pytest.raises(lading.UsageProblem, match=said) as caught:
        make()
    assert hint in caught.value.hint
