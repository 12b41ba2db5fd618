"""What a draft says of a file: tables against a naive reading, hostile files, samples, and what publish makes of it."""

import csv
import dataclasses
import hashlib
import io
import json
import os
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lading
from lading.client.drafting.csv_file import DELIMITERS, MAX_FIELD, MAX_RECORD, read_csv
from lading.client.drafting.draft import MISSING, Draft, draft
from lading.client.drafting.draft_file import read_draft
from lading.client.drafting.sample import read_listing, verify_sample
from lading.client.drafting.table import MAX_COLUMNS, Table
from lading.client.terms import Terms
from lading.errors import ContentMismatch, LadingError, UsageProblem
from lading.transfer.content import describe
from sdk.tests.client.conftest import Trade
from sdk.tests.client.steps import folder_of

CHUNK = 65_536

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


def text_file(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


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


# Drafts and samples


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    """A CSV file of five chunks of 64 KiB, and a bit."""
    lines = (f"{number},N{number % 30},{number * 7 % 1000}" for number in range(26_000))
    return text_file(tmp_path / "roads.csv", "\n".join(["sensor,road,vehicles", *lines]) + "\n")


def clear_draft(path: Path, **how: Any) -> Draft:
    return draft(path, clear=True, chunk_size=CHUNK, **how)


def test_a_clear_draft_says_what_the_file_says(roads: Path) -> None:
    found = clear_draft(roads)
    content = describe(roads, CHUNK)
    document = found.documents["roads.csv.schema.json"]
    assert found.members["content_root"] == content.root
    assert (found.members["type"], found.members["kind"], found.members["name"]) == (
        "listing",
        "dataset",
        "roads.csv",
    )
    assert (found.members["rows"], found.members["size"]) == (26_000, roads.stat().st_size)
    assert found.members["media_type"] == "text/csv"
    assert found.members["data_schema"] == {
        "name": "roads.csv.schema.json",
        "media_type": "application/json",
        "size": len(document),
        "digest": "sha256:" + hashlib.sha256(document).hexdigest(),
    }
    assert [field["type"] for field in json.loads(document)["fields"]] == ["integer", "string", "integer"]
    assert found.documents["roads.csv.sample"] == roads.read_bytes()[:CHUNK]
    assert found.missing == MISSING
    assert (found.sealed, found.chunks) == (False, len(content.leaves))


def test_a_draft_is_the_same_every_time_and_named_at_the_root(roads: Path) -> None:
    first = clear_draft(roads)
    assert lading.draft is draft
    assert lading.Draft is Draft
    assert clear_draft(roads) == first
    assert clear_draft(roads).data == first.data


@pytest.mark.parametrize("index", range(6))
def test_the_sample_of_every_chunk_is_verified_and_no_other_one_is(roads: Path, index: int) -> None:
    found = clear_draft(roads, sample=index)
    chunk = found.documents["roads.csv.sample"]
    verified = verify_sample(found.members, chunk)
    assert (verified.index, verified.chunks, verified.salted) == (index, found.chunks, False)
    for other in (chunk[:-1], chunk + b"\0", bytes([chunk[0] ^ 1]) + chunk[1:], b""):
        with pytest.raises(ContentMismatch, match="not the one"):
            verify_sample(found.members, other)


def forged(members: Any, **changes: object) -> dict[str, object]:
    """The members with a sample that says something else."""
    return {**members, "sample": {**members["sample"], **changes}}


def test_a_sample_that_is_not_of_the_content_is_found_out(roads: Path, tmp_path: Path) -> None:
    found, chunk = clear_draft(roads), roads.read_bytes()[:CHUNK]
    sample: Any = found.members["sample"]
    other = clear_draft(text_file(tmp_path / "other.csv", "a,b\n" + "3,4\n" * 90_000))
    theirs: Any = other.members["sample"]
    wrong = [
        forged(found.members, index=1),
        forged(found.members, path=sample["path"][1:]),
        forged(found.members, path=[*sample["path"], sample["path"][0]]),
        forged(found.members, leaf=sample["path"][0]),
        {**found.members, "content_root": other.members["content_root"]},
        {**found.members, "size": 70_000},
    ]
    for members in wrong:
        with pytest.raises(ContentMismatch):
            verify_sample(members, chunk)
    with pytest.raises(ContentMismatch, match="does not lead to"):
        verify_sample({**found.members, "sample": theirs}, other.documents["other.csv.sample"])


@pytest.mark.parametrize(
    "change",
    [
        {"sample": None},
        {"sample": 1},
        {"size": "x"},
        {"size": 0},
        {"chunk_size": 0},
        {"content_root": "sha256:"},
        {"sample": {"index": -1}},
    ],
    ids=str,
)
def test_a_listing_without_a_sample_or_malformed_is_a_mistake(roads: Path, change: dict[str, object]) -> None:
    found = clear_draft(roads)
    with pytest.raises(UsageProblem):
        verify_sample({**found.members, **change}, b"")


def test_a_file_of_one_chunk_is_not_given_away_unasked(tmp_path: Path) -> None:
    path = text_file(tmp_path / "t.csv", "a,b\n1,2\n")
    found = clear_draft(path)
    assert "sample" not in found.members
    assert list(found.documents) == ["t.csv.schema.json"]
    assert any("whole file" in sentence for sentence in found.notes)
    assert clear_draft(path, sample=0).documents["t.csv.sample"] == path.read_bytes()
    assert "sample" not in clear_draft(path, sample=False).members
    with pytest.raises(UsageProblem, match="no chunk 1"):
        clear_draft(path, sample=1)


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("photo.png", os.urandom(100), "image/png"),
        ("thing", b"", "application/octet-stream"),
        ("notes.txt", b"a,b\n", "text/plain"),
    ],
    ids=["image", "empty", "text"],
)
def test_other_files_have_size_root_and_media_type(
    tmp_path: Path, name: str, data: bytes, media_type: str
) -> None:
    path = text_file(tmp_path / name, data)
    found = clear_draft(path)
    assert (found.members["media_type"], found.members["size"]) == (media_type, len(data))
    assert found.members["content_root"] == describe(path, CHUNK).root
    assert not {"rows", "data_schema", "sample"} & set(found.members)


def test_a_name_that_no_listing_may_carry_is_left_out(tmp_path: Path) -> None:
    found = clear_draft(text_file(tmp_path / ".hidden.csv", "a,b\n"))
    assert "name" not in found.members
    assert list(found.documents) == ["content.schema.json"]


def test_ragged_rows_are_a_note(tmp_path: Path) -> None:
    found = clear_draft(text_file(tmp_path / "t.csv", "a,b\n1,2\n3\n"))
    assert any("1 of 2 rows" in sentence and "line 3" in sentence for sentence in found.notes)


def test_a_draft_is_saved_beside_the_file_and_overwrites_nothing(roads: Path) -> None:
    found = clear_draft(roads)
    paths = found.save()
    assert [path.name for path in paths] == [
        "roads.csv.listing.json",
        "roads.csv.schema.json",
        "roads.csv.sample",
    ]
    assert json.loads(paths[0].read_bytes()) == found.members
    for path in paths[1:]:
        assert path.read_bytes() == found.documents[path.name]
        (taken := path.with_name("kept")).write_bytes(path.read_bytes())
        paths[0].unlink(missing_ok=True)
        with pytest.raises(UsageProblem, match="exists"):
            found.save()
        assert not paths[0].exists()
        taken.replace(path)
    assert found.save(overwrite=True) == paths
    with pytest.raises(UsageProblem, match="in the place of"):
        found.save(roads, overwrite=True)
    with pytest.raises(UsageProblem, match="cannot write"):
        found.save(roads.parent / "nowhere" / "draft.json")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "needs an identity"),
        ({"identity": "../x"}, "not a name"),
        ({"clear": True, "format": "xls"}, "no format"),
        ({"clear": True, "delimiter": "::"}, "no delimiter"),
        ({"clear": True, "format": "other", "header": False}, "about CSV"),
        ({"clear": True, "format": "parquet"}, "no Parquet file"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_a_mistake(roads: Path, how: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        draft(roads, **how)


def test_a_path_that_is_no_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="cannot read"):
        clear_draft(tmp_path / "nothing")
    with pytest.raises(UsageProblem, match="not a regular file"):
        clear_draft(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UsageProblem, match="not a regular file"):
        clear_draft(tmp_path / "pipe.csv")


def test_a_file_that_changes_meanwhile_is_noticed(roads: Path) -> None:
    def grow(doing: str, done: int, total: int) -> None:
        with roads.open("ab") as file:
            file.write(b"1,2,3\n")

    with pytest.raises(ContentMismatch, match="changed"):
        clear_draft(roads, progress=grow)


# What publish and deliver make of it


def completed(found: Draft, **members: object) -> Path:
    """The saved draft, with what a person adds."""
    path = found.save(overwrite=True)[0]
    said = {"title": "Roads", "provenance": {"source": "Own sensors", "collection": "sensor"}, **members}
    path.write_text(json.dumps(json.loads(path.read_bytes()) | said))
    return path


def test_the_drafted_root_is_the_one_that_is_listed_and_delivered_sealed(
    trade: Trade, terms: Terms, roads: Path, tmp_path: Path
) -> None:
    found = draft(roads, identity=trade.provider.session.identity, chunk_size=2 * CHUNK)
    standing = {"terms": terms.model_dump(mode="json", exclude_none=True)}
    listing = trade.provider.publish(roads, draft=completed(found, standing=standing))
    assert listing.title == "Roads"
    for name, value in found.members.items():
        assert listing.act.model_dump(mode="json", exclude_none=True)[name] == value
    contract = trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")
    delivery = trade.provider.deliver(contract, roads)
    assert delivery.act.form == "sealed"
    assert delivery.act.content_root == found.members["content_root"]
    got = trade.consumer.receive(delivery, to=tmp_path / "got")
    assert got.salts is not None
    chunk = got.salts.read_bytes()[:32] + got.path.read_bytes()[: 2 * CHUNK]
    assert chunk == found.documents["roads.csv.sample"]
    assert verify_sample(listing.act.model_dump(mode="json", exclude_none=True), chunk).salted
    assert trade.provider.publish(roads, draft=tmp_path / "roads.csv.listing.json") == listing


def test_a_draft_needs_the_identitys_folder_and_not_its_keys(trade: Trade, roads: Path) -> None:
    identity = trade.provider.session.speaker
    found = draft(roads, identity=identity, chunk_size=CHUNK)
    again = draft(roads, identity=dataclasses.replace(trade.provider.session).speaker, chunk_size=CHUNK)
    assert again == found
    assert found.members["content_root"] != clear_draft(roads).members["content_root"]
    assert len(list((folder_of(trade.provider) / "products").iterdir())) == 1


def test_a_clear_draft_is_listed_in_clear(trade: Trade, roads: Path) -> None:
    listing = trade.provider.publish(roads, draft=completed(clear_draft(roads)))
    assert listing.act.content_root == describe(roads, CHUNK).root
    assert not (folder_of(trade.provider) / "products").exists()


def test_what_the_call_names_stands_instead_of_what_the_draft_says(
    trade: Trade, terms: Terms, roads: Path
) -> None:
    path = completed(clear_draft(roads), keywords=["roads"])
    listing = trade.provider.publish(roads, draft=path, title="Other", source="Ours", terms=terms)
    assert (listing.title, listing.act.keywords) == ("Other", ("roads",))
    assert listing.terms is not None
    assert listing.terms.price == terms.price
    assert listing.act.provenance is not None
    assert (listing.act.provenance.source, listing.act.provenance.collection) == ("Ours", "sensor")


def test_a_draft_of_another_file_or_identity_is_not_published(
    trade: Trade, roads: Path, tmp_path: Path
) -> None:
    path = completed(draft(roads, identity=trade.consumer.session.identity, chunk_size=CHUNK))
    with pytest.raises(ContentMismatch, match="the draft is not one of"):
        trade.provider.publish(roads, draft=path)
    path = completed(clear_draft(roads))
    other = text_file(tmp_path / "other.csv", roads.read_bytes() + b"1,2,3\n")
    with pytest.raises(ContentMismatch, match="the draft is not one of"):
        trade.provider.publish(other, draft=path)
    with pytest.raises(UsageProblem, match="none was named"):
        trade.provider.publish(None, draft=path)
    path = completed(draft(roads, identity=trade.provider.session.identity, chunk_size=CHUNK))
    with pytest.raises(UsageProblem, match="sealed deliveries"):
        trade.provider.publish(roads, draft=path, sealed=False)
    assert not list((folder_of(trade.provider) / "outbox").glob("publish*"))


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"issuer": "sha256:" + "0" * 64},
        {"chunk_size": "x"},
        {"chunk_size": 65_537},
        {"chunk_size": True},
        {"type": "offer"},
        {"standing": 1},
        {"nonsense": 1},
        {"rows": 1.5},
        {"provenance": []},
    ],
    ids=str,
)
def test_a_draft_that_was_spoilt_is_a_mistake_and_nothing_is_signed(
    trade: Trade, roads: Path, change: dict[str, object]
) -> None:
    path = completed(clear_draft(roads), **change)
    with pytest.raises(LadingError):
        trade.provider.publish(roads, draft=path)
    assert not list((folder_of(trade.provider) / "outbox").glob("publish*"))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"type":"listing"', '"x"', "[" * 100_000], ids=range(6))
def test_what_is_no_draft_and_no_listing_is_a_mistake(tmp_path: Path, text: str) -> None:
    path = text_file(tmp_path / "x.json", text)
    with pytest.raises(UsageProblem):
        read_draft(path)
    with pytest.raises(UsageProblem):
        read_listing(path)


def test_a_listing_is_read_from_a_statement_and_from_what_show_prints(
    trade: Trade, roads: Path, tmp_path: Path
) -> None:
    found = clear_draft(roads)
    listing = trade.provider.publish(roads, draft=completed(found))
    jws = trade.provider.evidence(listing.id).filed(listing.id).statement.jws
    shown = {"id": listing.id, "act": listing.act.model_dump(mode="json", exclude_none=True)}
    for data in (jws, json.dumps(shown).encode()):
        members = read_listing(text_file(tmp_path / "listing", data))
        assert verify_sample(members, found.documents["roads.csv.sample"]).chunks == found.chunks


def test_lists_are_tuples_in_a_draft_that_is_read(tmp_path: Path) -> None:
    path = text_file(tmp_path / "x.json", '{"type":"listing","keywords":["a",["b"]],"x":{"y":[1]}}')
    assert read_draft(path) == {"keywords": ("a", ("b",)), "x": {"y": (1,)}}


# Parquet


def footers() -> Iterator[tuple[str, bytes, str]]:
    """Footers that no reader should take."""
    yield "nothing", b"PAR1", "cut off"
    yield "cut off", b"PAR1" + b"\x15\x02" * 20, "cut off"
    yield "longer than the file", b"PAR1" + (100).to_bytes(4, "little") + b"PAR1", "cut off"
    yield (
        "too long",
        b"PAR1" + b"\0" * (65 << 20) + (65 << 20).to_bytes(4, "little") + b"PAR1",
        "footer of more",
    )
    yield "encrypted", b"PAR1" + b"\0" * 8 + (4).to_bytes(4, "little") + b"PARE", "encrypted"


FOOTERS = {name: (data, said) for name, data, said in footers()}


@pytest.mark.parametrize("name", FOOTERS)
def test_a_parquet_file_without_a_footer_is_refused(tmp_path: Path, name: str) -> None:
    data, said = FOOTERS[name]
    with pytest.raises(UsageProblem, match=said):
        clear_draft(text_file(tmp_path / "t.parquet", data))


SOUND_ENDS = b"PAR1" + b"\0" * 8 + (8).to_bytes(4, "little") + b"PAR1"


def fake_pyarrow(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A pyarrow in whose place a hostile footer does what it likes, on the path of this process and its children."""
    (folder / "fake" / "pyarrow").mkdir(parents=True)
    (folder / "fake" / "pyarrow" / "__init__.py").write_text("")
    (folder / "fake" / "pyarrow" / "parquet.py").write_text(
        f"import os, sys\ndef ParquetFile(*x, **y):\n    {body}\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder / "fake"))
    monkeypatch.syspath_prepend(str(folder / "fake"))
    monkeypatch.delitem(__import__("sys").modules, "pyarrow", raising=False)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("os.abort()", "breaks its parser"),
        ("bytearray(8 << 30)", "MemoryError"),
        ("raise OSError('no\\nthrift')", "OSError: no$"),
        ("os._exit(0)", "breaks its parser"),
    ],
    ids=["crash", "memory", "error", "silence"],
)
def test_a_footer_that_breaks_its_parser_breaks_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, said: str
) -> None:
    fake_pyarrow(tmp_path, monkeypatch, body)
    with pytest.raises(UsageProblem, match=said):
        clear_draft(text_file(tmp_path / "t.parquet", SOUND_ENDS))


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    path = text_file(tmp_path / "t.parquet", SOUND_ENDS)
    with pytest.raises(UsageProblem, match="needs pyarrow") as refused:
        clear_draft(path)
    assert 'pip install "lading[parquet]"' in refused.value.hint
    assert clear_draft(path, format="other").members["media_type"] == "application/vnd.apache.parquet"


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """A Parquet file with many types, in three row groups."""
    pa = pytest.importorskip("pyarrow")
    fields = [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("price", pa.float64()),
        pa.field("amount", pa.decimal128(9, 2)),
        pa.field("name", pa.string()),
        pa.field("kind", pa.dictionary(pa.int32(), pa.string())),
        pa.field("on", pa.date32()),
        pa.field("at", pa.timestamp("us", "UTC")),
        pa.field("time", pa.time64("us")),
        pa.field("open", pa.bool_()),
        pa.field("raw", pa.binary()),
        pa.field("tags", pa.list_(pa.string())),
        pa.field("place", pa.struct([("x", pa.float32())])),
    ]
    empty = [None] * 5
    columns = [[1, 2, 3, 4, 5], *[empty] * (len(fields) - 1)]
    table = pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, fields, strict=True)],
        schema=pa.schema(fields),
    )
    path = tmp_path / "t.parquet"
    pytest.importorskip("pyarrow.parquet").write_table(table, path, row_group_size=2)
    return path


def test_schema_and_rows_come_from_the_parquet_footer(parquet: Path) -> None:
    found = clear_draft(parquet)
    assert [(field.name, field.type) for field in found.fields] == [
        ("id", "integer"),
        ("price", "number"),
        ("amount", "number"),
        ("name", "string"),
        ("kind", "string"),
        ("on", "date"),
        ("at", "datetime"),
        ("time", "time"),
        ("open", "boolean"),
        ("raw", "string"),
        ("tags", "array"),
        ("place", "object"),
    ]
    assert [field.name for field in found.fields if field.required] == ["id"]
    assert [field.name for field in found.fields if field.format == "binary"] == ["raw"]
    assert found.members["rows"] == 5
    assert found.members["media_type"] == "application/vnd.apache.parquet"
    renamed = parquet.rename(parquet.with_name("data"))
    assert clear_draft(renamed).fields == found.fields


@pytest.mark.parametrize("seed", range(6))
def test_a_spoilt_parquet_footer_is_refused_or_read_and_never_breaks(parquet: Path, seed: int) -> None:
    data = bytearray(parquet.read_bytes())
    length = int.from_bytes(data[-8:-4], "little")
    for step in range(8):
        digest = hashlib.sha256(bytes([seed, step])).digest()
        data[-8 - length + int.from_bytes(digest[:4], "big") % length] = digest[4]
    parquet.write_bytes(data)
    try:
        assert clear_draft(parquet).fields
    except UsageProblem as refused:
        assert refused.hint  # noqa: PT017 - either outcome is right


def test_a_table_is_described_in_canonical_bytes() -> None:
    assert Table((), 0).document == b'{"fields":[]}'
