"""The room page: reading, paging back, searching."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from holdfast.audit.jobs import note_reading
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.limits import Pace
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.messages.actions import may_be_danger
from holdfast.messages.actions.leafing import leaf_back
from holdfast.messages.pages.beside import PLAIN, fitted_in
from holdfast.messages.pages.care import care_of, care_outside
from holdfast.messages.pages.guided import guided_in
from holdfast.messages.pages.notices import news_for
from holdfast.messages.pages.room import (
    PAGE,
    begins_late,
    own_in_rails,
    room_page,
    state_now,
    view_of,
)
from holdfast.messages.queries import (
    FOUND,
    Reader,
    messages_before,
    messages_found,
    unread_in_rooms,
)
from holdfast.messages.queries.pages import rooms_with_seat
from holdfast.rights.api import CurrentMember, Speaker
from holdfast.rights.rules import Actor, Member, Permission, Staff, may
from holdfast.rooms.access import Seat, room_to_see, seat_in
from holdfast.rooms.queries import open_rooms, words_of
from holdfast.rooms.queries.places import closed_rooms
from holdfast.rooms.rules.stops import Paused
from holdfast.rooms.tables import RoomKind

router = APIRouter(include_in_schema=False)
SEARCHES = Pace(every=3.0, burst=10)
MAX_SEQ = 2**53 - 1
Before = Annotated[int | None, Query(ge=0, le=MAX_SEQ)]
OwnSeq = Annotated[int | None, Query(ge=0, le=MAX_SEQ)]


@router.get("/rooms")
async def get_rooms(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """All rooms a member may go into."""
    async with house.workshop.reading() as work:
        rooms = await rooms_shown(work, house, member)
        asks = house.asks is not None and await house.asks(work, member.id)
    news, out = await news_for(house, member), member.id in house.ledger.pauses
    seats = await rooms_with_seat(house.workshop.glances, member.id)
    own = own_in_rails(seats, member.looks.locale)
    own |= {"asks": asks, "out": out}
    return render(request, "rooms/rooms.html", rooms=rooms, news=news, **own)


async def rooms_shown(work: Work, house: House, member: Actor) -> list[dict[str, Any]]:
    """The rooms as a member's lists show them, with what is unread in those where they sit.

    The closed ones stand last, for those who sit there: nobody else gets in.
    """
    if not isinstance(member, Member):
        return []
    unread = await unread_in_rooms(house.workshop.glances, member.id)
    rooms = [*await open_rooms(work), *await closed_rooms(work, unread)]
    soon = await house.soon(work, [row.id for row in rooms], member.looks) if house.soon else {}
    return [
        {
            **words_of(row, member.looks.locale),
            "soon": soon.get(row.id, ""),
            "here": house.floor.presence.here(row.id),
            "unread": unread.get(row.id, 0),
            "seated": row.id in unread,
            "state": row.state.value,
        }
        for row in rooms
    ]


@router.get("/rooms/{slug}")
async def get_room(
    request: Request,
    house: InHouse,
    member: Speaker,
    slug: str,
    *,
    before: Before = None,
    reply: OwnSeq = None,
    edit: OwnSeq = None,
) -> Response:
    """A room, at its end or (with `before`) at an earlier place."""
    try:
        return await room_page(request, house, member, slug, before=before, reply=reply, edit=edit)
    except NotFound:
        async with house.workshop.reading() as work:
            await room_to_see(work, member, slug)  # there, but no seat: the list has the door
        return RedirectResponse(way_in(member, slug), 303)


def way_in(who: Member | Staff, slug: str) -> str:
    """Where the door to a room is, for somebody who has no seat there."""
    if isinstance(who, Member):
        return "/rooms"
    return f"/desk/rooms/{slug}" if may(who, Permission.ROOM_SIT) else "/desk"


@router.get("/rooms/{slug}/state")
async def get_state(request: Request, house: InHouse, member: Speaker, slug: str) -> Response:
    """The lines under its name by themselves, for a page on which they have changed."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        row = await room_to_see(work, member, slug)
        state = await state_now(work, row, member.looks)
    guided, fitted = await guided_in(house, seat), await fitted_in(house, seat)
    return render(request, "rooms/_head.html", state=state, slug=slug, fitted=fitted, **guided)


@router.get("/rooms/{slug}/care")
async def get_care(
    request: Request,
    house: InHouse,
    member: Speaker,
    slug: str,
    calm: Annotated[bool, Query()] = False,
) -> Response:
    """Who comes to me and what of mine is held, to be put in the place of the old."""
    seat: Seat | None = None
    async with house.workshop.reading() as work:
        try:
            seat = await seat_in(work, member, slug)
            care = await care_of(work, house, seat)
        except Paused as refused:
            care = await care_outside(work, house, refused, member)
    fitted = PLAIN  # only a side space shows something of it here
    if seat is not None and seat.kind is RoomKind.SIDE:
        fitted = await fitted_in(house, seat)
    return render(request, "rooms/_care.html", slug=slug, care=care, calm=calm, fitted=fitted)


@router.get("/rooms/{slug}/history")
async def get_history(
    request: Request, house: InHouse, member: Speaker, slug: str, before: Before = None
) -> Response:
    """Earlier messages, to be put above those on the page."""
    if before is not None:
        leaf_back(house.limits, member, PAGE)
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        reader = Reader(house.ledger.keyring, member)
        await reader.unseen(work, seat.room_id)
    async with house.workshop.reading(stale=before is not None) as work:
        page = await messages_before(work, reader, seat.room_id, before, PAGE)
    view = await view_of(house, seat, page)
    if page:
        await note_reading(house.workshop, member, seat.room_id, page[0].seq, page[-1].seq)
    late = len(page) < PAGE and await begins_late(house, seat, page)
    shown = view.shown(page)
    return render(request, "messages/log.html", slug=slug, messages=shown, begins_here=late)


@router.get("/rooms/{slug}/search")
async def get_search(
    request: Request,
    house: InHouse,
    member: CurrentMember,
    slug: str,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """What was said in a room about something, by its members."""
    return await _found(request, house, member, slug, q)


@router.post("/rooms/{slug}/search")
async def post_search(
    request: Request,
    house: InHouse,
    member: CurrentMember,
    slug: str,
    q: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """The same, and what somebody looks for stands in no address that a browser remembers."""
    return await _found(request, house, member, slug, q)


async def _found(request: Request, house: House, member: Member, slug: str, q: str) -> Response:
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        row = await room_to_see(work, member, slug)
        reader = Reader(house.ledger.keyring, member)
        house.limits.take(("search", seat.id), SEARCHES)
        await reader.unseen(work, row.id)
    async with house.workshop.reading(stale=True) as work:
        found = await messages_found(work, reader, row.id, q) if q.strip() else []
    view = await view_of(house, seat, found)
    room = {"slug": slug, "name": say(looks_of(request).locale, row.name)}
    shown = view.shown(found[:FOUND][::-1])
    return render(
        request,
        "rooms/search.html",
        room=room,
        q=q,
        messages=shown,
        more=len(found) > FOUND,
        hard=may_be_danger(house.ledger, member, q),
    )
