"""Tiles never change, and a reader of the log never sees a state in between."""

from __future__ import annotations

import hashlib
from typing import Final

from lading_conformance.cases.statement.http import same_head
from lading_conformance.drivers.answers import object_of, text_of
from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.drivers.http import together
from lading_conformance.oracle import tree
from lading_conformance.oracle.note import Checkpoint, parse_vkey
from lading_conformance.oracle.proof import ENTRY_BYTES
from lading_conformance.oracle.tiles import HASH, WIDTH, Tiles, bundle_path, tile_path
from lading_conformance.steps import expect
from lading_conformance.steps.deals import say
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import OVER, Blocked, Failed
from lading_conformance.trial.session import Session

MALFORMED: Final = (
    "/tile/0/1",
    "/tile/0/0000",
    "/tile/00/000",
    "/tile/-1/000",
    "/tile/64/000",
    "/tile/0/x000/000",
    "/tile/0/000.p/0",
    "/tile/0/000.p/256",
    "/tile/0/000.p/01",
    "/tile/0/000.p/-1",
    "/tile/entries/0",
    "/tile/entries/000.p/256",
    "/tile/data/000",
)
WRITES: Final = 12


def run(trial: Trial) -> None:
    """Read the tiles of some published sizes, while the log grows, and once more when it has grown."""
    session = trial.session
    _keys(trial)
    with trial.given("a log with some entries"):
        published = [_register(session) for _ in range(3)]
    _paths(trial, published[-1].size)
    with trial.need("LAD-LOG-010", "the tiles of each size that was published add up to its root"):
        before = [_read(session, checkpoint) for checkpoint in published]
    _while_it_grows(trial)
    with trial.check("LAD-LOG-010", "and after the log has grown: the same tiles, byte by byte"):
        if [_read(session, checkpoint) for checkpoint in published] != before:
            raise Failed("a tile of a published size has changed")


def _register(session: Session) -> Checkpoint:
    newcomer = session.newcomer("an entry")
    return say(session, newcomer.sign(newcomer.introduction())).proof.checkpoint


def _read(session: Session, checkpoint: Checkpoint) -> dict[str, bytes]:
    """Return the tiles and the bundle at the right edge of a published tree; fail where they do not give its root."""
    found: dict[str, bytes] = {}

    def fetch(path: str) -> bytes:
        answer = session.exchange.log(path)
        if answer.status == 404:
            answer = session.exchange.log(path.partition(".p/")[0])
        found[path] = expect.status(answer, 200).body
        return found[path]

    tiles = Tiles(checkpoint.size, fetch)
    if tiles.root() != checkpoint.root:
        raise Failed(
            f"the tiles of size {checkpoint.size} have another root than the checkpoint of that size"
        )
    newest = tiles.entry(checkpoint.size - 1)
    if tiles.leaf(checkpoint.size - 1) != tree.leaf_hash(newest):
        raise Failed(f"the newest entry of size {checkpoint.size} is not the one of its leaf")
    return {path: _cut(path, data) for path, data in found.items()}


def _cut(path: str, data: bytes) -> bytes:
    """What a partial path stands for of a tile that may have become full meanwhile."""
    _, partial, width = path.partition(".p/")
    entry = HASH if "/entries/" not in path else 2 + ENTRY_BYTES
    return data[: int(width) * entry] if partial else data


def _while_it_grows(trial: Trial) -> None:
    session = trial.session

    def write() -> list[bytes]:
        newcomers = [session.newcomer("meanwhile") for _ in range(WRITES)]
        statements = [newcomer.sign(newcomer.introduction()) for newcomer in newcomers]
        for jws in statements:
            expect.registered(session, jws, session.exchange.register(jws))
        return statements

    def read() -> list[bytes]:
        last = first
        while last.size < first.size + WRITES:
            if session.is_over():
                raise Blocked(OVER)
            checkpoint = session.checkpoint()
            _follows(checkpoint, last)
            if checkpoint.size > last.size:
                _read(session, checkpoint)
            last = checkpoint
        return []

    with trial.given("a checkpoint before it grows"):
        first = session.checkpoint()
    with trial.check(
        "LAD-LOG-016", "while it grows every checkpoint covers the last, and its tiles give its root"
    ):
        together((write, read))


def _follows(checkpoint: Checkpoint, last: Checkpoint) -> None:
    """Fail unless a checkpoint is of a larger size than the last one, or is the same."""
    if checkpoint.size < last.size:
        raise Failed(f"a checkpoint of size {checkpoint.size} after one of size {last.size}")
    if checkpoint.size == last.size and checkpoint.root != last.root:
        raise Failed(f"two checkpoints of size {last.size} have different roots")


def _keys(trial: Trial) -> None:
    session = trial.session
    with trial.check("LAD-LOG-017", "the key id in the verifier key, and in the checkpoint's signature"):
        members = expect.status(session.exchange.well_known(), 200).members()
        vkey = text_of(object_of(members, "log"), "vkey")
        key = parse_vkey(vkey)
        wanted = hashlib.sha256(f"{key.name}\n".encode() + b"\x01" + key.public).digest()[:4]
        if vkey.split("+")[1] != wanted.hex():
            raise Failed(f"the verifier key has the id {vkey.split('+')[1]}, its key gives {wanted.hex()}")


def _paths(trial: Trial, size: int) -> None:
    session = trial.session
    for path in MALFORMED:
        with trial.check("LAD-HTP-004", f"GET /log{path}, which is no tile's path: bad-request or not-found"):
            answer = session.exchange.log(path)
            expect.problem(answer, "not-found" if answer.status == 404 else "bad-request")
    edge = (0, (size - 1) // WIDTH, (size - 1) % WIDTH + 1)
    _other_spellings(trial, edge)
    last, width = divmod(size, WIDTH)
    absent = {
        "beyond the tree": bundle_path(last + 900, 1),
        "of a level that the tree does not have": tile_path(5, 0, 1),
    }
    if session.subject.quiet:  # others may make the tree as wide as that meanwhile
        edge_of_the_next = (last, width + 1) if width < WIDTH - 1 else (last + 1, 1)
        absent["wider than the tree"] = tile_path(0, *edge_of_the_next)
    for what, path in absent.items():
        with trial.check("LAD-LOG-010", f"a tile {what}: not-found"):
            expect.problem(session.exchange.log(path), "not-found")
    served = {
        "/log/checkpoint": "text/plain; charset=utf-8",
        f"/log{tile_path(*edge)}": OCTETS,
        f"/log{bundle_path(*edge[1:])}": OCTETS,
    }
    for path, media_type in served.items():
        with trial.check("LAD-HTP-001", f"{path.split('.')[0]}: its media type, and HEAD like GET"):
            answer = expect.status(session.exchange.get(path), 200)
            if answer.header("content-type") != media_type:
                raise Failed(f"the media type is {answer.header('content-type')!r}, not {media_type!r}")
            same_head(session, path)


def _other_spellings(trial: Trial, edge: tuple[int, int, int]) -> None:
    """Ask for a tile and a bundle that are there, by the right number with zeros before it."""
    there = {"/tile/0/": tile_path(*edge), "/tile/entries/": bundle_path(*edge[1:])}
    for folder, path in there.items():
        for zeros in ("x000/", "x000/x000/"):
            what = f"what is there at GET /log{folder}<N>, with N written {zeros}<N>"
            with trial.check("LAD-HTP-004", f"{what}: bad-request"):
                answer = trial.session.exchange.log(path.replace(folder, folder + zeros, 1))
                expect.problem(answer, "bad-request")


CASE = Case(
    name="log_tiles",
    profile="log",
    story="A monitor reads the log while others write to it. Every checkpoint that it gets has its tiles, which never "
    "change afterwards; paths that are no tile's, and tiles that are not there yet, are refused.",
    requirements=(
        "LAD-LOG-017",
        "LAD-HTP-004",
        "LAD-LOG-010",
        "LAD-HTP-001",
        "LAD-LOG-016",
    ),
    run=run,
)
