import os
import stat
from pathlib import Path
from typing import Any

import pytest

from lading.client import nextkey, profile, vault
from lading.client.identity import Identity
from lading.errors import IdentityLocked, IdentityNotFound, UsageProblem
from lading.keys import ed25519
from sdk.tests.client.memory import MemoryKeyring


def create(home: Path, name: str = "acme", **changes: object) -> Identity:
    values: dict[str, object] = {
        "legal_name": "Acme Maps Ltd",
        "jurisdiction": "IE",
        "passphrase": "correct horse",
        "next_key": home / f"{name}.next-key.txt",
        "directory": home,
    }
    return Identity.create(name, **(values | changes))  # type: ignore[arg-type]


def test_a_created_identity_opens_again_with_its_passphrase(tmp_path: Path) -> None:
    made = create(tmp_path)
    opened = Identity.load("acme", "correct horse", directory=tmp_path)
    assert opened.signer.public == made.signer.public
    signature = opened.signer.sign(b"text")
    assert isinstance(signature, bytes)
    ed25519.verify(made.signer.public, b"text", signature)
    assert opened.profile == made.profile
    assert opened.home is None
    assert opened.id is None


def test_the_stored_key_is_not_in_clear_and_files_are_private(tmp_path: Path) -> None:
    made = create(tmp_path)
    seed = made.signer.seed  # type: ignore[attr-defined]
    for path in made.folder.rglob("*"):
        assert seed not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "acme.next-key.txt").stat().st_mode) == 0o600


def test_the_next_key_file_holds_the_promised_key_and_says_where_to_keep_it(tmp_path: Path) -> None:
    made = create(tmp_path)
    page = tmp_path / "acme.next-key.txt"
    assert nextkey.read(page).thumbprint == made.profile.next_key
    words = page.read_text()
    assert "Not on this computer" in words
    assert made.signer.thumbprint != made.profile.next_key
    assert not any("next-key" in path.name for path in made.folder.rglob("*"))


def test_a_next_key_survives_a_printed_copy_with_other_line_ends(tmp_path: Path) -> None:
    made = create(tmp_path)
    page = (tmp_path / "acme.next-key.txt").read_bytes()
    (tmp_path / "copy.txt").write_bytes(b"\xef\xbb\xbfscanned\r\n" + page.replace(b"\n", b"\r\n"))
    assert nextkey.read(tmp_path / "copy.txt").thumbprint == made.profile.next_key


@pytest.mark.parametrize("content", [b"", b"lading-next-key/1 short\n", b"\xff" * 100])
def test_a_file_without_a_next_key_is_a_usage_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UsageProblem, match="no next key"):
        nextkey.read(tmp_path / "x")


def test_a_wrong_passphrase_is_locked_and_says_what_to_do(tmp_path: Path) -> None:
    create(tmp_path)
    with pytest.raises(IdentityLocked, match="does not open") as caught:
        Identity.load("acme", "wrong", directory=tmp_path)
    assert caught.value.hint


def test_a_missing_passphrase_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create(tmp_path)
    monkeypatch.delenv("LADING_PASSPHRASE", raising=False)
    with pytest.raises(IdentityLocked) as caught:
        Identity.load("acme", directory=tmp_path)
    assert "LADING_PASSPHRASE" in caught.value.hint


def test_the_passphrase_may_stand_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LADING_PASSPHRASE", "from the environment")
    made = create(tmp_path, passphrase=None)
    assert Identity.load("acme", directory=tmp_path).profile == made.profile
    with pytest.raises(IdentityLocked):
        Identity.load("acme", "correct horse", directory=tmp_path)


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="empty"):
        create(tmp_path, passphrase="")
    assert list(tmp_path.iterdir()) == []


def test_without_passphrase_the_secret_lies_in_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LADING_PASSPHRASE", raising=False)
    ring = MemoryKeyring()
    made = create(tmp_path, passphrase=None, keyring=ring)
    assert list(ring.secrets) == [("lading", f"acme:{made.profile.key}")]
    assert Identity.load("acme", keyring=ring, directory=tmp_path).signer.public == made.signer.public
    with pytest.raises(IdentityLocked, match="holds no secret"):
        Identity.load("acme", keyring=MemoryKeyring(), directory=tmp_path)


def test_another_secret_in_the_keyring_does_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LADING_PASSPHRASE", raising=False)
    ring = MemoryKeyring()
    made = create(tmp_path, passphrase=None, keyring=ring)
    ring.set_password("lading", f"acme:{made.profile.key}", "A" * 43)
    with pytest.raises(IdentityLocked, match="does not open"):
        Identity.load("acme", keyring=ring, directory=tmp_path)


def test_an_unknown_identity_names_the_ones_that_are_there(tmp_path: Path) -> None:
    create(tmp_path)
    with pytest.raises(IdentityNotFound) as caught:
        Identity.load("acne", "x", directory=tmp_path)
    assert "acme" in caught.value.hint
    assert profile.names(tmp_path) == ("acme",)


def test_an_identity_is_never_overwritten(tmp_path: Path) -> None:
    made = create(tmp_path)
    with pytest.raises(UsageProblem, match="exists"):
        create(tmp_path, next_key=tmp_path / "other.txt")
    assert not (tmp_path / "other.txt").exists()
    assert Identity.load("acme", "correct horse", directory=tmp_path).profile == made.profile


def test_a_next_key_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(UsageProblem, match="exists"):
        create(tmp_path, next_key=tmp_path / "precious")
    assert (tmp_path / "precious").read_text() == "mine"
    assert profile.names(tmp_path) == ()


def test_a_next_key_in_a_folder_that_is_not_there_is_a_usage_problem(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="cannot write the next key"):
        create(tmp_path, next_key=tmp_path / "nowhere" / "key.txt")
    assert profile.names(tmp_path) == ()


@pytest.mark.parametrize("name", ["", "../up", "UPPER", ".hidden", "a/b", "x" * 65, "nul\0"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageProblem, match="not a name"):
        create(tmp_path, name, next_key=tmp_path / "key.txt")


@pytest.mark.parametrize(
    "particulars",
    [
        {"jurisdiction": "XX"},
        {"jurisdiction": "ie"},
        {"legal_name": ""},
        {"legal_name": "a\x1bb"},
        {"kind": "x"},
        {"identifiers": ["no identifier"]},
        {"related": {"lei:PARENT": "friend"}},
        {"related": {"Acme": "controls"}},
    ],
)
def test_particulars_that_no_exchange_would_take_are_refused(
    tmp_path: Path, particulars: dict[str, Any]
) -> None:
    with pytest.raises(UsageProblem, match="particulars"):
        create(tmp_path, **particulars)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"{}", b"not json", b'{"format":"lading-key/2"}', b"\xff\xfe"])
def test_a_damaged_key_file_is_locked(tmp_path: Path, damage: bytes) -> None:
    made = create(tmp_path)
    (made.folder / "key.json").write_bytes(damage)
    with pytest.raises(IdentityLocked, match="damaged"):
        Identity.load("acme", "correct horse", directory=tmp_path)


def test_a_missing_key_file_is_locked(tmp_path: Path) -> None:
    made = create(tmp_path)
    (made.folder / "key.json").unlink()
    with pytest.raises(IdentityLocked, match="no everyday key"):
        Identity.load("acme", "correct horse", directory=tmp_path)


def test_a_damaged_profile_is_a_usage_problem(tmp_path: Path) -> None:
    made = create(tmp_path)
    (made.folder / "identity.json").write_text("{}")
    with pytest.raises(UsageProblem, match="damaged"):
        Identity.load("acme", "correct horse", directory=tmp_path)


def test_a_manipulated_key_file_cannot_ask_for_all_memory(tmp_path: Path) -> None:
    box = vault.passphrase_lock("x").close(bytes(32))
    greedy = box.model_dump_json().replace(str(vault.MEMORY), str(2**40))
    with pytest.raises(IdentityLocked, match="damaged"):
        vault.parse(greedy.encode())


def test_a_key_of_another_identity_is_noticed(tmp_path: Path) -> None:
    first, second = create(tmp_path), create(tmp_path, "beta")
    (first.folder / "key.json").write_bytes((second.folder / "key.json").read_bytes())
    with pytest.raises(IdentityLocked, match="another identity"):
        Identity.load("acme", "correct horse", directory=tmp_path)


def test_identities_live_below_lading_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LADING_HOME", str(tmp_path / "deep" / "home"))
    made = create(tmp_path, directory=None)
    assert made.folder == tmp_path / "deep" / "home" / "identities" / "acme"
    assert Identity.load("acme", "correct horse").profile == made.profile


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_repr_shows_no_secret(tmp_path: Path) -> None:
    made = create(tmp_path)
    assert repr(made) == f"Identity('acme', key={made.profile.key})"
