"""A report becomes a signed attestation: of what it says and nothing else, registered with its evidence."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from conformance.tests import reports
from conformance.tests.running import RunningExchange
from lading.client import profile
from lading.client.identity import Identity
from lading.client.profile import Home
from lading_conformance import cli, comparison
from lading_conformance.cases import index
from lading_conformance.drivers.exchange import Exchange
from lading_conformance.drivers.http import Http
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import base64url, statement
from lading_conformance.report import assessor, attest_command, attestation, identity
from lading_conformance.report.model import Report
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

CASE = index.CASES[0]
FAILED = reports.told(CASE, "fail")


def written(folder: Path, report: Report) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / attestation.NAME).write_text(report.model_dump_json(), "utf-8")
    return folder


def session_at(http: Http, running: RunningExchange) -> Session:
    return Session(Exchange(http), running.subject, random.Random(3), float("inf"))


def of_party(party: Party, **members: Any) -> assessor.Assessor:
    named = {"qualification": None, "valid_days": None, **members}
    return assessor.Assessor(party.id, party.head, party.key, **named)


@pytest.mark.parametrize(
    ("others", "wanted"),
    [
        ([], "passed"),
        ([FAILED], "failed"),
        ([reports.told(CASE, "not claimed")], "noted"),
        ([reports.told(CASE, "expected failure")], "noted"),
    ],
)
def test_the_outcome_is_what_the_run_came_to(others: list[Any], wanted: str) -> None:
    report = reports.run(*others)
    attestation.check(report, report.suite)
    assert attestation.outcome(report) == wanted


def test_an_attestation_is_registered_with_the_report_as_evidence(
    exchange: RunningExchange, tmp_path: Path
) -> None:
    with Http(exchange.api) as http:
        session = session_at(http, exchange)
        report = reports.run(url=exchange.api, id=session.facts.id)
        folder = written(tmp_path / "report", report)
        party = session.assessor
        said = attest_command.attest(
            folder, of_party(party, qualification="Laboratory", valid_days=30), register=True
        )
        jws = (folder / "attestation.jws").read_bytes()
        own, data = statement.statement_id(jws), (folder / "report.json").read_bytes()
        assert session.exchange.statement(own).body == jws
        evidence = session.exchange.get(f"/attachments/{own}/sha256:{hashlib.sha256(data).hexdigest()}")
        assert evidence.body == data
        again = attest_command.attest(
            folder, of_party(party, qualification="Laboratory", valid_days=30), register=True
        )
    assert again == said
    assert (folder / "attestation.jws").read_bytes() == jws
    payload = statement.parse(jws).payload
    assert (payload["kind"], payload["outcome"], payload["home"]) == ("conformance", "passed", report.id)
    assert str(payload["expires_at"]).endswith("T23:59:59.999Z")
    assert comparison.load(folder) == report


def test_an_attestation_of_somebody_else_is_signed_anew(exchange: RunningExchange, tmp_path: Path) -> None:
    with Http(exchange.api) as http:
        session = session_at(http, exchange)
        folder = written(tmp_path, reports.run(url=exchange.api, id=session.facts.id))
        first, second = session.newcomer("one"), session.newcomer("two")
        attest_command.attest(folder, of_party(first), register=False)
        before = (folder / "attestation.jws").read_bytes()
        attest_command.attest(folder, of_party(second), register=False)
    assert statement.parse((folder / "attestation.jws").read_bytes()).kid == second.key.thumbprint
    assert statement.parse(before).kid == first.key.thumbprint


def test_who_is_no_assessor_learns_why_the_exchange_refuses(
    exchange: RunningExchange, tmp_path: Path
) -> None:
    with Http(exchange.api) as http:
        session = session_at(http, exchange)
        folder = written(tmp_path, reports.run(url=exchange.api, id=session.facts.id))
        with pytest.raises(Failed, match="not-admitted"):
            attest_command.attest(folder, of_party(session.stranger), register=True)


def test_another_exchange_at_the_address_is_noticed(exchange: RunningExchange, tmp_path: Path) -> None:
    folder = written(tmp_path, reports.run(url=exchange.api))
    with Http(exchange.api) as http:
        party = session_at(http, exchange).newcomer("assessor")
    with pytest.raises(Failed, match="another exchange"):
        attest_command.attest(folder, of_party(party), register=False)
    assert not (folder / "attestation.jws").exists()


UNSUITABLE: list[tuple[str, Callable[[], Report], str]] = [
    ("a selection", lambda: reports.run(selection=("--fast",), left_out=[CASE]), "--fast"),
    ("another suite", lambda: reports.run(suite="0.0.1"), "0.0.1"),
    ("no id", lambda: reports.run(id=None), "who it is"),
    ("a case is gone", lambda: without_a_case(reports.run()), CASE.name),
    ("only errors", lambda: reports.run(reports.told(CASE, "error", reason="KeyError")), "suite itself"),
    (
        "only blocked",
        lambda: reports.run(reports.told(CASE, "blocked", reason="no")),
        "neither passed nor failed",
    ),
    ("a better verdict", lambda: reports.run(FAILED).model_copy(update={"verdict": "pass"}), "was changed"),
    ("a better case", lambda: with_a_better_case(reports.run(FAILED)), "was changed"),
    (
        "a better requirement",
        lambda: with_a_better_requirement(reports.run(FAILED)),
        "not that of its checks",
    ),
]


def without_a_case(report: Report) -> Report:
    return report.model_copy(update={"cases": report.cases[1:]})


def with_a_better_case(report: Report) -> Report:
    better = report.cases[0].model_copy(update={"verdict": "pass"})
    sound = reports.run()
    update = {"cases": (better, *report.cases[1:]), "verdict": "pass", "profiles": sound.profiles}
    return report.model_copy(update=update)


def with_a_better_requirement(report: Report) -> Report:
    first, *rest = report.cases[0].requirements
    better = first.model_copy(update={"verdict": "pass"})
    case = report.cases[0].model_copy(update={"requirements": (better, *rest)})
    return report.model_copy(
        update={"cases": (case, *report.cases[1:]), "requirements": reports.run().requirements}
    )


@pytest.mark.parametrize(
    ("report", "why"), [row[1:] for row in UNSUITABLE], ids=[row[0] for row in UNSUITABLE]
)
def test_what_cannot_be_attested_is_refused_with_the_reason(
    tmp_path: Path, report: Callable[[], Report], why: str
) -> None:
    folder = written(tmp_path, report())
    with pytest.raises(attestation.NotAttestable, match=why):
        attest_command.attest(folder, of_party(Party.new("assessor", reports.EXCHANGE)), register=False)
    assert not (folder / "attestation.jws").exists()


def test_an_assessor_has_its_key_in_a_file_or_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = Party.new("assessor", reports.EXCHANGE)
    pem = party.key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    monkeypatch.setenv("SEED", base64url.encode(party.key.private.private_bytes_raw()))
    for source in ('key_file = "key.pem"', 'key_env = "SEED"'):
        (tmp_path / "a.toml").write_text(f'id = "{reports.EXCHANGE}"\n{source}\nvalid_days = 1\n', "utf-8")
        loaded = assessor.load(tmp_path / "a.toml")
        assert (loaded.id, loaded.under, loaded.key.public) == (
            reports.EXCHANGE,
            reports.EXCHANGE,
            party.key.public,
        )
        assert base64url.encode(party.key.private.private_bytes_raw()) not in repr(loaded)


def test_the_example_of_an_assessor_works(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text("utf-8")
    found = re.search(r"```toml\n(.*?)```", docs.partition("\n### Attestations\n")[2], re.DOTALL)
    assert found is not None
    key = Party.new("assessor", reports.EXCHANGE).key
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "assessor.pem").write_bytes(pem)
    (tmp_path / "assessor.toml").write_text(found[1].replace("sha256:…", reports.EXCHANGE), "utf-8")
    loaded = assessor.load(tmp_path / "assessor.toml")
    assert (loaded.key.public, loaded.valid_days) == (key.public, 365)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("id =", "Invalid"),
        ('identifier = "x"', "identifier"),
        (f'id = "{reports.EXCHANGE}"', "no key"),
        (f'id = "{reports.EXCHANGE}"\nkey_env = "A"\nkey_file = "b"', "key_file and key_env"),
        ('id = "sha256:12"\nkey_env = "A"', "id"),
        ('key_env = "ABSENT"', "does not give the `id`"),
        (f'id = "{reports.EXCHANGE}"\nkey_env = "ABSENT"', "ABSENT"),
        (f'id = "{reports.EXCHANGE}"\nkey_file = "absent.pem"', "absent.pem"),
        (f'id = "{reports.EXCHANGE}"\nkey_file = "other.pem"', "another kind"),
        (f'id = "{reports.EXCHANGE}"\nkey_file = "a.toml"', "PKCS #8"),
        ('identity = "."', "home.json"),
    ],
)
def test_a_file_that_leads_to_no_assessor_says_why(tmp_path: Path, text: str, why: str) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "other.pem").write_bytes(other)
    (tmp_path / "a.toml").write_text(text, "utf-8")
    with pytest.raises(assessor.AssessorFault, match=why):
        assessor.load(tmp_path / "a.toml")


def test_an_identity_of_the_sdk_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Identity.create(
        "lab",
        legal_name="Laboratory",
        jurisdiction="IE",
        passphrase="correct horse",
        next_key=tmp_path / "next",
        directory=tmp_path,
    )
    members = {
        "exchange": reports.EXCHANGE,
        "api": "http://a",
        "origin": "a",
        "vkey": "a",
        "index": 1,
        "time": 1,
    }
    home = Home.model_validate_json(json.dumps({**members, "participant": reports.EXCHANGE}))
    profile.save_home(made.folder, home)
    (tmp_path / "a.toml").write_text(f'identity = "{made.folder.relative_to(tmp_path)}"\n', "utf-8")
    monkeypatch.setenv(identity.PASSPHRASE, "correct horse")
    loaded = assessor.load(tmp_path / "a.toml")
    assert loaded.key.public == made.signer.public
    assert (loaded.id, loaded.under) == (reports.EXCHANGE, reports.EXCHANGE)
    monkeypatch.setenv(identity.PASSPHRASE, "wrong")
    with pytest.raises(assessor.AssessorFault, match="does not open"):
        assessor.load(tmp_path / "a.toml")
    monkeypatch.delenv(identity.PASSPHRASE)
    with pytest.raises(assessor.AssessorFault, match=identity.PASSPHRASE):
        assessor.load(tmp_path / "a.toml")


def test_a_damaged_identity_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(identity.PASSPHRASE, "p")
    (tmp_path / "home.json").write_text(json.dumps({"format": "lading-home/1", "participant": "a"}), "utf-8")
    for members in (
        {},
        {"format": "lading-key/1"},
        {"format": "lading-key/1", "box": "=", "salt": "AA", "passes": 99},
    ):
        (tmp_path / "key.json").write_text(json.dumps(members), "utf-8")
        with pytest.raises(identity.CannotOpen):
            identity.open_folder(tmp_path)


def test_the_command_says_why_it_does_not_attest(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    folder = written(tmp_path, reports.run(selection=("--fast",), left_out=[CASE]))
    (tmp_path / "a.toml").write_text(f'id = "{reports.EXCHANGE}"\nkey_env = "SEED"\n', "utf-8")
    seed = base64url.encode(bytes(range(32)))
    result = CliRunner().invoke(
        cli.app, ["attest", str(folder), "--as", str(tmp_path / "a.toml")], env={"SEED": seed}
    )
    assert result.exit_code == 2
    assert "--fast" in result.output
    assert seed not in result.output
