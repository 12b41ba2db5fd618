"""Operate an exchange from its state directory: set it up, serve it, admit participants, rotate its keys, give out
its trust policy.

    init(Path("state"), name="Example Exchange", jurisdiction="DE", api="http://127.0.0.1:8000")
    serve(Path("state"), host="127.0.0.1", port=8000)         # until SIGINT or SIGTERM
"""

import ipaddress
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from lading.errors import LadingError, NotUnderstood, Unreachable, UsageProblem
from lading.http import media
from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer
from lading.keys.vkey import VerifierKey
from lading.log import policy as trust
from lading.log.checkpoint import CheckpointSigner
from lading.problems import PROBLEMS, Refused
from lading.register.register import Register
from lading.statement.envelope import encode
from lading.statement.words import format_time
from lading_server import outage, policyfile, rotation, sealkeys
from lading_server.durable import make_directories, sync_directory
from lading_server.exchange import Exchange
from lading_server.following import POLL_SECONDS, SILENT_SECONDS, Pace
from lading_server.highwater import HighWater
from lading_server.identity import Identity
from lading_server.state import (
    KEY_NAMES,
    KeyName,
    StateDamaged,
    StateDirectory,
    read_key,
    write_key,
)
from lading_server.store import SqliteStore, check_library

ROLES = ("provider", "consumer")
TIMEOUT_SECONDS = 30


def init(
    directory: Path,
    *,
    name: str,
    jurisdiction: str,
    api: str,
    onboarding: str | None = None,
    policy: Path | None = None,
    origin: str | None = None,
) -> str:
    """Make keys and state of a new exchange, with its first statement as entry 0; returns its id.

    `policy` is a file of its switches; without it, and without `onboarding`, onboarding is open and nothing else is
    asked for. `origin` names the log for ever; without it, it is `api` without its scheme. The directory appears
    complete or not at all. Raises `UsageProblem` where it holds something already, `Refused` where an
    argument has a wrong form.
    """
    check_library()
    check_api(api)
    switches = (
        {"onboarding": onboarding or "open"}
        if policy is None
        else policyfile.read(policy, onboarding=onboarding)
    )
    if directory.exists() and any(directory.iterdir()):
        raise UsageProblem(f"{directory} is not empty", hint="Choose another directory for the new exchange.")
    building = directory.with_name(f".{directory.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    make_directories(building / "keys")
    state = StateDirectory(building)
    keys = {key: Ed25519Signer.generate() for key in KEY_NAMES}
    for key, signer in keys.items():
        write_key(state.key_file(key), signer)
    seal_key = SealKey.generate()
    sealkeys.write(state, seal_key)
    log_signer = CheckpointSigner(origin or api.partition("://")[2], keys["log"])
    first = _first_statement(keys, seal_key, log_signer.key, name, jurisdiction, api, switches)
    exchange_id = _register_first(state, log_signer, first)
    os.rename(building, directory)
    sync_directory(directory.absolute().parent)
    return exchange_id


def serve(
    directory: Path,
    *,
    host: str,
    port: int,
    outage_after: float = outage.BOUND_SECONDS,
    peer_poll: float = POLL_SECONDS,
    peer_silent: float = SILENT_SECONDS,
) -> None:
    """Serve the exchange until SIGINT or SIGTERM; what was taken is answered first.

    After a gap of more than `outage_after` seconds it first gives notice of an outage; 0: never. Peers are read every
    `peer_poll` seconds, and are silent after `peer_silent`. Raises `StateInUse`
    where another process serves the directory, `StateDamaged` or `UsageProblem` where it cannot be served.
    """
    from lading_server.serve import serve as run  # the web server is needed by nothing else here

    run(StateDirectory(directory), host, port, outage_after, Pace(peer_poll, peer_silent))


def admit(
    directory: Path,
    participant: str,
    *,
    status: str = "admitted",
    roles: Sequence[str] = ROLES,
    checks: Sequence[Mapping[str, str]] = (),
) -> dict[str, object]:
    """Sign an admission with the exchange's key and register it with the running exchange; returns the
    registration.

    `checks` say what was looked at: objects of `kind` and, for a document that you keep, `digest`.

    Raises `Refused` with the exchange's reason, or `Unreachable` where it does not answer.
    """
    said = {"participant": participant, "status": status, "roles": list(roles)}
    looked_at = {"checks": [dict(check) for check in checks]} if checks else {}
    return say(StateDirectory(directory), "admission", {**said, **looked_at})


def say(state: StateDirectory, act: str, said: Mapping[str, object]) -> dict[str, object]:
    """Sign a statement in the exchange's name, and register it with the running exchange; returns the registration.

    Raises `Refused` with the exchange's reason, or `Unreachable` where it does not answer.
    """
    identity = _identity(state)
    links = {"home": identity.id, "issuer": identity.id, "under": identity.head}
    issued_at = format_time(time.time_ns() // 1_000_000)
    members = {"version": 1, "type": act, **links, "issued_at": issued_at, **said}
    return _post(identity.description.api, encode(members, read_key(state.key_file("statement"))))


def rotate(directory: Path, told: Mapping[str, object] | None = None) -> dict[str, str]:
    """Give an exchange that nobody serves new keys: the next key signs from now on, with a new seal key and a new next
    key. Returns the id of its new `statement` and the thumbprint of its `seal_key`. `told` are further members that
    its description has from now on. After a gap of more than a minute it first gives notice of an outage.

    After an interruption the next rotation or start finishes or undoes it. Raises `StateInUse` where a process serves
    the directory, `UsageProblem` where the next key is elsewhere, `StateDamaged` where nothing may be appended.
    """
    state = StateDirectory(directory)
    state.check()
    with state.locked():
        exchange = Exchange.open(state)
        try:
            if exchange.writer.read_only is not None:
                raise StateDamaged(f"the exchange is read-only: {exchange.writer.read_only}")
            exchange.tell_outage()
            for _ in rotation.steps(state, exchange.store, exchange.register, told or {}):
                pass
            with exchange.store.read() as sight:
                return rotation.in_use(sight)
        finally:
            exchange.close()


def policy(directory: Path) -> str:
    """The trust file for those who trust this exchange's log, and no witnesses yet."""
    state = StateDirectory(directory)
    description = _identity(state).description
    key = _log_key(state, description.log.origin)
    return trust.render(((key, f"{description.api}/log"),))


def describe(directory: Path) -> dict[str, str]:
    """The exchange's `id`, `api`, `origin` and `vkey` (the key that signs its checkpoints)."""
    state = StateDirectory(directory)
    identity = _identity(state)
    origin = identity.description.log.origin
    vkey = str(_log_key(state, origin))
    return {"id": identity.id, "api": identity.description.api, "origin": origin, "vkey": vkey}


def check_api(api: str) -> None:
    """LAD-HTP-032: plain HTTP only at a loopback address."""
    parts = urlsplit(api)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        raise UsageProblem(
            f"{api!r} is not an http(s) address", hint="Write it like https://exchange.example."
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise UsageProblem("an exchange that others reach needs https", hint="Put it behind a TLS proxy.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _first_statement(
    keys: dict[KeyName, Ed25519Signer],
    seal_key: SealKey,
    log_key: VerifierKey,
    name: str,
    jurisdiction: str,
    api: str,
    switches: Mapping[str, object],
) -> bytes:
    members = {
        "version": 1,
        "type": "participant",
        "issued_at": format_time(time.time_ns() // 1_000_000),
        "name": name,
        "kind": "exchange",
        "jurisdiction": jurisdiction,
        "keys": [rotation.listed(keys["statement"]), rotation.listed_seal_key(seal_key)],
        "next": [keys["next"].thumbprint],
        "exchange": {
            "api": api,
            "log": {"origin": log_key.name, "keys": [{"vkey": str(log_key), "from_size": 1}]},
            "rules": 1,
            "policy": switches,
            "limits": {
                "statement_bytes": media.STATEMENT_BYTES,
                "batch_statements": media.BATCH_STATEMENTS,
                "content_bytes": media.CONTENT_BYTES,
                "upload_bytes": media.UPLOAD_BYTES,
            },
        },
    }
    return encode(members, keys["statement"])


def _register_first(state: StateDirectory, signer: CheckpointSigner, first: bytes) -> str:
    """Entry 0, its checkpoint and the high-water mark."""
    store = SqliteStore(state.database)
    store.create()
    register = Register(store, signer, published=HighWater(state.high_water, signer.key).write)
    try:
        (answer,) = register.admit([register.prepare(first)])
    finally:
        store.close()
    if isinstance(answer, Refused):
        raise answer
    return answer.id


def _identity(state: StateDirectory) -> Identity:
    state.check()
    store = SqliteStore(state.database)
    try:
        store.check()
        with store.read() as sight:
            return Identity.read(sight)
    finally:
        store.close()


def _log_key(state: StateDirectory, origin: str) -> VerifierKey:
    return CheckpointSigner(origin, read_key(state.key_file("log"))).key


def _post(api: str, jws: bytes) -> dict[str, object]:
    try:
        answer = httpx.post(
            f"{api}/statements",
            content=jws,
            headers={"Content-Type": media.STATEMENT},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )
        body = answer.json()
    except httpx.HTTPError as error:
        hint = "Start it with: lading exchange serve."
        raise Unreachable(f"the exchange does not answer at {api}: {error}", hint=hint) from None
    except ValueError:
        raise NotUnderstood(f"{api} answered with something that is no JSON") from None
    if answer.is_success and isinstance(body, dict):
        return body
    raise _refusal(api, body)


def _refusal(api: str, body: object) -> LadingError:
    members = body if isinstance(body, dict) else {}
    kind = PROBLEMS.get(str(members.get("code")))
    if kind is None:
        return NotUnderstood(f"{api} refused without a code that is known here")
    return Refused(kind, str(members.get("detail", "")), members.get("pointer"), members.get("winner"))
