"""The table of commands. A command's module is imported when the command is asked for.

Exit codes:

    0    done; verify: VALID; judge: upheld
    1    refused by the exchange or by who has to approve, or content is not what was signed; verify: INVALID;
         judge: dismissed
    2    wrong use, or the identity is missing or locked; verify, show: INDETERMINATE; judge: undecided
    3    no answer, time over, or a second person has to approve: run it again
    4    the exchange answered outside the protocol, or dishonestly
    70   a bug in Lading
    130  interrupted
"""

import importlib
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from lading.cli import output
from lading.errors import LadingError

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "demo": "Trade a file on this machine, and verify the evidence.",
        "verify": "Verify an evidence file, offline.",
        "judge": "Judge a claim file, offline.",
        "identity": "Create, show, register identities; keys of several people.",
        "approve": "Approve what another person signs.",
        "exchange": "Run an exchange, admit participants.",
        "search": "Find listings.",
        "init": "Draft a listing of a file.",
        "lint": "Say what a listing would be refused for.",
        "sample": "Verify a sample against its listing, offline.",
        "publish": "List a file, with terms.",
        "offer": "Propose terms to the other party.",
        "accept": "Conclude a contract.",
        "reject": "Reject an offer.",
        "withdraw": "Take back a statement of yours while it is open.",
        "contracts": "List your contracts.",
        "amend": "Propose other terms for a contract.",
        "renew": "Propose that a contract runs longer.",
        "deliver": "Hand a file over under a contract.",
        "receive": "Receive a delivery, verify and acknowledge it.",
        "invoice": "Ask for money under a contract.",
        "pay": "Say that you paid.",
        "acknowledge": "Say that the money came.",
        "report-sales": "Report sales of which a share is owed.",
        "account": "Show what is owed, invoiced and paid.",
        "suspend": "Suspend a contract.",
        "resume": "Let a suspended contract go on.",
        "terminate": "End a contract.",
        "recall": "Ask the consumer to erase what was delivered.",
        "erased": "Confirm that you erased it.",
        "claim": "Claim a fault, with proof or for an arbiter.",
        "answer": "Answer a claim against you.",
        "rule": "Decide a claim, as its arbiter.",
        "grant": "Let an auditor read a contract.",
        "disclose": "Record that an authority compelled access.",
        "attest": "Say what you found out, as an assessor.",
        "issue": "Sign and register any act.",
        "show": "Show a statement and what has come of it.",
    }
)
"""Every command and what it is for."""
_SHARED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "amend": "amending",
        "renew": "amending",
        "invoice": "money",
        "pay": "money",
        "acknowledge": "money",
        "report-sales": "money",
        "account": "money",
        "suspend": "notices",
        "resume": "notices",
        "terminate": "notices",
        "recall": "notices",
        "answer": "recourse",
        "rule": "recourse",
        "grant": "access",
        "disclose": "access",
        "erased": "access",
    }
)
"""The modules of several commands. The module of every other command has its name."""


class Commands(TyperGroup):
    """Finds commands by the table."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The names, in the table's order."""
        return list(COMMANDS)

    def get_command(  # type: ignore[override]
        self, ctx: typer.Context, cmd_name: str
    ) -> TyperCommand | TyperGroup | None:
        """The command, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"lading.cli.{_SHARED.get(cmd_name, cmd_name)}")
        command = get_command(module.app)
        if cmd_name in _SHARED and isinstance(command, TyperGroup):
            command = command.commands[cmd_name]
        command.name = cmd_name
        command.short_help = COMMANDS[cmd_name]
        return command  # type: ignore[return-value]


app = typer.Typer(
    cls=Commands,
    name="lading",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: lading demo",
)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"lading {version('lading')}")
        raise typer.Exit


@app.callback()
def lading(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit."),
    ] = False,
) -> None:
    """Signed listings, contracts and receipts for data, which anyone can verify offline."""


def run(arguments: list[str] | None = None) -> None:
    """Run a command line and exit. Errors become one sentence, a hint and an exit code; never a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in given
    try:
        get_command(app).main(args=given, prog_name="lading")
    except LadingError as error:
        sys.exit(output.fail(error, as_json=as_json))
    except KeyboardInterrupt:
        sys.exit(output.interrupted())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug, and people get a sentence
        sys.exit(output.bug(error))
