"""`lading init`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import options, output
from lading.cli.words import Format
from lading.errors import UsageProblem

if TYPE_CHECKING:
    from lading.client.drafting.draft import Draft

app = options.single()
_TABS = {"tab": "\t", "\\t": "\t"}


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The file to list: CSV, Parquet, or any other.")],
    clear: Annotated[
        bool, typer.Option("--clear", help="Draft for deliveries in clear, for open data. Needs no identity.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where the draft goes; by default FILE.listing.json.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an earlier draft.")] = False,
    kind: Annotated[
        Format | None, typer.Option("--format", help="What the file is, where its name does not say it.")
    ] = None,
    no_header: Annotated[
        bool, typer.Option("--no-header", help="The first line of a CSV file is a row of data.")
    ] = False,
    delimiter: Annotated[
        str | None, typer.Option(help="Of a CSV file: a comma, a semicolon, a bar, or the word tab.")
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=0, metavar="NUMBER", help="Which chunk to show as a sample; by default the first."),
    ] = None,
    no_sample: Annotated[bool, typer.Option("--no-sample", help="Show nothing of the data.")] = False,
    identity: options.IdentityName = None,
    as_json: options.AsJson = False,
) -> None:
    """Draft a listing of a file: its schema, rows, size and content root, and a sample that proves itself.

    Nothing is sent anywhere, and no key is needed. The draft goes to FILE.listing.json, the schema to FILE.schema.json
    and one whole chunk of the data to FILE.sample. Complete the draft, then publish it. The content root is the one
    that will be delivered: over chunks that are salted with a secret of your identity, or with --clear as they are.
    A file of one chunk has no sample, unless you name it: it would be the whole file.

    \b
    Example:
      lading init roads.csv --identity acme
    """
    from lading.client.drafting.draft import check_places, draft

    if no_sample and sample is not None:
        raise UsageProblem("a sample is asked for, and none", hint="Leave --sample or --no-sample out.")
    check_places(file, out, overwrite=force)
    name = None if clear else _identity(identity)
    with output.progress(quiet=as_json) as progress:
        found = draft(
            file,
            identity=name,
            clear=clear,
            format=kind,
            header=not no_header,
            delimiter=_TABS.get(delimiter or "", delimiter),
            sample=not no_sample if sample is None else sample,
            progress=progress,
        )
        written = found.save(out, overwrite=force)
    _show(found, written, as_json=as_json)


def _identity(given: str | None) -> str:
    """Whose product secret it will be; what to do without one."""
    from lading.client import profile

    if given is None and not profile.names():
        hint = "Make an identity: lading identity create NAME …; or say --clear for open data, delivered as it is."
        raise UsageProblem("the content root of a file that is sealed needs an identity's secret", hint=hint)
    return options.chosen_identity(given)


def _show(found: "Draft", written: tuple[Path, ...], *, as_json: bool) -> None:
    from lading.client.drafting.draft import WORTH_SAYING

    if as_json:
        output.show_json(
            {
                "draft": str(written[0]),
                "documents": [str(path) for path in written[1:]],
                "members": found.members,
                "sealed": found.sealed,
                "chunks": found.chunks,
                "missing": found.missing,
                "notes": found.notes,
            }
        )
        return
    members, columns = found.members, len(found.fields)
    output.fields(
        {
            "draft": written[0],
            "beside it": ", ".join(path.name for path in written[1:]),
            "file": f"{members['size']:,} bytes, {members['media_type']}",
            "table": f"{members['rows']:,} rows, {columns} columns" if columns else None,
            "content root": members["content_root"],
            "deliveries": "sealed" if found.sealed else "in clear",
        }
    )
    for field in found.fields[:20]:
        output.line(
            f"    {output.plain(field.name)}: {field.type}{'' if field.required else ', may be empty'}"
        )
    if columns > 20:
        output.line(f"    and {columns - 20} more")
    for sentence in found.notes:
        output.line(f"  note: {output.plain(sentence)}")
    output.line(f"A person has to add: {', '.join(found.missing)}.")
    output.line(f"Perhaps also: {', '.join(WORTH_SAYING)}.")
    output.line(f"Then: lading lint {output.plain(written[0])}")
    output.line(f"And:  lading publish {output.plain(found.path)} --draft {output.plain(written[0])}")
