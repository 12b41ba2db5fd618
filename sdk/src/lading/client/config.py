"""All limits of the client in one place. An exchange may be slow, wrong or hostile; each bound ends a
wait or a read.
"""

import ipaddress
from contextlib import suppress
from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """Timeouts in seconds, sizes in bytes. The defaults suit a server on the public internet."""

    connect_seconds: float = 10.0
    """To open a connection."""
    silence_seconds: float = 30.0
    """Between two reads or writes of a connection."""
    answer_seconds: float = 60.0
    """For one whole answer that is not bulk content."""
    slowest_bytes_per_second: int = 16 * KIB
    """Bulk content that arrives or leaves more slowly than this, after `answer_seconds`, is given up."""

    attempts: int = 5
    """How often an idempotent request is sent before `Unreachable` is raised."""
    first_pause: float = 0.2
    """Upper bound of the first random pause between attempts; each further one doubles."""
    longest_pause: float = 8.0
    """Upper bound of every pause between attempts."""
    poll_pause: float = 0.5
    """Pause between two polls of an exchange that does not hold a long poll open."""
    long_poll_seconds: int = 25
    """How long one request for events asks the exchange to wait; kept below `answer_seconds`."""

    answer_bytes: int = MIB
    """Largest answer that holds one statement, registration, state or problem."""
    page_bytes: int = 8 * MIB
    """Largest page of listings or events: a hundred of the largest statements."""
    evidence_bytes: int = 16 * MIB
    """Largest evidence file (LAD-EVD limits it to the same size)."""

    chunk_bytes: int = MIB
    """Chunk size of new content: a power of two from 64 KiB to 16 MiB."""
    upload_bytes: int = 16 * MIB
    """Content in one upload request; two of these are in memory at a time."""
    queued_chunks: int = 4
    """Chunks that wait between the network and the disk while content is received."""


DEFAULT = ClientConfig()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, where plain HTTP is permitted and proxies are not used."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
