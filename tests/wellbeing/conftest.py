"""Ash in a browser, and what a plan needs in most tests."""

from __future__ import annotations

import httpx
import pytest

from holdfast.rights.rules import Role
from town import Town, appoint
from wellbeing.planning import Desk, seal, staff


@pytest.fixture
async def ash(client: httpx.AsyncClient, town: Town) -> httpx.AsyncClient:
    """Ash's browser, signed in."""
    client.cookies.set("holdfast", town.ash.token)
    return client


@pytest.fixture
async def desk(town: Town) -> Desk:
    """Ash has left a line; Sam and Fern may open it together, Dahlia may not."""
    await seal(town, town.ash)
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR)
        fern = await appoint(work, Role.LEAD)
        dahlia = await appoint(work, Role.MODERATOR)
    return Desk(town, staff(sam), staff(fern), staff(dahlia))
