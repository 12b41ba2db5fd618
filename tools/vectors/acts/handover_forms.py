"""The members of the acts from delivery to claim: permitted combinations, and others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.vectors.acts import recourse_forms
from tools.vectors.contents import described as content
from tools.vectors.primitives import digest
from tools.vectors.sealing import listed_seal, seal_key
from tools.vectors.statements.carrier import CLAIM, NAMED, SEALED, members, put
from tools.vectors.world import ABSENT

Changes = Mapping[str, Any]
Shapes = dict[str, tuple[str, Changes]]

URL: Final = "https://acme.example/roads"
_NOTHING: Final = digest(b"")


_FORM: Final = {"form": "sealed", "sealed": SEALED}
_REFUSED: Final = {"outcome": "refused", "reason": "quality", "content_root": ABSENT, "size": ABSENT}
_BOX: Final = {
    "name": "share",
    "media_type": "application/octet-stream",
    "size": 1168,
    "digest": digest(b"box"),
}
_ARBITER: Final[dict[str, Any]] = {
    "share": _BOX,
    "arbiter": NAMED["other"],
    "sealed_to": seal_key("carol-seal").kid,
}
WRONG_KEY: Final[dict[str, Any]] = {
    "ground": "wrong-key",
    "proof": {**{name: CLAIM["proof"][name] for name in ("index", "leaf", "path")}, **_ARBITER},
}
"""What makes a claim one about a wrong key."""


def optional() -> dict[str, Changes]:
    """Members that these acts can have besides those they need."""
    more = {"name": "roads.csv", "media_type": "text/csv", "fields": ["id", "position"], "marked": "mark-17"}
    return {
        "delivery": {**more, "url": URL, "sealed": SEALED},
        "receipt": {"manifest_root": digest(b"lading vectors manifest")},
        "release": {},
        "lapse": {},
        "claim": {"text": "Chunk 3 does not open.", "remedy": "redelivery"},
    }


ALONG: Final[Mapping[str, Changes]] = {"delivery": {"form": "sealed", "custody": "provider"}}
"""What has to be said where every optional member is there."""


def other_shapes() -> dict[str, Shapes]:
    """Permitted combinations besides the smallest and the largest."""
    manifest = {**SEALED, "manifest_root": _NOTHING}
    return {
        "delivery": {
            "empty": ("An empty content.", content(0)),
            "sealed": ("Sealed, in the exchange's custody.", _FORM),
            "sealed-empty": ("Sealed, of an empty content.", {**_FORM, **content(0), "sealed": manifest}),
            "sealed-by-the-provider": (
                "Sealed, in the provider's custody.",
                {**_FORM, "custody": "provider", "url": URL},
            ),
            "clear-projected": ("Clear, and projected to one field.", {"fields": ["id"]}),
            "fields-longest": ("256 fields, one of them of 200 characters.", {"fields": _fields(256)}),
            "clear-marked": ("Clear, and marked.", {"marked": "m"}),
        },
        "receipt": {
            "refused": ("A receipt that refuses.", _REFUSED),
            "sealed-empty": (
                "A receipt of an empty sealed content.",
                {"size": 0, "content_root": _NOTHING, "manifest_root": _NOTHING},
            ),
        },
        "claim": {
            "wrong-key": ("A claim that a key is wrong.", WRONG_KEY),
            "index-0": ("The first chunk.", _proof(index=0)),
            "index-largest": ("The last chunk that a content can have.", _proof(index=524_287)),
            "path-empty": ("A path of no bytes.", _proof(path={**CLAIM["proof"]["path"], "size": 0})),
            **recourse_forms.claims(),
        },
    }


def _fields(count: int) -> list[str]:
    return [*(f"field-{number}" for number in range(count - 1)), "x" * 200]


def _proof(**changes: Any) -> dict[str, Any]:
    proof = {**CLAIM["proof"], **changes}
    return {"proof": {name: value for name, value in proof.items() if value is not ABSENT}}


def wrong_shapes() -> dict[str, Shapes]:
    """What these acts must not look like, beside missing and unknown members."""
    return {
        "delivery": {**_deliveries(), **dict(_sealed())},
        "receipt": {
            "outcome-unknown": ("An outcome that the act does not have.", {"outcome": "partly"}),
            "accepted-no-root": ("Accepted without root.", {"content_root": ABSENT}),
            "accepted-no-size": ("Accepted without size.", {"size": ABSENT}),
            "accepted-manifest-root-alone": (
                "Accepted with the manifest's root in place of the content's.",
                {"content_root": ABSENT, "manifest_root": _NOTHING},
            ),
            "accepted-with-reason": ("Accepted with a reason.", {"reason": "quality"}),
            "refused-no-reason": ("Refused without reason.", {**_REFUSED, "reason": ABSENT}),
            "refused-with-root": (
                "Refused with a root.",
                {**_REFUSED, "content_root": content(0)["content_root"]},
            ),
            "refused-with-manifest-root": (
                "Refused with the manifest's root.",
                {**_REFUSED, "manifest_root": _NOTHING},
            ),
            "refused-with-size": ("Refused with a size.", {**_REFUSED, "size": 0}),
        },
        "release": {},
        "lapse": {},
        "claim": {**dict(_claims()), **recourse_forms.wrong_claims()},
    }


def _deliveries() -> Shapes:
    provider = {"custody": "provider", "url": URL}
    return {
        "form-unknown": ("A form that the act does not have.", {"form": "open"}),
        "custody-unknown": ("A custody that the act does not have.", {"custody": "consumer"}),
        "sealed-not-said": ("Form sealed without the member sealed.", {"form": "sealed"}),
        "clear-sealed": ("Form clear with the member sealed.", {"sealed": SEALED}),
        "clear-at-the-provider": ("Clear, in the provider's custody.", provider),
        "sealed-at-the-provider-no-url": (
            "In the provider's custody, without url.",
            {**_FORM, "custody": "provider"},
        ),
        "sealed-at-the-exchange-url": ("In the exchange's custody, with url.", {**_FORM, "url": URL}),
        "clear-url": ("Clear, with url.", {"url": URL}),
        "url-slash": ("A url that ends with a slash.", {**_FORM, **provider, "url": URL + "/"}),
        "fields-empty": ("No fields.", {"fields": []}),
        "fields-257": ("257 fields.", {"fields": _fields(257)}),
        "fields-twice": ("A field that stands twice.", {"fields": ["id", "id"]}),
        "field-long": ("A field of 201 characters.", {"fields": ["x" * 201]}),
        "field-empty": ("A field without a name.", {"fields": [""]}),
        "marked-space": ("A mark with a space.", {"marked": "mark 17"}),
    }


def _sealed() -> Iterator[tuple[str, tuple[str, Changes]]]:
    def shape(value: object, *path: str | int) -> Changes:
        return {**_FORM, "sealed": put(value, path, SEALED)}

    for member in SEALED:
        yield f"sealed-no-{member}", (f"In sealed {member} is missing.", shape(ABSENT, member))
    yield "sealed-unknown-member", ("In sealed a member that it does not have.", shape(1, "arbiter"))
    for member in ("key", "commitment", "box"):
        situation = f"In the consumer's share {member} is missing."
        yield f"share-no-{member}", (situation, shape(ABSENT, "consumer", member))
    situation = "In the exchange's share a member that it does not have."
    yield "share-unknown-member", (situation, shape("", "exchange", "share"))
    same = SEALED["exchange"]["commitment"]
    yield "one-commitment", ("Both commitments are one.", shape(same, "consumer", "commitment"))
    empty = {**_FORM, **content(0)}
    yield "sealed-empty-other-root", ("An empty content with the manifest root of another one.", empty)


def _claims() -> Iterator[tuple[str, tuple[str, Changes]]]:
    yield "ground-unknown", ("A ground that the act does not have.", {"ground": "ugly"})
    yield "ground-of-another", ("The proof of the other ground.", {"ground": "wrong-key"})
    yield "proof-of-another", ("The proof of the other ground.", {**WRONG_KEY, "ground": "bad-chunk"})
    for member in ("index", "leaf", "path", "chunk", "key"):
        yield f"bad-chunk-no-{member}", (f"In the proof {member} is missing.", _proof(**{member: ABSENT}))
    for member in ("share", "arbiter", "sealed_to"):
        value, proof = _ARBITER[member], WRONG_KEY["proof"]
        yield f"bad-chunk-with-{member}", (f"In the proof also {member}.", _proof(**{member: value}))
        without = {**WRONG_KEY, "proof": put(ABSENT, [member], proof)}
        yield f"wrong-key-no-{member}", (f"In the proof {member} is missing.", without)
    for member in ("chunk", "key"):
        proof = {**WRONG_KEY["proof"], member: CLAIM["proof"][member]}
        yield f"wrong-key-with-{member}", (f"In the proof also {member}.", {**WRONG_KEY, "proof": proof})
    yield "arbiter-is-home", ("The exchange is the arbiter.", {**WRONG_KEY, "home": NAMED["other"]})
    both = {"proof": {**CLAIM["proof"], **_ARBITER}}
    yield "both-proofs", ("The proofs of both grounds.", both)
    yield "proof-unknown-member", ("A member that a proof does not have.", _proof(size=1))


def seal_keys() -> tuple[Shapes, Shapes]:
    """Keys of participants: permitted and other lists that have a seal key in them."""
    own, seal = members("participant")["keys"][0], listed_seal(seal_key("buyer-seal").public)
    good: Shapes = {
        "seal-key": ("A signing key and a seal key.", {"keys": [own, seal]}),
        "seal-key-first": ("A seal key before the signing key.", {"keys": [seal, own]}),
        "seal-key-revoked": ("A seal key that is revoked.", {"revoked": [seal_key("carol-seal").kid]}),
    }
    bad: dict[str, tuple[str, object]] = {
        "use-sign": ("A seal key that is to sign.", {**seal, "use": "sign"}),
        "with-may": ("A seal key with may.", {**seal, "may": ["delivery"]}),
        "with-jwk": ("A seal key with jwk.", {**seal, "jwk": own["jwk"]}),
        "no-object": ("A key that is a text.", seal["public"]),
    }
    shapes: Shapes = {f"seal-key-{name}": (what, {"keys": [own, key]}) for name, (what, key) in bad.items()}
    shapes["seal-key-twice"] = ("A seal key that stands twice.", {"keys": [own, seal, seal]})
    shapes["seal-key-is-next"] = (
        "A next key is a listed seal key.",
        {"keys": [own, seal], "next": [seal_key("buyer-seal").kid]},
    )
    return good, shapes
