"""A verifier as a command: it gets a folder of vectors without what they expect, and prints an answer for each case.

Each line of its output is one JSON object: `file` and `case` (its name), and what the vector format calls the outcome.
Everything is bounded: the time, the output, the length of its complaint.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

MAXIMUM_BYTES: Final = 64 * 2**20
EXCERPT: Final = 300


@dataclass(frozen=True)
class Answers:
    """What came back: the answers by file and name, and what was wrong with the whole; None if nothing was."""

    by_case: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    fault: str | None = None


def ask(command: Sequence[str], folder: Path, vectors: Path, seconds: float) -> Answers:
    """Run the command in `folder`; `{vectors}` in it stands for the folder of the vectors. Raises nothing."""
    words = [word.replace("{vectors}", str(vectors)) for word in command]
    with tempfile.TemporaryFile() as complaint:
        try:
            process = subprocess.Popen(
                words,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaint,
                start_new_session=True,
            )
        except (OSError, IndexError) as error:
            return Answers(fault=f"the command could not be started: {error}")
        return _collected(process, complaint, seconds)


def _collected(process: subprocess.Popen[bytes], complaint: IO[bytes], seconds: float) -> Answers:
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        assert process.stdout is not None
        data = process.stdout.read(MAXIMUM_BYTES + 1)
        if len(data) > MAXIMUM_BYTES:
            return Answers(fault=f"the command printed more than {MAXIMUM_BYTES} bytes")
        code = process.wait()
    finally:
        timer.cancel()
        _kill(process)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    found = _parsed(data)
    if late.is_set():
        return Answers(found.by_case, f"the command took over {seconds:g} s")
    if code != 0:
        complaint.seek(0)
        said = complaint.read()[-EXCERPT:].decode("utf-8", "replace").strip()
        return Answers(found.by_case, f"the command ended with exit code {code}: {said}")
    return found


def _parsed(data: bytes) -> Answers:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for number, line in enumerate(data.splitlines(), 1):
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            return Answers(found, f"line {number} of the output is not JSON")
        if not isinstance(said, dict) or not all(
            isinstance(said.get(name), str) for name in ("file", "case")
        ):
            return Answers(found, f"line {number} of the output is no object with `file` and `case`")
        key = (said.pop("file"), said.pop("case"))
        if key in found:
            return Answers(found, f"{key[0]}/{key[1]} is answered twice")
        found[key] = said
    return Answers(found)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the command and whatever it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
