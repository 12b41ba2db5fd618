"""The members of each act: which it needs, which it may have, and in which combinations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from tools.vectors import scenarios
from tools.vectors.acts import erasure_forms, handover_forms, listing_forms, notice_forms, recourse_forms
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, key, listed
from tools.vectors.statements.carrier import NAMED, NOTES, SIGNER, Bytes, bodies, members, signed
from tools.vectors.world import ABSENT

Changes = Mapping[str, Any]
T = TypeVar("T")
_OTHER = NAMED["other"]
_KID = key("acme-next").kid
_KEY = listed(key("acme").x)
_STANDING = scenarios.STANDING
_EXCHANGE = {"kind": "exchange", "exchange": scenarios.exchange(), "home": ABSENT}


def optional() -> dict[str, Changes]:
    """Every member that an act can have besides those it needs, with a value."""
    checks = [{"kind": "commercial-register", "digest": digest(b"extract")}, {"kind": "sanctions"}]
    return {
        "participant": {
            "identifiers": ["lei:529900T8BM49AURSDO55", "eori:NL123456789"],
            "contact": "data@acme.example",
            "related": [
                {"party": _OTHER, "relation": "affiliate"},
                {"party": "lei:529900T8BM49AURSDO55", "relation": "controlled-by"},
            ],
            "revoked": [key("acme-old").kid],
        },
        "admission": {"checks": checks},
        **listing_forms.optional(),
        "acceptance": {},
        "rejection": {},
        "withdrawal": {},
        **handover_forms.optional(),
        **notice_forms.optional(),
        **recourse_forms.optional(),
        **erasure_forms.optional(),
    }


def other_shapes() -> dict[str, dict[str, tuple[str, Changes]]]:
    """Permitted combinations besides the smallest and the largest."""
    successor = {"previous": _OTHER, "under": _OTHER, "issuer": NAMED["acme"]}
    may = [{**_KEY, "may": ["participant", "delivery", "act-of-a-later-version"]}]
    limit = [{**_KEY, "limit": {"amount": "500.00", "currency": "EUR"}}]
    shapes: dict[str, dict[str, tuple[str, Changes]]] = {
        "participant": {
            "successor": ("A successor.", successor),
            "exchange": ("An exchange's first statement.", _EXCHANGE),
            "limit": ("A key that binds its owner to so much at most.", {"keys": limit}),
            "may": ("A key that may sign some acts only, one of them unknown.", {"keys": may}),
            **handover_forms.seal_keys()[0],
            **erasure_forms.exchanges()[0],
        },
        "admission": {
            "every-role": ("Every role.", {"roles": ["provider", "consumer", "assessor", "arbiter"]})
        },
    }
    parts = (listing_forms, handover_forms, notice_forms, recourse_forms, erasure_forms)
    return merged(shapes, *(part.other_shapes() for part in parts))


def merged(*parts: Mapping[str, Mapping[str, T]]) -> dict[str, dict[str, T]]:
    """What the parts say of each act, together."""
    acts = dict.fromkeys(act for part in parts for act in part)
    return {act: {name: shape for part in parts for name, shape in part.get(act, {}).items()} for act in acts}


def _participant() -> dict[str, tuple[str, Changes]]:
    successor = {"previous": _OTHER, "under": _OTHER, "issuer": NAMED["acme"]}

    def exchange(**changes: Any) -> Changes:
        return {**_EXCHANGE, "exchange": {**scenarios.exchange(), **changes}}

    limits = scenarios.LIMITS
    return {
        "kind-unknown": ("A kind that the act does not have.", {"kind": "agency"}),
        "no-home": ("No home, and no exchange.", {"home": ABSENT}),
        "kind-without-exchange": ("kind is exchange; exchange is missing.", {"kind": "exchange"}),
        "exchange-without-kind": ("exchange is there; kind is company.", {**_EXCHANGE, "kind": "company"}),
        "exchange-with-home": ("An exchange with a home.", {**_EXCHANGE, "home": NAMED["exchange"]}),
        "issuer-alone": ("An issuer in a first statement.", {"issuer": NAMED["acme"]}),
        "under-alone": ("under in a first statement.", {"under": _OTHER}),
        "previous-alone": ("previous without issuer and under.", {"previous": _OTHER}),
        "no-issuer": ("A successor without issuer.", {**successor, "issuer": ABSENT}),
        "no-under": ("A successor without under.", {**successor, "under": ABSENT}),
        "under-not-previous": ("under is not previous.", {**successor, "under": NAMED["acme"]}),
        "next-is-key": ("A next key is a listed key.", {"next": [key("acme").kid]}),
        "key-unknown-member": (
            "A key with a member that keys do not have.",
            {"keys": [{**_KEY, "alg": "Ed25519"}]},
        ),
        "may-empty": ("may is empty.", {"keys": [{**_KEY, "may": []}]}),
        "rules-2": ("A rule set that does not exist.", exchange(rules=2)),
        "onboarding-unknown": (
            "An onboarding that does not exist.",
            exchange(policy={"onboarding": "invited"}),
        ),
        "limit-0": ("A limit of 0.", exchange(limits={**limits, "statement_bytes": 0})),
        "limit-missing": ("A limit is missing.", exchange(limits={"statement_bytes": 65_536})),
        "origin-plus": (
            "A plus sign in the origin.",
            exchange(log={**scenarios.exchange()["log"], "origin": "a+b"}),
        ),
        "no-log-keys": ("No log keys.", exchange(log={**scenarios.exchange()["log"], "keys": []})),
        **handover_forms.seal_keys()[1],
        **erasure_forms.exchanges()[1],
    }


def wrong_shapes() -> dict[str, dict[str, tuple[str, Changes]]]:
    """What an act must not look like, beside missing and unknown members."""
    standing = {"offer": ABSENT, "listing": _OTHER, "purpose": "research", "reference": "PO-1"}
    shapes: dict[str, dict[str, tuple[str, Changes]]] = {
        "participant": _participant(),
        "admission": {
            "status-unknown": ("A status that the act does not have.", {"status": "welcome"}),
            "check-no-kind": ("A check without kind.", {"checks": [{"digest": digest(b"extract")}]}),
            "check-unknown-member": (
                "A check with a member that it does not have.",
                {"checks": [{"kind": "sanctions", "by": "acme"}]},
            ),
        },
        "acceptance": {
            "nothing": ("Neither offer nor listing.", {"offer": ABSENT}),
            "both": ("An offer and a listing.", {**standing, "offer": _OTHER}),
            "offer-and-purpose": ("A purpose beside an offer.", {"purpose": "research"}),
            "offer-and-reference": ("A reference beside an offer.", {"reference": "PO-1"}),
            "no-purpose": ("A listing without purpose.", {**standing, "purpose": ABSENT}),
            "no-reference": ("A listing without reference.", {**standing, "reference": ABSENT}),
            "offer-and-actions": ("Actions beside an offer.", {"actions": ["use"]}),
        },
        "rejection": {},
        "withdrawal": {},
    }
    parts = (listing_forms, handover_forms, notice_forms, recourse_forms, erasure_forms)
    return merged(shapes, *(part.wrong_shapes() for part in parts))


_ABOUT: Mapping[str, str] = {
    "participant": "LAD-PAR-001",
    "admission": "LAD-ADM-006",
    "listing": "LAD-LST-001",
    "offer": "LAD-OFR-001",
    "acceptance": "LAD-ACC-001",
    "rejection": "LAD-REJ-002",
    "withdrawal": "LAD-WDR-002",
    "delivery": "LAD-DLV-009",
    "receipt": "LAD-RCP-006",
    "release": "LAD-RLS-001",
    "lapse": "LAD-LPS-001",
    "claim": "LAD-CLM-001",
    "attestation": "LAD-ATT-001",
    "notice": "LAD-NTC-001",
    "deletion": "LAD-DEL-001",
    "payment": "LAD-PAY-001",
    "ruling": "LAD-RUL-001",
    "grant": "LAD-GRA-001",
    "disclosure": "LAD-DIS-001",
    "erasure": "LAD-ERA-001",
    "notarisation": "LAD-NOT-001",
}
_SHAPED = {
    "offer": ("listing",),
    "acceptance": ("offer",),
    "receipt": ("content_root", "size"),
    "lapse": ("delivery",),
    "notice": ("contract",),
    "claim": ("statement", "ground", "proof"),
}
"""Members that are needed in one of an act's shapes only; their absence is a case of its own."""


def files() -> Iterator[VectorFile]:
    """For each act the file of its members."""
    for act in bodies():
        made = VectorFile(
            path=f"{act}/form.json",
            schema="statement",
            about=f"The members of {act}.",
            notes=NOTES,
            keys=[SIGNER],
        )
        _act(Bytes(made), act, [_ABOUT[act]])
        yield made


def _act(cases: Bytes, act: str, about: list[str]) -> None:
    more = optional()[act]
    along = {**more, **handover_forms.ALONG.get(act, {})}
    cases.accept("smallest", "The members that it needs, and no others.", signed(members(act)), about=about)
    if more:
        cases.accept("largest", "Every member that it can have.", signed(members(act, **along)), about=about)
    for name, (situation, changes) in other_shapes().get(act, {}).items():
        cases.accept(name, situation, signed(members(act, **changes)), about=about)
    for member, value in bodies()[act].items():
        if value is not ABSENT and member not in _SHAPED.get(act, ()):
            statement = signed(members(act, **{member: ABSENT}))
            situation = f"The member {member} is missing."
            cases.refuse(
                f"no-{member}", situation, statement, "bad-member", pointer=f"/{member}", about=about
            )
    for member in more:
        statement = signed(members(act, **{member: None}))
        cases.refuse(
            f"null-{member}", f"{member} is null.", statement, "bad-member", pointer=f"/{member}", about=about
        )
    statement = signed(members(act, **{"comment": "hello"}))
    situation = "A member that the act does not have."
    cases.refuse("unknown-member", situation, statement, "bad-member", pointer="/comment", about=about)
    for name, (situation, changes) in wrong_shapes()[act].items():
        cases.refuse(name, situation, signed(members(act, **changes)), "bad-member", about=about)
