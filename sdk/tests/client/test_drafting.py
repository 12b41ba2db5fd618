"""What a draft says of a file, and its sample."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

import lading
from lading.client.drafting.draft import MISSING, Draft, draft
from lading.client.drafting.sample import verify_sample
from lading.errors import ContentMismatch, UsageProblem
from lading.transfer.content import describe
from sdk.tests.client.drafts import CHUNK, clear_draft, roads_file, text_file


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    return roads_file(tmp_path)


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
