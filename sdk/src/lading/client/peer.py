"""Who answers: the exchange behind an address, its chain of statements, its log keys, and what it vouches
for.

Trust begins where an identity is registered: the exchange's id is pinned then, and from there on only its
own chain of participant statements, each promised by the one before, can change its address or its log's
keys.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lading import acts
from lading.acts.base import Statement
from lading.acts.exchange import LogKeyRange
from lading.acts.participant import Participant, participant_record, version_record
from lading.acts.policy import Policy as GatePolicy
from lading.client.config import is_loopback
from lading.client.outbox import Registration
from lading.errors import Dishonest, NotUnderstood, UsageProblem
from lading.keys import vkey
from lading.log import policy, proof
from lading.log.checkpoint import Checkpoint
from lading.log.policy import Policy
from lading.log.proof import Proof
from lading.problems import Refused
from lading.register.memory import MemoryView
from lading.rules import engine
from lading.statement.envelope import Envelope, decode
from lading.statement.words import Id

KEEP: Final = "Keep this message and do not trade there until its operator has explained it."


@dataclass(frozen=True, slots=True)
class Peer:
    """An exchange as its verified chain describes it.

    `keys` are its log's, with the sizes that each signs; `gates` is what its own policy asks for.
    """

    exchange: Id
    name: str
    api: str
    origin: str
    keys: tuple[LogKeyRange, ...]
    gates: GatePolicy
    upload_bytes: int

    @property
    def policy(self) -> Policy:
        """A policy that trusts this log and asks for no witness."""
        return policy.parse(self.trust)

    @property
    def trust(self) -> str:
        """The same as a C2SP tlog-policy file."""
        return policy.render(tuple((vkey.parse(key.vkey), f"{self.api}/log") for key in self.keys))

    def check_registration(self, statement: Id, said: Registration) -> None:
        """Raises `Dishonest` unless the log's key vouches that this statement has this index and time."""
        if said.id != statement:
            raise dishonest(f"the exchange registered {said.id} where {statement} was sent")
        proven = self.check_proof(statement, said.proof)
        if (proven.index, proven.time) != (said.index, said.time):
            raise dishonest("the proof of registration is of another index or time than the answer")

    def check_proof(self, statement: Id, text: str) -> Proof:
        """The proof in a tlog-proof text; `Dishonest` unless the log's key vouches for the statement by
        it.
        """
        try:
            proven = proof.parse(text)
            self._open(proven, statement)
        except ValueError as error:
            raise dishonest(f"the proof of {statement} does not hold: {error}") from None
        return proven

    def _open(self, proven: Proof, statement: Id) -> Checkpoint:
        failure = ValueError("no key of the log signed the checkpoint")
        for key in self.keys:
            try:
                signed = proven.verify(statement, vkey.parse(key.vkey))
            except ValueError as error:
                failure = error
                continue
            if key.from_size <= signed.size and (key.until_size is None or signed.size <= key.until_size):
                return signed
            failure = ValueError("the log's key does not sign checkpoints of this size")
        raise failure


def verify_chain(statements: Iterable[bytes]) -> tuple[Statement[Participant], ...]:
    """A participant's statements, oldest first, each signed by a key that it lists and the one before
    promised.

    Raises `NotUnderstood` where they are no such chain. Does not check that there is no later statement.
    """
    view = MemoryView()
    verified: list[Statement[Participant]] = []
    try:
        for jws in statements:
            statement = _continue(view, decode(jws), verified)
            view.put(version_record(statement))
            view.put(participant_record(statement, ""))
            verified.append(statement)
    except Refused as error:
        raise NotUnderstood(f"the exchange's own statement is not sound: {error}", hint=KEEP) from None
    return tuple(verified)


def _continue(
    view: MemoryView, envelope: Envelope, before: Sequence[Statement[Participant]]
) -> Statement[Participant]:
    statement = acts.parse(envelope)
    act = statement.act
    if not isinstance(act, Participant) or act.previous != (before[-1].id if before else None):
        raise NotUnderstood("the exchange's statements are no chain", hint=KEEP)
    engine.check_signature(envelope, engine.signing_key(view, statement))
    return Statement(statement.jws, statement.id, statement.kid, act)


def peer_of(chain: Sequence[Statement[Participant]]) -> Peer:
    """The exchange that a verified chain describes: its id is the first statement's, the rest the last's."""
    act = chain[-1].act
    if act.exchange is None:
        raise NotUnderstood("the address belongs to a participant that is no exchange", hint=KEEP)
    exchange = act.exchange
    return Peer(
        exchange=chain[0].id,
        name=act.name,
        api=exchange.api.rstrip("/"),
        origin=exchange.log.origin,
        keys=exchange.log.keys,
        gates=exchange.policy,
        upload_bytes=exchange.limits.upload_bytes,
    )


def normal_url(url: str) -> str:
    """An exchange's address in the form in which addresses are compared; `UsageProblem` where it is none."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError:
        port, host = None, ""
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        hint = "Write it like https://exchange.example."
        raise UsageProblem(f"{url!r} is not the address of an exchange", hint=hint)
    # LAD-HTP-032
    if parts.scheme == "http" and not is_loopback(host):
        hint = f"Use https://{parts.netloc}."
        raise UsageProblem(
            f"{url!r} would send everything in clear; plain HTTP is for this machine only", hint=hint
        )
    shown = f"[{host}]" if ":" in host else host
    named = "" if port in (None, {"http": 80, "https": 443}[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{shown}{named}{parts.path.rstrip('/')}"


def dishonest(message: str) -> Dishonest:
    """The error for an answer that contradicts what the exchange signed."""
    return Dishonest(message, hint=KEEP)
