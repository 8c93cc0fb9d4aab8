"""Rooms and seats, for programs (live.md §2)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.kit.words import say
from holdfast.rights.api import SomeoneIn
from holdfast.rights.rules import Actor, Staff
from holdfast.rooms.access import room_to_see
from holdfast.rooms.actions import leave_seat, make_room, sit_down, take_seat
from holdfast.rooms.queries import name_of, open_rooms
from holdfast.rooms.queries.guiding import Guide, guide_at_a_glance, topics_of_the_hour
from holdfast.rooms.rules import (
    LANGUAGE,
    LINE,
    LINES,
    LONGEST_ABOUT,
    LONGEST_LANGUAGE,
    LONGEST_NAME,
    LONGEST_TOPIC,
    Plan,
)
from holdfast.rooms.tables import RoomRow

router = APIRouter(prefix="/api/v1", tags=["rooms"])
Slug = Annotated[str, Path(max_length=64)]


class RoomBody(BaseModel):
    """A room to be made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    slug: str = Field(min_length=1, max_length=48)
    name: str = Field(pattern=LINE, max_length=LONGEST_NAME)
    topic: str = Field(pattern=LINE, max_length=LONGEST_TOPIC)
    language: str = Field(pattern=LANGUAGE, max_length=LONGEST_LANGUAGE)
    about: str = Field("", pattern=LINES, max_length=LONGEST_ABOUT)


class Room(BaseModel):
    """A room as a member may see it."""

    slug: str
    name: str
    kind: str
    state: str
    language: str
    topic: str  # of the hour, where there is one
    about: str
    head: int
    topic_until: str | None = None
    pinned: int | None = None
    slow: int | None = None  # seconds between one message of a member and the next
    second: str | None = None  # the slug of the room beside this one
    closes_at: str | None = None


class Rooms(BaseModel):
    items: list[Room]
    next: str | None = None


class SeatTaken(BaseModel):
    """Who I am in this room."""

    seat: str
    pseudonym: str
    avatar: str


class Nothing(BaseModel):
    """An empty body."""

    model_config = ConfigDict(extra="forbid")


def shown(row: RoomRow, actor: Actor, guide: Guide | None = None) -> Room:
    """A room in the reader's language, with what stands in it."""
    guide = guide or Guide()
    locale = actor.looks.locale if hasattr(actor, "looks") else "en"
    return Room(
        slug=row.slug,
        name=name_of(row.name, locale),
        kind=row.kind,
        state=row.state,
        language=row.language,
        topic=guide.topic or say(locale, row.topic),
        about=say(locale, row.about) if row.about else "",
        head=row.head,
        topic_until=stamp(guide.topic_until) if guide.topic_until else None,
        pinned=guide.pinned,
        slow=guide.slow or None,
        second=guide.second or None,
        closes_at=stamp(guide.closes_at) if guide.closes_at else None,
    )


@router.get("/rooms")
async def get_rooms(house: InHouse, actor: SomeoneIn) -> Rooms:
    """The rooms I may see."""
    async with house.workshop.reading() as work:
        topics = await topics_of_the_hour(work)
        rows = await open_rooms(work)
    return Rooms(items=[shown(row, actor, Guide(topics.get(row.id, ""))) for row in rows])


@router.post("/rooms", status_code=201)
async def post_room(house: InHouse, actor: SomeoneIn, body: RoomBody) -> Room:
    """Make an open room (stewards)."""
    plan = Plan(body.slug, body.name.strip(), body.topic.strip(), body.about.strip())
    async with house.workshop.work() as work:
        row = await make_room(work, actor, plan=plan, language=body.language)
    return shown(row, actor)


@router.get("/rooms/{slug}")
async def get_room(house: InHouse, actor: SomeoneIn, slug: Slug) -> Room:
    """One room, with what stands in it: topic of the hour, pin, pace, a second room."""
    async with house.workshop.reading() as work:
        row = await room_to_see(work, actor, slug)
        now = work.clock.now()
    return shown(row, actor, await guide_at_a_glance(house.workshop.glances, row.id, now))


@router.put("/rooms/{slug}/seat")
async def put_seat(
    house: InHouse, actor: SomeoneIn, slug: Slug, body: Nothing | None = None
) -> SeatTaken:
    """Take a seat, or find mine. Staff sit under their staff name, while they are on shift."""
    del body
    async with house.workshop.work() as work:
        sit = sit_down if isinstance(actor, Staff) else take_seat
        row = await sit(work, actor, slug=slug)
    return SeatTaken(seat=row.handle, pseudonym=row.pseudonym, avatar=f"/avatars/{row.avatar}.svg")


@router.delete("/rooms/{slug}/seat", status_code=204)
async def delete_seat(house: InHouse, actor: SomeoneIn, slug: Slug) -> Response:
    """Leave: my lines lose the room."""
    async with house.workshop.work() as work:
        await leave_seat(work, actor, slug=slug)
    return Response(status_code=204)
