"""The commands of `lading identity` for several people: invite, join, approver, approvals."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output
from lading.errors import UsageProblem

Name = Annotated[str, typer.Argument(help="The identity.")]


def invite(
    name: Name,
    out: Annotated[
        Path | None, typer.Option(help="Where the invite goes; by default ./NAME.invite.json.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Write a file with which a second person makes a key of their own for this participant. It holds no secret.

    \b
    Example:
      lading identity invite acme --out acme.invite.json
    """
    from lading.client import profile
    from lading.client.invite import invite_of, write

    folder, about = profile.load(name)
    made = invite_of(about, profile.load_home(folder))
    target = write(out or Path(f"{name}.invite.json"), made)
    output.result(
        as_json,
        {"invite": target, "participant": made.home.participant},
        {"invite": str(target), "participant": made.home.participant},
    )


def join(
    name: Annotated[str, typer.Argument(help="A short name, for this machine only, like acme-ben.")],
    invite: Annotated[Path, typer.Argument(help="The invite, made with: lading identity invite.")],
    key_file: Annotated[
        Path | None, typer.Option(help="Where the public key goes; by default ./NAME.key.json.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a key of your own for a participant that exists; only its public side leaves this machine.

    Hand the key file to whoever holds the participant's next key. Once they have added it, you act for the
    participant under this identity.

    \b
    Example:
      lading identity join acme-ben acme.invite.json
    """
    from lading.client.identity import Identity
    from lading.client.invite import KeyFile, read_invite, write
    from lading.statement import base64url

    invited = read_invite(invite)
    target = (key_file or Path(f"{name}.key.json")).absolute()
    if target.exists():
        raise UsageProblem(f"{target} exists", hint="Name another file with --key-file.")
    made = Identity.join(name, invited, passphrase=options.new_passphrase())
    x = base64url.encode(made.signer.public).decode("ascii")
    write(target, KeyFile(participant=invited.home.participant, name=name, x=x))
    shown = {"identity": name, "participant": invited.home.participant, "key": made.profile.key}
    output.result(as_json, shown | {"key file": target}, shown | {"key_file": str(target)})
    if not as_json:
        output.line()
        output.line(f"Next: whoever manages the keys runs lading identity keys add … {target.name}")
        output.line(
            "Tell them the key as it stands above, by telephone, so that they add yours and no other."
        )


def approver(
    name: Annotated[str, typer.Argument(help="A short name, like ben, that requests and approvals show.")],
    out: Annotated[
        Path | None, typer.Option(help="Where the public file goes; by default ./NAME.approver.json.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a key with which you approve what others sign. It is no participant's key, and no exchange knows it.

    \b
    Example:
      lading identity approver ben
    """
    from lading.client.approver import ApproverKey
    from lading.client.invite import write

    target = (out or Path(f"{name}.approver.json")).absolute()
    if target.exists():
        raise UsageProblem(f"{target} exists", hint="Name another file with --out.")
    made = ApproverKey.create(name, passphrase=options.new_passphrase())
    write(target, made.public)
    shown = {"approver": name, "key": made.public.thumbprint}
    output.result(as_json, shown | {"file": target}, shown | {"file": str(target)})


def approvals(
    name: Name,
    act: Annotated[
        list[str] | None, typer.Option(help="An act that waits, like acceptance; may be repeated.")
    ] = None,
    approver: Annotated[
        list[Path] | None, typer.Option(help="Who may approve: their .approver.json; may be repeated.")
    ] = None,
    own: Annotated[
        Path | None, typer.Option(help="The .approver.json of whoever uses this identity: it does not count.")
    ] = None,
    approvals: Annotated[
        Path | None, typer.Option(help="The shared folder of requests; by default the identity's own.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="No act waits for anybody any more.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Say which acts this identity signs only after a second person approved; without options, show it.

    It binds whoever uses Lading with this identity. Whoever takes the key out of it is not bound by it.

    \b
    Example:
      lading identity approvals acme --act acceptance --approver ben.approver.json --approvals /shared/approvals
    """
    from lading.client import approvals as desk
    from lading.client import profile

    folder, about = profile.load(name)
    if none:
        desk.save(folder, None)
    elif act or approver or own or approvals:
        if not act or not approver:
            raise UsageProblem("say which acts wait, and for whom", hint="Give --act and --approver.")
        desk.save(folder, desk.demand(tuple(act), approver, own, approvals, about.key))
    demand = desk.load(folder)
    if demand is None:
        output.result(as_json, {"waits": "nothing"}, {"demand": None})
        return
    shown = {
        "waits": ", ".join(demand.acts),
        "for": " or ".join(f"{one.name} ({one.thumbprint})" for one in demand.approvers),
        "not counted": demand.own,
        "requests": desk.place(folder, demand),
    }
    output.result(as_json, shown, {"demand": demand.model_dump(exclude_none=True)})
