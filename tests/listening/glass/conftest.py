"""The stage on which breaking the glass is tested."""

from __future__ import annotations

import pytest

from listening.glass.breaking import Glass, glass_in
from town import Town


@pytest.fixture
async def glass(town: Town) -> Glass:
    """Both halves have somebody, and Ash has said something to Birch."""
    glass = await glass_in(town)
    await glass.talk.say(town.ash)
    return glass
