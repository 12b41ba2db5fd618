"""What publish and deliver make of a draft."""

import dataclasses
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lading.acts.attachment import attachments_of
from lading.client.connect import connect
from lading.client.drafting.draft import Draft, draft
from lading.client.drafting.draft_file import read_draft
from lading.client.drafting.sample import read_listing, verify_sample
from lading.client.results import statement_of
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, LadingError, UsageProblem
from lading.transfer.content import describe
from sdk.tests.client.conftest import QUICK, Trade
from sdk.tests.client.drafts import CHUNK, clear_draft, roads_file, text_file
from sdk.tests.client.memory import answer, problem
from sdk.tests.client.stand_in import API, Seam
from sdk.tests.client.steps import folder_of


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    return roads_file(tmp_path)


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


class WantsDocuments:
    """The way to an exchange that registers a listing only when it has been given its documents."""

    def __init__(self, seam: Seam) -> None:
        self.given: dict[str, bytes] = {}
        self.refusals = 0
        self._seam = seam

    def send(self, request: Request) -> Response:
        path, body = urlsplit(request.url).path, request.body or b""
        if "/attachments/" in path:
            self.given[path.rpartition("/")[2]] = body
            return Response(204, {}, b"")
        if path.endswith("/content"):
            named = attachments_of(statement_of(body).act)
            return answer({"attachments": [{"digest": item.digest, "held": False} for item in named]})
        if request.method == "POST" and path.endswith("/statements") and not self.given:
            self.refusals += 1
            return problem(409, "content-missing")
        return self._seam.send(request)


def test_documents_that_the_exchange_wants_are_uploaded_from_beside_the_draft(
    trade: Trade, roads: Path
) -> None:
    found, wants = clear_draft(roads), WantsDocuments(trade.seam)
    provider = connect(API, trade.provider.session.speaker, config=QUICK, transport=wants)
    path = completed(found)
    schema = path.with_name("roads.csv.schema.json")
    schema.write_bytes(b"{}")
    with pytest.raises(UsageProblem, match="the document that the listing names is not in"):
        provider.publish(roads, draft=path)
    assert not wants.given
    schema.write_bytes(found.documents[schema.name])
    listing = provider.publish(roads, draft=path)
    assert sorted(wants.given.values()) == sorted(found.documents.values())
    assert set(wants.given) == {named.digest for named in attachments_of(listing.act)}
    assert wants.refusals == 2


def test_lists_are_tuples_in_a_draft_that_is_read(tmp_path: Path) -> None:
    path = text_file(tmp_path / "x.json", '{"type":"listing","keywords":["a",["b"]],"x":{"y":[1]}}')
    assert read_draft(path) == {"keywords": ("a", ("b",)), "x": {"y": (1,)}}
