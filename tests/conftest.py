"""What every test may ask for: databases, a still clock, the house, the town, a served house."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import uvloop
from fastapi import FastAPI

from holdfast.app.opening import open_house
from holdfast.app.schema import prepare_schema
from holdfast.app.web import build_app
from holdfast.kit.database import open_database
from holdfast.kit.house import House
from holdfast.settings import Settings
from serving import Served, serve
from town import ORIGIN, StillClock, Town, settle_in

pytest_plugins = ["guards", "postgres", "sharing_out"]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The event loop that the real server runs on."""
    return {"uvloop": uvloop.new_event_loop}


# ---------------------------------------------------------------- databases


def made(url: str, backups: Path) -> None:
    """Bring a database to the newest shape."""
    from postgres import run_apart  # a plugin: pytest wants to be the first to import it

    async def migrate() -> None:
        database = open_database(url)
        try:
            await prepare_schema(database, backups)
        finally:
            await database.close()

    run_apart(migrate)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    made(f"sqlite:///{folder / 'holdfast.db'}", folder / "backups")
    return folder / "holdfast.db"


@pytest.fixture(scope="session")
def build_schema(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], None]:
    """What migrates PostgreSQL's template, from which each test's database is copied."""
    return lambda url: made(url, tmp_path_factory.mktemp("backups"))


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
    database: str, limits: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Settings:
    """The settings of a house with an empty, migrated database of this test's own."""
    data, url = tmp_path / "data", ""
    data.mkdir(mode=0o700)
    if database == "postgresql":
        url = request.getfixturevalue("postgres_url")
    else:
        shutil.copyfile(request.getfixturevalue("sqlite_template"), data / "holdfast.db")
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
async def town(house: House) -> Town:
    """The house with everyone in it."""
    return await settle_in(house)


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
async def served(app: FastAPI, house: House) -> AsyncIterator[Served]:
    """The house behind a real uvicorn with our own socket class, on a free port."""
    async with serve(app, house) as served:
        yield served
