"""`lading answer` and `lading rule`: what is said to a claim, and what an arbiter decides."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output
from lading.cli.words import Answer, Remedy, RulingOutcome

app = options.single()

Claim = Annotated[str, typer.Argument(metavar="CLAIM", help="The claim's id.")]


@app.command()
def answer(
    claim: Claim,
    said: Annotated[Answer, typer.Argument(metavar="conceded|denied", help="What you say to it.")],
    text: Annotated[str | None, typer.Option(help="In words, up to 2000 characters.")] = None,
    evidence: Annotated[
        list[Path] | None,
        typer.Option(help="A file that shows it; may be repeated. It is named by digest, and sent."),
    ] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Answer a claim against you.

    \b
    Example:
      lading answer sha256:4f0c… denied --text "The file has all rows that were listed." --evidence count.txt
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.answer(claim, said, text=text, evidence=evidence or ())
    output.registered(found, as_json=as_json)


@app.command()
def rule(
    claim: Claim,
    outcome: Annotated[
        RulingOutcome, typer.Argument(metavar="upheld|dismissed|settled", help="What you decide.")
    ],
    remedy: Annotated[Remedy | None, typer.Option(help="What is to be done.")] = None,
    amount: Annotated[
        str | None, typer.Option(help='What is to be repaid, like "20.00 EUR"; for a refund.')
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="TIME", help="Until when, in RFC 3339.")] = None,
    text: Annotated[str | None, typer.Option(help="The reasons in short, up to 2000 characters.")] = None,
    reasons: Annotated[
        Path | None, typer.Option(help="The reasons in full, a file. It is named by digest, and sent.")
    ] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Decide a claim, as the arbiter whom the terms name. A proof is judged offline with lading judge.

    \b
    Example:
      lading rule sha256:4f0c… upheld --remedy refund --amount "20.00 EUR" --reasons reasons.pdf
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.rule(claim, outcome, remedy=remedy, amount=amount, by=by, text=text, reasons=reasons)
    output.registered(found, as_json=as_json)
