"""`lading verify`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The evidence file.")],
    trust: Annotated[
        Path, typer.Option(help="Your trust policy (C2SP tlog-policy): the logs that you trust.")
    ],
    content: Annotated[
        Path | None,
        typer.Option(help="A data file, to be compared with the content that the evidence names."),
    ] = None,
    salts: Annotated[
        Path | None,
        typer.Option(
            help="The data file's salts, where it was sealed; by default the file beside it with .salts added."
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Verify an evidence file by your own trust policy. Needs no network and no account.

    \b
    Exit codes:
      0  VALID: all bytes are authentic, and a log that you trust asserts their admission
      1  INVALID: something in the file is wrong
      2  INDETERMINATE: something needed is missing or unknown

    \b
    Example:
      lading verify roads.lading.json --trust trust.policy --content roads.csv
    """
    from lading.cli import render_verdict
    from lading.evidence.verify import read_policy
    from lading.evidence.verify import verify as judge

    policy = read_policy(trust)
    verdict = judge(file, policy, content=content, salts=salts or _beside(content))
    if as_json:
        output.show_json(render_verdict.members(verdict))
    else:
        render_verdict.show(verdict)
    raise typer.Exit(verdict.exit_code)


def _beside(content: Path | None) -> Path | None:
    """The salts that lie beside a data file, if they do."""
    salts = None if content is None else content.with_name(content.name + ".salts")
    return salts if salts is not None and salts.is_file() else None
