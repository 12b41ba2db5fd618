"""Sending on: a statement that is at home at a peer goes there once, and the peer's answer comes back unchanged."""

from collections import Counter
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from lading import acts
from lading.acts.participant import Participant
from lading.http import media
from lading.problems import refuse
from lading.statement.envelope import decode, statement_id
from lading.statement.words import ID, Id
from lading_server.abroad import Abroad, Answer, PeerFailed
from lading_server.following import Following
from lading_server.peers import Peer

HEADER: Final = "Lading-Forwarded"
ANSWER_BYTES: Final = 256 * 1024
MAX_FORWARDED: Final = 64
"""Statements that may be on their way to one peer at a time."""


class Forward:
    """Sends statements on to the peers of one exchange."""

    def __init__(self, own: Id, following: Following) -> None:
        self._own = own
        self._following = following
        self._on_the_way: Counter[Id] = Counter()

    def peer_of(self, request: Request, jws: bytes) -> Peer | None:
        """The peer to which a statement has to be sent on; None where it is judged here.

        Raises `Refused` for what fails steps 1 to 3 of registration, and for a header of another form.
        """
        sent_on = request.headers.getlist(HEADER)
        # LAD-FED-008
        if len(sent_on) > 1 or not all(ID.fullmatch(value) for value in sent_on):
            raise refuse("bad-request", f"{HEADER} is not the id of an exchange")
        if sent_on or not self._following.peers:
            return None
        statement = acts.parse(decode(jws))
        if isinstance(statement.act, Participant) or statement.act.home in (None, self._own):
            return None
        standing = self._following.standing(Id(statement.act.home or ""))
        return None if standing is None else standing.peer

    async def send(self, abroad: Abroad, peer: Peer, jws: bytes) -> Response:
        """LAD-FED-007: the peer's answer; raises `Refused` (home-unreachable, busy)."""
        # LAD-HTP-015
        if self._on_the_way[peer.id] >= MAX_FORWARDED:
            raise refuse("busy", "too many statements are on their way to that exchange")
        self._on_the_way[peer.id] += 1
        try:
            headers = {"Content-Type": media.STATEMENT, HEADER: self._own}
            answer = await abroad.ask("POST", f"{peer.api}/statements", ANSWER_BYTES, jws, headers)
        except PeerFailed as failed:
            # LAD-FED-008
            raise refuse("home-unreachable", str(failed)) from None
        finally:
            self._on_the_way[peer.id] -= 1
        # LAD-FED-008
        if not _is_answer(answer, statement_id(jws)):
            raise refuse("home-unreachable", f"{peer.api} gave no answer that a registration can have")
        kept = {"Cache-Control": "no-store", "Content-Type": answer.media_type}
        return Response(answer.body, answer.status, kept)


def _is_answer(answer: Answer, key: Id) -> bool:
    """Whether it says that the statement is registered, or is a problem: nothing else is handed on."""
    try:
        said = orjson.loads(answer.body)
    except ValueError:
        return False
    if not isinstance(said, dict):
        return False
    if answer.status in (200, 201):
        right = [
            (said.get("id"), str),
            (said.get("index"), int),
            (said.get("time"), int),
            (said.get("proof"), str),
        ]
        is_json = media.matches(answer.media_type, media.JSON)
        return is_json and said.get("id") == key and all(type(value) is kind for value, kind in right)
    is_problem = media.matches(answer.media_type, media.PROBLEM) and type(said.get("code")) is str
    return is_problem and 400 <= answer.status <= 599 and said.get("status") == answer.status
