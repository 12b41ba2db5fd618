"""The exchange's own words agree with each other and with its log."""

from __future__ import annotations

from lading_conformance.drivers.answers import integer_of, object_of, objects_of, text_of
from lading_conformance.drivers.subject import PROFILES
from lading_conformance.oracle import statement, tree
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.note import parse_vkey
from lading_conformance.oracle.statement import Statement
from lading_conformance.steps import expect
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

Members = dict[str, Json]


def run(trial: Trial) -> None:
    """Read the well-known document, the exchange's first and latest statement, and its checkpoint."""
    with trial.need("LAD-HTP-024", "/.well-known/lading holds what it has to hold"):
        answer = expect.status(trial.session.exchange.well_known(), 200)
        members = expect.media_type(answer, expect.JSON).members()
        _check_members(trial, members)
    first = _check_first(trial, members)
    _check_head(trial, members, first)
    _check_log(trial, members)


def _check_members(trial: Trial, members: Members) -> None:
    for name in ("id", "statement", "head", "api"):
        text_of(members, name)
    log = object_of(members, "log")
    text_of(log, "origin")
    text_of(log, "vkey")
    for name in ("statement_bytes", "batch_statements", "content_bytes", "upload_bytes"):
        integer_of(object_of(members, "limits"), name)
    profiles = members.get("profiles")
    missing = [name for name in _claimed(trial) if not isinstance(profiles, list) or name not in profiles]
    if missing:
        raise Failed(f"`profiles` is {profiles!r} and lacks what the subject claims: {', '.join(missing)}")
    base = trial.session.exchange.http.base
    if text_of(members, "api") != base:
        raise Failed(f"`api` is {members['api']!r}, and the suite reached it at {base!r}")


def _claimed(trial: Trial) -> tuple[str, ...]:
    return tuple(name for name in PROFILES if name in trial.session.subject.capabilities)


def _check_first(trial: Trial, members: Members) -> Statement:
    with trial.need("LAD-PAR-006", "the exchange's id is the id of its first statement"):
        first = statement.parse(text_of(members, "statement").encode("utf-8"))
        if first.id != members["id"]:
            raise Failed(f"`id` is {members['id']!r}, the statement's is {first.id!r}")
    with trial.need("LAD-PAR-002", "its first statement is signed by a key that it lists"):
        expect.signed(first, first)
    with trial.check("LAD-PAR-005", "its first statement makes it an exchange, at home in no other"):
        if first.payload.get("kind") != "exchange" or {"home", "issuer", "under"} & set(first.payload):
            raise Failed("`kind` is not exchange, or `home`, `issuer` or `under` stands there")
        object_of(first.payload, "exchange")
    return first


def _check_head(trial: Trial, members: Members, first: Statement) -> None:
    with trial.need(
        "LAD-PAR-002", "its latest statement is the first, or a successor signed by a key it lists"
    ):
        head = statement.parse(text_of(members, "head").encode("utf-8"))
        if head.jws != first.jws and head.payload.get("issuer") != first.id:
            raise Failed("`head` is neither the first statement nor one of the same issuer")
        expect.signed(head, head)
    with trial.check("LAD-HTP-024", "the log key in force is one that its latest statement lists"):
        own, said = object_of(object_of(head.payload, "exchange"), "log"), object_of(members, "log")
        listed = [text_of(key, "vkey") for key in objects_of(own, "keys")]
        if said["vkey"] not in listed or said["origin"] != own.get("origin"):
            raise Failed("`log` is not what the exchange's statement says")
        if parse_vkey(text_of(said, "vkey")).name != said["origin"]:
            raise Failed("the name in the vkey is not the log's origin")


def _check_log(trial: Trial, members: Members) -> None:
    session = trial.session
    with trial.need("LAD-LOG-006", "the checkpoint is signed by the log key"):
        answer = expect.status(session.exchange.log("/checkpoint"), 200)
        checkpoint = session.checkpoint()
        expect.media_type(answer, "text/plain")
    with trial.check("LAD-LOG-004", "entry 0 is the exchange's first statement"):
        digest = statement.digest(text_of(members, "statement").encode("utf-8"))
        tiles = session.tiles(checkpoint.size)
        if checkpoint.size == 0 or tiles.entry(0)[8:] != digest:
            raise Failed("entry 0 is another statement, or the log is empty")
        path = tiles.inclusion_path(0)
        tree.check_inclusion(0, checkpoint.size, tree.leaf_hash(tiles.entry(0)), path, checkpoint.root)


CASE = Case(
    name="log_exchange",
    profile="log",
    story="A newcomer asks the exchange who it is, and checks the answer against the exchange's own signed statement, "
    "against entry 0 of its log, and against a checkpoint that the log key signed.",
    requirements=(
        "LAD-HTP-024",
        "LAD-PAR-006",
        "LAD-PAR-002",
        "LAD-PAR-005",
        "LAD-LOG-006",
        "LAD-LOG-004",
    ),
    run=run,
)
