"""What `import lading` offers, and that importing it costs nothing."""

import inspect
import subprocess
import sys

import pytest

import lading
from lading.client.exchange import Exchange

PUBLIC = [
    "AsyncExchange",
    "ClientConfig",
    "ContentMismatch",
    "Contract",
    "Delivery",
    "Dishonest",
    "Evidence",
    "Exchange",
    "Finding",
    "Identity",
    "IdentityLocked",
    "IdentityNotFound",
    "LadingError",
    "Listing",
    "Money",
    "NotUnderstood",
    "Offer",
    "Received",
    "Refused",
    "Status",
    "Terms",
    "TimedOut",
    "Unreachable",
    "UsageProblem",
    "Verdict",
    "aconnect",
    "connect",
    "verify",
]


def test_the_public_names_are_these() -> None:
    assert lading.__all__ == PUBLIC
    assert set(PUBLIC) <= set(dir(lading))


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_is_there_and_documented(name: str) -> None:
    assert inspect.getdoc(getattr(lading, name))


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        lading.Nonsense  # noqa: B018


def test_importing_the_package_loads_nothing_else() -> None:
    unwanted = ("lading.", "httpx", "pydantic", "nacl")
    source = f"import sys, lading; print([name for name in sys.modules if name.startswith({unwanted})])"
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_help_shows_a_verb_as_it_is_called() -> None:
    signature = inspect.signature(Exchange.accept)
    assert list(signature.parameters) == ["self", "thing", "purpose", "at_most", "reference"]
    assert signature.return_annotation is lading.Contract
