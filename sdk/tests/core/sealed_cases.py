"""What the SDK says of a case about seal keys, shares, sealed content and claims."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from lading.errors import UsageProblem
from lading.evidence.claims import judge
from lading.keys import seal
from lading.keys.seal import SealKey
from lading.problems import Refused
from lading.statement.words import Id
from lading.transfer import content
from lading.transfer.judge import (
    ArbiterBox,
    GivenShares,
    Judgement,
    Place,
    judge_bad_chunk,
    judge_wrong_key,
)
from lading.transfer.sealing import (
    Leaf,
    Leaves,
    ProvableFault,
    Room,
    SealingKeys,
    check_ciphertext,
    chunk_key,
    open_chunk,
    parse_sealed_manifest,
    seal_chunk,
    sealed_length,
    sealed_total,
)
from lading.transfer.shares import Binding, content_key, open_share
from sdk.tests.core.vectors import Case, File, Outcome, given_bytes, judged, refused
from tools.vectors import contents


def _seed(file: File, name: str) -> bytes:
    return bytes.fromhex(file.head["seeds"]["keys"][name])


def seal_key(file: File, case: Case, folder: Path) -> Outcome:
    public = bytearray(SealKey.from_seed(_seed(file, case["key"])).public)
    if "at" in case:
        put = bytes.fromhex(case["put_hex"])
        public[case["at"] : case["at"] + len(put)] = put

    def check() -> Outcome:
        seal.check_public(bytes(public))
        shown = {} if "at" in case else {"public_hex": public.hex()}
        return {**shown, "thumbprint": seal.kid_of(bytes(public))}

    return judged(check)


def share(file: File, case: Case, folder: Path) -> Outcome:
    box = bytearray.fromhex(file.head["boxes_hex"][case["box"]])
    if "changed" in case:
        box[case["changed"]] ^= 1
    shown = bytes(box[: case.get("bytes", len(box))])
    info = _binding(case).info(Id(case["recipient"]), case["role"])

    def check() -> Outcome:
        key = SealKey.from_seed(_seed(file, case["key"]))
        found = open_share(key, shown, info, case["commitment"])
        return {"share_hex": found.hex(), "info_hex": info.hex()}

    return judged(check)


def _binding(case: Case) -> Binding:
    nobody = Id("sha256:" + "0" * 64)
    return Binding(Id(case["contract"]), case["sequence"], Id(case.get("provider", nobody)))


def sealed_content(file: File, case: Case, folder: Path) -> Outcome:
    key = content_key(_binding(case), _seed(file, case["exchange"]), _seed(file, case["consumer"]))
    rows = list(_sealed(case["size"], case["chunk_size"], SealingKeys(key, _seed(file, case["secret"]))))
    leaves = Leaves(b"".join(leaf.raw for leaf, _, _ in rows))
    ciphertexts = b"".join(ciphertext for _, _, ciphertext in rows)
    assert len(ciphertexts) == sealed_total(case["size"], case["chunk_size"])
    return {
        "outcome": "accept",
        "content_key_hex": key.hex(),
        "salts_hex": b"".join(salt for _, salt, _ in rows).hex(),
        "keys_hex": b"".join(
            chunk_key(key, number, leaf.plain) for number, (leaf, _, _) in enumerate(rows)
        ).hex(),
        "manifest_hex": leaves.manifest.hex(),
        "content_root": leaves.content_root,
        "manifest_root": leaves.manifest_root,
        "ciphertexts_sha256": hashlib.sha256(ciphertexts).hexdigest(),
    }


def _sealed(size: int, chunk_size: int, keys: SealingKeys) -> Iterator[tuple[Leaf, bytes, bytes]]:
    """For each chunk its leaf, salt and ciphertext."""
    room, data = Room(chunk_size), contents.content(size)
    for number in range(content.chunk_count(size, chunk_size)):
        length = content.chunk_length(size, chunk_size, number)
        room.data[:length] = data[number * chunk_size :][:length]
        leaf = seal_chunk(keys, number, room, length)
        yield leaf, bytes(room.salt), bytes(room.ciphertext(length))


def sealed_manifest(file: File, case: Case, folder: Path) -> Outcome:
    roots = (case["manifest_root"], case["content_root"])

    def check() -> None:
        parse_sealed_manifest(bytes.fromhex(case["manifest_hex"]), case["size"], case["chunk_size"], *roots)

    return judged(check)


def sealed_chunks(file: File, case: Case, folder: Path) -> Outcome:
    size, chunk_size, held = file.head["size"], file.head["chunk_size"], case["first"]
    leaves = Leaves(bytes.fromhex(file.head["manifest_hex"]))
    rest = _body(file, case)
    try:
        while rest:
            length = sealed_length(size, chunk_size, held)
            data_length = content.chunk_length(size, chunk_size, held)
            check_ciphertext(rest[:length], leaves[held], held, data_length)
            rest, held = rest[length:], held + 1
    except Refused as refusal:
        return {**refused(refusal), "held": held}
    return {"outcome": "accept", "held": held}


def _body(file: File, case: Case) -> bytes:
    size, chunk_size = file.head["size"], file.head["chunk_size"]
    if case["of"] == "data":
        return contents.content(size)[case["from"] : case["to"]]
    named = {name: bytes.fromhex(value) for name, value in file.head["secrets"][case["of"]].items()}
    keys = SealingKeys(named["content_key_hex"], named["secret_hex"])
    whole = bytearray().join(ciphertext for _, _, ciphertext in _sealed(size, chunk_size, keys))
    if "changed" in case:
        whole[case["changed"]] ^= 1
    return bytes(whole[case["from"] : case["to"]])


def opening(file: File, case: Case, folder: Path) -> Outcome:
    shares = (bytes.fromhex(case[f"{role}_share_hex"]) for role in ("exchange", "consumer"))
    key, index, length = content_key(_binding(case), *shares), case["index"], case["length"]
    leaf, chunk = Leaf.of(bytes.fromhex(case["leaf_hex"])), bytes.fromhex(case["chunk_hex"])
    room = Room(length)
    try:
        data = open_chunk(key, index, chunk, leaf, length, room)
    except ProvableFault as fault:
        return {"outcome": "refuse", "ground": fault.ground}
    except Refused as refusal:
        return refused(refusal)
    shown = {"salt_hex": room.salt.hex(), "data_hex": data.hex()}
    return {"outcome": "accept", **shown, "key_hex": chunk_key(key, index, leaf.plain).hex()}


def judgement(file: File, case: Case, folder: Path) -> Outcome:
    sizes = {"size": case["size"], "chunk_size": case["chunk_size"]}
    leaf, path = bytes.fromhex(case["leaf_hex"]), bytes.fromhex(case["path_hex"])
    place = Place(leaf, case["index"], path, manifest_root=case["manifest_root"], **sizes)
    if case["ground"] == "bad-chunk":
        return _judged(
            judge_bad_chunk(place, bytes.fromhex(case["chunk_hex"]), bytes.fromhex(case["key_hex"]))
        )
    given = GivenShares(_binding(case), bytes.fromhex(case["released_hex"]), case["commitment"])
    return _judged(judge_wrong_key(place, given, _consumers_share(file, case)))


def _consumers_share(file: File, case: Case) -> bytes | ArbiterBox | None:
    if "share_hex" in case:
        return bytes.fromhex(case["share_hex"])
    if "key" not in case:
        return None
    key = SealKey.from_seed(_seed(file, case["key"]))
    return ArbiterBox(bytes.fromhex(case["box_hex"]), key, Id(case["arbiter"]))


def claim_file(file: File, case: Case, folder: Path) -> Outcome:
    keys = [SealKey.from_seed(_seed(file, name)) for name in case.get("keys", ())]
    trust = folder / "trust.policy"
    trust.write_text(file.head["policies"][case["policy"]], "utf-8")
    try:
        return _judged(judge(given_bytes(case, "file"), trust, keys=keys))
    except UsageProblem:
        # LAD-JDG-016
        return {"outcome": "refuse"}


def _judged(found: Judgement) -> Outcome:
    return {"outcome": found.outcome, "code": found.code, "requirement": found.requirement}
