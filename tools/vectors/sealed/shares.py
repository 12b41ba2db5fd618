"""Shares in their boxes."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors.files import VectorFile, accept, refuse
from tools.vectors.parcels import SECRETS, Parcel, of_scenario, sealed_market
from tools.vectors.primitives import digest, sha256
from tools.vectors.sealing import BOX, ENCAPSULATION, Binding, commitment

ROLES: Final = {"exchange": "exchange-seal", "consumer": "buyer-seal", "arbiter": "carol-seal"}
"""Who receives a share in which role, by the name of the seal key."""
_OTHER: Final = digest(b"lading vectors other")


def file() -> VectorFile:
    """The file about boxes."""
    parcel = of_scenario("taken")
    boxes = {role: box_of(parcel, role).hex() for role in ROLES}
    made = VectorFile(
        path="sealed/shares.json",
        schema="share",
        about="Boxes, and the shares that are in them.",
        notes=[
            "the box named by `box` is opened with the seal key named by `key`; with `changed`, the lowest bit of that"
            " byte of the box is changed, with `bytes` only so many of its bytes are there",
            "`info` follows from `contract`, `sequence`, `provider`, `recipient` and `role`; the share has to have the"
            " `commitment`",
            "the boxes are of the delivery taken of the scenario sealed; they are fixed, since their randomness is",
            SECRETS,
        ],
        keys=[*ROLES.values(), *(f"taken {role} share" for role in ("exchange", "consumer"))],
        given={"boxes_hex": boxes},
    )
    about = ["LAD-SEA-001", "LAD-SEA-002"]
    for role in ROLES:
        given = _given(parcel, role)
        expect = accept(share_hex=_share(parcel, role).hex(), info_hex=_info(given).hex())
        made.add(role, f"The box of the {role}.", given, expect, about=about)
    for role in ROLES:
        _bad(made, parcel, role)
    _crossed(made, parcel)
    return made


def box_of(parcel: Parcel, role: str) -> bytes:
    """The box of a role; carol is the arbiter."""
    return parcel.arbiter_box(sealed_market().id("carol")) if role == "arbiter" else parcel.box(role)


def _share(parcel: Parcel, role: str) -> bytes:
    return parcel.share("consumer" if role == "arbiter" else role)


def _given(parcel: Parcel, role: str) -> dict[str, Any]:
    world, bound = sealed_market(), parcel.binding
    recipient = {"exchange": "exchange", "consumer": "buyer", "arbiter": "carol"}[role]
    place = {"contract": bound.contract, "sequence": bound.sequence, "provider": bound.provider}
    whom = {"recipient": world.id(recipient), "role": role}
    return {"box": role, "key": ROLES[role], **place, **whom, "commitment": commitment(_share(parcel, role))}


def _info(given: dict[str, Any]) -> bytes:
    bound = Binding(given["contract"], given["sequence"], given["provider"])
    return bound.info(given["recipient"], given["role"])


def _bad(made: VectorFile, parcel: Parcel, role: str) -> None:
    """What does not open, or not to this share, in every role."""
    given, bound = _given(parcel, role), parcel.binding
    differing: dict[str, tuple[str, dict[str, Any], list[str]]] = {
        "other-contract": ("The box of another contract.", {"contract": _OTHER}, ["crossed"]),
        "other-sequence": ("The box of another number.", {"sequence": bound.sequence + 1}, ["crossed"]),
        "other-provider": ("The box of another provider.", {"provider": _OTHER}, ["crossed"]),
        "other-recipient": ("The box for another recipient.", {"recipient": _OTHER}, ["crossed"]),
        "other-role": ("The box for another role.", {"role": _next(role)}, ["crossed"]),
        "other-key": ("The box for another seal key.", {"key": ROLES[_next(role)]}, ["crossed"]),
        "other-commitment": ("Another share than the committed one.", {"commitment": _OTHER}, []),
        "commitment-of-text": (
            "A commitment to the share in hexadecimal.",
            {"commitment": "sha256:" + sha256(_share(parcel, role).hex().encode()).hex()},
            [],
        ),
    }
    for name, (situation, changes, flags) in differing.items():
        made.add(f"{role}-{name}", situation, {**given, **changes}, refuse("bad-share"), flags=flags)


def _next(role: str) -> str:
    names = list(ROLES)
    return names[(names.index(role) + 1) % len(names)]


def _crossed(made: VectorFile, parcel: Parcel) -> None:
    """The consumer's box, changed, cut, or lengthened."""
    given = _given(parcel, "consumer")
    places = {
        "mlkem-first": 0,
        "mlkem-last": 1087,
        "x25519-first": 1088,
        "x25519-last": ENCAPSULATION - 2,
        "ciphertext": ENCAPSULATION,
        "tag": BOX - 1,
    }
    for name, at in places.items():
        situation = f"One bit of byte {at} is changed."
        case = {**given, "changed": at}
        made.add(f"changed-{name}", situation, case, refuse("bad-share"), flags=["forged"])
    for count in (0, ENCAPSULATION, BOX - 16, BOX - 1):
        situation = f"Only {count} bytes of the box."
        case = {**given, "bytes": count}
        made.add(f"first-{count}-bytes", situation, case, refuse("bad-share"), flags=["truncated"])
    for name, other in (("exchange", "exchange"), ("arbiter", "arbiter")):
        situation = f"The box of the {other} in place of the consumer's."
        case = {**given, "box": other}
        made.add(f"box-of-{name}", situation, case, refuse("bad-share"), flags=["crossed"])
