"""What the package promises: the names at its root, loaded when they are used."""

import subprocess
import sys
from types import ModuleType

import pytest

import lading
from lading.errors import LadingError

PUBLIC = [
    "ApprovalPending",
    "ApprovalRefused",
    "AsyncExchange",
    "Claimed",
    "ClientConfig",
    "ContentMismatch",
    "Contract",
    "Delivery",
    "Dishonest",
    "Draft",
    "Evidence",
    "Exchange",
    "Finding",
    "Free",
    "Identity",
    "IdentityLocked",
    "IdentityNotFound",
    "Insufficient",
    "Judgement",
    "LadingError",
    "Listing",
    "Money",
    "NotUnderstood",
    "Offer",
    "PerUnit",
    "ProvableFault",
    "Received",
    "Refused",
    "RevenueShare",
    "Status",
    "Subscription",
    "Terms",
    "Tiered",
    "TimedOut",
    "Unreachable",
    "UsageProblem",
    "Verdict",
    "aconnect",
    "connect",
    "draft",
    "judge",
    "verify",
]


def test_the_public_names_are_pinned() -> None:
    assert lading.__all__ == PUBLIC == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(lading, name)
    assert value.__doc__
    assert not isinstance(value, ModuleType)
    assert value.__module__.startswith("lading.")
    assert name in dir(lading)


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Register'"):
        _ = lading.Register


def test_all_errors_have_one_root() -> None:
    errors = [getattr(lading, name) for name in PUBLIC if isinstance(getattr(lading, name), type)]
    raised = [error for error in errors if issubclass(error, Exception)]
    assert len(raised) == 14
    assert all(issubclass(error, LadingError) for error in raised)


def test_importing_the_package_loads_nothing_else() -> None:
    program = "import sys, lading; print(sorted(name for name in sys.modules if name.startswith('lading.')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
