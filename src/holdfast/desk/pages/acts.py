"""What can be done with an escalation, by plain forms; a refusal comes back in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from holdfast.crisis import actions
from holdfast.crisis.access import escalation_to_read
from holdfast.crisis.rules.packets import Packet, code_of
from holdfast.crisis.rules.steps import Outcome, Why
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.queue import Id, desk_with
from holdfast.kit.clock import stamp
from holdfast.kit.cookies import go_to
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff
from holdfast.screening.concern import Concern

router = APIRouter(prefix="/desk/escalations/{escalation_id}", include_in_schema=False)
LEVELS = {"watch": Concern.WATCH, "high": Concern.HIGH, "immediate": Concern.IMMEDIATE}
UNSEEN = {"", "danger_to_them", "danger_to_others"}
Field = Annotated[str, Form(max_length=1_000)]
Number = Annotated[int, Form(ge=0, le=2**53 - 1)]
Act = Callable[[Work], Awaitable[Any]]


async def done(
    request: Request, house: House, staff: Staff, escalation_id: int, act: Act
) -> Response:
    """Do it and go back to the card; a refusal shows the card as it is now, and says why."""
    try:
        async with house.workshop.work() as work:
            await act(work)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await desk_with(request, house, staff, escalation_id, refused=refused)
    return go_to(f"/desk/escalations/{escalation_id}")


@router.post("/take")
async def post_take(
    request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id
) -> Response:
    """Take it into my hands."""
    return await done(
        request,
        house,
        staff,
        escalation_id,
        lambda work: actions.take_escalation(work, staff, escalation_id=escalation_id),
    )


@router.post("/join")
async def post_join(
    request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id
) -> Response:
    """Go to the member, in the side space."""
    try:
        async with house.workshop.work() as work:
            slug = await actions.join_escalation(work, staff, escalation_id=escalation_id)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await desk_with(request, house, staff, escalation_id, refused=refused)
    return go_to(f"/rooms/{slug}")


@router.post("/pass-on")
async def post_pass_on(
    request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id
) -> Response:
    """Let go of it, for the next person."""
    return await done(
        request,
        house,
        staff,
        escalation_id,
        lambda work: actions.pass_on(work, staff, escalation_id=escalation_id),
    )


@router.post("/leave")
async def post_leave(
    request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id
) -> Response:
    """The check-in is done: I read nothing there any more."""
    return await done(
        request,
        house,
        staff,
        escalation_id,
        lambda work: actions.leave_side_space(work, staff, escalation_id=escalation_id),
    )


@router.post("/raise")
async def post_raise(
    request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id, to: Field = ""
) -> Response:
    """It is graver than it stands."""
    level = known(LEVELS, to)
    return await done(
        request,
        house,
        staff,
        escalation_id,
        lambda work: actions.raise_by_hand(
            work, staff, escalation_id=escalation_id, to=level, why=Why.LEARNED_MORE
        ),
    )


@router.post("/lower")
async def post_lower(
    request: Request,
    house: InHouse,
    staff: AtTheDesk,
    escalation_id: Id,
    *,
    to: Field = "",
    why: Field = "",
) -> Response:
    """Ask a second person to lower it."""
    level, reason = known(LEVELS, to), known({one.value: one for one in Why}, why)
    return await done(
        request,
        house,
        staff,
        escalation_id,
        lambda work: actions.lower_escalation(
            work, staff, escalation_id=escalation_id, to=level, why=reason
        ),
    )


@router.post("/close")
async def post_close(
    request: Request,
    house: InHouse,
    staff: AtTheDesk,
    escalation_id: Id,
    *,
    how: Field = "",
    check_in_hours: Number = 0,
) -> Response:
    """Close it, or ask a second person to."""
    end = known({one.value: one for one in Outcome}, how)
    return await done(
        request,
        house,
        staff,
        escalation_id,
        lambda work: actions.close_escalation(
            work, staff, escalation_id=escalation_id, how=end, check_in_hours=check_in_hours
        ),
    )


@router.post("/grant")
async def post_grant(
    request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id, approval: Number = 0
) -> Response:
    """Say yes to what another asked for."""
    return await done(
        request,
        house,
        staff,
        escalation_id,
        lambda work: actions.grant(work, staff, escalation_id=escalation_id, approval=approval),
    )


@router.post("/packet")
async def post_packet(
    request: Request,
    house: InHouse,
    staff: AtTheDesk,
    escalation_id: Id,
    *,
    words: Field = "",
    wants: Field = "",
    tried: Field = "",
    contact: Field = "",
    unseen: Field = "",
) -> Response:
    """Write what goes along when the member is handed over."""
    if unseen not in UNSEEN:
        raise Malformed

    async def write(work: Work) -> None:
        row = await escalation_to_read(work, staff, escalation_id)
        packet = Packet(
            code=code_of(row.id),
            concern=row.concern,
            tracks=row.tracks,
            raised_at=stamp(row.raised_at),
            words=words,
            wants=wants,
            tried=tried,
            contact=contact,
            by=staff.name,
        )
        await actions.prepare_packet(
            work,
            staff,
            house.ledger.keyring,
            escalation_id=row.id,
            packet=packet,
            unseen=unseen,
        )

    return await done(request, house, staff, escalation_id, write)


@router.post("/hand-over")
async def post_hand_over(
    request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id, service: Field = ""
) -> Response:
    """A service said: I have them."""
    return await done(
        request,
        house,
        staff,
        escalation_id,
        lambda work: actions.hand_over_escalation(
            work, staff, escalation_id=escalation_id, service=service
        ),
    )


def known(values: dict[str, Any], given: str) -> Any:
    """The value a form named. Raises `Malformed` for another."""
    if given not in values:
        raise Malformed
    return values[given]
