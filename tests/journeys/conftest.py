"""What journeys start from."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from journeys.place import Place
from serving import Served
from town import Town


@pytest.fixture
async def place(town: Town, served: Served) -> AsyncIterator[Place]:
    """The town, behind a real server, with a door for programs and pages."""
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as door:
        yield Place(town, served, door)
