"""`listing`: a provider describes a product, and may offer it to everybody (`spec/acts/listing.md`)."""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from lading.acts import gates
from lading.acts.base import (
    PUBLIC,
    ActType,
    Place,
    Readers,
    Record,
    Statement,
    View,
    holds_in_part,
    known,
    needs_whole,
)
from lading.acts.description import MORE_THAN, Described
from lading.acts.machines import LISTING
from lading.acts.records import ListingRecord, ProductRecord, Promise
from lading.acts.standing import check_admitted, check_unrevoked, issuer_is_not_expelled
from lading.problems import refuse
from lading.statement.words import (
    Digest,
    FileName,
    Id,
    MediaType,
    Size,
    StatementId,
    Thumbprint,
    parse_time,
)
from lading.terms.terms import Standing
from lading.tree import root_from_inclusion

ChunkSize = Annotated[int, Field(ge=65_536, le=16_777_216)]


NO_CONTENT: Final = "sha256:" + hashlib.sha256(b"").hexdigest()


def check_content(size: int, chunk_size: int, content_root: str) -> None:
    """Chunk sizes are powers of two, and a content of size 0 has the one root of no bytes."""
    # LAD-TRF-001
    if chunk_size & (chunk_size - 1):
        raise ValueError("chunk_size is not a power of two")
    # LAD-TRF-007
    if size == 0 and content_root != NO_CONTENT:
        raise ValueError("content_root is not the root of no bytes")


class Listing(Described):
    """One version of a product's description; the product's id is the id of its first version."""

    type: Literal["listing"]
    supersedes: StatementId | None = None
    media_type: MediaType | None = None
    name: FileName | None = None
    size: Size | None = None
    chunk_size: ChunkSize | None = None
    content_root: Digest | None = None
    rows: Size | None = None
    standing: Standing | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Listing":
        if self.size is not None and self.chunk_size is not None and self.content_root is not None:
            check_content(self.size, self.chunk_size, self.content_root)
        elif (self.size, self.chunk_size, self.content_root) != (None, None, None):
            raise ValueError("size, chunk_size and content_root come together or not at all")
        # LAD-LST-006
        if self.sample is not None and self.content_root is None:
            raise ValueError("a sample is one of a content that the listing promises")
        if self.per_call is not None and self.kind != "service":
            raise ValueError("only a service has per_call")
        return self


def provider_is_admitted(view: View, s: Statement[Listing], at: Place) -> None:
    """The issuer is admitted as a provider."""
    check_admitted(view, s.issuer, "issuer", "provider")


def supersedes_its_own(view: View, s: Statement[Listing], at: Place) -> None:
    """Only the provider supersedes a listing."""
    if s.act.supersedes is None:
        return
    old = known(view, ListingRecord, s.act.supersedes, "/supersedes")
    # LAD-LST-003
    if old.provider != s.issuer:
        raise refuse("not-author", "the listing is another provider's", pointer="/supersedes")


def supersedes_the_head(view: View, s: Statement[Listing], at: Place) -> None:
    """Versions are linear: `supersedes` is the latest one, and it was not withdrawn."""
    if s.act.supersedes is not None:
        old = known(view, ListingRecord, s.act.supersedes, "/supersedes")
        check_is_head(old, "/supersedes")
        LISTING.after(old.state, "successor", winner=old.closed_by)


def standing_terms_last(view: View, s: Statement[Listing], at: Place) -> None:
    """Standing terms have not expired when the listing is registered."""
    # LAD-LST-004
    if s.act.standing is not None and at.time > parse_time(s.act.standing.expires_at):
        raise refuse("already-expired", "the standing terms have expired", pointer="/standing/expires_at")


def sample_is_of_the_content(view: View, s: Statement[Listing], at: Place) -> None:
    """The leaf of the sample leads to the promised content root."""
    sample, size, chunk_size = s.act.sample, s.act.size, s.act.chunk_size
    if sample is None or size is None or chunk_size is None:
        return
    leaf, path = _hash(sample.leaf), tuple(_hash(step) for step in sample.path)
    try:
        root = root_from_inclusion(leaf, sample.index, -(-size // chunk_size), path)
    except ValueError:
        root = b""
    # LAD-LST-007
    if f"sha256:{root.hex()}" != s.act.content_root:
        raise refuse("sample-mismatch", "leaf and path do not give the content root", pointer="/sample")


def _hash(digest: Id) -> bytes:
    return bytes.fromhex(digest.removeprefix("sha256:"))


def arbiter_is_no_party(view: View, s: Statement[Listing], at: Place) -> None:
    """The arbiter of standing terms is not the provider."""
    # LAD-TRM-054
    if s.act.standing is not None and s.act.standing.terms.arbiter == s.issuer:
        raise refuse("arbiter-not-fit", "the arbiter is the provider", pointer="/standing/terms/arbiter")


def check_is_head(listing: ListingRecord, pointer: str) -> None:
    """LAD-LST-002: the version named is the latest; the refusal names the version that followed."""
    if listing.state == "superseded":
        raise refuse("stale-listing", "a newer version exists", pointer=pointer, winner=listing.closed_by)


def check_listed(view: View, key: Id, pointer: str) -> ListingRecord:
    """The listing's record, if it is a head, not withdrawn, and its signing key was not revoked."""
    listing = known(view, ListingRecord, key, pointer)
    check_is_head(listing, pointer)
    check_stands(view, listing, pointer)
    return listing


def check_stands(view: View, listing: ListingRecord, pointer: str) -> None:
    """The version, newest or not, was not withdrawn, and its signing key was not revoked."""
    # LAD-LST-005
    if listing.state == "withdrawn":
        raise refuse(
            "listing-not-open", "the listing was withdrawn", pointer=pointer, winner=listing.closed_by
        )
    check_unrevoked(view, listing.provider, Thumbprint(listing.kid), "signed the listing")


def effects(view: View, s: Statement[Listing], at: Place) -> Iterator[Record]:
    """A new version at the head of its product."""
    product = s.id
    if s.act.supersedes is not None:
        old = known(view, ListingRecord, s.act.supersedes, "/supersedes")
        product = old.product
        state = LISTING.after(old.state, "successor")
        yield old.model_copy(update={"state": state, "closed_by": s.id})
    yield ProductRecord(key=product, provider=s.issuer, head=s.id)
    yield ListingRecord(
        key=s.id,
        product=product,
        provider=s.issuer,
        kid=s.kid,
        title=s.act.title,
        sales=s.act.kind,
        state=LISTING.after(LISTING.start, "listing"),
        listed_at=at.time,
        **_consequences(s.act),
        standing=s.act.standing,
        promise=_promise(s.act),
    )


def _consequences(act: Listing) -> dict[str, Any]:
    """What follows from the declarations when a contract is made."""
    people = act.personal_data
    bounds = act.jurisdictions
    grade = "general" if act.classification is None else act.classification.grade
    exceeds = -1 if people is None else MORE_THAN[people.people]
    needs = [kind for kind, applies in (("security-assessment", grade == "important"),) if applies]
    return {
        "needs": tuple(needs),
        "exceeds": exceeds,
        "excluded": () if bounds is None else bounds.excluded or (),
        "export": bounds is not None and bounds.export is not None,
        "schema_digest": None if act.data_schema is None else act.data_schema.digest,
    }


def _promise(act: Listing) -> Promise | None:
    if act.size is None or act.chunk_size is None or act.content_root is None:
        return None
    return Promise(size=act.size, chunk_size=act.chunk_size, content_root=act.content_root)


def references(act: Listing) -> tuple[Id, ...]:
    """The version that it supersedes."""
    return () if act.supersedes is None else (act.supersedes,)


def readers(view: View, s: Statement[Listing]) -> Readers:
    """Everybody."""
    return PUBLIC


ACT: ActType[Listing] = ActType(
    name="listing",
    model=Listing,
    rules=(
        holds_in_part(issuer_is_not_expelled),
        needs_whole(provider_is_admitted),
        holds_in_part(supersedes_its_own),
        holds_in_part(supersedes_the_head),
        holds_in_part(standing_terms_last),
        holds_in_part(arbiter_is_no_party),
        holds_in_part(sample_is_of_the_content),
        holds_in_part(gates.core_is_not_listed),
        holds_in_part(gates.provenance_is_stated),
        needs_whole(gates.declarations_are_made),
        holds_in_part(gates.guardians_consented),
        holds_in_part(gates.people_consented),
        holds_in_part(gates.offences_can_be_removed),
        needs_whole(gates.public_body_is_authorised),
        holds_in_part(gates.look_ups_are_guarded),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
