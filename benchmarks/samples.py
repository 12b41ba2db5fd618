"""Statements as participants send them, made by the SDK: receipts of about 900 bytes, listings of about 2 600."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from typing import Any

from lading.keys.signer import Ed25519Signer
from lading.statement import base64url
from lading.statement.envelope import encode
from lading.statement.words import format_time

START = 1_795_426_200_000
"""2026-11-23T09:30:00.000Z."""
REGIONS = ("Ticino", "Valais", "Uri", "Jura", "Thurgau", "Zug", "Schwyz", "Glarus")
THEMES = ("roads", "rivers", "forests", "air", "noise", "energy", "buildings", "soil")


def signer(name: str) -> Ed25519Signer:
    """The key of a name; the same in every run."""
    return Ed25519Signer.from_seed(hashlib.sha256(f"lading benchmark {name}".encode()).digest())


def key(holder: Ed25519Signer) -> dict[str, Any]:
    """A key as a participant statement lists it."""
    x = base64url.encode(holder.public).decode()
    return {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": x}, "use": "sign"}


def digest(name: str) -> str:
    """An id or digest that nothing has."""
    return "sha256:" + hashlib.sha256(name.encode()).hexdigest()


def common(kind: str, issuer: str, home: str, moment: int) -> dict[str, Any]:
    """The members that all acts share. The issuer has one participant statement."""
    return {
        "version": 1,
        "type": kind,
        "home": home,
        "issuer": issuer,
        "under": issuer,
        "issued_at": format_time(moment),
    }


def company(name: str, home: str, moment: int) -> tuple[Ed25519Signer, bytes]:
    """A company's first statement, and the key that it lists."""
    holder = signer(name)
    members = {
        "version": 1,
        "type": "participant",
        "home": home,
        "issued_at": format_time(moment),
        "name": name.capitalize(),
        "kind": "company",
        "jurisdiction": "IE",
        "keys": [key(holder)],
        "next": [signer(f"{name} next").thumbprint],
    }
    return holder, encode(members, holder)


def receipts(count: int, holder: Ed25519Signer) -> list[bytes]:
    """Accepted receipts of as many deliveries."""
    issuer, home = digest("consumer"), digest("exchange")
    return [
        encode(
            {
                **common("receipt", issuer, home, START + number),
                "delivery": digest(f"delivery {number}"),
                "outcome": "accepted",
                "content_root": digest(f"content {number}"),
                "size": 1_000_000 + 7919 * number,
            },
            holder,
        )
        for number in range(count)
    ]


def listings(
    count: int, holder: Ed25519Signer, *, issuer: str, home: str, moment: int = START
) -> Iterator[bytes]:
    """Listings of as many products, each with a description, standing terms and the file that it promises."""
    for number in range(count):
        yield encode({**common("listing", issuer, home, moment + number), **_product(number)}, holder)


def acceptances(
    count: int, holder: Ed25519Signer, *, issuer: str, home: str, listing: str, moment: int
) -> Iterator[bytes]:
    """Acceptances of one listing's standing terms, each a contract of its own."""
    for number in range(count):
        members = {"listing": listing, "purpose": "research", "reference": f"order-{number}"}
        yield encode({**common("acceptance", issuer, home, moment + number), **members}, holder)


def _product(number: int) -> dict[str, Any]:
    dice = random.Random(number)
    region, theme = dice.choice(REGIONS), dice.choice(THEMES)
    expires = format_time(START + 365 * 86_400_000)
    return {
        "kind": "dataset",
        "provenance": {"source": "Own sensors along the road", "collection": "sensor"},
        "title": f"{theme.capitalize()} of {region}, series {number}",
        "description": _description(region, theme, dice),
        "keywords": [theme, region.lower(), "measurements", "quarter-hourly", "quality-controlled"],
        "licence": "CC-BY-4.0",
        "media_type": "text/csv",
        "name": f"{theme}-{region.lower()}-{number}.csv",
        "size": 125_829_120 + number,
        "chunk_size": 1_048_576,
        "content_root": digest(f"content {number}"),
        "standing": {"terms": _terms(dice), "expires_at": expires},
    }


def _description(region: str, theme: str, dice: random.Random) -> str:
    return (
        f"Measurements on {theme} in {region} by {dice.randrange(50, 900)} stations, one row for each station and "
        "quarter of an hour: time in UTC, number of the station, value, unit, and a flag for values that were filled "
        "in. Stations are those of the public register, with co-ordinates in a second file of the same delivery. "
        "Values outside the range of the instrument were removed; gaps of less than two hours were filled in by linear "
        "interpolation and flagged; longer gaps are left empty. The series begins on 1 January 2019 and ends on the "
        "day before delivery. It is continued daily; later versions of this listing supersede this one, and never "
        "change rows that were delivered before, except for those named in the list of corrections. Columns are "
        "separated by commas, decimals by a point, text is UTF-8 without a byte order mark, and the first row holds "
        "the names of the columns."
    )


def _terms(dice: random.Random) -> dict[str, Any]:
    return {
        "price": {"amount": f"{dice.randrange(10, 900)}.00", "currency": "EUR"},
        "purposes": ["research", "planning"],
        "taking_period": "P7D",
        "dispute_window": "P14D",
    }
