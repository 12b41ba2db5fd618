"""What an exchange says of its log and of itself: `lading exchange erase` and those beside it in `COMMANDS`."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Final

import typer

from lading.cli import options, output
from lading.errors import UsageProblem

Directory = Annotated[Path, typer.Argument(metavar="DIRECTORY", help="The exchange's state directory.")]


def erase(
    directory: Directory,
    statement: Annotated[str, typer.Argument(metavar="ID", help="The statement's id.")],
    ground: Annotated[str, typer.Option(help="Why, in a word, like unlawful or personal-data.")],
    legal_basis: Annotated[str | None, typer.Option(help="By which law or order.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """Have the running exchange destroy the bytes of a statement.

    What the statement changed stays, and so does its entry in the log. Backups are yours to clean.

    \b
    Example:
      lading exchange erase state sha256:4f0c… --ground personal-data --legal-basis "Art. 17 GDPR"
    """
    made = office().erase(directory, statement, ground=ground, legal_basis=legal_basis)
    shown = {"erasure": made["id"], "statement": statement, "log index": made["index"]}
    output.result(as_json, shown, made)


def notarise(
    directory: Directory,
    what: Annotated[str, typer.Argument(metavar="DIGEST|FILE", help="A file, or the SHA-256 of its bytes.")],
    reader: Annotated[
        str | None, typer.Option(help="The participant who alone may read it; by default everybody.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="What it is about.")] = None,
    media_type: Annotated[str | None, typer.Option(help="Like application/pdf.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """Have the running exchange say that bytes existed.

    \b
    Example:
      lading exchange notarise state letter.pdf --text "A letter that its addressee did not answer"
    """
    made = office().notarise(directory, what, reader=reader, text=text, media_type=media_type)
    shown = {"notarisation": made["id"], "digest": made["digest"], "log index": made["index"]}
    output.result(as_json, shown, made)


def announce(
    directory: Directory,
    at: Annotated[str, typer.Option(help="When, like 2027-06-30T00:00:00.000Z.")],
    as_json: options.AsJson = False,
) -> None:
    """Announce when an exchange closes, 30 days ahead or more, while nobody serves it.

    From then on it takes no new business. It can be moved to later, never back. The exchange gets new keys with it.

    \b
    Example:
      lading exchange announce state --at 2027-06-30T00:00:00.000Z
    """
    made = office().announce(directory, at)
    output.result(as_json, {"closes": at, "statement": made["statement"]}, made)


def close(
    directory: Directory,
    successor: Annotated[str | None, typer.Option(help="The exchange that goes on, by its id.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """End the log of an exchange whose closing has come, while nobody serves it.

    Nothing can be registered any more. Go on serving it, so that everybody can read.

    \b
    Example:
      lading exchange close state --successor sha256:4f0c…
    """
    made = office().close(directory, successor)
    output.result(as_json, {"last statement": made["statement"], "successor": successor}, made)


def switches(
    directory: Directory,
    policy: Annotated[Path, typer.Argument(metavar="FILE", help="A JSON object of the exchange's switches.")],
    as_json: options.AsJson = False,
) -> None:
    """Set what an exchange asks for beyond the rules of all, while nobody serves it.

    The file takes the place of all switches that it had. The exchange gets new keys with it.

    \b
    Example:
      lading exchange switches state policy.json
    """
    made = office().switches(directory, policy)
    output.result(as_json, {"statement": made["statement"], "seal key": made["seal_key"]}, made)


COMMANDS: Final[tuple[Callable[..., Any], ...]] = (erase, notarise, announce, close, switches)
"""The commands, in the order in which they are shown."""


def office() -> ModuleType:
    """The reference server's operations of this kind, which are an extra."""
    try:
        from lading_server import office as made
    except ImportError as error:
        hint = 'Install it with: pip install "lading[server]"'
        raise UsageProblem(f"the reference server is not installed ({error})", hint=hint) from None
    return made
