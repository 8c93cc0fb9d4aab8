"""Going from the desk for a while: what is in my hands goes to the next person, and I check out."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.crisis.actions import pass_on
from holdfast.crisis.queries import open_escalations
from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.beside import here_shown
from holdfast.desk.pages.case_shown import Seen, case_in_queue
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.shown import in_queue
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.work import Work
from holdfast.moderation.actions import release_case
from holdfast.moderation.queries import CaseSummary, open_cases
from holdfast.moderation.rules.cases import is_claimed
from holdfast.rights.rules import Permission, Staff, may
from holdfast.staff.actions.shifts import check_out

router = APIRouter(prefix="/desk/break", include_in_schema=False)


@router.get("")
async def get_break(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """What a break means just now: what I hold, and who else is here."""
    return render(request, "desk/break.html", **await before_a_break(request, house, staff))


async def before_a_break(request: Request, house: House, staff: Staff) -> dict[str, Any]:
    if not may(staff, Permission.SHIFT_CHECK_IN):
        raise NotFound
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.reading() as work:
        held = [one for one in await open_escalations(work) if one.taken_by == staff.id]
        cases = await claimed_by(work, staff)
        around = await here_shown(work, looks, now, staff)
    return {
        **around,
        "others": [one for one in around["here"] if one["staff_id"] != staff.id],
        "held": [
            *(in_queue(one, looks, now, staff) for one in held),
            *(case_in_queue(one, Seen(looks, now, staff)) for one in cases),
        ],
        **bar_for(staff),
    }


@router.post("")
async def post_break(house: InHouse, staff: AtTheDesk) -> Response:
    """Let go of everything that I hold, and check out."""
    async with house.workshop.work() as work:
        await let_go(work, staff)
        await check_out(work, staff)
    return go_to("/desk/shifts?saved=gone")


async def let_go(work: Work, staff: Staff) -> None:
    """Everything in my hands is free for the next person."""
    for one in await open_escalations(work):
        if one.taken_by == staff.id:
            await pass_on(work, staff, escalation_id=one.id)
    for case in await claimed_by(work, staff):
        await release_case(work, staff, case_id=case.id)


async def claimed_by(work: Work, staff: Staff) -> list[CaseSummary]:
    """The cases that are in somebody's hands."""
    now = work.clock.now()
    return [
        one
        for one in await open_cases(work, staff)
        if one.claimed_by == staff.id and is_claimed(staff.id, one.claim_until, now)
    ]
