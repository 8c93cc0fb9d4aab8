"""Two processes of one place count who is here together, and tell that somebody writes."""

from __future__ import annotations

import pytest

from live.together.conftest import Place
from live.together.test_by_redis import both
from serving import Line
from town import NIGHT, newcomers, unlimited

__all__ = ["both"]
pytestmark = [unlimited]


async def seated(place: Place, count: int) -> list[Line]:
    """So many people of their own in the night room at one process."""
    lines = [await place.served.line(who) for who in await newcomers(place.house, count, NIGHT)]
    for line in lines:
        await line.enter()
    return lines


@pytest.mark.slow
async def test_five_at_two_processes_are_five(both: tuple[Place, Place]) -> None:
    here, there = both
    ours, theirs = await seated(here, 2), await seated(there, 3)
    for line in (ours[0], theirs[0]):
        while (await line.hear_next("presence"))["here"] != 5:
            pass
    await theirs[2].connection.close()
    for line in (ours[0], theirs[0]):
        while (await line.hear_next("presence"))["here"] is not None:
            pass


@pytest.mark.full
async def test_that_somebody_writes_is_heard_at_the_other_process(
    both: tuple[Place, Place],
) -> None:
    here, there = both
    (ash,), (birch,) = await seated(here, 1), await seated(there, 1)
    await ash.say("typing", room=NIGHT)
    assert await birch.hear_next("typing") == {"event": "typing", "room": NIGHT}
