"""What the experiments share: databases, bells, wires and processes of an experiment's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faults.places_database import OwnCopy, OwnPostgres, own_pair, own_postgres
from faults.places_redis import OwnRedis, own_redis

EXPERIMENT_ENDS = 1500  # seconds


@pytest.fixture
def postgres_of_its_own() -> Iterator[OwnPostgres]:
    """A PostgreSQL with fsync that may be killed, frozen and started again on its port."""
    with own_postgres() as cluster:
        yield cluster


@pytest.fixture
def pair_of_postgres() -> Iterator[tuple[OwnPostgres, OwnCopy]]:
    """A primary and the standby without which it acknowledges nothing."""
    with own_pair() as pair:
        yield pair


@pytest.fixture
def redis_of_its_own() -> Iterator[OwnRedis]:
    """A Redis that may be killed, frozen, emptied and started again on its port."""
    with own_redis() as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """An experiment may take longer than a test before it counts as hanging."""
    for item in items:
        if item.get_closest_marker("faults") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(EXPERIMENT_ENDS))
