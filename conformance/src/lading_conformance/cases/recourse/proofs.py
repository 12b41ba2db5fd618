"""Claims with a proof under terms that name an arbiter: the consumer's, and sealed to that arbiter."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.party import Party, clear_terms
from lading_conformance.oracle import base64url, sealing
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, evidence, expect, handover, recourse
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

NOTHING: Final = sealing.digest(b"")
"""An attachment of no bytes needs no upload, so that nothing but the rules decides."""


def run(trial: Trial) -> None:
    """Claim as the wrong party, before the wrong arbiter, and as it has to be."""
    session = trial.session
    with trial.given("a released delivery under terms that name an arbiter"):
        standing = deals.standing(terms=clear_terms(arbiter=session.arbiter.id))
        contract = deals.contract(session, session.sealed_consumer, standing=standing)
        content = handover.seal(session, contract.id, deals.new_content(session, deals.CHUNK))
        delivered = handover.deliver(session, content)
        release, _ = handover.released(session, handover.acknowledge(session, delivered))
    grounds = {"bad-chunk": _chunk(), "wrong-key": _key(session.arbiter)}
    for ground, proof in grounds.items():
        with trial.check("LAD-CLM-002", f"a claim of the provider with a proof, {ground}: wrong-party"):
            jws = recourse.claim(session.provider, release.id, ground, proof=proof)
            expect.refused(session, jws, "wrong-party")
    for party in (session.assessor, session.provider, session.sealed_consumer):
        with trial.check("LAD-CLM-009", "a claim before another arbiter than the terms name: wrong-arbiter"):
            jws = recourse.claim(session.sealed_consumer, release.id, "wrong-key", proof=_key(party))
            expect.refused(session, jws, "wrong-arbiter")
    for ground, proof in grounds.items():
        with trial.need("LAD-REG-002", f"one of the consumer as the terms have it, {ground}: registered"):
            jws = recourse.claim(session.sealed_consumer, release.id, ground, proof=proof)
            claim = deals.say(session, jws)
    with trial.check("LAD-HTP-028", "its state names the release, the delivery and the chunk"):
        wanted = {
            "about": release.id,
            "delivery": delivered.id,
            "release": release.id,
            "index": 0,
            "ground": "wrong-key",
            "arbiter": session.arbiter.id,
            "state": "open",
        }
        expect.state(session, session.arbiter, claim.id, "claim", **wanted)
    with trial.check(
        "LAD-REG-002", "a release can also be claimed about without a proof, by the provider too"
    ):
        deals.say(session, recourse.claim(session.provider, release.id, "unpaid"))
        deals.say(session, recourse.claim(session.sealed_consumer, release.id, "breach"))
    with trial.check("LAD-REG-002", "the arbiter rules on what it was shown: registered"):
        deals.say(session, recourse.ruling(session.arbiter, claim.id))
    with trial.check("LAD-EVI-016", "the claim's evidence shows release, delivery and contract"):
        closure = {claim.id, release.id, delivered.id, contract.id, session.facts.id}
        evidence.check(session, claim.id, closure, session.provider)
    with trial.check("LAD-HTP-019", "but to its arbiter the claim alone"):
        _withheld_from_arbiter(session, claim.id)


def _withheld_from_arbiter(session: Session, claim: str) -> None:
    """Fail if the evidence shows the arbiter a statement of the contract."""
    whole = evidence.read(session, claim, session.provider)
    public = {"participant", "admission", "listing", "claim"}
    private = {key for key, said in whole.statements.items() if said.payload["type"] not in public}
    evidence.withholds(session, claim, private, session.arbiter)


def _piece(name: str) -> dict[str, Json]:
    return {"name": name, "media_type": "application/octet-stream", "size": 0, "digest": NOTHING}


def _chunk() -> dict[str, Json]:
    return {
        "index": 0,
        "leaf": base64url.encode(bytes(96)),
        "path": _piece("path.bin"),
        "chunk": _piece("chunk.bin"),
        "key": base64url.encode(bytes(32)),
    }


def _key(arbiter: Party) -> dict[str, Json]:
    return {
        "index": 0,
        "leaf": base64url.encode(bytes(96)),
        "path": _piece("path.bin"),
        "share": _piece("share.bin"),
        "arbiter": arbiter.id,
        "sealed_to": base64url.encode(bytes(32)),
    }


CASE = Case(
    name="recourse_proofs",
    profile="recourse",
    story="A consumer claims with a proof about a sealed delivery whose terms name an arbiter. Only the consumer can, "
    "and only before that arbiter; what the proof is worth is not for the exchange to say.",
    requirements=(
        "LAD-CLM-002",
        "LAD-CLM-009",
        "LAD-REG-002",
        "LAD-HTP-028",
        "LAD-EVI-016",
        "LAD-HTP-019",
    ),
    run=run,
)
