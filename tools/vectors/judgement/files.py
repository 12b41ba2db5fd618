"""Whole claim files: whether they are any, whether their evidence and attachments will do, and what they come to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from tools.vectors.evidence.building import policies, sheet
from tools.vectors.files import VectorFile, given_bytes, judge
from tools.vectors.judgement.disputes import Dispute, disputes
from tools.vectors.parcels import Parcel, acknowledged, attachment, of_scenario, sealed_market, taken
from tools.vectors.primitives import b64url, canonical, digest
from tools.vectors.scenarios import say
from tools.vectors.sealing import seal_key
from tools.vectors.world import World

FORMAT: Final = "lading-claim/1"
WHOLE: Final = (
    "noise",
    "short",
    "altered",
    "honest-chunk",
    "twin-before",
    "other-chunk-changed",
    "other-key-of-another-chunk",
    "honest-chunk-number-before",
    "foreign-key",
    "honest-key",
    "boxed",
    "no-share",
    "share-made-up",
    "box-other-share",
)
"""The claims that are shown as whole files: at least one of every code."""


def file() -> VectorFile:
    """The file about claim files."""
    made = VectorFile(
        path="judgement/files.json",
        schema="claim-file",
        about="Claim files, and what they come to.",
        notes=[
            "`policies` of the head of the file holds the trust policies by name; a case names one",
            "under a policy that cannot be read there is no outcome of a judgement, but `refuse` (LAD-JDG-016)",
            "`keys` are the judge's private seal keys, by the names of their seeds",
        ],
        keys=["exchange", "log", "acme", "buyer", "carol", "exchange-seal", "buyer-seal", "carol-seal"],
        given={"policies": _policies()},
    )
    _malformed(made)
    _evidence(made)
    _attachments(made)
    by_name = {dispute.name: dispute for dispute in disputes()}
    for name in WHOLE:
        dispute = by_name[name]
        keys = [] if dispute.key is None else [dispute.key]
        data = canonical(whole(dispute))
        _add(made, f"judged-{name}", dispute.situation, data, dispute.code, keys=keys, flags=dispute.flags)
    for name in ("noise", "honest-chunk", "no-share"):
        _unread(made, by_name[name])
    return made


def _policies() -> dict[str, str]:
    """Two that can be read, and one that cannot: it has no quorum line."""
    given = {name: text for name, text in policies().items() if name in ("plain", "other-log")}
    return {**given, "unreadable": given["plain"].partition("\n")[0] + "\n"}


def _unread(made: VectorFile, dispute: Dispute) -> None:
    """A claim file that would be judged under a policy that can be read."""
    outcome = judge(dispute.code)["outcome"]
    situation = f"A claim that would be {outcome}, and a policy without quorum line."
    given = {**given_bytes("file", canonical(whole(dispute))), "policy": "unreadable"}
    made.add(f"policy-unread-{outcome}", situation, given, {"outcome": "refuse"}, about=["LAD-JDG-016"])


def _add(
    made: VectorFile,
    name: str,
    situation: str,
    data: bytes,
    code: str,
    *,
    policy: str = "plain",
    keys: Sequence[str] = (),
    flags: Iterable[str] = (),
) -> None:
    given = {**given_bytes("file", data), "policy": policy, **({"keys": list(keys)} if keys else {})}
    made.add(name, situation, given, judge(code), flags=flags)


def claimed(dispute: Dispute, more: int = 0) -> World:
    """A log whose last entry is the claim; it says that the chunk has `more` bytes than it has."""
    world, released = sealed_market().without_later("claimed"), "released"
    if dispute.parcel.name != "taken":
        hand_over = acknowledged if dispute.parcel.name == "sent" else _delivered
        world, released = hand_over(world, dispute.parcel, "got-it", "released-it"), "released-it"
    statement = {"statement": world.id(released), "ground": dispute.ground}
    proof = {**_place(dispute), **_pieces(dispute)}
    if more:
        proof["chunk"] = {**proof["chunk"], "size": proof["chunk"]["size"] + more}
    return say(world, "the claim", "buyer", "claim", **statement, proof=proof)


def _delivered(world: World, parcel: Parcel, answer: str, released: str) -> World:
    return taken(world, parcel, "deal", answer, released)


def _place(dispute: Dispute) -> dict[str, Any]:
    path = attachment("path", dispute.path)
    return {"index": dispute.index, "leaf": b64url(dispute.leaf), "path": path}


def _pieces(dispute: Dispute) -> dict[str, Any]:
    if dispute.chunk is not None and dispute.chunk_key is not None:
        return {"chunk": attachment("chunk", dispute.chunk), "key": b64url(dispute.chunk_key)}
    box = b"no box" if dispute.box is None else dispute.box
    arbiter = {"arbiter": sealed_market().id("carol"), "sealed_to": seal_key("carol-seal").kid}
    return {"share": attachment("share", box), **arbiter}


def whole(dispute: Dispute, more: int = 0) -> dict[str, Any]:
    """The claim file of a dispute."""
    attached = [data for data in (dispute.path, dispute.chunk, dispute.box) if data is not None]
    share = {} if dispute.share is None else {"share": b64url(dispute.share)}
    evidence = canonical(sheet("the claim", claimed(dispute, more)).file()).decode()
    return {
        "format": FORMAT,
        "evidence": evidence,
        "attachments": [_attached(data) for data in attached],
        **share,
    }


def _attached(data: bytes, named: bytes | None = None) -> dict[str, str]:
    """An attachment; `named`: the bytes whose digest it has instead."""
    return {"digest": digest(data if named is None else named), "data": b64url(data)}


def _malformed(made: VectorFile) -> None:
    for name, situation, data in _no_files():
        _add(made, f"malformed-{name}", situation, data, "malformed-claim")


def _no_files() -> Iterator[tuple[str, str, bytes]]:
    good = {"format": FORMAT, "evidence": "{}", "attachments": [_attached(b"path")]}
    for member in good:
        without = {name: value for name, value in good.items() if name != member}
        yield f"no-{member}", f"The member {member} is missing.", canonical(without)
    four = [_attached(bytes([number])) for number in range(4)]
    changes: Mapping[str, tuple[str, dict[str, Any]]] = {
        "other-format": ("A format that does not exist here.", {"format": "lading-claim/2"}),
        "unknown-member": ("A member that it does not have.", {"claim": "sha256:" + "0" * 64}),
        "evidence-empty": ("Evidence of no characters.", {"evidence": ""}),
        "evidence-object": ("Evidence as an object.", {"evidence": {}}),
        "four-attachments": ("Four attachments.", {"attachments": four}),
        "attachments-null": ("Attachments are null.", {"attachments": None}),
        "attachment-no-data": ("An attachment without data.", {"attachments": [{"digest": digest(b"")}]}),
        "attachment-more": ("An attachment with a name.", {"attachments": [{**_attached(b""), "name": "a"}]}),
        "attachment-padding": (
            "An attachment with padding.",
            {"attachments": [{**_attached(b"a"), "data": "YQ=="}]},
        ),
        "attachment-bits": (
            "Bits that stand for nothing.",
            {"attachments": [{**_attached(b"a"), "data": "YR"}]},
        ),
        "share-short": ("A share of 31 bytes.", {"share": b64url(bytes(31))}),
        "share-long": ("A share of 33 bytes.", {"share": b64url(bytes(33))}),
        "share-null": ("A share that is null.", {"share": None}),
    }
    for name, (situation, members) in changes.items():
        yield name, situation, canonical({**good, **members})
    text = canonical(good)
    yield "no-json", "It is no JSON.", b"hello"
    yield "nothing", "It has no bytes.", b""
    yield "list", "A list.", canonical([good])
    yield "cut", "The last byte is missing.", text[:-1]
    yield "twice", "A member stands twice.", text[:-1] + b',"format":"lading-claim/1"}'
    yield "behind", "Something stands behind it.", text + b"{}"
    yield "not-utf-8", "It is not UTF-8.", text[:-1] + b',"\xff":1}'
    yield "evidence-file", "It is an evidence file.", canonical(sheet("exchange", sealed_market()).file())


def _evidence(made: VectorFile) -> None:
    good = whole(_honest())
    code = "evidence-not-valid"
    data = canonical(good)
    _add(made, "evidence-untrusted", "The policy trusts another log.", data, code, policy="other-log")
    _add(
        made,
        "evidence-malformed",
        "The evidence is no evidence file.",
        canonical({**good, "evidence": "{}"}),
        code,
    )
    claim = claimed(_honest())
    for subject in ("released-it", "released", "got"):
        if subject in {entry.name for entry in claim.entries}:
            evidence = canonical(sheet(subject, claim).file()).decode()
            situation = f"The evidence is about another statement: {subject}."
            _add(
                made, f"evidence-about-{subject}", situation, canonical({**good, "evidence": evidence}), code
            )
    lacking = canonical(sheet("the claim", claim).without("taken").file()).decode()
    situation = "The evidence lacks the delivery."
    _add(
        made,
        "evidence-lacking",
        situation,
        canonical({**good, "evidence": lacking}),
        code,
        flags=["incomplete"],
    )
    rows = json.loads(good["evidence"])
    rows["logs"][0]["entries"][-1]["time"] += 1
    situation = "The evidence has a time that the log does not have."
    forged = canonical({**good, "evidence": canonical(rows).decode()})
    _add(made, "evidence-forged", situation, forged, code, flags=["forged"])


def _honest() -> Dispute:
    return next(dispute for dispute in disputes() if dispute.name == "honest-chunk")


def _attachments(made: VectorFile) -> None:
    honest = _honest()
    good = whole(honest)
    path, chunk = good["attachments"]
    shown = honest.chunk or b""
    changed = _attached(bytes([shown[0] ^ 1]) + shown[1:], shown)
    lists: dict[str, tuple[str, list[dict[str, str]]]] = {
        "none": ("No attachment is there.", []),
        "no-path": ("The path is not there.", [chunk]),
        "no-chunk": ("The chunk is not there.", [path]),
        "other-bytes": ("The chunk's digest stands at other bytes.", [path, changed]),
        "cut": ("The chunk's digest stands at its first bytes.", [path, _attached(shown[:-1], shown)]),
        "other-digest": ("The chunk stands under another digest.", [path, _attached(shown, b"other")]),
        "twice-the-path": ("The path twice, and no chunk.", [path, path]),
    }
    for name, (situation, attached) in lists.items():
        data = canonical({**good, "attachments": attached})
        flags = ["incomplete"] if name in ("none", "no-path", "no-chunk") else ["forged"]
        _add(made, f"attachments-{name}", situation, data, "attachment-missing", flags=flags)
    situation = "The claim says that the chunk is a byte longer than what has its digest."
    data = canonical(whole(honest, 1))
    _add(made, "attachments-other-size", situation, data, "attachment-missing", flags=["forged"])
    _boxes(made)
    more = canonical({**good, "attachments": [_attached(b"more"), path, chunk]})
    _add(made, "attachments-one-more", "An attachment that the claim does not name.", more, "opens")
    swapped = canonical({**good, "attachments": [chunk, path]})
    _add(made, "attachments-order", "The attachments in another order.", swapped, "opens")


def _boxes(made: VectorFile) -> None:
    boxed = next(dispute for dispute in disputes() if dispute.name == "honest-boxed")
    good = whole(boxed)
    path, box = good["attachments"]
    without = {**good, "attachments": [path]}
    situation = "The box for the arbiter is not there, and neither is the share."
    _add(
        made,
        "attachments-no-box",
        situation,
        canonical(without),
        "attachment-missing",
        keys=["carol-seal"],
        flags=["incomplete"],
    )
    share = b64url(of_scenario("taken").share("consumer"))
    situation = "The box for the arbiter is not there, and the share is."
    _add(made, "attachments-share-for-box", situation, canonical({**without, "share": share}), "key-derives")
    situation = "The share is there, and the path is not."
    data = canonical({**good, "attachments": [box], "share": share})
    _add(made, "attachments-share-no-path", situation, data, "attachment-missing", flags=["incomplete"])
