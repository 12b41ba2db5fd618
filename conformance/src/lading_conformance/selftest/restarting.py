"""Kill the reference server of a state directory with SIGKILL, and serve it again at the same port.

python -m lading_conformance.selftest.restarting STATE PORT

The server writes its process id into `STATE/lock`, and holds a lock on that file for as long as it lives. The command
ends when the new server answers; `stop` is how whoever started the first one ends the last one.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

PATIENCE_SECONDS: Final = 30.0


def main(state: Path, port: str) -> None:
    """Kill, and serve again. Raises `TimeoutError` where either takes too long."""
    stop(state, signal.SIGKILL)
    said = state.parent / "restarted.out"
    serve = [sys.executable, "-m", "lading_server", "serve", str(state), "--port", port]
    with (
        said.open("w", encoding="utf-8") as out,
        (state.parent / "server.log").open("a", encoding="utf-8") as log,
    ):
        process = subprocess.Popen(serve, stdin=subprocess.DEVNULL, stdout=out, stderr=log)
    until = time.monotonic() + PATIENCE_SECONDS
    while not said.read_text("utf-8").startswith("ready "):
        if process.poll() is not None or time.monotonic() > until:
            raise TimeoutError(f"the server of {state} does not answer again")
        time.sleep(0.02)


def stop(state: Path, number: signal.Signals) -> None:
    """Send the process that serves `state` a signal, and wait until it holds the directory no more."""
    with (state / "lock").open("r+", encoding="ascii") as lock:
        if _is_free(lock.fileno()):
            return
        os.kill(int(lock.read()), number)
        until = time.monotonic() + PATIENCE_SECONDS
        while not _is_free(lock.fileno()):
            if time.monotonic() > until:
                raise TimeoutError(f"the server of {state} goes on after {number.name}")
            time.sleep(0.02)


def _is_free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(lock, fcntl.LOCK_UN)
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
