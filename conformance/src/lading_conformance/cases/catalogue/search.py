"""Listings are found by their words and facets, the newest first, page after page."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import Answer, integer_of, objects_of, text_of
from lading_conformance.drivers.party import PROVENANCE, Party
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, expect, policy
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

ITEM: Final = frozenset({"id", "product", "provider", "title", "statement"})
PAGES: Final = 20
"""How many pages the suite turns before it gives up."""
COUNTRY: Final = "DE"


def run(trial: Trial) -> None:
    """List six products, and look for them in every way that there is."""
    session = trial.session
    word = session.word()
    with trial.given("six listings by two providers of different countries, five of them with one word"):
        foreign = session.admitted("foreign provider", "provider", jurisdiction=COUNTRY)
        listings = _publish(session, foreign, word)
    _answer(trial, word, listings)
    _words(trial, word, listings)
    _facets(trial, word, listings)
    _pages(trial, word, listings)
    _malformed(trial, word)


def _publish(session: Session, foreign: Party, word: str) -> list[Registration]:
    own = session.provider
    graded: dict[str, Json] = {"classification": {"grade": "important", "graded_by": "The suite"}}
    surveyed: dict[str, Json] = {"provenance": {**PROVENANCE, "collection": "survey"}}
    found: list[tuple[Party, dict[str, Json]]] = [
        (own, {"kind": "dataset", "title": f"First {word}", **graded}),
        (own, {"kind": "stream", "title": "Second", "description": f"about {word}s"}),
        (own, {"kind": "service", "title": "Third", "keywords": ["other", f"x-{word}"]}),
        (foreign, {"kind": "dataset", "title": f"Fourth {word} Stra\u00dfe", **surveyed}),
        (foreign, {"kind": "dataset", "title": f"Fifth {word}"}),
        (own, {"kind": "dataset", "title": f"Sixth {session.word()}"}),
    ]
    declared = policy.declared(session)
    return [deals.say(session, party.says("listing", **{**declared, **said})) for party, said in found]


def _answer(trial: Trial, word: str, listings: list[Registration]) -> None:
    session = trial.session
    with trial.need("LAD-HTP-027", "the answer shows the log at a size that holds all that was found"):
        answer = _ask(session, q=word)
        size = integer_of(answer.members(), "as_of")
        if not listings[-1].index < size <= session.checkpoint().size:
            raise Failed(f"`as_of` is {size}, after entry {listings[-1].index}")
    with trial.check("LAD-HTP-027", "there is no cursor where there is no more"):
        if set(answer.members()) != {"listings", "as_of"}:
            raise Failed(f"the answer holds {', '.join(sorted(answer.members()))}")
    with trial.check("LAD-HTP-027", "each listing found has its id, product, provider, title and bytes"):
        for item in objects_of(answer.members(), "listings"):
            if set(item) != ITEM:
                raise Failed(f"a listing found holds {', '.join(sorted(item))}")
            bytes_of = expect.status(session.exchange.statement(text_of(item, "id")), 200).body
            if text_of(item, "statement").encode("utf-8") != bytes_of:
                raise Failed("`statement` is not the bytes of the listing")
    with trial.check("LAD-HTP-027", "who signs the request finds the same"):
        signed = expect.status(session.exchange.get(f"/listings?q={word}", session.stranger.signer), 200)
        if signed.members().get("listings") != answer.members()["listings"]:
            raise Failed("the answer to a signed request has other listings")


def _words(trial: Trial, word: str, listings: list[Registration]) -> None:
    for what, query, wanted in (
        ("in title, description and keywords, the newest first", word, (4, 3, 2, 1, 0)),
        ("in other letters", word.upper(), (4, 3, 2, 1, 0)),
        ("as a part of a word", word[2:-2], (4, 3, 2, 1, 0)),
        ("every word, wherever it stands", f"{word} fourth", (3,)),
        ("with the case folded", f"{word} STRASSE", (3,)),
        ("between more spaces than one", f"  {word}   fifth ", (4,)),
        ("one of them in none", f"{word} seventh", ()),
    ):
        with trial.check("LAD-HTP-027", f"words are found {what}"):
            _finds(trial.session, listings, wanted, q=query)


def _facets(trial: Trial, word: str, listings: list[Registration]) -> None:
    for facets, wanted in (
        ({"kind": "dataset"}, (4, 3, 0)),
        ({"kind": "stream"}, (1,)),
        ({"grade": "important"}, (0,)),
        ({"collection": "survey"}, (3,)),
        ({"jurisdiction": COUNTRY}, (4, 3)),
        ({"jurisdiction": COUNTRY, "collection": "survey", "kind": "dataset"}, (3,)),
        ({"jurisdiction": COUNTRY, "kind": "stream"}, ()),
        ({"kind": "no-such-kind"}, ()),
        ({"jurisdiction": "ZZ"}, ()),
    ):
        asked = " and ".join(f"{name} {value}" for name, value in facets.items())
        with trial.check("LAD-HTP-027", f"{asked}: {len(wanted)} of five"):
            _finds(trial.session, listings, wanted, q=word, **facets)


def _pages(trial: Trial, word: str, listings: list[Registration]) -> None:
    session = trial.session
    newest_first = [listing.id for listing in listings[4::-1]]
    for limit in (1, 2, 5, 1000):
        with trial.check("LAD-HTP-027", f"pages of at most {limit} hold all five, once, the newest first"):
            pages = _turn(session, word, limit)
            if any(len(page) > limit for page in pages):
                raise Failed(f"a page of at most {limit} holds {max(map(len, pages))}")
            if [one for page in pages for one in page] != newest_first:
                raise Failed(f"the pages hold {len([one for page in pages for one in page])} listings")
    with trial.check("LAD-HTP-027", "who pages while a listing is replaced sees each of the others once"):
        first = _ask(session, q=word, limit=2).members()
        shown = [text_of(item, "id") for item in objects_of(first, "listings")]
        declared = policy.declared(session)
        named: dict[str, Json] = {"kind": "stream", "title": f"Second again {word}", **declared}
        deals.say(session, session.provider.says("listing", **named, supersedes=listings[1].id))
        cursor = text_of(first, "cursor")
        shown += [one for page in _turn(session, word, 2, cursor) for one in page]
        others = [one for one in newest_first if one != listings[1].id]
        if [one for one in shown if one in others] != others or listings[1].id in shown:
            raise Failed(f"{len(shown)} listings on the pages, and not each of the four others once")


def _turn(session: Session, word: str, limit: int, cursor: str | None = None) -> list[list[str]]:
    """Return the ids on each page, from a cursor or from the start."""
    pages: list[list[str]] = []
    for _ in range(PAGES):
        after = {"cursor": cursor} if cursor else {}
        members = _ask(session, q=word, limit=limit, **after).members()
        pages.append([text_of(item, "id") for item in objects_of(members, "listings")])
        if "cursor" not in members:
            return pages
        cursor = text_of(members, "cursor")
    raise Failed(f"after {PAGES} pages there is still a cursor")


def _malformed(trial: Trial, word: str) -> None:
    for what, query in {
        "a limit of 0": "limit=0",
        "a limit below 0": "limit=-1",
        "a limit that is no number": "limit=many",
        "a limit with a leading zero": "limit=02",
        "a cursor that the exchange did not give": "cursor=never-given",
        "a kind with a digit": "kind=dataset1",
        "an empty kind": "kind=",
        "a word that is not UTF-8": "q=%ff",
        "a word of which the last byte is missing": f"q={word}%c3",
        "a word in UTF-8 that is longer than it has to be": "q=%c1%a1",
        "half of a surrogate pair": "q=%ed%a0%80",
        "a parameter that there is not": "colour=blue",
        "a parameter twice": f"q={word}&q={word}",
    }.items():
        with trial.check("LAD-HTP-004", f"{what}: bad-request"):
            expect.problem(trial.session.exchange.get(f"/listings?{query}"), "bad-request")


def _ask(session: Session, **query: str | int) -> Answer:
    return expect.media_type(expect.status(session.exchange.listings(**query), 200), expect.JSON)


def _finds(
    session: Session, listings: list[Registration], wanted: tuple[int, ...], **query: str | int
) -> None:
    found = [text_of(item, "id") for item in objects_of(_ask(session, **query).members(), "listings")]
    if found != [listings[number].id for number in wanted]:
        numbers = {listing.id: number for number, listing in enumerate(listings)}
        raise Failed(f"found are the listings {[numbers.get(one, '?') for one in found]}, not {list(wanted)}")


CASE = Case(
    name="catalogue_search",
    profile="catalogue",
    story="Six products of two providers are looked for by words, kind, grade, collection and country, on one page and "
    "on many, while one of them is replaced. Each is found where it is asked for, once, and the newest first.",
    requirements=("LAD-HTP-027", "LAD-HTP-004"),
    run=run,
)
