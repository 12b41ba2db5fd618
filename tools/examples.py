"""Write the examples of the specification: genuine bytes, made from fixed seeds.

    python -m tools.examples            # write them into the pages, and spec/examples
    python -m tools.examples --check    # exit 1 if anything on disk is not what would be written
    python -m tools.examples --boxes    # make the boxes that are missing or not current, and write

A page holds a pair of comments, `<!-- example: NAME -->` and `<!-- /example -->`; what stands between them is written
by the function of that name.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lading.evidence.verify import verify
from lading.http.signature import request_parts, sign_request, signature_base
from lading.log import policy
from lading.problems import PROBLEMS
from lading.statement import base64url
from lading.statement.envelope import decode
from lading.statement.words import format_time
from lading.transfer.content import content_root
from tools import sealed_examples
from tools.example_more import NAMES
from tools.example_sealing import CHUNK_SIZE, ROLES, data
from tools.example_text import abridged, fenced, folded, pretty
from tools.example_trade import API, Trade, build, continued, key, leaves, signer
from tools.vectors.boxes import remake

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "spec"
_SLOT = re.compile(r"(<!-- example: (?P<name>[a-z0-9-]+) -->\n)(?:.*?)(<!-- /example -->)", re.S)
PROFILES = (
    *("statement", "log", "catalogue", "contract", "transfer"),
    *("recourse", "access", "exchange-to-exchange"),
)
NONCE = "q83vEjRWeJCrze8SNFZ4kA"


def statement(trade: Trade, name: str) -> str:
    """The payload of a statement with its id; white space and order are for people, and seal keys are cut."""
    members = trade.members(name)
    first = [member for member in ("version", "type", "home", "issuer", "under") if member in members]
    order = [*first, *(member for member in members if member not in first)]
    shown = {member: members[member] for member in order}
    keys = [_shortened(key) for key in shown.get("keys", ())]
    cut = " The public seal key is cut." if keys != shown.get("keys", []) else ""
    text = pretty(shown | ({"keys": keys} if keys else {}))
    return fenced(text, "json") + f"\nIts id is `{trade.id(name)}`; it is entry {trade.index(name)}.{cut}\n"


def _shortened(key: dict[str, Any]) -> dict[str, Any]:
    return {**key, "public": abridged(key["public"])} if "public" in key else key


def further(later: Trade, name: str) -> str:
    """A statement that is not in the trade itself, but happened afterwards."""
    text, _, _ = statement(later, name).rpartition("; it is entry")
    return f"{text}; it is not one of the trade's statements, but of what followed.\n"


def receipt_parts(trade: Trade) -> Iterator[tuple[str, str]]:
    """The three views of the receipt on the page about statements."""
    jws = trade.jws["receipt"]
    yield "receipt-jws", fenced(folded(jws.decode()))
    yield (
        "receipt-header",
        fenced(f'{{"alg":"Ed25519","kid":"{decode(jws).kid}","typ":"lading+jws"}}', "json"),
    )
    yield "receipt-payload", fenced(folded(decode(jws).payload.decode()))
    yield "receipt-id", fenced(trade.id("receipt"))


def key_example() -> str:
    """A key with its seed and thumbprint."""
    acme = signer("acme")
    rows = {
        "seed": f'SHA-256 of "lading example acme" = {acme.seed.hex()}',
        "public key": acme.public.hex(),
        "jwk": json.dumps(key("acme")["jwk"], separators=(",", ":")),
        "thumbprint": acme.thumbprint,
    }
    return fenced("\n".join(f"{name + ':':<12}{value}" for name, value in rows.items()))


def log_example(trade: Trade) -> str:
    """An entry, its leaf hash, and the checkpoint."""
    entry = trade.entry("receipt")
    lines = [f"entry:  {entry.data.hex()}", f"leaf:   {entry.leaf.hex()}", "", trade.sight.note]
    return fenced("\n".join(lines))


def machine_example() -> str:
    """One table as it stands on disk."""
    return fenced((SPEC / "machines" / "offer.json").read_text(encoding="utf-8"), "json")


def content_example() -> str:
    """Sizes, leaf hashes and root of the file, delivered clear."""
    whole = data()
    sizes = [len(whole[at : at + CHUNK_SIZE]) for at in range(0, len(whole), CHUNK_SIZE)]
    lines = [
        f"chunk {n}: {size:6} bytes, leaf {leaf.hex()}"
        for n, (size, leaf) in enumerate(zip(sizes, leaves(), strict=True))
    ]
    root = content_root(tuple(leaves()))
    return fenced("\n".join([*lines, f"root: {root}"]))


def policy_text(trade: Trade) -> str:
    """The trust policy for the example log."""
    return f"log {trade.log_key.key} {API}/log\nquorum none\n"


def evidence_example(trade: Trade) -> str:
    """The evidence file with its long texts cut short."""
    file = json.loads(trade.evidence("receipt"))
    log = file["logs"][0]
    log["checkpoints"] = [abridged(note) for note in log["checkpoints"]]
    for entry in log["entries"]:
        entry["statement"] = abridged(entry["statement"])
        entry["path"] = [f"{node[:16]}…" for node in entry["path"]]
    log["entries"] = [log["entries"][0], *log["entries"][-2:]]
    return fenced(pretty(file), "json")


def trade_table(trade: Trade) -> str:
    """The story of the trade."""
    rows = ["| index | registered | act | signed by | id |", "|---|---|---|---|---|"]
    names = {trade.id(name): name for name in ("exchange", "acme", "buyer")}
    for name, jws in trade.jws.items():
        members, entry = decode(jws).members, trade.entry(name)
        by = names[members.get("issuer", trade.id(name))]
        when = format_time(entry.time)
        rows.append(f"| {trade.index(name)} | {when} | {members['type']} | {by} | `{entry.id[:19]}…` |")
    return "\n".join(rows) + "\n"


def registration(trade: Trade, name: str) -> dict[str, Any]:
    """What an exchange answers to a registration."""
    entry = trade.entry(name)
    return {"id": entry.id, "index": trade.index(name), "time": entry.time, "proof": trade.proof(name)}


def problem(code: str, **more: str) -> dict[str, object]:
    """What an exchange answers to a refusal."""
    kind = PROBLEMS[code]
    titles = {409: "Conflict", 422: "Unprocessable Entity"}
    head = {"title": titles[kind.status], "status": kind.status, "code": code}
    return {**head, "requirement": kind.requirement, "retry": kind.retry, **more}


def register_example(trade: Trade) -> str:
    """Request and answer of a registration."""
    size = len(trade.jws["receipt"])
    request = "POST /statements HTTP/1.1\nHost: exchange.example\nContent-Type: application/lading+jws\n"
    answer = "HTTP/1.1 201 Created\nContent-Type: application/json\n\n"
    body = pretty(registration(trade, "receipt"))
    return (
        fenced(f"{request}Content-Length: {size}\n\n{abridged(trade.jws['receipt'])}\n")
        + "\n"
        + fenced(answer + body)
    )


def refused_example(trade: Trade) -> str:
    """The answer to a second acceptance with one reference."""
    body = problem(
        "reference-used", detail="the reference is used", pointer="/reference", winner=trade.id("acceptance")
    )
    return fenced(f"HTTP/1.1 409 Conflict\nContent-Type: application/problem+json\n\n{pretty(body)}")


def deadline_example() -> str:
    """The problem object of a late receipt."""
    body = problem("deadline-passed", detail="the delivery's deadline has passed", pointer="/delivery")
    return fenced(pretty(body), "json")


def signature_example(trade: Trade) -> str:
    """A signed read: the base, and the header fields."""
    parts = request_parts("GET", f"{API}/statements/{trade.id('receipt')}")
    buyer = signer("buyer")
    fields = sign_request(
        parts, participant=trade.id("buyer"), signer=buyer, created=1_795_428_000, nonce=NONCE
    )
    base = signature_base(parts, fields["Signature-Input"].removeprefix("lading=")).decode()
    sent = "\n".join(f"{name}: {value}" for name, value in fields.items())
    request = f"GET {parts.path} HTTP/1.1\nHost: {parts.authority}\n{sent}"
    intro = (
        "A read by the consumer of the worked trade. Its signature base, which has no line end at its end:"
    )
    return f"{intro}\n\n{fenced(base)}\nThe request:\n\n{fenced(request)}"


def well_known(trade: Trade) -> str:
    """The answer that says who the exchange is."""
    limits = {**trade.members("exchange")["exchange"]["limits"], "listings_page": 100, "events_page": 100}
    jws = abridged(trade.jws["exchange"])
    body = {
        "id": trade.id("exchange"),
        "statement": jws,
        "head": jws,
        "api": API,
        "log": {"origin": trade.log_key.origin, "vkey": str(trade.log_key.key)},
        "profiles": list(PROFILES),
        "limits": {**limits, "long_poll_seconds": 30},
    }
    return fenced(pretty(body), "json")


def listings(trade: Trade) -> str:
    """The answer to a search, before the listing was withdrawn."""
    found = {
        "id": trade.id("listing"),
        "product": trade.id("listing"),
        "provider": trade.id("acme"),
        "title": trade.members("listing")["title"],
        "statement": abridged(trade.jws["listing"]),
    }
    return fenced(pretty({"listings": [found], "as_of": trade.index("listing") + 1}), "json")


def examples(trade: Trade) -> dict[str, str]:
    """Every example by name."""
    acts = ("exchange", "acme", "admission", "listing", "offer", "rejection", "acceptance")
    names = (*acts, "withdrawal", "delivery", "receipt", "release")
    later = continued()
    return {
        **{name: statement(trade, name) for name in names},
        **{name: further(later, name) for name in ("delivery-clear", "lapse", "claim", *NAMES)},
        **sealed_examples.examples(trade, later),
        **dict(receipt_parts(trade)),
        "key": key_example(),
        "log": log_example(trade),
        "tlog-proof": fenced(trade.proof("receipt")),
        "registration": fenced(pretty(registration(trade, "receipt")), "json"),
        "machine": machine_example(),
        "content": content_example(),
        "evidence": evidence_example(trade),
        "policy": fenced(policy_text(trade)),
        "trade": trade_table(trade),
        "http-register": register_example(trade),
        "http-problem": refused_example(trade),
        "http-problem-2": deadline_example(),
        "http-signature": signature_example(trade),
        "http-well-known": well_known(trade),
        "http-listings": listings(trade),
    }


def filled(page: str, found: dict[str, str]) -> str:
    """The page with every example written; an unknown name is an error."""

    def write(slot: re.Match[str]) -> str:
        return f"{slot[1]}\n{found[slot['name']]}\n{slot[3]}"

    return _SLOT.sub(write, page)


def trade_file(trade: Trade) -> str:
    """All bytes of the trade, for programs."""
    rows = [
        {"name": name, **registration(trade, name), "statement": jws.decode()}
        for name, jws in trade.jws.items()
    ]
    about = (
        "The trade of the specification's examples: seeds, shares and product secret are SHA-256 of 'lading example '"
        " and a name. The boxes are random, and fixed."
    )
    parcel = trade.parcels[trade.id("delivery")]
    boxes = {role: base64url.encode(parcel.box(role)).decode() for role in ROLES}
    head = {"about": about, "checkpoint": trade.sight.note, "boxes": boxes, "statements": rows}
    return json.dumps(head, indent=1, ensure_ascii=False) + "\n"


def render() -> dict[Path, bytes]:
    """Every file that this program writes, with its content."""
    trade = build()
    verdict = verify(trade.evidence("receipt"), policy.parse(policy_text(trade)))
    if verdict.exit_code != 0:
        raise SystemExit(f"the example's evidence is {verdict.summary}")
    found = examples(trade)
    pages = {
        path: filled(path.read_text(encoding="utf-8"), found).encode() for path in sorted(SPEC.rglob("*.md"))
    }
    return {
        **pages,
        SPEC / "examples" / "trade.json": trade_file(trade).encode(),
        SPEC / "examples" / "receipt.evidence.json": trade.evidence("receipt"),
        SPEC / "examples" / "trust.policy": policy_text(trade).encode(),
    }


def main(arguments: list[str], files: Callable[[], dict[Path, bytes]] = render) -> int:
    """Write or check; the exit code is 1 if a file is not current."""
    if arguments == ["--boxes"]:
        remake(files)
    stale = [path for path, text in files().items() if not path.is_file() or path.read_bytes() != text]
    if arguments == ["--check"]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current: run python -m tools.examples", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files()[path])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
