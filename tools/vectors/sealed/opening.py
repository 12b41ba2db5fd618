"""Chunks that a consumer opens after the release, and what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tools.vectors.files import VectorFile, accept, refuse
from tools.vectors.parcels import Parcel, of_scenario
from tools.vectors.primitives import sha256
from tools.vectors.sealed.faults import BAD_CHUNKS, foreign
from tools.vectors.sealing import Chunk


def file() -> VectorFile:
    """The file about opening."""
    made = VectorFile(
        path="sealed/opening.json",
        schema="opening",
        about="Sealed chunks that a consumer opens with both shares.",
        notes=[
            "`contract` and `sequence` are the delivery's; `length` is that of the chunk's data, `leaf_hex` its leaf in"
            " the manifest at place `index`, which is known to be there",
            "what can be proven against the provider is refused with the `ground` of a claim, and with no code",
            "a ciphertext that is not the leaf's proves nothing, and is refused as a bad chunk",
        ],
    )
    taken, single = of_scenario("taken"), of_scenario("sent")
    _opens(made, "last", "The last one of four chunks.", taken, 3)
    _opens(made, "only", "The only chunk of a content.", single, 0)
    tiny = replace(single, name="tiny", size=1)
    _opens(made, "one-byte", "A chunk of one byte of data.", tiny, 0, ["boundary"])
    chunk = taken.content.chunks[3]
    dishonest = ["dishonest-provider"]
    for name, (situation, fault) in BAD_CHUNKS.items():
        _faulty(made, name, situation, given(taken, 3, fault(chunk)), "bad-chunk", dishonest)
    situation = "Encrypted under a key that does not derive from the shares."
    _faulty(made, "foreign-key", situation, given(taken, 3, foreign(chunk)), "wrong-key", dishonest)
    situation = "The leaf of this chunk stands at another place, and is right only here."
    _faulty(made, "other-place", situation, {**given(taken, 3, chunk), "index": 2}, "wrong-key", dishonest)
    promised = replace(chunk, key=sha256(chunk.key))
    situation = "The leaf names another key than the derived one, under which the ciphertext opens."
    _faulty(made, "other-key-in-leaf", situation, given(taken, 3, promised), "wrong-key", dishonest)
    _not_the_leafs(made, taken, chunk)
    return made


def given(parcel: Parcel, index: int, chunk: Chunk) -> dict[str, Any]:
    """A chunk with what is needed to open it."""
    bound = {"contract": parcel.binding.contract, "sequence": parcel.binding.sequence}
    shares = {f"{role}_share_hex": parcel.share(role).hex() for role in ("exchange", "consumer")}
    length = min(parcel.content.chunk_size, parcel.size - index * parcel.content.chunk_size)
    shown = {"leaf_hex": chunk.leaf.hex(), "chunk_hex": chunk.ciphertext.hex()}
    return {**bound, **shares, "index": index, "length": length, **shown}


def _opens(
    made: VectorFile, name: str, situation: str, parcel: Parcel, index: int, flags: Sequence[str] = ()
) -> None:
    chunk = parcel.content.chunks[index]
    expect = accept(
        salt_hex=chunk.plaintext[:32].hex(), data_hex=chunk.plaintext[32:].hex(), key_hex=chunk.key.hex()
    )
    about = ["LAD-SEA-003", "LAD-SEA-006", "LAD-SEA-007", "LAD-SEA-017"]
    made.add(name, situation, given(parcel, index, chunk), expect, about=about, flags=flags)


def _faulty(
    made: VectorFile, name: str, situation: str, case: dict[str, Any], ground: str, flags: Sequence[str]
) -> None:
    expect = {"outcome": "refuse", "ground": ground}
    made.add(name, situation, case, expect, about=["LAD-SEA-017"], flags=flags)


def _not_the_leafs(made: VectorFile, parcel: Parcel, chunk: Chunk) -> None:
    case, data = given(parcel, 3, chunk), chunk.ciphertext
    other = of_scenario("sent").content.chunks[0].ciphertext
    differing = {
        "changed": ("A bit of the ciphertext is changed since.", bytes([data[0] ^ 1]) + data[1:], ["forged"]),
        "cut": ("The last byte of the ciphertext is missing.", data[:-1], ["truncated"]),
        "other-delivery": ("The ciphertext of another delivery.", other, ["crossed"]),
    }
    for name, (situation, shown, flags) in differing.items():
        changed = {**case, "chunk_hex": shown.hex()}
        made.add(name, situation, changed, refuse("bad-chunk"), about=["LAD-SEA-017"], flags=flags)
