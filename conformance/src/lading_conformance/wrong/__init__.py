"""Deliberately wrong exchanges: each breaks one promise, and one case of the suite has to notice.

They are proxies in front of a real exchange. Of the suite they know its oracle, with which some sign, and nothing of
its cases; besides they import the standard library, httpx, cryptography and each other. `honest` changes nothing; it
shows that what the suite finds is the fault and not the proxy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lading_conformance.wrong.forged_proof import ForgedProof
from lading_conformance.wrong.keyless import Keyless
from lading_conformance.wrong.leaky import Leaky
from lading_conformance.wrong.lenient import Crashing, Lenient, WrongReason
from lading_conformance.wrong.proxy import Wrong, serving

EXCHANGES: Mapping[str, Callable[[], Wrong]] = MappingProxyType(
    {
        "honest": Wrong,
        "forged-proof": ForgedProof,
        "leaky": Leaky,
        "lenient": Lenient,
        "crashing": Crashing,
        "wrong-reason": WrongReason,
        "keyless": Keyless,
    }
)


def serve(name: str, upstream: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve a wrong exchange in front of `upstream` until the process is interrupted; `ready` is told its address."""
    with serving(EXCHANGES[name](), upstream, port) as proxy:
        ready(proxy.url)
        proxy.wait()
