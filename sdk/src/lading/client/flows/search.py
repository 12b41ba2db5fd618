"""`search`: find listings by words."""

from typing import Final

from lading.acts.listing import Listing as ListingAct
from lading.client.ask import Answer, answer, fetch
from lading.client.flow import Flow
from lading.client.pages import Page, Pages
from lading.client.peer import dishonest
from lading.client.results import Listing, statement_of
from lading.client.session import Session
from lading.errors import NotUnderstood
from lading.problems import Refused
from lading.statement.envelope import statement_id
from lading.statement.words import Id, StatementId

_CURSOR_BYTES: Final = 4096


class _Listed(Answer):
    id: StatementId
    product: StatementId
    provider: StatementId
    title: str
    statement: str
    home: StatementId | None = None


class _Listings(Answer):
    listings: tuple[_Listed, ...]
    cursor: str | None = None


def search(session: Session, words: str = "", *, page_size: int = 100) -> Pages[Listing]:
    """The listings that the exchange finds for some words, in its order; all of them for none.

    Only latest versions that were not withdrawn are found. The exchange decides what matches and may leave
    out what it likes. Each listing's bytes have its id; who signed them is verified when it is used
    (`accept`, `offer`, `evidence`). Listings of exchanges that this one follows have a `home`, to be visited (`visit`).
    """

    def page(position: str | int | None) -> Flow[Page[Listing]]:
        cursor = position if isinstance(position, str) else None
        response = yield from fetch(
            session,
            "/listings",
            bound=session.config.page_bytes,
            q=words or None,
            limit=page_size,
            cursor=cursor,
        )
        said = answer(_Listings, response, "/listings")
        if said.cursor is not None and (len(said.cursor) > _CURSOR_BYTES or said.cursor == cursor):
            raise NotUnderstood("/listings answered with a cursor that leads nowhere")
        here = session.peer.exchange
        return Page(tuple(_listing(item, here) for item in said.listings), said.cursor)

    return page


def _listing(item: _Listed, here: Id) -> Listing:
    jws = item.statement.encode()
    if statement_id(jws) != item.id:
        raise dishonest(f"the exchange found {item.id} and answered with other bytes")
    try:
        found = statement_of(jws)
    except Refused as refusal:
        raise NotUnderstood(f"{item.id} is no statement that this version understands: {refusal}") from None
    if not isinstance(found.act, ListingAct) or (found.issuer, found.act.title) != (
        item.provider,
        item.title,
    ):
        raise dishonest(f"the exchange says something else of {item.id} than the listing does")
    # LAD-FED-002
    if found.act.home != (item.home or here):
        raise dishonest(f"the exchange says that {item.id} is at home elsewhere than the listing does")
    return Listing(item.id, item.product, item.provider, found.act, home=item.home)
