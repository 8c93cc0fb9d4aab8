"""Guiding the talk from the desk: topic of the hour, pin, question, pace, second room, who came."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Form, Path, Query, Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.desk.pages.bar import bar_for
from holdfast.desk.pages.beside import here_shown
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.rooms_shown import minutes_from, room_shown, rooms_shown
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of, render
from holdfast.kit.tokens import random_handle
from holdfast.kit.words import say
from holdfast.messages.actions.guiding import open_second_room, pin_message, put_question
from holdfast.messages.queries import Reader
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rooms.access import open_room_to_see
from holdfast.rooms.actions import end_guidance, set_topic, slow_room
from holdfast.rooms.rules.guiding import Guidance

router = APIRouter(prefix="/desk/rooms", include_in_schema=False)
Slug = Annotated[str, Path(max_length=64)]
Short = Annotated[str, Form(max_length=40)]
Seq = Annotated[int | None, Query(ge=0, le=2**53 - 1)]
SAVED = frozenset({*Guidance, "question", "second", "ended"})


class AtRoom(Struct, frozen=True):
    """Somebody at the desk, before one room."""

    request: Request
    house: House
    staff: Staff
    slug: str


async def at_room(request: Request, house: InHouse, staff: AtTheDesk, slug: Slug) -> AtRoom:
    if not may(staff, Permission.ROOM_GUIDE):
        raise NotFound
    return AtRoom(request, house, staff, slug)


Here = Annotated[AtRoom, Depends(at_room)]


@router.get("")
async def get_rooms(request: Request, house: InHouse, staff: AtTheDesk) -> Response:
    """The rooms as they are now, and the way into each."""
    async with house.workshop.reading() as work:
        looks = looks_of(request)
        rooms = await rooms_shown(work, house, staff, looks)
        around = await here_shown(work, looks, work.clock.now(), staff)
    return render(request, "desk/rooms.html", rooms=rooms, **bar_for(staff), **around)


@router.get("/{slug}")
async def get_room(here: Here, at: Seq = None, saved: str = "") -> Response:
    """One room and what guides it; `at` is a message to pin."""
    return await page(here, at=at, saved=saved if saved in SAVED else "")


async def page(
    here: AtRoom,
    *,
    at: int | None = None,
    saved: str = "",
    refused: HoldfastError | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    house, staff, looks = here.house, here.staff, looks_of(here.request)
    async with house.workshop.work() as work:
        row = await open_room_to_see(work, staff, here.slug)
        shown = await room_shown(work, house, staff, row, at=at, looks=looks)
        around: dict[str, Any] = await here_shown(work, looks, work.clock.now(), staff)
    return render(
        here.request,
        "desk/room.html",
        refused.status if refused is not None else 200,
        **{**around, **shown},
        slug=here.slug,
        nonce=random_handle(),
        saved=saved,
        refusal=say(looks.locale, refused.words, **refused.facts) if refused else "",
        form={"topic": "", "text": "", **(form or {})},
        **bar_for(staff),
    )


@router.post("/{slug}/topic")
async def post_topic(
    here: Here, topic: Annotated[str, Form(max_length=400)] = "", minutes: Short = ""
) -> Response:
    """Set the topic of the hour."""
    house, staff = here.house, here.staff
    try:
        async with house.workshop.work() as work:
            until = work.clock.now() + minutes_from(minutes)
            await set_topic(work, staff, slug=here.slug, topic=topic, until=until)
    except HoldfastError as refused:
        return await once_more(here, refused, topic=topic)
    return back(here, "topic")


@router.post("/{slug}/pin")
async def post_pin(here: Here, seq: Short = "") -> Response:
    """Pin a message."""
    house, staff = here.house, here.staff
    if not seq.isdigit() or len(seq) > 15:
        raise NotFound
    try:
        async with house.workshop.work() as work:
            reader = Reader(house.ledger.keyring, staff, whole=True)
            await pin_message(work, staff, reader, slug=here.slug, seq=int(seq))
    except HoldfastError as refused:
        return await once_more(here, refused)
    return back(here, "pinned")


@router.post("/{slug}/question")
async def post_question(
    here: Here, text: Annotated[str, Form()] = "", nonce: Short = "", pin: Short = ""
) -> Response:
    """Put a question of the house to the room."""
    house, words = here.house, text.replace("\r\n", "\n")
    try:
        await put_question(
            house.ledger,
            here.staff,
            house.floor,
            slug=here.slug,
            text=words,
            nonce=nonce or random_handle(),
            pin=bool(pin),
        )
    except HoldfastError as refused:
        return await once_more(here, refused, text=text)
    return back(here, "question")


@router.post("/{slug}/slow")
async def post_slow(here: Here, seconds: Short = "", minutes: Short = "") -> Response:
    """Slow the room."""
    try:
        async with here.house.workshop.work() as work:
            until = work.clock.now() + minutes_from(minutes)
            slow = int(seconds) if seconds.isdigit() else 0
            await slow_room(work, here.staff, slug=here.slug, seconds=slow, until=until)
    except HoldfastError as refused:
        return await once_more(here, refused)
    return back(here, "slow")


@router.post("/{slug}/end")
async def post_end(here: Here, what: Short = "") -> Response:
    """Take the topic, the pin or the pace away."""
    if what not in (Guidance.TOPIC, Guidance.PINNED, Guidance.SLOW):
        raise NotFound
    try:
        async with here.house.workshop.work() as work:
            await end_guidance(work, here.staff, slug=here.slug, kind=Guidance(what))
    except HoldfastError as refused:
        return await once_more(here, refused)
    return back(here, "ended")


@router.post("/{slug}/second")
async def post_second(here: Here) -> Response:
    """Open a second room beside this one."""
    try:
        async with here.house.workshop.work() as work:
            await open_second_room(work, here.staff, slug=here.slug)
    except HoldfastError as refused:
        return await once_more(here, refused)
    return back(here, "second")


async def once_more(here: AtRoom, refused: HoldfastError, **form: str) -> Response:
    """The page again with why not, and with what was written still in it."""
    if isinstance(refused, NotFound):
        raise refused
    return await page(here, refused=refused, form=form)


def back(here: AtRoom, saved: str) -> Response:
    """The page again, with what was done."""
    return go_to(f"/desk/rooms/{here.slug}?saved={saved}")
