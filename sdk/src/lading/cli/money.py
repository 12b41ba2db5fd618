"""`lading invoice`, `pay`, `acknowledge`, `report-sales` and `account`: money, which flows elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output
from lading.errors import UsageProblem

app = options.single()

Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help='Like "80.00 EUR".')]
Reference = Annotated[
    str, typer.Option(help="Your own number: 1 to 64 of A-Z a-z 0-9 . _ -, new for each statement of yours.")
]
Since = Annotated[str | None, typer.Option(metavar="TIME", help="The period's beginning, in RFC 3339.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Its end, which is not in it.")]
Document = Annotated[Path | None, typer.Option(help="The paper behind it. It is named by digest, and sent.")]


def _period(since: str | None, until: str | None) -> tuple[str, str] | None:
    if since is not None and until is not None:
        return since, until
    if since is not None or until is not None:
        raise UsageProblem("a period has two ends", hint="Say both --since and --until.")
    return None


@app.command()
def invoice(
    contract: options.Contract,
    amount: Amount,
    reference: Reference,
    delivery: Annotated[str | None, typer.Option(metavar="ID", help="The delivery that it is for.")] = None,
    units: Annotated[int | None, typer.Option(min=0, help="How many units it is for.")] = None,
    since: Since = None,
    until: Until = None,
    document: Document = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Ask for money under a contract, as its provider.

    \b
    Example:
      lading invoice sha256:4f0c… "80.00 EUR" --reference INV-7 --delivery sha256:99ab… --document invoice.pdf
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.invoice(
            contract,
            amount,
            reference,
            delivery=delivery,
            units=units,
            period=_period(since, until),
            document=document,
        )
    output.registered(said, as_json=as_json)


@app.command()
def pay(
    contract: options.Contract,
    amount: Amount,
    reference: Reference,
    invoice: Annotated[str | None, typer.Option(metavar="ID", help="The invoice that you paid.")] = None,
    document: Document = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Say, as the consumer, that you paid. It moves no money.

    \b
    Example:
      lading pay sha256:4f0c… "80.00 EUR" --reference TRANSFER-12 --invoice sha256:7a31…
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.pay(contract, amount, reference, invoice=invoice, document=document)
    output.registered(said, as_json=as_json)


@app.command()
def acknowledge(
    payment: Annotated[str, typer.Argument(metavar="PAYMENT", help="The consumer's statement that it paid.")],
    amount: Annotated[str | None, typer.Option(help="What came, where it is not all of it.")] = None,
    reference: Annotated[str | None, typer.Option(help="Your own number; without it the payment's.")] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Say, as the provider, that the money of a payment came.

    \b
    Example:
      lading acknowledge sha256:52fe…
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.acknowledge(payment, amount=amount, reference=reference)
    output.registered(said, as_json=as_json)


@app.command("report-sales")
def report_sales(
    contract: options.Contract,
    amount: Amount,
    reference: Reference,
    since: Since = None,
    until: Until = None,
    document: Document = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Report, as the consumer, what your own sales brought in, where the price is a share of them.

    \b
    Example:
      lading report-sales sha256:4f0c… "1200.00 EUR" --reference 2026-Q4
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.report_sales(contract, amount, reference, period=_period(since, until), document=document)
    output.registered(said, as_json=as_json)


@app.command()
def account(
    contract: options.Contract,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Show a contract's account: what is owed by its terms, what was invoiced and paid, and what does not agree.

    It is computed here, from the contract's statements. Both parties compute the same.

    \b
    Example:
      lading account sha256:4f0c…
    """
    from lading.cli import render_account

    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.account(contract)
    if as_json:
        output.show_json(render_account.members(found))
    else:
        render_account.show(found)
