"""Whoever goes while they are looked up is not let in on what was true before."""

from __future__ import annotations

import pytest

from holdfast.kit.errors import NotFound
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.rooms.actions import leave_seat
from town import NIGHT, Town


async def test_a_seat_that_is_left_while_it_is_looked_up_is_looked_up_again(town: Town) -> None:
    found: list[Seat] = []

    async def look_up() -> Seat:
        seat = await seat_to_speak(town.house.workshop.glances, town.ash.actor, NIGHT)
        found.append(seat)
        async with town.house.workshop.work() as work:
            await leave_seat(work, town.ash.actor, slug=NIGHT)
        return seat

    with pytest.raises(NotFound):
        await town.house.floor.still_true(look_up)
    assert len(found) == 1
