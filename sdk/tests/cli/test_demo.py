"""`lading demo`: a whole trade with a real exchange process, and a folder that is replaced with care."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lading.cli import demo_look, demo_place
from lading.cli.demo_file import goods
from lading.errors import UsageProblem
from sdk.tests.cli.command import Terminal


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some data.bin"
    path.write_bytes(os.urandom(300_000))
    return path


def test_the_demo_trades_a_file_and_its_evidence_is_valid(
    lading: Terminal, file: Path, tmp_path: Path
) -> None:
    done = lading("demo", "--file", str(file), "--out", "there/demo")
    assert done.code == 0, done
    assert "VALID: " in done.out
    assert "have stopped" in done.out
    assert "takes in Skyways GmbH, a guest" in done.out
    assert "holds show none" in done.out
    assert "releases its share" in done.out
    out = tmp_path / "there" / "demo"
    assert (out / "received" / file.name).read_bytes() == file.read_bytes()
    assert (out / "received" / f"{file.name}.salts").stat().st_size == 32
    assert (out / "receipt.tlog-proof").read_text().startswith("c2sp.org/tlog-proof@v1\n")
    trust = ("--trust", str(out / "trust.policy"))
    content = ("--content", str(out / "received" / file.name))
    assert lading("verify", str(out / "evidence.lading.json"), *trust).code == 0
    assert lading("verify", str(out / "evidence.lading.json"), *trust, *content).code == 0
    assert (out / "exchange").is_dir()
    assert not [path for path in out.parent.iterdir() if path != out]


def test_the_demo_runs_again_in_its_own_folder(lading: Terminal, file: Path, tmp_path: Path) -> None:
    first = lading.ok("demo", "--file", str(file))
    (tmp_path / "demo" / "a note of mine").write_text("lost, as README.txt says")
    second = lading.ok("demo", "--file", str(file))
    assert first["timeline"] != second["timeline"]
    assert not (tmp_path / "demo" / "a note of mine").exists()
    assert {path.name for path in tmp_path.iterdir()} >= {"demo", file.name}
    assert not list(tmp_path.glob(".demo*"))


def test_another_folder_is_never_replaced(lading: Terminal, file: Path, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").write_text("years of work")
    done = lading("demo", "--file", str(file))
    assert done.code == 2
    assert "no demo made it" in done.err
    assert (tmp_path / "demo" / "thesis.txt").read_text() == "years of work"


def test_the_demo_s_exchange_is_gone_when_it_ends(lading: Terminal, file: Path) -> None:
    done = lading("demo", "--file", str(file))
    for name in ("Demo Exchange", "Other Exchange"):
        pid = int(done.out.partition(f"{name}: process ")[2].split()[0])
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_the_airports_are_a_real_open_data_set() -> None:
    item = goods(None)
    assert item.path.stat().st_size > 1_000_000
    assert item.licence == "MIT"
    assert item.save_as == "airports.csv"


def test_a_link_or_file_in_the_way_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").write_text("x")
    for name in ("link", "file"):
        with pytest.raises(UsageProblem, match="no folder"):
            demo_place.check_replaceable(tmp_path / name)


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    with demo_place.building(tmp_path / "demo") as folder:
        (folder / "x").write_text("x")
    assert (tmp_path / "demo" / "x").exists()


def _build_and_fail(place: Path) -> None:
    with demo_place.building(place) as folder:
        (folder / "x").write_text("second")
        raise RuntimeError


def _build_while_another_fills(place: Path) -> None:
    with demo_place.building(place) as folder:
        (folder / "x").write_text("x")
        place.mkdir()
        (place / "mine").write_text("mine")


@pytest.mark.parametrize("size", [47, 48, 300_000, 3_000_000])
def test_a_file_that_somebody_holds_in_clear_is_found(tmp_path: Path, size: int) -> None:
    file, held = tmp_path / "file", tmp_path / "held"
    file.write_bytes(os.urandom(size))
    (held / "deep").mkdir(parents=True)
    (held / "deep" / "sealed").write_bytes(os.urandom(size))
    seen = demo_look.look(file, held)
    assert (seen.found, seen.searched) == (0, size)
    (held / "deep" / "clear").write_bytes(b"padding" + file.read_bytes())
    seen = demo_look.look(file, held)
    assert seen.found == seen.samples
    assert bool(seen.samples) == (size >= 48)


def test_a_file_of_zeros_is_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(100_000))
    assert demo_look.look(tmp_path / "file", tmp_path).samples == 0


def test_a_demo_that_fails_leaves_the_earlier_one(tmp_path: Path) -> None:
    with demo_place.building(tmp_path / "demo") as folder:
        (folder / "x").write_text("first")
    with pytest.raises(RuntimeError):
        _build_and_fail(tmp_path / "demo")
    assert (tmp_path / "demo" / "x").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_folder_filled_by_others_meanwhile_is_kept(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no demo made it"):
        _build_while_another_fills(tmp_path / "demo")
    assert (tmp_path / "demo" / "mine").read_text() == "mine"


def test_an_exchange_that_does_not_start_is_explained(
    lading: Terminal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lading.cli import demo_exchange

    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(demo_exchange, "free_port", lambda: taken.getsockname()[1])
        done = lading("demo", "--file", str(file))
    assert done.code == 3
    assert "did not start" in done.err
    assert not Path("demo").exists()


def test_the_console_script_runs_the_demo(file: Path) -> None:
    command = [str(Path(sys.executable).parent / "lading"), "demo", "--file", str(file), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert '"status":"VALID"' in done.stdout
