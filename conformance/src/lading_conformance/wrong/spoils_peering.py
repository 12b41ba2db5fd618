"""Exchanges that follow others badly: what they show of peers, mirror, send on and take in, spoilt on its way."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any, Final

from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import Row, members, with_members


def _peers(request: Request, reply: Reply) -> list[dict[str, Any]] | None:
    if request.path != "/peers" or reply.status != 200:
        return None
    peers: list[dict[str, Any]] = members(reply)["peers"]
    return peers


def follows_nobody(request: Request, reply: Reply) -> Reply:
    """Shows no peers."""
    return reply if _peers(request, reply) is None else with_members(reply, peers=[])


def hides_its_checkpoints(request: Request, reply: Reply) -> Reply:
    """Shows peers without what it verified of them."""
    peers = _peers(request, reply)
    if peers is None:
        return reply
    return with_members(reply, peers=[{k: v for k, v in peer.items() if k != "checkpoint"} for peer in peers])


def shows_a_checkpoint_that_nobody_signed(request: Request, reply: Reply) -> Reply:
    """Shows a checkpoint of the peer with another signature."""
    peers = _peers(request, reply)
    if peers is None:
        return reply
    return with_members(reply, peers=[peer | _resigned(peer) for peer in peers])


def _resigned(peer: dict[str, Any]) -> dict[str, Any]:
    if "checkpoint" not in peer:
        return {}
    head, _, signature = peer["checkpoint"].rstrip("\n").rpartition(" ")
    data = bytearray(base64.b64decode(signature))
    data[-1] ^= 1
    return {"checkpoint": f"{head} {base64.b64encode(data).decode()}\n"}


def never_splits(request: Request, reply: Reply) -> Reply:
    """Calls every peer followed, whatever it showed."""
    peers = _peers(request, reply)
    if peers is None:
        return reply
    kept = [{name: value for name, value in peer.items() if name != "split"} for peer in peers]
    return with_members(reply, peers=[peer | {"state": "following"} for peer in kept])


def _found(request: Request, reply: Reply) -> list[dict[str, Any]] | None:
    if not request.path.startswith("/listings") or reply.status != 200:
        return None
    found: list[dict[str, Any]] = members(reply)["listings"]
    return found


def finds_its_own_only(request: Request, reply: Reply) -> Reply:
    """Finds no listing of a peer."""
    found = _found(request, reply)
    return (
        reply if found is None else with_members(reply, listings=[row for row in found if "home" not in row])
    )


def calls_all_its_own(request: Request, reply: Reply) -> Reply:
    """Shows listings of peers without their home and proof."""
    found = _found(request, reply)
    if found is None:
        return reply
    rows = [{name: value for name, value in row.items() if name not in ("home", "proof")} for row in found]
    return with_members(reply, listings=rows)


class FindsForEver:
    """Goes on finding what it found once."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, Any]] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        found = _found(request, reply)
        if found is None:
            return reply
        self.seen |= {row["id"]: row for row in found if "home" in row}
        return with_members(
            reply, listings=[*found, *(row for row in self.seen.values() if row not in found)]
        )


class KeepsWhatIsErased:
    """Goes on showing bytes that it showed once."""

    def __init__(self) -> None:
        self.seen: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method != "GET" or not request.path.startswith("/statements/"):
            return reply
        return (
            self.seen.setdefault(request.path, reply)
            if reply.status == 200
            else self.seen.get(request.path, reply)
        )


def says_it_never_was(request: Request, reply: Reply) -> Reply:
    """Answers for what is erased as for what never was."""
    if reply.status != 410:
        return reply
    body = {
        "title": "Not Found",
        "status": 404,
        "code": "not-found",
        "requirement": "LAD-HTP-010",
        "retry": "never",
    }
    return replace(reply, status=404, body=json.dumps(body | {"detail": "nothing is here"}).encode("utf-8"))


def knows_no_mirrored_statement(request: Request, reply: Reply) -> Reply:
    """Shows mirrored listings in a search, and not by their ids."""
    if request.path.startswith("/statements/") and request.path.endswith("/proof") and reply.status == 200:
        return Reply(404, {"Content-Type": "application/problem+json"}, b"{}")
    return reply


class RegistersItself:
    """Answers for other homes itself, instead of sending on."""

    def __init__(self) -> None:
        self.last: Reply | None = None

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method != "POST" or request.path != "/statements":
            return reply
        said = request.body.split(b".")
        if len(said) == 3 and reply.status == 201:
            payload = json.loads(base64.urlsafe_b64decode(said[1] + b"=" * (-len(said[1]) % 4)))
            if payload.get("type") == "acceptance":
                return Reply(422, {"Content-Type": "application/problem+json"}, _WRONG_HOME)
        return reply


_WRONG_HOME: Final = (
    b'{"title":"Unprocessable Content","status":422,"code":"wrong-home","requirement":"LAD-STM-020",'
    b'"retry":"never","detail":"the statement is at home elsewhere"}'
)


def sends_on_for_ever(request: Request, reply: Reply) -> Reply:
    """Takes what was sent on before."""
    if "lading-forwarded" in request.headers and reply.status == 422:
        return Reply(201, {"Content-Type": "application/json"}, b"{}")
    return reply


def passes_nonsense_on(request: Request, reply: Reply) -> Reply:
    """Hands on whatever the home answers."""
    return (
        Reply(200, {"Content-Type": "text/html"}, b"<p>Under construction</p>")
        if reply.status == 502
        else reply
    )


class LetsGuestsIn:
    """Answers what it should refuse of guests by its last good answer."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._last = Reply(201, {"Content-Type": "application/json"}, b"{}")

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method != "POST" or request.path != "/statements":
            return reply
        if reply.status == 201:
            self._last = reply
        elif members(reply).get("code") == self._code:
            return self._last
        return reply


def forgets_where_guests_come_from(request: Request, reply: Reply) -> Reply:
    """Shows guests as if they were at home here."""
    if request.path.startswith("/state/") and reply.status == 200 and members(reply)["kind"] == "participant":
        record = {name: value for name, value in members(reply)["record"].items() if name != "home"}
        return with_members(reply, record=record)
    return reply


class HearsNoNews:
    """Shows the heads of chains as they were when it was first asked for them."""

    def __init__(self) -> None:
        self.seen: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if (
            request.path.startswith("/state/")
            and reply.status == 200
            and members(reply)["kind"] == "participant"
        ):
            return self.seen.setdefault(request.path, reply)
        return reply


MUTANTS: Final = (
    Row("follows-nobody", follows_nobody, "peering_following", "LAD-FED-001"),
    Row("hides-its-checkpoints", hides_its_checkpoints, "peering_following", "LAD-FED-004"),
    Row(
        "shows-unsigned-checkpoint", shows_a_checkpoint_that_nobody_signed, "peering_following", "LAD-FED-004"
    ),
    Row("finds-its-own-only", finds_its_own_only, "peering_following", "LAD-FED-002"),
    Row("calls-all-its-own", calls_all_its_own, "peering_following", "LAD-FED-002"),
    Row("finds-for-ever", FindsForEver, "peering_following", "LAD-FED-002"),
    Row("proves-nothing-mirrored", knows_no_mirrored_statement, "peering_following", "LAD-FED-003"),
    Row("registers-itself", RegistersItself, "peering_sending_on", "LAD-FED-007"),
    Row("sends-on-for-ever", sends_on_for_ever, "peering_sending_on", "LAD-FED-007"),
    Row("passes-nonsense-on", passes_nonsense_on, "peering_unreachable", "LAD-FED-008"),
    Row("takes-guests-of-nowhere", lambda: LetsGuestsIn("unknown-home"), "peering_keys", "LAD-FED-009"),
    Row("takes-chains-from-anybody", lambda: LetsGuestsIn("not-at-home"), "peering_keys", "LAD-FED-010"),
    Row("hears-no-news", HearsNoNews, "peering_keys", "LAD-FED-011"),
    Row("takes-deals-of-a-split-home", lambda: LetsGuestsIn("home-silent"), "peering_split", "LAD-FED-012"),
    Row("takes-unknown-issuers", lambda: LetsGuestsIn("unknown-issuer"), "peering_keys", "LAD-FED-013"),
    Row("forgets-where-guests-come-from", forgets_where_guests_come_from, "peering_trade", "LAD-FED-014"),
    Row("never-splits", never_splits, "peering_split", "LAD-FED-006"),
    Row("keeps-what-is-erased", KeepsWhatIsErased, "peering_erased", "LAD-ERA-009"),
    Row("says-it-never-was", says_it_never_was, "peering_erased", "LAD-HTP-042"),
)
