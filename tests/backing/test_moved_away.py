"""A place that moved away leaves a mark: nobody opens the old one beside the new by mistake."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backing.places import seen, silent
from begun import Begun
from holdfast.app.moving import back, move
from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.cli import app
from holdfast.kit.house import House
from holdfast.settings import Settings
from postgres import run_apart
from town import StillClock, Town, on_sqlite


@pytest.fixture
def place(begun: Callable[[str], Begun], tmp_path: Path) -> Settings:
    """A place on SQLite with the whole town in it, and nobody serving it."""
    return Settings(data=shutil.copytree(begun("sqlite").data("town"), tmp_path / "left"))


@on_sqlite
async def test_where_a_place_moved_from_nobody_opens_it_again_by_mistake(
    place: Settings, people: Callable[[House], Town], empty_url: str
) -> None:
    async with open_house(place, StillClock()) as house:
        await people(house).say(people(house).ash, "before the move")
        before = await seen(people(house))
    await move(place, empty_url, silent)
    where = r"127\.0\.0\.1.*HOLDFAST_DATABASE_URL.*\(moved_away\)"
    with pytest.raises(Unfit, match=where):
        async with open_house(place, StillClock()):
            pass
    async with open_house(place.model_copy(update={"database_url": empty_url}), StillClock()) as h:
        assert await seen(people(h)) == before
    again = await move(place, empty_url, silent)
    assert again.copied == 0, "the mark is not of the place: it moves nowhere"
    assert await back(place)
    async with open_house(place, StillClock()) as house:
        assert await seen(people(house)) == before
    assert not await back(place)


@pytest.mark.slow
def test_a_place_that_moved_away_is_neither_backed_up_nor_served(
    place: Settings, empty_url: str, pair: tuple[str, str]
) -> None:
    run_apart(lambda: move(place, empty_url, silent))
    keyboard, public = CliRunner(), pair[0]
    for command in (["backup"], ["serve", "--port", "0"], ["migrate"]):
        arguments = [*command, "--data", str(place.data)]
        done = keyboard.invoke(app, arguments, env={"HOLDFAST_BACKUP_TO": public})
        assert (done.exit_code, "(moved_away)" in done.output) == (1, True), done.output
    assert keyboard.invoke(app, ["move", "--back", "--data", str(place.data)]).exit_code == 0
    assert keyboard.invoke(app, ["migrate", "--data", str(place.data)]).exit_code == 0
