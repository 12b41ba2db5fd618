"""`lading attest`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output
from lading.cli.words import Attested, AttestedOutcome

app = options.single()


@app.command()
def attest(
    about: Annotated[str, typer.Argument(metavar="ID", help="What you assessed, most often a listing.")],
    kind: Annotated[Attested, typer.Option(help="What you looked at.")],
    outcome: Annotated[AttestedOutcome, typer.Option(help="What you found.")] = "passed",
    evidence: Annotated[
        list[Path] | None,
        typer.Option(help="A file that shows it; may be repeated. It is named by digest, and sent."),
    ] = None,
    valid_for: Annotated[
        str | None, typer.Option(help="How long it stands (ISO 8601); without it for ever.")
    ] = None,
    qualification: Annotated[
        str | None, typer.Option(help="What entitles you to say so, or limits what you say.")
    ] = None,
    grant: Annotated[
        str | None, typer.Option(metavar="ID", help="The grant by which you read what you assess.")
    ] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Say, as an admitted assessor, what you found out about a statement: assess it. lading withdraw takes it back.

    \b
    Example:
      lading attest sha256:4f0c… --kind quality --outcome passed --evidence report.pdf --valid-for P365D
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.attest(
            about,
            kind,
            outcome=outcome,
            evidence=evidence or (),
            valid_for=valid_for,
            qualification=qualification,
            grant=grant,
        )
    output.registered(said, as_json=as_json)
