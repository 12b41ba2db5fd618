"""`lading judge`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output
from lading.errors import UsageProblem

app = options.single()


@app.command()
def judge(
    claim: Annotated[Path, typer.Argument(help="The claim file.")],
    trust: Annotated[
        Path, typer.Option(help="Your trust policy (C2SP tlog-policy): the logs that you trust.")
    ],
    identity: Annotated[
        str | None,
        typer.Option(
            "--identity", "-i", metavar="NAME", help="The arbiter's identity, to open the consumer's share."
        ),
    ] = None,
    share: Annotated[
        Path | None, typer.Option(help="The consumer's share in a file, if the consumer gave it to you.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Judge a claim by its file and your own trust policy. Needs no network and no account.

    Anybody who has the pieces comes to the same outcome. Where a key is said not to derive, the consumer's share is
    needed too: as the arbiter, to whom it is sealed, or from the consumer.

    \b
    Exit codes:
      0  upheld: the provider is at fault
      1  dismissed: the claim proves no fault
      2  undecided: something needed is missing or unknown

    \b
    Example:
      lading judge claim.json --trust trust.policy
    """
    from lading.cli import render_judgement
    from lading.evidence.claims import read_case
    from lading.evidence.verify import read_policy
    from lading.transfer.judge import Judgement

    if identity is not None and share is not None:
        raise UsageProblem("an identity and a share were given", hint="One of the two is enough.")
    policy, given = read_policy(trust), None if share is None else _share(share)
    case = read_case(claim, policy, has_share=given is not None)
    if isinstance(case, Judgement):
        judgement, shown = case, None
    else:
        keys = () if identity is None else options.load_identity(identity).seal_keys
        judgement, shown = case.judge(keys, given), case
    if as_json:
        output.show_json(render_judgement.members(judgement, shown))
    else:
        render_judgement.show(judgement, shown)
    raise typer.Exit(judgement.exit_code)


def _share(path: Path) -> bytes:
    """The share in a file that `lading claim --share` wrote; `UsageProblem` where there is none."""
    from lading.problems import Refused
    from lading.statement import base64url

    try:
        with path.open("rb") as file:
            share = base64url.decode(file.read(100).strip())
    except OSError as error:
        raise UsageProblem(f"cannot read {path}: {error.strerror}", hint="Check the path.") from None
    except Refused:
        share = b""
    if len(share) != 32:
        raise UsageProblem(f"{path} holds no share", hint="It is one line of 43 characters.")
    return share
