"""What the fault tests share: the compiled shim, and places of an experiment's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.places import (
    pair_of_postgres,
    postgres_of_its_own,
    pytest_collection_modifyitems,
    redis_of_its_own,
)
from faults.powercut import build_shim

__all__ = [
    "pair_of_postgres",
    "postgres_of_its_own",
    "pytest_collection_modifyitems",
    "redis_of_its_own",
]


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The power cut, compiled, where every process may read it."""
    return build_shim(tmp_path_factory.mktemp("shim"))
