"""Rooms as a steward sees them: what they are called and for, never what is said in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Path, Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.desk.pages.steward_doors import Steward, steward_page
from holdfast.desk.pages.weeks import language_name
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.pages import looks_of
from holdfast.kit.words import say
from holdfast.messages.queries.week import wrote_since
from holdfast.raids.actions import set_read_first
from holdfast.raids.queries import rooms_read_first
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rooms.access import may_make_rooms, room_to_keep
from holdfast.rooms.actions import make_room
from holdfast.rooms.actions.keeping import announce_closing, edit_room, keep_open, open_again
from holdfast.rooms.queries.closing import RoomKept, rooms_kept
from holdfast.rooms.queries.places import name_of
from holdfast.rooms.rules import (
    LONGEST_ABOUT,
    LONGEST_LANGUAGE,
    LONGEST_NAME,
    LONGEST_TOPIC,
    Plan,
)
from holdfast.rooms.rules.closing import coarse
from holdfast.rooms.tables import RoomState

router = APIRouter(prefix="/desk/steward/rooms", include_in_schema=False)
HERE = "/desk/steward/rooms"
Slug = Annotated[str, Path(max_length=64)]
WEEK = timedelta(days=7)
LONGEST = {"name": LONGEST_NAME, "topic": LONGEST_TOPIC, "about": LONGEST_ABOUT}


class RoomShown(Struct, frozen=True):
    """One room, as a steward sees it."""

    slug: str
    name: str
    topic: str
    language: str
    state: str
    wrote: int | None  # by tens; nothing below five
    closes_at: datetime | None
    is_on_notice: bool  # closed, or going to be, by a steward: and so to be taken back by one


@router.get("")
async def get_rooms(request: Request, house: InHouse, staff: Steward) -> Response:
    """Every room of the open kind, closed ones last."""
    if not may(staff, Permission.ROOM_EDIT):
        raise NotFound
    rooms = await rooms_shown(house, looks_of(request))
    rooms.sort(key=lambda room: room.state == RoomState.CLOSED)
    return steward_page(request, staff, "rooms", rooms=rooms)


async def rooms_shown(house: House, looks: Looks) -> list[RoomShown]:
    async with house.workshop.reading(stale=True) as work:
        wrote = await wrote_since(work, work.clock.now() - WEEK)
    async with house.workshop.reading() as work:
        rooms = await rooms_kept(work)
    return [_shown(room, wrote.get(room.id, 0), looks) for room in rooms]


def _shown(room: RoomKept, wrote: int, looks: Looks) -> RoomShown:
    return RoomShown(
        slug=room.slug,
        name=name_of(room.name, looks.locale),
        topic=say(looks.locale, room.topic),
        language=language_name(room.language, looks),
        state=room.state.value,
        wrote=coarse(wrote),
        closes_at=room.closes_at,
        is_on_notice=room.is_on_notice,
    )


@router.get("/new")
async def get_new(request: Request, staff: Steward) -> Response:
    """A room that is to be made."""
    may_make_rooms(staff)
    return _form_page(request, staff, EMPTY)


def _form_page(
    request: Request,
    staff: Staff,
    form: Filled,
    *,
    refused: HoldfastError | None = None,
    look: bool = False,
) -> Response:
    return steward_page(
        request,
        staff,
        "room-new",
        form=form,
        longest=LONGEST,
        longest_language=LONGEST_LANGUAGE,
        spoken=list(LANGUAGES.items()),
        refused=refused,
        look=look,
    )


@router.post("/new")
async def post_new(request: Request, house: InHouse, staff: Steward) -> Response:
    """Look at it first, or make it. What was filled in comes back when it cannot be."""
    form = await filled(request)
    may_make_rooms(staff)
    if form["do"] != "make":
        return _form_page(request, staff, form, look=True)
    try:
        async with house.workshop.work() as work:
            await make_room(work, staff, plan=plan_in(form, form["slug"]), language=spoken(form))
    except HoldfastError as refused:
        return _form_page(request, staff, form, refused=refused)
    return go_to(f"{HERE}/{form['slug'].strip()}?saved=made")


def plan_in(form: Filled, slug: str) -> Plan:
    """The words of a room, as a form has them."""
    words = {name: form[name].replace("\r\n", "\n").strip() for name in LONGEST}
    return Plan(slug.strip(), words["name"], words["topic"], words["about"])


def spoken(form: Filled) -> str:
    return form["language"].strip()


@router.get("/{slug}")
async def get_room(request: Request, house: InHouse, staff: Steward, slug: Slug) -> Response:
    """One room: its words, and closing it."""
    return await room_page(request, house, staff, slug)


async def room_page(
    request: Request,
    house: House,
    staff: Staff,
    slug: str,
    *,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
) -> Response:
    async with house.workshop.reading() as work:
        _, row = await room_to_keep(work, staff, slug, Permission.ROOM_EDIT)
        kept = next(one for one in await rooms_kept(work) if one.id == row.id)
        wrote = (await wrote_since(work, work.clock.now() - WEEK)).get(row.id, 0)
        read_first = row.id in await rooms_read_first(work)
    words = {name: getattr(row, name) for name in ("name", "topic", "about", "language")}
    return steward_page(
        request,
        staff,
        "room",
        room=_shown(kept, wrote, looks_of(request)),
        written={name: form[name] if form is not EMPTY else words[name] for name in words},
        longest=LONGEST,
        longest_language=LONGEST_LANGUAGE,
        back=f"{HERE}/{slug}",
        read_first=read_first if form is EMPTY else form["first"] == "yes",
        refused=refused,
    )


@router.post("/{slug}")
async def post_room(request: Request, house: InHouse, staff: Steward, slug: Slug) -> Response:
    """Other words for it."""
    form = await filled(request)
    try:
        async with house.workshop.work() as work:
            plan = plan_in(form, slug)
            await edit_room(work, staff, slug=slug, plan=plan, language=spoken(form))
            await set_read_first(work, staff, slug=slug, on=form["first"] == "yes")
    except NotFound:
        raise
    except HoldfastError as refused:
        return await room_page(request, house, staff, slug, form=form, refused=refused)
    return go_to(f"{HERE}/{slug}?saved=edited")


ACTS = {"close": announce_closing, "keep": keep_open, "open": open_again}


@router.post("/{slug}/{act}")
async def post_act(
    request: Request,
    house: InHouse,
    staff: Steward,
    slug: Slug,
    act: Annotated[str, Path(pattern="^(close|keep|open)$")],
) -> Response:
    """Close it with notice, take that back, or open it again."""
    try:
        async with house.workshop.work() as work:
            await ACTS[act](work, staff, slug=slug)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await room_page(request, house, staff, slug, refused=refused)
    return go_to(f"{HERE}/{slug}?saved={act}")
