"""`GET /peers`: whom this exchange follows, and how that stands."""

from starlette.responses import Response

from lading_server.following import Standing, State
from lading_server.rendering import answer_json
from lading_server.resource import Call


async def read(call: Call) -> Response:
    """All peers in the order of their ids (LAD-FED-001)."""
    following = call.exchange.following
    peers = [(following.standing(peer.id), following.state(peer.id)) for peer in following.peers]
    return answer_json({"peers": [_peer(standing, state) for standing, state in peers if standing and state]})


def _peer(standing: Standing, state: State) -> dict[str, object]:
    peer = standing.peer
    members: dict[str, object] = {
        "id": peer.id,
        "api": peer.api,
        "origin": peer.origin,
        "state": state,
        "size": standing.size,
        "guests": peer.guests,
    }
    if standing.checkpoint:
        members["checkpoint"] = standing.checkpoint
    if standing.seen_at is not None:
        members["seen_at"] = standing.seen_at
    if standing.split is not None:
        members["split"] = {"checkpoints": list(standing.split)}
    return members
