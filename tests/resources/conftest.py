"""The help page alone, in a house whose database is gone."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from holdfast.kit.cipher import RootKey
from holdfast.kit.database import open_database
from holdfast.kit.house import House
from holdfast.kit.limits import Limits
from holdfast.kit.work import Workshop
from holdfast.resources.pages import router
from holdfast.settings import Settings
from resources.days import StillDay


async def nobody_asks(_: object) -> None:
    raise AssertionError("the help page asked who is reading")


@pytest.fixture
def day() -> StillDay:
    return StillDay()


@pytest.fixture
async def visit(tmp_path: Path, day: StillDay) -> AsyncIterator[httpx.AsyncClient]:
    """A reader at the door. There is no database behind it, and nobody may ask who they are."""
    folder = tmp_path / "gone"
    folder.mkdir()
    gone = open_database(f"sqlite:///{folder / 'holdfast.db'}")
    shutil.rmtree(folder)
    app = FastAPI()
    app.state.banners = []
    app.state.house = House(
        workshop=Workshop(gone, day),
        limits=Limits(day),
        root=RootKey(bytes(32)),
        settings=Settings(),
        ledger=None,
        floor=None,
        find_actor=nobody_asks,
    )
    app.include_router(router)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://holdfast.test") as client:
        yield client
    await gone.close()
