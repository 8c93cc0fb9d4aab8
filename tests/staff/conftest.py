"""Passwords that are weighed quickly: what makes it slow is tried where it matters."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from holdfast.staff.access import passwords

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def quick_scales(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the quick way, unless the test asks for `true_scales`."""
    if "true_scales" not in request.fixturenames:
        monkeypatch.setattr(passwords, "HASHER", QUICK)


@pytest.fixture
def true_scales() -> None:
    """Weigh passwords as in a real house."""
    passwords._nobodys_hash.cache_clear()
