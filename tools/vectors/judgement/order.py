"""Claims that two steps of a judgement could decide: the earlier one does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tools.vectors.files import VectorFile, judge
from tools.vectors.judgement.claims import given
from tools.vectors.judgement.disputes import LAST, Dispute, about_chunk, about_key, faulty
from tools.vectors.parcels import of_scenario
from tools.vectors.primitives import seed, sha256
from tools.vectors.sealed.faults import UNOPENED, foreign


def file() -> VectorFile:
    """The file about the order of steps."""
    made = VectorFile(
        path="judgement/order.json",
        schema="judgement",
        about="Claims that two steps could decide: the one that comes first does.",
        notes=["these cases have two faults each, on purpose", "otherwise as in judgement/claims.json"],
        keys=["carol-seal"],
    )
    for dispute in _disputes():
        made.add(dispute.name, dispute.situation, given(dispute), judge(dispute.code), about=["LAD-JDG-015"])
    return made


def _disputes() -> Iterator[Dispute]:
    noisy = about_chunk("", "", "", faulty("noise", UNOPENED["noise"][1]))
    strange = about_key("", "", "", faulty("foreign", foreign))
    other = of_scenario("sent").content.chunks[0].ciphertext
    moved, elsewhere = replace(noisy, index=LAST - 1), replace(strange, index=LAST - 1)
    key, code = sha256(b"other key"), "not-in-manifest"
    rows: dict[str, tuple[str, Dispute]] = {
        "place-before-chunk": (code, replace(moved, chunk=other)),
        "place-before-key": (code, replace(moved, chunk_key=key)),
        "place-before-opening": (code, moved),
        "place-before-missing-share": (code, replace(elsewhere, share=None)),
        "place-before-other-share": (code, replace(elsewhere, share=seed("other share"))),
        "place-before-derivation": (code, elsewhere),
        "chunk-before-key": ("other-chunk", replace(noisy, chunk=other, chunk_key=key)),
        "key-before-opening": ("other-key", replace(noisy, chunk_key=key)),
        "share-before-derivation": ("other-share", replace(strange, share=seed("other share"))),
    }
    for name, (decides, dispute) in rows.items():
        first, second = name.split("-before-")
        situation = f"Two faults: {first} and {second.replace('-', ' ')}."
        yield replace(dispute, name=name, situation=situation, code=decides)
