"""`lading claim`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output
from lading.cli.words import Ground
from lading.errors import UsageProblem

app = options.single()


Thing = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="The delivery or its receipt; with --ground also a contract or listing."
    ),
]
Sealed = Annotated[
    Path | None,
    typer.Option(help="For a proof: the ciphertexts that lading receive kept, the .sealed.part file."),
]
TheGround = Annotated[
    Ground | None, typer.Option(help="For people to judge: what is wrong. Instead of --sealed.")
]
Text = Annotated[
    str | None, typer.Option(help="With --ground: what is wrong in words, up to 2000 characters.")
]
Evidence = Annotated[
    list[Path] | None,
    typer.Option(
        help="With --ground: a file that shows it; may be repeated. It is named by digest, and sent."
    ),
]
Remedy = Annotated[str | None, typer.Option(help="With --ground: what you ask for, as a token, like refund.")]
Arbiter = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        help="Of a proof, the participant who is to judge; needed where a key does not derive.",
    ),
]
Out = Annotated[
    Path | None, typer.Option(help="Where the file of a proof goes, for whoever is to judge; claim.json.")
]
Share = Annotated[
    Path | None,
    typer.Option(help="Write your share to this file, for another judge. It opens the whole content."),
]


@app.command()
def claim(
    thing: Thing,
    sealed: Sealed = None,
    ground: TheGround = None,
    text: Text = None,
    evidence: Evidence = None,
    remedy: Remedy = None,
    arbiter: Arbiter = None,
    out: Out = None,
    share: Share = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Claim a fault: with proof, that a sealed delivery does not open; or on a ground that people have to judge.

    With --sealed the first chunk at fault is found in the ciphertexts; its pieces and the claim are registered, and
    saved in one file that anybody can judge offline: lading judge. With --ground the other party answers (lading
    answer), and the arbiter whom the terms name decides (lading rule). Against a listing anybody who is admitted may
    claim. lading withdraw takes a claim back.

    \b
    Example:
      lading claim sha256:4f0c… --sealed roads.csv.sealed.part --arbiter sha256:99ab… --out claim.json
    """
    from lading.cli import render

    for_people, for_proof = (text, evidence, remedy), (arbiter, out, share)
    if (sealed is None) == (ground is None) or any(for_proof if sealed is None else for_people):
        hint = (
            "Say --sealed, perhaps with --arbiter, --out and --share; or --ground, perhaps with the others."
        )
        raise UsageProblem("a claim has either a proof or a ground for people", hint=hint)
    with options.connected(identity, exchange, as_json=as_json) as x:
        if sealed is None:
            said = x.complain(thing, str(ground), text=text, evidence=evidence or (), remedy=remedy)
            output.registered(said, as_json=as_json)
            return
        target = out or Path("claim.json")
        found = x.claim(thing, sealed=sealed, arbiter=arbiter, out=target, share_to=share)
    output.result(as_json, render.claimed(found), render.claimed_members(found))
