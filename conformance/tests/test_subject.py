"""The subject's file, and the ways of admission that it offers."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from lading_conformance.drivers.subject import PROFILES, Subject, SubjectFault, load

PARTICIPANT = "sha256:" + 64 * "a"


def written(folder: Path, text: str) -> Path:
    path = folder / "subject.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_full_file_is_read(tmp_path: Path) -> None:
    text = """
name = "An exchange"
url = "https://exchange.example"
capabilities = ["statement", "log"]
quiet = false
request_timeout_seconds = 2.5
[admission]
command = ["admit", "{participant}", "{role}"]
timeout_seconds = 5
"""
    subject = load(written(tmp_path, text))
    assert (subject.name, subject.url, subject.quiet) == ("An exchange", "https://exchange.example", False)
    assert subject.capabilities == ("statement", "log")
    assert subject.admission.command == ("admit", "{participant}", "{role}")


def test_an_empty_file_claims_everything(tmp_path: Path) -> None:
    assert load(written(tmp_path, "")).capabilities == PROFILES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nmae = 'a typing error'", "nmae: there is no such entry here; did you mean name"),
        ("[hooks]\nrestrt = ['a']", "hooks.restrt: there is no such entry here; did you mean restart"),
        ("[hooks]\nrestart = './restart.sh'", "hooks.restart: this has to be a list"),
        ("admission = 'auto'", "admission: this has to be a table"),
        ("capabilities = ['telepathy']", "capabilities.0"),
        ("[admission]\ncommand = ['a']\nhook = 'http://b'", "not both"),
        ("request_timeout_seconds = 0", "request_timeout_seconds"),
        ("[[expected_failure]]\nreason = 'a'\nissue = 'b'\nexpires = 2026-12-31", "either `case` or"),
        ("[[expected_failure]]\ncase = 'a'\nrequirement = 'b'", "expected_failure.0"),
        ("[[expected_failure]]\ncase = 'a'\nreason = ''\nissue = 'b'\nexpires = 2026-12-31", "reason"),
        ("[[expected_failure]]\ncase = 'a'\nreason = 'a'\nissue = 'b'", "expires: this entry is missing"),
        ("[peer]\nsubject = 'b.toml'\n[peer.hooks]\nrestart = ['a']", "either `subject` or"),
        ("= 1", "subject.toml"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SubjectFault, match=said):
        load(written(tmp_path, text))


def test_an_expected_failure_is_read(tmp_path: Path) -> None:
    text = "[[expected_failure]]\ncase = 'log_history'\nreason = 'a'\nissue = 'b'\nexpires = 2026-12-31"
    (entry,) = load(written(tmp_path, text)).expected_failure
    assert (entry.about, entry.reason, entry.issue) == ("log_history", "a", "b")
    assert entry.expires == date(2026, 12, 31)


def test_the_peer_has_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text("name = 'B'\nurl = 'http://127.0.0.1:2'", "utf-8")
    peer = load(written(tmp_path, "[peer]\nsubject = 'b.toml'")).second()
    assert peer is not None
    assert (peer.name, peer.url) == ("B", "http://127.0.0.1:2")


def test_the_peer_stands_in_the_same_file(tmp_path: Path) -> None:
    text = (
        "request_timeout_seconds = 3\n[peer]\nurl = 'http://127.0.0.1:2'\n[peer.admission]\nhook = 'http://a'"
    )
    peer = load(written(tmp_path, text)).second()
    assert peer is not None
    assert (peer.url, peer.request_timeout_seconds, peer.folder) == ("http://127.0.0.1:2", 3, tmp_path)
    assert peer.admission.hook == "http://a"


def test_a_file_that_names_no_peer_has_none(tmp_path: Path) -> None:
    assert load(written(tmp_path, "")).second() is None


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SubjectFault, match="absent"):
        load(tmp_path / "absent.toml")


def with_command(folder: Path, script: str, seconds: float = 30) -> Subject:
    command = json.dumps([sys.executable, "-c", script, "{participant}", "{role}"])
    return load(written(folder, f"[admission]\ncommand = {command}\ntimeout_seconds = {seconds}"))


def test_the_command_is_run_in_the_folder_of_the_file(tmp_path: Path) -> None:
    script = "import sys, pathlib; pathlib.Path('said').write_text(' '.join(sys.argv[1:]))"
    with_command(tmp_path, script).admit(PARTICIPANT, "provider")
    assert (tmp_path / "said").read_text("utf-8") == f"{PARTICIPANT} provider"


@pytest.mark.parametrize(
    ("script", "seconds", "said"),
    [
        ("import sys; sys.exit('no such participant')", 30, "no such participant"),
        ("import time; time.sleep(20)", 0.3, "took over 0.3 s"),
    ],
)
def test_a_failing_command_is_the_subjects_fault(
    tmp_path: Path, script: str, seconds: float, said: str
) -> None:
    with pytest.raises(SubjectFault, match=said):
        with_command(tmp_path, script, seconds).admit(PARTICIPANT, "provider")


def test_a_command_that_is_not_there_is_said(tmp_path: Path) -> None:
    subject = load(written(tmp_path, "[admission]\ncommand = ['./no-such-command']"))
    with pytest.raises(SubjectFault, match="could not be started"):
        subject.admit(PARTICIPANT, "consumer")


@contextmanager
def hook(status: int) -> Iterator[tuple[str, list[tuple[str | None, bytes]]]]:
    orders: list[tuple[str | None, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            orders.append((self.headers["Authorization"], body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/admit", orders
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_hook_is_called_with_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIT_TOKEN", "secret")
    with hook(204) as (url, orders):
        subject = load(written(tmp_path, f"[admission]\nhook = '{url}'\ntoken_env = 'ADMIT_TOKEN'"))
        subject.admit(PARTICIPANT, "provider")
    ((authorization, body),) = orders
    assert authorization == "Bearer secret"
    assert json.loads(body) == {"participant": PARTICIPANT, "role": "provider"}


def test_an_empty_token_is_never_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIT_TOKEN", "")
    subject = load(written(tmp_path, "[admission]\nhook = 'http://127.0.0.1:9/'\ntoken_env = 'ADMIT_TOKEN'"))
    with pytest.raises(SubjectFault, match="ADMIT_TOKEN is empty or absent"):
        subject.admit(PARTICIPANT, "consumer")


def test_a_hook_that_refuses_is_the_subjects_fault(tmp_path: Path) -> None:
    with hook(403) as (url, _):
        subject = load(written(tmp_path, f"[admission]\nhook = '{url}'"))
        with pytest.raises(SubjectFault, match="answered 403"):
            subject.admit(PARTICIPANT, "consumer")
