"""From somebody whom nobody has answered into their room, at that message."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path
from starlette.responses import Response

from holdfast.desk.pages.doors import AtTheDesk
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.rooms.actions import sit_down

AFTER = 10  # messages after it on the page
router = APIRouter(include_in_schema=False)


@router.post("/desk/rooms/{slug}/answer")
async def post_answer(
    house: InHouse,
    staff: AtTheDesk,
    slug: Annotated[str, Path(max_length=80)],
    seq: Annotated[int, Form(ge=1, le=2**53 - 1)],
) -> Response:
    """Sit down there, under my name, and go to what was said."""
    async with house.workshop.work() as work:
        await sit_down(work, staff, slug=slug)
    return go_to(f"/rooms/{slug}?before={seq + AFTER}#m{seq}")
