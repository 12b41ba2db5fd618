"""The forms of values in sealed deliveries, releases, claims and seal keys."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors.primitives import b64url, seed, sha256
from tools.vectors.sealing import seal_key
from tools.vectors.statements.carrier import Bytes
from tools.vectors.statements.forms import Form
from tools.vectors.world import ABSENT


def add(cases: Bytes) -> None:
    """Add a case for each value."""
    _seal_keys(cases)
    _secrets(cases)
    _claims(cases)
    _attachments(cases)


def _seal_keys(cases: Bytes) -> None:
    key = seal_key("buyer-seal")
    text = b64url(key.public)
    Form(cases, "seal-key-use", "LAD-STM-015", "participant", "keys", 1, "use").fail(
        {"enc": "enc", "missing": ABSENT}
    )
    Form(cases, "seal-key-kem", "LAD-STM-015", "participant", "keys", 1, "kem").fail(
        {"other": "MLKEM1024-P384", "small-letters": "mlkem768-x25519", "missing": ABSENT}
    )
    Form(cases, "seal-key", "LAD-STM-015", "participant", "keys", 1, "public").pass_({"other": text}).fail(
        {
            "short": b64url(bytes(1215)),
            "long": b64url(bytes(1217)),
            "trailing-bits": text[:-1] + "B",
            "padding": text + "==",
            "line-feed-after": text + "\n",
            "hexadecimal": key.public.hex(),
            "missing": ABSENT,
        },
        limit=["short", "long"],
    )
    Form(cases, "seal-key-member", "LAD-STM-015", "participant", "keys", 1, "may").fail({"may": ["delivery"]})
    share = Form(cases, "sealed-to", "LAD-STM-033", "delivery", "sealed", "consumer", "key")
    share.pass_({"other": key.kid}).fail({"short": key.kid[:42], "trailing-bits": key.kid[:42] + "B"})


_SHARE: Final = b64url(seed("share"))
_NOT_32_BYTES: Final[dict[str, Any]] = {
    "short": _SHARE[:42],
    "long": _SHARE + "A",
    "trailing-bits": _SHARE[:42] + "B",
    "padding": _SHARE + "=",
    "standard-alphabet": "+" + _SHARE[1:],
    "hexadecimal": seed("share").hex(),
    "line-feed-after": _SHARE + "\n",
    "empty": "",
}


def _secrets(cases: Bytes) -> None:
    for name, about, act, *path in (
        ("share", "LAD-RLS-001", "release", "share"),
        ("chunk-key", "LAD-CLM-001", "claim", "proof", "key"),
    ):
        Form(cases, name, about, act, *path).pass_({"other": b64url(sha256(b"other"))}).fail(_NOT_32_BYTES)


def _claims(cases: Bytes) -> None:
    Form(cases, "chunk-number", "LAD-CLM-001", "claim", "proof", "index").pass_(
        {"first": 0, "last": 524_287}, limit=["first", "last"]
    ).fail({"negative": -1, "too-large": 524_288, "text": "0"}, limit=["negative", "too-large"])
    leaf = b64url(sha256(b"a") + sha256(b"b") + sha256(b"c"))
    Form(cases, "leaf", "LAD-CLM-001", "claim", "proof", "leaf").pass_({"other": leaf}).fail(
        {
            "short": leaf[:127],
            "long": leaf + "A",
            "two-hashes": leaf[:86],
            "space": " " + leaf[1:],
            "standard-alphabet": "/" + leaf[1:],
            "line-feed-after": leaf + "\n",
        }
    )


def _attachments(cases: Bytes) -> None:
    def form(member: str) -> Form:
        return Form(cases, f"attachment-{member}", "LAD-CLM-001", "claim", "proof", "chunk", member)

    form("name").pass_({"spaces": "chunk 3.bin"}).fail({"path": "a/b", "hidden": ".chunk", "missing": ABSENT})
    form("media_type").fail({"empty": "", "capitals": "Text/CSV", "missing": ABSENT})
    form("size").pass_({"nothing": 0, "largest": 2**53 - 1}, limit=["nothing", "largest"]).fail(
        {"negative": -1, "missing": ABSENT}, limit=["negative"]
    )
    form("digest").fail({"other-prefix": "sha512:" + "0" * 64, "missing": ABSENT})
    form("data").fail({"member-data": b64url(b"data")})
