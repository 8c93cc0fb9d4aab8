"""The meetings of a room: when they are, and for who leads them, planning, moving, cancelling."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import N_, say
from holdfast.meetings.access import may_lead, room_by_slug
from holdfast.meetings.actions import cancel_meeting, move_meeting, plan_meeting
from holdfast.meetings.pages.shown import back_to, meeting_shown
from holdfast.meetings.queries import meetings_to_come, wants_reminder
from holdfast.meetings.rules.planning import BOX, BOXES, LENGTHS, THEMES
from holdfast.rights.api import Speaker
from holdfast.rights.rules import Member, Staff
from holdfast.rooms.access import room_to_see, seat_in
from holdfast.rooms.queries import name_of
from holdfast.rooms.tables import RoomKind

router = APIRouter(prefix="/rooms/{slug}/meetings", include_in_schema=False)
SAVED = {
    "planned": N_("The meeting is planned. It stands at the top of the room."),
    "moved": N_("The meeting is at another time. Those who sit here are told."),
    "cancelled": N_("The meeting will not be. Those who sit here are told."),
    "reminder": N_("We have kept what you chose."),
}
NO_TIME = N_("Please give a day and a time.")
NO_NUMBER = N_("Please pick one from the list.")


@router.get("")
async def get_meetings(request: Request, house: InHouse, member: Speaker, slug: str) -> Response:
    """The meetings to come in this room."""
    return await meetings_page(request, house, member, slug)


async def meetings_page(
    request: Request,
    house: House,
    actor: Member | Staff,
    slug: str,
    *,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
) -> Response:
    """The page; `form` and `refused` where something could not be planned so."""
    looks = looks_of(request)
    async with house.workshop.reading() as work:
        room = await room_to_see(work, actor, slug)
        if room.kind not in (RoomKind.OPEN, RoomKind.CIRCLE):
            raise NotFound
        rows = await meetings_to_come(work, room.id)
        leads = await may_lead(work, actor, room.id)
        try:
            seat = await seat_in(work, actor, slug)
            reminds: bool | None = await wants_reminder(work, seat.id)
        except NotFound:
            reminds = None
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    return render(
        request,
        "meetings/meetings.html",
        200 if refused is None else refused.status,
        slug=slug,
        room={"name": name_of(room.name, looks.locale), "kind": room.kind.value},
        meetings=[meeting_shown(row, looks) for row in rows],
        leads=leads,
        reminds=reminds,
        back=f"/rooms/{slug}" if reminds is not None else back_to(slug, actor),
        staff=isinstance(actor, Staff),
        form=form,
        refused=say(looks.locale, refused.words, **refused.facts) if refused else "",
        saved=say(looks.locale, saved) if saved else "",
        **choices(looks.locale),
    )


def choices(locale: str) -> dict[str, Any]:
    """What the form offers."""
    return {
        "themes": [(slug, say(locale, words)) for slug, words in THEMES.items()],
        "lengths": LENGTHS,
        "boxes": [seconds // 60 for seconds in BOXES],
        "box": BOX // 60,
    }


@router.post("")
async def post_meeting(request: Request, house: InHouse, member: Speaker, slug: str) -> Response:
    """Plan one, or one each week."""
    form = await filled(request)
    try:
        async with house.workshop.work() as work:
            room = await room_by_slug(work, member, slug)
            await plan_meeting(
                work,
                member,
                room_id=room.id,
                starts_at=moment_of(form["starts_at"], member),
                minutes=_number(form["minutes"] or "60"),
                theme=form["own_theme"] or form["theme"],
                box=60 * _number(form["box"] or str(BOX // 60)),
                until=_day(form["until"]),
            )
    except (Malformed, HoldfastError) as refused:
        if not 400 <= refused.status < 500 or isinstance(refused, NotFound):
            raise
        return await meetings_page(request, house, member, slug, form=form, refused=refused)
    return RedirectResponse(f"/rooms/{slug}/meetings?saved=planned", 303)


@router.post("/{meeting_id}/move")
async def post_move(
    request: Request, house: InHouse, member: Speaker, slug: str, meeting_id: RowNumber
) -> Response:
    """Put it at another time."""
    form = await filled(request)
    try:
        async with house.workshop.work() as work:
            await room_by_slug(work, member, slug)
            at = moment_of(form["starts_at"], member)
            await move_meeting(work, member, meeting_id=meeting_id, starts_at=at)
    except HoldfastError as refused:
        if not 400 <= refused.status < 500 or isinstance(refused, NotFound):
            raise
        return await meetings_page(request, house, member, slug, refused=refused)
    return RedirectResponse(f"/rooms/{slug}/meetings?saved=moved", 303)


@router.post("/{meeting_id}/cancel")
async def post_cancel(
    request: Request, house: InHouse, member: Speaker, slug: str, meeting_id: RowNumber
) -> Response:
    """It will not be, or it and all that follow."""
    form = await filled(request)
    async with house.workshop.work() as work:
        await room_by_slug(work, member, slug)
        await cancel_meeting(work, member, meeting_id=meeting_id, all_after=bool(form["all_after"]))
    return RedirectResponse(f"/rooms/{slug}/meetings?saved=cancelled", 303)


def moment_of(written: str, actor: Member | Staff) -> datetime:
    """`2026-11-26T20:00` on the clock of who wrote it. Raises `Malformed`."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Malformed(NO_TIME) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(actor.looks.zone))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Malformed(NO_TIME) from None


def _number(written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) < 5):
        raise Malformed(NO_NUMBER)
    return int(written)
