import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lading.client.outbox import Cursor, Outbox, Registration, Slot
from lading.errors import UsageProblem
from lading.statement.envelope import statement_id

SLOT = Slot("deliver", ("sha256:" + "0" * 64, "1"))


def registration(jws: bytes) -> Registration:
    return Registration(id=statement_id(jws), index=7, time=1_700_000_000_000, proof="proof")


def test_the_second_attempt_finds_the_bytes_of_the_first(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox")
    first = outbox.put(SLOT, lambda: b"a.b.c")
    second = Outbox(tmp_path / "outbox").put(SLOT, lambda: b"another.signature.here")
    assert second == first
    assert second.jws == b"a.b.c"
    assert second.id == statement_id(b"a.b.c")


def test_slots_with_other_words_or_verbs_are_apart(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    slots = [
        SLOT,
        Slot("deliver", (*SLOT.words[:1], "2")),
        Slot("receipt", SLOT.words),
        Slot("deliver", ("a\nb",)),
    ]
    for number, slot in enumerate(slots):
        outbox.put(slot, lambda n=number: b"%d.b.c" % n)  # type: ignore[misc]
    assert len({stored.id for stored in outbox.pending()}) == len(slots)


def test_words_with_line_feeds_do_not_run_into_each_other() -> None:
    assert Slot("v", ("a", "b")).file_name != Slot("v", ("a\nb",)).file_name


def test_a_confirmed_slot_is_no_longer_pending(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    stored = outbox.put(SLOT, lambda: b"a.b.c")
    assert [pending.id for pending in outbox.pending()] == [stored.id]
    outbox.confirm(SLOT, stored, registration(b"a.b.c"))
    assert list(outbox.pending()) == []
    held = outbox.get(SLOT)
    assert held is not None
    assert held.registration == registration(b"a.b.c")


def test_a_dropped_slot_is_free_and_its_bytes_are_kept(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    old = outbox.put(SLOT, lambda: b"a.b.c")
    outbox.drop(SLOT, old)
    assert outbox.get(SLOT) is None
    new = outbox.put(SLOT, lambda: b"d.e.f")
    assert new.jws == b"d.e.f"
    kept = [path.read_bytes() for path in tmp_path.glob("*.dropped")]
    assert len(kept) == 1
    assert b"a.b.c" in kept[0]


def test_dropping_what_another_process_replaced_leaves_the_new_bytes(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    old = outbox.put(SLOT, lambda: b"a.b.c")
    outbox.drop(SLOT, old)
    new = outbox.put(SLOT, lambda: b"d.e.f")
    outbox.drop(SLOT, old)
    assert outbox.get(SLOT) == new


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b'{"format": "lading-outbox/1"}'])
def test_a_damaged_slot_is_never_signed_over(tmp_path: Path, damage: bytes) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(SLOT, lambda: b"a.b.c")
    (tmp_path / SLOT.file_name).write_bytes(damage)
    with pytest.raises(UsageProblem, match="damaged"):
        outbox.put(SLOT, lambda: b"d.e.f")


def test_a_slot_whose_bytes_were_changed_is_noticed(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(SLOT, lambda: b"a.b.c")
    path = tmp_path / SLOT.file_name
    path.write_bytes(path.read_bytes().replace(b"a.b.c", b"a.b.d"))
    with pytest.raises(UsageProblem, match="damaged"):
        outbox.get(SLOT)


def _fill(folder: str, number: int, start: str) -> bytes:
    while not Path(start).exists():
        pass
    return Outbox(Path(folder)).put(SLOT, lambda: b"%d.b.c" % number).jws


def test_of_several_processes_one_fills_the_slot_and_all_get_its_bytes(tmp_path: Path) -> None:
    start = tmp_path / "start"
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        running = [pool.apply_async(_fill, (str(tmp_path / "o"), n, str(start))) for n in range(4)]
        start.touch()
        assert len({answer.get(timeout=60) for answer in running}) == 1
    assert [path.name for path in (tmp_path / "o").iterdir()] == [SLOT.file_name]


_KILLED_AFTER_STORING = """
import os, signal, sys
from pathlib import Path
from lading.client.outbox import Outbox, Slot
slot = Slot("deliver", ("sha256:" + "0" * 64, "1"))
Outbox(Path(sys.argv[1])).put(slot, lambda: os.urandom(8).hex().encode() + b".b.c")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_had_stored_is_what_the_next_one_sends(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KILLED_AFTER_STORING, str(tmp_path)]
    assert subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL
    left = [stored.jws for stored in Outbox(tmp_path).pending()]
    assert len(left) == 1
    assert Outbox(tmp_path).put(SLOT, lambda: b"new.b.c").jws == left[0]


def test_a_cursor_starts_before_the_first_event_and_remembers(tmp_path: Path) -> None:
    cursor = Cursor(tmp_path / "cursors", "billing")
    assert cursor.get() == -1
    cursor.set(41)
    assert Cursor(tmp_path / "cursors", "billing").get() == 41
    assert Cursor(tmp_path / "cursors", "other").get() == -1


def test_a_damaged_cursor_is_a_usage_problem(tmp_path: Path) -> None:
    (tmp_path / "billing").write_text("forty")
    with pytest.raises(UsageProblem, match="damaged"):
        Cursor(tmp_path, "billing").get()


@pytest.mark.parametrize("name", ["", "../x", "A", "a b"])
def test_a_cursor_name_is_a_file_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageProblem):
        Cursor(tmp_path, name)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_slots_are_private_files(tmp_path: Path) -> None:
    Outbox(tmp_path / "o").put(SLOT, lambda: b"a.b.c")
    assert (tmp_path / "o" / SLOT.file_name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "o").stat().st_mode & 0o777 == 0o700
