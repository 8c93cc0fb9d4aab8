"""Ash in a browser, and what a plan needs in most tests."""

from __future__ import annotations

import httpx
import pytest

from town import Town


@pytest.fixture
async def ash(client: httpx.AsyncClient, town: Town) -> httpx.AsyncClient:
    """Ash's browser, signed in."""
    client.cookies.set("holdfast", town.ash.token)
    return client
