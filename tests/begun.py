"""Places that were opened once already, from which each test's own is copied.

Opening for the first time, and letting everyone of the town come in, takes longer than most tests
do. So it is done once for a run and each kind of database: at the stage `house` it was opened, at
the stage `town` everyone is in it. What a test gets is a copy, as after a restart.
"""

from __future__ import annotations

import pickle
import shutil
from dataclasses import dataclass, fields
from os import environ
from pathlib import Path

import pytest

from holdfast.app.opening import open_house
from holdfast.app.schema import prepare_schema
from holdfast.kit.database import open_database
from holdfast.settings import Settings
from postgres import SHARED, Cluster, one_worker_at_a_time, run_apart
from town import Person, StillClock, Town, settle_in


def begun_on(kind: str, request: pytest.FixtureRequest) -> Begun:
    """The places on one kind of database; the worker that needs them first makes them."""
    cluster = request.getfixturevalue("postgres_cluster") if kind == "postgresql" else None
    begun = Begun(Path(environ[SHARED], "begun", kind), cluster)
    begun.folder.mkdir(parents=True, exist_ok=True)
    with one_worker_at_a_time(begun.folder):
        if not begun.ready.exists():
            begun.make()
    return begun


@dataclass(frozen=True)
class Begun:
    """The places of this run, on one kind of database, in a folder that all workers know."""

    folder: Path
    cluster: Cluster | None  # on SQLite the database lies in the data folder

    def data(self, stage: str) -> Path:
        """The data folder to be copied."""
        return self.folder / stage

    def database(self, stage: str) -> str:
        """The PostgreSQL database to be copied."""
        return f"begun_{stage}"

    def people(self) -> dict[str, Person]:
        """Everyone of the town, as they came in."""
        kept: dict[str, Person] = pickle.loads(self.ready.read_bytes())  # noqa: S301
        return kept

    @property
    def ready(self) -> Path:
        return self.folder / "people"

    # ------------------------------------------------------------ made once

    def make(self) -> None:
        """Make the stages, each from the one before."""
        self.data("migrated").mkdir(mode=0o700)
        self._copy_database("migrated", "template1")
        run_apart(self._migrate)
        self._begin("house", after="migrated")
        run_apart(self._open)
        self._begin("town", after="house")
        self.ready.write_bytes(pickle.dumps(run_apart(self._settle)))

    def _begin(self, stage: str, after: str) -> None:
        shutil.copytree(self.data(after), self.data(stage))
        self._copy_database(stage, self.database(after))

    def _copy_database(self, stage: str, source: str) -> None:
        if self.cluster:
            self.cluster.execute(f"CREATE DATABASE {self.database(stage)} TEMPLATE {source}")

    def _settings(self, stage: str) -> Settings:
        url = self.cluster.url(self.database(stage)) if self.cluster else ""
        return Settings(data=self.data(stage), database_url=url)

    async def _migrate(self) -> None:
        database = open_database(self._settings("migrated").database)
        try:
            await prepare_schema(database, self.folder / "backups")
        finally:
            await database.close()

    async def _open(self) -> None:
        async with open_house(self._settings("house"), StillClock()):
            pass

    async def _settle(self) -> dict[str, Person]:
        async with open_house(self._settings("town"), StillClock()) as house:
            return people_of(await settle_in(house))


def people_of(town: Town) -> dict[str, Person]:
    """Everyone, by the names the town has for them."""
    return {f.name: getattr(town, f.name) for f in fields(town) if f.name != "house"}
