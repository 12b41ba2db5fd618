"""Whom this exchange follows: a small file in the state directory, written by the operator and read by the server.

peers = PeersFile(path)
peers.add(Peer(id, api, vkey, guests=True))      # a running server notices at its next poll
peers.read()                                     # in the order of their ids
"""

from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, ValidationError

from lading.errors import UsageProblem
from lading.keys import vkey
from lading.keys.vkey import LOG_KEY, VerifierKey
from lading.statement.words import Form, HttpUrl, Id, StatementId
from lading_server.durable import write_file
from lading_server.state import StateDamaged

MAX_PEERS: Final = 64
MAX_BYTES: Final = 64 * 1024


def _is_log_key(text: str) -> str:
    if vkey.parse(text).kind != LOG_KEY:
        raise ValueError("not the key of a log")
    return text


class Peer(Form):
    """An exchange that this one follows: its id, its API address, a key of its log, and whether its participants are
    admitted here.
    """

    id: StatementId
    api: HttpUrl
    vkey: Annotated[str, Field(max_length=300), AfterValidator(_is_log_key)]
    guests: bool = True

    @property
    def key(self) -> VerifierKey:
        """The log key that the operator gave."""
        return vkey.parse(self.vkey)

    @property
    def origin(self) -> str:
        """The origin of its log."""
        return self.key.name


class _Peers(Form):
    peers: Annotated[tuple[Peer, ...], Field(max_length=MAX_PEERS)]


class PeersFile:
    """The file; where there is none, nobody is followed. One operator writes at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Peer, ...]:
        """The peers in the order of their ids; `StateDamaged` where the file is not one that this server writes."""
        try:
            data = self._path.read_bytes()
            if len(data) > MAX_BYTES:
                raise ValueError("it is too large")
            found = _Peers.model_validate_json(data).peers
        except FileNotFoundError:
            return ()
        except (ValidationError, ValueError) as error:
            hint = "Delete it and add the peers again: lading exchange peer add."
            raise StateDamaged(f"{self._path} cannot be read: {str(error)[:300]}", hint=hint) from None
        return tuple(sorted(found, key=lambda peer: peer.id))

    def add(self, peer: Peer) -> None:
        """Follow one more, durably. Raises `UsageProblem` where it is followed already, or too many are."""
        before = self.read()
        if any(other.id == peer.id for other in before):
            hint = "To change what is said of it, remove it first: lading exchange peer remove."
            raise UsageProblem(f"{peer.id} is followed already", hint=hint)
        if len(before) >= MAX_PEERS:
            raise UsageProblem(f"{MAX_PEERS} peers are followed already", hint="Remove one first.")
        self._write((*before, peer))

    def remove(self, key: Id) -> Peer:
        """Follow it no more, durably; what was said of it. Raises `UsageProblem` where it is not followed."""
        before = self.read()
        gone = next((peer for peer in before if peer.id == key), None)
        if gone is None:
            raise UsageProblem(f"{key} is not followed", hint="Who is: lading exchange peer list.")
        self._write(tuple(peer for peer in before if peer.id != key))
        return gone

    def _write(self, peers: tuple[Peer, ...]) -> None:
        ordered = tuple(sorted(peers, key=lambda peer: peer.id))
        write_file(self._path, _Peers(peers=ordered).model_dump_json(indent=1).encode() + b"\n")
