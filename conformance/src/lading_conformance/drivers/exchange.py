"""The paths of an exchange (the HTTP part of the specification), as calls that return the bare answer.

Nothing is judged here: a case says what it expects.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.http import Http, Signing
from lading_conformance.oracle.http_signature import Signer
from lading_conformance.oracle.statement import MEDIA_TYPE

OCTETS = "application/octet-stream"


class Exchange:
    """The subject as an HTTP API."""

    def __init__(self, http: Http) -> None:
        self.http = http

    def well_known(self) -> Answer:
        """Fetch what the exchange says of itself."""
        return self.http.request("GET", "/.well-known/lading")

    def register(self, jws: bytes, media_type: str = MEDIA_TYPE) -> Answer:
        """Register a statement."""
        return self.http.request("POST", "/statements", body=jws, headers={"Content-Type": media_type})

    def register_batch(self, statements: Sequence[bytes]) -> Answer:
        """Register several statements in one request."""
        headers = {"Content-Type": "application/lading-batch"}
        return self.http.request("POST", "/statements/batch", body=b"\n".join(statements), headers=headers)

    def get(self, path: str, reader: Signer | None = None) -> Answer:
        """Fetch a path, signed by `reader` if there is one."""
        return self.http.request("GET", path, signing=Signing(reader) if reader else None)

    def statement(self, statement_id: str, reader: Signer | None = None) -> Answer:
        """Fetch a statement's bytes."""
        return self.get(f"/statements/{statement_id}", reader)

    def listings(self, **query: str | int) -> Answer:
        """Search the listings."""
        return self.http.request("GET", "/listings?" + urlencode(query, quote_via=quote))

    def events(self, reader: Signer | None = None, **query: str | int) -> Answer:
        """Fetch what the reader may see, in log order."""
        return self.get("/events?" + urlencode(query, quote_via=quote), reader)

    def log(self, path: str) -> Answer:
        """Fetch a resource of the log; `path` begins with "/checkpoint" or "/tile/"."""
        return self.http.request("GET", "/log" + path)

    def open_upload(self, ticket: bytes) -> Answer:
        """Show a signed, unregistered delivery as the ticket for an upload."""
        return self.http.request("POST", "/content", body=ticket, headers={"Content-Type": MEDIA_TYPE})

    def put(self, path: str, body: bytes, uploader: Signer) -> Answer:
        """Upload bytes under a ticket."""
        headers = {"Content-Type": OCTETS}
        return self.http.request("PUT", path, body=body, headers=headers, signing=Signing(uploader))

    def head(self, path: str, reader: Signer) -> Answer:
        """Ask how much of an upload is held."""
        return self.http.request("HEAD", path, signing=Signing(reader))

    def range(self, path: str, first: int, last: int, reader: Signer) -> Answer:
        """Fetch the bytes `first` to `last`, both included."""
        headers = {"Range": f"bytes={first}-{last}"}
        return self.http.request("GET", path, headers=headers, signing=Signing(reader))
