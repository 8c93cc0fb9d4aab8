"""Going into a room, choosing a name there, leaving it; and the avatars."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import Form, Path, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.house import InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of, looks_of, render
from holdfast.kit.words import say
from holdfast.members.rules import promises
from holdfast.members.rules.avatars import avatar_svg
from holdfast.members.rules.names import REROLLS
from holdfast.rights.api import CurrentActor, CurrentMember, Speaker
from holdfast.rights.rules import Guest, Staff
from holdfast.rooms.access import room_to_see, seat_in
from holdfast.rooms.actions import keep_name, leave_seat, rename_seat, sit_down, take_seat
from holdfast.rooms.queries import StateLine, name_of, open_rooms, seats_of

router = APIRouter(include_in_schema=False)
Seed = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$")]
FOREVER = "public, max-age=31536000, immutable"


@router.get("/avatars/{seed}.svg")
async def get_avatar(seed: Seed) -> Response:
    """A sea-life picture; the same seed gives the same one, and nobody else has it."""
    headers = {"cache-control": FOREVER}
    return Response(avatar_svg(seed), headers=headers, media_type="image/svg+xml; charset=utf-8")


@router.get("/around")
async def get_around(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """For anyone: which rooms there are, who sees what, what is promised. No message is shown."""
    said = partial(say, looks_of(request).locale)
    async with house.workshop.reading() as work:
        rows = await open_rooms(work)
    return render(
        request,
        "rooms/around.html",
        rooms=[
            {
                "language": row.language,
                "name": said(row.name),
                "topic": said(row.topic),
                "about": said(row.about) if row.about else "",
            }
            for row in rows
        ],
        promises=promises.PROMISES,
        is_in=not isinstance(actor, Guest),
    )


@router.get("/me/names")
async def get_names(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """Who I am in each room where I sit."""
    async with house.workshop.reading() as work:
        rooms = {row.id: row for row in await open_rooms(work)}
        seats = await seats_of(work, member.id)
    names = [
        {
            "slug": rooms[seat.room_id].slug,
            "room": name_of(rooms[seat.room_id].name, member.looks.locale),
            "pseudonym": seat.pseudonym,
            "avatar_url": f"/avatars/{seat.avatar}.svg",
        }
        for seat in seats
        if seat.room_id in rooms
    ]
    return render(request, "rooms/names.html", names=names)


@router.post("/rooms/{slug}/seat")
async def post_seat(house: InHouse, member: Speaker, slug: str) -> Response:
    """Take a seat; the first time, a member chooses a name before sitting down."""
    async with house.workshop.work() as work:
        if isinstance(member, Staff):
            await sit_down(work, member, slug=slug)
            return RedirectResponse(f"/rooms/{slug}", 303)
        try:
            await seat_in(work, member, slug)
            known = True
        except NotFound:
            known = False
        await take_seat(work, member, slug=slug)
    return RedirectResponse(f"/rooms/{slug}" if known else f"/rooms/{slug}/name", 303)


@router.get("/rooms/{slug}/name")
async def get_name(
    request: Request, house: InHouse, member: CurrentMember, slug: str, rolled: str = ""
) -> Response:
    """My name in this room, and another if I like."""
    async with house.workshop.reading() as work:
        seat = await seat_in(work, member, slug)
        row = await room_to_see(work, member, slug)
    seen = names_of(rolled)
    return render(
        request,
        "rooms/name.html",
        room={"slug": slug, "name": name_of(row.name, member.looks.locale)},
        seat={
            "pseudonym": seat.author.pseudonym,
            "avatar_url": f"/avatars/{seat.author.avatar}.svg",
        },
        rolled="|".join(seen),
        left=max(0, REROLLS - len(seen)),
    )


@router.post("/rooms/{slug}/name")
async def post_name(
    house: InHouse,
    member: CurrentMember,
    slug: str,
    *,
    rolled: Annotated[str, Form(max_length=400)] = "",
    keep: Annotated[str, Form(max_length=10)] = "",
    again: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Another name, or this one; perhaps this one everywhere."""
    async with house.workshop.work() as work:
        seat = await seat_in(work, member, slug)
        if again:
            seen = (*names_of(rolled), seat.author.pseudonym)
            await rename_seat(work, seat, rolled=seen)
            return RedirectResponse(f"/rooms/{slug}/name?rolled={'|'.join(seen)}", 303)
        if keep:
            await keep_name(work, member, seat=seat)
    return RedirectResponse(f"/rooms/{slug}", 303)


def names_of(rolled: str) -> tuple[str, ...]:
    """The names shown so far, as the page's address carries them."""
    return tuple(name for name in rolled.split("|") if name)[: REROLLS + 1]


@router.post("/rooms/{slug}/leave")
async def post_leave(house: InHouse, member: Speaker, slug: str) -> Response:
    """Give up my seat in this room."""
    async with house.workshop.work() as work:
        await leave_seat(work, member, slug=slug)
    return RedirectResponse("/desk/rooms" if isinstance(member, Staff) else "/rooms", 303)


def state_shown(line: StateLine, looks: Looks, now: datetime) -> dict[str, Any]:
    """A room's state as `rooms/_state.html` shows it to this reader."""
    return {
        "kind": line.state.value,
        "name": line.name,
        "until": _soon(line.until, looks, now),
        "next_at": _soon(line.next_at, looks, now),
        "wait": line.wait,
    }


def _soon(moment: datetime | None, looks: Looks, now: datetime) -> str:
    """An hour of today by itself; of another day, with the day."""
    if moment is None:
        return ""
    time, day = clock_of(moment, looks), day_of(moment, looks)
    return time if day == day_of(now, looks) else f"{time}, {day}"
