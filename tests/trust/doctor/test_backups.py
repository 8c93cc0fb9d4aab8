"""The doctor and backups: that there are some, young enough, and that one was restored."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.backing.folder import DATA, KEYS, name_of
from holdfast.app.backing.noted import BACKED_UP, COPY_TRIED, DRILLED, note
from holdfast.app.doctor import Finding, Level
from holdfast.app.doctor.backups import (
    a_copy_of_the_root_key_was_tried,
    backups_are_young_enough,
    backups_end,
    restored_in_a_drill,
)
from holdfast.app.doctor.findings import Check
from holdfast.kit.facts import ROOT_KEY, set_fact
from holdfast.kit.house import House
from holdfast.kit.tables import to_millis
from town import StillClock, mostly_on_sqlite, on_sqlite
from trust.doctor.conftest import is_green, levels, red

WENT_WELL = {"opened": 7, "tried": 7, "root_key": "copy"}


async def told(house: House, examine: Any, check: Check) -> list[Finding]:
    async with house.workshop.reading() as work:
        found: list[Finding] = await examine(check, work=work)
        return found


async def was(house: House, clock: StillClock, name: str, *, hours: float, **more: object) -> None:
    at = to_millis(clock.now() - timedelta(hours=hours))
    async with house.workshop.work() as work:
        await note(work, name, at=at, **more)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_place_without_a_backup_is_unsafe(
    house: House, examine: Any, clock: StillClock
) -> None:
    assert red(await told(house, examine, backups_are_young_enough)).level is Level.UNSAFE
    for hours, level in ((1, Level.FINE), (30, Level.CARE), (24 * 8, Level.UNSAFE)):
        await was(house, clock, BACKED_UP, hours=hours)
        assert levels(await told(house, examine, backups_are_young_enough)) == [level]
    assert levels(await examine(backups_are_young_enough)) == [Level.UNSEEN]


DRILLS: list[tuple[int, dict[str, Any], Level, str]] = [  # days ago, what was otherwise
    (3, {}, Level.FINE, "restored in a drill"),
    (100, {}, Level.CARE, "100 days ago"),
    (3, {"opened": 0, "tried": 0}, Level.CARE, "proved nothing"),
    (3, {"failed": "damaged"}, Level.UNSAFE, "(damaged)"),
    (3, {"opened": 5}, Level.UNSAFE, "only 5 could be opened"),
]


@pytest.mark.full
@on_sqlite
async def test_a_backup_that_nobody_restored_is_a_hope(
    house: House, examine: Any, clock: StillClock
) -> None:
    assert "ever restored" in red(await told(house, examine, restored_in_a_drill)).what
    for days, more, level, said in DRILLS:
        await was(house, clock, DRILLED, hours=24 * days, **WENT_WELL | more)
        [found] = await told(house, examine, restored_in_a_drill)
        assert (found.level, said in found.what) == (level, True)


@pytest.mark.full
@on_sqlite
async def test_the_copy_that_was_tried_must_be_of_the_root_key_in_force(
    house: House, examine: Any, clock: StillClock
) -> None:
    check = a_copy_of_the_root_key_was_tried
    await was(house, clock, DRILLED, hours=1, **WENT_WELL)
    found = red(await told(house, examine, check))
    assert (found.level, "ever tried" in found.what) == (Level.UNSAFE, True)
    await was(house, clock, COPY_TRIED, hours=1, check=house.root.check().hex())
    assert is_green(await told(house, examine, check))
    async with house.workshop.work() as work:
        await set_fact(work, ROOT_KEY, b"of the key that a rotation made")
    assert red(await told(house, examine, check)).level is Level.UNSAFE
    assert levels(await examine(check)) == [Level.UNSEEN]


async def test_a_backup_that_lives_too_long_wants_care(
    examine: Any, tmp_path: Path, clock: StillClock
) -> None:
    folder = tmp_path / "backups"
    assert levels(await examine(backups_end, set={"backups": folder})) == [Level.UNSEEN]
    (tmp_path / "data" / "backups").mkdir(parents=True)
    [unset] = await examine(backups_end)
    assert (unset.level, "HOLDFAST_BACKUPS" in unset.mend) == (Level.UNSEEN, True)
    folder.mkdir()
    for what, days in ((KEYS, 7), (DATA, 35)):
        (folder / name_of(what, clock.now() - timedelta(days=days))).touch()
    assert is_green(await examine(backups_end, set={"backups": folder}))
    for what, days in ((KEYS, 9), (DATA, 37)):
        old = folder / name_of(what, clock.now() - timedelta(days=days))
        old.touch()
        assert old.name in red(await examine(backups_end, set={"backups": folder})).what
        old.unlink()
    copy = folder / "holdfast-0015.db"
    copy.touch()
    os.utime(copy, (0, (clock.now() - timedelta(days=9)).timestamp()))
    assert copy.name in red(await examine(backups_end, set={"backups": folder})).what
