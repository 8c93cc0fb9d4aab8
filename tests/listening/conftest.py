"""The stage on which listening is tested."""

from __future__ import annotations

import pytest

from listening.talking import Stage, set_stage
from town import Town


@pytest.fixture
async def talks(town: Town) -> Stage:
    """The town, a listener with a right, a supervisor on shift."""
    return await set_stage(town)
