"""On how many examples a property is tried; how long one takes says nothing on a busy machine."""

from __future__ import annotations

import hypothesis
import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Without the slow tests each property is tried on fewer examples; `--all` tries them all."""
    settings, slowness = hypothesis.settings, hypothesis.HealthCheck.too_slow
    settings.register_profile("all", deadline=None, suppress_health_check=[slowness])
    settings.register_profile("quick", settings.get_profile("all"), max_examples=25)
    settings.load_profile("quick" if "not slow" in config.option.markexpr else "all")
