"""My safety plan: seen, written line by line, printed."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.forms import filled
from holdfast.kit.house import InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.members.pages.wording import days_for
from holdfast.rights.api import CurrentMember
from holdfast.wellbeing.actions import (
    add_line,
    change_line,
    forget_undo,
    remove_line,
    share_line,
    take_back,
)
from holdfast.wellbeing.pages.shown import PLAN, answer, back, shown, wait_of
from holdfast.wellbeing.queries import plan_of
from holdfast.wellbeing.rules.plans import HEADINGS

router = APIRouter(prefix=PLAN)


@router.get("")
async def get_plan(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """My whole plan, to read and to change."""
    return await shown(request, house, member)


@router.get("/print")
async def get_print(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """My plan on a plain page, for paper. The sealed line is not on it."""
    async with house.workshop.reading() as work:
        lines = await plan_of(work, house.root, member)
        today = work.clock.now()
    parts = [(head, [one for one in lines if one.part is head.part]) for head in HEADINGS]
    day = days_for(looks_of(request))(today)
    return render(request, "wellbeing/print.html", parts=parts, day=day)


@router.post("")
async def post_line(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Write another line into one part."""
    form = await filled(request)
    part, text, wait = form["part"], form["text"], wait_of(house, member)
    async with house.workshop.work() as work:
        written = await add_line(work, member, root=house.root, part=part, text=text, wait=wait)
    return await answer(request, house, member, written, at=part, text=text, what="added")


@router.post("/lines/{line}")
async def post_change(
    request: Request, house: InHouse, member: CurrentMember, line: str
) -> Response:
    """Put other words in the place of a line."""
    text, wait = (await filled(request))["text"], wait_of(house, member)
    async with house.workshop.work() as work:
        written = await change_line(work, member, root=house.root, line=line, text=text, wait=wait)
    return await answer(request, house, member, written, at=line, text=text, what="changed")


@router.post("/lines/{line}/remove")
async def post_remove(house: InHouse, member: CurrentMember, line: str) -> Response:
    """Take a line out; it can be put back."""
    async with house.workshop.work() as work:
        await remove_line(work, member, line=line)
    return back("removed")


@router.post("/lines/{line}/share")
async def post_share(
    request: Request, house: InHouse, member: CurrentMember, line: str
) -> Response:
    """Agree that this line may be handed over, or take that back."""
    agreed = (await filled(request))["agreed"] == "yes"
    async with house.workshop.work() as work:
        await share_line(work, member, line=line, agreed=agreed)
    return back("shared" if agreed else "unshared")


@router.post("/undo")
async def post_undo(house: InHouse, member: CurrentMember) -> Response:
    """Take back what I did last."""
    async with house.workshop.work() as work:
        await take_back(work, member)
    return back("back")


@router.post("/undo/forget")
async def post_forget(house: InHouse, member: CurrentMember) -> Response:
    """Let the words of before be gone for good."""
    async with house.workshop.work() as work:
        await forget_undo(work, member)
    await house.workshop.database.forget_deleted()
    return back("kept")
