"""What claims, answers, rulings and attestations hold: what is missing, too much, or of another form is refused."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.party import now, written_time
from lading_conformance.oracle import base64url
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import expect, values
from lading_conformance.steps.forms import Build, Row, by_stranger, judge, less
from lading_conformance.trial.case import Case, Trial

ID: Final = values.IDS[0]
BEHIND: Final = "unknown-statement"
"""The code of what passes all forms and names nothing that is there."""
PIECE: Final[dict[str, Json]] = {
    "name": "piece.bin",
    "media_type": "application/octet-stream",
    "size": 32,
    "digest": ID,
}
BAD_CHUNK: Final[dict[str, Json]] = {
    "index": 0,
    "leaf": base64url.encode(bytes(96)),
    "path": PIECE,
    "chunk": PIECE,
    "key": base64url.encode(bytes(32)),
}
WRONG_KEY: Final[dict[str, Json]] = {
    "index": 0,
    "leaf": base64url.encode(bytes(96)),
    "path": PIECE,
    "share": PIECE,
    "arbiter": ID,
    "sealed_to": base64url.encode(bytes(32)),
}
EUROS: Final[dict[str, Json]] = {"amount": "1.00", "currency": "EUR"}
PLAIN: Final = (
    "not-as-described",
    "quality",
    "incomplete",
    "objection",
    "rights",
    "unlawful",
    "personal-data",
    "not-delivered",
    "late",
    "misuse",
    "overcharged",
    "unpaid",
    "breach",
)
TEXT: Final = "t" * 2_000


def act(name: str, **members: Json) -> Build:
    """A statement of the run's stranger, whom no form concerns."""
    return by_stranger(name, members)


def said(ground: str, **members: Json) -> Build:
    """A claim about nothing."""
    return act("claim", **{"statement": ID, "ground": ground, **members})


def proven(ground: str, proof: dict[str, Json], **members: Json) -> Build:
    """A claim about nothing, with a proof."""
    return said(ground, proof=proof, **members)


def replied(**members: Json) -> Build:
    """An answer to nothing."""
    return act("claim", **{"replies_to": ID, "answer": "denied", **members})


def ruled(outcome: str, **members: Json) -> Build:
    """A ruling on nothing."""
    return act("ruling", **{"claim": ID, "outcome": outcome, **members})


def attested(**members: Json) -> Build:
    """An attestation about nothing."""
    return act("attestation", **{"statement": ID, "kind": "quality", "outcome": "passed", **members})


def signed_again(**members: Json) -> Build:
    """A second signature of nothing."""
    named: dict[str, Json] = {"kind": "second-signature", "outcome": "noted", "suite": "a", "signature": "AA"}
    return attested(**{**named, **members})


def own_exchange(trial: Trial) -> Build:
    """A claim whose proof names the exchange itself as the arbiter."""
    return proven("wrong-key", {**WRONG_KEY, "arbiter": trial.session.facts.id})


def claims() -> list[Row]:
    """Claims that are made."""
    attached: Json = [PIECE]
    rows = [Row("LAD-CLM-001", f"{ground} alone", said(ground), BEHIND) for ground in PLAIN]
    rows += [Row("LAD-CLM-001", f"{ground} with a proof", proven(ground, BAD_CHUNK)) for ground in PLAIN]
    for ground, proof in (("bad-chunk", BAD_CHUNK), ("wrong-key", WRONG_KEY)):
        rows.append(Row("LAD-CLM-001", f"{ground} with its proof", proven(ground, proof), BEHIND))
        rows.append(Row("LAD-CLM-001", f"{ground} without a proof", said(ground)))
        rows += [
            Row("LAD-CLM-001", f"{ground} without {name} in its proof", proven(ground, less(proof, name)))
            for name in proof
        ]
        rows.append(Row("LAD-CLM-007", f"{ground} with evidence", proven(ground, proof, evidence=attached)))
    return [
        *rows,
        Row("LAD-CLM-001", "bad-chunk with the proof of wrong-key", proven("bad-chunk", WRONG_KEY)),
        Row("LAD-CLM-001", "wrong-key with the proof of bad-chunk", proven("wrong-key", BAD_CHUNK)),
        Row("LAD-CLM-001", "a chunk's greatest number", _number(524_287), BEHIND),
        Row("LAD-CLM-001", "a number above it", _number(524_288)),
        Row("LAD-CLM-001", "a leaf of 95 bytes", _proof(leaf=base64url.encode(bytes(95)))),
        Row("LAD-CLM-001", "another ground", said("boredom")),
        Row("LAD-CLM-001", "no statement", act("claim", ground="breach")),
        Row("LAD-CLM-001", "no ground", act("claim", statement=ID)),
        Row("LAD-CLM-001", "a member of no claim", said("breach", amount=EUROS)),
        Row("LAD-CLM-001", "a text of 2000 characters and a remedy", _long(TEXT), BEHIND),
        Row("LAD-CLM-001", "a text of 2001", _long(TEXT + "t")),
        Row("LAD-CLM-001", "16 pieces of evidence", said("breach", evidence=[PIECE] * 16), BEHIND),
        Row("LAD-CLM-001", "17 of them", said("breach", evidence=[PIECE] * 17)),
        Row("LAD-CLM-001", "none of them", said("breach", evidence=[])),
        Row("LAD-CLM-007", "leak with evidence", said("leak", evidence=attached), BEHIND),
        Row("LAD-CLM-007", "leak without evidence", said("leak")),
    ]


def _proof(**members: Json) -> Build:
    return proven("bad-chunk", {**BAD_CHUNK, **members})


def _number(index: int) -> Build:
    return _proof(index=index)


def _long(text: str) -> Build:
    return said("breach", text=text, remedy="redelivery")


def answers() -> list[Row]:
    """Answers to claims."""
    more: dict[str, Json] = {"statement": ID, "ground": "breach", "proof": BAD_CHUNK, "remedy": "refund"}
    return [
        Row("LAD-CLM-012", "an answer that concedes", replied(answer="conceded"), BEHIND),
        Row("LAD-CLM-012", "one with text and evidence", replied(text="No.", evidence=[PIECE]), BEHIND),
        *(Row("LAD-CLM-012", f"an answer with {name}", replied(**{name: more[name]})) for name in more),
        Row("LAD-CLM-012", "a claim that answers, and says no answer", act("claim", replies_to=ID)),
        Row("LAD-CLM-012", "an answer to no claim", act("claim", answer="denied")),
        Row("LAD-CLM-012", "a claim that is an answer too", said("breach", answer="denied")),
        Row("LAD-CLM-012", "another answer", replied(answer="perhaps")),
    ]


def rulings() -> list[Row]:
    """Rulings."""
    refund: dict[str, Json] = {"kind": "refund", "amount": EUROS}
    erasure: dict[str, Json] = {"kind": "erasure", "by": written_time(now())}
    reasons: dict[str, Json] = {"text": TEXT, "reasons": PIECE}
    return [
        Row("LAD-RUL-001", "dismissed alone", ruled("dismissed"), BEHIND),
        Row("LAD-RUL-001", "dismissed with text and reasons", ruled("dismissed", **reasons), BEHIND),
        Row("LAD-RUL-001", "upheld with a refund", ruled("upheld", remedy=refund), BEHIND),
        Row("LAD-RUL-001", "settled with an erasure", ruled("settled", remedy=erasure), BEHIND),
        Row("LAD-RUL-001", "upheld without a remedy", ruled("upheld"), BEHIND),
        Row("LAD-RUL-001", "dismissed with a remedy", ruled("dismissed", remedy=erasure)),
        Row("LAD-RUL-001", "a refund without amount", ruled("upheld", remedy=less(refund, "amount"))),
        Row("LAD-RUL-001", "an erasure with amount", ruled("upheld", remedy={**erasure, "amount": EUROS})),
        Row("LAD-RUL-001", "another remedy", ruled("upheld", remedy={"kind": "apology"})),
        Row("LAD-RUL-001", "another outcome", ruled("adjourned")),
        Row("LAD-RUL-001", "no outcome", act("ruling", claim=ID)),
        Row("LAD-RUL-001", "a text of 2001 characters", ruled("dismissed", text=TEXT + "t")),
        Row("LAD-RUL-001", "a member of no ruling", ruled("dismissed", ground="breach")),
    ]


def attestations() -> list[Row]:
    """Attestations and second signatures."""
    full: dict[str, Json] = {
        "grant": ID,
        "outcome": "failed",
        "evidence": [PIECE] * 16,
        "expires_at": values.TIMES[1],
        "qualification": "q" * 400,
    }
    barred: dict[str, Json] = {"grant": ID, "evidence": [PIECE], "expires_at": values.TIMES[1]}
    signature = "A" * 16_384
    return [
        Row("LAD-ATT-001", "an attestation of the least", attested(), BEHIND),
        Row("LAD-ATT-001", "one of the most", attested(**full), BEHIND),
        Row("LAD-ATT-001", "one with a signature", attested(suite="a", signature="AA")),
        Row("LAD-ATT-001", "another kind", attested(kind="astrology")),
        Row("LAD-ATT-001", "another outcome", attested(outcome="maybe")),
        Row("LAD-ATT-001", "17 pieces of evidence", attested(evidence=[PIECE] * 17)),
        Row("LAD-ATT-001", "no evidence", attested(evidence=[])),
        Row("LAD-ATT-001", "a qualification of 401 characters", attested(qualification="q" * 401)),
        Row("LAD-ATT-001", "no outcome", act("attestation", statement=ID, kind="quality")),
        Row("LAD-ATT-001", "a member of no attestation", attested(remedy="refund")),
        Row("LAD-ATT-001", "a second signature", signed_again(), BEHIND),
        Row("LAD-ATT-001", "one of 16 384 characters", signed_again(signature=signature), BEHIND),
        Row("LAD-ATT-001", "one of more", signed_again(signature=signature + "AAAA")),
        Row("LAD-ATT-001", "one in two pieces", signed_again(signature="AA==")),
        Row("LAD-ATT-007", "a second signature that passes", signed_again(outcome="passed")),
        *(
            Row("LAD-ATT-007", f"a second signature with {name}", signed_again(**{name: barred[name]}))
            for name in barred
        ),
        *(
            Row("LAD-ATT-001", f"a second signature without {name}", _half(name))
            for name in ("suite", "signature")
        ),
    ]


def _half(gone: str) -> Build:
    kept = less({"suite": "a", "signature": "AA"}, gone)
    return act("attestation", **{"statement": ID, "kind": "second-signature", "outcome": "noted", **kept})


def run(trial: Trial) -> None:
    """Send each form once."""
    with trial.given("a participant that is party to nothing"):
        _ = trial.session.stranger
    judge(trial, [*claims(), *answers(), *rulings(), *attestations()])
    judge(trial, [Row("LAD-CLM-006", "the exchange as the arbiter of a proof", own_exchange(trial))])
    with trial.check(
        "LAD-REG-006", "and one who is not: unknown-statement, since the claim is about nothing"
    ):
        named = {**WRONG_KEY, "arbiter": trial.session.stranger.id}
        jws = proven("wrong-key", named)(trial.session)
        expect.refused(trial.session, jws, BEHIND)


CASE = Case(
    name="recourse_forms",
    profile="recourse",
    story="Claims, answers, rulings and attestations with one member too few, too many or of another form. Each is "
    "refused before anything that it names is looked for; its neighbour with the right members is not.",
    requirements=(
        "LAD-CLM-001",
        "LAD-CLM-007",
        "LAD-CLM-012",
        "LAD-RUL-001",
        "LAD-ATT-001",
        "LAD-ATT-007",
        "LAD-CLM-006",
        "LAD-REG-006",
    ),
    run=run,
)
