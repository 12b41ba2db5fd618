"""What of a connection is no plain request is passed on byte by byte, so that a proxy neither mends nor breaks it."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from io import BufferedIOBase
from typing import Final

HEAD_BYTES: Final = 65_536
BODY_BYTES: Final = 8 * 2**20
"""Bodies that are announced larger are passed on while they come."""
_SECONDS: Final = 60
_PIECE: Final = 65_536
_LINE: Final = re.compile(rb"[A-Z]{1,16} /[!-~]{0,8192} HTTP/1\.1\r\n")
_FIELD: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([ -~]*)\r\n")


def head_of(stream: BufferedIOBase) -> bytes:
    """Return the lines of a request's head up to the empty one, or what there is in its place."""
    head = b""
    while len(head) < HEAD_BYTES and (line := stream.readline(HEAD_BYTES)):
        head += line
        if line in (b"\r\n", b"\n"):
            break
    return head


def is_plain(head: bytes) -> bool:
    """Say whether a head is one that every reader understands alike, of a body that is not too long to be kept."""
    first, *fields = head.splitlines(keepends=True)
    if _LINE.fullmatch(first) is None or not fields or fields.pop() != b"\r\n":
        return False
    found = [_FIELD.fullmatch(field) for field in fields]
    pairs = [(match[1].lower(), match[2]) for match in found if match is not None]
    names = [name for name, _ in pairs]
    length = dict(pairs).get(b"content-length", b"0")
    plain = len(pairs) == len(fields) and len(set(names)) == len(names) and b"host" in names
    return plain and b"transfer-encoding" not in names and _is_length(length)


def pass_on(head: bytes, stream: BufferedIOBase, client: socket.socket, upstream: tuple[str, int]) -> None:
    """Send head and all that follows upstream, and all that comes back to the client, until one of them closes."""
    with suppress(OSError), socket.create_connection(upstream, timeout=_SECONDS) as there:
        there.sendall(head)
        thread = threading.Thread(target=_upwards, args=(stream, there), daemon=True)
        thread.start()
        while data := there.recv(_PIECE):
            client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        thread.join(_SECONDS)


def _upwards(stream: BufferedIOBase, there: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while data := stream.read1(_PIECE):
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)


def _is_length(text: bytes) -> bool:
    return re.fullmatch(rb"[0-9]{1,9}", text) is not None and int(text) <= BODY_BYTES
