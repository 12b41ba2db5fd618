"""tools/shape.py refuses what is too long, and only that."""

from pathlib import Path

import pytest

from tools import shape


def _function(lines: int, head: str = "def long():\n") -> str:
    return head + "    x = 1\n" * (lines - head.count("\n"))


def _write(folder: Path, source: str) -> str:
    path = folder / "module.py"
    path.write_text(source, encoding="utf-8")
    return str(path)


def test_a_module_and_a_function_of_exactly_the_limit_pass(tmp_path: Path) -> None:
    source = _function(shape.FUNCTION_LINES)
    source += "x = 1\n" * (shape.MODULE_LINES - source.count("\n"))
    assert shape.main([_write(tmp_path, source)]) == 0


def test_a_module_of_one_line_more_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path, "x = 1\n" * (shape.MODULE_LINES + 1))
    assert shape.main([path]) == 1
    assert f"{path}:1: the module has 401 lines" in capsys.readouterr().err


@pytest.mark.parametrize(
    "head",
    [
        "def long():\n",
        "async def long():\n",
        "@decorated(\n    1,\n)\ndef long():\n",
        "class Nest:\n  def long():\n",
    ],
)
def test_a_function_of_one_line_more_fails_with_its_place(
    head: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_lines = shape.FUNCTION_LINES + 1
    wrapping = head.count("class")
    path = _write(tmp_path, _function(own_lines + wrapping, head))
    assert shape.main([path]) == 1
    assert f"{path}:{1 + wrapping}: function long has 61 lines" in capsys.readouterr().err


def test_a_folder_is_searched_to_the_bottom(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    _write(deep, _function(shape.FUNCTION_LINES + 1))
    assert shape.main([str(tmp_path)]) == 1


def test_a_hidden_folder_holds_the_code_of_others(tmp_path: Path) -> None:
    hidden = tmp_path / ".venv"
    hidden.mkdir()
    _write(hidden, _function(shape.FUNCTION_LINES + 1))
    assert shape.main([str(tmp_path)]) == 0


def test_a_path_that_is_not_there_is_an_error_and_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        shape.main([str(tmp_path / "absent")])
