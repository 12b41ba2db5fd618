"""Parquet footers, hostile ones too."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.client.drafting.table import Table
from lading.errors import UsageProblem
from sdk.tests.client.drafts import clear_draft, text_file


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
