"""A case about a room itself, opened by whoever saw what happens there."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from holdfast.desk.pages.doors import AtTheDesk
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.moderation.access import cases_to_see
from holdfast.moderation.actions import open_case
from holdfast.rooms.access import room_to_sit_in

router = APIRouter(include_in_schema=False)


@router.post("/desk/rooms/{slug}/case")
async def post_room_case(
    house: InHouse, staff: AtTheDesk, slug: Annotated[str, Path(max_length=80)]
) -> Response:
    """Open it, or find the one that is open: to slow the room, or to ask that it be closed."""
    async with house.workshop.work() as work:
        _, room = await room_to_sit_in(work, cases_to_see(staff), slug)
        case = await open_case(work, staff, room_id=room.id, seat_id=None)
    return go_to(f"/desk/cases/{case.id}")
