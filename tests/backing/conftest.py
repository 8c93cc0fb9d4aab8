"""A place that is backed up, and an empty one beside it on the same kind of database."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backing.places import Backed
from begun import Begun
from holdfast.app.backing.pairs import new_pair
from holdfast.kit.house import House
from holdfast.settings import Settings
from postgres import Cluster
from town import StillClock, Town


@pytest.fixture(scope="session")
def pair() -> tuple[str, str]:
    """The public and the secret key of these tests."""
    return new_pair()


@pytest.fixture
def empty_url(postgres_cluster: Cluster) -> Iterator[str]:
    """An empty database."""
    name = f"test_{uuid.uuid4().hex}"
    postgres_cluster.execute(f"CREATE DATABASE {name} TEMPLATE template1")
    yield postgres_cluster.url(name)
    postgres_cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Where nothing is yet: the place of a restore."""
    url = request.getfixturevalue("empty_url") if database == "postgresql" else ""
    return Settings(data=tmp_path / "new", database_url=url)


@pytest.fixture
def backed(
    settings: Settings, town: Town, clock: StillClock, pair: tuple[str, str], tmp_path: Path
) -> Backed:
    """The town's place while it is open, and where its backups go."""
    identity = tmp_path / "identity"
    identity.write_text(f"# the secret key of the tests\n{pair[1]}\n")
    sealed = settings.model_copy(update={"backup_to": pair[0]})
    return Backed(sealed, town, clock, identity, tmp_path / "backups")


@pytest.fixture
def people(begun: Callable[[str], Begun], database: str) -> Callable[[House], Town]:
    """The town in a house that is open."""
    return lambda house: Town(house, **begun(database).people())
