"""Parts that stand open, in this process's memory only, each for one session of one person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Request
from starlette.responses import Response

from holdfast.desk.pages.bar import bar_for, frame_for
from holdfast.desk.pages.covers import hard_words
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.forms import RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import looks_of, render, when_of
from holdfast.listening.glass.access import glass_to_see
from holdfast.listening.glass.actions import show_page
from holdfast.listening.glass.actions.opening import Look
from holdfast.listening.glass.rules import NotOpen
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import PRIVATE
from holdfast.rights.rules import Staff
from holdfast.staff.pages.doors import CurrentStaff

router = APIRouter(prefix="/desk/glass", include_in_schema=False)
PageNumber = Annotated[int, Path(ge=1, le=100_000)]


def keep_look(house: House, staff: Staff, request_id: int, look: Look) -> None:
    """Open for this session from now on, until its time is over."""
    house.glass[request_id, staff.session] = look


def look_in_hand(house: House, staff: Staff, request_id: int, now: datetime) -> Look | None:
    """What stands open for this session; what is over is let go of, whosever it was."""
    for key in [key for key, look in house.glass.items() if look.until <= now]:
        del house.glass[key]
    look: Look | None = house.glass.get((request_id, staff.session))
    return look


def let_go(house: House, request_id: int) -> None:
    """Nothing of this request is open here any more."""
    for key in [key for key in house.glass if key[0] == request_id]:
        del house.glass[key]


@router.get("/{number}/pages/{page}")
async def get_page(staff: CurrentStaff, number: RowNumber, page: PageNumber) -> Response:
    """Words are on the answer to one press only; a browser that asks again comes to the request."""
    glass_to_see(staff)
    del page
    return go_to(f"/desk/glass/{number}")


@router.post("/{number}/pages/{page}")
async def post_page(
    request: Request, house: InHouse, staff: CurrentStaff, number: RowNumber, page: PageNumber
) -> Response:
    """One page of words, on this answer only. It is recorded before it is shown."""
    looks, now = looks_of(request), house.workshop.clock.now()
    look = look_in_hand(house, staff, number, now)
    if look is None:
        raise NotOpen
    uncover = (await filled(request))["uncover"]
    try:
        async with house.workshop.work() as work:
            shown = await show_page(
                work,
                staff,
                keyring=house.ledger.keyring,
                request_id=number,
                look=look,
                number=page,
            )
    except HoldfastError:
        let_go(house, number)
        raise
    is_hard = hard_words(house)
    hard = {one.seq for one in shown.messages if is_hard(one.text) and str(one.seq) != uncover}
    return render(
        request,
        "desk/glass-page.html",
        frame=frame_for(staff),
        **bar_for(staff),
        address=f"/desk/glass/{number}",
        page=shown,
        lines=[_line(one, hard, looks, now) for one in shown.messages],
        until=when_of(look.until, now, looks),
    )


def _line(one: MessagePosted, hard: set[int], looks: Looks, now: datetime) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "clock": when_of(one.at, now, looks),
        "pseudonym": one.author.pseudonym,
        "covered": one.seq in hard,
        "text": "" if one.seq in hard else one.text,
        "note": one.note or "",
        "private": one.removed == PRIVATE,
        "gone": bool(one.removed) and one.removed != PRIVATE,
    }
