"""Erasing again in a restored place: a night takes what it took, and nothing that is in use."""

from __future__ import annotations

import pytest

from holdfast.erasing.marks import Marker
from holdfast.kit.work import Work
from holdfast.messages.actions.again import EraseAgain
from holdfast.messages.queries.retention import Kept
from holdfast.sealing.seam import day_of
from town import StillClock, Town, mostly_on_sqlite


@pytest.mark.slow
@mostly_on_sqlite
async def test_a_night_takes_nothing_of_a_room_that_open_work_is_in(
    town: Town, clock: StillClock
) -> None:
    day, seat = day_of(clock.now()), await town.seat(town.ash)
    await town.say(town.ash, "Somebody is with me here")
    clock.pass_time(days=40)
    house, in_use = town.house, {seat.room_id}
    known = {Marker(house.root).night(seat.room_id, seat.slug, day): clock.now()}

    async def stays(work: Work) -> Kept:
        del work
        return Kept(rooms=frozenset(in_use))

    tombstones = house.erasing.parts.tombstones
    again = EraseAgain(house.workshop, house.ledger.keyring, tombstones, stays)
    assert (await again.erase_again(known, lambda *_: None))["night"] == 0
    in_use.clear()
    assert (await again.erase_again(known, lambda *_: None))["night"] == 1
