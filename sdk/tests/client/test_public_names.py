"""Importing the package costs nothing, and help shows its verbs as they are called. The names: tests/core."""

import inspect
import subprocess
import sys

import lading
from lading.client.exchange import Exchange


def test_importing_the_package_loads_nothing_else() -> None:
    unwanted = ("lading.", "httpx", "pydantic", "nacl")
    source = f"import sys, lading; print([name for name in sys.modules if name.startswith({unwanted})])"
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_help_shows_a_verb_as_it_is_called() -> None:
    signature = inspect.signature(Exchange.accept)
    assert list(signature.parameters) == ["self", "thing", "purpose", "at_most", "reference", "actions"]
    assert signature.return_annotation is lading.Contract
