"""The doctor and erasures that the ledger does not know of yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from holdfast.app.doctor import Level
from holdfast.app.doctor.erasures import erasures_are_in_the_ledger
from holdfast.erasing.actions import Going, begin_erasure, note_marked
from holdfast.erasing.rules import By, Kind
from holdfast.rights.rules import System
from town import StillClock, Town
from trust.doctor.conftest import is_green, levels, red


async def test_an_erasure_that_waits_an_hour_for_its_tombstone_is_unsafe(
    town: Town, clock: StillClock, examine: Any
) -> None:
    seat = await town.seat(town.ash)
    assert levels(await examine(erasures_are_in_the_ledger)) == [Level.UNSEEN]
    async with town.house.workshop.work() as work:
        row = await begin_erasure(
            work, System(), what=Going(Kind.ROOM, room_id=seat.room_id), by=By.STAFF
        )
        row.at = StillClock().now() - timedelta(minutes=59)
        await work.db.flush()
        assert is_green(await examine(erasures_are_in_the_ledger, work=work))
        row.at = StillClock().now() - timedelta(minutes=61)
        await work.db.flush()
        found = red(await examine(erasures_are_in_the_ledger, work=work))
        assert (found.level, "1." in found.what) == (Level.UNSAFE, True)
        await note_marked(work, System(), erasures=[row.id])
        await work.db.flush()
        assert is_green(await examine(erasures_are_in_the_ledger, work=work))
