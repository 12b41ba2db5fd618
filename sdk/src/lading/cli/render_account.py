"""A contract's account, as a statement for people and as members for programs."""

from decimal import Decimal

from lading.cli import output
from lading.terms.account import Account

_SUMS = ("owed", "invoiced", "paid", "acknowledged", "balance")


def show(account: Account) -> None:
    """Print lines, sums, and what does not agree."""
    if account.units:
        output.line(f"  {account.units} units received")
    rows = [(line.text, line.amount) for line in account.lines]
    rows += [(name, getattr(account, name)) for name in _SUMS]
    texts = [(output.plain(text), _amount(amount, account)) for text, amount in rows]
    left, right = (max(len(row[side]) for row in texts) for side in (0, 1))
    for number, (text, amount) in enumerate(texts):
        if number == len(account.lines) and number:
            output.line(f"  {'-' * (left + right + 2)}")
        output.line(f"  {text:<{left}}  {amount:>{right}}")
    for finding in account.findings:
        output.line(f"  {finding.code}: {output.plain(finding.text)}")
        if finding.statement is not None:
            output.line(f"    {finding.statement}")
    if not account.findings:
        output.line("  everything agrees")


def _amount(amount: Decimal, account: Account) -> str:
    return f"{amount:f} {account.currency or ''}".strip()


def members(account: Account) -> dict[str, object]:
    """The account for programs: amounts are texts, exact."""
    said: dict[str, object] = {"currency": account.currency, "units": account.units}
    said |= {name: f"{getattr(account, name):f}" for name in _SUMS}
    said["lines"] = [
        {"code": line.code, "text": line.text, "quantity": line.quantity, "amount": f"{line.amount:f}"}
        for line in account.lines
    ]
    said["findings"] = [
        {"code": finding.code, "text": finding.text, "statement": finding.statement}
        for finding in account.findings
    ]
    return said
