"""From pending to admitted: an exchange says what it looked at, documents by their digest alone."""

import hashlib
from pathlib import Path

from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.cli.command import Terminal


def test_an_admission_says_what_was_looked_at_and_keeps_the_document_to_itself(
    lading: Terminal, served: ExchangeProcess, tmp_path: Path
) -> None:
    lading.ok("identity", "create", "acme", "--legal-name", "acme Ltd", "--jurisdiction", "IE")
    said = lading.ok("identity", "register", "acme", "--exchange", served.api)
    assert said["state"] == "pending"
    document = tmp_path / "extract.pdf"
    document.write_bytes(b"an extract of the register")
    looked = ("--check", f"commercial-register={document}", "--check", "bank-account")
    made = lading.ok("exchange", "admit", str(served.directory), str(said["id"]), *looked)
    act = lading.ok("show", str(made["id"]), "-i", "acme")["act"]
    assert isinstance(act, dict)
    digest = "sha256:" + hashlib.sha256(document.read_bytes()).hexdigest()
    assert act["checks"] == [
        {"kind": "commercial-register", "digest": digest},
        {"kind": "bank-account"},
    ]
    for words, code in {"commercial-register=nowhere": 2, "Not a token": 1}.items():
        done = lading("exchange", "admit", str(served.directory), str(said["id"]), "--check", words)
        assert done.code == code, done


def test_an_identity_says_its_identifiers_and_whom_it_is_related_to(
    lading: Terminal, served: ExchangeProcess
) -> None:
    words = ("identity", "create", "acme", "--legal-name", "acme Ltd", "--jurisdiction", "IE")
    for wrong in (
        ("--related", "lei:PARENT"),
        ("--related", "lei:PARENT=friend"),
        ("--identifier", "ACME 1"),
    ):
        assert lading(*words, *wrong).code == 2
    lading.ok(*words, "--identifier", "lei:ACME", "--related", "lei:PARENT=controlled-by")
    said = lading.ok("identity", "register", "acme", "--exchange", served.api)
    act = lading.ok("show", str(said["id"]), "-i", "acme")["act"]
    assert isinstance(act, dict)
    assert act["identifiers"] == ["lei:ACME"]
    assert act["related"] == [{"party": "lei:PARENT", "relation": "controlled-by"}]
