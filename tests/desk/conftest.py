"""What the tests of the desk share."""

from __future__ import annotations

import httpx
import pytest

from desk.sitting import Desk
from town import Town


@pytest.fixture
def desk(town: Town, client: httpx.AsyncClient) -> Desk:
    """The staff of a test, at their pages."""
    return Desk(town, client)
