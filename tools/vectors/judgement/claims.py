"""Claims and their pieces, judged."""

from __future__ import annotations

from typing import Any

from tools.vectors.files import VectorFile, judge
from tools.vectors.judgement.disputes import Dispute, disputes
from tools.vectors.parcels import SECRETS, sealed_market
from tools.vectors.sealing import commitment


def file() -> VectorFile:
    """The file about claims."""
    made = VectorFile(
        path="judgement/claims.json",
        schema="judgement",
        about="Claims with their pieces, and what they come to.",
        notes=[
            "steps 4 and following of the judgement: what the delivery, the release and the claim say is given",
            "of `wrong-key` the consumer's share is at hand as `share_hex`; or the box for the arbiter as `box_hex`"
            " with the private seal key named by `key`, where the judge has one",
            SECRETS,
        ],
        keys=["carol-seal", "buyer-seal"],
    )
    for dispute in disputes():
        made.add(dispute.name, dispute.situation, given(dispute), judge(dispute.code), flags=dispute.flags)
    return made


def given(dispute: Dispute) -> dict[str, Any]:
    """The input of a judge's arithmetic."""
    content, bound = dispute.parcel.content, dispute.parcel.binding
    signed = {"size": content.size, "chunk_size": content.chunk_size, "manifest_root": content.manifest_root}
    place = {"index": dispute.index, "leaf_hex": dispute.leaf.hex(), "path_hex": dispute.path.hex()}
    if dispute.chunk is not None and dispute.chunk_key is not None:
        shown = {"chunk_hex": dispute.chunk.hex(), "key_hex": dispute.chunk_key.hex()}
        return {"ground": dispute.ground, **signed, **place, **shown}
    delivery = {"contract": bound.contract, "sequence": bound.sequence, "provider": bound.provider}
    committed = {"commitment": commitment(dispute.parcel.share("consumer"))}
    released = {"released_hex": dispute.parcel.share("exchange").hex()}
    return {
        "ground": dispute.ground,
        **signed,
        **place,
        **delivery,
        **committed,
        **released,
        **_share(dispute),
    }


def _share(dispute: Dispute) -> dict[str, Any]:
    if dispute.share is not None:
        return {"share_hex": dispute.share.hex()}
    box = b"" if dispute.box is None else dispute.box
    arbiter = {"arbiter": sealed_market().id("carol"), "box_hex": box.hex()}
    sealed_to = {} if dispute.key != "carol-seal" else {"key": dispute.key}
    return {**arbiter, **sealed_to}
