"""For how long words are kept: by kind of room and by room, with what goes in the coming night."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.desk.jobs import know_how_long, nights_for, what_stays
from holdfast.desk.pages.steward_doors import Steward, steward_page
from holdfast.desk.pages.terms import terms_now
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import RoomId
from holdfast.kit.pages import looks_of
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.messages.access import Keeping, keeping_staff, kind_to_keep, room_words_to_keep
from holdfast.messages.actions.retention import set_retention, undo_retention
from holdfast.messages.queries.retention import (
    choices_for,
    nights,
    old_count,
    policy,
    rooms_with_words,
)
from holdfast.messages.rules.retention import (
    LEAST,
    MOST,
    Policy,
    is_kept_for,
    kept_since,
    midnight,
    next_night,
)
from holdfast.rights.rules import Permission, Staff
from holdfast.rooms.access import room_to_keep
from holdfast.rooms.queries.places import name_of
from holdfast.rooms.tables import RoomKind
from holdfast.staff.queries import name_of as staff_name

router = APIRouter(prefix="/desk/steward/retention", include_in_schema=False)
HERE = "/desk/steward/retention"
Slug = Annotated[str, Path(max_length=64)]
Kind = Annotated[str, Path(max_length=20)]
KINDS = {RoomKind.OPEN: N_("Open rooms"), RoomKind.SIDE: N_("Side spaces")}
UNNAMED = {**KINDS, RoomKind.LISTENING: N_("Talks of two"), RoomKind.CIRCLE: N_("Circles")}
NOT_TYPED = N_("Please type “%(name)s” as it stands there, so that nothing goes by mistake.")
NO_NUMBER = N_("Please write the number of days.")


class Scope(Struct, frozen=True):
    """What a time is set for, as its page shows it."""

    of: Keeping
    name: str
    at: str  # the address of its page
    rooms: tuple[RoomId, ...]  # those it is about, without those that have their own
    days: int
    own: bool  # a room with a time of its own


@router.get("")
async def get_retention(request: Request, house: InHouse, staff: Steward) -> Response:
    """How long words are kept now, what goes tonight, and what went."""
    keeping_staff(staff)
    locale, now = looks_of(request).locale, house.workshop.clock.now()
    async with house.workshop.reading() as work:
        chosen = await policy(work)
        rooms = [room for room in await rooms_with_words(work) if room.kind is RoomKind.OPEN]
        going = await going_tonight(work, now)
        last = await nights(work)
        terms = await terms_now(work, locale)
    return steward_page(
        request,
        staff,
        "retention",
        kinds=[
            (kind.value, say(locale, words), chosen.kinds[kind]) for kind, words in KINDS.items()
        ],
        rooms=[
            (room.slug, name_of(room.name, locale), chosen.rooms.get(room.id)) for room in rooms
        ],
        going=going,
        terms=terms,
        night=next_night(now),
        nights=[
            (row, name_of(name, locale) if kind is RoomKind.OPEN else say(locale, UNNAMED[kind]))
            for row, name, kind in last
        ],
    )


async def going_tonight(work: Work, now: datetime) -> int:
    """About how many messages go in the coming night, as things are chosen now."""
    count = 0
    kept = await what_stays(work)
    for night in await nights_for(work, next_night(now)):
        count += await old_count(work, [night.room_id], night.before, kept.messages)
    return count


@router.get("/kinds/{kind}")
async def get_kind(request: Request, house: InHouse, staff: Steward, kind: Kind) -> Response:
    """One kind of room."""
    return await scope_page(request, house, staff, kind=kind)


@router.get("/rooms/{slug}")
async def get_room(request: Request, house: InHouse, staff: Steward, slug: Slug) -> Response:
    """One room."""
    return await scope_page(request, house, staff, slug=slug)


async def scope_page(
    request: Request,
    house: House,
    staff: Staff,
    *,
    kind: str = "",
    slug: str = "",
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
    preview: dict[str, Any] | None = None,
) -> Response:
    locale, now = looks_of(request).locale, house.workshop.clock.now()
    async with house.workshop.reading() as work:
        scope = await scope_of(work, staff, kind, slug, locale)
        chosen = await choices_for(work, kind=scope.of.kind, room_id=scope.of.room_id)
        history = [(row.days, row.at, await staff_name(work, row.by)) for row in chosen]
    return steward_page(
        request,
        staff,
        "retention-of",
        scope=scope,
        written=form["days"] if form is not EMPTY else str(scope.days),
        least=LEAST,
        most=MOST,
        history=history,
        may_undo=bool(chosen) and chosen[0].at >= midnight(now),
        refused=refused,
        preview=preview,
        night=next_night(now),
    )


async def scope_of(work: Work, staff: Staff, kind: str, slug: str, locale: str) -> Scope:
    """What a time is set for. Raises `NotFound`."""
    chosen = await policy(work)
    if slug:
        of = await room_words_to_keep(work, staff, slug)
        _, room = await room_to_keep(work, staff, slug, Permission.RETENTION_SET)
        days, own = chosen.days_for(room.kind.value, room.id), room.id in chosen.rooms
        at = f"{HERE}/rooms/{room.slug}"
        return Scope(of, name_of(room.name, locale), at, (room.id,), days, own)
    of = kind_to_keep(staff, kind)
    assert of.kind is not None  # noqa: S101 - the door found one
    name, at = say(locale, KINDS[of.kind]), f"{HERE}/kinds/{of.kind.value}"
    rooms = _without_own(await rooms_with_words(work), of.kind, chosen)
    return Scope(of, name, at, rooms, chosen.kinds[of.kind.value], own=True)


def _without_own(rooms: Any, kind: RoomKind, chosen: Policy) -> tuple[RoomId, ...]:
    return tuple(room.id for room in rooms if room.kind is kind and room.id not in chosen.rooms)


@router.post("/kinds/{kind}")
async def post_kind(request: Request, house: InHouse, staff: Steward, kind: Kind) -> Response:
    """Look at what would go, or keep the new time."""
    return await choose(request, house, staff, kind=kind)


@router.post("/rooms/{slug}")
async def post_room(request: Request, house: InHouse, staff: Steward, slug: Slug) -> Response:
    """Look at what would go, or keep the new time; or follow the kind again."""
    return await choose(request, house, staff, slug=slug)


async def choose(
    request: Request, house: House, staff: Staff, *, kind: str = "", slug: str = ""
) -> Response:
    form, locale = await filled(request), looks_of(request).locale
    try:
        async with house.workshop.reading() as work:
            scope = await scope_of(work, staff, kind, slug, locale)
            days = _days(form, scope, await policy(work))
            preview = await _preview(work, scope, days, house.workshop.clock.now())
            preview["do"] = "follow" if form["do"] == "follow" else "set"
        must_type = days < scope.days
        if form["do"] not in {"set", "follow"} or (must_type and not form["typed"].strip()):
            return await scope_page(
                request, house, staff, kind=kind, slug=slug, form=form, preview=preview
            )
        if must_type and form["typed"].strip().casefold() != scope.name.casefold():
            raise Malformed(NOT_TYPED, code="not_typed", name=scope.name)
        async with house.workshop.work() as work:
            wish = None if form["do"] == "follow" else days
            await set_retention(work, staff, of=scope.of, days=wish)
        await know_how_long(house.workshop, house.community)
    except NotFound:
        raise
    except HoldfastError as refused:
        return await scope_page(
            request, house, staff, kind=kind, slug=slug, form=form, refused=refused
        )
    return go_to(f"{scope.at}?saved=set")


def _days(form: Filled, scope: Scope, chosen: Policy) -> int:
    """The days a form asks for. Raises `Malformed`."""
    if form["do"] == "follow" and scope.of.room_id is not None:
        return chosen.kinds[RoomKind.OPEN.value]
    written = form["days"].strip()
    if not (written.isascii() and written.isdigit() and len(written) <= 5):
        raise Malformed(NO_NUMBER, code="no_number")
    if not is_kept_for(int(written)):
        raise Malformed(
            N_("Words are kept for %(least)s to %(most)s days."), least=LEAST, most=MOST
        )
    return int(written)


async def _preview(work: Work, scope: Scope, days: int, now: datetime) -> dict[str, Any]:
    """What would go in the coming night with so many days; shorter is to be typed."""
    before = kept_since(next_night(now), days)
    kept = await what_stays(work)
    rooms = [room for room in scope.rooms if room not in kept.rooms]
    count = 0
    for start in range(0, len(rooms), 500):
        some = rooms[start : start + 500]
        count += await old_count(work, some, before, kept.messages)
    return {"days": days, "before": before, "count": count, "must_type": days < scope.days}


@router.post("/kinds/{kind}/undo")
async def post_undo_kind(house: InHouse, staff: Steward, kind: Kind) -> Response:
    """Take back what was chosen today."""
    async with house.workshop.work() as work:
        await undo_retention(work, staff, of=kind_to_keep(staff, kind))
    await know_how_long(house.workshop, house.community)
    return go_to(f"{HERE}/kinds/{kind}?saved=undone")


@router.post("/rooms/{slug}/undo")
async def post_undo_room(house: InHouse, staff: Steward, slug: Slug) -> Response:
    """The same for one room."""
    async with house.workshop.work() as work:
        await undo_retention(work, staff, of=await room_words_to_keep(work, staff, slug))
    await know_how_long(house.workshop, house.community)
    return go_to(f"{HERE}/rooms/{slug}?saved=undone")
