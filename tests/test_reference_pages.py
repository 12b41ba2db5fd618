"""The reference describes every verb of an exchange, and every package of the SDK but the command line."""

import re
from pathlib import Path

from lading.client.exchange import Exchange

ROOT = Path(__file__).resolve().parents[1]
SHELL = {"visit", "close", "run", "session", "trust_policy"}


def _described() -> set[str]:
    pages = sorted((ROOT / "docs/reference").glob("*.md"))
    return {name for page in pages for name in re.findall(r"^::: (\S+)$", page.read_text("utf-8"), re.M)}


def test_every_verb_of_an_exchange_is_described() -> None:
    verbs = {name for name in vars(Exchange) if not name.startswith("_")} - SHELL
    described = {name.rpartition(".")[2] for name in _described() if name.startswith("lading.client.flows.")}
    assert described == verbs


def test_every_part_of_the_sdk_has_its_place() -> None:
    package = ROOT / "sdk/src/lading"
    parts = {
        path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    described = {name.split(".")[1] for name in _described() if "." in name}
    # The command line has a page of its own.
    assert parts - {"__init__", "__main__", "cli"} == described
