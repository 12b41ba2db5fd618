"""Claims with all their pieces, honest and not, and what a judge has to say of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from tools.vectors.parcels import LARGE, Parcel, of_scenario, parcel, sealed_market
from tools.vectors.primitives import inclusion, leaf, seed, sha256
from tools.vectors.sealed.faults import OTHER_PLAINTEXT, UNOPENED, WRONG_LENGTH, foreign
from tools.vectors.sealing import Chunk, Fault

LAST: Final = 3
"""The number of the chunk that most claims are about: the short one."""
DISHONEST: Final = ("dishonest-provider",)


@dataclass(frozen=True)
class Dispute:
    """A claim as a judge has it: the delivery, the pieces, and of `wrong-key` the consumer's share in some way.

    `box` is what travels to the arbiter carol; `key` is the name of the seal key that the judge has.
    """

    name: str
    situation: str
    code: str
    parcel: Parcel
    index: int
    leaf: bytes
    path: bytes
    chunk: bytes | None = None
    chunk_key: bytes | None = None
    share: bytes | None = None
    box: bytes | None = None
    key: str | None = None
    flags: tuple[str, ...] = ()

    @property
    def ground(self) -> str:
        """The ground."""
        return "wrong-key" if self.chunk is None else "bad-chunk"


@lru_cache
def faulty(name: str, fault: Fault, at: int = LAST) -> Parcel:
    """A delivery one of whose chunks the provider sealed wrongly."""
    return parcel(sealed_market(), name, "deal", 5, size=LARGE, faults={at: fault})


@lru_cache
def twins() -> Parcel:
    """A delivery that has the leaf of its last chunk at the place before it too."""
    honest = parcel(sealed_market(), "twins", "deal", 5, size=LARGE)
    return faulty("twins", lambda chunk: honest.content.chunks[LAST], LAST - 1)


def about_chunk(
    name: str, situation: str, code: str, what: Parcel, index: int = LAST, *flags: str
) -> Dispute:
    """A claim that a chunk is bad, with the pieces that the provider gave."""
    chunk = what.content.chunks[index]
    made = Dispute(name, situation, code, what, index, chunk.leaf, what.path(index), flags=flags)
    return replace(made, chunk=chunk.ciphertext, chunk_key=chunk.key)


def about_key(name: str, situation: str, code: str, what: Parcel, index: int = LAST, *flags: str) -> Dispute:
    """A claim that a key is wrong, with the consumer's share in the file."""
    chunk = what.content.chunks[index]
    share = what.share("consumer")
    return Dispute(name, situation, code, what, index, chunk.leaf, what.path(index), share=share, flags=flags)


def disputes() -> Iterator[Dispute]:
    """Every claim."""
    yield from _bad_chunks()
    yield from _other_pieces()
    yield from _wrong_keys()
    yield from _shares()
    for made in (_honest_chunk(), _honest_key()):
        yield from _other_places(made)


def _honest_chunk() -> Dispute:
    situation = "A chunk that opens as its leaf says."
    return about_chunk("honest-chunk", situation, "opens", of_scenario("taken"))


def _honest_key() -> Dispute:
    return about_key("honest-key", "A key that derives from the shares.", "key-derives", of_scenario("taken"))


def _bad_chunks() -> Iterator[Dispute]:
    for code, faults in (
        ("does-not-open", UNOPENED),
        ("wrong-length", WRONG_LENGTH),
        ("other-plaintext", OTHER_PLAINTEXT),
    ):
        for name, (situation, fault) in faults.items():
            yield about_chunk(name, situation, code, faulty(name, fault), LAST, *DISHONEST)
    yield _honest_chunk()
    single = of_scenario("sent")
    situation = "The only chunk of a content opens as its leaf says; its path has no hashes."
    yield about_chunk("honest-only-chunk", situation, "opens", single, 0, "boundary")
    situation = "The chunk opens under the key of its leaf, which does not derive from the shares."
    yield about_chunk("foreign-key-opens", situation, "opens", faulty("foreign", foreign), LAST, *DISHONEST)
    situation = "The leaf of the last chunk stands before it too: there the chunk is too short."
    yield about_chunk("twin-before", situation, "wrong-length", twins(), LAST - 1, *DISHONEST)
    yield about_chunk("twin", "The same leaf at its own place.", "opens", twins(), LAST, *DISHONEST)


def _other_pieces() -> Iterator[Dispute]:
    """Chunks and keys that are not those of the leaf, whoever is at fault."""
    chunks: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
        "changed": ("A bit of the chunk is changed.", lambda data: bytes([data[0] ^ 1]) + data[1:], "forged"),
        "cut": ("The last byte of the chunk is missing.", lambda data: data[:-1], "truncated"),
        "longer": ("The chunk has a byte more.", lambda data: data + b"\x00", "forged"),
        "empty": ("The chunk has no bytes.", lambda data: b"", "truncated"),
        "of-another-delivery": (
            "The chunk of another delivery.",
            lambda data: of_scenario("sent").content.chunks[0].ciphertext,
            "crossed",
        ),
        "plaintext": (
            "The plaintext in place of the chunk.",
            lambda data: of_scenario("taken").content.chunks[LAST].plaintext,
            "crossed",
        ),
    }
    honest, noisy = _honest_chunk(), about_chunk("", "", "", faulty("noise", UNOPENED["noise"][1]))
    for name, (situation, change, flag) in chunks.items():
        shown = change(honest.chunk or b"")
        code = "other-chunk"
        yield replace(
            honest, name=f"other-chunk-{name}", situation=situation, code=code, chunk=shown, flags=(flag,)
        )
    mended = parcel(sealed_market(), "noise", "deal", 5, size=LARGE).content.chunks[LAST].ciphertext
    situation = "A ciphertext that opens, in place of the one that the provider signed and that does not."
    yield replace(noisy, name="other-chunk-mended", situation=situation, code="other-chunk", chunk=mended)
    taken = of_scenario("taken").content.chunks
    keys = {
        "of-another-chunk": ("The key of another chunk.", taken[LAST - 1].key, "crossed"),
        "of-another-delivery": ("The key of a chunk of another delivery.", noisy.chunk_key or b"", "crossed"),
        "changed": (
            "A bit of the key is changed.",
            bytes([taken[LAST].key[0] ^ 1]) + taken[LAST].key[1:],
            "forged",
        ),
        "hash": ("The hash of the key.", sha256(taken[LAST].key), "forged"),
    }
    for name, (situation, key, flag) in keys.items():
        yield replace(
            honest,
            name=f"other-key-{name}",
            situation=situation,
            code="other-key",
            chunk_key=key,
            flags=(flag,),
        )


def _other_places(honest: Dispute) -> Iterator[Dispute]:
    """Leaves that are not at the place that the claim says, in the tree that the delivery signs."""
    for label, (situation, index, shown, path, flag) in {**_moved(honest), **_bent(honest)}.items():
        moved = replace(honest, index=index, leaf=shown, path=path, flags=(flag,))
        yield replace(moved, name=f"{honest.name}-{label}", situation=situation, code="not-in-manifest")


Pieces = dict[str, tuple[str, int, bytes, bytes, str]]
"""For each case a sentence, the number, the leaf, the path, and a flag."""


def _moved(honest: Dispute) -> Pieces:
    what, path, place = honest.parcel, honest.path, honest.leaf
    larger = b"".join(inclusion(LAST, [*what.content.leaves, leaf(b"fifth")]))
    before, other = what.content.chunks[LAST - 1].leaf, of_scenario("sent").content.chunks[0].leaf
    return {
        "number-before": ("The chunk's pieces under the number before.", LAST - 1, place, path, "crossed"),
        "number-0": ("The chunk's pieces under number 0.", 0, place, path, "crossed"),
        "number-4": ("A number that the content does not have.", 4, place, path, "boundary"),
        "path-before": ("The path of the chunk before.", LAST, place, what.path(LAST - 1), "crossed"),
        "leaf-before": ("The leaf of the chunk before.", LAST, before, path, "crossed"),
        "other-tree": ("The leaf of another delivery.", LAST, other, path, "crossed"),
        "larger-tree": (
            "A path in a larger tree, of which the signed one is a part.",
            LAST,
            place,
            larger,
            "crossed",
        ),
    }


def _bent(honest: Dispute) -> Pieces:
    path, place = honest.path, honest.leaf
    first, last = bytes([place[0] ^ 1]) + place[1:], place[:-1] + bytes([place[-1] ^ 1])
    more, other = path + sha256(b""), path[:-1] + bytes([path[-1] ^ 1])
    return {
        "leaf-bit": ("A bit of the leaf is changed.", LAST, first, path, "forged"),
        "key-bit": ("A bit of the key's hash in the leaf is changed.", LAST, last, path, "forged"),
        "path-empty": ("The path has no hashes.", LAST, place, b"", "truncated"),
        "path-short": ("The path lacks its last hash.", LAST, place, path[:-32], "truncated"),
        "path-cut": ("The path lacks its last byte.", LAST, place, path[:-1], "truncated"),
        "path-long": ("The path has a hash too many.", LAST, place, more, "forged"),
        "path-byte": ("The path has a byte too many.", LAST, place, path + b"\x00", "forged"),
        "path-order": ("The hashes of the path are swapped.", LAST, place, path[32:] + path[:32], "forged"),
        "path-bit": ("A bit of the path is changed.", LAST, place, other, "forged"),
    }


def _other_key_in_leaf(chunk: Chunk) -> Chunk:
    return replace(chunk, key=sha256(chunk.key))


def _wrong_keys() -> Iterator[Dispute]:
    strange = faulty("foreign", foreign)
    code = "key-does-not-derive"
    situation = "The chunk is encrypted under a key that does not derive from the shares."
    yield about_key("foreign-key", situation, code, strange, LAST, *DISHONEST)
    situation = "The leaf names another key than the one that derives."
    named = faulty("named", _other_key_in_leaf)
    yield about_key("other-key-in-leaf", situation, code, named, LAST, *DISHONEST)
    situation = "The leaf of the last chunk stands before it too: there its key does not derive."
    yield about_key("twin-key-before", situation, code, twins(), LAST - 1, *DISHONEST)
    yield about_key("twin-key", "The same leaf at its own place.", "key-derives", twins(), LAST, *DISHONEST)
    yield _honest_key()
    single = of_scenario("sent")
    yield about_key(
        "honest-only-key", "The key of an only chunk derives.", "key-derives", single, 0, "boundary"
    )
    situation = "A chunk that does not open, and whose key derives."
    noisy = faulty("noise", UNOPENED["noise"][1])
    yield about_key("noise-key", situation, "key-derives", noisy, LAST, *DISHONEST)


def _shares() -> Iterator[Dispute]:
    """The consumer's share: in a box, not at hand, or another one."""
    carol, strange, taken = sealed_market().id("carol"), faulty("foreign", foreign), of_scenario("taken")
    upheld = about_key("", "", "key-does-not-derive", strange, LAST, *DISHONEST)
    boxed = replace(upheld, share=None, box=strange.arbiter_box(carol), key="carol-seal")
    situation = "The arbiter opens its box: the key does not derive."
    yield replace(boxed, name="boxed", situation=situation)
    honest = replace(_honest_key(), share=None, box=taken.arbiter_box(carol), key="carol-seal")
    yield replace(honest, name="honest-boxed", situation="The arbiter opens its box: the key derives.")
    missing = replace(boxed, code="share-missing", flags=("incomplete",))
    yield replace(
        missing, name="no-share", situation="The judge has no key, and the file no share.", key=None
    )
    situation = "The judge has another seal key than the one that the claim names."
    yield replace(missing, name="no-share-other-key", situation=situation, key="buyer-seal")
    other = replace(upheld, code="other-share", flags=("crossed",))
    shares = {
        "made-up": ("A share that somebody made up.", seed("other share")),
        "exchanges": ("The exchange's share in place of the consumer's.", strange.share("exchange")),
        "of-another-delivery": ("The consumer's share of another delivery.", taken.share("consumer")),
    }
    for name, (situation, share) in shares.items():
        yield replace(other, name=f"share-{name}", situation=situation, share=share)
    box = boxed.box or b""
    held = seed("other share")
    boxes = {
        "other-share": (
            "The box holds another share.",
            strange.arbiter_box(carol, "arbiter, other share", held),
        ),
        "of-another-delivery": ("The box of another delivery.", taken.arbiter_box(carol)),
        "consumers": ("The consumer's own box.", taken.box("consumer")),
        "changed": ("A bit of the box is changed.", bytes([box[0] ^ 1]) + box[1:]),
        "cut": ("The last byte of the box is missing.", box[:-1]),
        "empty": ("The box has no bytes.", b""),
    }
    for name, (situation, shown) in boxes.items():
        made = replace(other, share=None, box=shown, key="carol-seal")
        yield replace(made, name=f"box-{name}", situation=situation)
