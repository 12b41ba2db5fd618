"""The log grows, is served as tiles, and never takes anything back."""

from __future__ import annotations

from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.oracle import statement, tree
from lading_conformance.oracle.note import Checkpoint
from lading_conformance.oracle.proof import ENTRY_BYTES, entry, parse_proof
from lading_conformance.oracle.tiles import WIDTH, Tiles, tile_path
from lading_conformance.steps import expect
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

NEWCOMERS = 3


def run(trial: Trial) -> None:
    """Take a checkpoint, register some newcomers, take another, and compare both with the tiles."""
    session = trial.session
    with trial.need("LAD-LOG-005", "a checkpoint of three lines, signed by the log key"):
        old = session.checkpoint()
    with trial.given("some registrations"):
        registered = [_register(trial) for _ in range(NEWCOMERS)]
    with trial.need("LAD-LOG-016", "the checkpoint afterwards covers all that was acknowledged"):
        new = session.checkpoint()
        least = max(old.size, *(registration.proof.checkpoint.size for _, registration in registered))
        if new.size < least:
            raise Failed(f"the checkpoint has size {new.size}; one of size {least} was given out before")
    tiles = session.tiles(new.size)
    _check_trees(trial, old, new, tiles)
    _check_entries(trial, tiles, registered)
    _check_served(trial, new, registered)


def _register(trial: Trial) -> tuple[bytes, Registration]:
    newcomer = trial.session.newcomer("history")
    jws = newcomer.sign(newcomer.introduction())
    return jws, expect.registered(trial.session, jws, trial.session.exchange.register(jws))


def _check_trees(trial: Trial, old: Checkpoint, new: Checkpoint, tiles: Tiles) -> None:
    with trial.check("LAD-LOG-003", "the tiles add up to the checkpoint's root"):
        if tiles.root() != new.root:
            raise Failed(f"the tiles of size {new.size} have another root than the checkpoint")
    with trial.check("LAD-LOG-007", "the earlier tree is a prefix of the later one"):
        path = tiles.consistency_path(old.size)
        tree.check_consistency(old.size, new.size, old.root, new.root, path)
    with trial.check("LAD-LOG-010", "the tiles of the earlier size are still served"):
        if trial.session.tiles(old.size).root() != old.root:
            raise Failed(f"the tiles of size {old.size} do not add up to the root published for it")


def _check_entries(trial: Trial, tiles: Tiles, registered: list[tuple[bytes, Registration]]) -> None:
    with trial.check("LAD-LOG-001", "each entry is the time and the digest that were acknowledged"):
        for jws, registration in registered:
            wanted = entry(registration.time, statement.digest(jws))
            if tiles.entry(registration.index) != wanted:
                raise Failed(f"entry {registration.index} is not the 40 bytes that the answer stands for")
            if tiles.leaf(registration.index) != tree.leaf_hash(wanted):
                raise Failed(f"the tile holds another leaf hash for entry {registration.index}")
    newest = range(max(0, tiles.size - WIDTH), tiles.size)
    entries = [tiles.entry(index) for index in newest]
    with trial.check("LAD-LOG-002", "times do not decrease among the newest entries"):
        if any(len(item) != ENTRY_BYTES for item in entries):
            raise Failed("an entry has not 40 bytes")
        times = [item[:8] for item in entries]
        if times != sorted(times):
            raise Failed("an entry has a lower time than the one before it")
    with trial.check("LAD-LOG-012", "no statement stands twice among the newest entries"):
        if len({item[8:] for item in entries}) != len(entries):
            raise Failed("two entries have the same digest")


def _check_served(trial: Trial, new: Checkpoint, registered: list[tuple[bytes, Registration]]) -> None:
    session = trial.session
    jws, registration = registered[0]
    with trial.check("LAD-LOG-011", "a tlog-proof file is served, and verifies with the statement alone"):
        answer = expect.status(session.exchange.get(f"/statements/{registration.id}/proof"), 200)
        text = expect.media_type(answer, "text/plain").text()
        time = expect.time_of(parse_proof(text))
        expect.proven(session, jws, registration.index, time, text)
    with trial.check("LAD-HTP-001", "a tile beyond the published tree is not found; tiles are octets"):
        expect.problem(session.exchange.log(tile_path(0, new.size + WIDTH, WIDTH)), "not-found")
        width = min(WIDTH, new.size)
        expect.media_type(expect.status(session.exchange.log(tile_path(0, 0, width)), 200), OCTETS)


CASE = Case(
    name="log_history",
    profile="log",
    story="A monitor takes a checkpoint, newcomers register, and the monitor takes another one. From the tiles alone "
    "it proves that the log only grew, and that it holds exactly what was acknowledged.",
    requirements=(
        "LAD-LOG-005",
        "LAD-LOG-016",
        "LAD-LOG-003",
        "LAD-LOG-007",
        "LAD-LOG-010",
        "LAD-LOG-001",
        "LAD-LOG-002",
        "LAD-LOG-012",
        "LAD-LOG-011",
        "LAD-HTP-001",
    ),
    run=run,
)
