"""The page where two people open the sealed line of the member in an escalation."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.crisis.access import escalation_to_read
from holdfast.crisis.actions.sealed_lines import agree_to_line, ask_for_line, read_line
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.forms import RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import clock_of, looks_of, render
from holdfast.kit.work import Work
from holdfast.rights.rules import Permission, Staff, may
from holdfast.screening.concern import Concern
from holdfast.staff.access import fresh_staff
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.wellbeing.queries import OpeningAsked, has_sealed_line, opening_asked
from holdfast.wellbeing.rules.openings import (
    APPROVE_WITHIN,
    LONGEST_REASON,
    READ_WITHIN,
    NoReason,
    standing_of,
)

router = APIRouter(prefix="/desk/escalations/{escalation_id}/sealed-line", include_in_schema=False)


def here(escalation_id: int) -> str:
    return f"/desk/escalations/{escalation_id}/sealed-line"


@router.get("")
async def get_sealed_line(
    request: Request, house: InHouse, staff: CurrentStaff, escalation_id: RowNumber
) -> Response:
    """Whether there is a line, who asked for it, and what comes next."""
    return await shown(request, house, staff, escalation_id)


async def shown(
    request: Request,
    house: House,
    staff: Staff,
    escalation_id: int,
    *,
    words: str = "",
    no: NoReason | None = None,
    reason: str = "",
) -> Response:
    """The page as things are. Raises `NotFound` for whoever may open no line."""
    if not may(staff, Permission.SEALED_LINE_OPEN):
        raise NotFound
    async with house.workshop.reading() as work:
        facts = await as_things_are(work, house, staff, escalation_id)
    return render(
        request,
        "desk/sealed-line.html",
        no.status if no else 200,
        number=escalation_id,
        **facts,
        words=words,
        no=no,
        reason=reason,
        longest=LONGEST_REASON,
        clock=partial(clock_of, looks=looks_of(request)),
    )


async def as_things_are(
    work: Work, house: House, staff: Staff, escalation_id: int
) -> dict[str, Any]:
    """Whether there is a line, how far its opening has come, and which part in it is mine."""
    row = await escalation_to_read(work, staff, escalation_id)
    if row.member_id is None:
        raise NotFound
    fresh_staff(work, staff)
    asked = await opening_asked(
        work, house.root, staff, member_id=row.member_id, escalation_id=row.id
    )
    return {
        "is_immediate": row.concern == Concern.IMMEDIATE,
        "is_mine": staff.id in (row.taken_by, row.second_by),
        "has_line": await has_sealed_line(work, row.member_id),
        "asked": asked,
        **how_far(asked, staff, work.clock.now()),
    }


def how_far(asked: OpeningAsked | None, staff: Staff, now: datetime) -> dict[str, Any]:
    """Where an opening stands, until when, and who of the two one is."""
    if asked is None:
        return {"standing": "", "until": None, "is_asker": False, "is_one_of_two": False}
    ends = asked.approved_at + READ_WITHIN if asked.approved_at else asked.at + APPROVE_WITHIN
    return {
        "standing": standing_of(asked.at, asked.approved_at, now).value,
        "until": ends,
        "is_asker": staff.id == asked.asked_by,
        "is_one_of_two": staff.id in (asked.asked_by, asked.approved_by),
    }


@router.post("")
async def post_ask(
    request: Request, house: InHouse, staff: CurrentStaff, escalation_id: RowNumber
) -> Response:
    """Ask for it, and say why."""
    reason = (await filled(request))["reason"]
    try:
        async with house.workshop.work() as work:
            await ask_for_line(work, staff, house.root, escalation_id=escalation_id, reason=reason)
    except NoReason as no:
        return await shown(request, house, staff, escalation_id, no=no, reason=reason)
    return go_to(here(escalation_id))


@router.post("/{opening_id}/agree")
async def post_agree(
    house: InHouse, staff: CurrentStaff, escalation_id: RowNumber, opening_id: RowNumber
) -> Response:
    """Be the second person who says yes."""
    async with house.workshop.work() as work:
        await agree_to_line(
            work, staff, house.root, escalation_id=escalation_id, opening=opening_id
        )
    return go_to(here(escalation_id))


@router.post("/{opening_id}/read")
async def post_read(
    request: Request,
    house: InHouse,
    staff: CurrentStaff,
    escalation_id: RowNumber,
    opening_id: RowNumber,
) -> Response:
    """The line itself, on this answer only."""
    async with house.workshop.work() as work:
        words = await read_line(
            work, staff, house.root, escalation_id=escalation_id, opening=opening_id
        )
    return await shown(request, house, staff, escalation_id, words=words)
