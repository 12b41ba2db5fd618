"""Draft a listing from a file: whatever the file itself can say, and nothing else.

    drafted = draft("roads.csv", identity="acme")       # or clear=True, for open data
    drafted.save()                                      # roads.csv.listing.json, .schema.json, .sample
    drafted.missing                                     # what only a person can say

The content root is the one that `publish` and `deliver` use: over salted chunks, with the product secret that is kept
with the identity; or over the chunks as they are. So a draft needs the identity's folder, but not its keys.
"""

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as member
from pathlib import Path
from typing import Final, get_args

import orjson

from lading.client import files, profile
from lading.client.config import DEFAULT
from lading.client.drafting.csv_file import DELIMITERS, read_csv
from lading.client.drafting.media import Format, format_of, media_type_of
from lading.client.drafting.parquet_file import read_parquet
from lading.client.drafting.sample import Taken, attachment, take_sample
from lading.client.drafting.table import Field, Table
from lading.client.identity import Identity
from lading.client.products import Products
from lading.client.session import Progress, no_progress
from lading.errors import ContentMismatch, UsageProblem
from lading.transfer.content import Content, describe
from lading.transfer.pipeline import describe_salted
from lading.transfer.sealing import new_secret, salt_of

MISSING: Final = ("title", "provenance.source", "provenance.collection", "terms")
"""What no file can say of itself, and every listing needs."""
WORTH_SAYING: Final = ("classification", "personal_data", "jurisdictions", "licence", "description")
"""What no file can say either, and an exchange's policy or a law may ask for."""
_LONGEST_NAME: Final = 180


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a listing, not saved yet.

    `members` are those of the listing that the file can say. `documents` are the schema document and the sample's
    chunk by their file names, which `members` name by digest. `missing` is what a person has to add before it can be
    published. `notes` are sentences about what was found. `chunks` is the number of chunks of the content, `fields` are
    the columns of a table.
    """

    path: Path
    members: Mapping[str, object]
    documents: Mapping[str, bytes] = member(repr=False)
    chunks: int
    sealed: bool
    fields: tuple[Field, ...] = ()
    missing: tuple[str, ...] = MISSING
    notes: tuple[str, ...] = ()

    @property
    def data(self) -> bytes:
        """The draft as a file: indented JSON, for people to go on with."""
        return orjson.dumps(self.members, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def save(self, out: str | os.PathLike[str] | None = None, *, overwrite: bool = False) -> tuple[Path, ...]:
        """Write the draft to `out`, by default the file's name with `.listing.json` added, and the documents beside it.

        The paths written, the draft first. Raises `UsageProblem` where one of them exists, unless `overwrite`.
        """
        target = place_of(self.path, out)
        check_places(self.path, out, overwrite=overwrite, names=self.documents)
        written = [target.with_name(name) for name in self.documents]
        for place, data in zip((*written, target), (*self.documents.values(), self.data), strict=True):
            try:
                files.replace(place, data, files.SHARED_FILE)
            except OSError as error:
                hint = "Name a draft in a folder that you may write to: --out."
                raise UsageProblem(f"cannot write {place}: {error.strerror}", hint=hint) from None
        return (target, *written)


def draft(
    path: str | os.PathLike[str],
    *,
    identity: Identity | str | None = None,
    clear: bool = False,
    format: Format | None = None,
    header: bool = True,
    delimiter: str | None = None,
    sample: int | bool = True,
    chunk_size: int = DEFAULT.chunk_bytes,
    progress: Progress = no_progress,
) -> Draft:
    """Draft a listing of a file: media type, size, content root, of a table also schema and rows, and a sample.

    `identity`, an open one or its name, is whose product secret the salts come from; a new one is kept with it where
    there is none yet. Or `clear`, for open data that will be delivered as it is. `format` is found by name and content.
    `header` and `delimiter` are about CSV files (`read_csv`). `sample` is the number of the chunk to be shown, True for
    the first one, which a content of a single chunk is not given away by, or False for none. `chunk_size` is a power of
    two from 65536 to 16777216.

    Reads the file several times, in flat memory. Raises `UsageProblem` where it is not what its format says or the
    arguments contradict each other, `ContentMismatch` where it changes meanwhile. Nothing is sent anywhere.
    """
    source = Path(path)
    products = _products(identity, clear)
    if format is not None and format not in get_args(Format):
        raise UsageProblem(f"{format!r} is no format", hint="It is csv, parquet or other.")
    if delimiter is not None and (len(delimiter) != 1 or delimiter not in DELIMITERS):
        raise UsageProblem(
            f"{delimiter!r} is no delimiter", hint="It is a comma, a semicolon, a bar or a tab."
        )
    try:
        before = _state(source)
        kind = format or format_of(source)
        report = _watched(source, before[2], progress)
        table = _table(source, kind, header, delimiter, report)
        content, secret = _content(source, products, chunk_size, report)
        taken = _sample(source, content, secret, sample)
        if _state(source) != before or content.size != before[2]:
            raise _changed(source)
    except OSError as error:
        raise UsageProblem(f"cannot read {source}: {error.strerror}", hint="Check the path.") from None
    return _put_together(source, kind, table, content, taken, sealed=secret is not None)


def place_of(path: Path, out: str | os.PathLike[str] | None) -> Path:
    """Where a file's draft lies."""
    return path.with_name(path.name + ".listing.json") if out is None else Path(out)


def check_places(
    path: Path, out: str | os.PathLike[str] | None, *, overwrite: bool, names: Iterable[str] | None = None
) -> None:
    """Raise `UsageProblem` where a file stands where the draft of `path` or its documents go, unless `overwrite`."""
    target = place_of(path, out)
    beside = (target.with_name(name) for name in (names_beside(path) if names is None else names))
    taken = [place for place in (target, *beside) if place.exists() or place.is_symlink()]
    if any(place.exists() and path.exists() and place.samefile(path) for place in taken):
        raise UsageProblem(f"the draft would stand in the place of {path}", hint="Name another place: --out.")
    if taken and not overwrite:
        hint = "Name another place with --out, or overwrite it with --force."
        raise UsageProblem(f"{taken[0]} exists", hint=hint)


def names_beside(path: Path) -> tuple[str, str]:
    """The file names of the schema document and of the sample of a file."""
    name = files.file_name(path)
    stem = name if name is not None and len(name) <= _LONGEST_NAME else "content"
    return f"{stem}.schema.json", f"{stem}.sample"


def _products(identity: Identity | str | None, clear: bool) -> Products | None:
    """Where product secrets are kept; None where the file will be delivered in clear."""
    if clear:
        return None
    if identity is None:
        hint = "Say whose with --identity (identity=…), or --clear (clear=True) for open data, delivered as it is."
        raise UsageProblem("the content root of a sealed file needs an identity's product secret", hint=hint)
    return (
        Products(profile.load(identity)[0] / "products") if isinstance(identity, str) else identity.products
    )


def _state(path: Path) -> tuple[int, int, int]:
    """What changes when a file changes. Only regular files have a size that one can promise."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise UsageProblem(f"{path} is not a regular file", hint="A listing promises one file.")
    return about.st_ino, about.st_mtime_ns, about.st_size


def _watched(path: Path, size: int, progress: Progress) -> Callable[[int], None]:
    """Reports the bytes read so far, and ends the reading of a file that grows: it might never end by itself."""

    def report(done: int) -> None:
        if done > size:
            raise _changed(path)
        progress("hash", done, size)

    return report


def _changed(path: Path) -> ContentMismatch:
    return ContentMismatch(f"{path} changed while it was read", hint="Call again when nobody writes to it.")


def _table(
    path: Path, kind: Format, header: bool, delimiter: str | None, progress: Callable[[int], None]
) -> Table | None:
    if kind == "csv":
        return read_csv(path, header=header, delimiter=delimiter, progress=progress)
    if not header or delimiter is not None:
        raise UsageProblem("header and delimiter are about CSV files", hint="Say --format csv, if it is one.")
    return read_parquet(path) if kind == "parquet" else None


def _content(
    path: Path, products: Products | None, chunk_size: int, report: Callable[[int], None]
) -> tuple[Content, bytes | None]:
    """The content as it will be delivered, and the product secret of its salts, which is kept from now on."""
    found = describe(path, chunk_size, report)
    if products is None:
        return found, None
    known = products.get(found)
    secret = new_secret() if known is None else known.key
    salted = describe_salted(path, secret, chunk_size, progress=report)
    product = known or products.add(found, secret, salted.root)
    if product.key != secret:  # another process was first
        return _content(path, products, chunk_size, report)
    if product.content_root != salted.root:
        raise _changed(path)
    return salted, secret


def _sample(path: Path, content: Content, secret: bytes | None, sample: int | bool) -> Taken | None:
    """The sample that was asked for. Of a single chunk only who names it gives it away: it is the whole content."""
    if sample is False or (sample is True and len(content.leaves) < 2):
        return None
    index = 0 if sample is True else sample
    salt = b"" if secret is None or index < 0 else salt_of(secret, index)
    return take_sample(path, content, index, salt, names_beside(path)[1])


def _put_together(
    path: Path, kind: Format, table: Table | None, content: Content, taken: Taken | None, *, sealed: bool
) -> Draft:
    schema_name, sample_name = names_beside(path)
    documents: dict[str, bytes] = {}
    members: dict[str, object] = {"type": "listing", "kind": "dataset"}
    name = files.file_name(path)
    if name is not None:
        members["name"] = name
    members |= {
        "media_type": media_type_of(path, kind),
        "size": content.size,
        "chunk_size": content.chunk_size,
        "content_root": content.root,
    }
    if table is not None:
        documents[schema_name] = table.document
        members["rows"] = table.rows
        members["data_schema"] = attachment(schema_name, "application/json", table.document)
    if taken is not None:
        documents[sample_name] = taken.chunk
        members["sample"] = taken.members
    notes = tuple(_notes(table, content, taken))
    fields = () if table is None else table.fields
    return Draft(path, members, documents, len(content.leaves), sealed, fields, notes=notes)


def _notes(table: Table | None, content: Content, taken: Taken | None) -> list[str]:
    notes = []
    if table is not None and table.ragged:
        notes.append(
            f"{table.ragged} of {table.rows} rows have another number of values than there are columns; "
            f"the first one is on line {table.ragged_line}"
        )
    if taken is not None:
        share = 100 * len(taken.chunk) / content.size
        notes.append(
            f"the sample is one of {len(content.leaves)} chunks, {min(share, 100):.2g} % of the data"
        )
    elif len(content.leaves) == 1:
        notes.append("there is no sample: the file is one chunk, and so the sample would be the whole file")
    return notes
