"""How a check of the oracle ends when it fails."""

from __future__ import annotations


class Rejected(Exception):
    """The bytes are not what the specification asks for.

    `code` is the problem code of the specification (or of the evidence part) that names the failing check;
    `detail` is a sentence for a reader of the report. Raised by the oracle only; never by a fault of the
    suite.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
