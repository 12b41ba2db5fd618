"""From which addresses a client fetches what a provider keeps itself (LAD-SEA-018).

The provider chose the address, so it must not lead into the consumer's own machine or network. Only literal addresses
can be told; a name that resolves to a private address cannot be told from a public one here.
"""

import ipaddress
import re
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from lading.errors import UsageProblem

_NUMBER: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)", re.IGNORECASE)
"""A last label like this makes resolvers read the whole host as an IPv4 address, in one of its old spellings."""


def is_fetched_from(url: str, exchange: str) -> bool:
    """Whether a client fetches from an address that a provider chose.

    `exchange` is the exchange's own address: while that is on this machine, the provider's may be too.
    """
    parts = urlsplit(url)
    host = _host(url)
    if is_here(host) and is_here(_host(exchange)):
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and _is_public(host)


def chunks_address(url: str, exchange: str) -> str:
    """Where the chunks of a delivery in the provider's custody are, by the delivery's `url`.

    `exchange` is the exchange's own address. Raises `UsageProblem` for an address that is never fetched from.
    """
    # LAD-SEA-018
    if not is_fetched_from(url, exchange):
        hint = "Tell the provider: an address that others can reach, by HTTPS. Refuse the delivery if it stays so."
        raise UsageProblem(f"the provider keeps the content at {url}, which is never fetched from", hint=hint)
    return f"{url}/chunks"


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".").lower()


def is_here(host: str) -> bool:
    """Whether a host is this machine, by a literal address or by the name that is reserved for it."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _is_public(host: str) -> bool:
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        return address.is_global and not address.is_multicast
    return bool(host) and not is_here(host) and _NUMBER.fullmatch(host.rpartition(".")[2]) is None
