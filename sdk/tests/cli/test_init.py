"""`lading init` and `lading sample`, from a file to a listing whose sample a buyer verifies offline."""

import json
from pathlib import Path

import pytest

from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.cli.command import Terminal


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    """A CSV file of two chunks, of which a row is ragged."""
    path = tmp_path / "roads.csv"
    path.write_text("sensor,road,on\n1,N2\n" + "12,N11,2026-11-23\n" * 80_000)
    return path


def test_a_draft_of_open_data_needs_no_identity_and_says_what_is_missing(
    lading: Terminal, roads: Path
) -> None:
    done = lading("init", "roads.csv", "--clear")
    assert done.code == 0
    for said in (
        "roads.csv.listing.json",
        "80,001 rows, 3 columns",
        "on: date, may be empty",
        "first one is on line 2",
        "one of 2 chunks",
        "A person has to add: title, provenance.source, provenance.collection, terms.",
        "lading publish roads.csv --draft roads.csv.listing.json",
    ):
        assert said in done.out, said
    verified = lading("sample", "roads.csv.listing.json", "roads.csv.sample")
    assert verified.code == 0
    assert "chunk 0 of 2" in verified.out
    assert "salt" not in verified.out


def test_json_has_the_members_and_what_is_missing(lading: Terminal, roads: Path) -> None:
    said = lading.ok("init", "roads.csv", "--clear", "--out", "draft.json", "--no-sample")
    assert said["draft"] == "draft.json"
    assert said["members"] == json.loads(Path("draft.json").read_bytes())
    assert said["documents"] == ["roads.csv.schema.json"]
    assert said["missing"] == ["title", "provenance.source", "provenance.collection", "terms"]
    assert not Path("roads.csv.sample").exists()


def test_nothing_is_overwritten_unasked(lading: Terminal, roads: Path) -> None:
    assert lading("init", "roads.csv", "--clear").code == 0
    before = Path("roads.csv.listing.json").read_bytes()
    done = lading("init", "roads.csv", "--clear", "--sample", "1")
    assert done.code == 2
    assert "--force" in done.err
    assert Path("roads.csv.listing.json").read_bytes() == before
    assert lading("init", "roads.csv", "--clear", "--sample", "1", "--force").code == 0
    assert lading.ok("sample", "roads.csv.listing.json", "roads.csv.sample")["index"] == 1


def test_without_an_identity_it_is_said_what_to_do(lading: Terminal, roads: Path) -> None:
    done = lading("init", "roads.csv")
    assert done.code == 2
    assert "lading identity create" in done.err
    assert "--clear" in done.err
    for name in ("acme", "buyer"):
        lading.ok("identity", "create", name, "--legal-name", "x", "--jurisdiction", "IE")
    assert "--identity" in lading("init", "roads.csv").err
    assert "no identity 'nobody'" in lading("init", "roads.csv", "-i", "nobody").err
    assert not Path("roads.csv.listing.json").exists()


def test_no_passphrase_is_needed(lading: Terminal, roads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lading.ok("identity", "create", "acme", "--legal-name", "x", "--jurisdiction", "IE")
    monkeypatch.delenv("LADING_PASSPHRASE")
    said = lading.ok("init", "roads.csv")
    assert said["sealed"] is True
    again = lading.ok("init", "roads.csv", "--force")
    assert again["members"] == said["members"]
    assert lading.ok("sample", "roads.csv.listing.json", "roads.csv.sample")["salted"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing.csv", "--clear"), "cannot read"),
        (("bad.csv", "--clear"), "bad.csv, line 2"),
        (("roads.csv", "--clear", "--delimiter", "x"), "no delimiter"),
        (("roads.csv", "--clear", "--sample", "9"), "no chunk 9"),
        (("roads.csv", "--clear", "--sample", "0", "--no-sample"), "--no-sample"),
        (("roads.csv", "--clear", "--format", "parquet"), "no Parquet file"),
        (("roads.csv", "--clear", "--out", "roads.csv", "--force"), "in the place of"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_mistakes_have_a_sentence_and_leave_no_files(
    lading: Terminal, roads: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "bad.csv").write_bytes(b"a,b\n\xff,\0\n")
    before = sorted(tmp_path.iterdir())
    done = lading("init", *arguments)
    assert done.code == 2
    assert said in done.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_tab_is_a_delimiter_and_a_first_row_may_be_data(lading: Terminal, tmp_path: Path) -> None:
    (tmp_path / "t").write_text("1\ta,b\n2\tc\n")
    done = lading.ok("init", "t", "--clear", "--format", "csv", "--no-header", "--delimiter", "tab")
    assert done["members"]["rows"] == 2  # type: ignore[index]
    schema = json.loads(Path("t.schema.json").read_bytes())
    assert [field["name"] for field in schema["fields"]] == ["column_1", "column_2"]
    assert schema["dialect"] == {"delimiter": "\t", "quoteChar": '"', "header": False}


def test_a_chunk_that_is_not_the_sample_exits_with_one(lading: Terminal, roads: Path, tmp_path: Path) -> None:
    lading.ok("init", "roads.csv", "--clear")
    (tmp_path / "other").write_bytes(b"x")
    done = lading("sample", "roads.csv.listing.json", "other")
    assert done.code == 1
    assert "not the one" in done.err
    assert lading("sample", "roads.csv", "other").code == 2
    assert lading("sample", "roads.csv.listing.json", "nothing").code == 2


def test_a_draft_is_published_and_the_buyer_verifies_the_sample_by_what_is_shown(
    lading: Terminal, served: ExchangeProcess, roads: Path, tmp_path: Path
) -> None:
    lading.ok("identity", "create", "acme", "--legal-name", "Acme Ltd", "--jurisdiction", "IE")
    registered = lading.ok("identity", "register", "acme", "--exchange", served.api)
    lading.ok("exchange", "admit", str(served.directory), str(registered["id"]))
    lading.ok("identity", "register", "acme", "--exchange", served.api, "--wait", "30")
    drafted = lading.ok("init", "roads.csv")
    bare = lading("publish", "roads.csv", "--draft", "roads.csv.listing.json")
    assert bare.code == 2
    assert "title" in bare.err
    path = Path("roads.csv.listing.json")
    added = {"title": "Roads", "provenance": {"source": "Own sensors", "collection": "sensor"}}
    path.write_text(json.dumps(json.loads(path.read_bytes()) | added))
    said = lading.ok("publish", "roads.csv", "--draft", "roads.csv.listing.json", "--price", "5.00 EUR")
    shown = lading("show", str(said["id"]), "--json")
    (tmp_path / "shown.json").write_text(shown.out)
    assert shown.json["act"] == {**shown.json["act"], **drafted["members"]}  # type: ignore[dict-item]
    assert lading.ok("sample", "shown.json", "roads.csv.sample")["chunks"] == 2
