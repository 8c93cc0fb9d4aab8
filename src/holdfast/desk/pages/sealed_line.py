"""The page where two people open the sealed line of the member in an escalation."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from holdfast.crisis.access import escalation_to_read
from holdfast.crisis.actions.sealed_lines import agree_to_line, ask_for_line, read_line
from holdfast.kit.cookies import go_to
from holdfast.kit.errors import NotFound
from holdfast.kit.forms import RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import EscalationId
from holdfast.kit.pages import clock_of, looks_of, render
from holdfast.rights.rules import Permission, Staff, may
from holdfast.screening.concern import Concern
from holdfast.staff.access import fresh_staff
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.wellbeing.queries import has_sealed_line, opening_asked
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
        row = await escalation_to_read(work, staff, escalation_id)
        if row.member_id is None:
            raise NotFound
        fresh_staff(work, staff)
        known = await has_sealed_line(work, row.member_id)
        asked = await opening_asked(
            work,
            house.root,
            staff,
            member_id=row.member_id,
            escalation_id=EscalationId(escalation_id),
        )
        now = work.clock.now()
    standing = standing_of(asked.at, asked.approved_at, now) if asked else None
    return render(
        request,
        "desk/sealed-line.html",
        no.status if no else 200,
        number=escalation_id,
        is_immediate=row.concern == Concern.IMMEDIATE,
        is_mine=staff.id in (row.taken_by, row.second_by),
        has_line=known,
        asked=asked,
        standing=standing.value if standing else "",
        is_one_of_two=asked is not None and staff.id in (asked.asked_by, asked.approved_by),
        is_asker=asked is not None and staff.id == asked.asked_by,
        until=(asked.approved_at + READ_WITHIN if asked.approved_at else asked.at + APPROVE_WITHIN)
        if asked
        else None,
        words=words,
        no=no,
        reason=reason,
        longest=LONGEST_REASON,
        clock=partial(clock_of, looks=looks_of(request)),
    )


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
