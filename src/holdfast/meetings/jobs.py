"""What meetings do by the clock: begin, go on, end, remind, and be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Collection

from holdfast.kit.ids import RoomId
from holdfast.kit.work import Workshop
from holdfast.meetings.actions.leading import (
    forget_left,
    forget_meetings,
    remind_of_meetings,
    run_meeting,
)
from holdfast.meetings.queries import (
    meetings_due,
    meetings_to_forget,
    meetings_to_remind_of,
    seats_that_left,
)
from holdfast.meetings.queries.looking import looked_at
from holdfast.rights.rules import System

Here = Callable[[RoomId], Collection[int] | None]


def everybody(room_id: RoomId) -> None:
    """Where nobody can say who is connected, nobody is taken to be away."""
    del room_id


async def run_meetings(workshop: Workshop, here: Here = everybody) -> None:
    """Every meeting becomes what its time says. Takes no pen where nothing is to do."""
    async with workshop.reading() as work:
        due = []
        for one, room_id in await meetings_due(work):
            looked = await looked_at(work, one, here(room_id))
            if looked.is_due(work.clock.now()):
                due.append((one, room_id))
    for one, room_id in due:
        async with workshop.work() as work:
            await run_meeting(work, System(), meeting_id=one, here=here(room_id))


async def remind(workshop: Workshop) -> None:
    """Who asked for it is told that a meeting begins soon."""
    async with workshop.reading() as work:
        if not await meetings_to_remind_of(work):
            return
    async with workshop.work() as work:
        await remind_of_meetings(work, System())


async def forget(workshop: Workshop) -> None:
    """What is not needed any more goes: of those who left at once, of meetings two weeks after."""
    async with workshop.reading() as work:
        left, old = await seats_that_left(work), await meetings_to_forget(work)
    if left or old:
        async with workshop.work() as work:
            await forget_left(work, System())
            await forget_meetings(work, System())


async def look_at_meetings(workshop: Workshop, here: Here = everybody) -> None:
    """Once a second or so, in one process of the place."""
    await run_meetings(workshop, here)
    await remind(workshop)
    await forget(workshop)
