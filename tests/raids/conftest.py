"""Who raids comes in through the door with its lock, but without sweat."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _without_sweat(light_proofs: None) -> None:
    """Every raider's proof is light."""
