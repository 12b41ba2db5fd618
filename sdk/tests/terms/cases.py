"""What the SDK says of vectors of terms: one function for each schema."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lading.terms import account
from lading.terms.decision import Request, decide, obligations
from lading.terms.permissions import Permissions
from lading.terms.price import Line, Price, Usage, committed, currency_of, due
from sdk.tests.core.vectors import Case, File, Outcome

PRICE: TypeAdapter[Price] = TypeAdapter(Price)
CONTRACT = TypeAdapter(account.Contract)
DELIVERIES = TypeAdapter(tuple[account.Delivered, ...])
PAYMENTS = TypeAdapter(tuple[account.Payment, ...])


def _judged(adapter: TypeAdapter[Any], value: object) -> Outcome:
    try:
        read = adapter.validate_json(_json(value))
    except ValidationError:
        return {"outcome": "refuse"}
    assert adapter.validate_json(adapter.dump_json(read, exclude_none=True)) == read
    return {"outcome": "accept"}


def _json(value: object) -> bytes:
    return TypeAdapter(Any).dump_json(value)


def price(file: File, case: Case, folder: Path) -> Outcome:
    return _judged(PRICE, case["price"])


def permissions(file: File, case: Case, folder: Path) -> Outcome:
    return _judged(TypeAdapter(Permissions), case["permissions"])


def _lines(found: tuple[Line, ...]) -> list[Outcome]:
    assert all(line.text for line in found)
    return [{"code": line.code, "quantity": line.quantity, "amount": f"{line.amount:f}"} for line in found]


def what_is_due(file: File, case: Case, folder: Path) -> Outcome:
    read = PRICE.validate_json(_json(case["price"]))
    given = dict(case["usage"])
    if "sales" in given:
        given["sales"] = Decimal(given["sales"])
    found = due(read, Usage(**given))
    assert {line.currency for line in found} <= {currency_of(read)}
    most = committed(read)
    return {
        "outcome": "accept",
        "currency": currency_of(read),
        "lines": _lines(found),
        "committed": None if most is None else f"{most:f}",
    }


def request(given: Mapping[str, Any]) -> Request:
    """The request of a vector."""
    facts: dict[str, Any] = {
        name: tuple(fact) if isinstance(fact, list) else fact for name, fact in given.items()
    }
    return Request(**facts)


def decision(file: File, case: Case, folder: Path) -> Outcome:
    read = Permissions.model_validate_json(_json(case["permissions"]))
    asked = request(case["request"])
    found = decide(read, asked)
    assert all(reason.text for reason in found.reasons)
    assert (found.refusals == ()) is found.permitted
    return {
        "outcome": "accept",
        "permitted": found.permitted,
        "reasons": [
            {"action": each.action, "code": each.code, "pointer": each.pointer} for each in found.reasons
        ],
        "obligations": [pointer for pointer, _ in obligations(read, asked)],
    }


def whole_account(file: File, case: Case, folder: Path) -> Outcome:
    found = account.account_of(
        CONTRACT.validate_json(_json(case["contract"])),
        DELIVERIES.validate_json(_json(case["deliveries"])),
        PAYMENTS.validate_json(_json(case["payments"])),
        case["now"],
    )
    assert all(finding.text for finding in found.findings)
    sums = ("owed", "invoiced", "paid", "acknowledged", "balance")
    return {
        "outcome": "accept",
        "units": found.units,
        "lines": _lines(found.lines),
        **{name: f"{getattr(found, name):f}" for name in sums},
        "findings": [{"code": each.code, "statement": each.statement} for each in found.findings],
    }


SCHEMAS: Mapping[str, Callable[[File, Case, Path], Outcome]] = {
    "price": price,
    "due": what_is_due,
    "permissions": permissions,
    "decision": decision,
    "account": whole_account,
}
