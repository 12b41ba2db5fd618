"""Every vector against the SDK: one function, and for each schema what the SDK says of a case."""

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from lading import acts
from lading.acts import offer
from lading.acts.base import Record, View
from lading.acts.records import RECORDS, OfferRecord
from lading.evidence.verdict import Finding
from lading.evidence.verify import verify
from lading.keys import ed25519, vkey
from lading.keys.signer import Ed25519Signer
from lading.log import checkpoint, policy, proof, tiles
from lading.log.entry import Entry
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.envelope import decode
from lading.statement.words import Id, Millis
from lading.transfer import content
from lading.tree import leaf_hash, root_from_inclusion, root_of, roots_from_consistency
from sdk.tests.core import sealed_cases
from sdk.tests.core.vectors import (
    Case,
    File,
    Outcome,
    agrees,
    given_bytes,
    judged,
    load,
    log_before,
    named,
    refused,
)
from sdk.tests.terms import cases as term_cases
from tools.vectors import contents, logs

KINDS: Mapping[str, type[Record]] = {record.kind: record for record in RECORDS}


def statement(file: File, case: Case, folder: Path) -> Outcome:
    def check() -> Outcome:
        envelope = decode(given_bytes(case, "statement"))
        parsed = acts.parse(envelope)
        key = file.head["seeds"]["keys"]["acme"]
        ed25519.verify(_public(key), envelope.signing_input, envelope.signature)
        return {"id": parsed.id, "kid": parsed.kid}

    return judged(check)


@lru_cache
def _public(seed: str) -> bytes:
    return Ed25519Signer.from_seed(bytes.fromhex(seed)).public


def registration(file: File, case: Case, folder: Path) -> Outcome:
    log = log_before(case)
    log.clock.now = case["clock"]
    before = log.store.sight
    try:
        prepared = log.register.prepare(case["statement"].encode(), before)
    except Refused as refusal:
        return refused(refusal)
    answer = log.answer(prepared)
    if isinstance(answer, Refused):
        assert vars(log.store.sight) == vars(before)
        return refused(answer)
    place = {"id": answer.id, "index": answer.index, "time": answer.time}
    if not answer.new:
        assert vars(log.store.sight) == vars(before)
        return {"outcome": "registered-before", **place}
    return {"outcome": "accept", **place, "effects": [_effect(log.store.sight, row) for row in case["show"]]}


def _effect(view: View, row: Mapping[str, Any]) -> Outcome:
    """A record, as far as the vector shows it."""
    record = view.get(KINDS[row["kind"]], row["id"])
    assert record is not None
    if isinstance(record, OfferRecord):
        record = offer.as_it_stands(view, record)
    members = record.model_dump(mode="json", exclude_none=True)
    return {
        "kind": row["kind"],
        "id": row["id"],
        "record": {name: members.get(name) for name in row["members"]},
    }


def thumbprint(file: File, case: Case, folder: Path) -> Outcome:
    public = bytes.fromhex(case["public_hex"])
    assert base64url.encode(public).decode() == case["jwk"]["x"]
    return {"outcome": "accept", "thumbprint": ed25519.thumbprint(public)}


def public_key(file: File, case: Case, folder: Path) -> Outcome:
    return judged(lambda: ed25519.check_public(bytes.fromhex(case["public_hex"])))


def signature(file: File, case: Case, folder: Path) -> Outcome:
    public, message, signed = (
        bytes.fromhex(case[f"{name}_hex"]) for name in ("public", "message", "signature")
    )

    def check() -> None:
        ed25519.check_public(public)
        ed25519.verify(public, message, signed)

    return judged(check)


def entry(file: File, case: Case, folder: Path) -> Outcome:
    made = Entry(Millis(case["time"]), Id(case["id"]))
    return {"outcome": "accept", "entry_hex": made.data.hex(), "leaf_hex": made.leaf.hex()}


def root(file: File, case: Case, folder: Path) -> Outcome:
    leaves = [leaf_hash(logs.data(number)) for number in range(case["size"])]
    return {"outcome": "accept", "root_hex": root_of(leaves).hex()}


def _path(case: Case) -> list[bytes]:
    return [bytes.fromhex(node) for node in case["path_hex"]]


def inclusion(file: File, case: Case, folder: Path) -> Outcome:
    def check() -> None:
        found = root_from_inclusion(bytes.fromhex(case["leaf_hex"]), case["index"], case["size"], _path(case))
        if found.hex() != case["root_hex"]:
            raise ValueError("another root")

    return judged(check)


def consistency(file: File, case: Case, folder: Path) -> Outcome:
    def check() -> None:
        old = bytes.fromhex(case["old_root_hex"])
        found = roots_from_consistency(case["old_size"], case["new_size"], old, _path(case))
        if [top.hex() for top in found] != [case["old_root_hex"], case["new_root_hex"]]:
            raise ValueError("other roots")

    return judged(check)


@lru_cache
def _tiled(size: int) -> tiles.MemoryTiles:
    store = tiles.MemoryTiles()
    tiles.append(store, 0, (leaf_hash(logs.data(number)) for number in range(size)))
    return store


def tile(file: File, case: Case, folder: Path) -> Outcome:
    level, number, width, size = case["level"], case["number"], case["width"], file.head["size"]
    if level == "entries":
        shown = [logs.data(at) for at in range(256 * number, min(size, 256 * number + 256))]
        (data,) = tiles.entry_bundles(shown)
    else:
        data = _tiled(size).tile(int(level), number)
    path = tiles.path_of(level, number, width)
    return {"outcome": "accept", "path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def tile_path(file: File, case: Case, folder: Path) -> Outcome:
    return {"outcome": "accept", "path": tiles.path_of(case["level"], case["number"], case["width"])}


def verifier_key(file: File, case: Case, folder: Path) -> Outcome:
    def check() -> Outcome:
        key = vkey.parse(case["vkey"])
        return {"name": key.name, "type": key.kind, "public_hex": key.public.hex()}

    return judged(check)


def signed_checkpoint(file: File, case: Case, folder: Path) -> Outcome:
    def check() -> Outcome:
        said, _ = checkpoint.open_signed(case["note"], vkey.parse(file.head["vkey"]))
        return {"origin": said.origin, "size": said.size, "root_hex": said.root.hex()}

    return judged(check)


def tlog_proof(file: File, case: Case, folder: Path) -> Outcome:
    def check() -> Outcome:
        parsed = proof.parse(case["proof"])
        assert parsed.text == case["proof"]
        said = parsed.verify(case["id"], vkey.parse(file.head["vkey"]))
        return {"index": parsed.index, "time": parsed.time, "size": said.size}

    return judged(check)


def traded_content(file: File, case: Case, folder: Path) -> Outcome:
    path = folder / "content"
    path.write_bytes(contents.content(case["size"]))
    found = content.describe(path, case["chunk_size"])
    assert found.size == case["size"]
    content.check_file(path, case["size"], case["chunk_size"], found.root)
    told = {"chunks": len(found.leaves), "content_root": found.root, "manifest_hex": found.manifest.hex()}
    return {"outcome": "accept", **told}


def manifest(file: File, case: Case, folder: Path) -> Outcome:
    data, told = bytes.fromhex(case["manifest_hex"]), (case["size"], case["chunk_size"], case["content_root"])

    def check() -> None:
        content.parse_manifest(data, *told)

    return judged(check)


def chunks(file: File, case: Case, folder: Path) -> Outcome:
    size, chunk_size, held = file.head["size"], file.head["chunk_size"], case["first"]
    whole = bytes.fromhex(file.head["manifest_hex"])
    leaves = [whole[at : at + 32] for at in range(0, len(whole), 32)]
    body = bytearray(contents.content(size))
    if "changed" in case:
        body[case["changed"]] ^= 1
    rest = bytes(body[case["from"] : case["to"]])
    try:
        while rest:
            length = content.chunk_length(size, chunk_size, held)
            content.check_chunk(rest[:length], leaves[held], held)
            rest, held = rest[length:], held + 1
    except Refused as refusal:
        return {**refused(refusal), "held": held}
    return {"outcome": "accept", "held": held}


def _found(finding: Finding) -> Mapping[str, str]:
    """A finding as vectors write it."""
    short = {"code": finding.code, "severity": finding.severity}
    return short if finding.statement is None else {**short, "statement": str(finding.statement)}


def _file(case: Case, name: str, folder: Path) -> Path | None:
    """A file that is handed in, or None."""
    if f"{name}_hex" not in case:
        return None
    path = folder / name
    path.write_bytes(bytes.fromhex(case[f"{name}_hex"]))
    return path


def evidence(file: File, case: Case, folder: Path) -> Outcome:
    trust = policy.parse(file.head["policies"][case["policy"]])
    handed = {name: _file(case, name, folder) for name in ("content", "salts")}
    verdict = verify(given_bytes(case, "evidence"), trust, **handed)
    told = {"verdict": verdict.status.name, "exit_code": verdict.exit_code}
    return {**told, "findings": [_found(finding) for finding in verdict.findings]}


def trust_policy(file: File, case: Case, folder: Path) -> Outcome:
    def check() -> Outcome:
        parsed = policy.parse(case["policy"])
        groups = {
            name: {"needed": group.needed, "members": list(group.members)}
            for name, group in parsed.groups.items()
        }
        keys = {"logs": [str(key) for key in parsed.logs]}
        witnesses = {name: str(key) for name, key in parsed.witnesses.items()}
        return {**keys, "witnesses": witnesses, "groups": groups, "quorum": parsed.quorum}

    return judged(check)


SCHEMAS: Mapping[str, Callable[[File, Case, Path], Outcome]] = {
    "statement": statement,
    "registration": registration,
    "thumbprint": thumbprint,
    "public-key": public_key,
    "signature": signature,
    "entry": entry,
    "root": root,
    "inclusion": inclusion,
    "consistency": consistency,
    "tile": tile,
    "tile-path": tile_path,
    "vkey": verifier_key,
    "checkpoint": signed_checkpoint,
    "proof": tlog_proof,
    "content": traded_content,
    "manifest": manifest,
    "chunks": chunks,
    "seal-key": sealed_cases.seal_key,
    "share": sealed_cases.share,
    "sealed-content": sealed_cases.sealed_content,
    "sealed-manifest": sealed_cases.sealed_manifest,
    "sealed-chunks": sealed_cases.sealed_chunks,
    "opening": sealed_cases.opening,
    "judgement": sealed_cases.judgement,
    "claim-file": sealed_cases.claim_file,
    "evidence": evidence,
    "policy": trust_policy,
    **term_cases.SCHEMAS,
}


@pytest.mark.parametrize(("file", "number"), [pytest.param(*at, id=name) for name, at in named()])
def test_the_sdk_says_what_the_vector_says(file: str, number: int, tmp_path: Path) -> None:
    whole = load(file)
    row = whole.cases[number]
    got = SCHEMAS[whole.schema](whole, row, tmp_path)
    assert agrees(row["expect"], got), (row["situation"], got)
