"""Property tests run twice: briefly with every run, and long under `-m soak`, with inputs of their own."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
BRIEF = settings(
    max_examples=60, stateful_step_count=25, deadline=None, derandomize=True, suppress_health_check=SLOW
)
LONG = settings(
    max_examples=5000, stateful_step_count=60, deadline=None, print_blob=True, suppress_health_check=SLOW
)
settings.register_profile("lading", BRIEF)
settings.register_profile("lading-soak", LONG)


def _soaks(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == "soak")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("lading-soak" if _soaks(config) else "lading")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Under `-m soak` the property tests of this folder count as long ones."""
    for item in items:
        is_property = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if _soaks(config) and is_property and item.path.parent == HERE:
            item.add_marker("soak")
