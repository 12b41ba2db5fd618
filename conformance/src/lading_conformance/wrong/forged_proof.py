"""An exchange that answers registrations with a proof that does not lead to its checkpoint."""

from __future__ import annotations

import base64
import json

from lading_conformance.wrong.proxy import Reply, Request, Wrong


class ForgedProof(Wrong):
    """Alters one bit of the last hash in each proof; where there is none, the index."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Forge the proof in the answer to a registration."""
        if request.path != "/statements" or reply.status not in (200, 201):
            return reply
        members = json.loads(reply.body)
        members["proof"] = _forged(members["proof"])
        return Reply(reply.status, reply.headers, json.dumps(members).encode("utf-8"))


def _forged(proof: str) -> str:
    head, separator, checkpoint = proof.partition("\n\n")
    lines = head.split("\n")
    if lines[-1].startswith("index "):
        lines[-1] += "1"
    else:
        node = bytearray(base64.b64decode(lines[-1]))
        node[0] ^= 1
        lines[-1] = base64.b64encode(node).decode("ascii")
    return "\n".join(lines) + separator + checkpoint
