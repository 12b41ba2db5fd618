"""The examples about sealing and judging: keys, contents, boxes, a claim file."""

from __future__ import annotations

import json

from lading.evidence.claims import judge
from lading.log import policy
from lading.transfer import claimfile
from tools.example_sealing import Parcel, seal_key, secret
from tools.example_text import abridged, fenced, folded, pretty
from tools.example_trade import API, Trade

_SHOWN = 32
"""How many hexadecimal digits of a box are shown."""


def examples(trade: Trade, later: Trade) -> dict[str, str]:
    """Every example by name; `later` is what happened after the trade."""
    parcel = trade.parcels[trade.id("delivery")]
    return {
        "sealed-key": key_example(),
        "sealed-content": content_example(parcel),
        "sealed-box-info": box_example(parcel),
        "claim-file": claim_example(later),
    }


def key_example() -> str:
    """A seal key with its seed and thumbprint."""
    key = seal_key("buyer")
    public = key.public.hex()
    rows = {
        "seed": f'SHA-256 of "lading example buyer seal" = {key.seed.hex()}',
        "public key": f"{public[:_SHOWN]}… {len(key.public)} bytes …{public[-_SHOWN:]}",
        "thumbprint": key.kid,
    }
    return fenced("\n".join(f"{name + ':':<12}{value}" for name, value in rows.items()))


def content_example(parcel: Parcel) -> str:
    """Shares, keys, leaves and roots of the delivered file."""
    rows = {
        "share of the exchange": parcel.share("exchange"),
        "share of the consumer": parcel.share("consumer"),
        "content key": parcel.content_key,
        "product secret": secret("product secret"),
    }
    lines = [f"{name + ':':<23}{value.hex()}" for name, value in rows.items()]
    for number, chunk in enumerate(parcel.chunks):
        parts = {
            "salt": chunk.salt,
            "plain leaf": chunk.leaf.plain,
            "chunk key": chunk.key,
            "SHA-256 of ciphertext": chunk.leaf.ciphertext,
            "SHA-256 of chunk key": chunk.leaf.key,
        }
        lines += ["", f"chunk {number}: {len(chunk.ciphertext)} bytes of ciphertext"]
        lines += [f"{name + ':':<23}{value.hex()}" for name, value in parts.items()]
    leaves = parcel.leaves
    roots = {"content_root": leaves.content_root, "manifest_root": leaves.manifest_root}
    return fenced("\n".join([*lines, "", *(f"{name + ':':<23}{root}" for name, root in roots.items())]))


def box_example(parcel: Parcel) -> str:
    """The `info` of the consumer's box, and the box itself, cut."""
    info, box = parcel.info("consumer").hex(), parcel.box("consumer").hex()
    intro = "The `info` of the consumer's box in the worked trade, in hexadecimal, and the box, cut:"
    shown = f"{box[:_SHOWN]}… {len(box) // 2} bytes …{box[-_SHOWN:]}"
    return f"{intro}\n\n{fenced(folded(info))}\n{fenced(shown)}"


def claim_example(later: Trade) -> str:
    """The claim file about the claim of what followed, with its long texts cut short; it is upheld."""
    parcel = later.parcels[later.id("delivery-2")]
    last = len(parcel.chunks) - 1
    attached = (parcel.leaves.path(last), parcel.chunks[last].ciphertext)
    file = claimfile.claim_file(later.evidence("claim"), attached)
    trust = policy.parse(f"log {later.log_key.key} {API}/log\nquorum none\n")
    found = judge(claimfile.render(file), trust)
    if found.code != "does-not-open":
        raise SystemExit(f"the example's claim is {found.summary}")
    shown = json.loads(claimfile.render(file))
    shown["evidence"] = abridged(shown["evidence"])
    for row in shown["attachments"]:
        row["data"] = abridged(row["data"])
    outcome = f"\nIts outcome is *{found.outcome}*, with the code `{found.code}`.\n"
    return fenced(pretty(shown), "json") + outcome
