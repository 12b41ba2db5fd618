"""The page of registries: its tables are current, and every choice of words that an act has stands in them."""

from pathlib import Path

import pytest

from lading.acts import ACTS
from lading.acts.policy import Policy
from tools import registries_page
from tools.schemas import schema


def test_the_tables_are_current() -> None:
    assert registries_page.main(["--check"]) == 0


def test_an_edit_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "registries.md"
    text = registries_page.PAGE.read_text(encoding="utf-8")
    page.write_text(text.replace("`not-as-described`", "`ugly`", 1), encoding="utf-8")
    assert registries_page.main(["--check"], page) == 1
    assert "not current" in capsys.readouterr().err
    assert registries_page.main([], page) == 0
    assert page.read_text(encoding="utf-8") == text


def test_a_page_without_a_slot_is_an_error() -> None:
    text = registries_page.PAGE.read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match="slots"):
        registries_page.rendered(text.replace("<!-- table: open -->", ""))


def test_every_choice_of_words_stands_in_the_table() -> None:
    table = registries_page.closed()
    found = 0
    for act in ACTS:
        made = schema(act)
        for part in _parts({name: value for name, value in made.items() if name != "$schema"}):
            words = part.get("enum")
            if isinstance(words, list) and 1 < len(words) < 200:
                assert ", ".join(f"`{word}`" for word in words) in table
                found += 1
    assert found > 20


def _parts(value: object) -> list[dict[str, object]]:
    if isinstance(value, list):
        return [part for item in value for part in _parts(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(part for child in value.values() for part in _parts(child))]


def test_every_switch_of_a_policy_and_every_act_has_a_row() -> None:
    assert [row.split("`")[1] for row in registries_page.policy().splitlines()[2:]] == list(
        Policy.model_fields
    )
    assert [row.split("`")[1] for row in registries_page.acts().splitlines()[2:]] == [
        act.name for act in ACTS
    ]


def test_tokens_stand_among_the_open_lists_and_nowhere_else() -> None:
    assert "| `rejection` | `reason` |" in registries_page.open_lists()
    assert "rejection.reason" not in registries_page.closed()
    assert "claim.ground" in registries_page.closed()
