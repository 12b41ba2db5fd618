"""Signed notes: verifier keys, checkpoints, and tlog-proof files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tools.vectors.files import VectorFile, accept
from tools.vectors.primitives import (
    Key,
    b64,
    checkpoint_text,
    cosignature,
    digest,
    entry,
    inclusion,
    key,
    key_id,
    leaf,
    note_line,
    root,
    sha256,
    signed_note,
    vkey,
)
from tools.vectors.scenarios import ORIGIN, market

REFUSED: Final = {"outcome": "refuse"}
LOG: Final = key("log")


def vkeys() -> VectorFile:
    """Verifier keys."""
    made = VectorFile(
        path="log/vkeys.json",
        schema="vkey",
        about="Verifier keys of logs and witnesses.",
        notes=["an accepted vkey has the name, type and public key given"],
        keys=["log", "witness-1"],
    )
    for name, holder, kind in (("log", key("log"), 1), ("witness", key("witness-1"), 4)):
        text = vkey(f"vectors.example/{name}", holder.public, kind)
        expect = accept(name=f"vectors.example/{name}", type=kind, public_hex=holder.public.hex())
        made.add(name, f"The key of a {name}.", {"vkey": text}, expect, about=["LAD-LOG-017"])
    for name, (situation, text) in _bad_vkeys().items():
        made.add(name, situation, {"vkey": text}, REFUSED)
    return made


def _bad_vkeys() -> Mapping[str, tuple[str, str]]:
    public = LOG.public
    good = vkey(ORIGIN, public)
    name, identifier, body = good.split("+", 2)
    return {
        "other-key-id": ("The key id of another name.", good.replace(ORIGIN, "other.example/log")),
        "capital-key-id": ("The key id in capitals.", f"{name}+{identifier.upper()}+{body}"),
        "short-key-id": ("A key id of three bytes.", f"{name}+{identifier[:6]}+{body}"),
        "no-name": ("The name is empty.", vkey("", public)),
        "space-in-name": ("A space in the name.", vkey("a b", public)),
        "plus-in-name": ("A plus sign in the name.", vkey("a+b", public)),
        "type-2": ("A type that nobody knows.", vkey(ORIGIN, public, 2)),
        "type-0": ("Type 0.", vkey(ORIGIN, public, 0)),
        "short-key": ("A public key of 31 bytes.", vkey(ORIGIN, public[:31])),
        "long-key": ("A public key of 33 bytes.", vkey(ORIGIN, public + b"\x00")),
        "low-order": ("A public key of low order.", vkey(ORIGIN, (1).to_bytes(32, "little"))),
        "url-alphabet": ("The key in base64url.", f"{name}+{identifier}+{body[:-2]}-_"),
        "no-padding-removed": ("A character is missing.", good[:-1]),
        "line-feed-after": ("A line feed follows.", good + "\n"),
        "two-fields": ("The key id is missing.", f"{name}+{body}"),
        "empty": ("Nothing.", ""),
    }


def _note(text: str, signer: Key = LOG, name: str = ORIGIN) -> str:
    return signed_note(text, name, signer)


def checkpoints() -> VectorFile:
    """Checkpoints."""
    made = VectorFile(
        path="log/checkpoints.json",
        schema="checkpoint",
        about="Signed checkpoints of one log.",
        notes=[
            "every note is read with the one key `vkey`, and has to be that log's checkpoint, signed by that key"
        ],
        keys=["log", "other-log", "witness-1"],
        given={"vkey": vkey(ORIGIN, LOG.public)},
    )
    top = root([leaf(b"one"), leaf(b"two")])
    plain = checkpoint_text(ORIGIN, 2, top)
    _good_checkpoints(made, plain, top)
    for name, (situation, note, flags) in (_bad_texts(plain, top) | _bad_lines(plain)).items():
        about = ["LAD-LOG-013"] if name in _bad_texts(plain, top) else ["LAD-LOG-014"]
        made.add(name, situation, {"note": note}, REFUSED, about=about, flags=flags)
    return made


def _good_checkpoints(made: VectorFile, plain: str, top: bytes) -> None:
    stranger = note_line("stranger.example", b"\x01\x02\x03\x04", bytes(64))
    odd = note_line(ORIGIN, b"\x01\x02\x03\x04", bytes(7))
    own = _note(plain).removeprefix(plain + "\n")
    good = {
        "ordinary": ("An ordinary checkpoint.", _note(plain), 2, top),
        "empty-log": (
            "The checkpoint of an empty log.",
            _note(checkpoint_text(ORIGIN, 0, sha256(b""))),
            0,
            sha256(b""),
        ),
        "large": ("A large size.", _note(checkpoint_text(ORIGIN, 10**17, top)), 10**17, top),
        "stranger-after": ("A line by a stranger follows.", _note(plain) + stranger, 2, top),
        "stranger-before": ("A line by a stranger precedes.", f"{plain}\n{stranger}{own}", 2, top),
        "same-name-other-key": (
            "A line with the log's name and another key id, of a length of its own.",
            _note(plain) + odd,
            2,
            top,
        ),
        "cosigned": (
            "A witness has cosigned.",
            _note(plain) + cosignature(plain, "w1", key("witness-1"), 1),
            2,
            top,
        ),
    }
    for name, (situation, note, size, at) in good.items():
        expect = accept(origin=ORIGIN, size=size, root_hex=at.hex())
        made.add(name, situation, {"note": note}, expect, about=["LAD-LOG-005", "LAD-LOG-014"])


Bad = dict[str, tuple[str, str, list[str]]]


def _bad_texts(plain: str, top: bytes) -> Bad:
    """Texts that are not of the form, each signed as it stands."""
    encoded = b64(top)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    second = encoded[:-2] + alphabet[alphabet.index(encoded[-2]) + 1] + "="
    texts: dict[str, tuple[str, str, list[str]]] = {
        "root-trailing-bits": (
            "A trailing bit of the root is set.",
            f"{ORIGIN}\n2\n{second}\n",
            ["second-spelling"],
        ),
        "root-no-padding": (
            "The root without padding.",
            f"{ORIGIN}\n2\n{encoded[:-1]}\n",
            ["second-spelling"],
        ),
        "root-url-alphabet": (
            "The root in base64url.",
            f"{ORIGIN}\n2\n{'_' * 42}8=\n",
            ["second-spelling"],
        ),
        "root-hexadecimal": ("The root in hexadecimal.", f"{ORIGIN}\n2\n{top.hex()}\n", []),
        "root-31-bytes": ("A root of 31 bytes.", f"{ORIGIN}\n2\n{b64(top[:31])}\n", []),
        "root-33-bytes": ("A root of 33 bytes.", f"{ORIGIN}\n2\n{b64(top + b'x')}\n", []),
        "size-leading-zero": (
            "The size with a leading zero.",
            f"{ORIGIN}\n02\n{encoded}\n",
            ["second-spelling"],
        ),
        "size-plus": ("The size with a plus sign.", f"{ORIGIN}\n+2\n{encoded}\n", ["second-spelling"]),
        "size-minus": ("A negative size.", f"{ORIGIN}\n-2\n{encoded}\n", []),
        "size-space": ("A space precedes the size.", f"{ORIGIN}\n 2\n{encoded}\n", ["second-spelling"]),
        "size-underscore": ("An underscore in the size.", f"{ORIGIN}\n1_0\n{encoded}\n", ["parser"]),
        "size-other-digit": ("A digit of another script.", f"{ORIGIN}\n\u0662\n{encoded}\n", ["parser"]),
        "size-empty": ("No size.", f"{ORIGIN}\n\n{encoded}\n", []),
        "extension-line": ("A fourth line: an extension.", f"{plain}extension\n", []),
        "other-origin": ("Another log's origin.", plain.replace(ORIGIN, "other.example"), ["crossed"]),
        "no-origin": ("The origin is empty.", f"\n2\n{encoded}\n", []),
        "carriage-returns": ("Lines end with CR and LF.", plain.replace("\n", "\r\n"), []),
    }
    return {name: (situation, _note(text), flags) for name, (situation, text, flags) in texts.items()}


def _bad_lines(plain: str) -> Bad:
    """Texts in order, with signature lines that are not."""
    note = _note(plain)
    line = note.removeprefix(plain + "\n")
    other = Key(sha256(b"lading vectors other-log"))
    identifier = key_id(ORIGIN, 1, LOG.public)
    second = line.replace("=\n", "\n").rstrip("=\n")
    return {
        "no-signature": ("No signature line.", plain + "\n", []),
        "no-empty-line": ("The empty line is missing.", plain + line, []),
        "stranger-alone": ("Signed by another key under the log's name.", _note(plain, other), ["forged"]),
        "key-id-of-the-log": (
            "Signed by another key, with the key id of the log's key.",
            plain + "\n" + note_line(ORIGIN, identifier, other.sign(plain.encode())),
            ["forged"],
        ),
        "good-and-bad": (
            "The log's line, and a second one with its name and key id that does not verify.",
            note + note_line(ORIGIN, identifier, bytes(64)),
            ["forged"],
        ),
        "wrong-key-id": (
            "The log's signature, under a wrong key id.",
            plain + "\n" + note_line(ORIGIN, b"\x00\x00\x00\x00", LOG.sign(plain.encode())),
            [],
        ),
        "other-text": ("The size is altered after signing.", note.replace("\n2\n", "\n3\n"), ["forged"]),
        "signature-no-padding": (
            "The signature without padding.",
            plain + "\n" + second + "\n",
            ["second-spelling"],
        ),
        "signature-63-bytes": (
            "A signature of 63 bytes.",
            plain + "\n" + note_line(ORIGIN, identifier, LOG.sign(plain.encode())[:63]),
            ["truncated"],
        ),
        "signature-over-two-lines": (
            "A signature over the text without its last line end.",
            plain + "\n" + note_line(ORIGIN, identifier, LOG.sign(plain[:-1].encode())),
            [],
        ),
        "key-id-alone": (
            "A signature line of the key id alone.",
            plain + "\n" + note_line(ORIGIN, identifier, b""),
            ["truncated"],
        ),
        "hyphen": ("A hyphen instead of the dash.", note.replace("— ", "- "), ["second-spelling"]),
        "two-spaces": ("Two spaces follow the dash.", note.replace("— ", "—  "), ["second-spelling"]),
        "no-last-line-feed": ("The last line feed is missing.", note[:-1], ["truncated"]),
        "line-feed-after": ("An empty line follows.", note + "\n", []),
        "text-after": ("A line of text follows the signature line.", note + "text\n", []),
        "byte-order-mark": ("A byte order mark precedes.", "\ufeff" + note, []),
        "empty": ("Nothing.", "", []),
    }


def proofs() -> VectorFile:
    """tlog-proof files."""
    world = market()
    leaves = [leaf(entry(item.time, item.id)) for item in world.entries]
    made = VectorFile(
        path="log/proofs.json",
        schema="proof",
        about="tlog-proof files for statements of the scenario `market`.",
        notes=["every file is read with the one key `vkey`, for the statement with the id `id`"],
        keys=["log"],
        given={"vkey": vkey(ORIGIN, LOG.public)},
    )
    note = _note(checkpoint_text(ORIGIN, len(leaves), root(leaves)))
    for index in (0, 1, 15, len(leaves) - 1):
        item = world.entries[index]
        text = _proof(item.time, index, inclusion(index, leaves), note)
        expect = accept(index=index, time=item.time, size=len(leaves))
        made.add(
            f"entry-{index}", f"Entry {index}.", {"id": item.id, "proof": text}, expect, about=["LAD-LOG-011"]
        )
    alone = world.entries[0]
    small = _note(checkpoint_text(ORIGIN, 1, leaves[0]))
    given = {"id": alone.id, "proof": _proof(alone.time, 0, [], small)}
    made.add(
        "no-hashes",
        "The only entry of a log.",
        given,
        accept(index=0, time=alone.time, size=1),
        about=["LAD-LOG-011"],
    )
    for name, (situation, text, flags) in _bad_proofs(
        world.entries[15].time, 15, inclusion(15, leaves), note
    ).items():
        given = {"id": world.entries[15].id, "proof": text}
        made.add(name, situation, given, REFUSED, about=["LAD-LOG-011"], flags=flags)
    given = {"id": digest(b"other"), "proof": _proof(world.entries[15].time, 15, inclusion(15, leaves), note)}
    made.add("other-statement", "The proof of another statement.", given, REFUSED, flags=["crossed"])
    return made


def _proof(
    time: int, index: Any, path: list[bytes], note: str, header: str = "c2sp.org/tlog-proof@v1"
) -> str:
    hashes = "".join(b64(item) + "\n" for item in path)
    return f"{header}\nextra {b64(time.to_bytes(8, 'big'))}\nindex {index}\n{hashes}\n{note}"


def _bad_proofs(time: int, index: int, path: list[bytes], note: str) -> Bad:
    good = _proof(time, index, path, note)
    extra = good.split("\n")[1]
    first = b64(path[0])
    foreign = _note(note.split("\n\n")[0] + "\n", Key(sha256(b"lading vectors other-log")))
    return {
        "time-plus-1": ("The time is a millisecond later.", _proof(time + 1, index, path, note), ["forged"]),
        "time-zero": ("The time is the epoch.", _proof(0, index, path, note), ["forged"]),
        "index-before": ("The index before.", _proof(time, index - 1, path, note), ["crossed"]),
        "index-beyond": ("An index that the tree does not have.", _proof(time, 22, path, note), ["boundary"]),
        "index-leading-zero": (
            "The index with a leading zero.",
            _proof(time, "015", path, note),
            ["second-spelling"],
        ),
        "index-minus": ("A negative index.", _proof(time, -1, path, note), []),
        "hash-missing": ("The last hash is missing.", _proof(time, index, path[:-1], note), ["truncated"]),
        "hash-more": ("A hash too many.", _proof(time, index, [*path, path[0]], note), []),
        "hash-31-bytes": ("A hash of 31 bytes.", _proof(time, index, [path[0][:31], *path[1:]], note), []),
        "hash-trailing-bits": (
            "A hash in a second spelling of base64.",
            good.replace(first, first[:-2] + chr(ord(first[-2]) + 1) + "="),
            ["second-spelling"],
        ),
        "hash-no-padding": ("A hash without padding.", good.replace(first, first[:-1]), ["second-spelling"]),
        "extra-no-padding": (
            "The time without padding.",
            good.replace(extra, extra[:-1]),
            ["second-spelling"],
        ),
        "extra-7-bytes": (
            "A time of seven bytes.",
            good.replace(extra, "extra " + b64(time.to_bytes(7, "big"))),
            [],
        ),
        "no-extra": ("The time is missing.", good.replace(extra + "\n", ""), []),
        "other-header": ("Another version of the format.", good.replace("@v1", "@v2"), []),
        "no-header": ("The first line is missing.", good.split("\n", 1)[1], ["truncated"]),
        "carriage-returns": ("Lines end with CR and LF.", good.replace("\n", "\r\n"), []),
        "space-after": (
            "A space follows the first line.",
            good.replace("@v1\n", "@v1 \n"),
            ["second-spelling"],
        ),
        "other-log": (
            "The checkpoint is signed by another key.",
            _proof(time, index, path, foreign),
            ["forged"],
        ),
        "wrong-key-id": (
            "The log's signature on the checkpoint, under a wrong key id.",
            _proof(time, index, path, _other_key_id(note)),
            [],
        ),
        "no-note": ("The checkpoint is missing.", good.split("\n\n")[0] + "\n\n", ["truncated"]),
    }


def _other_key_id(note: str) -> str:
    """The note with another key id in its one signature line."""
    text = note.split("\n\n")[0] + "\n"
    return text + "\n" + note_line(ORIGIN, bytes(4), LOG.sign(text.encode()))
