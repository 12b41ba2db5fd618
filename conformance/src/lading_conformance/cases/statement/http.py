"""Requests are well-formed, in one spelling, and refused in one form."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from lading_conformance.drivers import raw
from lading_conformance.drivers.answers import Answer, NoAnswer, object_of, objects_of, text_of
from lading_conformance.drivers.http import Http, Signing
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement
from lading_conformance.oracle.http_signature import content_digest
from lading_conformance.oracle.statement import MEDIA_TYPE
from lading_conformance.steps import expect, listed, wire
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

BATCH: Final = "application/lading-batch"
ID: Final = "sha256:" + 64 * "a"
LOOPBACK: Final = ("127.", "localhost", "::1")


@dataclass(frozen=True)
class Bad:
    """A request that is refused."""

    what: str
    code: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


FORMS: Final = (
    Bad("an id without its prefix", "bad-request", "GET", f"/statements/{ID[7:]}"),
    Bad("an id in upper case", "bad-request", "GET", f"/statements/sha256:{64 * 'A'}"),
    Bad("an id of 63 digits", "bad-request", "GET", f"/statements/{ID[:-1]}"),
    Bad("an id of 65 digits", "bad-request", "GET", f"/statements/{ID}a"),
    Bad("another algorithm's id", "bad-request", "GET", f"/statements/sha512:{64 * 'a'}"),
    Bad("percent-encoding of the colon", "bad-request", "GET", f"/statements/{ID.replace(':', '%3A')}"),
    Bad("percent-encoding of a digit", "bad-request", "GET", f"/statements/{ID[:-1]}%61"),
    Bad("a parameter where there is none", "bad-request", "GET", f"/statements/{ID}?x=1"),
    Bad("a parameter of a resource that has none", "bad-request", "GET", "/.well-known/lading?full=1"),
    Bad("a read with a body", "bad-request", "GET", f"/statements/{ID}", {}, b"{}"),
)
METHODS: Final = (
    ("DELETE", "/statements"),
    ("PUT", "/statements"),
    ("PATCH", "/statements"),
    ("GET", "/statements"),
    ("OPTIONS", "/statements"),
    ("GET", "/statements/batch"),
    ("DELETE", f"/statements/{ID}"),
    ("PUT", f"/statements/{ID}/proof"),
    ("DELETE", f"/statements/{ID}/evidence"),
    ("DELETE", "/.well-known/lading"),
)
ABSENT: Final = (
    "/",
    "/nothing",
    "/statements/",
    "//statements",
    f"/statements/{ID}/",
    f"/statements/{ID}/receipt",
)


def run(trial: Trial) -> None:
    """Send a newcomer's statement in every wrong way, and then in the right one."""
    session = trial.session
    newcomer = session.newcomer("by the book")
    jws = newcomer.sign(newcomer.introduction())
    session.checkpoint_size()
    _forms(trial)
    _methods(trial)
    _media_types(trial, jws)
    _digests(trial, jws)
    _problems(trial)
    _registered(trial, jws)
    _signatures(trial, newcomer.registered(jws))
    _heads(trial, statement.statement_id(jws))
    _plain(trial)


def _forms(trial: Trial) -> None:
    session = trial.session
    for bad in FORMS:
        with trial.check("LAD-HTP-004", f"{bad.what}: {bad.code}"):
            expect.problem(_sent(session, bad), bad.code)
    for path in ABSENT:
        with trial.check("LAD-HTP-001", f"GET {path}, which is no path of an exchange: not-found"):
            expect.problem(session.exchange.get(path), "not-found")


def _sent(session: Session, bad: Bad) -> Answer:
    return session.exchange.http.request(bad.method, bad.path, body=bad.body, headers=bad.headers)


def _methods(trial: Trial) -> None:
    for method, path in METHODS:
        with trial.check("LAD-HTP-012", f"{method} {path.replace(ID, '{id}')}: method-not-allowed"):
            answer = trial.session.exchange.http.request(method, path)
            expect.problem(answer, "method-not-allowed")


def _media_types(trial: Trial, jws: bytes) -> None:
    session = trial.session
    request = session.exchange.http.request
    wrong: tuple[tuple[str, dict[str, str]], ...] = (
        ("no media type", {}),
        ("JSON", {"Content-Type": "application/json"}),
        ("JOSE", {"Content-Type": "application/jose"}),
        ("the media type of batches", {"Content-Type": BATCH}),
        ("the right media type with a parameter", {"Content-Type": f"{MEDIA_TYPE}; charset=utf-8"}),
        ("a form", {"Content-Type": "application/x-www-form-urlencoded"}),
    )
    for what, headers in wrong:
        with trial.check("LAD-HTP-003", f"a statement sent as {what}: wrong-media-type, nothing stored"):
            expect.problem(request("POST", "/statements", body=jws, headers=headers), "wrong-media-type")
            expect.not_stored(session, jws)
    with trial.check("LAD-HTP-003", "a batch sent as a statement: wrong-media-type, nothing stored"):
        answer = request("POST", "/statements/batch", body=jws, headers={"Content-Type": MEDIA_TYPE})
        expect.problem(answer, "wrong-media-type")
        expect.not_stored(session, jws)


def _digests(trial: Trial, jws: bytes) -> None:
    session = trial.session
    right = content_digest(jws)
    wrong = {
        "of another body": ("LAD-HTP-014", content_digest(jws + b"\n")),
        "of no bytes": ("LAD-HTP-014", content_digest(b"")),
        "by another algorithm": ("LAD-HTP-022", right.replace("sha-256", "sha-512")),
        "without padding": ("LAD-HTP-022", right.replace("=:", ":")),
        "without colons": ("LAD-HTP-022", right.replace(":", "")),
        "and a second digest": ("LAD-HTP-022", f"{right}, {right}"),
        "that is empty": ("LAD-HTP-022", ""),
    }
    for what, (requirement, digest) in wrong.items():
        with trial.check(
            requirement, f"a statement with a Content-Digest {what}: bad-digest, nothing stored"
        ):
            headers = {"Content-Type": MEDIA_TYPE, "Content-Digest": digest}
            answer = session.exchange.http.request("POST", "/statements", body=jws, headers=headers)
            expect.problem(answer, "bad-digest")
            expect.not_stored(session, jws)


def _problems(trial: Trial) -> None:
    session = trial.session
    with trial.check("LAD-HTP-017", "a refused read: the members of a problem, and the phrase of its status"):
        _whole_problem(session.exchange.get(f"/statements/{ID}"), None)
    newcomer = session.newcomer("of no country")
    with trial.check("LAD-HTP-017", "a refused statement: `pointer` names the member at fault"):
        jws = newcomer.sign(newcomer.introduction(jurisdiction="XQ"))
        _whole_problem(session.exchange.register(jws), "/jurisdiction")
    with trial.check("LAD-HTP-017", "a refused statement of a batch: a problem like any other"):
        answer = expect.status(session.exchange.register_batch([jws]), 200)
        (result,) = objects_of(answer.members(), "results")
        expect.problem_members(object_of(result, "problem"), "bad-member")


def _whole_problem(answer: Answer, pointer: str | None) -> None:
    if answer.header("content-type") != expect.PROBLEM:
        raise Failed(f"the media type is {answer.header('content-type')!r}, not {expect.PROBLEM}")
    members = answer.members()
    expect.problem_members(members, text_of(members, "code"))
    if members["title"] != HTTPStatus(answer.status).phrase:
        raise Failed(f"`title` is {members['title']!r}, not the phrase of {answer.status}")
    if not text_of(members, "detail").strip():
        raise Failed("`detail` says nothing")
    if members.get("pointer") != pointer:
        raise Failed(f"`pointer` is {members.get('pointer')!r} instead of {pointer!r}")


def _registered(trial: Trial, jws: bytes) -> None:
    session = trial.session
    with trial.need("LAD-HTP-025", "the same bytes in the right way: 201 with id, index, time and proof"):
        headers = {"Content-Type": MEDIA_TYPE, "Content-Digest": content_digest(jws)}
        answer = session.exchange.http.request("POST", "/statements", body=jws, headers=headers)
        first = expect.registered(session, jws, answer)
    with trial.check("LAD-HTP-025", "and once more: 200, no second 201"):
        again = expect.registered(session, jws, session.exchange.register(jws), 200)
        if (again.index, again.time) != (first.index, first.time):
            raise Failed(f"index {again.index}, time {again.time} instead of {first.index}, {first.time}")
    with trial.check("LAD-HTP-025", "and once more, in chunks: a body like any other"):
        fields = (f"Content-Type: {MEDIA_TYPE}", "Transfer-Encoding: chunked")
        data = wire.head(session, "POST", "/statements", *fields) + wire.chunked(jws[:9], jws[9:10], jws[10:])
        expect.registered(session, jws, raw.send(session.exchange.http, data).answer, 200)


def _signatures(trial: Trial, party: Party) -> None:
    """What needs no signature is refused with a wrong one; with the right one it is answered."""
    session = trial.session
    request, path = session.exchange.http.request, f"/statements/{party.id}"
    with trial.check("LAD-HTP-007", "a read that is signed over what it has to list: answered"):
        expect.status(session.exchange.get(path, party.signer), 200)
    for what, fields in listed.otherwise(session, "GET", path, None, party.signer):
        with trial.check("LAD-HTP-007", f"a read with {what}: bad-request-signature"):
            expect.problem(request("GET", path, headers=fields), "bad-request-signature")
    later = session.newcomer("sent by another")
    jws = later.sign(later.introduction())
    for what, fields in listed.otherwise(session, "POST", "/statements", jws, party.signer):
        with trial.check("LAD-HTP-007", f"a statement with {what}: bad-request-signature, nothing stored"):
            headers = {"Content-Type": MEDIA_TYPE, **fields}
            answer = request("POST", "/statements", body=jws, headers=headers)
            expect.problem(answer, "bad-request-signature")
            expect.not_stored(session, jws)
    with trial.check("LAD-HTP-007", "it is signed over what it has to list: registered"):
        headers, signing = {"Content-Type": MEDIA_TYPE}, Signing(party.signer)
        answer = request("POST", "/statements", body=jws, headers=headers, signing=signing)
        expect.registered(session, jws, answer)


def _heads(trial: Trial, own: str) -> None:
    session = trial.session
    for path in (
        "/.well-known/lading",
        f"/statements/{own}",
        f"/statements/{own}/proof",
        f"/statements/{ID}",
    ):
        with trial.check("LAD-HTP-001", f"HEAD {path.replace(own, '{id}')}: like GET, without the body"):
            same_head(session, path)


def same_head(session: Session, path: str) -> None:
    """Fail unless HEAD answers status and headers of GET. A length may be left out, and a proof may have grown."""
    full, bare = (session.exchange.http.request(method, path) for method in ("GET", "HEAD"))
    if bare.status != full.status:
        raise Failed(f"HEAD answers {bare.status}, GET {full.status}")
    if bare.body:
        raise Failed("the answer to HEAD has a body")
    left_out = {*expect.VARYING, "content-length", "transfer-encoding"}
    heads = [sorted(pair for pair in answer.headers if pair[0] not in left_out) for answer in (full, bare)]
    if heads[0] != heads[1]:
        differing = {name for name, _ in set(heads[0]) ^ set(heads[1])}
        raise Failed(f"HEAD and GET differ in the headers {', '.join(sorted(differing))}")


def _plain(trial: Trial) -> None:
    http = trial.session.exchange.http
    parts = urlsplit(http.base)
    with trial.check("LAD-HTP-032", "plain HTTP reaches it at a loopback address or not at all"):
        if parts.scheme == "https":
            _no_plain_answer(trial.session, f"http://{parts.netloc}{parts.path}")
        elif not (parts.hostname or "").startswith(LOOPBACK):
            raise Failed(f"it is reached at {http.base}")


def _no_plain_answer(session: Session, address: str) -> None:
    """Fail if what is reached by HTTPS answers plain HTTP with anything but a refusal or a redirect."""
    plain = Http(address, session.exchange.http.bounds)
    try:
        heard = raw.send(plain, wire.head(session, "GET", wire.PROBE))
    except NoAnswer:
        return
    if heard.answer.status < 300:
        raise Failed(f"plain HTTP is answered with status {heard.answer.status}")


CASE = Case(
    name="statement_http",
    profile="statement",
    story="A newcomer's program is sloppy: it asks at wrong paths, with wrong methods and media types, a digest of "
    "other bytes, and signatures that do not list what they have to cover. Each request is refused in the one form of "
    "refusals, and leaves no trace. Sent by the book, the same bytes are registered.",
    requirements=(
        "LAD-HTP-004",
        "LAD-HTP-001",
        "LAD-HTP-012",
        "LAD-HTP-003",
        "LAD-HTP-014",
        "LAD-HTP-022",
        "LAD-HTP-017",
        "LAD-HTP-025",
        "LAD-HTP-007",
        "LAD-HTP-032",
    ),
    run=run,
)
