"""A signed request is good for one thing, once, at one place and time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from lading_conformance.drivers import raw
from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.drivers.http import Signing
from lading_conformance.drivers.party import Party
from lading_conformance.oracle.http_signature import Signer, Target, content_digest
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.steps import deals, expect, wire
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

Fields = dict[str, str]
EDGE: Final = 60
"""How far `created` may lie from the exchange's clock, in seconds."""
MARGIN: Final = 15
"""How far from that the suite stays, for the way there and the clocks."""


def run(trial: Trial) -> None:
    """Sign a read of one's own statement in every wrong way, and look at an upload with an altered body."""
    session = trial.session
    with trial.given("a participant, a party to nothing, that replaced its keys"):
        before = session.introduced("asks")
        party, jws = before.succeeded(SealKey.generate())
        deals.say(session, jws)
    _forms(trial, party)
    _altered(trial, party)
    _times(trial, party)
    _nonces(trial, party, session.stranger)
    _keys(trial, before, party)
    _where_none_is_needed(trial, party)
    _bodies(trial, party)


def _path(party: Party) -> str:
    return f"/statements/{party.head}"


def _ask(session: Session, party: Party, fields: Fields, path: str | None = None) -> Answer:
    return session.exchange.http.request("GET", path or _path(party), headers=fields)


def _signed(session: Session, party: Party, path: str | None = None) -> Fields:
    return session.exchange.http.signed_headers("GET", path or _path(party), None, Signing(party.signer))


def _input(old: str, new: str) -> Callable[[Fields], Fields]:
    """The fields with one change in `Signature-Input`."""
    return lambda fields: {**fields, "Signature-Input": fields["Signature-Input"].replace(old, new, 1)}


def _signature(old: str, new: str) -> Callable[[Fields], Fields]:
    return lambda fields: {**fields, "Signature": fields["Signature"].replace(old, new, 1)}


def _left_out(name: str) -> Callable[[Fields], Fields]:
    return lambda fields: {key: value for key, value in fields.items() if key != name}


ALTERED: Final[Mapping[str, Callable[[Fields], Fields]]] = {
    "another label": lambda fields: {
        name: value.replace("lading=", "sig1=", 1) for name, value in fields.items()
    },
    "a component left out": _input(' "@query"', ""),
    "components in another order": _input('"@method" "@authority"', '"@authority" "@method"'),
    "a component more": _input('"@query"', '"@query" "host"'),
    "a component twice": _input('"@query"', '"@query" "@query"'),
    "a parameter more": _input(';tag="lading"', ';tag="lading";expires=9999999999'),
    "an `alg`": _input(';tag="lading"', ';alg="ed25519";tag="lading"'),
    "no tag": _input(';tag="lading"', ""),
    "another tag": _input('tag="lading"', 'tag="trading"'),
    "a space between parameters": _input(";nonce", "; nonce"),
    "`created` with a leading zero": _input("created=", "created=0"),
    "`created` as a text": _input("created=1", 'created="1'),
    "a short nonce": _input('nonce="', 'nonce="AAAA'),
    "a key id without a key": lambda fields: {
        **fields,
        "Signature-Input": fields["Signature-Input"].partition("#")[0] + '";tag="lading"',
    },
    "a signature without padding": _signature("==:", ":"),
    "a signature that is too short": _signature("lading=:", "lading=:AAAA"),
    "`Signature` alone": _left_out("Signature-Input"),
    "`Signature-Input` alone": _left_out("Signature"),
    "a second signature beside it": lambda fields: {
        name: f"{value}, {value.replace('lading=', 'other=', 1)}" for name, value in fields.items()
    },
}
"""Signature fields in another form than the one of LAD-HTP-020, each with a change in one place."""


def _forms(trial: Trial, party: Party) -> None:
    session = trial.session
    with trial.need("LAD-HTP-020", "the one form: answered"):
        expect.status(_ask(session, party, _signed(session, party)), 200)
    for what, change in ALTERED.items():
        with trial.check("LAD-HTP-020", f"{what}: bad-request-signature"):
            expect.problem(_ask(session, party, change(_signed(session, party))), "bad-request-signature")
    for name in ("Signature", "Signature-Input"):
        with trial.check("LAD-HTP-020", f"the field {name} twice: bad-request"):
            fields = [f"{key}: {value}" for key, value in _signed(session, party).items()]
            doubled = [*fields, next(field for field in fields if field.startswith(f"{name}:"))]
            data = wire.head(session, "GET", _path(party), *doubled)
            expect.problem(raw.send(session.exchange.http, data).answer, "bad-request")


def _altered(trial: Trial, party: Party) -> None:
    """Use a good signature for another request than the one that was signed."""
    session = trial.session
    path = _path(party)
    other = {
        "another path": ("GET", f"{path}/proof", "GET", path),
        "another query": ("GET", "/events?limit=2", "GET", "/events?limit=1"),
        "no query": ("GET", "/events", "GET", "/events?limit=1"),
        "another method": ("GET", path, "HEAD", path),
    }
    for what, (method, asked, signed_method, signed_path) in other.items():
        with trial.check("LAD-HTP-021", f"a signature over a request with {what}: bad-request-signature"):
            http = session.exchange.http
            fields = http.signed_headers(signed_method, signed_path, None, Signing(party.signer))
            expect.problem(http.request(method, asked, headers=fields), "bad-request-signature")
    with trial.check("LAD-HTP-021", "HEAD, signed as HEAD: answered"):
        expect.status(session.exchange.head(path, party.signer), 200)
    with trial.check("LAD-HTP-021", "a query in percent-encoding, signed as it was sent: answered"):
        expect.status(session.exchange.get("/events?limit=%31", party.signer), 200)
    _elsewhere(trial, party)


def _elsewhere(trial: Trial, party: Party) -> None:
    session = trial.session
    http = session.exchange.http
    target = Target("GET", "other.example", http.base_path + _path(party))
    signing = Signing(party.signer)
    fields = signing.signer.headers(target, None, signing.created, signing.nonce)
    with trial.check("LAD-HTP-011", "signed for another host, and sent as to that host: wrong-authority"):
        expect.problem(_ask(session, party, {**fields, "Host": target.authority}), "wrong-authority")
    with trial.check(
        "LAD-HTP-021", "signed for another host, and sent as to this one: bad-request-signature"
    ):
        expect.problem(_ask(session, party, fields), "bad-request-signature")


def _times(trial: Trial, party: Party) -> None:
    session = trial.session
    ahead = session.clock_skew() // 1_000
    for what, moved, fresh in (
        ("long ago", -EDGE - MARGIN, False),
        ("almost a minute ahead", EDGE - MARGIN, True),
        ("more than a minute ahead", EDGE + MARGIN, False),
    ):
        signing = Signing(party.signer)
        moved_by = replace(signing, created=signing.created + ahead + moved)
        with trial.check("LAD-HTP-008", f"created {what}: {'answered' if fresh else 'request-expired'}"):
            answer = session.exchange.http.request("GET", _path(party), signing=moved_by)
            expect.status(answer, 200) if fresh else expect.problem(answer, "request-expired")
    _remembered(trial, party, ahead)


def _remembered(trial: Trial, party: Party, ahead: int) -> None:
    """A request from almost a minute ago is answered once, unless the exchange has started since: then never."""
    session = trial.session
    signing = Signing(party.signer)
    old = replace(signing, created=signing.created + ahead - EDGE + MARGIN)
    with trial.check("LAD-HTP-008", "created almost a minute ago: answered, or older than what it remembers"):
        answer = session.exchange.http.request("GET", _path(party), signing=old)
        if answer.status != 200:
            expect.problem(answer, "request-expired")


def _nonces(trial: Trial, party: Party, other: Party) -> None:
    session = trial.session
    used = Signing(party.signer)
    http = session.exchange.http
    with trial.need("LAD-HTP-009", "a nonce that was never used: answered"):
        expect.status(http.request("GET", _path(party), signing=used), 200)
    again = {
        "in the same request": ("GET", _path(party), used),
        "in a request for something else": ("GET", f"{_path(party)}/proof", used),
        "in one that is signed a second later": (
            "GET",
            _path(party),
            replace(used, created=used.created + 1),
        ),
    }
    for what, (method, path, signing) in again.items():
        with trial.check("LAD-HTP-009", f"the nonce once more, {what}: nonce-used"):
            expect.problem(http.request(method, path, signing=signing), "nonce-used")
    with trial.check("LAD-HTP-009", "the same nonce by another participant: answered"):
        expect.status(http.request("GET", _path(other), signing=Signing(other.signer, nonce=used.nonce)), 200)
    with trial.check("LAD-HTP-009", "a nonce of a request that was refused for its signature: still unused"):
        spared = Signing(party.signer)
        forged = Signing(Signer(party.id, other.key), nonce=spared.nonce)
        expect.problem(http.request("GET", _path(party), signing=forged), "bad-request-signature")
        expect.status(http.request("GET", _path(party), signing=spared), 200)


def _keys(trial: Trial, before: Party, party: Party) -> None:
    session = trial.session
    head = _path(party)
    nobody = session.newcomer("unknown").registered(b"")
    wrong = {
        "a key that was replaced": before.signer,
        "a key that is only promised in `next`": Signer(party.id, party.successor),
        "another participant's key under its own thumbprint": Signer(party.id, session.stranger.key),
        "a participant that is not registered": Signer("sha256:" + 64 * "b", nobody.key),
        "the id of a later statement of the chain": Signer(party.head, party.key),
    }
    for what, signer in wrong.items():
        with trial.check("LAD-HTP-007", f"signed with {what}: bad-request-signature"):
            expect.problem(session.exchange.get(head, signer), "bad-request-signature")
    with trial.check(
        "LAD-HTP-007", "signed with a key that may sign receipts only, which binds statements: answered"
    ):
        expect.status(session.exchange.get(head, Signer(party.id, party.clerk)), 200)


def _where_none_is_needed(trial: Trial, party: Party) -> None:
    session = trial.session
    nonsense = {"Signature": "lading=:AAAA:", "Signature-Input": "lading=()"}
    for path in ("/.well-known/lading", "/log/checkpoint", "/events?limit=1"):
        with trial.check("LAD-HTP-007", f"nonsense as a signature on GET {path}: bad-request-signature"):
            expect.problem(
                session.exchange.http.request("GET", path, headers=nonsense), "bad-request-signature"
            )
        with trial.check("LAD-HTP-007", f"a good signature on GET {path}: answered"):
            expect.status(session.exchange.get(path, party.signer), 200)


def _bodies(trial: Trial, party: Party) -> None:
    """The signature of a request with a body covers its digest; what it would upload does not exist."""
    session = trial.session
    http = session.exchange.http
    path = f"/attachments/{party.id}/{party.head}"
    body = b"some bytes"

    def put(signed: bytes | None, sent: bytes, **changed: str) -> Answer:
        fields = http.signed_headers("PUT", path, signed, Signing(party.signer))
        return http.request("PUT", path, body=sent, headers={"Content-Type": OCTETS, **fields, **changed})

    with trial.check(
        "LAD-HTP-020", "a body whose digest the signature does not cover: bad-request-signature"
    ):
        expect.problem(put(None, body, **{"Content-Digest": content_digest(body)}), "bad-request-signature")
    with trial.check("LAD-HTP-020", "a read whose signature covers a digest: bad-request-signature"):
        fields = http.signed_headers("GET", _path(party), b"", Signing(party.signer))
        expect.problem(_ask(session, party, fields), "bad-request-signature")
    with trial.check("LAD-HTP-021", "another digest than the signed one: bad-request-signature"):
        expect.problem(
            put(body, b"other", **{"Content-Digest": content_digest(b"other")}), "bad-request-signature"
        )


CASE = Case(
    name="contract_requests",
    profile="contract",
    story="Somebody gets hold of a participant's signed requests, and sends them again, elsewhere, later, for other "
    "paths and with other bodies; somebody else signs in forms that RFC 9421 allows and the specification does not. "
    "Nothing of it is answered.",
    requirements=("LAD-HTP-020", "LAD-HTP-021", "LAD-HTP-011", "LAD-HTP-008", "LAD-HTP-009", "LAD-HTP-007"),
    run=run,
)
