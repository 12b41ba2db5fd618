"""Verify a receipt's tlog-proof with an implementation that is not ours: Torchwood, in Go.

    python tests/interop/check.py [DEMO]

DEMO is a folder that `lading demo` made; without it, a demo is run first. Then the same proof is altered in every
line, the statement in one byte, and the policy in its key, and each of them must be refused. Go 1.24 or newer is taken
from the PATH, or else installed into a folder of its own from the pinned package in `requirements.txt`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from lading.statement.envelope import statement_id

HERE = Path(__file__).resolve().parent
OLDEST_GO = (1, 24)


def main(arguments: list[str]) -> int:
    """Verify and alter; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        demo = Path(arguments[0]) if arguments else _run_demo(work / "demo")
        verifier = _build(work)
        return _check(verifier, demo, work)


def _run_demo(out: Path) -> Path:
    command = Path(sys.executable).with_name("lading")
    subprocess.run([str(command), "demo", "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
    return out


def _build(work: Path) -> Path:
    verifier = work / "verify_proof"
    environment = os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    subprocess.run([_go(), "build", "-o", str(verifier), "."], cwd=HERE, env=environment, check=True)
    return verifier


def _go() -> str:
    """A Go command that is new enough."""
    found = shutil.which("go")
    if found is not None and _version(found) >= OLDEST_GO:
        return found
    print("no Go 1.24 or newer on the PATH: installing the pinned one")
    folder = HERE / ".go"
    if not (folder / "bin" / "go").is_file():
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=True)
    return str(folder / "bin" / "go")


def _version(go: str) -> tuple[int, ...]:
    answer = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=True).stdout
    numbers = answer.strip().removeprefix("go").split(".")[:2]
    return tuple(int(number) for number in numbers if number.isdigit())


def _check(verifier: Path, demo: Path, work: Path) -> int:
    statement = _receipt(demo).encode()
    proof, policy = (
        (demo / "receipt.tlog-proof").read_text("utf-8"),
        (demo / "trust.policy").read_text("utf-8"),
    )
    if not _verifies(verifier, work, statement, proof, policy):
        print("Torchwood refuses our receipt", file=sys.stderr)
        return 1
    altered = {
        f"proof, line {number + 1}": _altered_line(proof, number) for number in _lines_that_count(proof)
    }
    trials = {name: (statement, text, policy) for name, text in altered.items()}
    trials["statement"] = (_altered_byte(statement), proof, policy)
    trials["policy"] = (statement, proof, _other_policy())
    wrongly = [name for name, trial in trials.items() if _verifies(verifier, work, *trial)]
    if wrongly:
        print(f"Torchwood accepts what was altered: {', '.join(wrongly)}", file=sys.stderr)
        return 1
    print(f"Torchwood verifies the receipt's tlog-proof, and refuses {len(trials)} altered ones")
    return 0


def _receipt(demo: Path) -> str:
    """The receipt's bytes out of the demo's evidence, whose subject it is."""
    evidence = json.loads((demo / "evidence.lading.json").read_bytes())
    statements = [str(entry["statement"]) for log in evidence["logs"] for entry in log["entries"]]
    return next(text for text in statements if statement_id(text.encode()) == evidence["subject"])


def _verifies(verifier: Path, work: Path, statement: bytes, proof: str, policy: str) -> bool:
    paths = [work / "statement.jws", work / "statement.tlog-proof", work / "trust.policy"]
    for path, data in zip(paths, (statement, proof.encode(), policy.encode()), strict=True):
        path.write_bytes(data)
    result = subprocess.run([str(verifier), *map(str, paths)], capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        raise RuntimeError(f"the verifier broke: {result.stderr}")
    return result.returncode == 0


def _lines_that_count(proof: str) -> list[int]:
    return [number for number, line in enumerate(proof.split("\n")) if line]


def _altered_line(proof: str, number: int) -> str:
    """The proof with one character in the middle of a line changed for another of the same kind."""
    lines = proof.split("\n")
    line = lines[number]
    position = len(line) - 1 if line.split(" ")[0] == "index" or line.isdigit() else len(line) // 2
    lines[number] = line[:position] + ("0" if line[position] != "0" else "1") + line[position + 1 :]
    return "\n".join(lines)


def _altered_byte(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + (b"A" if data[middle : middle + 1] != b"A" else b"B") + data[middle + 1 :]


def _other_policy() -> str:
    """A policy that trusts a log of somebody else."""
    from lading.keys.signer import Ed25519Signer
    from lading.keys.vkey import LOG_KEY, VerifierKey
    from lading.log import policy

    return policy.render(((VerifierKey("other.example", LOG_KEY, Ed25519Signer.generate().public), ""),))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
