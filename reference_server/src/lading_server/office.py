"""What an operator has the exchange say of itself and of its log, and whom it follows: erasures,
notarisations, its closing, its switches, its peers.

erase(Path("state"), statement, ground="unlawful")         # with the running exchange
notarise(Path("state"), "letter.pdf")                      # likewise
announce(Path("state"), "2027-06-30T00:00:00.000Z")        # while nobody serves it; so does `close`
"""

import hashlib
from pathlib import Path

from lading.errors import UsageProblem
from lading.register.erasing import told_of
from lading.statement.words import ID, Id
from lading_server import policyfile
from lading_server.operate import rotate, say
from lading_server.peering import add_peer, list_peers, remove_peer
from lading_server.state import StateDirectory
from lading_server.store import SqliteStore

__all__ = [
    "add_peer",
    "announce",
    "close",
    "erase",
    "list_peers",
    "notarise",
    "remove_peer",
    "switches",
]


def erase(
    directory: Path, statement: str, *, ground: str, legal_basis: str | None = None
) -> dict[str, object]:
    """Have the running exchange destroy the bytes of a statement; returns the registration of the erasure.

    What the statement changed is found by reading the log from its start, which takes as long as the log is. Raises
    `Refused` with the exchange's reason, or `Unreachable` where it does not answer.
    """
    state = StateDirectory(directory)
    state.check()
    store = SqliteStore(state.database)
    try:
        store.check()
        with store.read() as sight:
            told = told_of(sight, Id(statement))
    finally:
        store.close()
    basis = {} if legal_basis is None else {"legal_basis": legal_basis}
    return say(state, "erasure", {**told, "ground": ground, **basis})


def notarise(
    directory: Path,
    what: str,
    *,
    reader: str | None = None,
    text: str | None = None,
    media_type: str | None = None,
) -> dict[str, object]:
    """Have the running exchange say that it saw bytes: of a file, or with a digest; returns the registration.

    `reader` alone may read it, where one is named. Raises `UsageProblem` where the file cannot be read, `Refused` with
    the exchange's reason, or `Unreachable` where it does not answer.
    """
    digest = what if ID.fullmatch(what) else _digest(Path(what))
    optional = {"reader": reader, "text": text, "media_type": media_type}
    said = {name: value for name, value in optional.items() if value is not None}
    return say(StateDirectory(directory), "notarisation", {"digest": digest, **said}) | {"digest": digest}


def announce(directory: Path, closing_at: str) -> dict[str, str]:
    """Announce the closing of an exchange that nobody serves, 30 days ahead at least, or move it to later.

    That needs new keys: returns what `rotate` does, and raises what it does, with `Refused` where the moment is none.
    """
    return rotate(directory, {"closing_at": closing_at})


def close(directory: Path, successor: str | None = None) -> dict[str, str]:
    """End the log of an exchange whose closing has come, while nobody serves it; it can still be served to readers.

    Returns what `rotate` does, and raises what it does, with `Refused` where something sealed is still open.
    """
    return rotate(directory, {"closed": {} if successor is None else {"successor": successor}})


def switches(directory: Path, policy: Path) -> dict[str, str]:
    """Give an exchange that nobody serves the switches in a file in place of those that it has.

    That needs new keys: returns what `rotate` does, and raises what it does, with `UsageProblem` where the file cannot
    be read, or holds something else.
    """
    return rotate(directory, {"policy": policyfile.read(policy)})


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        hint = "Name a file, or a digest like sha256:4f0c…"
        raise UsageProblem(f"cannot read {path}: {error.strerror}", hint=hint) from None
