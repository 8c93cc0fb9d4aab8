"""Meetings, for programs: when they are, planning and leading them, taking part."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.forms import RowNumber
from holdfast.kit.house import InHouse
from holdfast.kit.work import Work
from holdfast.meetings.access import room_by_slug
from holdfast.meetings.actions import (
    cancel_meeting,
    lead_meeting,
    move_meeting,
    plan_meeting,
    set_reminder,
    take_part,
)
from holdfast.meetings.queries import meetings_to_come, turns_of, wants_reminder
from holdfast.meetings.rules.planning import BOX
from holdfast.meetings.rules.rounds import TurnState
from holdfast.meetings.tables import MeetingRow
from holdfast.rights.api import SomeoneIn
from holdfast.rooms.access import room_to_see, seat_in
from holdfast.rooms.tables import RoomKind

router = APIRouter(prefix="/api/v1/rooms/{slug}", tags=["meetings"])
Slug = Annotated[str, Path(max_length=64)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlanBody(Body):
    """A meeting to be; with `until`, the same hour each week up to that day."""

    starts_at: AwareDatetime
    minutes: int = Field(60, ge=1, le=1_000, strict=True)
    theme: str = Field("", max_length=200)
    box: int = Field(BOX, ge=1, le=3_600, strict=True)
    until: date | None = None


class MoveBody(Body):
    """Another time for one meeting."""

    starts_at: AwareDatetime


class TurnBody(Body):
    """What I want of the go-round."""

    do: Literal["join", "leave", "done", "pass"]


class LeadBody(Body):
    """What its host wants of a meeting."""

    do: Literal["next", "more", "end"]


class ReminderBody(Body):
    """Whether I am told half an hour before meetings here."""

    on: bool


class Meeting(BaseModel):
    """A meeting to come, or one that goes on. Whose turn it is is said by a number."""

    id: int
    starts_at: str
    minutes: int
    theme: str
    round: str
    until: str | None = None
    turn: int | None = None
    mine: int | None = None  # my own number in the go-round
    repeats: bool = False


class Meetings(BaseModel):
    items: list[Meeting]
    reminder: bool = False


async def _shown(work: Work, row: MeetingRow, seat: int | None) -> Meeting:
    turns = await turns_of(work, row.id)
    turn = next((one.number for one in turns if one.state is TurnState.NOW), None)
    until = row.turn_until if turn else row.round_until
    return Meeting(
        id=row.id,
        starts_at=stamp(row.starts_at),
        minutes=row.minutes,
        theme=row.theme,
        round=row.round.value,
        until=stamp(until) if until else None,
        turn=turn,
        mine=next((one.number for one in turns if one.seat_id == seat), None),
        repeats=row.series_id is not None,
    )


@router.get("/meetings")
async def get_meetings(house: InHouse, actor: SomeoneIn, slug: Slug) -> Meetings:
    """The meetings of a room that are planned or go on now, the next first."""
    async with house.workshop.reading() as work:
        room = await room_to_see(work, actor, slug)
        if room.kind not in (RoomKind.OPEN, RoomKind.CIRCLE):
            raise NotFound
        try:
            seat = await seat_in(work, actor, slug)
        except NotFound:
            seat = None
        rows = await meetings_to_come(work, room.id)
        items = [await _shown(work, row, seat.id if seat else None) for row in rows]
        return Meetings(
            items=items, reminder=seat is not None and await wants_reminder(work, seat.id)
        )


@router.post("/meetings", status_code=201)
async def post_meeting(house: InHouse, actor: SomeoneIn, slug: Slug, body: PlanBody) -> Meeting:
    """Plan one: in an open room those on shift who guide it, in a circle its host."""
    async with house.workshop.work() as work:
        room = await room_by_slug(work, actor, slug)
        row = await plan_meeting(work, actor, room_id=room.id, **body.model_dump())
        return await _shown(work, row, None)


@router.put("/meetings/{meeting_id}/time")
async def put_time(
    house: InHouse, actor: SomeoneIn, slug: Slug, meeting_id: RowNumber, body: MoveBody
) -> Meeting:
    """Put it at another time."""
    async with house.workshop.work() as work:
        await room_by_slug(work, actor, slug)
        row = await move_meeting(work, actor, meeting_id=meeting_id, starts_at=body.starts_at)
        return await _shown(work, row, None)


@router.delete("/meetings/{meeting_id}", status_code=204)
async def delete_meeting(
    house: InHouse, actor: SomeoneIn, slug: Slug, meeting_id: RowNumber, all_after: bool = False
) -> None:
    """It will not be; with `all_after` none of its series that come later, either."""
    async with house.workshop.work() as work:
        await room_by_slug(work, actor, slug)
        await cancel_meeting(work, actor, meeting_id=meeting_id, all_after=all_after)


@router.put("/meetings/{meeting_id}/turn", status_code=204)
async def put_turn(
    house: InHouse, actor: SomeoneIn, slug: Slug, meeting_id: RowNumber, body: TurnBody
) -> None:
    """I would like a turn, or none; I am done, or pass."""
    async with house.workshop.work() as work:
        await take_part(work, actor, slug=slug, meeting_id=meeting_id, do=body.do)


@router.put("/meetings/{meeting_id}/lead", status_code=204)
async def put_lead(
    house: InHouse, actor: SomeoneIn, slug: Slug, meeting_id: RowNumber, body: LeadBody
) -> None:
    """Go on to what is next, give more time, or end it."""
    async with house.workshop.work() as work:
        await room_by_slug(work, actor, slug)
        await lead_meeting(work, actor, meeting_id=meeting_id, do=body.do)


@router.put("/reminder", status_code=204)
async def put_reminder(house: InHouse, actor: SomeoneIn, slug: Slug, body: ReminderBody) -> None:
    """Tell me half an hour before meetings in this room, or do so no longer."""
    async with house.workshop.work() as work:
        await set_reminder(work, await seat_in(work, actor, slug), on=body.on)
