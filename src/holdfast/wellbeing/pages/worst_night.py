"""For the worst night: one sealed line, left by one's own wish and erased by one tap."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.forms import filled
from holdfast.kit.house import InHouse
from holdfast.rights.api import CurrentMember
from holdfast.wellbeing.actions import erase_line, leave_line
from holdfast.wellbeing.pages.shown import PLAN, WORST, answer, back, wait_of

router = APIRouter(prefix=f"{PLAN}/sealed-line")


@router.post("")
async def post_sealed_line(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Leave the line, or another in its place."""
    text, wait = (await filled(request))["text"], wait_of(house, member)
    async with house.workshop.work() as work:
        written = await leave_line(work, member, root=house.root, text=text, wait=wait)
    return await answer(request, house, member, written, at=WORST, text=text, what="left")


@router.post("/erase")
async def post_erase_sealed_line(house: InHouse, member: CurrentMember) -> Response:
    """Erase it, with its key."""
    async with house.workshop.work() as work:
        await erase_line(work, member)
    await house.workshop.database.forget_deleted()
    return back("erased", to=WORST)
