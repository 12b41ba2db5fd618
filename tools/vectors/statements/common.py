"""The members that all acts share: version, type, who speaks, extensions."""

from __future__ import annotations

from typing import Any

from tools.vectors.files import VectorFile
from tools.vectors.statements.carrier import NOTES, SIGNER, Bytes, members, signed
from tools.vectors.world import ABSENT

_URI = "urn:example:x"


def file() -> VectorFile:
    """The file of common members."""
    made = VectorFile(
        path="statement/members.json",
        schema="statement",
        about="The members that all acts share.",
        notes=NOTES,
        keys=[SIGNER],
    )
    cases = Bytes(made)
    _versions_and_types(cases)
    _links(cases)
    _extensions(cases)
    return made


def _versions_and_types(cases: Bytes) -> None:
    for version in (0, 2, -1, 9007199254740991):
        text = signed(members("rejection", version=version))
        cases.refuse(f"version-{version}", f"Version {version}.", text, "unknown-version", pointer="/version")
    odd: dict[str, Any] = {"missing": ABSENT, "text": "1", "true": True, "null": None, "list": [1]}
    for name, value in odd.items():
        text = signed(members("rejection", version=value))
        cases.refuse(
            f"version-{name}",
            f"The version: {name}.",
            text,
            "bad-member",
            pointer="/version",
            about=["LAD-STM-013"],
            flags=["parser"] if name == "true" else (),
        )
    types = {
        "gift": "a word",
        "Rejection": "an act in capitals",
        "": "empty",
        "rejection ": "a space at the end",
    }
    for value, situation in types.items():
        text = signed(members("rejection", type=value))
        name = f"type-{len(value)}-{value.strip() or 'empty'}"
        cases.refuse(name, f"The type: {situation}.", text, "unknown-type", pointer="/type")
    odd = {"missing": ABSENT, "number": 1, "null": None, "list": ["rejection"]}
    for name, value in odd.items():
        text = signed(members("rejection", type=value))
        cases.refuse(
            f"type-{name}", f"The type: {name}.", text, "bad-member", pointer="/type", about=["LAD-STM-014"]
        )


def _links(cases: Bytes) -> None:
    for name in ("home", "issuer", "under", "issued_at"):
        text = signed(members("rejection", **{name: ABSENT}))
        cases.refuse(f"no-{name}", f"The member {name} is missing.", text, "bad-member", pointer=f"/{name}")
        text = signed(members("rejection", **{name: None}))
        cases.refuse(f"null-{name}", f"The member {name} is null.", text, "bad-member", pointer=f"/{name}")
    text = signed(members("rejection", note="hello"))
    cases.refuse(
        "unknown-member", "A member that the act does not have.", text, "bad-member", pointer="/note"
    )
    text = signed(members("rejection", **{"": 1}))
    cases.refuse("empty-name", "A member with an empty name.", text, "bad-member", pointer="/")
    text = signed(members("rejection", **{"a/b~c": 1}))
    cases.refuse(
        "name-with-slash",
        "A member whose name has the signs that pointers escape.",
        text,
        "bad-member",
        pointer="/a~1b~0c",
    )


def _extensions(cases: Bytes) -> None:
    about = ["LAD-STM-038"]
    plain = {_URI: {"anything": [1, None, "two"]}, "https://vectors.example/extension": None}
    cases.accept(
        "extensions",
        "Extensions that nobody understands, and none of them critical.",
        signed(members("rejection", extensions=plain)),
        about=about,
    )
    cases.refuse(
        "critical",
        "A critical extension that nobody understands.",
        signed(members("rejection", extensions=plain, critical=[_URI])),
        "unknown-critical",
        pointer="/critical",
    )
    about = ["LAD-STM-037"]
    many = {f"urn:example:{number}": 1 for number in range(17)}
    bad: dict[str, tuple[str, Any, Any]] = {
        "critical-alone": ("critical without extensions.", ABSENT, [_URI]),
        "critical-other": ("critical names what extensions does not hold.", plain, ["urn:example:y"]),
        "critical-empty": ("critical is empty.", plain, []),
        "critical-twice": ("critical names one extension twice.", plain, [_URI, _URI]),
        "critical-many": ("critical names 17 extensions.", many, list(many)),
        "critical-text": ("critical is a text.", plain, _URI),
        "critical-no-uri": ("critical names something that is no URI.", {"x": 1}, ["x"]),
    }
    for name, (situation, extensions, critical) in bad.items():
        text = signed(members("rejection", extensions=extensions, critical=critical))
        cases.refuse(name, situation, text, "bad-member", about=about)
    forms: dict[str, tuple[str, Any]] = {
        "extensions-list": ("extensions is a list.", [_URI]),
        "extensions-null": ("extensions is null.", None),
        "extensions-name": ("An extension's name is no URI.", {"note": 1}),
    }
    for name, (situation, value) in forms.items():
        text = signed(members("rejection", extensions=value))
        cases.refuse(
            name, situation, text, "bad-member", about=["LAD-STM-035"] if name.endswith("name") else ()
        )
