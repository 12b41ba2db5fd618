"""A delivery that does not open, and those who deal with it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import lading
from lading.acts.claim import Claim
from lading.client.ask import ask
from lading.client.bulk.upload import announce, put
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.fault import proof, released
from lading.client.flows.issue import act_of
from lading.client.flows.register import finish, store
from lading.client.outbox import Slot
from lading.client.results import Claimed
from lading.client.session import Session
from lading.client.terms import Terms
from lading.keys.seal import SealKey
from lading.log import policy
from lading.log.policy import Policy
from lading.transfer import claimfile
from lading.transfer.sealing import Ground, ProvableFault
from sdk.tests.client.cheating import Cheat
from sdk.tests.client.conftest import QUICK, Trade, person
from sdk.tests.client.stand_in import API
from sdk.tests.client.stand_in_content import digest, prefix_of
from sdk.tests.client.steps import entries, receive, unpromised

Spoil = Callable[[Cheat], None]
SPOILS: dict[str, tuple[Spoil, str, int, str]] = {
    "random bytes": (
        lambda cheat: cheat.replace(1, bytes(len(cheat.chunks[1]))),
        "bad-chunk",
        1,
        "does-not-open",
    ),
    "other data": (lambda cheat: cheat.seal_other_data(3), "bad-chunk", 3, "other-plaintext"),
    "the last chunk": (lambda cheat: cheat.seal_other_data(4), "bad-chunk", 4, "other-plaintext"),
    "the first chunk": (lambda cheat: cheat.seal_other_data(0), "bad-chunk", 0, "other-plaintext"),
    "another key": (lambda cheat: cheat.seal_with_another_key(0), "wrong-key", 0, "key-does-not-derive"),
}


class Court:
    """A delivery that does not open, its consumer, and an arbiter who has never met the exchange before."""

    def __init__(self, trade: Trade, terms: Terms, spoil: Spoil) -> None:
        self.trade = trade
        cheat = Cheat(trade, unpromised(trade, terms))
        spoil(cheat)
        self.cheat = cheat
        self.delivery = cheat.deliver()
        with pytest.raises(lading.ProvableFault):
            receive(trade, self.delivery)
        self.sealed = trade.folder / "got.sealed.part"
        self.out = trade.folder / "claim.json"
        self.arbiter = lading.connect(
            API, person(trade.folder, "arbiter"), config=QUICK, transport=trade.seam
        )
        self.arbiter.session  # noqa: B018 - registers
        self.policy: Policy = policy.parse(trade.consumer.trust_policy())

    def claim(self, **how: Any) -> Claimed:
        given: dict[str, Any] = {"sealed": self.sealed, "arbiter": self.arbiter.session.me, "out": self.out}
        return self.trade.again(self.trade.consumer).claim(self.delivery, **given | how)

    @property
    def keys(self) -> tuple[SealKey, ...]:
        return self.arbiter.session.speaker.seal_keys

    def judge(self, **how: Any) -> lading.Judgement:
        return lading.judge(self.out, self.policy, **({"keys": self.keys} | how))

    def members(self) -> dict[str, Any]:
        members: dict[str, Any] = json.loads(self.out.read_bytes())
        return members


class Accuser:
    """A consumer who received what was promised, and claims otherwise."""

    def __init__(self, trade: Trade, terms: Terms) -> None:
        self.trade = trade
        self.delivery = trade.provider.deliver(unpromised(trade, terms), trade.goods)
        receive(trade, self.delivery)
        self.sealed = trade.folder / "kept"
        self.sealed.write_bytes(bytes(trade.exchange.content.stores[prefix_of(self.delivery.act)].data))
        self.arbiter = lading.connect(
            API, person(trade.folder, "arbiter"), config=QUICK, transport=trade.seam
        )
        self.arbiter.session  # noqa: B018 - registers

    def accuse(
        self, ground: Ground, number: int, change: Callable[[dict[str, Any]], None]
    ) -> lading.Judgement:
        """Register a claim of this ground and chunk with a changed proof; what a judge says of it."""
        return self.trade.consumer.run(lambda session: self._accuse(session, ground, number, change))

    def keep(self, name: str, data: bytes) -> dict[str, object]:
        """Bytes as an attachment of the next claim."""
        self.trade.consumer.session.speaker.attachments.keep(data)
        return {
            "name": name,
            "media_type": "application/octet-stream",
            "size": len(data),
            "digest": digest(data),
        }

    def _accuse(
        self, session: Session, ground: Ground, number: int, change: Callable[[dict[str, Any]], None]
    ) -> Flow[lading.Judgement]:
        case = yield from released(session, self.delivery)
        fault, arbiter = ProvableFault(ground, number, "it is said"), self.arbiter.session.me
        said = dict((yield from proof(session, case, fault, self.sealed, arbiter)))
        change(said)
        members = {"statement": case.release, "ground": ground, "proof": said}
        slot = Slot("claim", (str(entries(self.trade)),))
        stored = store(session, slot, lambda: act_of(session, Claim, members))
        yield from announce(session, stored.jws)
        attachments = [part for part in said.values() if isinstance(part, dict)]
        pieces = [session.speaker.attachments.get(part["digest"]) or b"" for part in attachments]
        for part, data in zip(attachments, pieces, strict=True):
            yield from ask(session, put(session, f"/attachments/{stored.id}/{part['digest']}", data), 204)
        done = yield from finish(session, slot, stored)
        evidence = yield from study(session, done.id)
        file = claimfile.render(claimfile.claim_file(evidence.data, pieces))
        keys = self.arbiter.session.speaker.seal_keys
        return lading.judge(file, policy.parse(session.peer.trust), keys=keys)
