"""The walk through every door, made once in each process that tests."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from holdfast.app.web import build_app
from holdfast.settings import Settings
from town import Town
from trust.web.walking import Heard, walk, walk_with_things

WALKS = {"made up": walk, "real": walk_with_things}


@pytest.fixture(scope="session")
def walks_made() -> dict[str, list[Heard]]:
    """What was heard already: a walk takes longer than most tests."""
    return {}


@pytest.fixture(params=["made up", pytest.param("real", marks=pytest.mark.slow)])
async def walked(
    request: pytest.FixtureRequest,
    walks_made: dict[str, list[Heard]],
    app: FastAPI,
    town: Town,
) -> list[Heard]:
    """Every answer of every door: to a guest, and to somebody who may."""
    kind: str = request.param
    if kind not in walks_made:
        walks_made[kind] = await WALKS[kind](app, town)
    return walks_made[kind]


HTTPS_ORIGIN = "https://peer.example"


@pytest.fixture
def over_https(app: FastAPI, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> FastAPI:
    """The same house where people come over https, as the settings say."""
    secure = settings.model_copy(update={"origin": HTTPS_ORIGIN, "limits": "on"})
    house = app.state.house
    monkeypatch.setattr(house, "settings", secure)
    built = build_app(secure)
    built.state.house = house
    return built
