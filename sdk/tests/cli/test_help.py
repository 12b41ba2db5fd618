"""Every command explains itself, and its examples are command lines that it takes."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from lading.cli.main import COMMANDS, app
from sdk.tests.cli.command import Terminal


def leaves() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its words."""
    root: Any = get_command(app)
    for name in COMMANDS:
        yield from below((name,), root.get_command(None, name))


def below(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield words, command
        return
    for child in children:
        yield from below((*words, child), children[child])


LEAVES = dict(leaves())
each_leaf = pytest.mark.parametrize("words", list(LEAVES), ids=" ".join)


def examples(words: tuple[str, ...]) -> list[str]:
    """The command lines below "Example:" in a command's help."""
    lines = [line.strip() for line in LEAVES[words].help.partition("Example:")[2].splitlines()]
    return [line for line in lines if line]


def test_the_table_names_every_command_once() -> None:
    assert len(LEAVES) >= 19
    assert all(COMMANDS.values())


@each_leaf
def test_help_ends_well_and_shows_the_example(lading: Terminal, words: tuple[str, ...]) -> None:
    done = lading(*words, "--help")
    assert done.code == 0
    assert "Example:" in done.out
    assert "\b" not in done.out
    for example in examples(words):
        assert example in done.out


@each_leaf
def test_each_example_is_a_line_that_the_command_takes(words: tuple[str, ...]) -> None:
    (line,) = examples(words)
    program, *arguments = shlex.split(line.partition(" > ")[0])
    assert program == "lading"
    assert tuple(arguments[: len(words)]) == words
    LEAVES[words].make_context(words[-1], arguments[len(words) :]).close()


@each_leaf
def test_every_option_and_argument_is_explained(words: tuple[str, ...]) -> None:
    for parameter in LEAVES[words].params:
        if getattr(parameter, "param_type_name", "") == "option":
            assert parameter.help, f"{words} {parameter.name}"


def test_the_overview_lists_every_command(lading: Terminal) -> None:
    done = lading("--help")
    assert done.code == 0
    for name, summary in COMMANDS.items():
        assert f"  {name} " in done.out
        assert summary in done.out


def test_without_arguments_the_overview_is_shown(lading: Terminal) -> None:
    assert "demo" in lading().out + lading().err


def test_the_version_is_shown(lading: Terminal) -> None:
    assert lading("--version").out.startswith("lading 0.")


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["--version"], ["httpx", "nacl", "rich.console", "lading.client", "lading_server"]),
        (
            ["verify", "--help"],
            ["httpx", "nacl", "lading.client", "lading_server", "lading.cli.demo"],
        ),
        (["verify", "x", "--trust", "y"], ["httpx", "lading.client.connect", "lading_server", "keyring"]),
        (["identity", "list"], ["httpx", "lading_server", "lading.evidence", "keyring"]),
    ],
)
def test_a_command_loads_only_what_it_needs(arguments: list[str], unneeded: list[str]) -> None:
    source = (
        "import sys\nfrom lading.cli.main import run\n"
        f"try:\n    run({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {unneeded!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr.splitlines()[-1] == "[]"
