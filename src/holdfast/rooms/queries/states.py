"""Reading what rooms are and why: live, held or quiet, by the rota."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.rooms.rules.states import Here, RoomState, reads, state_of, until_of
from holdfast.rooms.tables import RoomKind, RoomRow
from holdfast.staff.queries import OnShift, next_shift_at, on_shift, planned_since
from holdfast.staff.rules.shifts import Gap, gaps

LATELY = timedelta(days=7)  # how far back a gap's true start is looked for


class Stated(Protocol):
    """A room as far as its state's line asks: a row, or what a page read at a glance."""

    @property
    def state(self) -> RoomState: ...

    @property
    def language(self) -> str: ...


class Unsettled(Struct, frozen=True):
    """A room that is to be something else than its row says."""

    room_id: RoomId
    state: RoomState
    until: datetime | None


class StateLine(Struct, frozen=True):
    """What the line under a room's name tells: its state, who is here, who comes, how long."""

    state: RoomState
    name: str = ""  # whoever reads this room and stays the longest
    until: datetime | None = None  # when that person goes
    next_at: datetime | None = None
    wait: int | None = None  # whole minutes a held post waits; nothing where we can't say


def as_here(person: OnShift) -> Here:
    """Someone on shift, as a room's state sees them."""
    return Here(person.languages, person.in_crisis, person.until)


async def unsettled_rooms(
    work: Work, *, covered: bool = True, detector_ok: bool = True
) -> list[Unsettled]:
    """The open rooms whose state is another by now, in the order of their ids.

    Where nothing is `covered` (in a demonstration, in a test), every room is live.
    """
    now = work.clock.now()
    people = [as_here(person) for person in await on_shift(work, now)] if covered else []
    its = RoomRow.kind == RoomKind.OPEN, RoomRow.state != RoomState.CLOSED
    rooms = select(RoomRow).where(*its).order_by(RoomRow.id)
    coming: dict[str, datetime | None] = {}
    found = []
    for row in (await work.db.scalars(rooms)).all():
        state, until = RoomState.LIVE, None
        if covered:
            if row.language not in coming:
                coming[row.language] = await next_person_at(work, now, row.language)
            state = state_of(row.language, people, detector_ok=detector_ok)
            until = until_of(row.language, people, coming[row.language], detector_ok=detector_ok)
        if (state, until) != (row.state, row.state_until):
            found.append(Unsettled(row.id, state, until))
    return found


async def states_of_open_rooms(work: Work) -> dict[RoomId, tuple[RoomState, datetime | None]]:
    """What every open room is now, and until when."""
    its = RoomRow.kind == RoomKind.OPEN
    found = await work.db.execute(select(RoomRow.id, RoomRow.state, RoomRow.state_until).where(its))
    return {room_id: (state, until) for room_id, state, until in found}


async def next_person_at(work: Work, now: datetime, language: str) -> datetime | None:
    """When the next person comes who reads a room's language; failing that, anyone."""
    return await next_shift_at(work, now, language) or await next_shift_at(work, now, None)


async def state_line(work: Work, row: Stated, *, wait: int | None = None) -> StateLine:
    """What a room's page says of its state; `wait` is what `usual_wait` makes of the last hour."""
    now = work.clock.now()
    if row.state is RoomState.QUIET:
        return StateLine(row.state, next_at=await next_person_at(work, now, row.language))
    if row.state is RoomState.HELD:
        return StateLine(row.state, wait=wait)
    if row.state is RoomState.CLOSED:
        return StateLine(row.state)
    here = _staying_longest(await on_shift(work, now), row.language)
    if here is None:
        return StateLine(row.state)
    return StateLine(row.state, name=here.name, until=here.until if here.until > now else None)


def _staying_longest(people: Sequence[OnShift], language: str) -> OnShift | None:
    readers = [person for person in people if reads(person.languages, language)]
    return max(readers, key=lambda person: person.until, default=None)


async def room_languages(work: Work) -> set[str]:
    """The languages of the open rooms: what the rota has to cover."""
    its = RoomRow.kind == RoomKind.OPEN, RoomRow.state != RoomState.CLOSED
    spoken = select(RoomRow.language).where(*its).distinct()
    return set(await work.db.scalars(spoken))


async def rota_gaps(work: Work) -> list[Gap]:
    """Where nobody is planned within 72 hours for a language of the rooms, or for a crisis."""
    now = work.clock.now()
    planned = await planned_since(work, now - LATELY)
    return gaps(planned, now, await room_languages(work))
