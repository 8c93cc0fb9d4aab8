"""What the experiments share: databases, bells, wires and processes of an experiment's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faults.places_database import OwnCopy, OwnPostgres, own_pair, own_postgres
from faults.places_redis import OwnRedis, own_redis

EXPERIMENT_ENDS = 1500  # seconds
LONGEST_FIRST = (  # so that none is left over when the others are done
    "test_five_hundred_cuts_between",
    "test_five_hundred_power_cuts",
    "test_four_hundred_errors",
    "test_nobody_notices_a_rolling_restart",
    "test_a_minute_of_the_same",
    "test_a_torn_network",
    "test_twenty_times_a_full_disk",
    "test_of_two_servers",
    "test_a_second_server",
    "test_the_whole_server",
    "test_a_place_that_is_lost",
    "test_a_clock_that_steps",
)


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
    """An experiment may take longer than a test; the longest begin first, each by itself."""
    for item in items:
        if item.get_closest_marker("faults"):
            item.add_marker(pytest.mark.xdist_group(item.name))
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(EXPERIMENT_ENDS))
    items.sort(key=_turn)  # what is no experiment stays in its order


def _turn(item: pytest.Item) -> int:
    named = (n for n, begin in enumerate(LONGEST_FIRST) if item.name.startswith(begin))
    return next(named, len(LONGEST_FIRST))
