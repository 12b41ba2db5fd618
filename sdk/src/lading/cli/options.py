"""What several commands share: the identity, the exchange, --json, and the connection that follows from
them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import output
from lading.errors import IdentityLocked, UsageProblem

if TYPE_CHECKING:
    from lading.client.exchange import Exchange
    from lading.client.identity import Identity

IdentityName = Annotated[
    str | None,
    typer.Option(
        "--identity",
        "-i",
        envvar="LADING_IDENTITY",
        metavar="NAME",
        help="Who you are; needed where several identities are stored here.",
    ),
]
ExchangeUrl = Annotated[
    str | None,
    typer.Option(
        "--exchange",
        "-x",
        envvar="LADING_EXCHANGE",
        metavar="URL",
        help="The exchange; by default the identity's own.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Contract = Annotated[str, typer.Argument(metavar="CONTRACT", help="The contract's id.")]
StatementId = Annotated[str, typer.Argument(metavar="ID", help='A statement\'s id: "sha256:…".')]


def single() -> typer.Typer:
    """The application of a module with one command."""
    return typer.Typer(
        rich_markup_mode=None, add_completion=False, context_settings={"help_option_names": ["-h", "--help"]}
    )


def chosen_identity(name: str | None) -> str:
    """The identity's name: as given, or the only one on this machine."""
    from lading.client import profile

    if name is not None:
        return name
    names = profile.names()
    if len(names) == 1:
        return names[0]
    if not names:
        raise UsageProblem(
            "there is no identity on this machine", hint="Make one with: lading identity create NAME …"
        )
    hint = f"Choose one with --identity: {', '.join(names)}."
    raise UsageProblem("several identities are stored here", hint=hint)


def load_identity(name: str) -> "Identity":
    """Open an identity; on a terminal the passphrase is asked for where it is needed and not in the
    environment.
    """
    from lading.client.identity import PASSPHRASE_VARIABLE, Identity

    try:
        return Identity.load(name)
    except IdentityLocked:
        if not _may_ask(PASSPHRASE_VARIABLE):
            raise
    return Identity.load(name, typer.prompt(f"Passphrase of {name}", hide_input=True, err=True))


def new_passphrase() -> str | None:
    """A passphrase for a new key, typed twice; None where the environment has it or nobody can be asked."""
    from lading.client.identity import PASSPHRASE_VARIABLE

    if not _may_ask(PASSPHRASE_VARIABLE):
        return None
    asked: str = typer.prompt(
        "Passphrase for the new key (empty: keep a secret in this system's keyring)",
        hide_input=True,
        confirmation_prompt=True,
        default="",
        show_default=False,
        err=True,
    )
    return asked or None


def may_ask() -> bool:
    """Whether somebody can be asked for a passphrase, and was not relieved of it by the environment."""
    from lading.client.identity import PASSPHRASE_VARIABLE

    return _may_ask(PASSPHRASE_VARIABLE)


def _may_ask(variable: str) -> bool:
    import os

    return variable not in os.environ and sys.stdin.isatty()


@contextmanager
def connected(name: str | None, url: str | None, *, as_json: bool) -> Iterator["Exchange"]:
    """An open exchange for the chosen identity, with progress bars."""
    from lading.client.connect import connect

    identity = load_identity(chosen_identity(name))
    home = identity.home
    address = url or (None if home is None else home.api)
    if address is None:
        hint = f"Say where: --exchange URL, or lading identity register {identity.name} --exchange URL."
        raise UsageProblem(f"the identity {identity.name!r} is not registered at an exchange yet", hint=hint)
    with (
        output.progress(quiet=as_json) as progress,
        connect(address, identity, guest=url is not None, progress=progress) as exchange,
    ):
        yield exchange


@contextmanager
def browsing(name: str | None, url: str | None, *, as_json: bool) -> Iterator["Exchange"]:
    """An open exchange for reading: with an identity where one is chosen or there is just one, else
    anonymously.
    """
    from lading.client import profile
    from lading.client.connect import connect

    if name is None and url is not None and len(profile.names()) != 1:
        with connect(url) as exchange:
            yield exchange
        return
    with connected(name, url, as_json=as_json) as exchange:
        yield exchange
