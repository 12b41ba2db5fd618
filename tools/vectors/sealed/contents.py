"""Sealed content: what follows from data, shares and product secret, and what is refused of it on its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from tools.vectors.contents import CHUNK, RULE, content
from tools.vectors.files import VectorFile, accept, refuse
from tools.vectors.parcels import LARGE, of_scenario
from tools.vectors.primitives import digest, seed, sha256
from tools.vectors.sealing import Binding, SealedContent, sealed

_BOUND: Final = Binding(digest(b"lading vectors contract"), 1, digest(b"lading vectors provider"))
_KEYS: Final = ("one exchange share", "one consumer share", "two consumer share", "one secret", "two secret")


def files() -> Iterator[VectorFile]:
    """The files about sealed content."""
    yield _contents()
    yield _manifests()
    yield _uploads()


def _contents() -> VectorFile:
    made = VectorFile(
        path="sealed/content.json",
        schema="sealed-content",
        about="Salts, keys, leaves and roots of sealed contents of several sizes.",
        notes=[
            RULE,
            "the data is `size` bytes of it, in chunks of `chunk_size`; shares and product secret are seeds, by name",
            "`salts_hex` and `keys_hex` are the salts and the chunk keys one after another; the plain leaves, and the"
            " hashes of ciphertexts and keys, are in `manifest_hex`",
        ],
        keys=_KEYS,
    )
    for chunk_size in (CHUNK, 2 * CHUNK):
        for size in (0, 1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 1, 4 * CHUNK):
            flags = ["boundary"] if size in (0, 1, CHUNK - 1, CHUNK, CHUNK + 1) else []
            situation = f"{size} bytes in chunks of {chunk_size}."
            _content(
                made, f"{size}-by-{chunk_size}", situation, {"size": size, "chunk_size": chunk_size}, flags
            )
    others: dict[str, tuple[str, dict[str, Any]]] = {
        "other-number": ("Another number: other keys, and the same content root.", {"sequence": 2}),
        "largest-number": ("The largest number.", {"sequence": 2**31 - 1}),
        "other-contract": ("Another contract: other keys.", {"contract": digest(b"lading vectors other")}),
        "other-share": (
            "Another share of the consumer: other keys, and the same content root.",
            {"consumer": "two consumer share"},
        ),
        "shares-swapped": (
            "The two shares swapped: other keys.",
            {"exchange": "one consumer share", "consumer": "one exchange share"},
        ),
        "other-secret": (
            "Another product secret: other salts, and another content root.",
            {"secret": "two secret"},
        ),
    }
    for name, (situation, changes) in others.items():
        _content(made, name, situation, {"size": 1000, "chunk_size": CHUNK, **changes}, [])
    return made


def _content(made: VectorFile, name: str, situation: str, changes: dict[str, Any], flags: list[str]) -> None:
    named = {"exchange": "one exchange share", "consumer": "one consumer share", "secret": "one secret"}
    given = {"contract": _BOUND.contract, "sequence": _BOUND.sequence, **named, **changes}
    bound = replace(_BOUND, contract=given["contract"], sequence=given["sequence"])
    content_key = bound.content_key(seed(given["exchange"]), seed(given["consumer"]))
    found = sealed(content(given["size"]), given["chunk_size"], content_key, seed(given["secret"]))
    expect = accept(
        content_key_hex=content_key.hex(),
        salts_hex=found.salts.hex(),
        keys_hex=b"".join(chunk.key for chunk in found.chunks).hex(),
        manifest_hex=found.manifest.hex(),
        content_root=found.content_root,
        manifest_root=found.manifest_root,
        ciphertexts_sha256=sha256(found.ciphertexts).hex(),
    )
    numbers = (3, 4, 5, 6, 7, 8, 9)
    made.add(name, situation, given, expect, about=[f"LAD-SEA-00{n}" for n in numbers], flags=flags)


def _named(found: SealedContent) -> dict[str, Any]:
    roots = {"content_root": found.content_root, "manifest_root": found.manifest_root}
    return {"size": found.size, "chunk_size": found.chunk_size, **roots}


def _manifests() -> VectorFile:
    made = VectorFile(
        path="sealed/manifests.json",
        schema="sealed-manifest",
        about="Manifests of sealed content, and what is wrong with them.",
        notes=["the delivery names `size`, `chunk_size`, `content_root` and `manifest_root`"],
    )
    taken, nothing = of_scenario("taken").content, sealed(b"", CHUNK, bytes(32), bytes(32))
    about = ["LAD-SEA-008", "LAD-SEA-009"]
    made.add(
        "ordinary",
        "The manifest.",
        {**_named(taken), "manifest_hex": taken.manifest.hex()},
        accept(),
        about=about,
    )
    empty = {**_named(nothing), "manifest_hex": ""}
    made.add("empty", "The manifest of an empty content.", empty, accept(), about=about, flags=["boundary"])
    for name, (situation, manifest, flags) in _bad_manifests(taken).items():
        given = {**_named(taken), "manifest_hex": manifest.hex()}
        made.add(name, situation, given, refuse("bad-manifest"), flags=flags)
    other = of_scenario("sent").content
    roots: dict[str, tuple[str, dict[str, Any]]] = {
        "other-content-root": (
            "Its plain leaves do not give the content root.",
            {"content_root": other.content_root},
        ),
        "other-manifest-root": (
            "Its leaves do not give the manifest root.",
            {"manifest_root": other.manifest_root},
        ),
        "roots-swapped": (
            "Each root in the place of the other.",
            {"content_root": taken.manifest_root, "manifest_root": taken.content_root},
        ),
        "other-size": ("The content has a byte more than four chunks.", {"size": 4 * CHUNK + 1}),
    }
    for name, (situation, changes) in roots.items():
        given = {**_named(taken), **changes, "manifest_hex": taken.manifest.hex()}
        flags = ["boundary"] if name == "other-size" else ["crossed"]
        made.add(name, situation, given, refuse("bad-manifest"), flags=flags)
    return made


def _bad_manifests(found: SealedContent) -> dict[str, tuple[str, bytes, list[str]]]:
    whole, leaves = found.manifest, [chunk.leaf for chunk in found.chunks]
    plain = [chunk.plain for chunk in found.chunks]
    inside = bytearray(whole)
    inside[32:64], inside[128:160] = plain[1], plain[0]
    return {
        "no-bytes": ("No bytes.", b"", ["truncated"]),
        "last-leaf-missing": ("The last leaf is missing.", whole[:-96], ["truncated"]),
        "last-byte-missing": ("The last byte is missing.", whole[:-1], ["truncated"]),
        "leaf-more": ("A leaf too many.", whole + leaves[0], []),
        "byte-more": ("A byte too many.", whole + b"\x00", []),
        "ciphertext-bit": (
            "A bit of a ciphertext's hash is changed.",
            bytes([whole[0] ^ 1]) + whole[1:],
            ["forged"],
        ),
        "key-bit": ("A bit of a key's hash is changed.", whole[:-1] + bytes([whole[-1] ^ 1]), ["forged"]),
        "leaves-swapped": (
            "Two leaves are swapped.",
            leaves[1] + leaves[0] + b"".join(leaves[2:]),
            ["forged"],
        ),
        "plain-leaves-swapped": ("The plain leaves of two leaves are swapped.", bytes(inside), ["forged"]),
        "clear": ("The manifest of clear content: the plain leaves alone.", b"".join(plain), []),
        "other-order": (
            "In each leaf the plain leaf comes first.",
            b"".join(entry[32:64] + entry[:32] + entry[64:] for entry in leaves),
            [],
        ),
    }


def _uploads() -> VectorFile:
    taken, other = of_scenario("taken").content, replace(of_scenario("taken"), name="other").content
    made = VectorFile(
        path="sealed/chunks.json",
        schema="sealed-chunks",
        about="Bodies of one or more ciphertexts, and how many of the chunks count.",
        notes=[
            RULE,
            "the delivery is taken of the scenario sealed; `secrets` are its content key and product secret, and those"
            " of another delivery of the same data",
            "the body is the bytes `from` to `to` of the ciphertexts one after another, the last one not included; `of`"
            " says whose they are, or that it is the data; with `changed`, the lowest bit of that byte is changed",
            "who checks holds the manifest, and all chunks before `first`; `held` is how many it holds afterwards",
        ],
    )
    parcels = {"taken": of_scenario("taken"), "other": replace(of_scenario("taken"), name="other")}
    secrets = {
        name: {"content_key_hex": parcel.content_key.hex(), "secret_hex": parcel.secret.hex()}
        for name, parcel in parcels.items()
    }
    made.given = {
        "size": LARGE,
        "chunk_size": CHUNK,
        "manifest_hex": taken.manifest.hex(),
        "secrets": secrets,
    }
    assert other.manifest != taken.manifest
    ends, total = [number * (CHUNK + 48) for number in range(4)], len(taken.ciphertexts)
    about = ["LAD-SEA-007", "LAD-TRF-010"]
    good = {"all": (0, 0, total, 4), "first": (0, 0, ends[1], 1), "middle": (1, ends[1], ends[3], 3)}
    for name, (first, start, end, held) in {**good, "last": (3, ends[3], total, 4)}.items():
        made.add(name, "Whole chunks.", _body(first, start, end), accept(held=held), about=about)
    for name, (situation, given, held, flags) in _bad_bodies(ends, total).items():
        made.add(name, situation, given, {**refuse("bad-chunk"), "held": held}, about=about, flags=flags)
    return made


def _bad_bodies(ends: list[int], total: int) -> dict[str, tuple[str, dict[str, Any], int, list[str]]]:
    whole = _body(0, 0, total)
    return {
        "truncated": ("The last byte is missing.", _body(0, 0, total - 1), 3, ["truncated"]),
        "no-tag": ("The tag of a chunk is missing.", _body(0, 0, ends[1] - 16), 0, ["truncated"]),
        "half-a-chunk": ("The body ends in the second chunk.", _body(0, 0, ends[1] + 5), 1, ["truncated"]),
        "bit-changed": (
            "A bit of the second chunk is changed.",
            {**whole, "changed": ends[1]},
            1,
            ["forged"],
        ),
        "tag-changed": (
            "A bit of the first chunk's tag is changed.",
            {**whole, "changed": ends[1] - 1},
            0,
            ["forged"],
        ),
        "last-bit-changed": ("The last bit is changed.", {**whole, "changed": total - 1}, 3, ["forged"]),
        "swapped": ("The third chunk in place of the second.", _body(1, ends[2], ends[3]), 1, ["crossed"]),
        "shifted": ("The body begins one byte late.", _body(0, 1, ends[1] + 1), 0, []),
        "other-delivery": (
            "The ciphertexts of another delivery of the same data.",
            {**whole, "of": "other"},
            0,
            ["crossed"],
        ),
        "clear": ("The data itself.", {**_body(0, 0, LARGE), "of": "data"}, 0, []),
    }


def _body(first: int, start: int, end: int) -> dict[str, Any]:
    return {"of": "taken", "first": first, "from": start, "to": end}
