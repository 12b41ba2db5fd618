"""Read a CSV file once, in flat memory: its dialect, its columns with their types over all rows, and its rows.

    table = read_csv(Path("roads.csv"))

The parser is the standard library's `csv`: it is in C, takes lines one after another, and in its strict mode it
refuses quotes that do not close. What it does not bound is bounded here, before it: lines, records, values and columns.
Accepted is UTF-8, with or without a byte order mark, with the delimiters `,` `;` `|` and tab, and with `"` or `'` as
quotes, which are doubled within. Blank lines are nothing.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from lading.client.drafting.column import Column
from lading.client.drafting.table import MAX_COLUMNS, Table, check_names
from lading.errors import UsageProblem

MAX_RECORD: Final = 1 << 20
"""Bytes of a record, which may have several lines."""
MAX_FIELD: Final = 131_072
"""Characters of a value."""
SNIFFED: Final = 1 << 18
"""Bytes from the beginning that decide the dialect."""
DELIMITERS: Final = ",;\t|"
_BATCH_BYTES: Final = 1 << 20
_BATCH_CELLS: Final = 1 << 16
_BOM: Final = b"\xef\xbb\xbf"
_WIDE_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
_TO_UTF8: Final = "Save it as UTF-8, for example with: iconv -f {} -t UTF-8 FILE > NEW"
_NAMES: Final = "Correct the first line, or, if it is a row of data, say --no-header."

Progress = Callable[[int], None]
"""Called with the bytes read so far."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file separates and quotes its values."""

    delimiter: str = ","
    quote: str = '"'


def read_csv(
    path: Path, *, header: bool = True, delimiter: str | None = None, progress: Progress | None = None
) -> Table:
    """The table in a CSV file. `UsageProblem` where it is none, with the line; `OSError` where it cannot be read.

    Without `header` the columns are called `column_1` and so on. Without `delimiter` it is found in the first rows.
    Rows with too few or too many values are counted, as rows too: missing values are empty, those beyond the columns
    are not looked at. That the file does not change meanwhile is not checked.
    """
    with path.open("rb") as file:
        dialect = sniff(path, file.read(SNIFFED), delimiter)
        file.seek(0)
        return _Reading(path, file, dialect, header, progress).table()


def sniff(path: Path, head: bytes, delimiter: str | None = None) -> Dialect:
    """The dialect that the beginning of a file is written in; of several delimiters the one that rows agree on."""
    best, first = (0.0, 0), list[str]()
    chosen = delimiter or ("\t" if path.suffix.lower() in (".tsv", ".tab") else ",")
    for candidate in (delimiter,) if delimiter else DELIMITERS:
        records = _first_records(path, head, Dialect(candidate))
        widths = [len(record) for record in records]
        score = (widths.count(widths[0]) / len(widths), widths[0]) if widths else (0.0, 0)
        if score[1] > 1 and score > best:
            best, first, chosen = score, records[0], candidate
    single = bool(first) and all(len(name) > 1 and name[0] == name[-1] == "'" for name in first)
    return Dialect(chosen, "'" if single else '"')


def _first_records(path: Path, head: bytes, dialect: Dialect) -> list[list[str]]:
    """Up to a hundred records that lie whole in the beginning of a file, before the first that is malformed."""
    whole = head if len(head) < SNIFFED else head[: head.rfind(b"\n") + 1]
    records: list[list[str]] = []
    try:
        for _, record in _records(_Lines(path, BytesIO(whole)), dialect):
            records.append(record)
            if len(records) == 100:
                break
    except UsageProblem:
        pass
    return records


class _Lines:
    """The lines of a file as texts. `number` is that of the last one, `done` the bytes so far, `record` those of the
    record that is being read, which whoever reads records sets back.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.number = 0
        self.done = 0
        self.record = 0
        self._file = file

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(MAX_RECORD + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.done += len(line)
        self.record += len(line)
        if self.number == 1:
            line = self._without_mark(line)
        if self.record > MAX_RECORD:
            hint = "Look for a quote that is not closed, and for line ends: LF or CR LF, not CR alone."
            raise self.refused(f"a row has more than {MAX_RECORD} bytes", hint)
        if b"\0" in line:
            raise self.refused("there is a NUL in it, so it is no CSV in UTF-8", _TO_UTF8.format("UTF-16"))
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            raise self.refused("this is not UTF-8", _TO_UTF8.format("WINDOWS-1252")) from None

    def _without_mark(self, line: bytes) -> bytes:
        if line.startswith(_WIDE_BOMS):
            raise self.refused("this is UTF-16 or UTF-32", _TO_UTF8.format("UTF-16"))
        return line.removeprefix(_BOM)

    def refused(self, detail: str, hint: str) -> UsageProblem:
        """What is wrong, with the line."""
        return UsageProblem(f"{self.path}, line {self.number}: {detail}", hint=hint)


def _records(lines: _Lines, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The records of a file, each with the number of the line on which it begins."""
    reader = csv.reader(
        lines, delimiter=dialect.delimiter, quotechar=dialect.quote, doublequote=True, strict=True
    )
    while True:
        first, lines.record = lines.number + 1, 0
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise lines.refused(_said(error, first), "Correct the row, or its line ends.") from None
        if lines.record > MAX_FIELD and max(map(len, record)) > MAX_FIELD:
            raise lines.refused(f"a value has more than {MAX_FIELD} characters", "Shorten it.")
        if record:
            yield first, record


def _said(error: csv.Error, first: int) -> str:
    """What the parser said, without its advice to programmers."""
    return f"the row that begins on line {first} is malformed: {str(error).partition(' - ')[0]}"


class _Reading:
    """One pass over a file."""

    def __init__(
        self, path: Path, file: BinaryIO, dialect: Dialect, header: bool, progress: Progress | None
    ) -> None:
        self._path = path
        self._lines = _Lines(path, file)
        self._dialect = dialect
        self._header = header
        self._progress = progress
        self._batch: list[list[str]] = []
        self._columns: list[Column] = []
        self._flushed = 0
        self._rows = 0
        self._ragged = 0
        self._ragged_line: int | None = None

    def table(self) -> Table:
        records = _records(self._lines, self._dialect)
        line, first = next(records, (0, []))
        names = first if self._header else [f"column_{number}" for number in range(1, len(first) + 1)]
        check_names(self._path, names[: MAX_COLUMNS + 1], _NAMES)
        self._columns = [Column(name) for name in names]
        if not self._header:
            self._add(line, first)
        for line, record in records:
            self._add(line, record)
        self._flush()
        return Table(
            fields=tuple(column.field for column in self._columns),
            rows=self._rows,
            dialect={
                "delimiter": self._dialect.delimiter,
                "quoteChar": self._dialect.quote,
                "header": self._header,
            },
            ragged=self._ragged,
            ragged_line=self._ragged_line,
        )

    def _add(self, line: int, record: list[str]) -> None:
        width = len(self._columns)
        if len(record) != width:
            self._ragged += 1
            self._ragged_line = self._ragged_line or line
            record = [*record[:width], *[""] * (width - len(record))]
        self._rows += 1
        self._batch.append(record)
        if len(self._batch) * width >= _BATCH_CELLS or self._lines.done - self._flushed >= _BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        for column, texts in zip(self._columns, zip(*self._batch, strict=True), strict=False):
            column.take(texts)
        self._batch.clear()
        self._flushed = self._lines.done
        if self._progress is not None:
            self._progress(self._lines.done)
