"""CSV files against a naive reading, and hostile ones."""

import csv
import io
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lading.client.drafting.csv_file import DELIMITERS, MAX_FIELD, MAX_RECORD, read_csv
from lading.client.drafting.table import MAX_COLUMNS
from lading.errors import UsageProblem
from sdk.tests.client.drafts import text_file

# A naive reading: all cells in memory, each looked at by itself.


def _is_integer(text: str) -> bool:
    digits = text[1:] if text[0] in "+-" else text
    return digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")


def _is_number(text: str) -> bool:
    if text in ("NaN", "INF", "-INF"):
        return True
    before = text.lstrip("+-").partition(".")[0].lower().partition("e")[0]
    if set(text) - set("+-.eE0123456789") or (len(before) > 1 and before[0] == "0"):
        return False
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_datetime(text: str) -> bool:
    try:
        return len(text) >= 19 and datetime.fromisoformat(text).isoformat() == text.replace("Z", "+00:00")
    except ValueError:
        return False


NAIVE: dict[str, Callable[[str], bool]] = {
    "boolean": lambda text: text in ("true", "True", "TRUE", "false", "False", "FALSE"),
    "integer": _is_integer,
    "number": _is_number,
    "date": _is_date,
    "datetime": _is_datetime,
}


def naive_type(texts: list[str]) -> str:
    filled = [text for text in texts if text]
    return next((kind for kind, test in NAIVE.items() if filled and all(map(test, filled))), "string")


CELLS = (
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["NaN", "INF", "1.", ".5", "-0", "007", "1e5", "+3", "1,5", ".", "-", "0x10", "1_000"]),
    st.booleans().map(str),
    st.dates().map(date.isoformat),
    st.sampled_from(["2023-02-29", "2024-02-29", "0000-01-01", "2026-W01-1", "20260101"]),
    st.datetimes().map(datetime.isoformat),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Rows under columns, each mostly of one type; some rows are ragged."""
    columns = draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=4))
    mixed = [st.one_of(cells, cells, cells, st.just("")) for cells in columns]
    rows = draw(st.lists(st.tuples(*mixed).map(list), max_size=12))
    for number in draw(st.lists(st.integers(0, len(rows) - 1), max_size=2)) if rows else ():
        rows[number] = draw(st.lists(st.sampled_from(["", "1", "x"]), min_size=1, max_size=6))
    return rows


def written(path: Path, rows: list[list[str]], delimiter: str = ",", end: str = "\n", mark: str = "") -> Path:
    text = io.StringIO()
    if any("\r" in cell for row in rows for cell in row):
        csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    else:
        csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    path.write_bytes((mark + text.getvalue()).encode())
    return path


@given(
    rows=tables(),
    delimiter=st.sampled_from(DELIMITERS),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
    header=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_table_is_read_as_a_naive_reading_has_it(
    tmp_path: Path, rows: list[list[str]], delimiter: str, end: str, mark: str, header: bool
) -> None:
    width = len(rows[0]) if rows and not header else max(map(len, rows), default=1)
    if header:
        head = [f"name {number}" for number in range(width)]
    else:
        head, rows = (rows[0], rows[1:]) if rows else (["x"], [])
    path = written(tmp_path / "t.csv", [head, *rows], delimiter, end, mark)
    found = read_csv(path, header=header, delimiter=delimiter)
    expected = rows if header else [head, *rows]
    assert found.rows == len(expected)
    assert found.ragged == sum(len(row) != width for row in expected)
    for number, field in enumerate(found.fields):
        texts = [row[number] if number < len(row) else "" for row in expected]
        assert field.name == (head[number] if header else f"column_{number + 1}")
        assert field.type == naive_type(texts), texts
        assert field.required == (bool(texts) and all(texts))
    assert found.dialect == {"delimiter": delimiter, "quoteChar": '"', "header": header}


WORDS = st.text("abc \"'xyz", min_size=1, max_size=6)


@given(rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=20), delimiter=st.sampled_from(DELIMITERS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_delimiter_is_found_in_the_first_rows(
    tmp_path: Path, rows: list[tuple[str, str]], delimiter: str
) -> None:
    path = written(tmp_path / "t.csv", [["one", "two"], *map(list, rows)], delimiter)
    assert read_csv(path).dialect == {"delimiter": delimiter, "quoteChar": '"', "header": True}


@pytest.mark.parametrize(
    ("name", "text", "delimiter", "quote", "columns"),
    [
        ("t.csv", "a;b\n1,5;2,5\n", ";", '"', ["a", "b"]),
        ("t.csv", "'a','b'\n'1','it''s, so'\n", ",", "'", ["a", "b"]),
        ("t.csv", "'s,b\n1,2\n", ",", '"', ["'s", "b"]),
        ("t.csv", "one\n1\n2\n", ",", '"', ["one"]),
        ("t.tsv", "one\na,b\n", "\t", '"', ["one"]),
        ("t.csv", 'a,b\n"x\n;;;\n",2\n', ",", '"', ["a", "b"]),
        ("t.csv", "\n\na,b\n\n1,2\n\n", ",", '"', ["a", "b"]),
        ("t.csv", "a,b", ",", '"', ["a", "b"]),
    ],
)
def test_dialects(
    tmp_path: Path, name: str, text: str, delimiter: str, quote: str, columns: list[str]
) -> None:
    found = read_csv(text_file(tmp_path / name, text))
    assert found.dialect == {"delimiter": delimiter, "quoteChar": quote, "header": True}
    assert [field.name for field in found.fields] == columns


def test_blank_lines_are_no_rows_and_ragged_rows_say_where_they_begin(tmp_path: Path) -> None:
    text = 'a,b\n\n"two\nlines",2\n\n3\n4,5,6\n'
    found = read_csv(text_file(tmp_path / "t.csv", text))
    assert (found.rows, found.ragged, found.ragged_line) == (3, 2, 6)
    assert [field.required for field in found.fields] == [True, False]


def test_a_type_is_one_of_all_rows_also_of_the_last(tmp_path: Path) -> None:
    lines = ["a,b,c", *(f"{number},1,true" for number in range(80_000)), "80000,1.5,maybe"]
    found = read_csv(text_file(tmp_path / "t.csv", "\n".join(lines)))
    assert [field.type for field in found.fields] == ["integer", "number", "string"]
    assert found.rows == 80_001


def test_progress_ends_with_the_size(tmp_path: Path) -> None:
    path = text_file(tmp_path / "t.csv", "a,b\n" + "1,2\n" * 1000)
    seen: list[int] = []
    read_csv(path, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == path.stat().st_size


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("", "no columns", "--no-header"),
        ("\n\n", "no columns", "--no-header"),
        ("a,,c\n1,2,3\n", "column 2 has no name", "--no-header"),
        ("a,b,a\n", "two columns are called 'a'", "--no-header"),
        ("a," + "b" * 201 + "\n", "column 2 has a name that is too long", "--no-header"),
        ("a,\x1b[2J\n", "control characters", "--no-header"),
        ("a,b\n1,\0\n", "line 2: there is a NUL", "UTF-16"),
        ("a,b\n1,2\n".encode("utf-16"), "line 1: this is UTF-16", "iconv"),
        (b"a,b\n1,2\n3,caf\xe9\n", "line 3: this is not UTF-8", "WINDOWS-1252"),
        ('a,b\n1,2\n"3,4\n5,6\n', "begins on line 3", "Correct the row"),
        ('a,b\n"1"2,3\n', "begins on line 2", "Correct the row"),
        ("a,b\r1,2\r", "line 1", "line ends"),
        ("a\n" + "x" * (MAX_FIELD + 1) + "\n", "line 2", ""),
        ("a\n" + "x,y" * MAX_RECORD + "\n", f"more than {MAX_RECORD} bytes", "quote that is not closed"),
        (",".join(map(str, range(MAX_COLUMNS + 1))), "more than 16384 columns", ""),
    ],
    ids=range(15),
)
def test_what_is_no_csv_is_refused_with_the_line_and_a_hint(
    tmp_path: Path, text: str | bytes, said: str, hint: str
) -> None:
    path = text_file(tmp_path / "t.csv", text)
    with pytest.raises(UsageProblem, match=said) as refused:
        read_csv(path)
    assert hint in refused.value.hint


def test_a_value_is_bounded_also_where_the_parser_was_told_to_bound_nothing(tmp_path: Path) -> None:
    path = text_file(tmp_path / "t.csv", "a\n" + "x" * (MAX_FIELD + 1) + "\n")
    before = csv.field_size_limit(2**30)
    try:
        with pytest.raises(UsageProblem, match="a value has more than"):
            read_csv(path)
        unclosed = text_file(tmp_path / "u.csv", 'a\n"' + "x\n" * MAX_RECORD)
        with pytest.raises(UsageProblem, match="a row has more than"):
            read_csv(unclosed)
    finally:
        csv.field_size_limit(before)


def peak(path: Path, **how: Any) -> int:
    """The memory in bytes that reading a table needed at most, refused or not."""
    tracemalloc.start()
    try:
        read_csv(path, **how)
    except UsageProblem:
        pass
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most


def sparse(path: Path) -> Path:
    with path.open("wb") as file:
        file.write(b"a,b\n")
        file.truncate(10 << 30)
    return path


def one_line(path: Path) -> Path:
    with path.open("wb") as file:
        for _ in range(64):
            file.write(b"a" * (1 << 20))
    return path


@pytest.mark.parametrize(
    "hostile",
    [
        sparse,
        one_line,
        lambda path: text_file(path, 'a,b\n"' + "1,2\n" * (8 << 20)),
        lambda path: text_file(path, "a,b\n" + "," * (1 << 20) + "\n"),
        lambda path: text_file(path, "," * (16 << 20)),
    ],
    ids=["ten gigabytes of nothing", "one line", "unclosed quote", "a million values", "only commas"],
)
def test_hostile_files_are_refused_in_flat_memory(tmp_path: Path, hostile: Callable[[Path], Path]) -> None:
    path = hostile(tmp_path / "t.csv")
    assert peak(path) < 48 << 20
    with pytest.raises(UsageProblem):
        read_csv(path)


def test_more_rows_need_no_more_memory(tmp_path: Path) -> None:
    row = "12,some words,2026-11-23\n"
    small = text_file(tmp_path / "s.csv", "a,b,c\n" + row * 30_000)
    large = text_file(tmp_path / "l.csv", "a,b,c\n" + row * 90_000)
    assert peak(large) < 1.25 * peak(small) < 24 << 20
