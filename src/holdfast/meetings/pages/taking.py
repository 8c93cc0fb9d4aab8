"""Taking part in a meeting and leading it, by plain buttons in the room."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import Malformed
from holdfast.kit.forms import RowNumber
from holdfast.kit.house import InHouse
from holdfast.meetings.access import room_by_slug
from holdfast.meetings.actions import lead_meeting, set_reminder, take_part
from holdfast.meetings.actions.leading import LEADS, TURNS
from holdfast.rights.api import Speaker
from holdfast.rooms.access import seat_in

router = APIRouter(prefix="/rooms/{slug}", include_in_schema=False)
Short = Annotated[str, Form(max_length=20)]


@router.post("/meetings/{meeting_id}/turn")
async def post_turn(
    house: InHouse, member: Speaker, slug: str, meeting_id: RowNumber, do: Short = ""
) -> Response:
    """I would like a turn, or none; I am done, or pass."""
    if do not in TURNS:
        raise Malformed
    async with house.workshop.work() as work:
        await take_part(work, member, slug=slug, meeting_id=meeting_id, do=do)
    return RedirectResponse(f"/rooms/{slug}#meeting", 303)


@router.post("/meetings/{meeting_id}/lead")
async def post_lead(
    house: InHouse, member: Speaker, slug: str, meeting_id: RowNumber, do: Short = ""
) -> Response:
    """Go on, give more time, or end it."""
    if do not in LEADS:
        raise Malformed
    async with house.workshop.work() as work:
        await room_by_slug(work, member, slug)
        await lead_meeting(work, member, meeting_id=meeting_id, do=do)
    return RedirectResponse(f"/rooms/{slug}#meeting", 303)


@router.post("/reminder")
async def post_reminder(house: InHouse, member: Speaker, slug: str, on: Short = "") -> Response:
    """Tell me half an hour before meetings in this room, or do so no longer."""
    async with house.workshop.work() as work:
        await set_reminder(work, await seat_in(work, member, slug), on=bool(on))
    return RedirectResponse(f"/rooms/{slug}/meetings?saved=reminder", 303)
