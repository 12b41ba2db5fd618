"""Media types of the HTTP binding and the sizes that one request or answer may have.

The sizes are the defaults that an exchange publishes as `limits`; a client reads the published ones.
"""

from typing import Final

STATEMENT: Final = "application/lading+jws"
BATCH: Final = "application/lading-batch"
EVIDENCE: Final = "application/lading-evidence+json"
PROBLEM: Final = "application/problem+json"
JSON: Final = "application/json"
OCTETS: Final = "application/octet-stream"
TEXT: Final = "text/plain; charset=utf-8"

STATEMENT_BYTES: Final = 65_536
BATCH_STATEMENTS: Final = 256
BATCH_BYTES: Final = BATCH_STATEMENTS * (STATEMENT_BYTES + 1)
"""A full batch of the largest statements, each with its line feed."""
CONTENT_BYTES: Final = 17_179_869_184
"""The largest `size` of a delivery whose content the exchange keeps."""
UPLOAD_BYTES: Final = 67_108_864
"""The largest body of one upload; a longer transfer is several requests."""
LISTINGS_PAGE: Final = 100
EVENTS_PAGE: Final = 100
LONG_POLL_SECONDS: Final = 30
EVIDENCE_BYTES: Final = 16_777_216

CHUNKS_HELD: Final = "Lading-Chunks-Held"
"""Answer header of `HEAD …/chunks`: how many chunks the exchange holds, counted from the first."""


def matches(content_type: str | None, expected: str) -> bool:
    """Whether a Content-Type header names exactly `expected`.

    Case does not matter (RFC 9110 section 8.3.1). A parameter is a mismatch: none of these types has any.
    """
    return content_type is not None and content_type.strip(" \t").lower() == expected
