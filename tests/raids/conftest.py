"""Who raids comes in through the door with its lock, but without sweat."""

from __future__ import annotations

import pytest

from holdfast.members.rules import door


@pytest.fixture(autouse=True)
def _light_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proofs are asked for and shown as ever, of less work: how much it is, others test."""
    monkeypatch.setattr(door, "TRIES", 2)
