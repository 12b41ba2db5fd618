"""Open a session: find out who answers at an address, check it against what is pinned, register where
needed.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from lading.acts.policy import Policy
from lading.client import profile
from lading.client.ask import Answer, answer, ask, get
from lading.client.config import DEFAULT, ClientConfig
from lading.client.flow import Flow
from lading.client.flows.introduce import first_statement
from lading.client.flows.keys import follow
from lading.client.flows.register import register
from lading.client.flows.rotate import recover
from lading.client.identity import Identity
from lading.client.outbox import Slot
from lading.client.peer import Peer, dishonest, normal_url, peer_of, verify_chain
from lading.client.profile import Abroad, Home
from lading.client.session import Guest, Progress, Session, no_progress, now_ms
from lading.errors import NotUnderstood, UsageProblem
from lading.evidence.verify import read_policy
from lading.problems import Refused
from lading.statement.envelope import decode, statement_id
from lading.statement.words import ID, Id, StatementId

_CHAIN: Final = 64
"""How many statements of an exchange's own chain are followed at most."""


class _Log(Answer):
    origin: str
    vkey: str


class _WellKnown(Answer):
    """What `/.well-known/lading` answers."""

    id: StatementId
    statement: str
    head: str
    api: str
    log: _Log


@dataclass(frozen=True, slots=True)
class Opening:
    """What is needed to open a session. `trust` is the path of a tlog-policy file.

    `guest`: the identity may be at home elsewhere. `expected` is the id of the exchange that has to answer, where it is
    known from somebody who is trusted.
    """

    url: str
    identity: Identity | None = None
    trust: str | os.PathLike[str] | None = None
    config: ClientConfig = DEFAULT
    progress: Progress = no_progress
    clock: Callable[[], int] = now_ms
    guest: bool = False
    expected: Id | None = None

    def flow(self) -> Flow[Session]:
        """The session; an identity that is registered nowhere yet is registered there.

        Raises `Dishonest` where another exchange answers than the one pinned, or where none of its log keys
        is in `trust`; `UsageProblem` where the identity is at home elsewhere and no guest. Without identity and `trust`
        nothing is pinned: the answerer is believed to be who it says it is.
        """
        trust = None if self.trust is None else read_policy(self.trust)
        asking = Session(
            _placeholder(normal_url(self.url)), None, None, self.config, self.progress, self.clock
        )
        peer = yield from meet(asking)
        if trust is not None and not set(trust.logs) & set(peer.policy.logs):
            raise dishonest(f"no log key of {peer.api} is in the trust policy {self.trust}")
        if self.expected is not None and peer.exchange != self.expected:
            raise dishonest(f"another exchange answers at {peer.api} than {self.expected}")
        session = replace(asking, peer=peer)
        if self.identity is None:
            return session
        home = self.identity.home
        if home is None:
            home = yield from join(session, self.identity)
        if self.guest and home.exchange != peer.exchange and home.api != peer.api:
            return (yield from visit(session, self.identity, home))
        check_home(peer, home)
        session = replace(session, identity=self.identity, home=home)
        yield from recover(session)
        yield from follow(session)
        return session


def meet(session: Session) -> Flow[Peer]:
    """The exchange that answers at the session's address, by its own verified chain of statements."""
    request = get(session, "/.well-known/lading")
    response = yield from ask(session, request)
    said = answer(_WellKnown, response, request.url)
    if statement_id(said.statement.encode()) != said.id:
        raise NotUnderstood(f"{request.url} shows another statement than the one that its id names")
    chain = yield from _chain(session, said)
    peer = peer_of(verify_chain(chain))
    if peer.exchange != said.id:
        raise NotUnderstood(f"{request.url} shows the statements of another exchange than its id names")
    if normal_url(peer.api) != session.peer.api:
        raise UsageProblem(
            f"the exchange {peer.name!r} publishes itself under another address",
            hint=f"Connect to {peer.api}.",
        )
    if said.log.origin != peer.origin or said.log.vkey not in {key.vkey for key in peer.keys}:
        raise NotUnderstood(f"{request.url} names another log than the exchange's statement")
    return peer


def check_home(peer: Peer, home: Home) -> None:
    """Compare who answers with what was pinned when the identity was registered."""
    if peer.exchange != home.exchange and peer.api != home.api:
        hint = f"Connect to {home.api}, or as a guest: connect(url, identity, guest=True)."
        raise UsageProblem(f"the identity is at home at {home.api}, not here", hint=hint)
    if peer.exchange != home.exchange:
        raise dishonest(
            f"another exchange answers at {peer.api} than the one where the identity is registered"
        )
    if home.vkey not in {key.vkey for key in peer.keys}:
        raise dishonest(f"{peer.api} no longer lists the log key that was pinned")


def visit(session: Session, identity: Identity, home: Home) -> Flow[Session]:
    """The session of an identity that is at home elsewhere. The exchange is pinned at the first visit."""
    peer, keys = session.peer, {key.vkey for key in session.peer.keys}
    for pinned in profile.visited(identity.folder):
        if pinned.exchange == peer.exchange and pinned.vkey not in keys:
            raise dishonest(f"{peer.api} no longer lists the log key that was pinned")
        if pinned.api == peer.api and pinned.exchange != peer.exchange:
            raise dishonest(f"another exchange answers at {peer.api} than the one that was visited before")
    pin = Abroad(exchange=peer.exchange, api=peer.api, origin=peer.origin, vkey=peer.keys[-1].vkey)
    profile.save_visited(identity.folder, pin)
    # Unsigned: whether the exchange knows the caller's keys is the very question.
    try:
        yield from ask(session, get(session, f"/state/{home.participant}"))
        known = True
    except Refused as refusal:
        if refusal.code != "not-found":
            raise
        known = False
    return replace(session, identity=identity, home=home, guest=Guest(known))


def join(session: Session, identity: Identity) -> Flow[Home]:
    """Register an identity's first statement and pin the exchange.

    The exchange admits newcomers in its own time.
    """
    peer = session.peer
    slot = Slot("participant", (peer.exchange,))
    joining = replace(session, identity=identity)
    registered = yield from register(joining, slot, lambda: first_statement(session, identity))
    home = Home(
        exchange=peer.exchange,
        api=peer.api,
        origin=peer.origin,
        vkey=peer.keys[-1].vkey,
        participant=registered.id,
        index=registered.index,
        time=registered.time,
    )
    profile.save_home(identity.folder, home)
    return home


def _chain(session: Session, said: _WellKnown) -> Flow[list[bytes]]:
    """The exchange's statements, oldest first, from the one that it calls its latest back to the first."""
    chain = [said.head.encode()]
    for _ in range(_CHAIN):
        previous = _previous(chain[-1])
        if previous is None:
            break
        first = said.statement.encode()
        if statement_id(first) == previous:
            chain.append(first)
        else:
            response = yield from ask(session, get(session, f"/statements/{previous}"))
            chain.append(response.body)
    return chain[::-1]


def _previous(jws: bytes) -> str | None:
    try:
        previous: Any = decode(jws).members.get("previous")
    except Refused as error:
        raise NotUnderstood(f"the exchange's own statement is not one: {error}") from None
    if previous is not None and (not isinstance(previous, str) or ID.fullmatch(previous) is None):
        raise NotUnderstood("the exchange's own statement names no statement as its previous")
    return previous


def _placeholder(api: str) -> Peer:
    """Whoever answers at this address, before anything is known of them."""
    return Peer(Id(""), "", api, "", (), Policy(onboarding="open"), 0)
