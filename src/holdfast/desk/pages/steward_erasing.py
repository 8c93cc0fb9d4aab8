"""Erasing a room, or a day of it: one of the staff wants it, a second one agrees."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.desk.pages.steward_doors import steward_page
from holdfast.erasing.queries import Ask, asks, erasure
from holdfast.erasing.rules import AskState, Reason
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import looks_of
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.messages.actions.emptying import agree_to_erase, ask_to_erase, decline_to_erase
from holdfast.messages.queries.retention import rooms_with_words
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rooms.queries.places import name_of
from holdfast.rooms.tables import RoomKind
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.queries import name_of as staff_name

router = APIRouter(prefix="/desk/steward/erasing", include_in_schema=False)
HERE = "/desk/steward/erasing"
WHYS = {
    Reason.HARM: N_("What stands there harms people"),
    Reason.PRIVACY: N_("Something about somebody was said there"),
    Reason.LAW: N_("The law asks for it"),
    Reason.OVER: N_("What the room was for is over"),
}
NOT_TYPED = N_("Please type “%(name)s” as it stands there, so that nothing goes by mistake.")
NO_DAY = N_("Please write the day as year, month and day, like 2026-11-05.")


async def may_erase(staff: CurrentStaff) -> Staff:
    """Who may want a room erased, or agree to it. For everybody else it is not there."""
    if not may(staff, Permission.ROOM_ERASE):
        raise NotFound
    return staff


Eraser = Annotated[Staff, Depends(may_erase)]


class AskShown(Struct, frozen=True):
    """One wish, as both of the two see it."""

    id: int
    room: str
    day: datetime | None
    why: str
    asked_by: str
    asked_at: datetime
    mine: bool
    state: str
    decided_by: str
    messages: int | None  # how many went, where it is done


@router.get("")
async def get_erasing(request: Request, house: InHouse, staff: Eraser) -> Response:
    """What is wanted and what was erased, and the form to want something."""
    return await page(request, house, staff)


async def page(
    request: Request,
    house: House,
    staff: Staff,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
) -> Response:
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.reading() as work:
        rooms = {room.id: room for room in await rooms_with_words(work)}
        shown = [
            await _shown(work, row, name_of(rooms[row.room_id].name, looks.locale), staff, looks)
            for row in await asks(work)
        ]
    open_rooms = [
        (room.slug, name_of(room.name, looks.locale))
        for room in rooms.values()
        if room.kind is RoomKind.OPEN
    ]
    return steward_page(
        request,
        staff,
        "erasing",
        refused=refused,
        rooms=open_rooms,
        whys=[(why.value, say(looks.locale, words), "") for why, words in WHYS.items()],
        form=form,
        waiting=[one for one in shown if one.state == AskState.WAITING],
        decided=[one for one in shown if one.state != AskState.WAITING],
        today=now,
    )


async def _shown(work: Work, row: Ask, room: str, staff: Staff, looks: Looks) -> AskShown:
    over = row.state is AskState.WAITING and row.until <= work.clock.now()
    done = None if row.erasure_id is None else await erasure(work, row.erasure_id)
    return AskShown(
        id=row.id,
        room=room,
        day=None if row.day is None else datetime.fromtimestamp(0, UTC) + timedelta(days=row.day),
        why=say(looks.locale, WHYS[Reason(row.why)]),
        asked_by=await staff_name(work, row.asked_by),
        asked_at=row.asked_at,
        mine=row.asked_by == staff.id,
        state=(AskState.OVER if over else row.state).value,
        decided_by="" if row.decided_by is None else await staff_name(work, row.decided_by),
        messages=None if done is None or done.hidden_at is None else _messages(done.counts),
    )


def _messages(counts: str) -> int:
    found: dict[str, int] = json.loads(counts)
    return found.get("messages", 0)


@router.post("")
async def post_erasing(request: Request, house: InHouse, staff: Eraser) -> Response:
    """Want a room, or a day of it, erased."""
    form, looks = await filled(request), looks_of(request)
    try:
        why, on = _why(form["why"]), _day(form["day"])
        async with house.workshop.work() as work:
            row = await ask_to_erase(work, staff, slug=form["room"], on=on, why=why)
            rooms = {room.id: room.name for room in await rooms_with_words(work)}
            name = name_of(rooms[row.room_id], looks.locale)
            if form["typed"].strip().casefold() != name.casefold():
                raise Malformed(NOT_TYPED, code="not_typed", name=name)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await page(request, house, staff, form, refused)
    return go_to(f"{HERE}?saved=asked")


def _why(written: str) -> Reason:
    if written not in set(Reason):
        raise Malformed
    return Reason(written)


def _day(written: str) -> date | None:
    if not written.strip():
        return None
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise Malformed(NO_DAY, code="no_day") from None


@router.post("/{number}/agree")
async def post_agree(
    request: Request, house: InHouse, staff: Eraser, number: RowNumber
) -> Response:
    """Be the second person."""

    async def agree(work: Work) -> Any:
        return await agree_to_erase(work, staff, ask_id=number, marker=house.erasing.marker)

    return await _decide(request, house, staff, agree)


@router.post("/{number}/decline")
async def post_decline(
    request: Request, house: InHouse, staff: Eraser, number: RowNumber
) -> Response:
    """Say no, or want it no longer."""

    async def decline(work: Work) -> Any:
        await decline_to_erase(work, staff, ask_id=number)

    return await _decide(request, house, staff, decline)


async def _decide(request: Request, house: House, staff: Staff, do: Any) -> Response:
    try:
        async with house.workshop.work() as work:
            begun = await do(work)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await page(request, house, staff, refused=refused)
    if begun is not None:
        await house.erasing.finish(begun.id)
    return go_to(f"{HERE}?saved={'erased' if begun is not None else 'declined'}")
