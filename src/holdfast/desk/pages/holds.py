"""What is held of what members erased; and what two people decide about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Request
from starlette.responses import Response

from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.beside import here_shown
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.holds_shown import (
    ADDRESSES,
    asked_shown,
    deeds_shown,
    hold_in_list,
    title_of,
)
from holdfast.erasing.holds.queries import hushed
from holdfast.erasing.holds.rules import About, Deed, Why
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.moderation.access.holds import holds_to_see, work_that_holds
from holdfast.moderation.actions.holds import (
    ask_about_hold,
    grant_about_hold,
    take_back_about_hold,
)
from holdfast.moderation.queries.holds import (
    asked_about,
    hold_shown,
    holds_ended,
    holds_now,
    is_work_open,
)
from holdfast.rights.rules import Permission, Staff, may
from holdfast.staff.access import FreshSignInNeeded

router = APIRouter(prefix="/desk/holds", include_in_schema=False)
Kind = Annotated[About, Path()]


class NoReason(Malformed):
    """Something was asked for, and nobody said why."""

    words = N_("Please choose a reason first.")


@router.get("")
async def get_holds(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """Everything that is held, what ends first at the top; and what ended lately."""
    holds_to_see(staff)
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.reading() as work:
        held = await holds_now(work, staff)
        ended = await holds_ended(work, staff)
        around = await here_shown(work, looks, now, staff)
    return render(
        request,
        "desk/holds.html",
        **around,
        items=[hold_in_list(one, looks, now) for one in held],
        ended=[hold_in_list(one, looks, now) for one in ended],
        may_decide=may(staff, Permission.HOLD_SET),
        **bar_for(staff),
    )


@router.get("/{kind}/{number}")
async def get_hold(
    request: Request, house: InHouse, staff: AtTheDesk, kind: Kind, number: RowNumber
) -> Response:
    """What is held for one escalation or case, or would be."""
    return await hold_page(request, house, staff, (kind, number))


async def hold_page(
    request: Request,
    house: House,
    staff: Staff,
    of: tuple[About, int],
    refused: HoldfastError | None = None,
) -> Response:
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.work() as work:
        about = await work_that_holds(work, staff, f"{of[0].value}:{of[1]}")
        shown = await _whole(work, staff, about, looks, now)
        around = await here_shown(work, looks, now, staff)
    return render(
        request,
        "desk/hold.html",
        200 if refused is None else refused.status,
        **around,
        **shown,
        title=title_of(*of, looks.locale),
        address=f"/desk/holds/{of[0].value}/{of[1]}",
        work_address=f"{ADDRESSES[of[0]]}/{of[1]}",
        may_decide=may(staff, Permission.HOLD_SET),
        refusal=say(looks.locale, refused.words, **refused.facts) if refused else "",
        **bar_for(staff),
    )


async def _whole(
    work: Work, staff: Staff, about: str, looks: Looks, now: datetime
) -> dict[str, Any]:
    held = await hold_shown(work, staff, about)
    untold = about in await hushed(work, [about])
    asked = (await asked_about(work, staff, {about})).get(about, [])
    is_open, waiting = await is_work_open(work, about), {one.what for one in asked}
    return {
        "hold": hold_in_list(held, looks, now) if held else None,
        "untold": untold,
        "is_open": is_open,
        "asked": [asked_shown(one, looks, now) for one in asked],
        "deeds": deeds_shown(held, untold, waiting, looks) if held or is_open else [],
    }


@router.post("/{kind}/{number}")
async def post_hold(
    request: Request, house: InHouse, staff: AtTheDesk, kind: Kind, number: RowNumber
) -> Response:
    """Ask for something, grant what another asked for, or ask for it no longer."""
    form, about = await filled(request), f"{kind.value}:{number}"
    try:
        async with house.workshop.work() as work:
            match form["do"]:
                case "ask":
                    what, why = _asked(form["what"], form["why"])
                    await ask_about_hold(work, staff, about=about, what=what, why=why)
                case "grant":
                    deed = _number(form["deed"])
                    await grant_about_hold(work, staff, about=about, deed=deed)
                case "take-back":
                    deed = _number(form["deed"])
                    await take_back_about_hold(work, staff, about=about, deed=deed)
                case _:
                    raise Malformed
    except (NotFound, FreshSignInNeeded):
        raise
    except HoldfastError as refused:
        return await hold_page(request, house, staff, (kind, number), refused)
    return go_to(f"/desk/holds/{kind.value}/{number}")


def _asked(what: str, why: str) -> tuple[Deed, Why]:
    if not why:
        raise NoReason
    if what not in set(Deed) or why not in set(Why):
        raise Malformed
    return Deed(what), Why(why)


def _number(written: str) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > 15:
        raise Malformed
    return int(written)
