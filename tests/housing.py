"""Houses for tests: databases, a still clock, the house, the town, its doors, a served house.

A process that only hands out tests to workers does without all this (`conftest.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from begun import Begun, begun_on
from holdfast.app.opening import open_house
from holdfast.app.web import build_app
from holdfast.kit.house import House
from holdfast.members.rules import door
from holdfast.settings import Settings
from serving import Served, serve
from town import ORIGIN, StillClock, Town

# ---------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def begun(request: pytest.FixtureRequest) -> Callable[[str], Begun]:
    """The places of this run, by the kind of their database."""
    return cache(lambda kind: begun_on(kind, request))


@pytest.fixture(scope="session")
def sqlite_template(begun: Callable[[str], Begun]) -> Path:
    """A migrated SQLite file, to be copied."""
    return begun("sqlite").data("migrated") / "holdfast.db"


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> str:
    """How far the place of a test has come before the test begins: as far as the test asks for."""
    asked = (stage for stage in ("town", "house") if stage in request.fixturenames)
    return next(asked, "migrated")


@pytest.fixture
def postgres_template(begun: Callable[[str], Begun], stage: str) -> str:
    """The database from which a test's own is copied."""
    return begun("postgresql").database(stage)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on; it runs on both unless it says `@on_sqlite`."""
    kind: str = request.param
    return kind


@pytest.fixture
def limits(request: pytest.FixtureRequest) -> str:
    """Whether limits refuse; a test that says much asks for `@unlimited`."""
    switch: str = getattr(request, "param", "on")
    return switch


@pytest.fixture
def settings(
    database: str,
    limits: str,
    stage: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Settings:
    """The settings of a house of this test's own, with a database of its own."""
    begun: Callable[[str], Begun] = request.getfixturevalue("begun")
    data, url = tmp_path / "data", ""
    if database == "postgresql":
        url = request.getfixturevalue("postgres_url")
    shutil.copytree(begun(database).data(stage), data)
    return Settings(data=data, database_url=url, limits=limits)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the house and who is in it


@pytest.fixture
def clock() -> StillClock:
    """The clock of the house; it stands still."""
    return StillClock()


@pytest.fixture
async def house(settings: Settings, clock: StillClock) -> AsyncIterator[House]:
    """The house, open, with its first rooms and nobody in it."""
    async with open_house(settings, clock) as house:
        yield house


@pytest.fixture
def town(house: House, database: str, begun: Callable[[str], Begun]) -> Town:
    """The house with everyone in it."""
    return Town(house, **begun(database).people())


# ---------------------------------------------------------------- its doors


@pytest.fixture(scope="session")
def applications() -> dict[str, FastAPI]:
    """Applications that were built already: building one takes longer than most tests."""
    return {}


@pytest.fixture
def app(applications: dict[str, FastAPI], settings: Settings, house: House) -> FastAPI:
    """The application of this house."""
    key = settings.limits.value
    if key not in applications:
        applications[key] = build_app(settings)
    applications[key].state.house = house
    return applications[key]


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A guest's program at the door: no cookies yet, no token."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


@pytest.fixture
def light_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proofs are asked for and shown as ever, of less work: how much it is, others test."""
    monkeypatch.setattr(door, "TRIES", 2)


@pytest.fixture
async def served(app: FastAPI, house: House) -> AsyncIterator[Served]:
    """The house behind a real uvicorn with our own socket class, on a free port."""
    async with serve(app, house) as served:
        yield served
